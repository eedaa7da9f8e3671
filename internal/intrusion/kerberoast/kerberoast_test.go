package kerberoast

import (
	"fmt"
	"testing"
	"time"

	"pgregory.net/rapid"

	"seawall/internal/activity"
	"seawall/internal/finding"
	"seawall/internal/intrusion"
	"seawall/internal/intrusion/summarytest"
)

const (
	aes = 0x12
	rc4 = 0x17
)

func ticketFor(number int, after time.Duration, user, address, service string, encryption uint32) activity.Activity {
	a := summarytest.Security("dc01", 4769, number, after)
	a.Class = activity.Authenticated
	a.Authentication = &activity.Authentication{
		Kind: activity.ServiceTicket, Success: true, User: user + "@CORP.EXAMPLE", Address: address,
		Service: service, Encryption: encryption, Options: 0x40810000,
	}
	return a
}

func logonOf(number int, after time.Duration, user, address string) activity.Activity {
	a := summarytest.Security("app01", 4624, number, after)
	a.Class = activity.Authenticated
	a.Authentication = &activity.Authentication{Kind: activity.Logon, Success: true, Type: 3, User: user, Domain: "CORP", Address: address}
	return a
}

// burst is tickets for n services, pause apart.
func burst(n int, start, pause time.Duration, encryption uint32) []activity.Activity {
	var all []activity.Activity
	for i := range n {
		all = append(all, ticketFor(1000+int(start/time.Minute)*100+i, start+time.Duration(i)*pause, "alice", "10.0.0.9", fmt.Sprintf("svc%d", i), encryption))
	}
	return all
}

func join(lists ...[]activity.Activity) (all []activity.Activity) {
	for _, list := range lists {
		all = append(all, list...)
	}
	return all
}

func TestKerberoasting(t *testing.T) {
	one := func(a ...activity.Activity) []activity.Activity { return a }
	summarytest.Scenarios(t, Detector(),
		summarytest.Case("nothing is found in nothing", nil),
		summarytest.Case("a morning's tickets are no burst", burst(4, 0, time.Second, aes)),
		summarytest.Case(
			"a burst is found though every ticket is AES", burst(6, 0, time.Second, aes),
			summarytest.Want("Kerberoasting: a burst of tickets for many service accounts", finding.High, "T1558.003"),
		),
		summarytest.Case("tickets far apart are no burst", burst(6, 0, time.Hour, aes)),
		summarytest.Case(
			"a burst of RC4 tickets is critical", burst(6, 0, time.Second, rc4),
			summarytest.Want("Kerberoasting: weakly encrypted tickets for many service accounts", finding.Critical, "T1558.003"),
		),
		summarytest.Case(
			"one weak ticket is worth a look", one(ticketFor(1, 0, "alice", "10.0.0.9", "svc_sql", rc4)),
			summarytest.Want("Service tickets that are easy to crack", finding.Medium, "T1558.003"),
		),
		summarytest.Case(
			"a downgrade is found by others' strong tickets",
			one(ticketFor(1, 0, "alice", "10.0.0.9", "svc_sql", rc4), ticketFor(2, 0, "bob", "10.0.0.8", "svc_sql", aes)),
			summarytest.Want("Service tickets that are easy to crack", finding.High, "T1558.003"),
		),
		summarytest.Case(
			"weak tickets that everybody gets are the service's weakness",
			one(ticketFor(1, 0, "alice", "10.0.0.9", "nas", rc4), ticketFor(2, 0, "bob", "10.0.0.8", "nas", rc4), ticketFor(3, 0, "eve", "10.0.0.7", "nas", rc4)),
		),
		summarytest.Case(
			"old software that asks hourly ranks low",
			join(burst(2, 0, time.Second, rc4), burst(2, time.Hour, time.Second, rc4), burst(2, 2*time.Hour, time.Second, rc4), burst(2, 3*time.Hour, time.Second, rc4)),
			summarytest.Want("Service tickets that are easy to crack", finding.Low, "T1558.003"),
		),
		summarytest.Case(
			"a portal that asks for everything daily ranks low",
			join(burst(6, 0, time.Second, aes), burst(6, 24*time.Hour, time.Second, aes), burst(6, 48*time.Hour, time.Second, aes)),
			summarytest.Want("Kerberoasting: a burst of tickets for many service accounts", finding.Low, "T1558.003"),
		),
		summarytest.Case("computers' tickets and the domain's own are not roasted", one(
			ticketFor(1, 0, "alice", "10.0.0.9", "krbtgt", rc4), ticketFor(2, 0, "alice", "10.0.0.9", "WEB01$", rc4), ticketFor(3, 0, "alice", "10.0.0.9", "krbtgt/CORP", rc4))),
		summarytest.Case("a computer with one old service is left alone", one(ticketFor(1, 0, "WEB01$", "10.0.0.9", "svc_old", rc4))),
		summarytest.Case(
			"the roasted account's logon from a new place makes it critical",
			join(one(logonOf(1, -time.Hour, "SVC1", "10.0.0.20")), burst(6, 0, time.Second, aes), one(logonOf(2, 48*time.Hour, "svc1", "10.0.0.9"))),
			summarytest.Want("Kerberoasting, and the account's password in use afterwards", finding.Critical, "T1078.002"),
		),
		summarytest.Case(
			"logons from where the account always came from change nothing",
			join(one(logonOf(1, -time.Hour, "svc1", "10.0.0.20")), burst(6, 0, time.Second, aes), one(logonOf(2, 48*time.Hour, "svc1", "10.0.0.20"))),
			summarytest.Want("Kerberoasting: a burst of tickets for many service accounts", finding.High, "T1558.003"),
		),
		summarytest.Case(
			"a place known from one host is not new to another",
			join(one(logonOf(1, -time.Hour, "svc1", "10.0.0.20")), burst(6, 0, time.Second, aes), one(onHost("app02", logonOf(2, 48*time.Hour, "svc1", "10.0.0.20")))),
			summarytest.Want("Kerberoasting: a burst of tickets for many service accounts", finding.High, "T1558.003"),
		),
		summarytest.Case(
			"a program that comes by the clock is no thief, though its log begins late",
			join(one(logonOf(1, -time.Hour, "svc1", "10.0.0.21")), burst(6, 0, time.Second, aes), nightly("svc1", "10.0.0.20", 4)),
			summarytest.Want("Kerberoasting: a burst of tickets for many service accounts", finding.High, "T1558.003"),
		),
		summarytest.Case(
			"the thief's address is one, whatever the clock",
			join(burst(6, 0, time.Second, aes), nightly("svc1", "10.0.0.9", 4)),
			summarytest.Want("Kerberoasting, and the account's password in use afterwards", finding.Critical, "T1078.002"),
		),
	)
}

func onHost(host string, a activity.Activity) activity.Activity {
	a.Host = host
	return a
}

// nightly is a program's logons, once a day.
func nightly(user, address string, nights int) (list []activity.Activity) {
	for i := range nights {
		list = append(list, logonOf(10+i, time.Duration(i+1)*24*time.Hour+time.Duration(i%3)*time.Minute, user, address))
	}
	return list
}

func TestAnAdministratorsTicketStandsOut(t *testing.T) {
	quiet := func(i int) activity.Activity {
		return ticketFor(i, time.Duration(i)*time.Hour, fmt.Sprintf("user%d", i), "10.0.1.1", fmt.Sprintf("svc%d", i), aes)
	}
	activities := []activity.Activity{quiet(1), quiet(2), quiet(3), quiet(4), ticketFor(9, 0, "eve", "10.0.0.9", "sql-admin", aes)}
	findings := summarytest.Run(Detector(), activities)
	if len(findings) != 1 || findings[0].Severity != finding.Low || findings[0].Title != "Ticket for an account that nobody has reason to ask for" {
		t.Errorf("%+v", findings)
	}
}

func TestTicketsToManyComputersAreEnumeration(t *testing.T) {
	var activities []activity.Activity
	for i := range 18 {
		activities = append(activities, ticketFor(i, time.Duration(i)*time.Second, "alice", "10.0.0.9", fmt.Sprintf("PC%02d$", i), aes))
	}
	findings := summarytest.Run(Detector(), activities)
	if len(findings) != 1 || findings[0].Severity != finding.Medium || findings[0].Techniques[0] != "T1018" || findings[0].Count != 18 {
		t.Errorf("%+v", findings)
	}
}

func TestSummaryKeepsItsPromises(t *testing.T) {
	summarytest.Check(t, Detector(), func(t *rapid.T, number int) activity.Activity {
		after := time.Duration(rapid.IntRange(0, 900).Draw(t, "seconds")) * time.Second
		user := rapid.SampledFrom([]string{"alice", "bob", "svc1"}).Draw(t, "user")
		address := rapid.SampledFrom([]string{"10.0.0.1", "10.0.0.2", ""}).Draw(t, "address")
		if rapid.IntRange(0, 5).Draw(t, "what") == 0 {
			return logonOf(number, after, user, address)
		}
		service := rapid.SampledFrom([]string{"svc1", "svc2", "svc3", "SVC4", "svc5", "sql-admin", "PC$", "krbtgt"}).Draw(t, "service")
		return ticketFor(number, after, user, address, service, rapid.SampledFrom([]uint32{aes, rc4}).Draw(t, "encryption"))
	})
}

func BenchmarkObserve(b *testing.B) {
	s := Detector().New(&intrusion.Site{})
	a := ticketFor(1, 0, "alice", "10.0.0.9", "WEB01$", aes)
	b.ReportAllocs()
	for b.Loop() {
		s.Observe(&a)
	}
}
