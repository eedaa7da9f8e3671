package scan

import (
	"slices"
	"testing"

	"seawall/internal/activity"
	"seawall/internal/hits"
)

func TestAccountsAreNamedAsOtherRecordsNameThem(t *testing.T) {
	const sid = "S-1-5-21-1-2-3-1104"
	seen := func(sid, domain, user string) *activity.Activity {
		return &activity.Activity{Actor: activity.Actor{SID: sid, Domain: domain, User: user}}
	}
	a, b := names{}, names{}
	a.learn(seen(sid, "CORP", "jdoe"))
	a.learn(seen(sid, "CORP", "jdoe"))
	a.learn(seen("S-1-5-18", "CORP", "DC01$"))
	b.learn(seen(sid, "corp.example", "jdoe"))
	b.learn(&activity.Activity{Authentication: &activity.Authentication{SID: "S-1-5-21-1-2-3-500", User: "admin@corp.example"}})
	b.merge(a)
	activities := []hits.Activity{{Users: []string{`CORP\jdoe`, "S-1-5-18", sid, "S-1-5-21-1-2-3-500", "S-1-5-21-9"}}}
	b.resolve(activities)
	want := []string{`CORP\jdoe`, "S-1-5-18", "S-1-5-21-9", "admin@corp.example"}
	if got := activities[0].Users; !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
}
