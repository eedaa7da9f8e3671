package cve

import (
	"strings"

	"seawall/internal/intel/version"
)

// clean takes off what feeds add to versions: escapes of CPE names and blanks.
func clean(v string) string {
	v = version.Tidy(strings.TrimSpace(strings.ReplaceAll(v, `\`, "")))
	if nothing(v) {
		return ""
	}
	return v
}

// nothing reports whether a version field says nothing.
func nothing(v string) bool {
	switch strings.ToLower(v) {
	case "", "n/a", "na", "none", "unspecified", "unknown", "-", "*", "0", "see references", "not specified", "unpsecified", "undefined", "all", "any", "all versions", "xxx":
		return true
	}
	return false
}

// everything reports whether a version field says "all".
func everything(v string) bool {
	switch strings.ToLower(strings.TrimSpace(v)) {
	case "all", "any", "all versions", "*":
		return true
	}
	return false
}

// bound returns the version that a bound with words around it names, "" if it
// names none: "OMS Agent for Linux GA v1.6.8-1", "before 1.2".
func bound(v string) string {
	if v == "" || v == "0" {
		return ""
	}
	if dotted(v) || !strings.Contains(v, " ") {
		v = strings.TrimRight(stripV(v), ".,;")
		if train, ok := strings.CutSuffix(strings.ToLower(v), ".x"); ok && dotted(v) {
			v = train + ".*"
		}
		return v
	}
	if at := strings.IndexByte(v, ' '); isDigit(v[0]) && editionOf(v) == "" && !versionBehind(v[at:]) {
		return v // "5.36 Patch 2", "2021 Update 5"
	}
	last := ""
	for _, t := range tokens(v) {
		if t.kind == versionToken {
			last = t.text
		}
	}
	return strings.TrimSuffix(last, ".*")
}

func versionBehind(s string) bool {
	for _, t := range tokens(s) {
		if t.kind == versionToken && strings.Contains(t.text, ".") {
			return true
		}
	}
	return false
}

func stripV(v string) string {
	if len(v) > 1 && (v[0] == 'v' || v[0] == 'V') && isDigit(v[1]) {
		return v[1:]
	}
	return v
}

// dotted reports whether a text is a plain version.
func dotted(v string) bool {
	v = stripV(v)
	return v != "" && isDigit(v[0]) && strings.ContainsRune(v, '.') && !strings.ContainsAny(v, " ,;")
}

// first returns the first of several versions: "21.4R3-S5, 21.4R4".
func first(v string) string {
	one, _, _ := strings.Cut(v, ",")
	return strings.TrimSpace(one)
}

// editionOf returns the edition that a train names: "13.1-FIPS".
func editionOf(v string) string {
	_, suffix, ok := strings.Cut(v, "-")
	if !ok || suffix == "" {
		return ""
	}
	switch word := strings.ToUpper(strings.TrimSpace(suffix)); word {
	case "FIPS", "NDCPP", "EVO", "FIPS AND NDCPP", "FIPS/NDCPP":
		return word
	}
	return ""
}
