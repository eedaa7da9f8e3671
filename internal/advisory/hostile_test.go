package advisory

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"seawall/internal/advisory/document"
)

// TestHostileDocumentsAreBounded reads documents that are made to take long.
func TestHostileDocumentsAreBounded(t *testing.T) {
	var bundle strings.Builder
	bundle.WriteString(`{"type":"bundle","objects":[`)
	for i := range 150_000 {
		fmt.Fprintf(&bundle, `{"type":"indicator","id":"indicator--%d","pattern":"[ipv4-addr:value = '203.0.%d.%d']"},`, i, i>>8&255, i&255)
	}
	bundle.WriteString(`{"type":"relationship","id":"relationship--1","source_ref":"relationship--1","target_ref":"relationship--1"}]}`)
	for name, text := range map[string]string{
		"objects.json":  bundle.String(),
		"cycle.json":    `{"type":"bundle","objects":[{"type":"report","id":"report--1","name":"r","object_refs":["report--1","report--2"]},{"type":"report","id":"report--2","name":"s","object_refs":["report--1"]}]}`,
		"deep.html":     "<html>" + strings.Repeat("<div>", 300_000) + "text",
		"cells.html":    "<table>" + strings.Repeat("<tr><td>T1059", 50_000),
		"script.html":   "<html><script>" + strings.Repeat("evil[.]example ", 100_000) + "</script><p>text</p>",
		"deep.json":     strings.Repeat("[", 200_000),
		"entities.xml":  `<!DOCTYPE x [<!ENTITY a "b"><!ENTITY b "&a;&a;">]><stix:STIX_Package xmlns:stix="http://stix.mitre.org/stix-1"><stix:Title>&b;</stix:Title></stix:STIX_Package>`,
		"back.txt":      strings.Repeat(`a\.b`, 300_000),
		"dots.txt":      strings.Repeat("a[.]", 300_000),
		"hex.txt":       strings.Repeat("0123456789abcdef", 60_000),
		"rules.txt":     strings.Repeat("rule a {\ncondition: x ", 20_000),
		"alerts.txt":    strings.Repeat("alert tcp any any -> any any (msg:1; sid:", 20_000),
		"sentences.txt": strings.Repeat("The threat group known as APT40 used TrickBot malware. ", 15_000),
	} {
		start := time.Now()
		if d, err := document.Read(name, []byte(text)); err == nil {
			a := Read(d)
			a.Takeaways()
			if name == "script.html" && len(a.Indicators) > 0 {
				t.Errorf("scripts are read: %v", a.Indicators)
			}
		}
		if took := time.Since(start); took > 20*time.Second {
			t.Errorf("%s took %v", name, took)
		} else {
			t.Logf("%s: %d bytes in %v", name, len(text), took.Round(time.Millisecond))
		}
	}
}
