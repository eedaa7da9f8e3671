package kerberoast

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"seawall/internal/activity"
	"seawall/internal/finding"
	"seawall/internal/intrusion/summarytest"
)

// granted is a ticket-granting ticket, given or renewed.
func granted(number int, after time.Duration, user string, kind activity.AuthenticationKind) activity.Activity {
	a := summarytest.Security("dc01", 4768, number, after)
	a.Class = activity.Authenticated
	a.Authentication = &activity.Authentication{Kind: kind, Success: true, User: user, Domain: "CORP.EXAMPLE", Address: "10.0.0.5", PreAuthType: 2}
	return a
}

func asked(number int, after time.Duration, user, realm string) activity.Activity {
	a := ticketFor(number, after, user, "10.0.0.9", "WEB01$", aes)
	a.Authentication.Domain = realm
	return a
}

// workday is twelve hours of a domain in which users get a ticket each
// morning and use it later; hours left out are missing from the log.
func workday(users int, out ...int) (list []activity.Activity) {
	for hour := range 13 {
		if !slices.Contains(out, hour) {
			list = append(list, granted(hour, time.Duration(hour)*time.Hour+time.Minute, "PC1$", activity.TicketRenewal))
		}
	}
	for i := range users {
		user := fmt.Sprintf("user%d", i)
		list = append(list, granted(100+i, 4*time.Hour, user, activity.TicketGranting), asked(200+i, 12*time.Hour, user, "CORP.EXAMPLE"))
	}
	return list
}

func TestForgedTickets(t *testing.T) {
	with := func(day []activity.Activity, more ...activity.Activity) []activity.Activity {
		return append(day, more...)
	}
	eve := asked(300, 12*time.Hour, "eve", "CORP.EXAMPLE")
	forged := summarytest.Want("Service tickets without a ticket-granting ticket, as with a forged one", finding.Medium, "T1558.001")
	summarytest.Scenarios(
		t, Detector(),
		summarytest.Case("a day's work", workday(12)),
		summarytest.Case("a ticket nobody gave", with(workday(12), eve), forged),
		summarytest.Case("a ticket given too long ago", with(workday(12), eve, granted(301, 30*time.Minute, "eve", activity.TicketGranting)), forged),
		summarytest.Case("a ticket renewed", with(workday(12), eve, granted(301, 5*time.Hour, "eve", activity.TicketRenewal))),
		summarytest.Case("a ticket of a trusted domain", with(workday(12), asked(300, 12*time.Hour, "eve", "OTHER.EXAMPLE"))),
		summarytest.Case("a computer's ticket", with(workday(12), asked(300, 12*time.Hour, "PC9$", "CORP.EXAMPLE"))),
		summarytest.Case("a log with gaps proves nothing", with(workday(12, 5, 6, 7), eve)),
		summarytest.Case("a log that begins late proves nothing", with(workday(12, 0, 1), eve)),
		summarytest.Case("few accounts prove nothing", with(workday(3), eve)),
		summarytest.Case("where many have none, a log is missing", with(workday(12), eve, asked(301, 12*time.Hour, "bob", "CORP.EXAMPLE"), asked(302, 12*time.Hour, "carol", "CORP.EXAMPLE"))),
	)
}
