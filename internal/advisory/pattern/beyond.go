package pattern

import (
	"fmt"
	"slices"
	"strings"
)

// Beyond says what a pattern asks for that a search for each of its values does
// not answer: how observations and comparisons are joined, and comparisons of
// other kinds or of properties that are not searched for. It is empty if any
// one of the values, met anywhere, satisfies the pattern.
func (p *Pattern) Beyond() []string {
	var list []string
	note := func(what string) {
		if !slices.Contains(list, what) {
			list = append(list, what)
		}
	}
	p.root.beyond(note)
	return list
}

func (l *leaf) beyond(note func(string)) { l.test.beyond(note) }

func (b *both) beyond(note func(string)) {
	if b.ordered {
		note("FOLLOWEDBY")
	} else {
		note("AND")
	}
	b.left.beyond(note)
	b.right.beyond(note)
}

func (e *either) beyond(note func(string)) {
	e.left.beyond(note)
	e.right.beyond(note)
}

func (r *repeats) beyond(note func(string)) {
	note(fmt.Sprintf("REPEATS %d TIMES", r.times))
	r.inner.beyond(note)
}

func (w *within) beyond(note func(string)) {
	note(fmt.Sprintf("WITHIN %g SECONDS", w.span.Seconds()))
	w.inner.beyond(note)
}

func (b *between) beyond(note func(string)) {
	note("START and STOP")
	b.inner.beyond(note)
}

func (a *all) beyond(note func(string)) {
	note("AND")
	a.left.beyond(note)
	a.right.beyond(note)
}

func (a *alternative) beyond(note func(string)) {
	a.left.beyond(note)
	a.right.beyond(note)
}

func (c *Comparison) beyond(note func(string)) {
	if !c.isSearched() {
		operator := string(c.Operator)
		if c.Negated {
			operator = "NOT " + operator
		}
		note(c.property() + " " + operator)
	}
}

// isSearched reports whether the values of a comparison are searched for, and
// one that is met satisfies it.
func (c *Comparison) isSearched() bool {
	last := ""
	hashes := false
	for _, s := range c.Path {
		last = s.Key
		hashes = hashes || s.Key == "hashes"
	}
	host := c.Type == "ipv4-addr" || c.Type == "ipv6-addr" || c.Type == "domain-name" || c.Type == "url" || c.Type == "network-traffic"
	switch {
	case c.Negated:
		return false
	case c.Operator == IsSubset:
		return host && last == "value" && c.Type != "domain-name" && c.Type != "url"
	case c.Operator != Equal && c.Operator != In:
		return false
	}
	return hashes || host && last == "value" || c.Type == "file" && last == "name"
}

// property writes the path of a comparison as patterns do, keys without quotes.
func (c *Comparison) property() string {
	var b strings.Builder
	b.WriteString(c.Type + ":")
	for i, s := range c.Path {
		switch {
		case s.Key != "":
			if i > 0 {
				b.WriteByte('.')
			}
			b.WriteString(s.Key)
		case s.Every:
			b.WriteString("[*]")
		default:
			fmt.Fprintf(&b, "[%d]", s.Index)
		}
	}
	return b.String()
}
