package watchlist

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"io"
	"net/netip"
	"slices"
	"strings"
	"time"
)

// maxFile bounds what is read of one list.
const maxFile = 256 << 20

// Read adds the indicators of a list to l: one a line, or a table with commas,
// semicolons or tabs, in which the first column that holds an indicator counts
// and the others are kept as notes. Indicators may be defanged: hxxp://,
// 192.0.2[.]1, example(dot)com. It returns how many lines held something that
// is no indicator.
func (l *List) Read(r io.Reader, name string) (odd int, err error) {
	data, err := io.ReadAll(io.LimitReader(r, maxFile))
	if err != nil {
		return 0, fmt.Errorf("read indicators: %w", err)
	}
	data = bytes.TrimPrefix(data, []byte("\xef\xbb\xbf"))
	var header []string
	number := 0
	for line := range bytes.Lines(data) {
		number++
		text := strings.TrimSpace(string(line))
		if text == "" || text[0] == '#' || strings.HasPrefix(text, "//") {
			continue
		}
		cells := split(text)
		item, at, ok := pick(cells)
		switch {
		case ok:
			item.File, item.Line = name, number
			item.describe(cells, at, header)
			l.add(item)
		case header == nil && len(cells) > 1 && isHeader(cells):
			header = cells
		default:
			odd++
		}
	}
	return odd, nil
}

// split cuts a line into its columns.
func split(line string) []string {
	separator := ','
	switch {
	case strings.Contains(line, "\t"):
		separator = '\t'
	case strings.Contains(line, ";") && !strings.Contains(line, ","):
		separator = ';'
	}
	r := csv.NewReader(strings.NewReader(line))
	r.Comma, r.LazyQuotes, r.TrimLeadingSpace = separator, true, true
	cells, err := r.Read()
	if err != nil {
		return []string{line}
	}
	for i := range cells {
		cells[i] = strings.TrimSpace(cells[i])
	}
	return cells
}

// pick returns the first column that is an indicator.
func pick(cells []string) (item Item, at int, ok bool) {
	for i, cell := range cells {
		if kind, value := Classify(cell); value != "" {
			return Item{Kind: kind, Value: value}, i, true
		}
	}
	return Item{}, 0, false
}

func isHeader(cells []string) bool {
	return !slices.ContainsFunc(cells, func(c string) bool { return len(c) > 40 || strings.ContainsAny(c, "./@") })
}

const maxNote = 200

// describe keeps what the other columns say.
func (item *Item) describe(cells []string, at int, header []string) {
	var notes []string
	for i, cell := range cells {
		if i == at || cell == "" {
			continue
		}
		if t, ok := instant(cell); ok {
			if item.Since == 0 || t < item.Since {
				item.Since = t
			}
			item.Until = max(item.Until, t)
			continue
		}
		if i < len(header) && header[i] != "" {
			cell = header[i] + " " + cell
		}
		notes = append(notes, cell)
	}
	item.Note = strings.Join(notes, "; ")
	if len(item.Note) > maxNote {
		item.Note = strings.ToValidUTF8(item.Note[:maxNote], "") + "…"
	}
}

// instant reads a date or time.
func instant(text string) (int64, bool) {
	for _, layout := range []string{time.DateOnly, time.RFC3339, time.DateTime, "2006-01-02 15:04", "2006/01/02", "02.01.2006"} {
		if t, err := time.Parse(layout, text); err == nil {
			return t.UnixNano(), true
		}
	}
	return 0, false
}

// fangs are the ways in which indicators are made harmless to click on.
var fangs = strings.NewReplacer(
	"[.]", ".", "(.)", ".", "{.}", ".", "[dot]", ".", "(dot)", ".", "[DOT]", ".", "\\.", ".", "[:]", ":", "[://]", "://", "[/]", "/", "[at]", "@",
)

// Classify says what a text is as an indicator, and its plain form; value is
// "" if it is none.
func Classify(text string) (kind Kind, value string) {
	text = fangs.Replace(strings.Trim(strings.TrimSpace(text), `"'<>`))
	if isJA4(text) {
		return JA4, strings.ToLower(text)
	}
	if digest := strings.ToLower(strings.ReplaceAll(text, ":", "")); isDigest(digest) {
		return Digest, digest
	}
	if a, err := netip.ParseAddr(text); err == nil {
		return address(a)
	}
	if p, err := netip.ParsePrefix(text); err == nil {
		return network(p)
	}
	if a, err := netip.ParseAddrPort(text); err == nil {
		return address(a.Addr())
	}
	if i := strings.Index(text, "://"); i > 0 {
		return url(text[i+3:])
	}
	if i := strings.IndexByte(text, '/'); i > 0 && isDomain(text[:i]) {
		return url(text)
	}
	name := strings.ToLower(strings.TrimPrefix(strings.TrimSuffix(text, "."), "*."))
	if isDomain(name) {
		return Domain, name
	}
	return 0, ""
}

// address leaves out addresses that everybody's traffic has.
func address(a netip.Addr) (Kind, string) {
	a = a.Unmap().WithZone("")
	if a.IsLoopback() || a.IsUnspecified() || a.IsMulticast() || a.IsLinkLocalUnicast() {
		return 0, ""
	}
	return Address, a.String()
}

// network leaves out networks so wide that they mean nothing.
func network(p netip.Prefix) (Kind, string) {
	if p.Bits() < 8 {
		return 0, ""
	}
	if p.IsSingleIP() {
		return address(p.Addr())
	}
	return Network, p.Masked().String()
}

// url reads a URL without its scheme; one without a path is its host.
func url(text string) (Kind, string) {
	host, path, found := strings.Cut(text, "/")
	if i := strings.LastIndexByte(host, '@'); i >= 0 {
		host = host[i+1:]
	}
	host = strings.ToLower(host)
	bare := host
	if i := strings.LastIndexByte(bare, ':'); i >= 0 {
		bare = bare[:i]
	}
	a, err := netip.ParseAddr(bare)
	switch {
	case err != nil && !isDomain(bare):
		return 0, ""
	case found && path != "":
		return URL, strings.TrimSuffix(strings.TrimSuffix(host, ":80"), ":443") + "/" + path
	case err == nil:
		return address(a)
	}
	return Domain, bare
}

func isDigest(text string) bool {
	if len(text) != 32 && len(text) != 40 && len(text) != 64 {
		return false
	}
	for i := range len(text) {
		if c := text[i]; (c < '0' || c > '9') && (c < 'a' || c > 'f') {
			return false
		}
	}
	return true
}

// isJA4 recognises the JA4 fingerprint of a TLS client.
func isJA4(text string) bool {
	return len(text) == 36 && text[10] == '_' && text[23] == '_' && strings.IndexByte("tqd", lower(text[0])) >= 0 && strings.IndexByte("di", lower(text[3])) >= 0
}

// isDomain recognises a name of two labels or more, whose last has letters.
func isDomain(text string) bool {
	labels := strings.Split(text, ".")
	if len(labels) < 2 || len(text) > 253 {
		return false
	}
	for _, label := range labels {
		if label == "" || len(label) > 63 {
			return false
		}
		for i := range len(label) {
			c := lower(label[i])
			if (c < 'a' || c > 'z') && (c < '0' || c > '9') && c != '-' && c != '_' && c < 0x80 {
				return false
			}
		}
	}
	top := labels[len(labels)-1]
	return len(top) >= 2 && strings.ContainsFunc(top, func(r rune) bool { return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= 0x80 })
}
