package indicator

import (
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"seawall/internal/activity"
	"seawall/internal/finding"
	"seawall/internal/intrusion"
	"seawall/internal/intrusion/summarytest"
	"seawall/internal/intrusion/watchlist"
)

const (
	inside = "10.0.0.7"
	bad    = "203.0.113.9"
	digest = "d41d8cd98f00b204e9800998ecf8427e"
)

// watching is the detector with a list.
func watching(t testing.TB, list string) intrusion.Detector {
	t.Helper()
	l := watchlist.New()
	if _, err := l.Read(strings.NewReader(list), "list.csv"); err != nil {
		t.Fatal(err)
	}
	d := Detector()
	inner := d.New
	d.New = func(*intrusion.Site) intrusion.Summary { return inner(&intrusion.Site{Watch: l}) }
	return d
}

const list = "203[.]0.113[.]9,relay,2026-02-20\n198.51.100.0/24,old,2024-01-01\nevil.example\nhttp://files.example/a.exe\n" + digest + "\nt12i020200_5bb0eb0ba27c_5c28f5cac5c2\n"

func one(a activity.Activity, change ...func(*activity.Activity)) []activity.Activity {
	for _, f := range change {
		f(&a)
	}
	return []activity.Activity{a}
}

func TestIndicators(t *testing.T) {
	process := summarytest.Security("web01", 1, 1, 0)
	process.Class, process.Process = activity.ProcessStart, &activity.Process{Image: `C:\a.exe`, Hashes: "MD5=" + strings.ToUpper(digest)}
	logon := summarytest.Security("web01", 4624, 1, 0)
	logon.Class, logon.Authentication = activity.Authenticated, &activity.Authentication{Success: true, User: "eve", Address: bad}
	denied := func(a *activity.Activity) { a.Flow.State = activity.FlowDenied }
	summarytest.Scenarios(
		t, watching(t, list),
		summarytest.Case("nothing is found in nothing", nil),
		summarytest.Case("what is not listed", one(summarytest.Flow(1, 0, inside, "203.0.113.10", 443))),
		summarytest.Case("talked to", one(summarytest.Flow(1, 0, inside, bad, 443)), summarytest.Want("A listed address was talked to", finding.High, "T1071")),
		summarytest.Case("answered", one(summarytest.Flow(1, 0, bad, inside, 443)), summarytest.Want("A listed address was answered", finding.Medium, "T1133")),
		summarytest.Case("refused", one(summarytest.Flow(1, 0, bad, inside, 443), denied), summarytest.Want("A listed address was met, and nothing came of it", finding.Low, "T1071")),
		summarytest.Case("of an old list", one(summarytest.Flow(1, 0, inside, "198.51.100.7", 443)), summarytest.Want("A listed network was talked to", finding.Medium, "T1071")),
		summarytest.Case("looked up", one(summarytest.Lookup(1, 0, inside, "a.EVIL.example", 1)), summarytest.Want("A listed domain was looked up", finding.Medium, "T1071")),
		summarytest.Case("the answer to a lookup", one(summarytest.Lookup(1, 0, inside, "x.example", 1), func(a *activity.Activity) { a.DNS.Answers = [][]byte{[]byte(bad)} }), summarytest.Want("A listed address was looked up", finding.Medium, "T1071")),
		summarytest.Case("a server's name", one(summarytest.Handshake(1, 0, inside, "203.0.113.77", 443, "evil.example")), summarytest.Want("A listed domain was talked to", finding.High, "T1573")),
		summarytest.Case("a client's fingerprint", one(summarytest.Handshake(1, 0, inside, "203.0.113.77", 443, ""), func(a *activity.Activity) { a.TLS.JA4 = []byte("t12i020200_5bb0eb0ba27c_5c28f5cac5c2") }), summarytest.Want("A listed JA4 was talked to", finding.High, "T1573")),
		summarytest.Case("a URL with a query", one(summarytest.Seen(1, 0, inside, "203.0.113.77", "files.example", "/a.exe?x")), summarytest.Want("A listed URL was talked to", finding.High, "T1071")),
		summarytest.Case("a program", one(process), summarytest.Want("A file with a listed fingerprint", finding.Critical, "T1204")),
		summarytest.Case("a logon", one(logon), summarytest.Want("A listed address logged on", finding.Critical, "T1078")),
	)
	summarytest.Scenarios(t, Detector(), summarytest.Case("without a list nothing is sought", one(summarytest.Flow(1, 0, inside, bad, 443))))
}

func TestFilesAreSoughtByTheirNames(t *testing.T) {
	l := watchlist.New()
	for _, name := range []string{"Mfjdieks.exe", `%APPDATA%\Adobe\run.lnk`} {
		if !l.AddFile(name, "named in a report", "a.pdf") {
			t.Fatal(name)
		}
	}
	d := Detector()
	inner := d.New
	d.New = func(*intrusion.Site) intrusion.Summary { return inner(&intrusion.Site{Watch: l}) }
	started := func(image string) []activity.Activity {
		a := summarytest.Security("web01", 1, 1, 0)
		a.Class, a.Process = activity.ProcessStart, &activity.Process{Image: image}
		return []activity.Activity{a}
	}
	listed := func(path string) []activity.Activity {
		a := summarytest.Security("web01", 1, 1, 0)
		a.Class, a.Listed = activity.FileListed, &activity.Listed{Path: []byte(path)}
		return []activity.Activity{a}
	}
	want := summarytest.Want("A listed file name was met", finding.Low, "T1204")
	summarytest.Scenarios(
		t, d,
		summarytest.Case("a program", started(`C:\Users\Public\mfjdieks.EXE`), want),
		summarytest.Case("on a disk", listed("/Users/eve/AppData/Roaming/Adobe/run.lnk"), want),
		summarytest.Case("another folder", listed("/Users/eve/run.lnk")),
		summarytest.Case("a longer name", started(`C:\amfjdieks.exe`)),
	)
}

func TestFindingsSayWhatTheListSays(t *testing.T) {
	f := summarytest.Run(watching(t, list), one(summarytest.Flow(1, 0, inside, bad, 443)))
	if len(f) != 1 || !strings.Contains(f[0].Why, "relay") || !strings.Contains(f[0].Why, "list.csv lists in line 1") || !strings.Contains(f[0].Why, "10 days before") {
		t.Errorf("%+v", f)
	}
}

func TestSummaryKeepsItsPromises(t *testing.T) {
	summarytest.Check(t, watching(t, list), func(t *rapid.T, number int) activity.Activity {
		at := time.Duration(rapid.IntRange(0, 300).Draw(t, "minute")) * time.Minute
		switch rapid.IntRange(0, 2).Draw(t, "kind") {
		case 0:
			return summarytest.Lookup(number, at, inside, rapid.SampledFrom([]string{"evil.example", "a.example"}).Draw(t, "name"), 1)
		case 1:
			return summarytest.Handshake(number, at, inside, bad, 443, "evil.example")
		}
		return summarytest.Flow(number, at, rapid.SampledFrom([]string{inside, bad}).Draw(t, "source"), rapid.SampledFrom([]string{bad, inside, "198.51.100.9"}).Draw(t, "destination"), 443)
	})
}

func BenchmarkObserveMiss(b *testing.B) {
	s := watching(b, list).New(nil)
	a := summarytest.Flow(1, 0, inside, "192.0.2.9", 443)
	b.ReportAllocs()
	for b.Loop() {
		s.Observe(&a)
	}
}
