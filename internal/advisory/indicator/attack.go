package indicator

import (
	"strings"
	"unicode/utf8"
)

// dash returns the length of a hyphen or dash at the start of s, 0 if there is
// none.
func dash(s string) int {
	if s == "" {
		return 0
	}
	r, n := utf8.DecodeRuneInString(s)
	switch r {
	case '-', '\u2010', '\u2011', '\u2012', '\u2013', '\u2014', '\u2212', '\ufe63', '\uff0d', '_':
		return n
	}
	return 0
}

// cve takes a CVE id in any spelling, and the numbers of a list that follow
// it: "CVE-2021-44228, -45046 and -45105", "CVE-2021-34473/34523/31207".
func (s *scanner) cve() int {
	rest := s.rest()
	if len(rest) < 13 || !strings.EqualFold(rest[:3], "cve") {
		return 0
	}
	at := 3 + separator(rest[3:])
	if at == 3 || len(rest) < at+4 || span(rest[at:at+4], isDigit) != 4 {
		return 0
	}
	year := rest[at : at+4]
	if year < "1988" || year > "2099" {
		return 0
	}
	at += 4
	gap := separator(rest[at:])
	if gap == 0 {
		return 0
	}
	end := s.cveNumber(rest, year, 0, at+gap)
	if end == 0 {
		return 0
	}
	for {
		gap, ok := listGap(rest[end:])
		if !ok {
			return end
		}
		next := s.cveNumber(rest, year, end+gap, end+gap)
		if next == 0 {
			return end
		}
		end = next
	}
}

// cveNumber notes the number at a position.
func (s *scanner) cveNumber(rest, year string, from, at int) int {
	digits := span(rest[at:], isDigit)
	end := at + digits
	if digits < 4 || digits > 7 || end < len(rest) && isAlnum(rest[end]) {
		return 0
	}
	s.add(CVE, "CVE-"+year+"-"+rest[at:end], from, end)
	return end
}

// separator is what stands between the parts of a CVE id.
func separator(s string) int {
	n := 0
	for n < len(s) && n < 4 {
		if d := dash(s[n:]); d > 0 {
			n += d
		} else if s[n] == ' ' || s[n] == ':' || strings.HasPrefix(s[n:], "\n") {
			n++
		} else {
			break
		}
	}
	return n
}

// listGap is what stands between the numbers of a list that names the year
// once.
func listGap(s string) (n int, ok bool) {
	if s == "" {
		return 0, false
	}
	if s[0] == '/' && len(s) > 1 && isDigit(s[1]) {
		return 1, true
	}
	n = span(s, func(c byte) bool { return c == ' ' || c == ',' || c == '/' })
	for _, word := range [...]string{"and ", "or ", "& "} {
		if strings.HasPrefix(s[n:], word) {
			n += len(word)
		}
	}
	d := dash(s[n:])
	return n + d, d > 0 && n > 0 && n+d < len(s) && isDigit(s[n+d])
}

// attack takes ids of ATT&CK: techniques in their spellings, tactics, groups,
// software, campaigns. Brackets around a number without the T make it a
// technique all the same, if it has a sub-technique: authors lose the letter.
func (s *scanner) attack() int {
	rest := s.rest()
	switch {
	case rest[0] == '[':
		n := span(rest[1:], isDigit)
		if n == 4 && len(rest) > 9 && rest[5] == '.' && span(rest[6:9], isDigit) == 3 && rest[9] == ']' {
			s.add(Technique, "T"+rest[1:9], 1, 9)
			return 10
		}
		return 0
	case rest[0] == 'T' && !strings.HasPrefix(rest, "TA"):
		return s.technique(rest, 1)
	case strings.HasPrefix(rest, "TA"):
		digits := span(rest[2:], isDigit)
		if digits == 4 && strings.HasPrefix(rest[2:], "00") && !continues(rest, 6) {
			s.add(Tactic, rest[:6], 0, 6)
			return 6
		}
		return s.technique(rest, 2) // TA1505.003: a slip
	case (rest[0] == 'G' || rest[0] == 'S' || rest[0] == 'C') && len(rest) > 4:
		if digits := span(rest[1:], isDigit); digits == 4 && rest[1] <= '1' && !continues(rest, 5) {
			s.add(Entity, rest[:5], 0, 5)
			return 5
		}
	}
	return 0
}

// continues: a word goes on at n.
func continues(s string, n int) bool { return n < len(s) && isWord(s[n]) }

// technique takes the number of a technique behind prefix bytes.
func (s *scanner) technique(rest string, prefix int) int {
	if len(rest) < prefix+4 || span(rest[prefix:], isDigit) != 4 {
		return 0
	}
	id, end := "T"+rest[prefix:prefix+4], prefix+4
	if end < len(rest) && (rest[end] == '.' || rest[end] == '/' || rest[end] == '-') {
		if digits := span(rest[end+1:], isDigit); digits == 3 && !continues(rest, end+4) {
			id, end = id+"."+rest[end+1:end+4], end+4
		}
	}
	if continues(rest, end) || id < "T1001" || prefix == 2 && end == 6 {
		return 0
	}
	s.add(Technique, id, 0, end)
	return end
}
