package explain

import (
	"fmt"
	"io"
	"strings"
	"time"

	"seawall/internal/finding"
	"seawall/internal/intrusion"
	"seawall/internal/report/escape"
	"seawall/internal/report/terminal"
	"seawall/internal/verdict"
)

// Finding explains a finding: what, why, which bytes prove it, and how to
// check them by hand. file is where the finding was read from.
func Finding(w io.Writer, f *finding.Finding, file string) error {
	p := &printer{}
	p.line(f.Title)
	p.line("")
	p.field("Id", f.ID)
	p.field("Severity", f.Severity.String()+", confidence "+f.Confidence.String())
	p.field("When", terminal.Span(f.First, f.Last))
	p.field("Events", terminal.Thousands(int64(f.Count)))
	p.field("Detector", f.Detector)
	for _, e := range f.Entities {
		p.field(strings.ToUpper(e.Type[:min(1, len(e.Type))])+e.Type[min(1, len(e.Type)):], e.Value)
	}
	if f.Recovered {
		p.field("Recovered", "rests on records that are no longer in the live log")
	}
	if f.Suppressed != "" {
		p.field("Suppressed", f.Suppressed)
	}
	p.line("")
	p.line("Why")
	p.line("  " + f.Why)
	p.rules(f)
	p.attack(f)
	p.proof(f)
	p.line("")
	p.line("Check it")
	if len(f.Citations) > 0 {
		c := &f.Citations[0]
		p.line("  seawall show " + shellQuote(fmt.Sprintf("%s@%d+%d", c.Path, c.Offset, c.Length)) + "    the cited bytes, to be hashed or read with another tool")
	}
	p.line("  seawall verify " + shellQuote(file) + "    all findings: the bytes, and whether they still tell the same")
	p.line("  seawall explain " + f.Detector + "    what the detector needs, does not see, and takes for an attack in error")
	_, err := io.WriteString(w, p.b.String())
	return err
}

func (p *printer) rules(f *finding.Finding) {
	if len(f.Rules) == 0 {
		return
	}
	p.line("")
	p.line("Rules that matched")
	for _, r := range f.Rules {
		count := ""
		if r.Count > 0 {
			count = fmt.Sprintf(", %d×", r.Count)
		}
		p.line(fmt.Sprintf("  - %s (%s%s)  %s", r.Title, r.Level, count, r.ID))
	}
}

func (p *printer) attack(f *finding.Finding) {
	var techniques, mitigations []string
	for _, id := range f.Techniques {
		techniques = append(techniques, id+" "+verdict.TechniqueName(id))
	}
	for _, key := range f.Mitigations {
		mitigations = append(mitigations, finding.MitigationName(key))
	}
	p.list("ATT&CK techniques", techniques)
	p.list("Mitigations of the advisory AA24-190A", mitigations)
}

func (p *printer) proof(f *finding.Finding) {
	if len(f.Citations) == 0 {
		return
	}
	p.line("")
	p.line("Proof")
	for _, c := range f.Citations {
		at := "no time"
		if c.Time != 0 {
			at = time.Unix(0, c.Time).UTC().Format("2006-01-02 15:04:05.000 UTC")
		}
		p.line(fmt.Sprintf("  %s  record %d  %s@%d+%d", at, c.Number, c.Path, c.Offset, c.Length))
		if c.SHA256 != "" {
			p.line("    sha256 " + c.SHA256)
		}
		if c.Excerpt != "" {
			p.line("    " + c.Excerpt)
		}
	}
}

// shellQuote makes s one word of a POSIX shell and harmless on a terminal.
func shellQuote(s string) string {
	s = escape.Visible(s)
	if strings.Trim(s, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789/._-+@:,") == "" {
		return s
	}
	return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'"
}

// Detector explains a detector by its README.
func Detector(w io.Writer, d *intrusion.Detector, readme string) error {
	p := &printer{}
	if readme == "" {
		p.line(d.Title)
	}
	p.paragraphs(readme)
	var needs []string
	for _, need := range d.Needs {
		needs = append(needs, verdict.NeedName(need)+": "+need.Enable)
	}
	p.list("Evidence it needs (any of these will do)", needs)
	_, err := io.WriteString(w, p.b.String())
	return err
}

// Detectors lists what can be explained.
func Detectors(w io.Writer, detectors []intrusion.Detector) error {
	p := &printer{}
	for i := range detectors {
		p.line(fmt.Sprintf("%-18s %s (%s)", detectors[i].ID, detectors[i].Title, strings.Join(detectors[i].Techniques, ", ")))
	}
	_, err := io.WriteString(w, p.b.String())
	return err
}
