package outflow

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"seawall/internal/activity"
	"seawall/internal/finding"
	"seawall/internal/intrusion"
	"seawall/internal/intrusion/summarytest"
)

const (
	host    = "10.0.0.7"
	outside = "203.0.113.9"
	dayTime = 24 * time.Hour
)

func sent(number int, at time.Duration, src, dst string, out, in int64) activity.Activity {
	a := summarytest.Flow(number, at, src, dst, 443)
	a.Flow.OutBytes, a.Flow.InBytes = out, in
	return a
}

// office is what ordinary hosts do over a number of days.
func office(days int) (list []activity.Activity) {
	for d := range days {
		for h := range 6 {
			for i := range 8 {
				n := 10_000 + d*1000 + h*100 + i
				list = append(list, sent(n, time.Duration(d)*dayTime+time.Duration(i)*time.Hour, fmt.Sprintf("10.0.0.%d", h+5), fmt.Sprintf("198.51.100.%d", i), int64(100_000+1000*h), 5*mega))
			}
		}
	}
	return list
}

func TestLeaks(t *testing.T) {
	const (
		much      = "Much data leaves for one destination"
		regular   = "Much data leaves, as it does regularly"
		fetched   = "Much data fetched from outside"
		stored    = "Much data left with a file service"
		dribbling = "Data leaves little by little"
	)
	with := func(base, more []activity.Activity) []activity.Activity { return append(base, more...) }
	var backup, camera, slow, meeting []activity.Activity
	for d := range 6 {
		backup = append(backup, sent(d+1, time.Duration(d)*dayTime+17*time.Hour, host, outside, 300*mega, mega))
	}
	for h := range 24 {
		camera = append(camera, sent(h+1, time.Duration(h)*time.Hour, host, outside, 20*mega, 10_000))
	}
	for i := range 60 {
		slow = append(slow, sent(i+1, 2*dayTime+time.Duration(i)*2*time.Hour, host, outside, 2*mega, 10_000))
	}
	for h := range 5 {
		meeting = append(meeting, sent(h+1, time.Hour, fmt.Sprintf("10.0.0.%d", h+5), outside, 300*mega, 50*mega))
	}
	name := summarytest.Handshake(900, 3*dayTime, host, outside, 443, "g.api.mega.co.nz")
	summarytest.Scenarios(
		t, Detector(),
		summarytest.Case("nothing is found in nothing", nil),
		summarytest.Case("an ordinary office", office(5)),
		summarytest.Case("a large download", with(office(5), []activity.Activity{sent(1, dayTime, host, outside, mega, 5000*mega)})),
		summarytest.Case("more than the host's own past", with(office(5), []activity.Activity{sent(1, 2*time.Hour, host, outside, 200*mega, mega)}), summarytest.Want(much, finding.Medium, "T1041")),
		summarytest.Case("at night to somebody new", with(office(5), []activity.Activity{sent(1, 3*dayTime+16*time.Hour, host, outside, 200*mega, mega)}), summarytest.Want(much, finding.High, "T1041")),
		summarytest.Case("to a file service", with(office(5), []activity.Activity{sent(1, 3*dayTime, host, outside, 200*mega, mega), name}), summarytest.Want(stored, finding.High, "T1567")),
		summarytest.Case("more than the peers, on a single day", with(office(1), []activity.Activity{sent(1, time.Hour, host, outside, 800*mega, mega)}), summarytest.Want(much, finding.High, "T1041")),
		summarytest.Case("a nightly backup", with(office(6), backup)),
		summarytest.Case("a camera", with(office(1), camera), summarytest.Want(regular, finding.Low, "T1041")),
		summarytest.Case("little by little", with(office(8), slow), summarytest.Want(dribbling, finding.Medium, "T1030")),
		summarytest.Case("a meeting of many", with(office(5), meeting), summarytest.Want(regular, finding.Low, "T1041"), summarytest.Want(regular, finding.Low, "T1041"), summarytest.Want(regular, finding.Low, "T1041"), summarytest.Want(regular, finding.Low, "T1041"), summarytest.Want(regular, finding.Low, "T1041")),
		summarytest.Case("fetched by one from outside", []activity.Activity{sent(1, time.Hour, outside, host, 10_000, 900*mega)}, summarytest.Want(fetched, finding.Medium, "T1041")),
		summarytest.Case("between internal hosts nothing leaves", []activity.Activity{sent(1, time.Hour, host, "10.9.9.9", 900*mega, 1)}),
	)
}

func TestSampledFlowsAreSaidToBeEstimates(t *testing.T) {
	a := sent(1, time.Hour, host, outside, 1000*mega, 100) // multiplied already, as flows come
	a.Flow.Sampling = 1000
	f := summarytest.Run(Detector(), []activity.Activity{a})
	if len(f) != 1 || f[0].Confidence != finding.Unsure || !strings.Contains(f[0].Why, "sampled") || !strings.Contains(f[0].Why, "1000 MiB") {
		t.Errorf("%+v", f)
	}
}

func TestManyFlowsAreEstimated(t *testing.T) {
	s := newSummary(&intrusion.Site{})
	for i := range 20_000 {
		a := sent(i+1, time.Duration(i)*time.Second, host, outside, 10_000+int64(i%100), 500)
		s.Observe(&a)
	}
	list := s.transfers()
	if got := list[0].sent / 201e6; len(list) != 1 || got < 0.6 || got > 1.5 {
		t.Errorf("%.2f of what was sent is told", got)
	}
}

func TestStatesAndCopiesOfOneConnectionCountOnce(t *testing.T) {
	f := func(name string, want float64, list ...activity.Activity) {
		t.Helper()
		s := newSummary(&intrusion.Site{})
		for i := range list {
			s.Observe(&list[i])
		}
		if got := s.transfers()[0].sent / mega; got != want {
			t.Errorf("%s: %.0f MiB, want %.0f", name, got, want)
		}
	}
	state := func(number int, at time.Duration, port uint16, out int64) activity.Activity {
		a := sent(number, at, host, outside, out*mega, mega)
		a.Flow.SourcePort = port
		return a
	}
	f("a connection logged again and again", 70, state(1, 0, 5000, 10), state(2, 0, 5000, 70), state(3, 0, 5000, 40))
	f("two connections", 80, state(1, 0, 5000, 10), state(2, 0, 5001, 70))
	one, two := state(1, time.Second, 5000, 10), state(2, 2*time.Second, 5000, 11)
	one.Flow.Community, two.Flow.Community = []byte("1:abc="), []byte("1:abc=")
	f("two sensors with one community id", 11, one, two)
}

func TestSummaryKeepsItsPromises(t *testing.T) {
	summarytest.Check(t, Detector(), func(t *rapid.T, number int) activity.Activity {
		src := rapid.SampledFrom([]string{host, "10.0.0.8", outside}).Draw(t, "source")
		dst := rapid.SampledFrom([]string{outside, "198.51.100.1", host}).Draw(t, "destination")
		at := time.Duration(rapid.IntRange(0, 120).Draw(t, "hour")) * time.Hour
		if rapid.IntRange(0, 9).Draw(t, "kind") == 0 {
			return summarytest.Handshake(number, at, src, dst, 443, rapid.SampledFrom([]string{"mega.nz", "a.example"}).Draw(t, "name"))
		}
		return sent(number, at, src, dst, rapid.Int64Range(0, 400*mega).Draw(t, "out"), rapid.Int64Range(0, 9*mega).Draw(t, "in"))
	})
}

func BenchmarkObserve(b *testing.B) {
	s := Detector().New(&intrusion.Site{})
	list := office(20)
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		s.Observe(&list[i%len(list)])
	}
}

func FuzzUnmarshal(f *testing.F) {
	s := newSummary(&intrusion.Site{})
	for _, a := range office(1) {
		s.Observe(&a)
	}
	data, err := s.MarshalBinary()
	if err != nil {
		f.Fatal(err)
	}
	f.Add(data)
	f.Fuzz(func(t *testing.T, data []byte) {
		s := newSummary(&intrusion.Site{})
		if s.UnmarshalBinary(data) == nil {
			s.Findings()
		}
	})
}
