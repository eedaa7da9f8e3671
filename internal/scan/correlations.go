package scan

import (
	"cmp"
	"fmt"
	"strings"

	"seawall/internal/finding"
	"seawall/sigma"
)

// correlationFindings turns what correlations and legacy aggregations found
// into findings. Their citations have places only; see [Options.quote].
func correlationFindings(results []sigma.CorrelationHit, rules *Ruleset) []finding.Finding {
	findings := make([]finding.Finding, len(results))
	for i := range results {
		findings[i] = correlationFinding(&results[i], rules)
	}
	return findings
}

func correlationFinding(h *sigma.CorrelationHit, rules *Ruleset) finding.Finding {
	info := rules.byMeta[h.Rule]
	f := finding.Finding{
		Detector: info.detector, Question: finding.In, Title: info.title, Why: correlationWhy(h, &info),
		Severity: info.level, Confidence: finding.Unsure,
		Techniques: append([]string(nil), info.techniques...), First: h.First, Last: h.Last, Count: h.Count,
		Rules:     []finding.Rule{{ID: info.id, Title: info.title, Level: info.level.String(), Count: h.Count}},
		Recovered: h.Recovered == h.Count,
	}
	if info.level >= finding.High {
		f.Confidence = finding.Likely
	}
	keyFacts := []string{info.id, fmt.Sprint(h.First)}
	for _, host := range h.Hosts {
		f.Entities = append(f.Entities, finding.Entity{Type: finding.Host, Value: host})
	}
	for _, g := range h.Group {
		keyFacts = append(keyFacts, g.Field, g.Value)
		if e, ok := groupEntity(g); ok {
			f.Entities = append(f.Entities, e)
		}
	}
	for _, rule := range h.Rules {
		if &rule.Meta == h.Rule { // a legacy aggregation is its own rule
			continue
		}
		base := rules.byMeta[&rule.Meta]
		f.Rules = append(f.Rules, finding.Rule{ID: base.id, Title: base.title, Level: base.level.String()})
		f.Techniques = append(f.Techniques, base.techniques...)
	}
	for _, o := range h.Origins {
		f.Citations = append(f.Citations, finding.Citation{Path: o.Path, Offset: o.Offset, Length: o.Length, Number: o.Number})
	}
	f.Mitigations = finding.MitigationsFor(f.Techniques)
	f.ID = finding.StableID("correlation", keyFacts...)
	f.Normalize()
	return f
}

// groupEntities says what the fields that events are grouped by name.
var groupEntities = []struct {
	kind   string
	fields []string // lower case
}{
	{finding.Host, []string{"computer", "computername", "hostname", "host", "workstation", "workstationname", "sourcehostname"}},
	{finding.User, []string{"user", "username", "targetusername", "subjectusername", "targetuser", "sourceuser", "accountname", "samaccountname"}},
	{finding.Address, []string{"ipaddress", "sourceip", "src_ip", "sourceaddress", "clientaddress", "destinationip", "dst_ip"}},
	{finding.Process, []string{"image", "parentimage", "newprocessname", "processname", "sourceimage", "targetimage"}},
	{finding.Service, []string{"servicename"}},
	{finding.Domain, []string{"targetdomainname", "subjectdomainname"}},
	{finding.Task, []string{"taskname"}},
	{finding.File, []string{"targetfilename", "objectname"}},
}

func groupEntity(g sigma.GroupValue) (finding.Entity, bool) {
	field := strings.ToLower(g.Field)
	for _, e := range groupEntities {
		for _, name := range e.fields {
			if name == field && g.Value != "" && g.Value != "-" {
				value := g.Value
				if e.kind == finding.Host {
					value = strings.ToLower(value)
				}
				return finding.Entity{Type: e.kind, Value: value}, true
			}
		}
	}
	return finding.Entity{}, false
}

func correlationWhy(h *sigma.CorrelationHit, info *ruleInfo) string {
	var b strings.Builder
	b.WriteString(plural(h.Count, "event"))
	switch n := len(h.Hosts); {
	case n == 1:
		fmt.Fprintf(&b, " on %s", h.Hosts[0])
	case n > 1:
		fmt.Fprintf(&b, " on %s", plural(n, "host"))
	}
	fmt.Fprintf(&b, " %s together met this rule", period(h.First, h.Last))
	if what := measureNames[h.Type]; what != "" {
		fmt.Fprintf(&b, " (%s: %g)", what, h.Measure)
	}
	for i, g := range h.Group {
		fmt.Fprintf(&b, "%s %s %s", [...]string{",", " for"}[max(0, 1-i)], g.Field, cmp.Or(g.Value, "(empty)"))
	}
	if len(h.Rules) > 0 && &h.Rules[0].Meta != h.Rule {
		titles := make([]string, len(h.Rules))
		for i, rule := range h.Rules {
			titles[i] = rule.Title
		}
		fmt.Fprintf(&b, ", made of: %s", strings.Join(titles, "; "))
	}
	b.WriteString(". ")
	b.WriteString(strings.Join(strings.Fields(info.description), " "))
	return strings.TrimSpace(b.String())
}

// measureNames say what a correlation measures; temporal ones measure the
// rules that are named anyway.
var measureNames = map[sigma.CorrelationType]string{
	sigma.EventCount: "most events in one window", sigma.ValueCount: "most different values in one window",
	sigma.ValueSum: "sum", sigma.ValueAvg: "mean", sigma.ValueMedian: "median", sigma.ValuePercentile: "percentile",
	sigma.ValueMin: "smallest value", sigma.ValueMax: "largest value",
}
