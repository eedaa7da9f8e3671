// Package prose puts figures, lists and times into the sentences of findings.
package prose

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"seawall/internal/finding"
)

// Stamp formats an instant, nanoseconds since 1970 UTC.
func Stamp(t int64) string {
	if t == 0 {
		return "an unknown time"
	}
	return time.Unix(0, t).UTC().Format("2006-01-02 15:04:05Z")
}

// Span says when something went on: "at …" or "between … and …".
func Span(first, last int64) string {
	if Stamp(first) == Stamp(last) {
		return "at " + Stamp(first)
	}
	return "between " + Stamp(first) + " and " + Stamp(last)
}

// Count formats a number of things: "1 account", "5 accounts".
func Count(n int, noun string) string {
	switch {
	case n == 1:
		return "1 " + noun
	case strings.HasSuffix(noun, "s"):
		return fmt.Sprintf("%d %ses", n, noun)
	case strings.HasSuffix(noun, "y"):
		return fmt.Sprintf("%d %sies", n, strings.TrimSuffix(noun, "y"))
	}
	return fmt.Sprintf("%d %ss", n, noun)
}

// Names a sentence shows at most, and bytes of one.
const (
	maxNames = 6
	maxName  = 64
)

// List joins names as a sentence does, the first few: "a, b and 3 more".
// Names come from evidence and are cut to a readable length; empty ones, which
// the evidence left open, are not named.
func List(names []string) string {
	if slices.Contains(names, "") {
		names = slices.DeleteFunc(slices.Clone(names), func(name string) bool { return name == "" })
	}
	shown := names[:min(maxNames, len(names))]
	quoted := make([]string, 0, len(shown)+1)
	for _, name := range shown {
		quoted = append(quoted, finding.Shorten(name, maxName))
	}
	if more := len(names) - len(shown); more > 0 {
		quoted = append(quoted, fmt.Sprintf("%d more", more))
	}
	if len(quoted) < 2 {
		return strings.Join(quoted, "")
	}
	last := len(quoted) - 1
	return strings.Join(quoted[:last], ", ") + " and " + quoted[last]
}

// Address names where something came from.
func Address(address string) string {
	if address == "" {
		return "an unrecorded address"
	}
	return address
}

const maxExcerptValue = 200

// Excerpt quotes the telling fields of an event: pairs of name and value;
// empty values are left out.
func Excerpt(pairs ...string) string {
	var b strings.Builder
	for i := 0; i+1 < len(pairs); i += 2 {
		if pairs[i+1] == "" {
			continue
		}
		if b.Len() > 0 {
			b.WriteString(" | ")
		}
		b.WriteString(pairs[i] + "=" + finding.Shorten(pairs[i+1], maxExcerptValue))
	}
	return b.String()
}

// Host names a computer.
func Host(host string) string {
	if host == "" {
		return "an unnamed host"
	}
	return host
}
