// Package disagreement answers "where do the sources say different things of
// one device?": an asset list that names another version than the device
// itself, two scanners that see another system. Which one is right decides what
// has to be patched, so it is shown and not settled in silence.
package disagreement

import (
	_ "embed"
	"fmt"
	"path"
	"strings"

	"seawall/internal/exposure"
	"seawall/internal/finding"
	"seawall/internal/inventory"
)

// ID is the assessor's.
const ID = "disagreement"

//go:embed README.md
var readme string

// Assessor returns the assessor of disagreements.
func Assessor() exposure.Assessor {
	return exposure.Assessor{ID: ID, Title: "Facts on which sources disagree", Readme: readme, Assess: assess}
}

func assess(ctx *exposure.Context) (findings []finding.Finding) {
	for _, d := range ctx.Inventory.Devices {
		if f, ok := told(d); ok {
			findings = append(findings, f)
		}
	}
	return findings
}

// told makes one finding of all that is unclear about a device.
func told(d *inventory.Device) (finding.Finding, bool) {
	var what, why []string
	f := finding.Finding{
		Detector: ID, Question: finding.Exposed, Severity: finding.Informational, Confidence: finding.Certain,
		Entities: exposure.Entities(d), Action: "Correct the asset list, or find out which source is out of date", ID: finding.StableID(ID, d.ID),
	}
	for _, x := range d.Disagreements {
		if strings.HasPrefix(x.What, "state of ") { // ports open and close between scans
			continue
		}
		what = append(what, x.What)
		var values []string
		for _, v := range x.Values {
			values = append(values, fmt.Sprintf("%q by %s", v.Value, source(&v)))
			f.Citations = append(f.Citations, exposure.Cite(v.Where, v.Value))
		}
		why = append(why, x.What+": "+strings.Join(values, ", "))
	}
	if len(what) == 0 {
		return f, false
	}
	f.Count = len(what)
	f.Title = "Sources disagree on " + d.Name + ": " + strings.Join(what, ", ")
	f.Why = "What is known of " + d.Name + " is not the same everywhere. " + strings.Join(why, "; ") + ". Each value is judged; until it is clear which one holds, findings may speak of software that is not there any more."
	f.Normalize()
	return f, true
}

// source names the file a value is from.
func source(v *inventory.Fact) string {
	if v.Source == nil {
		return "an unnamed source"
	}
	return path.Base(v.Source.Path) + " (" + v.Source.Format + ")"
}
