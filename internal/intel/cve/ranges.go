package cve

import (
	"strings"

	"seawall/internal/intel/version"
)

// Range is a run of versions. The zero value is all of them.
type Range struct {
	From, To  string // "" is no bound; a To that ends in ".*" takes in all that begins so
	After     bool   // From itself is outside
	Inclusive bool   // To itself is inside
	Inferred  bool   // From is not stated but the start of To's train
	Edition   string // "FIPS", …; "" is the ordinary one
}

// Point is the range of one version, or of a whole train ("16.1.x").
func Point(v string) Range { return Range{From: strings.TrimSuffix(v, ".*"), To: v, Inclusive: true} }

// Contains reports whether v lies in the range, whatever its edition.
func (r *Range) Contains(s version.Scheme, v string) bool {
	return !r.Above(s, v) && r.begins(s, v)
}

func (r *Range) begins(s version.Scheme, v string) bool {
	if r.From == "" {
		return true
	}
	c := s.Compare(v, r.From)
	return c > 0 || c == 0 && !r.After
}

// Above reports whether v lies behind the end of the range.
func (r *Range) Above(s version.Scheme, v string) bool {
	if r.To == "" {
		return false
	}
	if prefix, ok := strings.CutSuffix(r.To, ".*"); ok {
		return !Within(v, prefix) && s.Compare(v, prefix) > 0
	}
	c := s.Compare(v, r.To)
	return c > 0 || c == 0 && !r.Inclusive
}

// Within reports whether v is prefix or goes on from it: 16.1.2 is within 16.1,
// 16.10 is not.
func Within(v, prefix string) bool {
	rest, ok := strings.CutPrefix(v, prefix)
	return ok && (rest == "" || rest[0] < '0' || rest[0] > '9')
}

// String writes the range for people: "from 10.2.0 before 10.2.9-h1".
func (r Range) String() string {
	var words []string
	switch {
	case r.From != "" && r.From == strings.TrimSuffix(r.To, ".*") && r.Inclusive:
		words = append(words, r.To)
	case r.From == "" && r.To == "":
		words = append(words, "all versions")
	default:
		if r.From != "" {
			words = append(words, map[bool]string{false: "from", true: "after"}[r.After], r.From)
		}
		if r.To != "" {
			words = append(words, map[bool]string{false: "before", true: "up to"}[r.Inclusive], r.To)
		}
	}
	if r.Edition != "" {
		words = append(words, "("+r.Edition+")")
	}
	return strings.Join(words, " ")
}

// Train returns the first two numbers of a version, its release train for most
// products: "10.2.9-h1" is of 10.2, "21.4R3" of 21.4, "9.1R18" of 9.1.
func Train(v string) string {
	start := 0
	for start < len(v) && (v[start] < '0' || v[start] > '9') {
		start++
	}
	end, numbers := start, 0
	for end < len(v) {
		at := end
		for end < len(v) && v[end] >= '0' && v[end] <= '9' {
			end++
		}
		if at == end {
			break
		}
		if numbers++; numbers == 2 || end+1 >= len(v) || v[end] != '.' {
			break
		}
		end++
	}
	return strings.TrimSuffix(v[start:end], ".")
}
