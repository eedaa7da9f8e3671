package sigma

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
)

// Options of [Compile]. The zero value is usable.
type Options struct {
	// Mapping says which records are evidence for which log source; nil is
	// [DefaultMapping].
	Mapping *Mapping
	// Placeholders are the values of placeholders. Rules with placeholders
	// that are not among them are disabled.
	Placeholders Placeholders
}

// Set is a collection compiled for matching. It is safe for concurrent use;
// each goroutine matches with a [Matcher] of its own.
type Set struct {
	rules    []*Rule
	variants []*variant // in the order of rules, then of targets
	index    variantIndex
	disabled []Problem

	programs programCache
}

// variant is a rule as it applies to one of its targets.
type variant struct {
	rule     *Rule
	target   *Target
	order    int     // position in Set.variants
	guard    []*Item // conditions of the target, on names of the record
	expr     *Expr
	channels []string // without case; nil is any
	ids      []int64  // nil is any
}

// Compile prepares a collection for matching. Filters are applied to its
// rules. Rules that cannot be used are left out and listed by [Set.Disabled].
func Compile(c *Collection, o Options) *Set {
	if o.Mapping == nil {
		o.Mapping = DefaultMapping()
	}
	s := &Set{}
	s.disabled = c.ApplyFilters()
	for _, r := range c.Rules {
		if err := s.add(r, o); err != nil {
			s.disabled = append(s.disabled, Problem{File: r.File, Line: r.Line, Rule: r.Key(), What: err.Error()})
			continue
		}
		s.rules = append(s.rules, r)
	}
	s.index = newVariantIndex(s.variants)
	return s
}

// Rules returns the rules in use, in the order of the collection.
func (s *Set) Rules() []*Rule { return s.rules }

// Disabled lists rules that are not used whatever the evidence, and why: their
// log source leaves no events known here, or placeholders have no values.
// Filters without effect are listed too.
func (s *Set) Disabled() []Problem { return s.disabled }

func (s *Set) add(r *Rule, o Options) error {
	targets, reason := o.Mapping.Targets(r.LogSource)
	if len(targets) == 0 {
		return errors.New(reason)
	}
	expr, err := resolvePlaceholders(r.Expr, o.Placeholders, 0)
	if err != nil {
		return err
	}
	for i := range targets {
		v, err := newVariant(r, expr, &targets[i])
		if err != nil {
			return err
		}
		v.order = len(s.variants)
		s.variants = append(s.variants, v)
	}
	return nil
}

func newVariant(r *Rule, expr *Expr, target *Target) (*variant, error) {
	v := &variant{rule: r, target: target, expr: expr}
	require := target.Require
	if target.Provider != "" {
		require = append(slices.Clip(require), FieldEquals{Field: "Provider_Name", Values: []string{target.Provider}})
	}
	for _, f := range require {
		it := &Item{Field: f.Field}
		for _, value := range f.Values {
			it.Values = append(it.Values, Literal{Kind: LiteralString, Text: value})
			it.test.preds = append(it.test.preds, newStringMatch(literalPattern(value), false))
		}
		v.guard = append(v.guard, it)
	}
	v.channels = necessaryChannels(expr)
	if len(target.Channels) > 0 {
		var channels []string
		for _, c := range target.Channels {
			if f := fold(c); v.channels == nil || slices.Contains(v.channels, f) {
				channels = append(channels, f)
			}
		}
		switch {
		case channels != nil:
			v.channels = channels
		case len(target.EventIDs) > 0:
			return nil, fmt.Errorf("its condition asks for other channels than its log source has")
		default:
			// A service is but a name for channels; the condition is exact.
			v.target = target.elsewhere()
		}
	}
	v.ids = necessaryIDs(expr)
	if len(target.EventIDs) > 0 {
		ids := []int64{}
		for _, id := range target.EventIDs {
			if v.ids == nil || slices.Contains(v.ids, int64(id)) {
				ids = append(ids, int64(id))
			}
		}
		v.ids = ids // none: the rule is about another of its targets
	}
	return v, nil
}

// elsewhere is the target in any channel.
func (t *Target) elsewhere() *Target {
	other := *t
	other.Channels = nil
	return &other
}

// resolvePlaceholders returns expr with the items that have placeholders
// compiled for their values. Everything else is shared.
func resolvePlaceholders(e *Expr, p Placeholders, depth int) (*Expr, error) {
	if e.Op == OpItem {
		if !e.Item.test.placeholder {
			return e, nil
		}
		it := *e.Item
		var err error
		if it.test, err = it.compile(p.lookup); err != nil {
			return nil, fmt.Errorf("%s: %w", it.name(), err)
		}
		clone := *e
		clone.Item = &it
		return &clone, nil
	}
	var clone *Expr
	for i, kid := range e.Kids {
		resolved, err := resolvePlaceholders(kid, p, depth+1)
		if err != nil {
			return nil, err
		}
		if resolved == kid {
			continue
		}
		if clone == nil {
			c := *e
			c.Kids = slices.Clone(e.Kids)
			clone = &c
		}
		clone.Kids[i] = resolved
	}
	if clone == nil {
		return e, nil
	}
	return clone, nil
}

// necessaryIDs returns the event ids without one of which expr cannot hold,
// nil if it does not say.
func necessaryIDs(e *Expr) []int64 {
	return necessary(e, func(it *Item) []int64 {
		if it.Field != "EventID" {
			return nil
		}
		ids := []int64{}
		for _, p := range it.test.preds {
			switch p := p.(type) {
			case *numberMatch:
				ids = append(ids, p.number)
			case *stringMatch:
				n, ok := parseNumber(string(p.text))
				if p.shape != shapeExact || !ok {
					return nil
				}
				ids = append(ids, n)
			default:
				return nil
			}
		}
		return ids
	})
}

// necessaryChannels is the same for channels, without case.
func necessaryChannels(e *Expr) []string {
	return necessary(e, func(it *Item) []string {
		if it.Field != "Channel" {
			return nil
		}
		channels := []string{}
		for _, p := range it.test.preds {
			m, ok := p.(*stringMatch)
			if !ok || m.shape != shapeExact || m.cased {
				return nil
			}
			channels = append(channels, string(m.text))
		}
		return channels
	})
}

// necessary collects the values of a field, one of which the record must have
// for e to hold; nil if any may do.
func necessary[T cmp.Ordered](e *Expr, values func(*Item) []T) []T {
	switch e.Op {
	case OpItem:
		t := &e.Item.test
		if t.not || t.null || t.exists != 0 || len(t.refs) > 0 || t.all && len(t.preds) > 1 {
			return nil
		}
		return values(e.Item)
	case OpAnd:
		var least []T
		for _, kid := range e.Kids {
			if some := necessary(kid, values); some != nil && (least == nil || len(some) < len(least)) {
				least = some
			}
		}
		return least
	case OpOr, OpAtLeast:
		union := []T{}
		for _, kid := range e.Kids {
			some := necessary(kid, values)
			if some == nil {
				return nil
			}
			union = append(union, some...)
		}
		slices.Sort(union)
		return slices.Compact(union)
	}
	return nil
}
