package logintegrity

import (
	"fmt"
	"strings"

	"seawall/internal/finding"
	"seawall/internal/intrusion/prose"
	"seawall/internal/intrusion/sighting"
)

// operations are the irregularities that decoders of logs report, as
// [activity.Log] names them.
var operations = []string{"hidden", "gap", "checksum", "backwards"}

const maxCitations = 8

// report makes a finding of what the files of one log show.
func report(l log, signs []sighting.Sighting[sign]) finding.Finding {
	f := finding.Finding{
		ID: finding.StableID(id, l.Host, l.Channel, l.Operation), Detector: id, Question: finding.In,
		Techniques: []string{"T1070"}, Mitigations: finding.MitigationsFor([]string{"T1070"}),
		First: signs[0].Time, Last: signs[len(signs)-1].Time,
	}
	if l.Host != "" {
		f.Entities = append(f.Entities, finding.Entity{Type: finding.Host, Value: l.Host})
	}
	explained := true
	var details []string
	for _, s := range signs {
		f.Count += int(s.Fact.Count)
		f.Entities = append(f.Entities, finding.Entity{Type: finding.File, Value: s.Fact.Path})
		explained = explained && s.Fact.Explained != ""
		details = append(details, describe(&s.Fact))
		if len(f.Citations) < maxCitations {
			s.Citation.Excerpt = prose.Excerpt("Channel", l.Channel, "Shown", s.Fact.Detail)
			f.Citations = append(f.Citations, s.Citation)
		}
	}
	f.Why = fmt.Sprintf("In the log %s of %s, %s.", named(l.Channel), named(l.Host), strings.Join(details[:min(maxCitations, len(details))], "; in another file, "))
	judge(&f, l.Operation, explained)
	return f
}

func describe(s *sign) string {
	if s.Explained == "" {
		return s.Detail
	}
	return s.Detail + " (" + s.Explained + ", which may be why)"
}

func named(name string) string {
	if name == "" {
		return "(unnamed)"
	}
	return name
}

// judge grades a finding and says what else may have caused it. explained says
// that every file shows an ordinary reason.
func judge(f *finding.Finding, operation string, explained bool) {
	switch operation {
	case "hidden":
		f.Title = "Records hidden inside others in an event log"
		f.Severity, f.Confidence = finding.High, finding.Likely
		f.Techniques = append(f.Techniques, "T1070.001")
		f.Why += " Windows writes records one behind the other. A record that another one encloses is invisible to the event viewer: tools that edit logs in place leave it so. " +
			"The hidden records were recovered where possible; read them first. Innocent would be a fault of the tool that copied or repaired the file."
	case "gap":
		f.Title = "Records missing from an event log"
		f.Severity, f.Confidence = finding.Medium, finding.Unsure
		f.Why += " Windows numbers the records of a log without gaps, and the numbers here are not those of an export. Somebody may have removed records, or a crash or a damaged disk lost them. " +
			"Compare with a copy of the log from a collector, a backup or a shadow copy."
	case "checksum":
		f.Title = "Event log changed without its checksums"
		f.Severity, f.Confidence = finding.Low, finding.Unsure
		f.Why += " Windows updates the checksums when it closes a log. Careless editing leaves them wrong, and so do failing disks and some tools that copy or repair logs."
	case "backwards":
		f.Title = "Time runs back in an event log"
		f.Severity, f.Confidence = finding.Low, finding.Unsure
		f.Why += " Setting the clock back hides when something happened. Far more often a clock was corrected at start, after a restored snapshot or with a changed time zone: look for a change of the system time next to it."
	}
	if explained && operation != "hidden" {
		f.Severity = min(f.Severity, finding.Low)
	}
}
