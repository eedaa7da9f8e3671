package scan

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"seawall/internal/evidence"
	"seawall/internal/finding"
	"seawall/internal/hits"
)

// Citations a finding of rule hits carries at most: enough to judge by, few
// enough to read.
const maxCitations = 10

// activityFindings turns activities into findings. Activities of one host and
// the same actors that show the same rules again and again are one finding
// with several episodes: what repeats daily should be read once.
func activityFindings(activities []hits.Activity, rules []ruleInfo) []finding.Finding {
	type recurring struct {
		host, users, rules string
		recovered          bool
	}
	episodes := map[recurring][]hits.Activity{}
	var order []recurring
	for _, a := range activities {
		k := recurring{a.Host, strings.Join(a.Users, "\x00"), ruleSet(a.Rules), a.Recovered}
		if episodes[k] == nil {
			order = append(order, k)
		}
		episodes[k] = append(episodes[k], a)
	}
	findings := make([]finding.Finding, 0, len(order))
	for _, k := range order {
		findings = append(findings, activityFinding(episodes[k], rules))
	}
	return findings
}

// tellingSpan is when the signs were seen that make a finding as grave as it
// is: what is ordinary by itself may go on for weeks around them.
func tellingSpan(episodes []hits.Activity, rules []ruleInfo, worst finding.Severity) (first, last int64) {
	for _, e := range episodes {
		for _, r := range e.Rules {
			if rules[r.Rule].level < min(worst, finding.Medium) || r.First == 0 {
				continue
			}
			if first == 0 || r.First < first {
				first = r.First
			}
			last = max(last, r.Last)
		}
	}
	return first, last
}

func ruleSet(rules []hits.RuleHits) string {
	var b strings.Builder
	for _, r := range rules {
		fmt.Fprintf(&b, "%d,", r.Rule)
	}
	return b.String()
}

// ruleCount is one rule's share in a finding, over all its episodes.
type ruleCount struct {
	ruleInfo
	count     int
	citations []finding.Citation
}

func activityFinding(episodes []hits.Activity, rules []ruleInfo) finding.Finding {
	counts := countRules(episodes, rules)
	top := counts[0]
	f := finding.Finding{
		Detector:   top.detector,
		Question:   finding.In,
		Title:      activityTitle(counts),
		Severity:   activitySeverity(counts),
		Confidence: activityConfidence(counts),
		Recovered:  episodes[0].Recovered,
	}
	keyFacts := []string{episodes[0].Host, fmt.Sprint(episodes[0].First), fmt.Sprint(f.Recovered)}
	f.First, f.Last = tellingSpan(episodes, rules, top.level)
	for _, e := range episodes {
		f.Count += e.Events
		f.Entities = append(f.Entities, entities(e)...)
	}
	for _, c := range counts {
		f.Rules = append(f.Rules, finding.Rule{ID: c.id, Title: c.title, Level: c.level.String(), Count: c.count})
		f.Techniques = append(f.Techniques, c.techniques...)
		keyFacts = append(keyFacts, c.id)
	}
	f.Citations = spreadCitations(counts)
	f.Mitigations = finding.MitigationsFor(f.Techniques)
	f.Why = activityWhy(episodes, counts)
	f.ID = finding.StableID("activity", append(keyFacts, episodes[0].Users...)...)
	f.Normalize()
	return f
}

// countRules sums each rule over the episodes, worst rule first.
func countRules(episodes []hits.Activity, rules []ruleInfo) []ruleCount {
	index := map[int]int{}
	var counts []ruleCount
	for _, e := range episodes {
		for _, r := range e.Rules {
			at, ok := index[r.Rule]
			if !ok {
				at = len(counts)
				index[r.Rule] = at
				counts = append(counts, ruleCount{ruleInfo: rules[r.Rule]})
			}
			counts[at].count += r.Count
			counts[at].citations = append(counts[at].citations, r.Citations...)
		}
	}
	slices.SortFunc(counts, func(a, b ruleCount) int {
		return cmp.Or(cmp.Compare(b.level, a.level), cmp.Compare(a.title, b.title), cmp.Compare(a.id, b.id))
	})
	return counts
}

func activityTitle(counts []ruleCount) string {
	title := counts[0].title
	switch more := len(counts) - 1; more {
	case 0:
		return title
	case 1:
		return title + ", and 1 related sign"
	default:
		return fmt.Sprintf("%s, and %d related signs", title, more)
	}
}

// Signs of medium level or above, of different techniques, that one actor
// must show within one activity for it to rank as high.
const corroboratingSigns = 5

// activitySeverity is that of the worst rule, or high when many different
// signs corroborate each other.
func activitySeverity(counts []ruleCount) finding.Severity {
	worst := counts[0].level
	if worst != finding.Medium {
		return worst
	}
	techniques := map[string]bool{}
	for _, c := range counts {
		if c.level >= finding.Medium && len(c.techniques) > 0 {
			techniques[c.techniques[0]] = true
		}
	}
	if len(techniques) >= corroboratingSigns {
		return finding.High
	}
	return worst
}

func activityConfidence(counts []ruleCount) finding.Confidence {
	strong := 0
	for _, c := range counts {
		if c.level >= finding.Medium {
			strong++
		}
	}
	switch {
	case counts[0].level >= finding.Critical || strong >= 4:
		return finding.Certain
	case counts[0].level >= finding.High || strong >= 2:
		return finding.Likely
	}
	return finding.Unsure
}

func entities(a hits.Activity) (list []finding.Entity) {
	add := func(kind, value string) {
		if value != "" {
			list = append(list, finding.Entity{Type: kind, Value: value})
		}
	}
	add(finding.Host, a.Host)
	for _, u := range a.Users {
		add(finding.User, u)
	}
	for _, address := range a.Addresses {
		add(finding.Address, address)
	}
	for _, logon := range a.Logons {
		add(finding.Logon, fmt.Sprintf("%s 0x%x", a.Host, logon))
	}
	return list
}

// spreadCitations takes citations rule by rule, worst rule first, one each
// round, so that every rule is shown before one is shown twice. A record that
// several rules matched is cited once.
func spreadCitations(counts []ruleCount) []finding.Citation {
	var chosen []finding.Citation
	taken := map[evidence.Place]bool{}
	for round, left := 0, true; left && len(chosen) < maxCitations; round++ {
		left = false
		for _, c := range counts {
			if round >= len(c.citations) || len(chosen) == maxCitations {
				continue
			}
			left = true
			if place := placeOf(&c.citations[round]); !taken[place] {
				taken[place] = true
				chosen = append(chosen, c.citations[round])
			}
		}
	}
	return chosen
}

func activityWhy(episodes []hits.Activity, counts []ruleCount) string {
	a := episodes[0]
	var b strings.Builder
	host := a.Host
	if host == "" {
		host = "an unnamed host"
	}
	fmt.Fprintf(&b, "On %s", host)
	if len(a.Users) > 0 {
		fmt.Fprintf(&b, ", %s", strings.Join(a.Users, " and "))
	}
	fmt.Fprintf(&b, " showed %s %s", plural(len(counts), "sign"), period(a.First, episodes[len(episodes)-1].Last))
	if len(episodes) > 1 {
		fmt.Fprintf(&b, ", in %d separate episodes", len(episodes))
	}
	b.WriteString(": ")
	const named = 6
	for i, c := range counts[:min(named, len(counts))] {
		if i > 0 {
			b.WriteString("; ")
		}
		fmt.Fprintf(&b, "%s (%s, %d×)", c.title, c.level, c.count)
	}
	if more := len(counts) - named; more > 0 {
		fmt.Fprintf(&b, "; and %d more", more)
	}
	b.WriteString(". ")
	b.WriteString(strings.Join(strings.Fields(counts[0].description), " "))
	if a.Recovered {
		b.WriteString(" These events are no longer in the live log: they were recovered from unused space, which by itself is common after an export or a clearing.")
	}
	return strings.TrimSpace(b.String())
}
