package asreproast

import (
	"fmt"
	"testing"
	"time"

	"pgregory.net/rapid"

	"seawall/internal/activity"
	"seawall/internal/finding"
	"seawall/internal/intrusion/summarytest"
)

const (
	aes = 0x12
	rc4 = 0x17
)

func given(number int, at time.Duration, user, service string, encryption uint32, preAuth int) activity.Activity {
	a := summarytest.Security("dc01", 4768, number, at)
	a.Class = activity.Authenticated
	a.Authentication = &activity.Authentication{
		Kind: activity.TicketGranting, Success: true, User: user, Address: "10.0.0.66", Service: service, Encryption: encryption, PreAuthType: preAuth, Options: 0x40800010,
	}
	return a
}

func exposed(number int, at time.Duration, user string, changes ...string) activity.Activity {
	a := summarytest.Security("dc01", 4738, number, at)
	a.Class, a.Actor.User = activity.AccountChange, "helpdesk"
	a.Account = &activity.Account{Operation: "change", Name: user, Changes: changes}
	return a
}

func TestRoasting(t *testing.T) {
	const title = "AS-REP roasting: password material handed out without proof of identity"
	all := func(a ...activity.Activity) []activity.Activity { return a }
	var hourly, many []activity.Activity
	for i := range 6 {
		hourly = append(hourly, given(i, time.Duration(i)*time.Hour, "printer", "krbtgt", rc4, 0))
		many = append(many, given(i, time.Duration(i)*time.Second, fmt.Sprintf("user%d", i), "krbtgt", rc4, 0))
	}
	summarytest.Scenarios(
		t, Detector(),
		summarytest.Case("nothing is found in nothing", nil),
		summarytest.Case("accounts that prove themselves are left alone", all(given(1, 0, "alice", "krbtgt", rc4, 2))),
		summarytest.Case("what is not known is not held against anybody", all(given(1, 0, "alice", "krbtgt", rc4, -1))),
		summarytest.Case("computers are left alone", all(given(1, 0, "OLDNAS$", "krbtgt", rc4, 0))),
		summarytest.Case("one RC4 reply is a tool's request", all(given(1, 0, "alice", "krbtgt", rc4, 0)), summarytest.Want(title, finding.High, "T1558.004")),
		summarytest.Case("one AES reply is worth a look", all(given(1, 0, "alice", "krbtgt", aes, 0)), summarytest.Want(title, finding.Low, "T1558.004")),
		summarytest.Case("many accounts at once are critical", many, summarytest.Want(title, finding.Critical, "T1558.004")),
		summarytest.Case("an old device's hourly request ranks low", hourly, summarytest.Want(title, finding.Low, "T1558.004")),
		summarytest.Case(
			"a service's ticket without a password is Kerberoasting", all(given(1, 0, "alice", "svc_sql", aes, 0)),
			summarytest.Want("Kerberoasting without a password, through an account that needs no pre-authentication", finding.High, "T1558.003"),
		),
		summarytest.Case("the switch is reported", all(exposed(1, 0, "alice", "%%2089", "%%2096")), summarytest.Want("Pre-authentication switched off for an account", finding.Medium, "T1098")),
		summarytest.Case("switching it on is not", all(exposed(1, 0, "alice", "%%2064"))),
		summarytest.Case(
			"the switch followed by the theft ranks high", all(exposed(1, 0, "Alice", "%%2096"), given(2, time.Hour, "alice", "krbtgt", aes, 0)),
			summarytest.Want("Pre-authentication switched off for an account, which was then roasted", finding.High, "T1098"),
			summarytest.Want(title, finding.Low, "T1558.004"),
		),
	)
}

func TestSummaryKeepsItsPromises(t *testing.T) {
	summarytest.Check(t, Detector(), func(t *rapid.T, number int) activity.Activity {
		at := time.Duration(rapid.IntRange(0, 900).Draw(t, "seconds")) * time.Second
		user := rapid.SampledFrom([]string{"alice", "bob", "eve"}).Draw(t, "user")
		if rapid.IntRange(0, 4).Draw(t, "what") == 0 {
			return exposed(number, at, user, rapid.SampledFrom([]string{"%%2096", "%%2064"}).Draw(t, "change"))
		}
		service := rapid.SampledFrom([]string{"krbtgt", "krbtgt", "svc"}).Draw(t, "service")
		return given(number, at, user, service, rapid.SampledFrom([]uint32{aes, rc4}).Draw(t, "encryption"), rapid.SampledFrom([]int{0, 2}).Draw(t, "pre-authentication"))
	})
}
