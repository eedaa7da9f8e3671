package shareread

import (
	"fmt"
	"testing"
	"time"

	"pgregory.net/rapid"

	"seawall/internal/activity"
	"seawall/internal/finding"
	"seawall/internal/intrusion/summarytest"
)

func reads(day, files int, account string, change ...func(*activity.Share)) (list []activity.Activity) {
	for i := range files {
		a := summarytest.Security("fs01", 5145, day*100000+i, time.Duration(day)*24*time.Hour+time.Duration(i)*time.Second)
		a.Class, a.Actor.User, a.Share = activity.ShareAccess, account, &activity.Share{Name: `\\*\Data`, Path: fmt.Sprintf(`a\%d.pdf`, i), Address: "10.0.0.7"}
		for _, f := range change {
			f(a.Share)
		}
		list = append(list, a)
	}
	return list
}

func days(n, files int, account string) (list []activity.Activity) {
	for day := range n {
		list = append(list, reads(day, files, account)...)
	}
	return list
}

func TestWhoReadsFarMoreThanUsuallyIsFound(t *testing.T) {
	want := summarytest.Want("Very many files read through shares", finding.Medium, "T1021.002")
	summarytest.Scenarios(
		t, Detector(),
		summarytest.Case("once", reads(0, 3000, "alice"), want),
		summarytest.Case("once among ordinary days", append(days(6, 20, "alice"), reads(7, 3000, "alice")...), want),
		summarytest.Case("an ordinary day", reads(0, 200, "alice")),
		summarytest.Case("every night", days(4, 3000, "svc_backup")),
		summarytest.Case("a busy account", append(days(6, 700, "alice"), reads(7, 3000, "alice")...)),
		summarytest.Case("a computer's account", reads(0, 3000, "PC7$")),
		summarytest.Case("written, refused, pipes", append(append(reads(0, 3000, "alice", func(s *activity.Share) { s.Write = true }), reads(0, 3000, "alice", func(s *activity.Share) { s.Refused = true })...), reads(0, 3000, "alice", func(s *activity.Share) { s.Name = `\\*\IPC$` })...)),
	)
}

func TestSummaryKeepsItsPromises(t *testing.T) {
	summarytest.Check(t, Detector(), func(t *rapid.T, number int) activity.Activity {
		a := reads(rapid.IntRange(0, 3).Draw(t, "day"), 1, rapid.SampledFrom([]string{"alice", "bob"}).Draw(t, "account"))[0]
		a.Origin.Offset = int64(number) * 1000
		a.Share.Path = fmt.Sprint(rapid.IntRange(0, 90).Draw(t, "file"))
		return a
	})
}
