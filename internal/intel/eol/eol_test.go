package eol

import (
	"testing"
	"time"

	"seawall/internal/intel/product"
)

func day(text string) time.Time {
	t, err := time.Parse(time.DateOnly, text)
	if err != nil {
		panic("bug: " + text)
	}
	return t
}

func TestEndsOfSupportOfReleases(t *testing.T) {
	x, err := Embedded()
	if err != nil {
		t.Fatal(err)
	}
	const soon = 180 * 24 * time.Hour
	f := func(key product.Key, v, at string, want Status) {
		t.Helper()
		got := x.Release(key, v, day(at), soon)
		if got.Status != want {
			t.Errorf("%s %s on %s: %s (%+v), want %s", key, v, at, got.Status, got, want)
		}
		if (want == Ended || want == Ending) && got.Source == "" {
			t.Errorf("%s %s: no source", key, v)
		}
	}
	f("fortinet/fortios", "7.0.17", "2026-08-07", Ended)
	f("fortinet/fortios", "v7.2.11", "2026-08-07", Ending)
	f("fortinet/fortios", "7.4.8", "2026-08-07", Supported)
	f("fortinet/fortios", "99.1", "2026-08-07", Unknown)
	f("fortinet/fortios", "", "2026-08-07", Unknown)
	f("microsoft/exchange_server", "15.1.2507.61", "2026-08-07", Ended)
	f("microsoft/exchange_server", "15.2.1544.36", "2026-08-07", Ended)
	f("microsoft/exchange_server", "15.2.2562.37", "2026-08-07", Supported)
	f("microsoft/windows", "10.0.14393.7000", "2026-08-07", Ending)
	f("microsoft/windows", "10.0.20348.1", "2026-08-07", Supported)
	f("microsoft/windows", "6.1.7601.1", "2026-08-07", Ended)
	f("paloaltonetworks/pan_os", "9.1.14", "2026-08-07", Ended)
	f("paloaltonetworks/pan_os", "11.1.2-h3", "2026-08-07", Supported)
	f("vmware/esxi", "7.0.3-21424296", "2026-08-07", Ended)
	f("citrix/netscaler", "12.1-65.25", "2023-07-18", Ended)
	f("no/such_product", "1", "2026-08-07", Unknown)
	// The day itself is still supported.
	if v := x.Release("citrix/netscaler", "12.1-65.25", day("2023-05-31"), 0); v.Status != Ended {
		t.Errorf("the day after: %s", v.Status)
	}
	if v := x.Release("fortinet/fortios", "7.0.17", day("2026-08-07"), 0); v.Instead == "" {
		t.Error("no release is named to move to")
	}
}

func TestDevicesOutOfSupport(t *testing.T) {
	x, err := Embedded()
	if err != nil {
		t.Fatal(err)
	}
	f := func(vendor, model string, want Status) {
		t.Helper()
		if got := x.Model(vendor, model, day("2026-08-07"), 0); got.Status != want {
			t.Errorf("%s %s: %s (%+v), want %s", vendor, model, got.Status, got, want)
		}
	}
	f("D-Link", "DNS-320L", Ended)
	f("", "D-Link DNS-320L", Ended)
	f("D-Link", "DIR-300 Router", Ended)
	f("Cisco", "RV320", Ended)
	f("Linksys", "E1000", Ended)
	f("DrayTek", "Vigor 2960", Ended)
	f("Zyxel", "VMG4325-B10A", Ended)
	// Named in error on a list that was copied about.
	f("Cradlepoint", "E100", Supported)
	f("", "Cradlepoint E300", Supported)
	// A model that nobody lists is unknown, and a number is no model.
	f("D-Link", "DXS-9999", Unknown)
	f("Linksys", "1000", Unknown)
	f("", "", Unknown)
}

func TestDamagedTablesAreRefused(t *testing.T) {
	for _, bad := range []string{"cycle\t1\tno\t1\t", "product\tx", "nonsense"} {
		if _, err := Parse(bad); err == nil {
			t.Errorf("%q is read", bad)
		}
	}
	if _, err := Decode([]byte("no archive")); err == nil {
		t.Error("what is no archive is unpacked")
	}
}
