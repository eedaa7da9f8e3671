package verdict

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"seawall/internal/coverage"
	"seawall/internal/finding"
	"seawall/internal/intrusion"
)

// tickets and logons are checks; scan has read the evidence of tickets only.
var (
	tickets = intrusion.Detector{ID: "tickets", Title: "Kerberoasting", Techniques: []string{"T1558.003"}, Needs: []coverage.Need{{Channel: "Security", EventIDs: []int{4769}, Enable: "Audit service tickets."}}}
	logons  = intrusion.Detector{ID: "logons", Title: "Spraying", Techniques: []string{"T1110.003", "T1558.003"}, Needs: []coverage.Need{{Channel: "Security", EventIDs: []int{4625, 4771}, Enable: "Audit logons"}, {Channel: "Other"}}}
)

func scan(detectors ...intrusion.Detector) *Result {
	c := coverage.New()
	c.Observe(coverage.Stream{Host: "dc", Channel: "security", EventID: 4769}, 5)
	return &Result{Coverage: c, Detectors: detectors, Read: Read{Formats: []Format{{ID: "evtx", Files: 1, Records: 1}}}}
}

func found(s finding.Severity, c finding.Confidence, q finding.Question, techniques ...string) finding.Finding {
	return finding.Finding{
		ID: fmt.Sprint(s, c, q, techniques), Title: "Thing", Severity: s, Confidence: c, Question: q, Techniques: techniques,
		Entities: []finding.Entity{{Type: finding.Host, Value: "dc"}},
	}
}

func TestNoIsSaidOnlyIfTheEvidenceToLookWasThere(t *testing.T) {
	f := func(name string, r *Result, want Answer, summary string) {
		t.Helper()
		got := Of(r).In
		if got.Answer != want || !strings.Contains(got.Summary, summary) {
			t.Errorf("%s: %s %q, want %s %q", name, got.Answer, got.Summary, want, summary)
		}
	}
	with := func(r *Result, change func(*Result)) *Result { change(r); return r }
	f("all evidence", scan(tickets), No, "evidence they need was there")
	f("some evidence", scan(tickets, logons), CannotTell, "only 1 of 2 checks")
	f("no checks", scan(), CannotTell, "only 0 of 0")
	f("nothing read", with(scan(tickets), func(r *Result) { r.Read.Formats, r.Coverage = nil, coverage.New() }), CannotTell, "No events could be read")
	f("damage", with(scan(tickets), func(r *Result) { r.Read.Problems = []Problem{{Lost: true}} }), CannotTell, "could not be read")
	f("oddity", with(scan(tickets), func(r *Result) { r.Read.Problems = []Problem{{}} }), No, "Nothing was found")
	f("more problems than kept", with(scan(tickets), func(r *Result) { r.Read.MoreProblems, r.Read.MoreLost = 1, 1 }), CannotTell, "could not be read")
	f("interrupted", with(scan(tickets), func(r *Result) { r.Run.Interrupted = true }), CannotTell, "interrupted")
	finds := func(list ...finding.Finding) *Result {
		return with(scan(tickets), func(r *Result) { r.Findings = list })
	}
	f("high", finds(found(finding.High, finding.Likely, finding.In)), Yes, "1 serious finding on 1 host")
	f("high without a stated question", finds(found(finding.High, finding.Likely, "")), Yes, "1 serious finding")
	f("a guess", finds(found(finding.Critical, finding.Unsure, finding.In)), CannotTell, "there is 1 finding to be looked at")
	f("medium", finds(found(finding.Medium, finding.Certain, finding.In)), CannotTell, "to be looked at")
	f("low", finds(found(finding.Low, finding.Certain, finding.In)), No, "Nothing")
	f("exposure", finds(found(finding.Critical, finding.Certain, finding.Exposed)), No, "Nothing")
	hidden := found(finding.Critical, finding.Certain, finding.In)
	hidden.Suppressed = "a test"
	f("suppressed", finds(hidden), No, "Nothing")
}

func TestLogsNeverShowThatNothingIsExposed(t *testing.T) {
	if got := Of(scan(tickets)).Exposed; got.Answer != CannotTell || len(got.Missing) == 0 {
		t.Errorf("%s, missing %q", got.Answer, got.Missing)
	}
	r := scan(tickets)
	r.Findings = []finding.Finding{found(finding.Medium, finding.Certain, finding.Exposed)}
	if got := Of(r).Exposed; got.Answer != Yes || !slices.Equal(got.Findings, []string{r.Findings[0].ID}) {
		t.Errorf("%s because of %q", got.Answer, got.Findings)
	}
}

func TestBlindSpotsNameWhatIsMissingAndHowToGetIt(t *testing.T) {
	blind := Of(scan(tickets, logons)).Blind
	if len(blind) != 1 {
		t.Fatalf("%d blind spots, want 1", len(blind))
	}
	want := "Spraying cannot be ruled out: no Security 4625/4771, no Other events. To see it: Audit logons."
	if got := blind[0].String(); got != want {
		t.Errorf("%q, want %q", got, want)
	}
}

func TestTechniquesAreFoundLookedForOrBlind(t *testing.T) {
	r := scan(tickets, logons)
	r.Findings = []finding.Finding{found(finding.Low, finding.Likely, finding.In, "T1003.001")}
	var got []string
	for _, technique := range Of(r).Techniques {
		got = append(got, fmt.Sprintf("%s %s %d %s", technique.ID, technique.State, technique.Findings, strings.Join(technique.Detectors, ",")))
	}
	want := []string{"T1003.001 found 1 ", "T1110.003 blind 0 logons", "T1558.003 looked 0 logons,tickets"}
	if !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
}

func TestActionsAreFewAndWorstFirst(t *testing.T) {
	r := scan(tickets, logons)
	for i, remedy := range remedies {
		severity := finding.Medium + finding.Severity(i%3)
		r.Findings = append(r.Findings, found(severity, finding.Likely, finding.In, remedy.technique), found(severity, finding.Certain, finding.In, remedy.technique))
	}
	r.Findings = append(r.Findings, found(finding.Low, finding.Certain, finding.In, "T1190"))
	slices.SortFunc(r.Findings, func(a, b finding.Finding) int { return finding.Compare(&a, &b) })
	got := Of(r).First
	if len(got) != MaxActions {
		t.Errorf("%d actions, want %d", len(got), MaxActions)
	}
	if !slices.IsSortedFunc(got, func(a, b Action) int { return int(b.Severity) - int(a.Severity) }) {
		t.Error("actions are not worst first")
	}
	for _, a := range got {
		if len(a.Closes) < 2 || a.Why == "" || !slices.Equal(a.Hosts, []string{"dc"}) {
			t.Errorf("%q closes %q on %q because %q", a.Text, a.Closes, a.Hosts, a.Why)
		}
	}
}

func TestTheMostSpecificRemedyIsTaken(t *testing.T) {
	f := func(want string, techniques ...string) {
		t.Helper()
		a := found(finding.High, finding.Likely, finding.In, techniques...)
		if got := remedyFor(&a); !strings.Contains(got, want) {
			t.Errorf("%q: %q, want %q", techniques, got, want)
		}
	}
	f("krbtgt twice", "T1003.006")
	f("logged on to it", "T1003.001")
	f("web shell", "T1059.003", "T1505.003")
	f("pre-authentication", "T1558.004")
	f("confirm or dismiss", "T9999")
	f("confirm or dismiss")
}

func TestMissingEvidenceIsTheLastAction(t *testing.T) {
	got := Of(scan(tickets, logons)).First
	if len(got) != 1 || got[0].Text != "Collect the missing evidence, first: Audit logons" || got[0].Why != "1 check could not be made without it." {
		t.Errorf("%+v", got)
	}
	if got := Of(scan(tickets)).First; len(got) != 0 {
		t.Errorf("with all evidence and no findings there is still to do: %+v", got)
	}
}

func TestEveryRemedyCanBeReached(t *testing.T) {
	for _, r := range remedies {
		a := found(finding.High, finding.Likely, finding.In, r.technique)
		if got := remedyFor(&a); got != r.text {
			t.Errorf("%s is answered with %q: a shorter technique stands before it", r.technique, got)
		}
	}
}

func TestHostsSumTheirChannels(t *testing.T) {
	r := scan()
	r.Coverage.Observe(coverage.Stream{Host: "dc", Channel: "security", EventID: 4624}, 3)
	r.Coverage.Observe(coverage.Stream{Host: "dc", Channel: "security", EventID: 4625}, 0)
	r.Coverage.Observe(coverage.Stream{Host: "ws", Channel: "system", EventID: 1}, 9)
	want := []HostSpan{{"dc", "security", coverage.Span{Count: 3, First: 3, Last: 5}}, {"ws", "system", coverage.Span{Count: 1, First: 9, Last: 9}}}
	if got := r.Hosts(); !slices.Equal(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
	if first, last := r.Period(); first != 3 || last != 9 {
		t.Errorf("from %d to %d, want 3 to 9", first, last)
	}
}

func TestReasonsOfOneKindAreGivenOnce(t *testing.T) {
	var list []*finding.Finding
	for i := range 12 {
		list = append(list, &finding.Finding{ID: fmt.Sprint("a", i), Detector: "webshell", Title: fmt.Sprint("File of a known web shell: ", i), Severity: finding.Critical})
	}
	list = append(list, &finding.Finding{ID: "b", Detector: "kerberoast", Title: "Kerberoasting", Severity: finding.High})
	var p Reply
	p.cite(list)
	want := []string{"File of a known web shell: 0 (critical), and 11 more of its kind.", "Kerberoasting (high)."}
	if !slices.Equal(p.Reasons, want) || !slices.Equal(p.Findings, []string{"a0", "b"}) {
		t.Errorf("%q of %q", p.Reasons, p.Findings)
	}
}
