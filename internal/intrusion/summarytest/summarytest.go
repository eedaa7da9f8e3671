// Package summarytest checks that a detector's summary keeps the promises of
// [intrusion.Summary], and makes activities to test detectors with.
package summarytest

import (
	"cmp"
	"slices"
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"seawall/internal/activity"
	"seawall/internal/finding"
	"seawall/internal/intrusion"
	"seawall/internal/intrusion/perimeter"
	"seawall/record"
)

// Start is the time scenarios begin at.
var Start = time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)

// At returns the instant d after Start.
func At(d time.Duration) int64 { return Start.Add(d).UnixNano() }

// Security returns an activity of the Security channel on host, at d after
// Start. Number tells it from others and stands for its place in the log.
func Security(host string, eventID int, number int, d time.Duration) activity.Activity {
	return activity.Activity{
		Time: At(d), Host: host, Channel: "security", EventID: eventID,
		Origin: record.Origin{Path: host + ".evtx", Offset: int64(number) * 1000, Length: 900, Number: uint64(number)},
	}
}

// Run returns what detector finds in activities, worst first.
func Run(detector intrusion.Detector, activities []activity.Activity) []finding.Finding {
	s := detector.New(site(activities))
	for i := range activities {
		show(detector, s, &activities[i])
	}
	return sorted(s)
}

// site is where activities happened, its border known from all of them.
func site(activities []activity.Activity) *intrusion.Site {
	border := perimeter.New(nil)
	for i := range activities {
		if f := activities[i].Flow; f != nil {
			border.Observe(f)
		}
	}
	return &intrusion.Site{Border: border}
}

// show has a detector's summary observe an activity of the classes it asks
// for, as a scan does.
func show(detector intrusion.Detector, s intrusion.Summary, a *activity.Activity) {
	if detector.Classes.Has(a.Class) {
		s.Observe(a)
	}
}

func sorted(s intrusion.Summary) []finding.Finding {
	findings := s.Findings()
	slices.SortFunc(findings, func(a, b finding.Finding) int { return finding.Compare(&a, &b) })
	return findings
}

// Check checks the promises of a summary on activities that draw makes: the
// findings are the same however the input is ordered, doubled, split, merged,
// or carried through bytes.
func Check(t *testing.T, detector intrusion.Detector, draw func(t *rapid.T, number int) activity.Activity) {
	t.Helper()
	rapid.Check(t, func(t *rapid.T) {
		activities := make([]activity.Activity, rapid.IntRange(0, 80).Draw(t, "activities"))
		for i := range activities {
			activities[i] = draw(t, i+1)
		}
		want := Run(detector, activities)
		for i := range want {
			f := want[i]
			f.Normalize()
			if diff := gocmp.Diff(f, want[i]); diff != "" {
				t.Fatalf("finding is not normalized: %s", diff)
			}
		}
		equal(t, "splitting", want, split(t, detector, activities))
		equal(t, "merging the other way round", want, backwards(detector, activities))
	})
}

// split shuffles and doubles the activities over three summaries, carries them
// through bytes and merges them in a drawn order.
func split(t *rapid.T, detector intrusion.Detector, activities []activity.Activity) []finding.Finding {
	site := site(activities)
	parts := []intrusion.Summary{detector.New(site), detector.New(site), detector.New(site)}
	order := make([]int, len(activities))
	for i := range order {
		order[i] = i
	}
	for _, i := range rapid.Permutation(order).Draw(t, "order") {
		a := activities[i]
		show(detector, parts[rapid.IntRange(0, 2).Draw(t, "part")], &a)
		if rapid.Bool().Draw(t, "twice") {
			show(detector, parts[rapid.IntRange(0, 2).Draw(t, "part")], &a)
		}
	}
	for i := range parts {
		parts[i] = carried(t, detector, site, parts[i])
	}
	merged := detector.New(site)
	for _, i := range rapid.Permutation([]int{0, 1, 2}).Draw(t, "merge order") {
		merged.Merge(parts[i])
	}
	return sorted(carried(t, detector, site, merged))
}

func carried(t *rapid.T, detector intrusion.Detector, site *intrusion.Site, s intrusion.Summary) intrusion.Summary {
	data, err := s.MarshalBinary()
	if err != nil {
		t.Fatalf("write summary: %v", err)
	}
	read := detector.New(site)
	if err := read.UnmarshalBinary(data); err != nil {
		t.Fatalf("read summary: %v", err)
	}
	return read
}

// backwards merges halves of the input, the later one first.
func backwards(detector intrusion.Detector, activities []activity.Activity) []finding.Finding {
	site := site(activities)
	early, late := detector.New(site), detector.New(site)
	for i := range activities {
		if i < len(activities)/2 {
			show(detector, early, &activities[i])
		} else {
			show(detector, late, &activities[i])
		}
	}
	late.Merge(early)
	return sorted(late)
}

func equal(t *rapid.T, what string, want, got []finding.Finding) {
	if diff := gocmp.Diff(want, got, cmpopts.EquateEmpty()); diff != "" {
		t.Fatalf("%s changes the findings: %s", what, diff)
	}
}

// Expect is what a scenario should raise.
type Expect struct {
	Title     string // of a finding, as a whole
	Severity  finding.Severity
	Technique string
}

// Scenario is a case of a detector's table test.
type Scenario struct {
	Name       string // promises what the scenario shows
	Activities []activity.Activity
	Want       []Expect // all findings, worst first; none if empty
}

// Case makes a scenario.
func Case(name string, activities []activity.Activity, want ...Expect) Scenario {
	return Scenario{Name: name, Activities: activities, Want: want}
}

// Want makes an expectation; technique is the first of the finding's.
func Want(title string, severity finding.Severity, technique string) Expect {
	return Expect{Title: title, Severity: severity, Technique: technique}
}

// Scenarios runs the scenarios of a detector.
func Scenarios(t *testing.T, detector intrusion.Detector, scenarios ...Scenario) {
	t.Helper()
	for _, scenario := range scenarios {
		t.Run(scenario.Name, func(t *testing.T) {
			var got []Expect
			for _, f := range Run(detector, scenario.Activities) {
				checkFinding(t, detector, &f)
				got = append(got, Expect{f.Title, f.Severity, f.Techniques[0]})
			}
			order := func(a, b Expect) int {
				return cmp.Or(cmp.Compare(b.Severity, a.Severity), cmp.Compare(a.Title, b.Title))
			}
			slices.SortStableFunc(got, order)
			slices.SortStableFunc(scenario.Want, order)
			if diff := gocmp.Diff(scenario.Want, got, cmpopts.EquateEmpty()); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// checkFinding checks that a finding is complete: what every finding owes its
// reader.
func checkFinding(t *testing.T, detector intrusion.Detector, f *finding.Finding) {
	t.Helper()
	if f.Detector != detector.ID || f.Question != finding.In || f.ID == "" || f.Count == 0 || f.First == 0 || f.Last < f.First {
		t.Errorf("%s: incomplete: %+v", f.Title, f)
	}
	if len(f.Why) < 80 || len(f.Entities) == 0 || len(f.Citations) == 0 || len(f.Mitigations) == 0 {
		t.Errorf("%s: too little said: %+v", f.Title, f)
	}
	for _, c := range f.Citations {
		if c.Path == "" || c.Excerpt == "" {
			t.Errorf("%s: empty citation %+v", f.Title, c)
		}
	}
	for _, technique := range f.Techniques {
		if !slices.Contains(detector.Techniques, technique) {
			t.Errorf("%s: the detector does not say that it finds %s", f.Title, technique)
		}
	}
}
