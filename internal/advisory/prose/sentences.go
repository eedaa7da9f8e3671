package prose

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// Sentences calls yield for the sentences of a text and where each begins.
func Sentences(text string) func(func(int, string) bool) {
	return func(yield func(int, string) bool) {
		start := 0
		for i := 0; i < len(text); i++ {
			if !ends(text, start, i) {
				continue
			}
			if strings.TrimSpace(text[start:i+1]) != "" && !yield(start, text[start:i+1]) {
				return
			}
			start = i + 1
		}
		if strings.TrimSpace(text[start:]) != "" {
			yield(start, text[start:])
		}
	}
}

// ends reports whether a sentence that began at start ends with byte i.
func ends(text string, start, i int) bool {
	switch text[i] {
	case '.', '!', '?':
		if i+1 < len(text) && text[i+1] != ' ' && text[i+1] != '\n' && text[i+1] != '\r' {
			return false
		}
		return !isAbbreviation(text[start : i+1])
	case '\n':
		line := strings.TrimSpace(text[start:i])
		next := strings.TrimLeft(text[i+1:min(len(text), i+40)], " \t\r")
		first, _ := utf8.DecodeRuneInString(next)
		// A line that is filled goes on in the next one.
		return line == "" || next == "" || first == '\n' || len(line) > 120 || !unicode.IsLower(first) && !unicode.IsDigit(first)
	}
	return false
}

func isAbbreviation(sentence string) bool {
	for _, a := range [...]string{"e.g.", "i.e.", "etc.", "vs.", "U.S.", "No.", "Dr.", "Mr.", "Inc.", "Ltd.", "incl.", "approx.", "cf.", "al."} {
		if strings.HasSuffix(sentence, a) {
			return true
		}
	}
	return false
}
