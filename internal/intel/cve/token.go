package cve

import "strings"

// Tokens of version phrases.
type tokenKind uint8

const (
	wordToken     tokenKind = iota
	versionToken            // text is the version
	operatorToken           // text is <, <=, >, >= or =
	breakToken              // comma, semicolon, end of a sentence
)

type token struct {
	kind tokenKind
	text string
}

// tokens splits a phrase.
func tokens(s string) []token {
	list := make([]token, 0, len(s)/6+1) // words of prose are longer
	for s != "" {
		c := s[0]
		switch {
		case c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '(' || c == ')' || c == '"' || c == '\'':
			s = s[1:]
		case c == ',' || c == ';':
			list, s = append(list, token{kind: breakToken}), s[1:]
		case c == '<' || c == '>' || c == '=':
			n := 1
			if len(s) > 1 && s[1] == '=' {
				n = 2
			}
			list, s = append(list, token{operatorToken, s[:n]}), s[n:]
		case strings.HasPrefix(s, "≤"):
			list, s = append(list, token{operatorToken, "<="}), s[len("≤"):]
		default:
			n := wordEnd(s)
			list = appendWord(list, s[:n])
			s = s[n:]
		}
	}
	return joinReleases(list)
}

// releaseWords stand between a version and the number of what was put on it:
// "5.21 Patch 1" is one version.
var releaseWords = map[string]bool{"patch": true, "update": true, "hf": true, "hotfix": true, "sp": true, "mr": true, "u": true, "build": true}

// joinReleases puts such versions together.
func joinReleases(list []token) []token {
	kept := list[:0]
	for i := 0; i < len(list); i++ {
		t := list[i]
		if t.kind == versionToken && i+2 < len(list) && list[i+1].kind == wordToken && releaseWords[list[i+1].text] &&
			list[i+2].kind == versionToken && strings.Trim(list[i+2].text, "0123456789") == "" {
			t.text += " " + list[i+1].text + " " + list[i+2].text
			i += 2
		}
		kept = append(kept, t)
	}
	return kept
}

// wordEnd returns where the word at the start of s ends. Brackets belong to it
// if a digit comes before the opening one: 15.2(4)M11.
func wordEnd(s string) int {
	depth := 0
	for i := 0; i < len(s); i++ {
		switch s[i] {
		case ' ', '\t', '\n', '\r', ',', ';', '<', '>', '=', '"', '\'':
			return max(i, 1)
		case '(':
			if i == 0 || !isDigit(s[i-1]) {
				return max(i, 1)
			}
			depth++
		case ')':
			if depth == 0 {
				return max(i, 1)
			}
			depth--
		}
	}
	return len(s)
}

func isDigit(c byte) bool { return c-'0' < 10 }

// appendWord adds a word, or a version, or the two ends of "1.0-1.5".
func appendWord(list []token, word string) []token {
	trimmed := strings.TrimRight(word, ".:!?*")
	stop := strings.HasSuffix(word, ".")
	if strings.HasSuffix(word, ".*") {
		trimmed, stop = strings.TrimRight(word, "*."), false
		trimmed += ".*"
	}
	if v, ok := asVersion(trimmed); ok {
		from, to, isRange := splitRange(v)
		if isRange {
			list = append(list, token{versionToken, from}, token{wordToken, "through"}, token{versionToken, to})
		} else {
			list = append(list, token{versionToken, v})
		}
	} else {
		list = append(list, token{wordToken, strings.ToLower(trimmed)})
	}
	if stop {
		list = append(list, token{kind: breakToken})
	}
	return list
}

// asVersion reports whether a word is a version; a "v" in front is taken off
// and "x" at the end written as "*".
func asVersion(w string) (string, bool) {
	if len(w) > 1 && (w[0] == 'v' || w[0] == 'V') && isDigit(w[1]) {
		w = w[1:]
	}
	if w == "" || !isDigit(w[0]) || len(w) > 60 {
		return "", false
	}
	lower := strings.ToLower(w)
	if strings.HasSuffix(lower, "-bit") || strings.HasSuffix(lower, "th") || strings.HasSuffix(lower, "nd") || strings.Contains(w, "/") || strings.Contains(w, "@") {
		return "", false
	}
	if strings.HasSuffix(lower, ".x") {
		w = w[:len(w)-2] + ".*"
	}
	return w, true
}

// splitRange takes "15.0.0-15.1.0.3" apart; "7.0.1-5035" is one version.
func splitRange(v string) (from, to string, ok bool) {
	from, to, ok = strings.Cut(v, "-")
	if !ok || strings.Count(from, ".") == 0 || strings.Count(to, ".") == 0 || !isDigit(to[0]) {
		return "", "", false
	}
	// A build behind a train (13.1-49.13) has another first number.
	major, _, _ := strings.Cut(from, ".")
	other, _, _ := strings.Cut(to, ".")
	return from, to, len(major) == len(other) && (major == other || strings.Count(from, ".") > 1)
}
