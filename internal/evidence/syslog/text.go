package syslog

import "bytes"

// between returns what stands between two texts, or behind the first if the
// second does not follow; nil if the first is not there.
func between(text []byte, before, after string) []byte {
	i := bytes.Index(text, []byte(before))
	if i < 0 {
		return nil
	}
	rest := text[i+len(before):]
	if j := bytes.Index(rest, []byte(after)); j >= 0 {
		return rest[:j]
	}
	return rest
}

// firstOf returns what stands behind the first of several texts that is there.
func firstOf(text []byte, before ...string) []byte {
	for _, b := range before {
		if i := bytes.Index(text, []byte(b)); i >= 0 {
			return text[i+len(b):]
		}
	}
	return nil
}

// untilAny cuts text at the first of some characters.
func untilAny(text []byte, stops string) []byte {
	if i := bytes.IndexAny(text, stops); i >= 0 {
		return text[:i]
	}
	return text
}

// containsFold reports whether text holds a word without regard to case; the
// word must be in lower case.
func containsFold(text []byte, w string) bool { return indexFold(text, w) >= 0 }

// indexFold is where a word, in lower case, stands first in text without regard
// to case; -1 if it does not.
func indexFold(text []byte, w string) int {
	for i := 0; i+len(w) <= len(text); i++ {
		if text[i]|0x20 == w[0]|0x20 && hasPrefixFold(text[i:], w) {
			return i
		}
	}
	return -1
}

// wordOf returns the first of some words, in lower case, as it stands in text.
func wordOf(text []byte, words ...string) []byte {
	for _, w := range words {
		for i := 0; i+len(w) <= len(text); i++ {
			if text[i]|0x20 == w[0] && hasPrefixFold(text[i:], w) && (i == 0 || !isWord(text[i-1])) {
				return text[i : i+len(w)]
			}
		}
	}
	return nil
}
