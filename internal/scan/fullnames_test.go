package scan

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"seawall/internal/activity"
	"seawall/internal/finding"
)

func acted(domain, user string) *activity.Activity {
	return &activity.Activity{Actor: activity.Actor{Domain: domain, User: user}}
}

func loggedOn(domain, user string, success bool) *activity.Activity {
	return &activity.Activity{Class: activity.Authenticated, Authentication: &activity.Authentication{Domain: domain, User: user, Success: success}}
}

func TestAccountsAreNamedInFullWhereOneDomainHasThem(t *testing.T) {
	n := newFullNames()
	for _, a := range []*activity.Activity{
		acted("CORP", "Alice"), acted("CORP", "ALICE"), acted("corp.example", "alice"), acted("", "carol"), acted("-", "carol"),
		acted("CORP", "administrator"), acted("WS07", "Administrator"),
		loggedOn("CORP", "svc_sql", true), loggedOn("WORKGROUP", "eve", false), loggedOn("WORKGROUP", "svc_sql", false),
	} {
		n.learn(a)
	}
	f := func(account, want string) {
		t.Helper()
		got := []finding.Finding{{Entities: []finding.Entity{{Type: finding.Host, Value: account}, {Type: finding.User, Value: account}}}}
		n.complete(got)
		if diff := cmp.Diff([]finding.Entity{{Type: finding.Host, Value: account}, {Type: finding.User, Value: want}}, got[0].Entities); diff != "" {
			t.Error(diff)
		}
	}
	f("alice", `CORP\ALICE`)
	f("svc_sql", `CORP\svc_sql`)
	f("administrator", "administrator") // of two domains
	f("carol", "carol")
	f("eve", "eve")
	f(`OTHER\alice`, `OTHER\alice`)
	f("alice@corp.example", "alice@corp.example")
}

func TestFullNamesKeptDoNotDependOnOrder(t *testing.T) {
	const many = 3 * maxFullNames
	forward, back, half := newFullNames(), newFullNames(), newFullNames()
	for i := range many {
		forward.learn(acted("CORP", fmt.Sprint(i)))
		if i%2 == 0 {
			half.learn(acted("CORP", fmt.Sprint(many-1-i)))
		} else {
			back.learn(acted("CORP", fmt.Sprint(many-1-i)))
		}
	}
	back.merge(half)
	if n := len(forward.byAccount()); n != maxFullNames {
		t.Errorf("%d names kept, want %d", n, maxFullNames)
	}
	if diff := cmp.Diff(forward.byAccount(), back.byAccount()); diff != "" {
		t.Error(diff)
	}
}

func BenchmarkKnownNames(b *testing.B) {
	n := newFullNames()
	a := loggedOn("CORP", "alice", true)
	a.Actor = activity.Actor{Domain: "CORP", User: "WEB01$"}
	b.ReportAllocs()
	for b.Loop() {
		n.learn(a)
	}
}
