package newcomer

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"seawall/internal/activity"
	"seawall/internal/finding"
	"seawall/internal/intrusion/summarytest"
	"seawall/record"
)

func desktop(number int, d time.Duration, user, from string) activity.Activity {
	a := summarytest.Security("vdi1", 4624, number, d)
	a.Class, a.Authentication = activity.Authenticated, &activity.Authentication{Kind: activity.Logon, Type: 10, Success: true, User: user, Address: from}
	return a
}

func database(number int, d time.Duration, user, from string) activity.Activity {
	return activity.Activity{
		Class: activity.Authenticated, Time: summarytest.At(d), Host: "sql1", Origin: record.Origin{Path: "ERRORLOG", Offset: int64(number) * 100, Length: 90, Number: uint64(number)},
		Authentication: &activity.Authentication{Kind: activity.Database, Success: true, User: user, Address: from},
	}
}

// daily makes what happens on each of some days at the same hour.
func daily(days int, one func(number int, d time.Duration) activity.Activity) (list []activity.Activity) {
	for i := range days {
		list = append(list, one(i, time.Duration(i)*24*time.Hour))
	}
	return list
}

func often(n int, start time.Duration, one func(number int, d time.Duration) activity.Activity) (list []activity.Activity) {
	for i := range n {
		list = append(list, one(1000+i, start+time.Duration(i)*20*time.Second))
	}
	return list
}

func TestWhoLeavesTheirWaysIsFound(t *testing.T) {
	const home, odd = "10.7.1.30", "10.7.1.17"
	own := daily(14, func(n int, d time.Duration) activity.Activity { return desktop(n, d, "alice", home) })
	report := daily(14, func(n int, d time.Duration) activity.Activity { return database(n, d, "report", "10.7.1.11") })
	scrape := func(n int, d time.Duration) activity.Activity { return database(n, d, "portal", "10.7.1.11") }
	const day = 24 * time.Hour
	never, read := "Remote desktop from where the account never came from", "Database read by an account that never came before"
	with := func(list []activity.Activity, more ...activity.Activity) []activity.Activity {
		return append(append([]activity.Activity{}, list...), more...)
	}
	summarytest.Scenarios(
		t, Detector(),
		summarytest.Case("an account keeps to its ways", own),
		summarytest.Case("another way at an odd hour", with(own, desktop(50, 10*day+8*time.Hour, "alice", odd)), summarytest.Want(never, finding.Medium, "T1021.001")),
		summarytest.Case("another way at the usual hour", with(own, desktop(50, 10*day, "alice", odd)), summarytest.Want(never, finding.Low, "T1021.001")),
		summarytest.Case("a way that others go, too", with(own, desktop(50, 10*day+8*time.Hour, "alice", odd), desktop(51, day, "bob", odd))),
		summarytest.Case("a new way that stays", with(own, daily(9, func(n int, d time.Duration) activity.Activity { return desktop(60+n, 10*day+d, "alice", odd) })...)),
		summarytest.Case("no habit yet", with(own[:4], desktop(50, 10*day+8*time.Hour, "alice", odd))),
		summarytest.Case("a database's own account", report),
		summarytest.Case("another account, very often", with(report, often(12, 10*day, scrape)...), summarytest.Want(read, finding.Medium, "T1078")),
		summarytest.Case("another account, a few times", with(report, often(5, 10*day, scrape)...)),
		summarytest.Case("another account in the first week", with(report, often(12, 3*day, scrape)...)),
	)
}

func TestSummaryKeepsItsPromises(t *testing.T) {
	summarytest.Check(t, Detector(), func(t *rapid.T, number int) activity.Activity {
		at := time.Duration(rapid.IntRange(0, 20).Draw(t, "day"))*24*time.Hour + time.Duration(rapid.IntRange(0, 30).Draw(t, "minute"))*time.Minute
		user := rapid.SampledFrom([]string{"alice", "bob"}).Draw(t, "user")
		from := rapid.SampledFrom([]string{"10.7.1.30", "10.7.1.17"}).Draw(t, "from")
		if rapid.Bool().Draw(t, "desktop") {
			return desktop(number, at, user, from)
		}
		return database(number, at, user, from)
	})
}
