package disagreement

import (
	"strings"
	"testing"

	"seawall/internal/exposure"
	"seawall/internal/inventory"
	"seawall/record"
)

func TestWhatSourcesSayDifferentlyIsShown(t *testing.T) {
	seen := func(path, version string, confidence inventory.Confidence) *inventory.Observation {
		o := &inventory.Observation{Source: &inventory.Source{Path: "case/" + path, Format: "test"}, Where: inventory.Citation{Origin: record.Origin{Path: "case/" + path, Length: 5}}}
		o.Identify(inventory.Alias, "fw1")
		o.Software = append(o.Software, inventory.Software{Component: &inventory.Component{Kind: inventory.Firmware, Name: "FortiOS", Version: version}, Confidence: confidence})
		return o
	}
	m := inventory.New()
	m.Add(seen("cmdb.csv", "7.0.1", inventory.Recorded))
	m.Add(seen("fw.conf", "7.2.6", inventory.Configured))
	m.Add(seen("scan", "7.2", inventory.Announced)) // says less, nothing else
	findings := Assessor().Assess(&exposure.Context{Inventory: m.Resolve()})
	if len(findings) != 1 {
		t.Fatalf("%d findings", len(findings))
	}
	f := findings[0]
	if f.Title != "Sources disagree on fw1: version of FortiOS" || !strings.Contains(f.Why, `"7.2.6" by fw.conf (test), "7.0.1" by cmdb.csv (test)`) || len(f.Citations) != 2 {
		t.Errorf("%s\n%s\n%v", f.Title, f.Why, f.Citations)
	}
}
