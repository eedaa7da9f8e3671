// Package plan makes of an advisory a list of what to look for, says which of
// our checks answer each line, from which evidence, and, after a scan, what the
// answer is: found, looked for and not found, or could not look.
package plan

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"seawall/internal/advisory"
	"seawall/internal/attack"
	"seawall/internal/coverage"
	"seawall/internal/finding"
)

// Means is a check of the program that may answer lines of a plan.
type Means struct {
	ID         string
	Techniques []string
	// Needs is the evidence of which the check wants any; where empty, it
	// looks at whatever there is.
	Needs []coverage.Need
	// Flaws says that the check judges what is installed, by its flaws and
	// configuration, rather than what happened.
	Flaws bool
	// Exploits says that the check recognises the use of known flaws.
	Exploits bool
	// Indicators says that the check sweeps indicators.
	Indicators bool
	// Rules is the language of rules that the check runs; "" if it runs none.
	Rules string
}

// Kind is what a line is about.
type Kind string

// The kinds of lines.
const (
	Indicators Kind = "indicators"
	Technique  Kind = "technique"
	Flaw       Kind = "flaw"
	Mitigation Kind = "mitigation"
	Rule       Kind = "rule"    // that the advisory prints
	Pattern    Kind = "pattern" // of STIX, of which only the values are searched for
)

// State is the answer to a line.
type State string

// The states of a line. Open is that of a plan that no scan has answered.
const (
	Open     State = "open"
	Found    State = "found"
	Looked   State = "looked for and not found"
	Blind    State = "could not look"
	Unlooked State = "no check of ours looks for it"
)

// Row is a line of a plan.
type Row struct {
	Kind     Kind     `json:"kind"`
	ID       string   `json:"id"`
	Name     string   `json:"name"`
	Why      string   `json:"why"`   // the words of the advisory
	Place    string   `json:"place"` // where they stand
	Standing string   `json:"standing,omitempty"`
	Evidence string   `json:"evidence_class,omitempty"` // how the advisory names it
	Means    []string `json:"answered_by"`
	Needs    []string `json:"needs"`   // any of them will do
	Collect  []string `json:"collect"` // how to get them
	State    State    `json:"state"`
	Present  []string `json:"present"` // of Needs
	Missing  []string `json:"missing"`
	Findings []string `json:"findings"`

	needs []coverage.Need
	any   bool // a check looks at whatever there is
	flaws bool // a check judges what is installed

	unasked string // of a pattern: what of it no check evaluates
}

// Plan is what to look for because of one or several advisories.
type Plan struct {
	Title string `json:"title"`
	// Asked says that the user named the advisory, rather than that it is the
	// built-in one.
	Asked bool  `json:"asked_for"`
	Rows  []Row `json:"rows"`
}

// Make plans what an advisory asks to look for, the surest lines first.
func Make(a *advisory.Advisory, means []Means) *Plan {
	p := &Plan{}
	for _, d := range a.Documents {
		if p.Title != "" {
			p.Title += "; "
		}
		p.Title += cmp.Or(strings.TrimSpace(d.Title), d.Name)
	}
	p.indicators(a, means)
	for i := range a.Techniques {
		p.technique(&a.Techniques[i], means)
	}
	slices.SortStableFunc(p.Rows, func(a, b Row) int {
		return cmp.Or(cmp.Compare(weight(&a), weight(&b)), cmp.Compare(a.ID, b.ID))
	})
	for i := range a.Flaws {
		p.flaw(&a.Flaws[i], means)
	}
	p.mitigations(a, means)
	p.rules(a, means)
	p.patterns(a, means)
	return p
}

// weight orders lines: what was observed and is written out comes first.
func weight(r *Row) int {
	if r.Kind == Indicators {
		return -1
	}
	n := slices.Index([]string{string(advisory.Observed), string(advisory.Known), string(advisory.Recommended)}, r.Standing)
	return n*4 + slices.Index([]string{string(advisory.ByID), string(advisory.ByName), string(advisory.ByCommand), string(advisory.ByModel)}, r.Evidence)
}

func (p *Plan) indicators(a *advisory.Advisory, means []Means) {
	counts := map[string]int{}
	total := 0
	for i := range a.Indicators {
		if k := &a.Indicators[i]; k.Role == advisory.Malicious && !k.InURL {
			counts[string(k.Type)]++
			total++
		}
	}
	if total == 0 {
		return
	}
	var parts []string
	for _, kind := range [...]string{"ipv4", "ipv6", "cidr", "domain", "url", "email", "md5", "sha1", "sha256", "sha512", "filename", "path"} {
		if n := counts[kind]; n > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", n, kind))
		}
	}
	row := Row{Kind: Indicators, ID: "indicators", Name: fmt.Sprintf("%d indicators", total), Why: strings.Join(parts, ", ")}
	for _, m := range means {
		if m.Indicators {
			row.take(m)
		}
	}
	p.add(row)
}

func (p *Plan) technique(t *advisory.Technique, means []Means) {
	row := Row{Kind: Technique, ID: t.Current, Name: t.Name, Standing: string(t.Standing), Evidence: string(t.Evidence)}
	if t.ID != t.Current {
		row.Name += " (written " + t.ID + ")"
	}
	row.quote(t.Sources)
	for _, m := range means {
		if slices.ContainsFunc(m.Techniques, func(id string) bool { return Same(id, t.Current) }) {
			row.take(m)
		}
	}
	p.add(row)
}

// Same reports whether a check of one technique tells of another: it is the
// same, by whatever number, or one is part of the other.
func Same(a, b string) bool {
	tables := attack.Load()
	if current, ok := tables.Current(a); ok {
		a = current
	}
	if current, ok := tables.Current(b); ok {
		b = current
	}
	return a == b || attack.Parent(a) == b || attack.Parent(b) == a
}

func (p *Plan) flaw(f *advisory.Flaw, means []Means) {
	row := Row{Kind: Flaw, ID: f.ID, Name: strings.Join(f.Products[:min(len(f.Products), 2)], ", ")}
	row.quote(f.Sources)
	for _, m := range means {
		if m.Flaws || m.Exploits {
			row.take(m)
		}
	}
	p.add(row)
}

func (p *Plan) mitigations(a *advisory.Advisory, means []Means) {
	said := map[string]bool{}
	for _, r := range a.Recommendations {
		if r.Mitigation == "" || said[r.Mitigation] {
			continue
		}
		said[r.Mitigation] = true
		row := Row{Kind: Mitigation, ID: r.Mitigation, Name: finding.MitigationName(r.Mitigation), Why: r.Text, Place: r.Source.String()}
		for _, m := range means {
			if m.Flaws {
				row.take(m)
			}
		}
		p.add(row)
	}
}

// maxRules bounds the lines of rules.
const maxRules = 200

func (p *Plan) rules(a *advisory.Advisory, means []Means) {
	for i := range a.Rules[:min(len(a.Rules), maxRules)] {
		r := &a.Rules[i]
		row := Row{Kind: Rule, ID: r.Name, Name: r.Language + " rule", Why: cmp.Or(r.Problem, "the advisory prints it"), Place: strings.TrimPrefix(r.Source.Document+", "+r.Source.String(), ", ")}
		for _, m := range means {
			if r.Problem == "" && m.Rules == r.Language {
				row.take(m)
			}
		}
		p.add(row)
	}
}

// maxPatterns bounds the lines of patterns; the last one counts the others.
const maxPatterns = 50

func (p *Plan) patterns(a *advisory.Advisory, means []Means) {
	for i := range a.Patterns {
		k := &a.Patterns[i]
		if i == maxPatterns {
			p.add(Row{Kind: Pattern, ID: "further patterns", Name: fmt.Sprintf("%d more", len(a.Patterns)-i), Why: "only their values are searched for"})
			return
		}
		row := Row{Kind: Pattern, ID: shorten(k.Text), Name: "STIX pattern", Place: k.Source.Document}
		switch {
		case k.Problem != "":
			row.Why = "it cannot be read: " + k.Problem
		case k.Values == 0:
			row.Why = "it asks for " + strings.Join(k.Beyond, ", ")
		default:
			row.unasked = strings.Join(k.Beyond, ", ")
			row.Why = "its values are searched for one by one; that is less than it asks for: " + row.unasked
			for _, m := range means {
				if m.Indicators {
					row.take(m)
				}
			}
		}
		p.add(row)
	}
}

// shorten cuts a pattern for people.
func shorten(text string) string {
	const longest = 160
	text = strings.Join(strings.Fields(text), " ")
	if len(text) > longest {
		text = strings.ToValidUTF8(text[:longest], "") + "…"
	}
	return text
}

// quote gives the sentence for which a line is in the plan.
func (r *Row) quote(sources []advisory.Source) {
	if len(sources) == 0 {
		return
	}
	r.Why = strings.Join(strings.Fields(sources[0].Text), " ")
	r.Place = strings.TrimPrefix(sources[0].Document+", "+sources[0].String(), ", ")
}

// take notes a check that answers the line, and what it needs.
func (r *Row) take(m Means) {
	r.Means = append(r.Means, m.ID)
	r.flaws = r.flaws || m.Flaws
	if len(m.Needs) == 0 && !m.Flaws {
		r.any = true
	}
	for _, n := range m.Needs {
		r.needs = append(r.needs, n)
		if name := needName(n); !slices.Contains(r.Needs, name) {
			r.Needs = append(r.Needs, name)
		}
		if n.Enable != "" && !slices.Contains(r.Collect, n.Enable) {
			r.Collect = append(r.Collect, n.Enable)
		}
	}
	if m.Flaws && !slices.Contains(r.Needs, inventories) {
		r.Needs = append(r.Needs, inventories)
		r.Collect = append(r.Collect, "export installed software and versions, or the results of a vulnerability scanner")
	}
}

const inventories = "what is installed: inventories, scans, configurations"

func needName(n coverage.Need) string {
	if len(n.EventIDs) == 0 {
		return n.Channel
	}
	const most = 6
	ids := make([]string, 0, most)
	for _, id := range n.EventIDs[:min(len(n.EventIDs), most)] {
		ids = append(ids, fmt.Sprint(id))
	}
	name := n.Channel + " " + strings.Join(ids, "/")
	if len(n.EventIDs) > most {
		name += "/…"
	}
	return name
}

func (p *Plan) add(r Row) {
	r.State = Open
	if len(r.Means) == 0 {
		r.State = Unlooked
	}
	p.Rows = append(p.Rows, r)
}
