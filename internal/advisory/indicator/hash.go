package indicator

import "strings"

// hashes are hash types by their length in hexadecimal digits.
var hashes = map[int]Type{32: MD5, 40: SHA1, 56: SHA224, 62: JARM, 64: SHA256, 96: SHA384, 128: SHA512}

const longestHash = 128

// hash takes a run of hexadecimal digits of the right length. A hash that a
// line end breaks is joined, unless its parts are hashes themselves.
func (s *scanner) hash() int {
	rest := s.rest()
	if !isHex(rest[0]) {
		return 0
	}
	n := span(rest[:min(len(rest), longestHash+1)], isHex)
	if n < 8 {
		return 0
	}
	if c := s.before(0); n < len(rest) && isWord(rest[n]) || c == '-' && isHex(s.before(-1)) {
		return s.skipWord(n)
	}
	digits, end := s.joined(rest, n)
	t, ok := hashes[len(digits)]
	if !ok || allDigits(digits) && len(digits) != 64 || isFiller(digits) {
		return s.skipWord(n)
	}
	if end < len(rest) && rest[end] == '-' && end+1 < len(rest) && isHex(rest[end+1]) {
		return s.skipWord(n)
	}
	s.add(t, strings.ToLower(digits), 0, end)
	return end
}

// skipWord passes over a word that is no hash, if no other recogniser could
// want it.
func (s *scanner) skipWord(n int) int {
	if n < 20 {
		return 0
	}
	return n
}

// joined puts the parts of a hash together that stand on lines of their own.
func (s *scanner) joined(rest string, n int) (digits string, end int) {
	digits, end = rest[:n], n
	wanted := s.announced()
	if n == wanted {
		return digits, end
	}
	for len(digits) < longestHash {
		gap := lineBreak(rest[end:])
		if gap == 0 {
			return s.settled(rest, n, digits, end)
		}
		more := span(rest[end+gap:], isHex)
		after := end + gap + more
		if more == 0 || after < len(rest) && isWord(rest[after]) || hashes[more] != "" && len(digits)+more != wanted {
			return s.settled(rest, n, digits, end)
		}
		total := len(digits) + more
		if total > longestHash {
			return s.settled(rest, n, digits, end)
		}
		digits, end = digits+rest[end+gap:after], after
		if t := hashes[total]; t != "" && t != JARM && t != SHA224 {
			return digits, end
		}
	}
	return s.settled(rest, n, digits, end)
}

// announced is the length of the hash that the words in front announce; 0 if
// they do not.
func (s *scanner) announced() int {
	front := strings.ToLower(strings.TrimRight(s.t.text[max(0, s.at-12):s.at], " :=\t\n\""))
	front = strings.ReplaceAll(front, "-", "")
	for _, a := range [...]struct {
		name   string
		digits int
	}{{"md5", 32}, {"sha1", 40}, {"sha256", 64}, {"sha384", 96}, {"sha512", 128}} {
		if strings.HasSuffix(front, a.name) {
			return a.digits
		}
	}
	return 0
}

// settled falls back to the first part if the whole is no hash.
func (s *scanner) settled(rest string, n int, digits string, end int) (string, int) {
	if hashes[len(digits)] == "" {
		return rest[:n], n
	}
	return digits, end
}

// lineBreak is the length of a line end with blanks, and a hyphen in front.
func lineBreak(s string) int {
	n := 0
	if n < len(s) && s[n] == '-' {
		n++
	}
	blanks := span(s[n:], isSpace)
	if !strings.ContainsAny(s[n:n+blanks], "\n\r") || blanks > 16 {
		return 0
	}
	return n + blanks
}

func allDigits(s string) bool { return span(s, isDigit) == len(s) }

// isFiller: the same few digits over and over, as in examples.
func isFiller(s string) bool {
	return strings.Trim(s, s[:1]) == "" || len(s) >= 32 && strings.HasPrefix(s, s[8:16]+s[8:16])
}

// guid passes over GUIDs, whose parts are no hashes.
func (s *scanner) guid() int {
	rest := s.rest()
	from := 0
	if rest[0] == '{' {
		from = 1
	}
	at := from
	for i, size := range [...]int{8, 4, 4, 4, 12} {
		if i > 0 {
			if at >= len(rest) || rest[at] != '-' {
				return 0
			}
			at++
		}
		if len(rest)-at < size || span(rest[at:at+size], isHex) != size {
			return 0
		}
		at += size
	}
	if at < len(rest) && isAlnum(rest[at]) {
		return 0
	}
	return at
}
