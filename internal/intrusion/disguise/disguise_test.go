package disguise

import (
	"fmt"
	"testing"
	"time"

	"pgregory.net/rapid"

	"seawall/internal/activity"
	"seawall/internal/finding"
	"seawall/internal/intrusion/summarytest"
)

func changed(number int, at time.Duration, eventID int, by string, c activity.Account) activity.Activity {
	a := summarytest.Security("dc01", eventID, number, at)
	a.Class, a.Actor.User, a.Account = activity.AccountChange, by, &c
	return a
}

func renamed(number int, at time.Duration, from, to string) activity.Activity {
	return changed(number, at, 4781, "eve", activity.Account{Operation: "rename", Name: from, Member: to})
}

func looked(number int, at time.Duration, by, name string) activity.Activity {
	return changed(number, at, 4799, by, activity.Account{Operation: "enumerate", Name: name})
}

func granted(number int, at time.Duration, user string) activity.Activity {
	a := summarytest.Security("dc01", 4768, number, at)
	a.Class = activity.Authenticated
	a.Authentication = &activity.Authentication{Kind: activity.TicketGranting, Success: true, User: user}
	return a
}

func TestDisguises(t *testing.T) {
	const posing = "Computer account given a name without $, as to pose as another"
	all := func(a ...activity.Activity) []activity.Activity { return a }
	listing := func(n int, by string) (list []activity.Activity) {
		for i := range n {
			list = append(list, looked(i, time.Duration(i)*time.Second, by, fmt.Sprintf("group%d", i)))
		}
		return list
	}
	password := func(by, of string) activity.Activity {
		return changed(1, 0, 4723, by, activity.Account{Operation: "password-change", Name: of})
	}
	summarytest.Scenarios(
		t, Detector(),
		summarytest.Case("nothing is found in nothing", nil),
		summarytest.Case("computers and users may be renamed", all(renamed(1, 0, "PC1$", "PC2$"), renamed(2, 0, "alice", "alice.b"))),
		summarytest.Case("a computer disguised", all(renamed(1, 0, "PC1$", "DC01")), summarytest.Want(posing, finding.High, "T1068")),
		summarytest.Case("and given a ticket", all(renamed(1, 0, "PC1$", "DC01"), granted(2, time.Second, "dc01")), summarytest.Want(posing, finding.Critical, "T1068")),
		summarytest.Case("a computer created in disguise", all(changed(1, 0, 4741, "eve", activity.Account{Operation: "create", Name: "DC01", Computer: true})), summarytest.Want(posing, finding.High, "T1068")),
		summarytest.Case("a console lists the built-in groups", listing(24, "admin")),
		summarytest.Case("a tool lists all", listing(40, "eve"), summarytest.Want("Accounts and groups listed one after the other", finding.Medium, "T1087")),
		summarytest.Case("the system lists what it likes", listing(40, "DC01$")),
		summarytest.Case("people change their own passwords", all(password("alice", "ALICE"))),
		summarytest.Case("others' passwords are theirs to change", all(password("eve", "alice")), summarytest.Want("Password changed by somebody who is not its owner", finding.Medium, "T1098")),
	)
}

func TestSummaryKeepsItsPromises(t *testing.T) {
	summarytest.Check(t, Detector(), func(t *rapid.T, number int) activity.Activity {
		at := time.Duration(rapid.IntRange(0, 200).Draw(t, "seconds")) * time.Second
		switch rapid.IntRange(0, 4).Draw(t, "what") {
		case 0:
			return renamed(number, at, "PC1$", rapid.SampledFrom([]string{"dc01", "DC02", "PC2$"}).Draw(t, "name"))
		case 1:
			return granted(number, at, rapid.SampledFrom([]string{"dc01", "alice"}).Draw(t, "name"))
		case 2:
			return changed(number, at, 4723, rapid.SampledFrom([]string{"alice", "eve"}).Draw(t, "by"), activity.Account{Operation: "password-change", Name: "alice"})
		}
		return looked(number, at, "eve", fmt.Sprint(rapid.IntRange(0, 60).Draw(t, "object")))
	})
}
