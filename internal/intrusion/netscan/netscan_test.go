package netscan

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

const host = "10.0.0.7"

// tries makes n attempts at the targets that target names.
func tries(n int, src string, state activity.FlowState, target func(i int) (string, uint16)) (list []activity.Activity) {
	for i := range n {
		dst, port := target(i)
		a := summarytest.Flow(i+1, time.Duration(i)*time.Second, src, dst, port)
		a.Flow.State = state
		list = append(list, a)
	}
	return list
}

func TestScans(t *testing.T) {
	inside := func(i int) (string, uint16) { return fmt.Sprintf("10.0.1.%d", i), 445 }
	abroad := func(i int) (string, uint16) { return fmt.Sprintf("203.0.%d.%d", i, i), 23 }
	ports := func(i int) (string, uint16) { return "10.0.1.1", uint16(i + 1) }
	echoes := tries(60, host, activity.FlowNoReply, inside)
	for i := range echoes {
		echoes[i].Flow.Protocol, echoes[i].Flow.SourcePort, echoes[i].Flow.DestinationPort = 1, 8, 0
	}
	const one = "An internal host tries one service on many hosts"
	mixed := append(tries(30, host, activity.FlowNoReply, inside), tries(90, host, activity.FlowEstablished, abroad)...)
	for i := range mixed {
		mixed[i].Origin.Offset = int64(i) * 200
	}
	summarytest.Scenarios(
		t, Detector(),
		summarytest.Case("nothing is found in nothing", nil),
		summarytest.Case("a few dead servers are no scan", tries(12, host, activity.FlowNoReply, inside)),
		summarytest.Case("one dead server again and again is no scan", tries(400, host, activity.FlowNoReply, func(int) (string, uint16) { return "10.0.1.1", 445 })),
		summarytest.Case("many servers that answer are no scan", tries(200, host, activity.FlowEstablished, abroad)),
		summarytest.Case("a host that mostly reaches what it tries", mixed),
		summarytest.Case("one service on many hosts", tries(60, host, activity.FlowRefused, inside), summarytest.Want(one, finding.Medium, "T1046")),
		summarytest.Case("the ports of one host", tries(60, host, activity.FlowRefused, ports), summarytest.Want("An internal host tries the ports of another", finding.Medium, "T1046")),
		summarytest.Case("a bot scans the internet", tries(60, host, activity.FlowNoReply, abroad), summarytest.Want("An internal host tries one service on many hosts on the internet", finding.High, "T1046")),
		summarytest.Case("tried and blocked", tries(60, host, activity.FlowDenied, inside), summarytest.Want(one+", and a firewall stops it", finding.Medium, "T1046")),
		summarytest.Case("who is there", echoes, summarytest.Want("An internal host asks many addresses whether they are there", finding.Medium, "T1018")),
		summarytest.Case("outside hosts are told once", tries(60, "198.51.100.4", activity.FlowNoReply, inside), summarytest.Want("Outside hosts try what answers here", finding.Informational, "T1595.001")),
	)
}

func TestWideScansAreEstimated(t *testing.T) {
	s := newSummary(&intrusion.Site{})
	for _, a := range tries(20_000, host, activity.FlowNoReply, func(i int) (string, uint16) { return fmt.Sprintf("10.%d.%d.5", i/250, i%250), 445 }) {
		s.Observe(&a)
	}
	f := s.Findings()
	if len(f) != 1 || f[0].Count < 16_000 || f[0].Count > 24_000 {
		t.Errorf("want about 20000 targets: %+v", f)
	}
}

func TestSummaryKeepsItsPromises(t *testing.T) {
	summarytest.Check(t, Detector(), func(t *rapid.T, number int) activity.Activity {
		src := rapid.SampledFrom([]string{host, "198.51.100.4", "10.0.0.9"}).Draw(t, "source")
		a := summarytest.Flow(number, time.Duration(number)*time.Second, src, fmt.Sprintf("10.0.1.%d", rapid.IntRange(0, 50).Draw(t, "target")), rapid.SampledFrom([]uint16{22, 445}).Draw(t, "port"))
		a.Flow.State = activity.FlowState(rapid.IntRange(0, 5).Draw(t, "state"))
		return a
	})
}

func BenchmarkObserve(b *testing.B) {
	s := Detector().New(&intrusion.Site{})
	var list []activity.Activity
	for i := range 4096 {
		list = append(list, summarytest.Flow(i, 0, fmt.Sprintf("10.0.0.%d", i%200), fmt.Sprintf("203.0.113.%d", i*7%251), 443))
	}
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		s.Observe(&list[i%len(list)])
	}
}

func FuzzUnmarshal(f *testing.F) {
	s := newSummary(&intrusion.Site{})
	for _, a := range tries(60, host, activity.FlowNoReply, func(i int) (string, uint16) { return fmt.Sprintf("10.0.1.%d", i), 445 }) {
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
