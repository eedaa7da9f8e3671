package advisory

import (
	"fmt"
	"strings"
	"testing"

	"seawall/internal/advisory/document"
)

// TestHostileDocumentsAreBounded reads documents that are made to take long: at
// this size anything quadratic runs into the time limit of go test. The short
// run only looks for panics and races.
func TestHostileDocumentsAreBounded(t *testing.T) {
	size := 300_000
	if testing.Short() {
		size = 6_000
	}
	var bundle strings.Builder
	bundle.WriteString(`{"type":"bundle","objects":[`)
	for i := range size / 2 {
		fmt.Fprintf(&bundle, `{"type":"indicator","id":"indicator--%d","pattern":"[ipv4-addr:value = '203.0.%d.%d']"},`, i, i>>8&255, i&255)
	}
	bundle.WriteString(`{"type":"relationship","id":"relationship--1","source_ref":"relationship--1","target_ref":"relationship--1"}]}`)
	for name, text := range map[string]string{
		"objects.json":  bundle.String(),
		"cycle.json":    `{"type":"bundle","objects":[{"type":"report","id":"report--1","name":"r","object_refs":["report--1","report--2"]},{"type":"report","id":"report--2","name":"s","object_refs":["report--1"]}]}`,
		"deep.html":     "<html>" + strings.Repeat("<div>", size) + "text",
		"cells.html":    "<table>" + strings.Repeat("<tr><td>T1059", size/6),
		"script.html":   "<html><script>" + strings.Repeat("evil[.]example ", size/3) + "</script><p>text</p>",
		"deep.json":     strings.Repeat("[", size),
		"entities.xml":  `<!DOCTYPE x [<!ENTITY a "b"><!ENTITY b "&a;&a;">]><stix:STIX_Package xmlns:stix="http://stix.mitre.org/stix-1"><stix:Title>&b;</stix:Title></stix:STIX_Package>`,
		"back.txt":      strings.Repeat(`a\.b`, size),
		"dots.txt":      strings.Repeat("a[.]", size),
		"hex.txt":       strings.Repeat("0123456789abcdef", size/5),
		"rules.txt":     strings.Repeat("rule a {\ncondition: x ", size/15),
		"alerts.txt":    strings.Repeat("alert tcp any any -> any any (msg:1; sid:", size/15),
		"sentences.txt": strings.Repeat("The threat group known as APT40 used TrickBot malware. ", size/20),
	} {
		d, err := document.Read(name, []byte(text))
		if err != nil {
			continue
		}
		a := Read(d)
		a.Takeaways()
		if name == "script.html" && len(a.Indicators) > 0 {
			t.Errorf("scripts are read: %v", a.Indicators)
		}
	}
}
