package finding

import "unicode/utf8"

// Shorten cuts text to at most n bytes, whole runes, marking the cut with "…".
func Shorten(text string, n int) string {
	if len(text) <= n {
		return text
	}
	n = max(n-len("…"), 0)
	for n > 0 && !utf8.RuneStart(text[n]) {
		n--
	}
	return text[:n] + "…"
}
