package pdf

import (
	"net/netip"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/net/publicsuffix"
)

// join writes an area's lines as one text: typesetters break hashes, names and
// words at the ends of lines, and some put hyphens there.
func join(a *area) string {
	var b strings.Builder
	for i := range a.lines {
		line := a.lines[i].text()
		if i == 0 {
			b.WriteString(line)
			continue
		}
		so := b.String()
		keep, glue := seam(a, i, so, line)
		if keep != len(so) {
			b.Reset()
			b.WriteString(so[:keep])
		}
		b.WriteString(glue)
		b.WriteString(line)
	}
	return b.String()
}

// seam decides how line i goes on the text so far: how much of that is kept,
// and what stands between.
func seam(a *area, i int, so, line string) (keep int, glue string) {
	left := so[strings.LastIndexAny(so, " \n")+1:]
	right, _, _ := strings.Cut(line, " ")
	bare := strings.TrimRight(left, "\u2010\u00ad")
	hyphen := len(left) > len(bare)
	if allHex(strings.TrimSuffix(bare, "-")) && allHex(right) {
		return hexSeam(a, i, so, left, right, hyphen)
	}
	switch {
	case hyphen:
		return len(so) - len(left) + len(bare), ""
	case strings.HasSuffix(left, "-") && len(left) > 1 && startsLow(right):
		return len(so), "" // a compound or a name broken at its own hyphen
	case a.table > 0 && a.unfinished(i, left, right):
		return len(so), ""
	case a.full(i-1, right) && continues(left, right, len(a.lines[i-1].words) == 1 || i > 1 && strings.HasSuffix(a.lines[i-1].text(), left), a.exact(i-1)):
		return len(so), ""
	case a.broken(i, left, right):
		return len(so), ""
	}
	return len(so), a.space(i)
}

// unfinished: a cell's line ends within an address, and the next is its rest.
func (a *area) unfinished(i int, left, right string) bool {
	c := &a.lines[i]
	if len(c.words) != 1 || !a.availableKnown || !a.mostly(i-1) || isWhole(right) && isWhole(left) || strings.Contains(right, "://") {
		return false
	}
	if strings.Contains(left, "://") {
		return !isWhole(right) || !isWhole(hostPart(left))
	}
	return len(a.lines[i-1].words) == 1 && !isWhole(left) && isHostLike(left) && isWhole(left+right)
}

// hostPart returns the host of the beginning of a URL.
func hostPart(s string) string {
	_, s, _ = strings.Cut(s, "://")
	host, _, _ := strings.Cut(s, "/")
	return host
}

func startsLow(s string) bool {
	first, _ := utf8.DecodeRuneInString(s)
	return unicode.IsLower(first) || unicode.IsDigit(first)
}

// broken reports whether a word was broken because it is wider than its cell:
// it fills the line alone.
func (a *area) broken(i int, left, right string) bool {
	c := &a.lines[i-1]
	if !a.availableKnown || len(c.words) != 1 || c.words[0].text != left || isValue(left) || isValue(right) {
		return false
	}
	end, _ := utf8.DecodeLastRuneInString(left)
	first, _ := utf8.DecodeRuneInString(right)
	if !unicode.IsLetter(end) && !unicode.IsDigit(end) || !unicode.IsLower(first) && !unicode.IsDigit(first) && first != ')' {
		return false
	}
	return c.x1+max(a.lines[i].words[0].first, 0.5*c.words[0].average) > a.available
}

// space is what stands between two lines of an area.
func (a *area) space(i int) string {
	if a.mono() || a.bare(i-1) && a.bare(i) {
		return "\n"
	}
	return " "
}

// bare: a line of one word that could be a value.
func (a *area) bare(i int) bool {
	w := a.lines[i].words
	return len(w) == 1 && isValue(w[0].text)
}

// mono reports whether an area is set in a font whose letters are all equally
// wide, as that of programs is: its lines stand for themselves.
func (a *area) mono() bool {
	for i := range a.lines {
		for _, w := range a.lines[i].words {
			if !w.mono {
				return false
			}
		}
	}
	return true
}

// hashLengths are the digits of hashes: MD5, SHA-1, SHA-224, 256, 384, 512.
var hashLengths = map[int]bool{32: true, 40: true, 56: true, 64: true, 96: true, 128: true}

// hexSeam joins parts of a hash: only if what results has the length of one.
func hexSeam(a *area, i int, so, left, right string, hyphen bool) (int, string) {
	bare := strings.TrimRight(left, "\u2010\u00ad-")
	cut := len(so) - len(left) + len(bare)
	total := len(bare)
	if hashLengths[total] && hashLengths[len(right)] && !hyphen && !a.announces(total+len(right)) {
		return len(so), "\n"
	}
	if hashLengths[total] && !hyphen && !a.full(i-1, right) {
		return len(so), "\n"
	}
	for k := i; k < len(a.lines); k++ {
		w, rest, more := strings.Cut(a.lines[k].text(), " ")
		w = strings.TrimRight(w, "\u2010\u00ad-")
		w = strings.TrimRight(w, ".,;)")
		if !allHex(w) || total+len(w) > 128 {
			break
		}
		total += len(w)
		// A longer hash may begin with the length of a shorter one.
		if hashLengths[total] && (more || k+1 == len(a.lines) || !a.wraps(k, total)) {
			return cut, ""
		}
		if more && rest != "" {
			break
		}
	}
	if hyphen {
		return cut, ""
	}
	return len(so), a.space(i)
}

// wraps reports whether the hash whose digits so far end line k goes on.
func (a *area) wraps(k, total int) bool {
	next, _, _ := strings.Cut(a.lines[k+1].text(), " ")
	next = strings.TrimRight(next, "\u2010\u00ad-")
	if !allHex(next) || !a.full(k, next) {
		return false
	}
	// The lines of one hash are equally long, but for the last.
	if len(next) > len(strings.TrimRight(a.lines[k].text(), "\u2010\u00ad-")) {
		return false
	}
	for m := k + 1; m < len(a.lines); m++ {
		w, _, _ := strings.Cut(a.lines[m].text(), " ")
		w = strings.TrimRight(w, "\u2010\u00ad-")
		if !allHex(w) {
			return false
		}
		if total += len(w); hashLengths[total] {
			return true
		}
	}
	return false
}

// announces: the text of the area says how long its hashes are.
func (a *area) announces(digits int) bool {
	if !a.availableKnown {
		return false
	}
	return digits == 64 && a.full(0, "0")
}

// full reports whether line i had no room for what follows it.
func (a *area) full(i int, next string) bool {
	c := &a.lines[i]
	w := c.words[len(c.words)-1]
	piece := next
	if n := strings.IndexAny(next, "/-?&"); n > 0 {
		piece = next[:n]
	}
	runes := utf8.RuneCountInString(piece)
	switch {
	case allHex(next):
		runes = 1
	case strings.HasPrefix(next, "["):
		runes = 3
	case isLong(next):
		runes = 2
	}
	return c.x1+0.9*w.average*float64(runes)+a.slack(w) > a.available
}

// exact reports whether line i of a cell had no room for one letter more.
func (a *area) exact(i int) bool {
	c := &a.lines[i]
	w := c.words[len(c.words)-1]
	first := w.average
	if i+1 < len(a.lines) {
		first = max(first, a.lines[i+1].words[0].first)
	}
	return a.availableKnown && c.x1+first+a.slack(w) > a.available
}

// slack is by how much the room of a cell may be larger than it is known to
// be: without lines around, the widest line tells it to about a letter.
func (a *area) slack(w word) float64 {
	if a.ruled() || !a.availableKnown {
		return 0
	}
	return w.average
}

// mostly reports whether a line fills more than half of its area.
func (a *area) mostly(i int) bool {
	c := &a.lines[i]
	return c.x1-a.x0 > 0.55*(a.available-a.x0)
}

// isLong: breaks inside words of this length are no accident.
func isLong(s string) bool { return len(s) >= 16 }

// continues reports whether right is the rest of a value that left begins;
// exact says that not even one letter more had room behind left.
func continues(left, right string, alone, exact bool) bool {
	if right == "" || left == "" {
		return false
	}
	end := left[len(left)-1]
	first, _ := utf8.DecodeRuneInString(right)
	if strings.ContainsRune("([{“\"<", first) && !strings.HasPrefix(right, "[.]") && !strings.HasPrefix(right, "[:]") {
		return false
	}
	if strings.HasSuffix(left, ".") && unicode.IsUpper(first) && !strings.Contains(left, "://") || end == ',' || end == ';' {
		return false
	}
	if strings.Contains(left, "://") || strings.Contains(left, "[:]//") {
		return !unicode.IsUpper(first) || strings.ContainsAny(right, "/=&?%0123456789")
	}
	both := left + right
	if isWhole(left) && isWhole(right) {
		_, err := netip.ParseAddr(strings.NewReplacer("[", "", "]", "").Replace(right))
		return exact && err != nil
	}
	switch {
	case isValue(left) && (isValue(right) || alone || strings.ContainsAny(right, ".[/\\@")):
		return true
	case alone && strings.Contains(both, ".") && isHostLike(both) && !strings.HasSuffix(left, "."):
		return true
	case alone && isCode(left) && isCode(right):
		return true
	}
	return false
}

// isWhole: a host name under a real top level, or an address, that needs no
// more.
func isWhole(s string) bool {
	s = strings.NewReplacer("[.]", ".", "[", "", "]", "").Replace(strings.ToLower(s))
	if _, err := netip.ParseAddr(s); err == nil {
		return true
	}
	if strings.Contains(s, "@") || !strings.Contains(s, ".") || !isHostLike(s) {
		return false
	}
	suffix, official := publicsuffix.PublicSuffix(s)
	return official && len(suffix) < len(s)
}

// isValue: what no word of a language looks like.
func isValue(s string) bool {
	s = strings.TrimRight(s, ".,;:)")
	if strings.Contains(s, "[.") || strings.Contains(s, "://") || strings.ContainsAny(s, "@\\") {
		return true
	}
	if n := strings.IndexByte(s, '.'); n > 0 && n < len(s)-1 && isHostLike(s) {
		return true
	}
	return isCode(s)
}

// isCode: letters and digits mixed, as in hashes and encoded data.
func isCode(s string) bool {
	digits, letters := 0, 0
	for i := range len(s) {
		switch c := s[i]; {
		case isDigit(c):
			digits++
		case c|0x20 >= 'a' && c|0x20 <= 'z':
			letters++
		case c != '+' && c != '/' && c != '=' && c != '_' && c != '-':
			return false
		}
	}
	return len(s) >= 8 && digits >= 2 && letters >= 2
}

func isHostLike(s string) bool {
	s = strings.ReplaceAll(s, "[.]", ".")
	for i := range len(s) {
		c := s[i]
		if c != '.' && c != '-' && c != '_' && !isDigit(c) && (c|0x20 < 'a' || c|0x20 > 'z') {
			return false
		}
	}
	return !strings.Contains(s, "..")
}

func allHex(s string) bool {
	for i := range len(s) {
		if unhex(s[i]) < 0 {
			return false
		}
	}
	return len(s) > 0
}
