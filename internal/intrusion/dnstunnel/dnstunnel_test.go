package dnstunnel

import (
	"encoding/base32"
	"encoding/hex"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"seawall/internal/activity"
	"seawall/internal/finding"
	"seawall/internal/intrusion"
	"seawall/internal/intrusion/summarytest"
)

const client = "10.0.0.7"

// lookups asks for n names that name makes.
func lookups(n int, kind uint16, name func(i int) string) (list []activity.Activity) {
	for i := range n {
		list = append(list, summarytest.Lookup(i+1, time.Duration(i)*time.Second, client, name(i), kind))
	}
	return list
}

// carried is n bytes as names carry them.
func carried(i, n int) string {
	random := rand.New(rand.NewPCG(uint64(i), 9))
	data := make([]byte, n)
	for j := range data {
		data[j] = byte(random.Uint32())
	}
	return strings.ToLower(base32.HexEncoding.WithPadding(base32.NoPadding).EncodeToString(data))
}

func TestTunnels(t *testing.T) {
	const unnamed = "Data carried in the names of DNS lookups"
	program := func(name string) string { return "DNS tunnel, as the program " + name + " makes it" }
	summarytest.Scenarios(
		t, Detector(),
		summarytest.Case("nothing is found in nothing", nil),
		summarytest.Case("data in TXT lookups", lookups(40, 16, func(i int) string { return carried(i, 30) + ".t.example.com" }), summarytest.Want(unnamed, finding.High, "T1071.004")),
		summarytest.Case("data in address lookups", lookups(40, 1, func(i int) string { return carried(i, 35) + ".t.example.co.uk" }), summarytest.Want(unnamed, finding.Medium, "T1071.004")),
		summarytest.Case("short polls add up", lookups(200, 16, func(i int) string { return carried(i, 7) + ".example.com" }), summarytest.Want(unnamed, finding.High, "T1071.004")),
		summarytest.Case("one name asked for again and again carries nothing", lookups(400, 16, func(int) string { return carried(1, 30) + ".example.com" })),
		summarytest.Case("a zone with many hosts", lookups(900, 1, func(i int) string { return fmt.Sprintf("server%d.region%d.example.com", i, i%7) })),
		summarytest.Case("reverse lookups", lookups(900, 12, func(i int) string { return fmt.Sprintf("%d.%d.0.10.in-addr.arpa", i%256, i/256) })),
		summarytest.Case("services of a domain", lookups(90, 33, func(i int) string {
			return fmt.Sprintf("_ldap._tcp.site%d._sites.dc._msdcs.corp.lan", i)
		})),
		summarytest.Case("hosts of an unregistered domain", lookups(90, 1, func(i int) string { return fmt.Sprintf("pc%d.corp.lan", i) })),
		summarytest.Case("hashes of an antivirus program", lookups(90, 16, func(i int) string { return carried(i, 30) + ".s.sophosxl.net" })),
		summarytest.Case("mail servers look up senders", lookups(900, 1, func(i int) string { return fmt.Sprintf("%d.%d.113.203.zen.spamhaus.org", i%256, i/256) })),
		summarytest.Case("zones that change", lookups(90, 16, func(i int) string { return carried(i, 30) + "." + carried(i+1000, 6) + ".com" }), summarytest.Want(unnamed, finding.High, "T1071.004")),
		summarytest.Case("no zone at all", lookups(90, 16, func(i int) string { return carried(i, 30) + "." + carried(i+1000, 6) }), summarytest.Want(unnamed, finding.High, "T1071.004")),
		summarytest.Case("iodine's null records", lookups(3, 10, func(i int) string { return "paaa" + carried(i, 2) + ".t.example.com" }), summarytest.Want(program("iodine"), finding.High, "T1071.004")),
		summarytest.Case("dns2tcp's handshake", lookups(2, 16, func(i int) string { return fmt.Sprintf("aa%dw.=auth.t.example.com", i) }), summarytest.Want(program("dns2tcp"), finding.High, "T1071.004")),
		summarytest.Case("dnscat2 without a domain", lookups(4, 16, func(i int) string { return "dnscat." + hex.EncodeToString([]byte{1, 2, byte(i), 4, 5, 6, 7}) }), summarytest.Want(program("dnscat2"), finding.High, "T1071.004")),
		summarytest.Case("OzymanDNS waits", lookups(3, 16, func(i int) string { return fmt.Sprintf("%d-0.id-%d.down.t.example.com", i, 31337) }), summarytest.Want(program("OzymanDNS"), finding.High, "T1071.004")),
	)
}

func TestZonesAreThoseRegistered(t *testing.T) {
	f := func(name, zone string, known bool) {
		t.Helper()
		s := splitter{}
		for range 2 { // the second time from memory
			at, k := s.split([]byte(name))
			if at < 0 || name[at:] != zone || k != known {
				t.Errorf("%s: %d %v", name, at, k)
			}
		}
	}
	f("a.b.example.com", "example.com", true)
	f("a.example.co.uk", "example.co.uk", true)
	f("example.co.uk", "example.co.uk", true)
	f("averyverylongname.co.uk", "averyverylongname.co.uk", true)
	f("example.com", "example.com", true)
	f("pc.corp.lan", "corp.lan", false)
	f("me.github.io", "me.github.io", true)
	for _, name := range []string{"localhost", "1.0.0.10.in-addr.arpa", "printer.local", "_ldap._tcp.example.com"} {
		if at, _ := (splitter{}).split([]byte(name)); at >= 0 {
			t.Errorf("%s carries nothing", name)
		}
	}
}

func TestManyNamesAreEstimated(t *testing.T) {
	s := newSummary()
	for _, a := range lookups(5000, 16, func(i int) string { return carried(i, 30) + ".example.com" }) {
		s.Observe(&a)
	}
	for _, z := range s.zones {
		if m := z.measure(); m.names < 3500 || m.names > 6500 || len(z.names) > maxNames {
			t.Errorf("%.0f names from %d, want about 5000", m.names, len(z.names))
		}
	}
}

func TestSummaryKeepsItsPromises(t *testing.T) {
	summarytest.Check(t, Detector(), func(t *rapid.T, number int) activity.Activity {
		zone := rapid.SampledFrom([]string{"example.com", "example.org", "corp", "x.example.net"}).Draw(t, "zone")
		kind := rapid.SampledFrom([]uint16{1, 10, 16}).Draw(t, "type")
		return summarytest.Lookup(number, time.Duration(number)*time.Second, client, carried(rapid.IntRange(0, 300).Draw(t, "data"), 30)+"."+zone, kind)
	})
}

func FuzzObserve(f *testing.F) {
	for _, name := range []string{"", ".", "..", "a", "a.", "_a.b", "x.co.uk", "aaa.id-1.down.e.com", "dnscat.0123456789abcdef", strings.Repeat("a.", 200), "\x00.\xff.com"} {
		f.Add([]byte(name), uint16(16))
	}
	f.Fuzz(func(t *testing.T, name []byte, kind uint16) {
		s := newSummary()
		a := summarytest.Lookup(1, 0, client, "", kind)
		a.DNS.Query = name
		s.Observe(&a)
		s.Observe(&a)
		s.Findings()
	})
}

func BenchmarkObserve(b *testing.B) {
	s := Detector().New(&intrusion.Site{})
	list := lookups(4096, 1, func(i int) string { return fmt.Sprintf("www%d.zone%d.example.com", i, i%50) })
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		s.Observe(&list[i%len(list)])
	}
}

func FuzzUnmarshal(f *testing.F) {
	s := newSummary()
	for _, a := range lookups(40, 16, func(i int) string { return carried(i, 30) + ".t.example.com" }) {
		s.Observe(&a)
	}
	data, err := s.MarshalBinary()
	if err != nil {
		f.Fatal(err)
	}
	f.Add(data)
	f.Fuzz(func(t *testing.T, data []byte) {
		s := newSummary()
		if s.UnmarshalBinary(data) == nil {
			s.Findings()
		}
	})
}
