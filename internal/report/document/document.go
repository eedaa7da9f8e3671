// Package document writes everything a scan has to say as one JSON document;
// docs/report.md describes it.
package document

import (
	"encoding/json"
	"io"
	"time"

	"seawall/internal/advisory/plan"
	"seawall/internal/finding"
	"seawall/internal/incident"
	"seawall/internal/verdict"
)

// Version is that of the document's form. It grows when a member changes its
// meaning or goes away, not when one is added.
const Version = 1

type (
	report struct {
		Form       int         `json:"form"`
		Run        run         `json:"run"`
		Exposed    reply       `json:"exposed"`
		In         reply       `json:"in"`
		First      []action    `json:"what_first"`
		Incidents  []story     `json:"incidents"`
		Techniques []technique `json:"techniques"`
		Blind      []blind     `json:"blind_spots"`
		Gaps       []gap       `json:"gaps"`
		Clocks     []skew      `json:"clocks"`
		Read       read        `json:"read"`
		Findings   []found     `json:"findings"`
		Assets     []asset     `json:"assets"`
		Facts      []feed      `json:"facts"`
		// Plan is what an advisory asks to look for, and the answers.
		Plan *plan.Plan `json:"hunt_plan,omitempty"`
	}
	run struct {
		Version     string    `json:"version"`
		Command     string    `json:"command"`
		Start       time.Time `json:"start"`
		End         time.Time `json:"end"`
		Zone        string    `json:"zone_assumed"`
		Interrupted bool      `json:"interrupted"`
	}
	reply struct {
		Answer   verdict.Answer `json:"answer"`
		Summary  string         `json:"summary"`
		Reasons  []string       `json:"reasons"`
		Missing  []string       `json:"missing"`
		Findings []string       `json:"findings"`
	}
	action struct {
		Text        string   `json:"text"`
		Why         string   `json:"why"`
		Severity    string   `json:"severity"`
		Closes      []string `json:"closes"`
		Hosts       []string `json:"hosts"`
		Mitigations []string `json:"mitigations"`
	}
	story struct {
		ID          string   `json:"id"`
		Title       string   `json:"title"`
		Severity    string   `json:"severity"`
		Confidence  string   `json:"confidence"`
		First       string   `json:"first"`
		Last        string   `json:"last"`
		Entry       string   `json:"entry"`
		PatientZero step     `json:"patient_zero"`
		Steps       []step   `json:"steps"`
		Findings    []string `json:"findings"`
		Tactics     []string `json:"tactics"`
		Hosts       []string `json:"hosts"`
		Strangers   []string `json:"foreign_machines"`
		Users       []string `json:"users"`
		Addresses   []string `json:"addresses_outside"`
		Reset       []string `json:"reset"`
		Persistence []string `json:"persistence"`
		Taken       []string `json:"taken"`
		Blocked     []string `json:"blocked"`
		Unknown     []string `json:"unknown"`
	}
	step struct {
		Time       string   `json:"time"`
		End        string   `json:"end"`
		Host       string   `json:"host,omitempty"`
		Title      string   `json:"title"`
		Finding    string   `json:"finding"`
		Severity   string   `json:"severity"`
		Tactic     string   `json:"tactic,omitempty"`
		Techniques []string `json:"techniques"`
		Blocked    bool     `json:"blocked,omitempty"`
	}
	technique struct {
		ID        string   `json:"id"`
		Name      string   `json:"name"`
		State     string   `json:"state"`
		Findings  int      `json:"findings"`
		Detectors []string `json:"detectors"`
	}
	blind struct {
		Detector   string   `json:"detector"`
		Title      string   `json:"title"`
		Techniques []string `json:"techniques"`
		Missing    []string `json:"missing"`
		Enable     []string `json:"enable"`
	}
	gap struct {
		Host string `json:"host"`
		Log  string `json:"log"`
		From string `json:"from"`
		To   string `json:"to"`
	}
	skew struct {
		Log       string  `json:"log"`
		Reference string  `json:"reference"`
		Ahead     float64 `json:"ahead_seconds"`
		Events    int     `json:"events"`
	}
	asset struct {
		Name      string   `json:"name"`
		Addresses []string `json:"addresses"`
		System    string   `json:"system"`
		Roles     []string `json:"roles"`
		Owners    []string `json:"owners"`
		Open      []string `json:"open"`
		Internet  string   `json:"internet"`
		Software  int      `json:"software"`
		Sources   int      `json:"sources"`
	}
	feed struct {
		Name  string `json:"name"`
		Date  string `json:"date"`
		Age   int    `json:"age_days"`
		Stale bool   `json:"stale"`
		Count int    `json:"count"`
		From  string `json:"from"`
	}
	read struct {
		Formats      []verdict.Format  `json:"formats"`
		Unrecognised []string          `json:"unrecognised"`
		Duplicates   []string          `json:"duplicates"`
		Problems     []verdict.Problem `json:"problems"`
		Recovered    int64             `json:"recovered"`
		Outside      int64             `json:"outside_time_bounds"`
		Proof        []proofFile       `json:"cited_files"`
	}
	proofFile struct {
		Path   string `json:"path"`
		Bytes  int64  `json:"bytes"`
		SHA256 string `json:"sha256,omitempty"`
	}
	found struct {
		ID          string             `json:"id"`
		Detector    string             `json:"detector"`
		Question    string             `json:"question"`
		Title       string             `json:"title"`
		Why         string             `json:"why"`
		Severity    string             `json:"severity"`
		Confidence  string             `json:"confidence"`
		First       string             `json:"first"`
		Last        string             `json:"last"`
		Count       int                `json:"count"`
		Techniques  []string           `json:"techniques"`
		Mitigations []string           `json:"mitigations"`
		Entities    []finding.Entity   `json:"entities"`
		Rules       []finding.Rule     `json:"rules"`
		Citations   []finding.Citation `json:"citations"`
		Recovered   bool               `json:"recovered"`
		Suppressed  string             `json:"suppressed"`
		Action      string             `json:"action,omitempty"`
		Flaws       int                `json:"flaws,omitempty"`
		Urgent      int                `json:"urgent,omitempty"`
		Investigate bool               `json:"investigate,omitempty"`
	}
)

// Write writes the document. Text is as the evidence has it: who shows it must
// escape it.
func Write(w io.Writer, r *verdict.Result, v *verdict.Verdict) error {
	out := report{
		Form: Version, Run: run{r.Run.Version, r.Run.CommandLine, r.Run.Start.UTC(), r.Run.End.UTC(), r.Run.Zone, r.Run.Interrupted},
		Exposed: newReply(&v.Exposed), In: newReply(&v.In),
		Read:  read{list(r.Read.Formats), list(r.Read.Unrecognised), list(r.Read.Duplicates), list(r.Read.Problems), r.Read.Recovered, r.Read.Outside, []proofFile{}},
		First: []action{}, Incidents: []story{}, Techniques: []technique{}, Blind: []blind{}, Gaps: []gap{}, Clocks: []skew{}, Findings: []found{}, Plan: r.Plan,
		Assets: []asset{}, Facts: []feed{},
	}
	for _, f := range r.Read.Proof {
		out.Read.Proof = append(out.Read.Proof, proofFile(f))
	}
	for _, a := range r.Assets {
		out.Assets = append(out.Assets, asset{a.Name, list(a.Addresses), a.System, list(a.Roles), list(a.Owners), list(a.Open), a.Internet, a.Software, a.Sources})
	}
	for _, f := range r.Facts {
		out.Facts = append(out.Facts, feed(f))
	}
	for _, a := range v.First {
		out.First = append(out.First, action{a.Text, a.Why, a.Severity.String(), list(a.Closes), list(a.Hosts), list(a.Mitigations)})
	}
	for i := range v.Incidents {
		out.Incidents = append(out.Incidents, newStory(&v.Incidents[i]))
	}
	for _, t := range v.Techniques {
		out.Techniques = append(out.Techniques, technique{t.ID, t.Name, string(t.State), t.Findings, list(t.Detectors)})
	}
	for _, b := range v.Blind {
		out.Blind = append(out.Blind, blind{b.Detector, b.Title, list(b.Techniques), list(b.Missing), list(b.Enable)})
	}
	for _, g := range r.Coverage.Gaps() {
		out.Gaps = append(out.Gaps, gap{g.Host, g.Channel, moment(g.From), moment(g.To)})
	}
	for _, o := range r.Clocks {
		out.Clocks = append(out.Clocks, skew{o.Series, o.Reference, time.Duration(o.Ahead).Seconds(), o.Events})
	}
	for i := range r.Findings {
		out.Findings = append(out.Findings, newFound(&r.Findings[i]))
	}
	encoder := json.NewEncoder(w)
	encoder.SetIndent("", " ")
	return encoder.Encode(out)
}

// list makes nil an empty list, so that readers need no second case.
func list[T any](items []T) []T {
	if items == nil {
		return []T{}
	}
	return items
}

// moment writes a time in nanoseconds; "" for none.
func moment(t int64) string {
	if t == 0 {
		return ""
	}
	return time.Unix(0, t).UTC().Format(time.RFC3339Nano)
}

func newReply(r *verdict.Reply) reply {
	return reply{r.Answer, r.Summary, list(r.Reasons), list(r.Missing), list(r.Findings)}
}

func newStory(in *incident.Incident) story {
	s := story{
		ID: in.ID, Title: in.Title, Severity: in.Severity.String(), Confidence: in.Confidence.String(), First: moment(in.First), Last: moment(in.Last), Entry: in.Entry,
		PatientZero: newStep(&in.PatientZero), Steps: []step{}, Findings: list(in.Findings), Tactics: list(in.Tactics), Hosts: list(in.Hosts), Strangers: list(in.Strangers), Users: list(in.Users),
		Addresses: list(in.Addresses), Reset: list(in.Reset), Persistence: list(in.Persistence), Taken: list(in.Taken), Blocked: list(in.Blocked), Unknown: list(in.Unknown),
	}
	for i := range in.Steps {
		s.Steps = append(s.Steps, newStep(&in.Steps[i]))
	}
	return s
}

func newStep(s *incident.Step) step {
	return step{moment(s.Time), moment(s.End), s.Host, s.Title, s.Finding, s.Severity.String(), s.Tactic, list(s.Techniques), s.Blocked}
}

func newFound(f *finding.Finding) found {
	return found{
		f.ID, f.Detector, string(f.Question), f.Title, f.Why, f.Severity.String(), f.Confidence.String(), moment(f.First), moment(f.Last), f.Count,
		list(f.Techniques), list(f.Mitigations), list(f.Entities), list(f.Rules), list(f.Citations), f.Recovered, f.Suppressed,
		f.Action, f.Flaws, f.Urgent, f.Investigate,
	}
}
