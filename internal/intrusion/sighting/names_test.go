package sighting

import (
	"bytes"
	"encoding/gob"
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
	n := newNames()
	for _, a := range []*activity.Activity{
		acted("CORP", "Alice"), acted("CORP", "ALICE"), acted("corp.example", "alice"), acted("", "carol"), acted("-", "carol"),
		acted("CORP", "administrator"), acted("WS07", "Administrator"),
		loggedOn("CORP", "svc_sql", true), loggedOn("WORKGROUP", "eve", false), loggedOn("WORKGROUP", "svc_sql", false),
	} {
		n.observe(a)
	}
	f := func(account, want string) {
		t.Helper()
		got := finding.Finding{Entities: []finding.Entity{{Type: finding.User, Value: account}, {Type: finding.Host, Value: account}}}
		complete(&got, n.full())
		if diff := cmp.Diff([]finding.Entity{{Type: finding.User, Value: want}, {Type: finding.Host, Value: account}}, got.Entities); diff != "" {
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

func TestNamesKeptDoNotDependOnOrder(t *testing.T) {
	const many = 3 * maxNames
	forward, back, half := newNames(), newNames(), newNames()
	for i := range many {
		forward.observe(acted("CORP", fmt.Sprint(i)))
		if i%2 == 0 {
			half.observe(acted("CORP", fmt.Sprint(many-1-i)))
		} else {
			back.observe(acted("CORP", fmt.Sprint(many-1-i)))
		}
	}
	var written bytes.Buffer
	if err := half.encode(gob.NewEncoder(&written)); err != nil {
		t.Fatal(err)
	}
	read := newNames()
	if err := read.decode(gob.NewDecoder(&written)); err != nil {
		t.Fatal(err)
	}
	back.merge(read)
	if len(forward.full()) != maxNames {
		t.Errorf("%d names kept, want %d", len(forward.full()), maxNames)
	}
	if diff := cmp.Diff(forward.full(), back.full()); diff != "" {
		t.Error(diff)
	}
}

func BenchmarkKnownNames(b *testing.B) {
	n := newNames()
	a := loggedOn("CORP", "alice", true)
	a.Actor = activity.Actor{Domain: "CORP", User: "WEB01$"}
	b.ReportAllocs()
	for b.Loop() {
		n.observe(a)
	}
}
