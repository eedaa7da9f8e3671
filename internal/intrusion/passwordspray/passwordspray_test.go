package passwordspray

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"seawall/internal/activity"
	"seawall/internal/finding"
	"seawall/internal/intrusion/summarytest"
)

const (
	wrong   = 0xc000006a
	missing = 0xc0000064
)

func attempt(number int, at time.Duration, user, address string, status uint32) activity.Activity {
	a := summarytest.Security("web01", 4625, number, at)
	a.Class = activity.Authenticated
	if status == 0 {
		a.EventID = 4624
	}
	a.Authentication = &activity.Authentication{
		Kind: activity.Logon, Type: 3, User: user, Domain: "CORP", Address: address,
		Success: status == 0, SubStatus: status,
	}
	return a
}

func ticket(number int, at time.Duration, user, address string, code uint32) activity.Activity {
	a := summarytest.Security("dc01", 4768, number, at)
	a.Class = activity.Authenticated
	a.Authentication = &activity.Authentication{Kind: activity.TicketGranting, User: user, Address: address, Success: code == 0, Status: code, PreAuthType: 2}
	return a
}

func validation(number int, at time.Duration, user, workstation string, status uint32) activity.Activity {
	a := summarytest.Security("dc01", 4776, number, at)
	a.Class = activity.Authenticated
	a.Authentication = &activity.Authentication{Kind: activity.NTLMValidation, User: user, Workstation: workstation, Success: status == 0, Status: status}
	return a
}

// many repeats make n times, pause apart.
func many(n int, pause time.Duration, make func(i int, at time.Duration) activity.Activity) (all []activity.Activity) {
	for i := range n {
		all = append(all, make(i, time.Duration(i)*pause))
	}
	return all
}

func sprayed(n int, pause time.Duration, extra ...activity.Activity) []activity.Activity {
	return append(many(n, pause, func(i int, at time.Duration) activity.Activity {
		return attempt(i, at, fmt.Sprintf("user%d", i), "10.0.0.66", wrong)
	}), extra...)
}

const sprayTitle = "Passwords sprayed over many accounts"

func TestGuessing(t *testing.T) {
	summarytest.Scenarios(t, Detector(),
		summarytest.Case("nothing is found in nothing", nil),
		summarytest.Case("people mistype", append(sprayed(3, time.Minute), attempt(9, time.Hour, "user1", "10.0.0.66", 0))),
		summarytest.Case("ten accounts in ten minutes are sprayed", sprayed(10, 50*time.Second), summarytest.Want(sprayTitle, finding.Medium, "T1110.003")),
		summarytest.Case("five accounts in seconds are sprayed", sprayed(5, time.Second), summarytest.Want(sprayTitle, finding.Medium, "T1110.003")),
		summarytest.Case("nine accounts in an hour are not", sprayed(9, 6*time.Minute)),
		summarytest.Case("a patient spray is seen over the day", sprayed(40, 20*time.Minute), summarytest.Want(sprayTitle, finding.Medium, "T1110.003")),
		summarytest.Case("a large spray ranks high", sprayed(25, 5*time.Second), summarytest.Want(sprayTitle, finding.High, "T1110.003")),
		summarytest.Case(
			"a sprayed account that gets in is critical", sprayed(10, 5*time.Second, attempt(99, time.Minute, "USER3", "10.0.0.66", 0)),
			summarytest.Want(sprayTitle+", and one got in", finding.Critical, "T1078"),
		),
		summarytest.Case("success from elsewhere changes nothing", sprayed(10, 5*time.Second, attempt(99, time.Minute, "user3", "10.0.0.7", 0)), summarytest.Want(sprayTitle, finding.Medium, "T1110.003")),
		summarytest.Case(
			"an account let in at the first guess counts too", sprayed(10, 5*time.Second, attempt(99, 30*time.Second, "lucky", "10.0.0.66", 0)),
			summarytest.Want(sprayTitle+", and one got in", finding.High, "T1078"),
		),
		summarytest.Case(
			"a session begun before the spray is its own", sprayed(10, 5*time.Second, attempt(98, -2*time.Hour, "owner", "10.0.0.66", 0), attempt(99, 30*time.Second, "owner", "10.0.0.66", 0)),
			summarytest.Want(sprayTitle, finding.Medium, "T1110.003"),
		),
		summarytest.Case(
			"unknown names are enumeration", many(12, time.Second, func(i int, at time.Duration) activity.Activity {
				return ticket(i, at, fmt.Sprintf("name%d", i), "10.0.0.66", 0x6)
			}),
			summarytest.Want("Account names tried for whether they exist", finding.Medium, "T1087.002"),
		),
		summarytest.Case(
			"one account guessed again and again", many(30, time.Second, func(i int, at time.Duration) activity.Activity {
				return ticket(i, at, "administrator", "10.0.0.66", 0x18)
			}),
			summarytest.Want("Passwords guessed for one account again and again", finding.Medium, "T1110.001"),
		),
		summarytest.Case(
			"in a rush fewer will do", many(12, time.Second, func(i int, at time.Duration) activity.Activity {
				return attempt(i, at, "administrator", "", wrong)
			}),
			summarytest.Want("Passwords guessed for one account again and again", finding.Medium, "T1110.001"),
		),
		summarytest.Case(
			"and at last let in", append(many(30, time.Second, func(i int, at time.Duration) activity.Activity {
				return attempt(i, at, "administrator", "10.0.0.66", wrong)
			}), attempt(99, time.Minute, "administrator", "10.0.0.66", 0)),
			summarytest.Want("Passwords guessed for one account again and again, and one got in", finding.High, "T1078"),
		),
		summarytest.Case(
			"one account tried from many sources", many(12, time.Minute, func(i int, at time.Duration) activity.Activity {
				return attempt(i, at, "ceo", fmt.Sprintf("203.0.113.%d", i), wrong)
			}),
			summarytest.Want("One account tried from many sources at once", finding.Medium, "T1110.001"),
		),
		summarytest.Case(
			"computers that lost their domain are no spray", many(12, time.Second, func(i int, at time.Duration) activity.Activity {
				return attempt(i, at, fmt.Sprintf("PC%d$", i), "10.0.0.66", wrong)
			}),
		),
		summarytest.Case(
			"remote desktop connections without names", many(25, time.Second, func(i int, at time.Duration) activity.Activity {
				a := attempt(i, at, "", "10.0.0.66", 0)
				a.EventID, a.Authentication.Kind, a.Authentication.Type = 131, activity.RemoteDesktop, 0
				return a
			}),
			summarytest.Want("Remote desktop tried again and again", finding.Medium, "T1110.001"),
		),
	)
}

func TestOneAttemptLoggedTwiceCountsOnce(t *testing.T) {
	var activities []activity.Activity
	for i := range 12 {
		at, user := time.Duration(i)*20*time.Second, fmt.Sprintf("user%d", i)
		a := attempt(2*i, at, user, "10.0.0.66", wrong)
		a.Authentication.Workstation = "KALI"
		activities = append(activities, a, validation(2*i+1, at, user, "kali", wrong))
	}
	findings := summarytest.Run(Detector(), activities)
	if len(findings) != 1 || findings[0].Count != 12 || !strings.Contains(findings[0].Why, "10.0.0.66") {
		t.Errorf("%+v", findings)
	}
}

func TestAHostIsTheClientOfItsName(t *testing.T) {
	var activities []activity.Activity
	for i := range 12 {
		at, user := time.Duration(i)*time.Second, fmt.Sprintf("user%d", i)
		a := attempt(2*i, at, user, "", wrong)
		a.Host = "pc7.corp.example"
		activities = append(activities, a, validation(2*i+1, at, user, "PC7", wrong))
	}
	findings := summarytest.Run(Detector(), activities)
	if len(findings) != 1 || findings[0].Count != 12 {
		t.Errorf("%+v", findings)
	}
}

func TestSummaryKeepsItsPromises(t *testing.T) {
	summarytest.Check(t, Detector(), func(t *rapid.T, number int) activity.Activity {
		at := time.Duration(rapid.IntRange(0, 300).Draw(t, "seconds")) * time.Second
		user := fmt.Sprintf("user%d", rapid.IntRange(0, 9).Draw(t, "user"))
		address := rapid.SampledFrom([]string{"10.0.0.1", "10.0.0.2", ""}).Draw(t, "address")
		switch rapid.IntRange(0, 2).Draw(t, "what") {
		case 0:
			return ticket(number, at, user, address, rapid.SampledFrom([]uint32{0, 0x6, 0x12, 0x18}).Draw(t, "code"))
		case 1:
			return validation(number, at, user, rapid.SampledFrom([]string{"PC1", "PC2"}).Draw(t, "workstation"), rapid.SampledFrom([]uint32{0, wrong}).Draw(t, "status"))
		}
		a := attempt(number, at, user, address, rapid.SampledFrom([]uint32{0, wrong, missing}).Draw(t, "status"))
		a.Authentication.Workstation = rapid.SampledFrom([]string{"", "PC1"}).Draw(t, "workstation")
		return a
	})
}
