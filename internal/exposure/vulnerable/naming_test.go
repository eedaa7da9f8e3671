package vulnerable

import (
	"testing"

	"seawall/internal/inventory"
)

func TestProductsAreNamedOnce(t *testing.T) {
	f := func(vendor, name, version, want string) {
		t.Helper()
		if got := label(&inventory.Component{Vendor: vendor, Name: name, Version: version}); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
	f("Fortinet", "FortiOS", "7.0.5", "Fortinet FortiOS 7.0.5")
	f("win.rar GmbH", "WinRAR 6.22 (64-bit)", "6.22.0", "WinRAR 6.22 (64-bit)")
	f("Microsoft Corporation", "Microsoft .NET Framework 4.8", "4.8.03761", "Microsoft .NET Framework 4.8")
	f("Microsoft", "Windows Server 2019", "10.0.17763", "Microsoft Windows Server 2019 10.0.17763")
	f("Microsoft", "Microsoft Edge", "120.0.1", "Microsoft Edge 120.0.1")
	f("Mozilla", "Mozilla Firefox (x64 en-GB)", "135.0", "Mozilla Firefox (x64 en-GB) 135.0")
	f("Igor Pavlov", "7-Zip 24.09 (x64)", "24.09", "Igor Pavlov 7-Zip 24.09 (x64)")
	f("", "openssl", "1.1.1k-7.el8", "openssl 1.1.1k-7.el8")
	f("Cisco", "IOS", "15.4(3)M2", "Cisco IOS 15.4(3)M2")
	f("Apache", "Log4j 2", "2.14.1", "Apache Log4j 2 2.14.1")
}

func TestAnInstallersVersionSettlesNothing(t *testing.T) {
	m := matcher(t)
	f := func(version string, want Outcome) {
		t.Helper()
		matches := m.Component(&inventory.Component{Kind: inventory.Application, Vendor: "Microsoft Corporation", Name: "Microsoft .NET Framework 4.8", Version: version})
		best := NotAffected
		for _, match := range matches {
			if len(match.Fixed) > 0 {
				best = max(best, match.Outcome)
			}
		}
		if best != want {
			t.Errorf("%s: %v of %d flaws, want %v", version, best, len(matches), want)
		}
	}
	f("4.8.03761", Possible)
	f("4.8.3761.0", Affected)
}
