package advisory

import (
	"strings"

	"seawall/internal/advisory/document"
	"seawall/internal/advisory/pattern"
)

// Pattern is a STIX pattern of a document that a search for its values does not
// answer: those that it answers are indicators like all others.
type Pattern struct {
	Text   string
	Beyond []string // what it asks for besides; see [pattern.Pattern.Beyond]
	Values int      // how many of its values are searched for
	// Problem says why it cannot be read; "" if it can.
	Problem string
	Source  Source
}

// The bounds of what is kept of patterns.
const (
	maxPatterns    = 1000
	longestPattern = 64 << 10 // bytes
)

// pattern keeps a pattern if its values are not all of it.
func (x *extraction) pattern(b *document.Block) {
	if b.Key != document.StixPattern || len(x.advisory.Patterns) == maxPatterns {
		return
	}
	p := Pattern{Text: b.Text, Source: x.source(0, 0, b)}
	p.Source.Text = ""
	if len(b.Text) > longestPattern {
		p.Problem = "it is too long"
	} else if parsed, err := pattern.Parse(b.Text); err != nil {
		p.Problem = strings.TrimPrefix(err.Error(), pattern.ErrPattern.Error()+": ")
	} else if p.Beyond = parsed.Beyond(); len(p.Beyond) == 0 {
		return
	}
	p.Values = len(document.PatternValues(b.Text))
	x.advisory.Patterns = append(x.advisory.Patterns, p)
}
