// Package endoflife answers "what does its maker no longer fix?": devices,
// operating systems and programs whose support is over, or soon will be. Full
// patches do not clear that.
package endoflife

import (
	"cmp"
	_ "embed"
	"fmt"
	"slices"

	"seawall/internal/exposure"
	"seawall/internal/exposure/vulnerable"
	"seawall/internal/finding"
	"seawall/internal/intel/eol"
	"seawall/internal/intel/facts"
	"seawall/internal/inventory"
)

// ID is the assessor's.
const ID = "endoflife"

//go:embed README.md
var readme string

// Assessor returns the assessor of ends of support.
func Assessor(m *vulnerable.Matcher) exposure.Assessor {
	a := assessor{m}
	return exposure.Assessor{ID: ID, Title: "Devices and software that their makers no longer fix", Readme: readme, Assess: a.assess}
}

type assessor struct{ matcher *vulnerable.Matcher }

func (a *assessor) assess(ctx *exposure.Context) []finding.Finding {
	var findings []finding.Finding
	for _, d := range ctx.Inventory.Devices {
		reach := ctx.Reach(d)
		seen := map[string]bool{}
		for _, list := range [][]inventory.Software{d.Hardware, d.System, d.Software} {
			for i := range list {
				s := &list[i]
				v := a.matcher.EndOfLife(s.Component, ctx.Now, ctx.Soon)
				ending := v.Status == eol.Ended || v.Status == eol.Ending
				if !ending || s.Confidence <= inventory.Guess || seen[v.What] || s.Component.Kind == inventory.Package {
					continue // a distribution looks after its packages itself
				}
				seen[v.What] = true
				findings = append(findings, told(d, s, &v, reach))
			}
		}
	}
	return findings
}

func told(d *inventory.Device, s *inventory.Software, v *eol.Verdict, reach exposure.Reach) finding.Finding {
	f := finding.Finding{
		Detector: ID, Question: finding.Exposed, Title: v.What + " " + when(v), Severity: severity(s, v, reach), Confidence: finding.Likely,
		Techniques: []string{"T1190"}, Entities: exposure.Entities(d), Count: 1, Action: action(v),
		ID:        finding.StableID(ID, d.ID, v.What),
		Citations: []finding.Citation{exposure.Cite(s.Where, v.What)},
	}
	if v.Sure && s.Confidence >= inventory.Recorded {
		f.Confidence = finding.Certain
	}
	if !v.Sure {
		f.Confidence = finding.Unsure
	}
	f.Mitigations = finding.MitigationsFor(f.Techniques)
	f.Why = fmt.Sprintf("%s %s: flaws found from then on are not fixed, whatever patches are installed. Source: %s. Exposed to the Internet: %s, %s.",
		v.What, when(v), v.Source, reach.Exposed, reach.Why)
	if !v.Sure {
		f.Why += " The source is not sure: confirm the model's revision with its maker."
	}
	f.Citations = slices.DeleteFunc(f.Citations, func(c finding.Citation) bool { return c.Path == "" })
	f.Normalize()
	return f
}

func when(v *eol.Verdict) string {
	switch {
	case v.Status == eol.Ending:
		return "is out of support after " + v.Date.Format("2006-01-02")
	case !v.Date.IsZero():
		return "is out of support since " + v.Date.Format("2006-01-02")
	case v.Since != "":
		return "is out of support (" + v.Since + ")"
	}
	return "is out of support"
}

func severity(s *inventory.Software, v *eol.Verdict, reach exposure.Reach) finding.Severity {
	edge := s.Component.Kind == inventory.Hardware || s.Component.Kind == inventory.Firmware
	switch {
	case v.Status == eol.Ending:
		return finding.Low
	case reach.Exposed == facts.Yes && edge:
		return finding.High
	case s.Component.Kind == inventory.Library:
		return finding.Low
	}
	return finding.Medium
}

func action(v *eol.Verdict) string {
	if v.Status == eol.Ending {
		return cmp.Or(prefixed("Plan the move to ", v.Instead), "Plan the replacement of "+v.What)
	}
	return cmp.Or(prefixed("Move from "+v.What+" to ", v.Instead), "Replace "+v.What+": its maker no longer fixes it")
}

func prefixed(prefix, s string) string {
	if s == "" {
		return ""
	}
	return prefix + s
}
