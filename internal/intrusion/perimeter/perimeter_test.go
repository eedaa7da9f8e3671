package perimeter

import (
	"bytes"
	"encoding/gob"
	"fmt"
	"net/netip"
	"testing"

	"pgregory.net/rapid"

	"seawall/internal/activity"
	"seawall/internal/intrusion"
)

func flow(src, dst string) *activity.Flow {
	return &activity.Flow{Source: netip.MustParseAddr(src), Destination: netip.MustParseAddr(dst)}
}

func inside(t *testing.T, b *Border, address string, want bool) {
	t.Helper()
	if got := b.Inside(netip.MustParseAddr(address)); got != want {
		t.Errorf("%s inside: %v", address, got)
	}
}

func TestPrivateRangesAreInsideUnlessTheUserSaysOtherwise(t *testing.T) {
	b := New(&intrusion.Site{})
	for _, a := range []string{"10.1.2.3", "192.168.0.1", "::ffff:10.1.2.3", "100.64.1.1", "127.0.0.1", "fe80::1", "224.0.0.1"} {
		inside(t, b, a, true)
	}
	inside(t, b, "8.8.8.8", false)
	given := New(&intrusion.Site{Internal: []netip.Prefix{netip.MustParsePrefix("192.0.2.0/24")}})
	inside(t, given, "192.0.2.7", true)
	inside(t, given, "10.1.2.3", false)
}

func TestAPublicServerThatAllTrafficSharesIsInside(t *testing.T) {
	b := New(nil)
	for i := range 40 {
		b.Observe(flow(fmt.Sprintf("203.0.%d.9", i), "198.51.100.7"))
	}
	b.Observe(flow("198.51.100.7", "9.9.9.9"))
	inside(t, b, "198.51.100.7", true)
	inside(t, b, "198.51.100.8", false)
	inside(t, b, "9.9.9.9", false)
}

func TestAPublicSubnetThatAllTrafficSharesIsInside(t *testing.T) {
	b := New(nil)
	for i := range 60 {
		b.Observe(flow(fmt.Sprintf("203.%d.113.9", i), fmt.Sprintf("198.51.100.%d", i%9*20)))
	}
	inside(t, b, "198.51.100.7", true)
	inside(t, b, "203.1.113.9", false)
}

func TestAnAddressThatAllOfficesTalkToIsNotInside(t *testing.T) {
	b := New(nil)
	for i := range 40 {
		b.Observe(flow(fmt.Sprintf("10.0.0.%d", i), "8.8.8.8"))
	}
	inside(t, b, "8.8.8.8", false)
}

func TestWhatTheSensorCallsLocalIsInside(t *testing.T) {
	b := New(nil)
	f := flow("198.51.100.7", "9.9.9.9")
	f.SourceSide, f.DestinationSide = activity.Inside, activity.Outside
	b.Observe(f)
	inside(t, b, "198.51.100.99", true)
	inside(t, b, "9.9.9.9", false)
}

func TestSplittingChangesNothing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		whole, parts := New(nil), []*Border{New(nil), New(nil)}
		var seen []string
		for range rapid.IntRange(0, 60).Draw(t, "flows") {
			src := fmt.Sprintf("198.51.%d.%d", rapid.IntRange(0, 3).Draw(t, "net"), rapid.IntRange(1, 3).Draw(t, "host"))
			dst := fmt.Sprintf("203.0.%d.9", rapid.IntRange(0, 200).Draw(t, "peer"))
			seen = append(seen, src, dst)
			whole.Observe(flow(src, dst))
			parts[rapid.IntRange(0, 1).Draw(t, "part")].Observe(flow(src, dst))
		}
		var out bytes.Buffer
		if err := parts[0].Encode(gob.NewEncoder(&out)); err != nil {
			t.Fatal(err)
		}
		merged := New(nil)
		if err := merged.Decode(gob.NewDecoder(&out)); err != nil {
			t.Fatal(err)
		}
		parts[1].Merge(merged)
		for _, a := range seen {
			if x := netip.MustParseAddr(a); whole.Inside(x) != parts[1].Inside(x) {
				t.Fatalf("%s: splitting changes the side", a)
			}
		}
	})
}

func TestReservedIsWhatTheStandardsReserve(t *testing.T) {
	shared := netip.MustParsePrefix("100.64.0.0/10")
	rapid.Check(t, func(t *rapid.T) {
		var b [4]byte
		for i := range b {
			b[i] = rapid.Byte().Draw(t, "byte")
		}
		a := netip.AddrFrom4(b)
		want := !a.IsGlobalUnicast() || a.IsPrivate() || shared.Contains(a) || b[0] == 0 || b[0] >= 224
		if Reserved(a) != want || Reserved(netip.AddrFrom16(a.As16())) != want {
			t.Fatalf("%s: %v, want %v", a, Reserved(a), want)
		}
	})
}

func BenchmarkObserve(b *testing.B) {
	border := New(nil)
	flows := make([]*activity.Flow, 4096)
	for i := range flows {
		flows[i] = flow(fmt.Sprintf("203.0.%d.%d", i/256, i%256), "198.51.100.7")
	}
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		border.Observe(flows[i%len(flows)])
	}
}
