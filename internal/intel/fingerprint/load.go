package fingerprint

import (
	"encoding/base64"
	"encoding/xml"
	"fmt"
	"strconv"
	"strings"
	"sync"

	"seawall/internal/intel/literal"
)

// File is one of Recog's files.
type File struct {
	Matches string  `xml:"matches,attr"`
	Prints  []Print `xml:"fingerprint"`
	Name    string  `xml:"-"` // of the file, without its extension
}

// Print is a fingerprint as Recog writes it.
type Print struct {
	Pattern  string    `xml:"pattern,attr"`
	Flags    string    `xml:"flags,attr"`
	Params   []Param   `xml:"param"`
	Examples []Example `xml:"example"`
}

// Param is a field as Recog writes it.
type Param struct {
	Pos   int    `xml:"pos,attr"`
	Name  string `xml:"name,attr"`
	Value string `xml:"value,attr"`
}

// Example is a banner that a fingerprint must match, and the fields it must
// yield.
type Example struct {
	Attributes []xml.Attr `xml:",any,attr"`
	Text       string     `xml:",chardata"`
}

// Banner returns the example's banner. ok is false if it is kept elsewhere.
func (e *Example) Banner() (banner string, ok bool) {
	for _, a := range e.Attributes {
		switch a.Name.Local {
		case "_filename":
			return "", false
		case "_encoding":
			if a.Value == "base64" {
				data, err := base64.StdEncoding.DecodeString(strings.Join(strings.Fields(e.Text), ""))
				return string(data), err == nil
			}
		}
	}
	return e.Text, true
}

// ParseFile reads one of Recog's XML files.
func ParseFile(name string, data []byte) (*File, error) {
	f := &File{Name: name}
	if err := xml.Unmarshal(data, f); err != nil {
		return nil, fmt.Errorf("read fingerprints %s: %w", name, err)
	}
	if f.Matches == "" {
		f.Matches = f.Name
	}
	return f, nil
}

// New makes a set of files, in their order.
func New(files []*File) *Set {
	s := &Set{databases: map[string][]*database{}}
	for _, f := range files {
		db := newDatabase(f)
		s.databases[f.Matches] = append(s.databases[f.Matches], db)
		if f.Name != f.Matches {
			s.databases[f.Name] = append(s.databases[f.Name], db)
		}
	}
	for kind, names := range Kinds {
		for _, name := range names {
			s.databases[kind] = append(s.databases[kind], s.databases[name]...)
		}
	}
	return s
}

func newDatabase(f *File) *database {
	db := &database{name: f.Matches, prints: make([]print, len(f.Prints))}
	for i := range f.Prints {
		p := &f.Prints[i]
		db.prints[i].pattern, db.prints[i].flags = goPattern(p.Pattern, p.Flags)
		for _, field := range p.Params {
			db.prints[i].params = append(db.prints[i].params, param{field.Name, field.Value, field.Pos, strings.Contains(field.Value, "{")})
		}
	}
	db.index = sync.OnceValue(db.newIndex)
	return db
}

// newIndex finds the texts that each fingerprint needs and builds the index of
// them.
func (db *database) newIndex() *literal.Index {
	needed := make([][]string, len(db.prints))
	for i := range db.prints {
		p := &db.prints[i]
		needed[i], p.also = needs("(?m" + p.flags + ")" + p.pattern)
	}
	return literal.New(needed)
}

// goPattern writes a pattern of Recog, which are Ruby's, for Go: both
// "multi-line" flags let the point match a line end.
func goPattern(pattern, names string) (goPattern, flags string) {
	for name := range strings.SplitSeq(names, ",") {
		switch strings.TrimSpace(name) {
		case "REG_ICASE", "IGNORECASE":
			flags += "i"
		case "REG_DOT_NEWLINE", "REG_MULTILINE", "REG_LINE_ANY_CRLF":
			if !strings.Contains(flags, "s") {
				flags += "s"
			}
		}
	}
	return strings.NewReplacer(`\h`, `[0-9a-fA-F]`, `\Z`, `\z`).Replace(pattern), flags
}

// Kinds leads the kinds of service banners to databases of Recog, in the order
// they are tried.
var Kinds = map[string][]string{
	"ssh": {"ssh.banner"}, "ftp": {"ftp.banner"}, "pop3": {"pop3.banner"}, "imap": {"imap4.banner"}, "telnet": {"telnet_banners"},
	"smtp": {"smtp.banner"}, "http-server": {"http_header.server"}, "http-powered-by": {"http_header.x-powered-by"}, "http-title": {"html_title"},
	"http-www-authenticate": {"http_header.wwwauth"}, "http-cookie": {"http_header.cookie"}, "favicon-md5": {"favicon.md5"},
	"snmp-sysdescr": {"snmp.sys_description"}, "snmp-sysobjectid": {"snmp.sys_object_id"}, "smb-os": {"smb.native_os"}, "smb-lm": {"smb.native_lm"},
	"ntp": {"ntp.readvar"}, "sip-server": {"sip_header.server"}, "mysql": {"mysql.banners"}, "dns-version": {"dns.versionbind"}, "ldap": {"ldap.search_result"},
	"rtsp-server": {"rtsp_header.server"}, "tls-subject": {"x509.subject"}, "tls-issuer": {"x509.issuer"}, "jarm": {"tls.jarm"},
}

// Pack writes files without their examples, for [Unpack].
func Pack(files []*File) string {
	var b strings.Builder
	quote := func(s string) string { return strconv.Quote(s) }
	for _, f := range files {
		fmt.Fprintf(&b, "f %s %s\n", quote(f.Matches), quote(f.Name))
		for i := range f.Prints {
			p := &f.Prints[i]
			fmt.Fprintf(&b, "p %s %s\n", quote(p.Pattern), quote(p.Flags))
			for _, field := range p.Params {
				fmt.Fprintf(&b, "%d %s %s\n", field.Pos, quote(field.Name), quote(field.Value))
			}
		}
	}
	return b.String()
}

// Unpack reads what [Pack] wrote.
func Unpack(text string) ([]*File, error) {
	var files []*File
	number := 0
	for line := range strings.Lines(text) {
		number++
		mark, first, second, err := packed(strings.TrimSuffix(line, "\n"))
		switch {
		case err != nil:
			return nil, fmt.Errorf("fingerprints, line %d: %w", number, err)
		case mark == "f":
			files = append(files, &File{Matches: first, Name: second})
			continue
		case len(files) == 0:
			return nil, fmt.Errorf("fingerprints, line %d: no file yet", number)
		}
		f := files[len(files)-1]
		if mark == "p" {
			f.Prints = append(f.Prints, Print{Pattern: first, Flags: second})
			continue
		}
		pos, err := strconv.Atoi(mark)
		if err != nil || len(f.Prints) == 0 {
			return nil, fmt.Errorf("fingerprints, line %d: %q", number, line)
		}
		p := &f.Prints[len(f.Prints)-1]
		p.Params = append(p.Params, Param{pos, first, second})
	}
	return files, nil
}

func packed(line string) (mark, first, second string, err error) {
	mark, rest, _ := strings.Cut(line, " ")
	quoted, err := strconv.QuotedPrefix(rest)
	if err != nil {
		return "", "", "", err
	}
	if first, err = strconv.Unquote(quoted); err != nil {
		return "", "", "", err
	}
	second, err = strconv.Unquote(strings.TrimPrefix(rest[len(quoted):], " "))
	return mark, first, second, err
}
