package scan

import (
	"strings"

	"seawall/internal/finding"
	"seawall/record"
	"seawall/sigma"
)

// tellingFields tell an analyst what an event is about; they are shown after
// the fields that made a rule match.
var tellingFields = []string{
	"EventID", "Image", "NewProcessName", "CommandLine", "ParentImage", "ParentCommandLine", "ParentProcessName", "User", "SubjectUserName", "TargetUserName",
	"IpAddress", "WorkstationName", "ServiceName", "ImagePath", "ServiceFileName", "TaskName", "ShareName", "RelativeTargetName", "ObjectName",
	"TargetImage", "GrantedAccess", "TargetFilename", "TargetObject", "Details", "PipeName", "QueryName", "DestinationIp", "DestinationPort", "ScriptBlockText", "Data",
}

const (
	maxExcerpt      = 1200 // bytes of an excerpt
	maxExcerptValue = 300  // bytes of one value in it
)

// excerpt quotes the fields that made the rule match, then those that tell
// most about the event. The record must be the one that m matched last.
func excerpt(m *sigma.Matcher, rec *record.Record, rule *sigma.Rule) string {
	var b strings.Builder
	shown := map[string]bool{}
	add := func(name, value string) {
		if shown[name] || value == "" || value == "-" || b.Len() > maxExcerpt {
			return
		}
		shown[name] = true
		if b.Len() > 0 {
			b.WriteString(" | ")
		}
		b.WriteString(name + "=" + finding.Shorten(value, maxExcerptValue))
	}
	add("EventID", rec.Text("EventID"))
	if rule != nil {
		for _, match := range m.Explain(rec, rule) {
			add(match.Field, match.Value)
		}
	}
	for _, name := range tellingFields {
		add(name, rec.Text(name))
	}
	return b.String()
}
