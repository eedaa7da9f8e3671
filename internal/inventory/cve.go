package inventory

import (
	"slices"
	"strings"
)

// CVEs returns the CVE ids in a text, sorted, each once, in capitals.
func CVEs(text string) (ids []string) {
	for {
		i := indexFold(text, "cve-")
		if i < 0 {
			break
		}
		text = text[i+4:]
		if id, ok := cveID(text); ok {
			ids = append(ids, id)
		}
	}
	slices.Sort(ids)
	return slices.Compact(ids)
}

// cveID reads what follows "CVE-": a year, a hyphen, four digits or more.
func cveID(text string) (string, bool) {
	n := 0
	for n < len(text) && (text[n] >= '0' && text[n] <= '9' || n == 4 && text[n] == '-') {
		n++
	}
	if n < 9 || n > 16 || text[4] != '-' {
		return "", false
	}
	return "CVE-" + text[:n], true
}

// indexFold finds lower in text without regard to the case of ASCII letters.
func indexFold(text, lower string) int {
	for i := 0; i+len(lower) <= len(text); i++ {
		if text[i]|0x20 == lower[0] && strings.EqualFold(text[i:i+len(lower)], lower) {
			return i
		}
	}
	return -1
}
