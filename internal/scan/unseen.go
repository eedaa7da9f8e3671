package scan

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"seawall/internal/coverage"
	"seawall/internal/verdict"
	"seawall/sigma"
)

// fillRules says which rules there are and which of them could not answer.
func (o *Options) fillRules(r *verdict.Result, all *worker) {
	rules := o.Rules
	r.Rules.Loaded, r.Rules.Correlations = len(rules.Collection.Rules), len(rules.Collection.Correlations)
	for _, p := range rules.Problems {
		r.Rules.NotEvaluable = append(r.Rules.NotEvaluable, verdict.RuleProblem{File: p.File, Line: p.Line, Rule: p.Rule, Why: p.What})
	}
	for _, i := range all.correlator.Incomplete() {
		r.Rules.NotEvaluable = append(r.Rules.NotEvaluable, verdict.RuleProblem{
			File: i.Rule.File, Line: i.Rule.Line, Rule: i.Rule.Title, Why: fmt.Sprintf("%s (%s)", i.What, plural(int(i.Count), "event")),
		})
	}
	slices.SortStableFunc(r.Rules.NotEvaluable, func(a, b verdict.RuleProblem) int {
		return cmp.Or(cmp.Compare(a.File, b.File), cmp.Compare(a.Line, b.Line), cmp.Compare(a.Rule, b.Rule), cmp.Compare(a.Why, b.Why))
	})
	r.Rules.Unseen = append(unseen(rules.Set, r.Coverage), lacking(all.matcher.Lacks())...)
	slices.SortStableFunc(r.Rules.Unseen, func(a, b verdict.Unseen) int { return cmp.Compare(len(b.Rules), len(a.Rules)) })
}

// lacking groups the rules that met events of their kind, but none with the
// fields they need, by these fields.
func lacking(lacks []sigma.Lack) []verdict.Unseen {
	titles := map[string][]string{}
	for _, l := range lacks {
		fields := strings.Join(l.Fields, ", ")
		titles[fields] = append(titles[fields], l.Rule.Title)
	}
	list := make([]verdict.Unseen, 0, len(titles))
	for _, fields := range slices.Sorted(maps.Keys(titles)) {
		slices.Sort(titles[fields])
		list = append(list, verdict.Unseen{Evidence: "event of the right kind with " + fields, Rules: titles[fields]})
	}
	return list
}

// logged is which event ids were seen in which channel.
type logged map[string]map[int64]bool

func newLogged(c *coverage.Summary) logged {
	l := logged{}
	for stream := range c.All {
		if l[stream.Channel] == nil {
			l[stream.Channel] = map[int64]bool{}
		}
		l[stream.Channel][int64(stream.EventID)] = true
	}
	return l
}

// has reports whether anything that a rule looks at was seen.
func (l logged) has(s *sigma.Source) bool {
	if s.Channels == nil {
		for _, ids := range l {
			if hasID(ids, s.EventIDs) {
				return true
			}
		}
		return false
	}
	return slices.ContainsFunc(s.Channels, func(c string) bool { return l[c] != nil && hasID(l[c], s.EventIDs) })
}

func hasID(seen map[int64]bool, wanted []int64) bool {
	return wanted == nil || slices.ContainsFunc(wanted, func(id int64) bool { return seen[id] })
}

// unseen groups the rules that could not match by the evidence they lacked.
func unseen(set *sigma.Set, c *coverage.Summary) []verdict.Unseen {
	seen := newLogged(c)
	type state struct {
		met     bool
		sources []sigma.Source
	}
	states := map[*sigma.Rule]*state{}
	for rule, source := range set.Sources {
		s := states[rule]
		if s == nil {
			s = &state{}
			states[rule] = s
		}
		s.met = s.met || seen.has(&source)
		s.sources = append(s.sources, source)
	}
	groups := map[string]*verdict.Unseen{}
	for rule, s := range states {
		if s.met {
			continue
		}
		evidence := sourcesName(s.sources)
		g := groups[evidence]
		if g == nil {
			g = &verdict.Unseen{Evidence: evidence, Enable: s.sources[0].Target.Enable}
			groups[evidence] = g
		}
		g.Rules = append(g.Rules, rule.Title)
	}
	list := make([]verdict.Unseen, 0, len(groups))
	for _, g := range groups {
		slices.Sort(g.Rules)
		list = append(list, *g)
	}
	slices.SortFunc(list, func(a, b verdict.Unseen) int {
		return cmp.Or(cmp.Compare(len(b.Rules), len(a.Rules)), cmp.Compare(a.Evidence, b.Evidence))
	})
	return list
}

func sourcesName(sources []sigma.Source) string {
	var names []string
	for i := range sources {
		names = append(names, sourceName(&sources[i]))
	}
	slices.Sort(names)
	return strings.Join(slices.Compact(names), " or ")
}

// sourceName names what a rule looks at: "Security 4624/4625".
func sourceName(s *sigma.Source) string {
	const shown = 4
	channels := make([]string, 0, len(s.Channels))
	for _, c := range s.Channels {
		channels = append(channels, properCase(c, s.Target.Channels))
	}
	name := strings.Join(channels[:min(len(channels), shown)], ", ")
	if len(channels) == 0 {
		name = "any channel"
	}
	if len(s.EventIDs) == 0 {
		return name
	}
	var ids []string
	for _, id := range s.EventIDs[:min(len(s.EventIDs), shown)] {
		ids = append(ids, strconv.FormatInt(id, 10))
	}
	if len(s.EventIDs) > shown {
		ids = append(ids, "…")
	}
	return name + " " + strings.Join(ids, "/")
}

// properCase returns a channel as Windows writes it, if that is known.
func properCase(channel string, known []string) string {
	for _, k := range known {
		if strings.EqualFold(k, channel) {
			return k
		}
	}
	return channel
}
