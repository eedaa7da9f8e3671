package longconn

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
	inside  = "10.0.0.7"
	outside = "203.0.113.9"
)

func lasting(number int, at, d time.Duration, src, dst string, port uint16) activity.Activity {
	a := summarytest.Flow(number, at, src, dst, port)
	a.Flow.Duration, a.Flow.SourcePort = int64(d), 40000
	return a
}

func TestLongConnections(t *testing.T) {
	var states, chain, slices, push []activity.Activity
	for h := range 27 {
		a := lasting(h+1, 0, time.Duration(h+1)*time.Hour, outside, inside, 22)
		a.Flow.Open = true
		states = append(states, a)
		b := lasting(h+1, time.Duration(h)*time.Hour, 59*time.Minute, inside, outside, 443)
		b.Flow.SourcePort += uint16(h)
		chain = append(chain, b)
	}
	for i := range 26 * 60 {
		a := lasting(i+1, time.Duration(i)*time.Minute, time.Minute, inside, outside, 443)
		a.Flow.Sliced = true
		slices = append(slices, a)
	}
	for h := range 5 {
		push = append(push, lasting(h+1, 0, 30*time.Hour, fmt.Sprintf("10.0.0.%d", h), outside, 443))
	}
	refused := lasting(1, 0, 30*time.Hour, inside, outside, 443)
	refused.Flow.State = activity.FlowNoReply
	one := func(d time.Duration, src, dst string, port uint16) []activity.Activity {
		return []activity.Activity{lasting(1, 0, d, src, dst, port)}
	}
	const day = "A connection out stays open for more than a day"
	summarytest.Scenarios(
		t, Detector(),
		summarytest.Case("nothing is found in nothing", nil),
		summarytest.Case("three hours are nothing", one(3*time.Hour, inside, outside, 443)),
		summarytest.Case("a day out", one(25*time.Hour, inside, outside, 443), summarytest.Want(day, finding.High, "T1071")),
		summarytest.Case("five hours out", one(5*time.Hour, inside, outside, 443), summarytest.Want("A connection out stays open for hours", finding.Low, "T1071")),
		summarytest.Case("five hours of remote control from outside", one(5*time.Hour, outside, inside, 22), summarytest.Want("A remote-control session from outside stays open for hours", finding.Medium, "T1021.004")),
		summarytest.Case("states of what is still open are one session", states, summarytest.Want("A remote-control session from outside stays open for more than a day", finding.High, "T1021.004")),
		summarytest.Case("connections that follow each other are one session", chain, summarytest.Want(day, finding.High, "T1071")),
		summarytest.Case("slices of a flow are one session", slices, summarytest.Want(day, finding.High, "T1071")),
		summarytest.Case("between internal hosts", one(50*time.Hour, inside, "10.9.9.9", 1433), summarytest.Want("A connection between internal hosts stays open for more than a day", finding.Low, "T1071")),
		summarytest.Case("what was never answered is no connection", []activity.Activity{refused}),
		summarytest.Case("a service that pushes to many", push, summarytest.Want(day, finding.Low, "T1071"), summarytest.Want(day, finding.Low, "T1071"), summarytest.Want(day, finding.Low, "T1071"), summarytest.Want(day, finding.Low, "T1071"), summarytest.Want(day, finding.Low, "T1071")),
	)
	if findings := summarytest.Run(Detector(), states); !strings.Contains(findings[0].Why, "97200 s") || !strings.Contains(findings[0].Why, "still open") {
		t.Errorf("how long, and that it is open, is not said: %s", findings[0].Why)
	}
}

func TestSummaryKeepsItsPromises(t *testing.T) {
	summarytest.Check(t, Detector(), func(t *rapid.T, number int) activity.Activity {
		at := time.Duration(rapid.IntRange(0, 5).Draw(t, "start")) * time.Hour
		d := time.Duration(rapid.IntRange(0, 40).Draw(t, "lasts")) * time.Hour
		a := lasting(number, at, d, rapid.SampledFrom([]string{inside, outside, "10.0.0.8"}).Draw(t, "source"), rapid.SampledFrom([]string{inside, outside}).Draw(t, "destination"), 22)
		a.Flow.Sliced = rapid.Bool().Draw(t, "sliced")
		return a
	})
}

func BenchmarkObserveShortConnections(b *testing.B) {
	s := Detector().New(nil)
	a := summarytest.Flow(1, 0, inside, outside, 443)
	b.ReportAllocs()
	for b.Loop() {
		s.Observe(&a)
	}
}
