package beacon

import (
	"fmt"
	"math/rand/v2"
	"net/netip"
	"slices"
	"strings"
	"testing"
	"time"
	"unsafe"

	"pgregory.net/rapid"

	"seawall/internal/activity"
	"seawall/internal/finding"
	"seawall/internal/intrusion"
	"seawall/internal/intrusion/summarytest"
)

const (
	host = "10.0.0.7"
	c2   = "203.0.113.9"
)

// calls makes connections at times that sleep gives the pauses between.
func calls(n int, sleep func(i int) time.Duration, change ...func(i int, a *activity.Activity)) (list []activity.Activity) {
	at := time.Duration(0)
	for i := range n {
		at += sleep(i)
		a := summarytest.Flow(i+1, at, host, c2, 443)
		for _, f := range change {
			f(i, &a)
		}
		list = append(list, a)
	}
	return list
}

// jittered sleeps between (1-share)·period and period, the same on every run.
func jittered(period time.Duration, share float64) func(int) time.Duration {
	random := rand.New(rand.NewPCG(1, 2))
	return func(int) time.Duration { return time.Duration(float64(period) * (1 - share*random.Float64())) }
}

// memoryless sleeps as calls at random do.
func memoryless(mean time.Duration) func(int) time.Duration {
	random := rand.New(rand.NewPCG(3, 4))
	return func(int) time.Duration { return time.Duration(random.ExpFloat64() * float64(mean)) }
}

// human calls in sessions: some calls close together, then a long pause, and
// nothing at night.
func human() func(int) time.Duration {
	random := rand.New(rand.NewPCG(5, 6))
	return func(i int) time.Duration {
		switch {
		case i%60 == 59:
			return 14 * time.Hour
		case i%7 == 0:
			return time.Duration(random.ExpFloat64() * float64(20*time.Minute))
		}
		return time.Duration(random.ExpFloat64() * float64(12*time.Second))
	}
}

func TestRhythms(t *testing.T) {
	const (
		out    = "Calls out at a rhythm"
		slowly = "Calls out at a slow rhythm"
		steady = "Steady calls out around the clock"
		turns  = "Calls at a rhythm to destinations that take turns"
		in     = "Calls from outside at a rhythm"
		inner  = "Calls between internal hosts at a rhythm"
		many   = "Many hosts call one destination at a rhythm"
	)
	sizes := func(i int, a *activity.Activity) { a.Flow.OutBytes = int64(i%17)*91 + int64(i) }
	order := rand.New(rand.NewPCG(9, 9))
	turned := func(_ int, a *activity.Activity) {
		a.Flow.Destination = addrFrom([4]byte{203, 0, 113, byte(1 + order.IntN(6))})
	}
	to := func(src, dst string) func(int, *activity.Activity) {
		return func(i int, a *activity.Activity) {
			b := summarytest.Flow(i+1, 0, src, dst, 443)
			b.Time, *a = a.Time, b
			a.Time = b.Time
		}
	}
	working := func(i int) time.Duration {
		if i%48 == 47 {
			return 16 * time.Hour
		}
		return jittered(10*time.Minute, 0.2)(i)
	}
	var prevalent []activity.Activity
	for h := range 6 {
		for i, a := range calls(40, jittered(5*time.Minute, 0.1), to(fmt.Sprintf("10.0.0.%d", h+1), c2)) {
			a.Origin.Offset += int64(h*1_000_000 + i)
			prevalent = append(prevalent, a)
		}
	}
	crowded := append([]activity.Activity(nil), prevalent...)
	for h := range 40 {
		crowded = append(crowded, summarytest.Flow(900_000+h, time.Hour, fmt.Sprintf("10.0.1.%d", h), "198.51.100.1", 443))
	}
	attempt := memoryless(time.Hour)
	refused := func(_ int, a *activity.Activity) { a.Flow.State = activity.FlowNoReply }
	summarytest.Scenarios(
		t, Detector(),
		summarytest.Case("nothing is found in nothing", nil),
		summarytest.Case("a few calls show nothing", calls(6, jittered(time.Minute, 0))),
		summarytest.Case("people keep no rhythm", calls(400, human(), sizes)),
		summarytest.Case("a plain beacon", calls(100, jittered(time.Minute, 0)), summarytest.Want(out, finding.High, "T1071.001")),
		summarytest.Case("sizes that vary do not hide it", calls(100, jittered(time.Minute, 0.2), sizes), summarytest.Want(out, finding.High, "T1071.001")),
		summarytest.Case("eight tenths of jitter do not hide it", calls(300, jittered(5*time.Minute, 0.8)), summarytest.Want(out, finding.High, "T1071.001")),
		summarytest.Case("working hours do not hide it", calls(200, working), summarytest.Want(out, finding.High, "T1071.001")),
		summarytest.Case("a slow beacon over days", calls(9, jittered(8*time.Hour, 0.35)), summarytest.Want(slowly, finding.Medium, "T1071.001")),
		summarytest.Case("sleeps of random length around the clock", calls(600, memoryless(7*time.Minute)), summarytest.Want(steady, finding.Medium, "T1071.001")),
		summarytest.Case("random calls of varying size are no beacon", calls(600, memoryless(7*time.Minute), sizes)),
		summarytest.Case("destinations that take turns", calls(300, jittered(5*time.Minute, 0.1), turned), summarytest.Want(turns, finding.High, "T1008")),
		summarytest.Case("from outside around the clock", calls(300, jittered(5*time.Minute, 0.1), to(c2, host)), summarytest.Want(in, finding.High, "T1071.001")),
		summarytest.Case("from outside for an hour is a scanner", calls(60, jittered(time.Minute, 0.1), to(c2, host))),
		summarytest.Case("between internal hosts", calls(300, jittered(5*time.Minute, 0.1), to(host, "10.0.9.9")), summarytest.Want(inner, finding.Medium, "T1071.001")),
		summarytest.Case("what many hosts do is told once and ranks lowest", prevalent, summarytest.Want(many, finding.Informational, "T1071.001")),
		summarytest.Case("what a few of many hosts do is told once", crowded, summarytest.Want("Several hosts call one destination at a rhythm", finding.Medium, "T1071.001")),
		summarytest.Case("what is never answered ranks lower", calls(100, jittered(time.Minute, 0), refused), summarytest.Want(out, finding.Medium, "T1071.001")),
		summarytest.Case("retries of one attempt are one burst", calls(160, func(i int) time.Duration {
			if i%4 == 0 {
				return attempt(i)
			}
			return 3 * time.Second
		}, refused)),
		summarytest.Case("always the same port of the caller is one connection", calls(100, jittered(time.Minute, 0), func(_ int, a *activity.Activity) { a.Flow.SourcePort = 5555 })),
		summarytest.Case("each until the next begins is one connection", calls(100, jittered(time.Minute, 0), func(_ int, a *activity.Activity) { a.Flow.Duration = int64(time.Minute) })),
		summarytest.Case("slices of a flow are one connection", calls(100, jittered(time.Minute, 0), func(_ int, a *activity.Activity) { a.Flow.Sliced = true })),
		summarytest.Case("time is asked for at intervals", calls(100, jittered(64*time.Second, 0), func(_ int, a *activity.Activity) { a.Flow.Protocol, a.Flow.DestinationPort = 17, 123 })),
	)
}

func TestProxiesAreSeenThrough(t *testing.T) {
	var list []activity.Activity
	for i := range 100 {
		at := time.Duration(i) * time.Minute
		list = append(list, summarytest.Flow(2*i+1, at, host, "10.0.0.2", 3128))
		a := summarytest.Seen(2*i+2, at, host, "10.0.0.2", "", "c2.example:443")
		a.HTTP.Method, a.HTTP.ServerPort = []byte("CONNECT"), 3128
		list = append(list, a)
	}
	findings := summarytest.Run(Detector(), list)
	if len(findings) != 1 || !slices.Contains(findings[0].Entities, finding.Entity{Type: finding.Domain, Value: "c2.example"}) {
		t.Fatalf("want the name behind the proxy alone: %+v", findings)
	}
}

func TestNamesAndTheirAddressesAreOneBeacon(t *testing.T) {
	var list []activity.Activity
	for i := range 100 {
		at := time.Duration(i) * time.Minute
		list = append(list, summarytest.Flow(2*i+1, at, host, c2, 443), summarytest.Handshake(2*i+2, at, host, c2, 443, "C2.Example."))
	}
	findings := summarytest.Run(Detector(), list)
	if len(findings) != 1 || !strings.Contains(findings[0].Why, "c2.example") {
		t.Fatalf("want one beacon by its name: %+v", findings)
	}
}

func TestDestinationsThatTakeTurnsAreKnownByTheClientsFingerprint(t *testing.T) {
	random := rand.New(rand.NewPCG(11, 12))
	sleep := jittered(5*time.Minute, 0.1)
	browse := memoryless(4 * time.Minute)
	var list []activity.Activity
	at, meanwhile := time.Duration(0), time.Duration(0)
	for i := range 300 {
		at += sleep(i)
		dst := fmt.Sprintf("203.0.113.%d", 1+random.IntN(6))
		flow := summarytest.Flow(3*i+1, at, host, dst, 443)
		flow.Flow.OutBytes = random.Int64N(9000)
		shaken := summarytest.Handshake(3*i+2, at, host, dst, 443, "")
		shaken.TLS.JA4 = []byte("t13d190900_9dc949149365_97f8aa674fd9")
		// What the user does meanwhile, with another client.
		meanwhile += browse(i)
		other := fmt.Sprintf("198.51.100.%d", 1+random.IntN(9))
		noise := summarytest.Flow(3*i+3, meanwhile, host, other, 443)
		noise.Flow.OutBytes = random.Int64N(9000)
		browsed := summarytest.Handshake(5000+i, meanwhile, host, other, 443, "")
		browsed.TLS.JA4 = []byte("t13d1516h2_8daaf6152771_e5627efa2ab1")
		list = append(list, flow, shaken, noise, browsed)
	}
	findings := summarytest.Run(Detector(), list)
	if len(findings) != 1 || findings[0].Title != "Calls at a rhythm to destinations that take turns" || len(findings[0].Entities) != 7 {
		t.Errorf("want one set of six: %+v", findings)
	}
}

func TestSampledFlowsLowerConfidence(t *testing.T) {
	f := func(rate uint32, want finding.Confidence) {
		t.Helper()
		findings := summarytest.Run(Detector(), calls(100, jittered(time.Minute, 0), func(_ int, a *activity.Activity) { a.Flow.Sampling = rate }))
		if len(findings) != 1 || findings[0].Confidence != want || strings.Contains(findings[0].Why, "sampled") != (rate > 1) {
			t.Errorf("1 in %d: %+v", rate, findings)
		}
	}
	f(1, finding.Likely)
	f(100, finding.Unsure)
}

func TestAnAppliancesOwnCallsRankLower(t *testing.T) {
	f := func(sensor string, want finding.Severity) {
		t.Helper()
		findings := summarytest.Run(Detector(), calls(100, jittered(time.Minute, 0), func(_ int, a *activity.Activity) { a.Flow.Sensor = []byte(sensor) }))
		if len(findings) != 1 || findings[0].Severity != want || strings.Contains(findings[0].Why, "device that logged") != (want < finding.High) {
			t.Errorf("logged by %s: %+v", sensor, findings)
		}
	}
	f("fw1", finding.High)
	f("10.0.0.1", finding.High)
	f(host, finding.Medium)
	f("::ffff:"+host, finding.Medium)
}

func TestOrdinaryNamesAreExplained(t *testing.T) {
	f := func(name string, want bool) {
		t.Helper()
		if got := explained(name) != ""; got != want {
			t.Errorf("%s: %v", name, got)
		}
	}
	f("ctldl.windowsupdate.com", true)
	f("windowsupdate.com", true)
	f("notwindowsupdate.com", false)
	f("windowsupdate.com.evil.example", false)
	f("ocsp.example.org", true)
	f("", false)
}

func TestTheOrderOfTheLogDoesNotMatter(t *testing.T) {
	list := calls(900, jittered(5*time.Minute, 0.3))
	want := summarytest.Run(Detector(), list)
	slices.Reverse(list)
	rand.New(rand.NewPCG(7, 8)).Shuffle(len(list)/2, func(i, j int) { list[i], list[j] = list[j], list[i] })
	got := summarytest.Run(Detector(), append(list, list[:50]...))
	if len(want) != 1 || len(got) != 1 || got[0].Why != want[0].Why {
		t.Errorf("%+v\n%+v", want, got)
	}
}

func TestSummaryKeepsItsPromises(t *testing.T) {
	summarytest.Check(t, Detector(), func(t *rapid.T, number int) activity.Activity {
		at := time.Duration(number)*time.Minute + time.Duration(rapid.IntRange(0, 20_000).Draw(t, "milliseconds"))*time.Millisecond
		src := rapid.SampledFrom([]string{host, "10.0.0.8", "198.51.100.4"}).Draw(t, "source")
		dst := rapid.SampledFrom([]string{c2, "203.0.113.10", host}).Draw(t, "destination")
		switch rapid.IntRange(0, 3).Draw(t, "kind") {
		case 0:
			return summarytest.Handshake(number, at, src, dst, 443, rapid.SampledFrom([]string{"c2.example", "b.example"}).Draw(t, "name"))
		case 1:
			return summarytest.Seen(number, at, src, dst, rapid.SampledFrom([]string{"c2.example", "203.0.113.10"}).Draw(t, "host"), "/")
		}
		a := summarytest.Flow(number, at, src, dst, 443)
		a.Flow.OutBytes = rapid.Int64Range(100, 102).Draw(t, "bytes")
		return a
	})
}

func TestWhatIsKeptIsBoundedAndDoesNotDependOnOrder(t *testing.T) {
	small := limits{pairs: 20, entries: 300, perPair: 16}
	rapid.Check(t, func(t *rapid.T) {
		var events []event
		for range rapid.IntRange(0, 900).Draw(t, "calls") {
			e := event{time: int64(rapid.IntRange(1, 1e6).Draw(t, "second")) * 1e9, size: 7, duration: -1}
			e.src[15], e.port = byte(rapid.IntRange(0, 40).Draw(t, "host")), 443
			e.hash = hashAddresses(&e.src, &e.dst, 443)
			events = append(events, e)
		}
		fill := func(events []event) *table {
			tb := newTable(small)
			for chunk := range slices.Chunk(events, batch) {
				tb.addAll(chunk, nil)
			}
			return tb
		}
		whole := fill(events)
		whole.settle()
		cut := len(events) / 3
		first, second := fill(events[cut:]), fill(events[:cut])
		first.merge(second)
		first.settle()
		if a, b := contents(whole), contents(first); !slices.Equal(a, b) {
			t.Fatalf("%d and %d entries, or others", len(a), len(b))
		}
		if len(contents(whole)) > small.entries || whole.count > small.pairs {
			t.Fatal("limits are not kept")
		}
	})
}

// contents lists what a table keeps, sorted.
func contents(tb *table) (list []entry) {
	tb.each(func(p *pair) {
		for _, n := range tb.entriesOf(nil, p) {
			list = append(list, n^entry(p.hash))
		}
	})
	slices.Sort(list)
	return list
}

func TestSizesKeepSixteenBits(t *testing.T) {
	f := func(size, want int64) {
		t.Helper()
		got, known := newEntry(&event{time: 1e15, size: size}).size()
		if got != want || !known {
			t.Errorf("%d: %d %v", size, got, known)
		}
	}
	f(0, 0)
	f(65535, 65535)
	f(65536, 65536)
	f(100_001, 100_000)
	f(1<<40, 1<<40)
	f(-1, 0)
	if n := newEntry(&event{time: 1_700_000_000_123_456_789}); n.time() != 1_700_000_000_123 {
		t.Errorf("time %d", n.time())
	}
}

func FuzzUnmarshal(f *testing.F) {
	s := newSummary(&intrusion.Site{})
	for _, a := range calls(20, jittered(time.Minute, 0)) {
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

// BenchmarkObserve looks up calls of a million live pairs in random order.
func BenchmarkObserve(b *testing.B) {
	for _, pairs := range []int{1 << 12, 1 << 20} {
		b.Run(fmt.Sprint(pairs), func(b *testing.B) {
			s := newSummary(&intrusion.Site{})
			s.pairs.limits = limits{pairs: 1 << 21, entries: 1 << 28, perPair: 256}
			a := summarytest.Flow(1, 0, host, c2, 443)
			addr := a.Flow.Destination.As4()
			random := rand.New(rand.NewPCG(1, 1))
			b.ReportAllocs()
			for i := 0; b.Loop(); i++ {
				n := random.IntN(pairs)
				addr[1], addr[2], addr[3] = byte(n>>16), byte(n>>8), byte(n)
				a.Flow.Destination = addrFrom(addr)
				a.Time += int64(time.Millisecond)
				s.Observe(&a)
			}
			b.ReportMetric(float64(s.pairs.bytes())/float64(s.pairs.count), "B/pair")
		})
	}
}

// bytes is about what the table takes.
func (t *table) bytes() int {
	return 8*len(t.slots) + len(t.pairs)*pairBlock*int(unsafe.Sizeof(pair{})) + len(t.chunks.blocks)*chunkBlock*int(unsafe.Sizeof(chunk{})) + cap(t.names)
}

func addrFrom(a [4]byte) netip.Addr { return netip.AddrFrom4(a) }
