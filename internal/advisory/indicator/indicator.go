// Package indicator finds indicators of compromise in prose: addresses, names,
// hashes, files, and what goes with them, defanged or not, as authors of
// advisories write them.
package indicator

import (
	"cmp"
	"slices"
	"strings"
)

// Type is the kind of an indicator.
type Type string

// The types. Names follow STIX cyber observables where there is one.
const (
	IPv4      Type = "ipv4"
	IPv6      Type = "ipv6"
	CIDR      Type = "cidr"
	Domain    Type = "domain"
	URL       Type = "url"
	Email     Type = "email"
	MD5       Type = "md5"
	SHA1      Type = "sha1"
	SHA224    Type = "sha224"
	SHA256    Type = "sha256"
	SHA384    Type = "sha384"
	SHA512    Type = "sha512"
	JARM      Type = "jarm"
	Filename  Type = "filename"
	Path      Type = "path"
	Registry  Type = "registry"
	CVE       Type = "cve"
	Technique Type = "technique" // an ATT&CK technique's id
	Tactic    Type = "tactic"
	Entity    Type = "attack-entity" // ids of ATT&CK groups, software, campaigns: G0065
	ASN       Type = "asn"
	Port      Type = "port"
	UserAgent Type = "user_agent"
	Command   Type = "command"
)

// Indicator is something found in a text.
type Indicator struct {
	Type  Type
	Value string // as it is used: without defanging, hosts and hashes in lower case
	// Start and End are the bytes of the text it was read from.
	Start, End int
	// Defanged says that the author made the value harmless, and so declares
	// it malicious.
	Defanged bool
	// InURL says that the value is part of a URL found in the same place.
	InURL bool
}

// Find returns the indicators in a text, in its order. It never fails: text
// that is no indicator is passed over.
func Find(text string) []Indicator {
	s := scanner{t: refang(text)}
	s.run()
	slices.SortStableFunc(s.found, func(a, b Indicator) int {
		return cmp.Or(cmp.Compare(a.Start, b.Start), cmp.Compare(b.End, a.End))
	})
	return s.found
}

// scanner goes through a text once; at each word the recognisers are asked in
// the order of how much they tell, and what one takes no other sees.
type scanner struct {
	t     refanged
	at    int
	found []Indicator
}

// recognisers take what begins at s.at.
var recognisers = []struct {
	take   func(*scanner) int    // how many bytes of the text it took; 0 is none
	begins func(first byte) bool // whether it may take anything that begins so
}{
	{(*scanner).url, isLetter},
	{(*scanner).registry, isOneOf("hH")},
	{(*scanner).path, func(c byte) bool { return isLetter(c) || c == '%' || c == '\\' || c == '/' }},
	{(*scanner).guid, func(c byte) bool { return isHex(c) || c == '{' }},
	{(*scanner).cve, isOneOf("cC")},
	{(*scanner).attack, isOneOf("[TGSC")},
	{(*scanner).hash, isHex},
	{(*scanner).ipv6, func(c byte) bool { return isHex(c) || c == ':' || c == '[' }},
	{(*scanner).ipv4, isDigit},
	{(*scanner).email, isAlnum},
	{(*scanner).asn, isOneOf("A")},
	{(*scanner).userAgent, isOneOf("uU")},
	{(*scanner).ports, isOneOf("pP")},
	{(*scanner).command, func(c byte) bool { return commandsByLetter[c] != nil }},
	{(*scanner).name, func(c byte) bool { return isAlnum(c) || c == '_' }},
}

// byFirst are the recognisers that are asked, by the first byte.
var byFirst = func() (table [256][]func(*scanner) int) {
	for c := range table {
		for _, r := range recognisers {
			if r.begins(byte(c)) {
				table[c] = append(table[c], r.take)
			}
		}
	}
	return table
}()

func isOneOf(set string) func(byte) bool {
	return func(c byte) bool { return strings.IndexByte(set, c) >= 0 }
}

func (s *scanner) run() {
	for s.at < len(s.t.text) {
		if !s.starts() {
			s.at++
			continue
		}
		n := 0
		for _, take := range byFirst[s.t.text[s.at]] {
			if n = take(s); n > 0 {
				break
			}
		}
		s.at += max(n, 1)
	}
}

// starts reports whether something may begin here: not within a word.
func (s *scanner) starts() bool {
	c := s.t.text[s.at]
	if !isWord(c) && c != '\\' && c != '/' && c != '%' && c != '[' && c != '{' && c != '-' && c != ':' {
		return false
	}
	return s.at == 0 || !isWord(c) || !isWord(s.t.text[s.at-1])
}

// add notes what the bytes from s.at+from to s.at+to are.
func (s *scanner) add(t Type, value string, from, to int) *Indicator {
	start, end := s.at+from, s.at+to
	s.found = append(s.found, Indicator{
		Type: t, Value: value, Start: s.t.origin(start), End: s.t.origin(end), Defanged: s.t.changed(start, end),
	})
	return &s.found[len(s.found)-1]
}

// rest is the text from here on.
func (s *scanner) rest() string { return s.t.text[s.at:] }

// before is the byte before s.at+n, 0 at the start.
func (s *scanner) before(n int) byte {
	if s.at+n == 0 {
		return 0
	}
	return s.t.text[s.at+n-1]
}

func isWord(c byte) bool { return isAlnum(c) || c == '_' || c >= 0x80 }

func isAlnum(c byte) bool { return isDigit(c) || isLetter(c) }

func isLetter(c byte) bool { return c|0x20 >= 'a' && c|0x20 <= 'z' }

func isDigit(c byte) bool { return c >= '0' && c <= '9' }

func isHex(c byte) bool { return isDigit(c) || c|0x20 >= 'a' && c|0x20 <= 'f' }

func isSpace(c byte) bool { return c == ' ' || c == '\t' || c == '\n' || c == '\r' }

// span returns how many bytes s begins with that ok takes.
func span(s string, ok func(byte) bool) int {
	n := 0
	for n < len(s) && ok(s[n]) {
		n++
	}
	return n
}
