package asn

import (
	"net/netip"
	"strings"
	"testing"
)

func TestAddressesAreFoundInRangesAndNetworks(t *testing.T) {
	var table Table
	err := table.Read(strings.NewReader("198.51.100.0,198.51.100.255,64500,Example Cable\nrow of nonsense\n203.0.113.0/25,AS64501,\"Example, Hosting\",NL\n2001:db8::,2001:db8::ff,64502,Six\n"))
	if err != nil {
		t.Fatal(err)
	}
	f := func(address string, want Network, known bool) {
		t.Helper()
		got, ok := table.Lookup(netip.MustParseAddr(address))
		if got != want || ok != known {
			t.Errorf("%s: %+v %v", address, got, ok)
		}
	}
	f("198.51.100.0", Network{64500, "Example Cable", ""}, true)
	f("198.51.100.255", Network{64500, "Example Cable", ""}, true)
	f("198.51.101.0", Network{}, false)
	f("198.51.99.255", Network{}, false)
	f("203.0.113.127", Network{64501, "Example, Hosting", "NL"}, true)
	f("203.0.113.128", Network{}, false)
	f("::ffff:203.0.113.1", Network{64501, "Example, Hosting", "NL"}, true)
	f("2001:db8::7", Network{64502, "Six", ""}, true)
	if _, ok := (*Table)(nil).Lookup(netip.MustParseAddr("203.0.113.1")); ok {
		t.Error("no table knows an address")
	}
}

func TestOtherFilesAreRefused(t *testing.T) {
	for _, text := range []string{"", "a,b,c\n", "\xab\xcd\xefMaxMind.com but no database"} {
		if err := new(Table).Read(strings.NewReader(text)); err == nil {
			t.Errorf("%q is taken", text)
		}
	}
}

func FuzzRead(f *testing.F) {
	for _, s := range []string{"1.2.3.0/24,1,x\n", "1.1.1.1,1.1.1.0,1\n", "::,::1,AS1,n,DE\n", "\xab\xcd\xefMaxMind.com", "\"\n"} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		var table Table
		if table.Read(strings.NewReader(string(data))) == nil {
			table.Lookup(netip.MustParseAddr("1.2.3.4"))
			table.Lookup(netip.MustParseAddr("2001:db8::1"))
		}
	})
}
