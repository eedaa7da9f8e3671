package syntax

import (
	"strconv"
	"strings"
	"unicode/utf8"
)

// scanner holds what all lexers share.
type scanner struct {
	src    string
	pos    int
	tokens []Token
}

func (s *scanner) emit(kind TokenKind, from int, text string) {
	s.tokens = append(s.tokens, Token{Kind: kind, Pos: int32(from), End: int32(s.pos), Text: text})
}

func (s *scanner) emitOp(op Op, from int) {
	s.tokens = append(s.tokens, Token{Kind: Punct, Op: op, Pos: int32(from), End: int32(s.pos)})
}

func (s *scanner) punct() {
	op, n := munch(s.src[s.pos:])
	from := s.pos
	s.pos += n
	s.emitOp(op, from)
}

func (s *scanner) has(prefix string) bool { return strings.HasPrefix(s.src[s.pos:], prefix) }

// hasFold is has without regard to ASCII case; prefix must be lower case.
func (s *scanner) hasFold(prefix string) bool { return hasPrefixFold(s.src[s.pos:], prefix) }

func hasPrefixFold(s, prefix string) bool {
	if len(s) < len(prefix) {
		return false
	}
	for i := 0; i < len(prefix); i++ {
		c := s[i]
		if 'A' <= c && c <= 'Z' {
			c |= 0x20
		}
		if c != prefix[i] {
			return false
		}
	}
	return true
}

// indexFold returns the place of the lower-case needle in s, or -1.
func indexFold(s, needle string) int {
	lower, upper := needle[0], needle[0]
	if 'a' <= lower && lower <= 'z' {
		upper -= 0x20
	}
	for i := 0; i+len(needle) <= len(s); {
		k := strings.IndexByte(s[i:], lower)
		if upper != lower {
			limit := s[i:]
			if k >= 0 {
				limit = s[i : i+k]
			}
			if u := strings.IndexByte(limit, upper); u >= 0 {
				k = u
			}
		}
		if k < 0 {
			return -1
		}
		i += k
		if hasPrefixFold(s[i:], needle) {
			return i
		}
		i++
	}
	return -1
}

// skipPast moves behind the next end marker, or to the end of the source.
func (s *scanner) skipPast(end string) {
	if k := strings.Index(s.src[s.pos:], end); k >= 0 {
		s.pos += k + len(end)
		return
	}
	s.pos = len(s.src)
}

func (s *scanner) skipLine() {
	for s.pos < len(s.src) && s.src[s.pos] != '\n' && s.src[s.pos] != '\r' {
		s.pos++
	}
}

func isSpace(c byte) bool {
	return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f' || c == '\v' || c == 0
}
func isDigit(c byte) bool { return '0' <= c && c <= '9' }
func isWordStart(c byte) bool {
	return c == '_' || 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || c >= 0x80
}
func isWord(c byte) bool { return isWordStart(c) || isDigit(c) }

// word returns the identifier at the position and moves behind it.
func (s *scanner) word() string {
	from := s.pos
	for s.pos < len(s.src) && isWord(s.src[s.pos]) {
		s.pos++
	}
	return s.src[from:s.pos]
}

// number reads a number in any of the notations of the brace languages.
func (s *scanner) number() {
	from := s.pos
	for s.pos < len(s.src) {
		c := s.src[s.pos]
		if isWord(c) && c < 0x80 {
			s.pos++
			continue
		}
		if c == '.' && s.pos+1 < len(s.src) && isDigit(s.src[s.pos+1]) && !strings.HasPrefix(s.src[from:], "0x") {
			s.pos++
			continue
		}
		break
	}
	text := s.src[from:s.pos]
	s.emit(Number, from, text)
	s.tokens[len(s.tokens)-1].Num = parseNumber(text)
}

func parseNumber(text string) int64 {
	text = strings.TrimRight(strings.ReplaceAll(text, "_", ""), "lL")
	if n, err := strconv.ParseInt(text, 0, 64); err == nil {
		return n
	}
	if f, err := strconv.ParseFloat(strings.TrimRight(text, "dDfFmM"), 64); err == nil && f > -1e18 && f < 1e18 {
		return int64(f)
	}
	n, _ := strconv.ParseInt(text, 10, 64)
	return n
}

// quoted reads to the closing quote, honouring backslashes if asked, and
// returns the raw inside. The position is behind the opening quote.
func (s *scanner) quoted(quote byte, escapes, lines bool) string {
	from := s.pos
	for s.pos < len(s.src) {
		switch c := s.src[s.pos]; {
		case c == quote:
			s.pos++
			return s.src[from : s.pos-1]
		case c == '\\' && escapes:
			s.pos++
		case c == '\n' && !lines:
			return s.src[from:s.pos]
		}
		s.pos++
	}
	s.pos = min(s.pos, len(s.src))
	return s.src[min(from, len(s.src)):]
}

// unescape decodes the backslash escapes of C-like strings: \n \t \xHH \ooo
// \uHHHH \u{H} and the character itself for all others.
func unescape(raw string) string {
	k := strings.IndexByte(raw, '\\')
	if k < 0 {
		return raw
	}
	out := make([]byte, 0, len(raw))
	for i := 0; i < len(raw); i++ {
		c := raw[i]
		if c != '\\' || i+1 == len(raw) {
			out = append(out, c)
			continue
		}
		i++
		switch c = raw[i]; c {
		case 'n':
			out = append(out, '\n')
		case 't':
			out = append(out, '\t')
		case 'r':
			out = append(out, '\r')
		case 'b':
			out = append(out, '\b')
		case 'v':
			out = append(out, '\v')
		case 'f':
			out = append(out, '\f')
		case 'e':
			out = append(out, 0x1b)
		case 'x', 'u':
			var n int
			out, n = appendHexEscape(out, raw[i:])
			i += n
		default:
			if c < '0' || c > '7' {
				out = append(out, c)
				continue
			}
			v, n := 0, 0
			for n < 3 && i+n < len(raw) && raw[i+n] >= '0' && raw[i+n] <= '7' {
				v = v<<3 | int(raw[i+n]-'0')
				n++
			}
			out = append(out, byte(v))
			i += n - 1
		}
	}
	return string(out)
}

// appendHexEscape decodes the x.. or u.. at the start of raw and returns how
// many bytes behind the letter belong to it.
func appendHexEscape(out []byte, raw string) ([]byte, int) {
	width := 2
	if raw[0] == 'u' {
		width = 4
	}
	digits := raw[1:]
	if strings.HasPrefix(digits, "{") {
		if k := strings.IndexByte(digits, '}'); k > 0 {
			if v, err := strconv.ParseUint(digits[1:k], 16, 32); err == nil {
				return utf8.AppendRune(out, rune(v)), k + 1
			}
		}
		return append(out, raw[0]), 0
	}
	n := 0
	v := 0
	for n < width && n < len(digits) {
		d := hexDigit(digits[n])
		if d < 0 {
			break
		}
		v = v<<4 | d
		n++
	}
	if n == 0 {
		return append(out, '\\', raw[0]), 0
	}
	if raw[0] == 'u' && v >= 0x80 {
		return utf8.AppendRune(out, rune(v)), n
	}
	return append(out, byte(v)), n
}

func hexDigit(c byte) int {
	switch {
	case isDigit(c):
		return int(c - '0')
	case 'a' <= c|0x20 && c|0x20 <= 'f':
		return int(c|0x20-'a') + 10
	}
	return -1
}
