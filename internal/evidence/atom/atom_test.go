package atom

import (
	"bytes"
	"fmt"
	"math"
	"net/netip"
	"slices"
	"strconv"
	"testing"
	"time"
)

func TestSecondsKeepEveryDigitOfATime(t *testing.T) {
	f := func(text string, want int64, ok bool) {
		t.Helper()
		if got, gotOK := Seconds([]byte(text)); got != want && ok || gotOK != ok {
			t.Errorf("%s: %d %v, want %d %v", text, got, gotOK, want, ok)
		}
	}
	f("1713488395.433985", 1713488395433985000, true)
	f("0.000059", 59000, true)
	f("1713488395", 1713488395e9, true)
	f("-1.5", -1500000000, true)
	f("2e-06", 2000, true)
	f("1.1234567899", 1123456789, true)
	f("9999999999999", 0, false)
	f("99999999999", 0, false)
	f("", 0, false)
	f(".", 0, false)
	f("1.2.3", 0, false)
	f("x", 0, false)
}

// Times of the usual length are read eight digits at a time; with one digit
// more they are read the plain way.
func TestTimesAreReadTheSameInBothWays(t *testing.T) {
	for i := range 20_000 {
		text := fmt.Appendf(nil, "%010d.%06d", i*1_000_003*499%10_000_000_000, i*7919%1_000_000)
		if i%3 == 0 {
			if text[i%17] = byte(i); text[i%17]|0x20 == 'e' { // would make the digit behind an exponent
				continue
			}
		}
		got, ok := Seconds(text)
		want, wantOK := Seconds(append(slices.Clone(text), '0'))
		if got != want || ok != wantOK {
			t.Fatalf("%q: %d %v, want %d %v", text, got, ok, want, wantOK)
		}
	}
}

func TestDatesAreReadAsTheTimePackageDoes(t *testing.T) {
	for _, text := range []string{
		"2024-02-29T23:59:59Z", "1999-12-31T00:00:00.5+02:00", "2026-11-25T14:00:00.123456789-05:30", "1970-01-01T00:00:00Z", "1900-03-01T12:00:00Z",
	} {
		want, err := time.Parse(time.RFC3339Nano, text)
		got, zoned, ok := Date([]byte(text))
		if err != nil || !ok || !zoned || got != want.UnixNano() {
			t.Errorf("%s: %d %v %v, want %d", text, got, zoned, ok, want.UnixNano())
		}
	}
	noon := time.Date(2024, 5, 6, 12, 0, 0, 5e6, time.UTC).UnixNano()
	for text, zoned := range map[string]bool{"2024-05-06 12:00:00.005": false, "2024-05-06T14:00:00,005+0200": true, "2024-05-06 12:00:00.005 UTC": true, "2024-05-06T10:00:00.005-02": true} {
		if got, z, ok := Date([]byte(text)); got != noon || z != zoned || !ok {
			t.Errorf("%s: %d %v %v", text, got, z, ok)
		}
	}
	for _, text := range []string{"", "2024-13-01T00:00:00Z", "2024-05-06T25:00:00Z", "2024-05-06T12:00:00+1", "2024-05-06T12:00:00ZZ", "2024-05-06T12:0a:00Z", "2024/05/06T12:00:00Z"} {
		if _, _, ok := Date([]byte(text)); ok {
			t.Errorf("%q is taken for a date", text)
		}
	}
}

func TestNumbersAreReadWholeOrNotAtAll(t *testing.T) {
	for text, want := range map[string]int64{"0": 0, "18446744073709551615": -1, "12": 12, "": -1, "-": -1, "12x": -1, "1.9": 1, "9223372036854775807": -1, "922337203685477579": 922337203685477579} {
		if got := Count([]byte(text)); got != want {
			t.Errorf("Count %q: %d, want %d", text, got, want)
		}
	}
	for text, want := range map[string]int{"0": 0, "65535": 65535, "65536": -1, "": -1, "4a": -1, "99999999999999": -1} {
		if got, ok := Port([]byte(text)); ok != (want >= 0) || ok && int(got) != want {
			t.Errorf("Port %q: %d %v", text, got, ok)
		}
	}
	for text, want := range map[string]uint64{"0x1f": 31, "ff": 255, "FFFFFFFFFFFFFFFF": math.MaxUint64} {
		if got, ok := Hex([]byte(text)); !ok || got != want {
			t.Errorf("Hex %q: %d %v", text, got, ok)
		}
	}
	for text, month := range map[string]int{"Jan": 1, "december": 12, "SEP": 9, "xyz": 0, "ja": 0} {
		if got := Month([]byte(text)); got != month {
			t.Errorf("Month %q: %d", text, got)
		}
	}
}

// netip reads the same addresses, but takes strings.
func FuzzAddr(f *testing.F) {
	for _, seed := range []string{
		"1.2.3.4", "255.255.255.255", "256.1.1.1", "1.2.3", "::", "::1", "fe80::1%eth0", "2001:db8::8a2e:370:7334", "1:2:3:4:5:6:7:8", "::ffff:10.0.0.1",
		"64:ff9b::1.2.3.4", "1::2::3", ":1", "1:", "12345::", "1:2:3:4:5:6:7::", "01.2.3.4", "1.2.3.4.", "::1.2.3.4",
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		got, ok := Addr(text)
		want, err := netip.ParseAddr(string(text))
		if err == nil && len(text) <= 64 {
			if want = want.WithZone("").Unmap(); !ok || got != want {
				t.Fatalf("%q: %v %v, want %v", text, got, ok, want)
			}
			return
		}
		// Ours also accepts leading zeros in IPv4 and an empty zone.
		if ok && !bytes.ContainsAny(text, "0%") {
			t.Fatalf("%q: %v, netip refuses: %v", text, got, err)
		}
	})
}

func FuzzNumbers(f *testing.F) {
	for _, seed := range []string{"1.5e3", "-12", "+7", "18446744073709551615", "1e400", "0e400", "0x1f", "2024-05-06T12:00:00Z", "1713488395.433985"} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		if got, ok := Float(text); ok {
			want, err := strconv.ParseFloat(string(text), 64)
			if err != nil || math.Abs(got-want) > 1e-12*math.Abs(want)+1e-290 {
				t.Fatalf("%q: %g, want %g %v", text, got, want, err)
			}
		}
		if got, ok := Int(text); ok {
			if want, err := strconv.ParseInt(string(text), 10, 64); err != nil || got != want {
				t.Fatalf("%q: %d, want %d %v", text, got, want, err)
			}
		}
		Seconds(text)
		Date(text)
		Count(text)
	})
}

func TestNothingIsAllocated(t *testing.T) {
	v4, v6, ts := []byte("192.168.255.11"), []byte("2001:db8::8a2e:370:7334"), []byte("1713488395.433985")
	if n := testing.AllocsPerRun(100, func() {
		Addr(v4)
		Addr(v6)
		Seconds(ts)
	}); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

func BenchmarkAddr4(b *testing.B) {
	text := []byte("192.168.255.11")
	for b.Loop() {
		Addr(text)
	}
}

func BenchmarkSeconds(b *testing.B) {
	text := []byte("1713488395.433985")
	for b.Loop() {
		Seconds(text)
	}
}
