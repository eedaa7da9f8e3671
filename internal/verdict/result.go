// Package verdict answers the three questions (are we exposed, are they in,
// what first) from what a scan found and from what it could have found.
package verdict

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"seawall/internal/advisory/plan"
	"seawall/internal/clock"
	"seawall/internal/coverage"
	"seawall/internal/evidence"
	"seawall/internal/finding"
	"seawall/internal/intrusion"
)

// Result is everything one scan has to say; every report is written from it.
type Result struct {
	Run       Run
	Read      Read
	Rules     Rules
	Detectors []intrusion.Detector // those that ran, in the order of their table
	Coverage  *coverage.Summary    // never nil
	Addresses map[string]string    // hosts by the addresses they had, without domain
	Clocks    []clock.Offset       // logs whose clocks are off, by series; stories are told in corrected time, findings are not
	Findings  []finding.Finding    // sorted by [finding.Compare]; suppressed ones included
	Warnings  []string             // about the scan itself: expired suppressions, limits reached
	Assets    []Asset              // what inventories, scans and configurations tell of, by name
	Facts     []Feed               // what the assets were judged by
	Plan      *plan.Plan           // what an advisory asks to look for, answered; nil if none was read
	// Below counts the findings that are not listed because they are less
	// severe than the user asked for.
	Below int
}

// Keep leaves out the findings below a severity and counts them. The verdict
// must be asked for before.
func (r *Result) Keep(least finding.Severity) {
	before := len(r.Findings)
	r.Findings = slices.DeleteFunc(slices.Clone(r.Findings), func(f finding.Finding) bool { return f.Severity < least })
	r.Below += before - len(r.Findings)
}

// Run is the circumstances of a scan.
type Run struct {
	Version     string // of the program
	CommandLine string // as typed
	Start, End  time.Time
	Zone        string // assumed for sources that name no time zone: "UTC"
	// Interrupted says that the scan was stopped before all was read.
	Interrupted bool
}

// Read is what was taken from the evidence. Of each list the first entries are
// kept; More… counts the others.
type Read struct {
	Formats          []Format // sorted by id
	Duplicates       []string // files whose content was read elsewhere, by path
	MoreDuplicates   int
	Unrecognised     []string // files of no known format, by path
	MoreUnrecognised int
	Problems         []Problem // in the order of path, then place
	MoreProblems     int
	MoreLost         int   // of MoreProblems, those that lost evidence
	Recovered        int64 // records recovered from deleted or orphaned data
	Outside          int64 // records outside the time bounds the user set
	// Proof are the files that findings cite, those that most rest on first.
	Proof []ProofFile
}

// ProofFile is a file that findings cite; archives count as a whole.
type ProofFile struct {
	Path   string
	Bytes  int64
	SHA256 string // hexadecimal; "" if it was not computed
}

// Problem is something that could not be read.
type Problem = evidence.Problem

// Format counts what was read of one format.
type Format struct {
	ID, Title string
	Files     int
	Bytes     int64 // decompressed
	Records   int64 // live records
}

// Rules is the inventory of detection rules.
type Rules struct {
	Loaded, Correlations int
	NotEvaluable         []RuleProblem // whatever the evidence; sorted by file and rule
	Unseen               []Unseen      // for want of evidence; most rules first
}

// Unseen are rules that could not match because no host logged what they are
// about.
type Unseen struct {
	Evidence string   // what is missing: "Microsoft-Windows-Sysmon/Operational 1 or Security 4688"
	Enable   string   // how to collect it; "" if nothing is known
	Rules    []string // titles, sorted
}

// UnseenRules returns how many rules could not match for want of evidence.
func (r *Rules) UnseenRules() (n int) {
	for _, u := range r.Unseen {
		n += len(u.Rules)
	}
	return n
}

// RuleProblem says why a rule was not evaluated, or only in part.
type RuleProblem struct {
	File string
	Line int    // 0 unknown
	Rule string // id or title; "" unknown
	Why  string
}

// Reason is why rules were not evaluated.
type Reason struct {
	Why      string
	Problems []RuleProblem // never empty
}

// Reasons groups the rules that were not evaluated by the reason, most rules
// first.
func (r *Rules) Reasons() []Reason {
	index := map[string]int{}
	var reasons []Reason
	for _, p := range r.NotEvaluable {
		at, ok := index[p.Why]
		if !ok {
			at = len(reasons)
			index[p.Why] = at
			reasons = append(reasons, Reason{Why: p.Why})
		}
		reasons[at].Problems = append(reasons[at].Problems, p)
	}
	slices.SortStableFunc(reasons, func(a, b Reason) int { return cmp.Compare(len(b.Problems), len(a.Problems)) })
	return reasons
}

// Files returns how many files were read.
func (r *Read) Files() (n int) {
	for _, f := range r.Formats {
		n += f.Files
	}
	return n
}

// Bytes returns how many bytes were read, decompressed.
func (r *Read) Bytes() (n int64) {
	for _, f := range r.Formats {
		n += f.Bytes
	}
	return n
}

// Records returns how many live records were read.
func (r *Read) Records() (n int64) {
	for _, f := range r.Formats {
		n += f.Records
	}
	return n
}

// Lost returns how many problems lost evidence.
func (r *Read) Lost() (n int) {
	n = r.MoreLost
	for _, p := range r.Problems {
		if p.Lost {
			n++
		}
	}
	return n
}

// Active calls yield for every finding that is not suppressed, worst first.
func (r *Result) Active(yield func(*finding.Finding) bool) {
	for i := range r.Findings {
		if f := &r.Findings[i]; f.Suppressed == "" && !yield(f) {
			return
		}
	}
}

// Severities counts the findings that are not suppressed by severity.
func (r *Result) Severities() (counts [finding.Critical + 1]int) {
	for f := range r.Active {
		counts[min(f.Severity, finding.Critical)]++
	}
	return counts
}

// Suppressed counts the findings an allow-list hides.
func (r *Result) Suppressed() (n int) {
	for i := range r.Findings {
		if r.Findings[i].Suppressed != "" {
			n++
		}
	}
	return n
}

// Worst returns the highest severity among the findings that are not
// suppressed; ok is false if there are none.
func (r *Result) Worst() (s finding.Severity, ok bool) {
	for f := range r.Active {
		s, ok = max(s, f.Severity), true
	}
	return s, ok
}

// HostSpan is when, and how much, one host logged to one channel.
type HostSpan struct {
	Host, Channel string
	coverage.Span
}

// Hosts sums the coverage per host and channel, sorted by host and channel.
func (r *Result) Hosts() []HostSpan {
	var spans []HostSpan
	for stream, span := range r.Coverage.All {
		n := len(spans)
		if n == 0 || spans[n-1].Host != stream.Host || spans[n-1].Channel != stream.Channel {
			spans = append(spans, HostSpan{Host: stream.Host, Channel: stream.Channel, Span: span})
			continue
		}
		spans[n-1].Span = join(spans[n-1].Span, span)
	}
	return spans
}

// Period returns the time of the first and last event read, nanoseconds since
// 1970 UTC; 0 if no event has a time.
func (r *Result) Period() (first, last int64) {
	var all coverage.Span
	for _, span := range r.Coverage.All {
		all = join(all, span)
	}
	return all.First, all.Last
}

func join(a, b coverage.Span) coverage.Span {
	a.Count += b.Count
	if a.First == 0 || b.First != 0 && b.First < a.First {
		a.First = b.First
	}
	a.Last = max(a.Last, b.Last)
	return a
}

// EntityCount is an entity and the findings that name it.
type EntityCount struct {
	finding.Entity
	Findings int
	Worst    finding.Severity
}

// TopEntities returns at most n entities of the given type, or of any type if
// kind is empty: those in the worst findings first, then those in most.
func (r *Result) TopEntities(kind string, n int) []EntityCount {
	counts := map[finding.Entity]*EntityCount{}
	for f := range r.Active {
		for _, e := range f.Entities {
			if kind != "" && e.Type != kind {
				continue
			}
			c := counts[e]
			if c == nil {
				c = &EntityCount{Entity: e}
				counts[e] = c
			}
			c.Findings++
			c.Worst = max(c.Worst, f.Severity)
		}
	}
	list := make([]EntityCount, 0, len(counts))
	for _, c := range counts {
		list = append(list, *c)
	}
	slices.SortFunc(list, func(a, b EntityCount) int {
		return cmp.Or(cmp.Compare(b.Worst, a.Worst), cmp.Compare(b.Findings, a.Findings), cmp.Compare(a.Type, b.Type), cmp.Compare(a.Value, b.Value))
	})
	return list[:min(n, len(list))]
}

// String formats p for people: place, rule, reason.
func (p RuleProblem) String() string {
	text := p.Why
	if p.Rule != "" {
		text = p.Rule + ": " + text
	}
	switch {
	case p.File != "" && p.Line > 0:
		return fmt.Sprintf("%s:%d: %s", p.File, p.Line, text)
	case p.File != "":
		return p.File + ": " + text
	}
	return text
}
