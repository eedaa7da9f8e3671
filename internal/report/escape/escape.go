// Package escape makes text an attacker may have written safe to show: what
// cannot be seen, or would act on a terminal, is spelled out.
package escape

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/width"
)

// Visible spells out every control character, format character (bidirectional
// overrides, zero-width and tag characters), odd blank and invalid byte of s:
// \n, \x1b, \u202e. A backslash stays as it is: evidence is full of Windows
// paths, and what is shown is for reading, not for parsing.
func Visible(s string) string {
	if isPlain(s) {
		return s
	}
	var b strings.Builder
	for i := 0; i < len(s); {
		r, n := utf8.DecodeRuneInString(s[i:])
		switch {
		case r == utf8.RuneError && n == 1:
			fmt.Fprintf(&b, `\x%02x`, s[i])
		case r == '\n':
			b.WriteString(`\n`)
		case r == '\r':
			b.WriteString(`\r`)
		case r == '\t':
			b.WriteString(`\t`)
		case !Hidden(r):
			b.WriteRune(r)
		case r < 0x100:
			fmt.Fprintf(&b, `\x%02x`, r)
		case r < 0x10000:
			fmt.Fprintf(&b, `\u%04x`, r)
		default:
			fmt.Fprintf(&b, `\U%08x`, r)
		}
		i += n
	}
	return b.String()
}

func isPlain(s string) bool {
	for i := range len(s) {
		if s[i] < ' ' || s[i] > '~' {
			return false
		}
	}
	return true
}

// Hidden reports whether a rune cannot be seen, or changes how others are
// seen: all that Unicode calls control, format, private use, separator (other
// than the blank) or nothing at all, the invisible letters, and combining
// marks, which can be stacked over neighbouring lines.
func Hidden(r rune) bool {
	switch {
	case r == ' ':
		return false
	case r == 0x115f, r == 0x1160, r == 0x3164, r == 0xffa0, r == 0x2800: // Hangul fillers, blank Braille
		return true
	}
	return !unicode.IsPrint(r) || unicode.Is(unicode.Mn, r) || unicode.Is(unicode.Me, r)
}

// Width is how many terminal columns s takes; s must come from [Visible].
func Width(s string) (n int) {
	for _, r := range s {
		n += runeWidth(r)
	}
	return n
}

func runeWidth(r rune) int {
	if r < 0x1100 {
		return 1
	}
	switch width.LookupRune(r).Kind() {
	case width.EastAsianWide, width.EastAsianFullwidth:
		return 2
	}
	if r >= 0x1f300 && r <= 0x1faff { // emoji are drawn wide whatever their class
		return 2
	}
	return 1
}

// Fit cuts s, which must come from [Visible], to at most n columns, marking the
// cut with "…".
func Fit(s string, n int) string {
	if n <= 0 {
		return ""
	}
	if Width(s) <= n {
		return s
	}
	used := 0
	for i, r := range s {
		w := runeWidth(r)
		if used+w > n-1 {
			return s[:i] + "…"
		}
		used += w
	}
	return s
}

// FitMiddle cuts s, which must come from [Visible], to at most n columns by
// leaving out its middle: of a path, both ends tell most.
func FitMiddle(s string, n int) string {
	if n <= 0 || Width(s) <= n {
		return Fit(s, n)
	}
	head := strings.TrimSuffix(Fit(s, (n+1)/2), "…")
	room := n - Width(head) - 1
	tail := []rune(s[len(head):])
	start, used := len(tail), 0
	for start > 0 && used+runeWidth(tail[start-1]) <= room {
		start--
		used += runeWidth(tail[start])
	}
	return head + "…" + string(tail[start:])
}
