package vulnerable

import (
	"cmp"
	_ "embed"
	"fmt"
	"slices"
	"strings"

	"seawall/internal/exposure"
	"seawall/internal/exposure/decision"
	"seawall/internal/finding"
	"seawall/internal/intel/cve"
	"seawall/internal/intel/facts"
	"seawall/internal/intel/product"
	"seawall/internal/inventory"
)

// ID is the assessor's.
const ID = "vulnerable"

//go:embed README.md
var readme string

// Assessor returns the assessor of known flaws.
func Assessor(m *Matcher) exposure.Assessor {
	return exposure.Assessor{ID: ID, Title: "Known flaws in what is installed and in what answers", Readme: readme, Assess: m.assess}
}

func (m *Matcher) assess(ctx *exposure.Context) []finding.Finding {
	vex := newStatements(ctx.Inventory.Statements)
	cache := map[*inventory.Component][]Match{}
	var findings []finding.Finding
	for _, d := range ctx.Inventory.Devices {
		c := collector{matcher: m, device: d, reach: ctx.Reach(d), vex: vex, cache: cache, targets: map[string]*target{}}
		for _, t := range c.collect() {
			if f, ok := m.finding(ctx, &c, t); ok {
				findings = append(findings, f)
			}
		}
	}
	return findings
}

// finding tells of one product on one device. Flaws that wait for the next
// upgrade anyway are counted, and make no finding of their own.
func (m *Matcher) finding(ctx *exposure.Context, c *collector, t *target) (finding.Finding, bool) {
	for i := range t.flaws {
		t.flaws[i].decide(ctx.Policy, c.reach.Exposed, c.device)
		t.flaws[i].score = m.score(t.flaws[i].match.Flaw, c.device)
	}
	slices.SortFunc(t.flaws, compareFlaws)
	if len(t.flaws) == 0 || t.flaws[0].decision.Most == decision.OnUpgrade {
		return finding.Finding{}, false
	}
	urgent, listed, exploited, forensic := 0, 0, 0, false
	for i := range t.flaws {
		f := &t.flaws[i]
		if f.match.Flaw.Listed() {
			listed++
			if f.match.Outcome == Affected {
				exploited++
			}
		}
		if f.urgent() {
			urgent++
		}
		forensic = forensic || f.match.Outcome == Affected && f.decision.Most.Forensic()
	}
	top := &t.flaws[0]
	f := finding.Finding{
		Detector: ID, Question: finding.Exposed, Title: title(t, listed), Severity: severity(top), Confidence: confidence(top),
		Techniques: []string{technique(c.reach.Exposed)}, Entities: exposure.Entities(c.device), Count: len(t.flaws),
		Flaws: len(t.flaws), Urgent: urgent, Exploited: exploited, Reachable: c.reach.Exposed == facts.Yes, Unproven: top.match.Outcome != Affected,
		Investigate: forensic, Action: m.action(ctx, t),
		ID: finding.StableID(ID, c.device.ID, t.product, t.version),
	}
	f.Mitigations = finding.MitigationsFor(f.Techniques)
	f.Why = why(c, t, listed, forensic)
	f.Citations = citations(t)
	for _, place := range c.reach.Where {
		if place.Path != "" {
			f.Citations = append(f.Citations, exposure.Cite(place, c.reach.Why))
		}
	}
	f.Normalize()
	return f, true
}

// technique is what an intruder would do with the flaw: attack a public
// program, or move on from inside.
func technique(exposed facts.Answer) string {
	if exposed == facts.No {
		return "T1210"
	}
	return "T1190"
}

// urgent reports whether the flaw is due within days by what is known of it;
// only the asset's exposure may be open.
func (f *flaw) urgent() bool {
	d := &f.decision
	judged := d.Facts.Automatable != facts.Unknown && d.Facts.Total != facts.Unknown
	return f.match.Outcome == Affected && d.Most >= decision.ThreeDays && (judged || d.Least >= decision.ThreeDays)
}

func (f *flaw) decide(policy decision.Policy, exposed facts.Answer, d *inventory.Device) {
	v := f.match.Flaw
	known := decision.Facts{Known: facts.AnswerOf(v.Listed()), Exposed: exposed, Automatable: v.Automatable, Total: v.Total}
	if policy == decision.Deployer {
		var roles []string
		for _, r := range d.Roles {
			roles = append(roles, r.Value)
		}
		f.decision = decision.ByDeployer(known, v.Exploited, decision.HumanImpact(roles))
		return
	}
	f.decision = decision.BOD2604(known)
}

// compareFlaws puts first what is affected and most urgent.
func compareFlaws(a, b flaw) int {
	return cmp.Or(
		cmp.Compare(b.match.Outcome, a.match.Outcome), cmp.Compare(b.decision.Most, a.decision.Most), cmp.Compare(b.decision.Least, a.decision.Least),
		cmp.Compare(b.score.Total, a.score.Total), cmp.Compare(a.id, b.id),
	)
}

// severity follows the decision. What may not be there at all ranks lower.
func severity(f *flaw) finding.Severity {
	s := map[decision.Timeline]finding.Severity{
		decision.OnUpgrade: finding.Low, decision.SixtyDays: finding.Low, decision.FourteenDays: finding.Medium,
		decision.ThreeDays: finding.High, decision.ThreeDaysForensic: finding.Critical,
	}[f.decision.Most]
	switch {
	case f.decision.Settled():
	case !f.urgent() && !f.match.Flaw.Listed() && f.match.Flaw.Score < criticalScore:
		s = min(s, finding.Low) // not judged, and nothing speaks for haste
	case !f.urgent():
		s = min(s, finding.Medium)
	default:
		s = min(s, finding.High)
	}
	if f.match.Outcome == Possible {
		s = min(s, finding.Medium)
	}
	return s
}

// criticalScore is the CVSS score from which on a flaw that nobody has judged
// is told as more than low.
const criticalScore = 9

func confidence(f *flaw) finding.Confidence {
	switch {
	case f.match.Outcome == Possible || f.confidence < inventory.Announced:
		return finding.Unsure
	case f.confidence >= inventory.FullBuild && !f.match.Inferred && f.match.Quality >= cve.Enumerated:
		return finding.Certain
	}
	return finding.Likely
}

// toldFlaws is how many flaws a finding tells of; more are counted.
const toldFlaws = 3

func why(c *collector, t *target, listed int, forensic bool) string {
	var b strings.Builder
	b.WriteString(t.opening(c.device.Name))
	for i := range t.flaws[:min(toldFlaws, len(t.flaws))] {
		b.WriteString(t.flaws[i].sentence())
	}
	if more := len(t.flaws) - toldFlaws; more > 0 {
		fmt.Fprintf(&b, "%d more follow. ", more)
	}
	fmt.Fprintf(&b, "Exposed to the Internet: %s, %s.", c.reach.Exposed, c.reach.Why)
	if forensic {
		b.WriteString(" The directive wants an investigation too: flaws like these were used before they were fixed, so look for an intruder on this host.")
	}
	if n := len(t.silent); n > 0 {
		fmt.Fprintf(&b, " Ruled out by statements of vendor or owner: %s.", strings.Join(t.silent[:min(n, toldFlaws)], ", "))
	}
	return b.String()
}

// sentence tells of one flaw: the deadline, the facts behind it, and the chain.
func (f *flaw) sentence() string {
	v := f.match.Flaw
	var grounds []string
	if v.Listed() {
		grounds = append(grounds, "known to be exploited since "+v.KEV.Added.String())
		if v.KEV.Ransomware {
			grounds = append(grounds, "by ransomware")
		}
	}
	estimated := ""
	if v.Estimated {
		estimated = " (estimated)"
	}
	grounds = append(grounds, fmt.Sprintf("automatable %s, total impact %s%s", v.Automatable, v.Total, estimated))
	s := fmt.Sprintf("%s: %s; %s, score %s", f.id, f.decision.String(), strings.Join(grounds, ", "), f.score.String())
	if f.match.Rule != "" {
		s += "; " + f.match.Chain()
	}
	if f.scanner != "" {
		s += "; says " + f.scanner
	}
	return s + ". "
}

func (t *target) key() product.Key {
	for i := range t.flaws {
		if k := t.flaws[i].match.Product; k != "" {
			return k
		}
	}
	return ""
}

func citations(t *target) (list []finding.Citation) {
	seen := map[finding.Citation]bool{}
	const most = 5
	for i := range t.flaws {
		c := exposure.Cite(t.flaws[i].where, t.name)
		if c.Path != "" && !seen[c] && len(list) < most {
			seen[c] = true
			list = append(list, c)
		}
	}
	return list
}
