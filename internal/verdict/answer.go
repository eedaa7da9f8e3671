package verdict

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"seawall/internal/finding"
	"seawall/internal/incident"
)

// Answer is what can be said to a question.
type Answer string

// The answers. No is given only if the evidence to look was there.
const (
	Yes        Answer = "yes"
	No         Answer = "no"
	CannotTell Answer = "cannot tell"
)

// Verdict is a result's answers to the three questions.
type Verdict struct {
	Exposed, In Reply
	Incidents   []incident.Incident
	First       []Action    // at most [MaxActions], worst first
	Blind       []BlindSpot // what the evidence cannot show
	Techniques  []Technique // what was found, looked for and not looked for
}

// Reply is an answer with its reasons.
type Reply struct {
	Answer   Answer
	Summary  string   // a sentence or two
	Reasons  []string // what the answer rests on, most telling first
	Missing  []string // evidence that would make the answer firmer, and how to get it
	Findings []string // ids of the findings it rests on, worst first; at most [MaxReplyFindings]
}

// Limits of what a reply lists: it is read by people.
const (
	MaxReplyFindings = 10
	maxMissing       = 8
)

// Of answers the three questions from a result.
func Of(r *Result) Verdict {
	blind := blindSpots(r)
	incidents := incidents(r, blind)
	intruder := in(r, blind, incidents)
	return Verdict{
		Exposed:    exposed(r),
		In:         intruder,
		Incidents:  incidents,
		First:      actions(r, blind, intruder.Answer),
		Blind:      blind,
		Techniques: techniques(r),
	}
}

// incidents joins the findings, in the order in which things happened.
func incidents(r *Result, blind []BlindSpot) []incident.Incident {
	missing := map[string]string{}
	for _, b := range blind {
		for _, t := range b.Techniques {
			if missing[t] == "" {
				missing[t] = strings.Join(b.Missing, " or ")
			}
		}
	}
	hosts := map[string]bool{}
	for _, h := range r.Coverage.Hosts() {
		hosts[finding.ShortHost(h)] = true
	}
	return incident.Join(r.inTrueTime(), incident.Options{
		Known: func(host string) bool {
			return len(hosts) == 0 || hosts[finding.ShortHost(host)]
		},
		HostOf: func(address string) string { return r.Addresses[address] },
		Blind:  missing,
		Gaps:   r.Coverage.Gaps(),
	})
}

// in answers "are they in?". Yes needs at least one finding of high severity
// that is more than a guess; lesser findings alone are worth a look but are no
// yes, and forbid a no only if they are of medium severity.
func in(r *Result, blind []BlindSpot, incidents []incident.Incident) Reply {
	reply := Reply{Answer: CannotTell}
	var signs, hints []*finding.Finding
	for f := range r.Active {
		switch {
		case f.Question == finding.Exposed:
		case f.Severity >= finding.High && f.Confidence >= finding.Likely:
			signs = append(signs, f)
		case f.Severity >= finding.Medium:
			hints = append(hints, f)
		}
	}
	for _, b := range blind {
		if len(reply.Missing) < maxMissing {
			reply.Missing = append(reply.Missing, b.String())
		}
	}
	looked := len(r.Detectors) - len(blind)
	switch {
	case len(signs) > 0:
		reply.Answer = Yes
		reply.cite(signs)
		serious := count(len(signs), "serious finding")
		if hosts := r.hostsOf(signs); hosts > 0 { // sensors know addresses only
			serious += " on " + count(hosts, "host")
		}
		reply.Summary = fmt.Sprintf("Signs of an intruder: %s.", serious)
		if len(incidents) > 0 {
			reply.Summary = fmt.Sprintf("%s: %s, joined into %s.", incidents[0].Title, serious, count(len(incidents), "incident"))
		}
	case r.Read.Records() == 0:
		reply.Summary = "No events could be read, so nothing can be said."
	case len(hints) > 0:
		reply.cite(hints)
		reply.Summary = fmt.Sprintf("No proof of an intruder, but %s to be looked at by a person.", are(len(hints), "finding"))
	case len(blind) > 0 || len(r.Detectors) == 0:
		reply.Summary = fmt.Sprintf("Nothing was found, but the evidence allowed only %d of %d checks.", looked, len(r.Detectors))
	case r.Run.Interrupted:
		reply.Summary = "Nothing was found in what was read, but the scan was interrupted."
	case r.Read.Lost() > 0:
		reply.Summary = "Nothing was found, but part of the evidence could not be read."
	default:
		reply.Answer = No
		reply.Summary = fmt.Sprintf("Nothing was found by any of %s, and the evidence they need was there.", count(len(r.Detectors), "check"))
		reply.Reasons = append(reply.Reasons, r.reach())
	}
	reply.Reasons = append(reply.Reasons, fmt.Sprintf("%d of %d checks had the evidence they need.", looked, len(r.Detectors)))
	if lost := r.Read.Lost(); lost > 0 {
		reply.Reasons = append(reply.Reasons, fmt.Sprintf("Evidence was lost to damage in %s.", count(lost, "place")))
	}
	return reply
}

// cite takes the findings as grounds; their titles become reasons.
func (p *Reply) cite(findings []*finding.Finding) {
	type kind struct{ detector, title string }
	var order []kind
	worst, number := map[kind]*finding.Finding{}, map[kind]int{}
	for _, f := range findings {
		title, _, _ := strings.Cut(f.Title, ": ")
		k := kind{f.Detector, title}
		if worst[k] == nil {
			worst[k] = f
			order = append(order, k)
		}
		number[k]++
	}
	said := map[string]bool{}
	for _, k := range order[:min(len(order), MaxReplyFindings)] {
		f := worst[k]
		p.Findings = append(p.Findings, f.ID)
		if said[f.Title] {
			continue
		}
		said[f.Title] = true
		more := ""
		if n := number[k] - 1; n > 0 {
			more = fmt.Sprintf(", and %s more of its kind", thousands(n))
		}
		p.Reasons = append(p.Reasons, fmt.Sprintf("%s (%s)%s.", f.Title, f.Severity, more))
	}
}

// reach says for what a "no" holds: a host that sent no logs may be the one.
func (r *Result) reach() string {
	text := fmt.Sprintf("This holds for the %s in the evidence", count(len(r.Coverage.Hosts()), "host"))
	if first, last := r.Period(); last != 0 {
		const layout = "2006-01-02 15:04"
		text += fmt.Sprintf(", from %s to %s UTC", time.Unix(0, first).UTC().Format(layout), time.Unix(0, last).UTC().Format(layout))
	}
	return text + ", and for no other."
}

func (r *Result) hostsOf(findings []*finding.Finding) int {
	var hosts []string
	for _, f := range findings {
		for _, e := range f.Entities {
			if e.Type == finding.Host {
				hosts = append(hosts, e.Value)
			}
		}
	}
	return len(finding.DistinctHosts(hosts))
}

// count writes a number and its noun in the right form.
func count(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	if noun == "weakness" {
		noun = "weaknesse"
	}
	return thousands(n) + " " + noun + "s"
}

func are(n int, noun string) string {
	if n == 1 {
		return "there is 1 " + noun
	}
	return "there are " + count(n, noun)
}

// thousands groups the digits of n by three.
func thousands(n int) string {
	s := strconv.Itoa(n)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}
