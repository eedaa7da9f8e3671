package directorywalk

import (
	"fmt"
	"testing"
	"time"

	"pgregory.net/rapid"

	"seawall/internal/activity"
	"seawall/internal/finding"
	"seawall/internal/intrusion/summarytest"
)

func read(number int, d time.Duration, account, object string) activity.Activity {
	a := summarytest.Security("dc01", 4662, number, d)
	a.Class, a.Actor.User, a.Directory = activity.DirectoryUse, account, &activity.Directory{Operation: "access", Object: object}
	return a
}

func search(number int, d time.Duration, filter string) activity.Activity {
	a := summarytest.Use(number, d, "10.0.0.7", "10.0.0.11", "ldap", "search", "DC=corp")
	a.Protocol.Detail = []byte(filter)
	return a
}

func walked(days, objects int, account string) (list []activity.Activity) {
	for day := range days {
		for i := range objects {
			list = append(list, read(day*1000+i, time.Duration(day)*24*time.Hour+time.Duration(i)*30*time.Second, account, fmt.Sprintf("{%d}", i)))
		}
	}
	return list
}

func TestWalksAreTold(t *testing.T) {
	const many, all = "Many objects of the directory read one after the other", "Directory searched for everything of several kinds"
	summarytest.Scenarios(
		t, Detector(),
		summarytest.Case("object after object", walked(1, 24, "alice"), summarytest.Want(many, finding.Medium, "T1018")),
		summarytest.Case("a few objects", walked(1, 8, "alice")),
		summarytest.Case("a computer's account", walked(1, 24, "DC02$")),
		summarytest.Case("day after day", walked(3, 24, "svc_audit")),
		summarytest.Case("two kinds of everything", []activity.Activity{search(1, 0, "(&(objectCategory=computer)(!(primaryGroupID=516)))"), search(2, time.Minute, "(servicePrincipalName=*)")}, summarytest.Want(all, finding.Medium, "T1018")),
		summarytest.Case("one kind", []activity.Activity{search(1, 0, "(objectClass=computer)"), search(2, time.Minute, "(objectCategory=computer)")}),
		summarytest.Case("by name", []activity.Activity{search(1, 0, "(&(objectCategory=computer)(sAMAccountName=web01$))"), search(2, time.Minute, "(&(objectCategory=person)(cn=Alice))")}),
	)
}

func TestSummaryKeepsItsPromises(t *testing.T) {
	summarytest.Check(t, Detector(), func(t *rapid.T, number int) activity.Activity {
		at := time.Duration(rapid.IntRange(0, 30).Draw(t, "minute")) * time.Minute
		if rapid.Bool().Draw(t, "search") {
			return search(number, at, rapid.SampledFrom([]string{"(servicePrincipalName=*)", "(objectClass=computer)", "(cn=a)", ""}).Draw(t, "filter"))
		}
		return read(number, at, rapid.SampledFrom([]string{"alice", "bob"}).Draw(t, "account"), fmt.Sprint(rapid.IntRange(0, 40).Draw(t, "object")))
	})
}
