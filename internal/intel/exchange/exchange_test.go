package exchange

import (
	"strings"
	"testing"

	"seawall/internal/intel/cve"
)

func table(t *testing.T) *Table {
	t.Helper()
	x, err := Load()
	if err != nil {
		t.Fatal(err)
	}
	return x
}

func TestUpdatesOfUpdatesDecide(t *testing.T) {
	x := table(t)
	f := func(flaw, number string, want State) {
		t.Helper()
		id, _ := cve.ParseID(flaw)
		if got, why := x.Judge(id, number); got != want || why == "" {
			t.Errorf("%s on %s: %d (%s), want %d", flaw, number, got, why, want)
		}
	}
	// Special updates of March 2021 exist for old cumulative updates; those of
	// April, which fix ProxyShell, do not.
	cu10, ok := x.Named("2016", "CU10", "Mar21SU")
	if !ok {
		t.Fatal("CU10 with the update of March 2021 is not in the table")
	}
	f("CVE-2021-26855", cu10, Fixed)
	f("CVE-2021-34473", cu10, Open)
	f("CVE-2022-41040", "15.1.2507.13", Open)
	f("CVE-2022-41040", "15.1.2507.16", Fixed)
	f("CVE-2022-41040", "15.2.1258.12", Fixed)   // came out with it
	f("CVE-2022-41040", "15.01.2507.016", Fixed) // zeros in front
	f("CVE-2022-41040", "15.1.2507", Unknown)    // a directory attribute: no update in it
	f("CVE-2022-41040", "15.1.1531", Open)       // no build of it was fixed
	f("CVE-2022-41040", "15.2.2562.17", Fixed)   // Subscription Edition
	f("CVE-2021-26855", "14.3.513.0", Unknown)   // 2010 is not in the table
	f("CVE-2018-0941", "15.0.1497.2", Foreign)   // not in 2013
	f("CVE-2019-9999", "15.1.2507.16", Unknown)  // no such flaw
	f("CVE-2022-41040", "no version", Unknown)   // nor version
	f("CVE-2022-41040", "15.1.2.3.4.5", Unknown) // too many numbers
	f("CVE-2022-41040", "15.1.9999.1", Fixed)    // newer than all known
	f("CVE-2022-41040", "15.1.225.16", Open)     // before every update
	if len(x.fixes) < 100 {
		t.Errorf("%d flaws, want a hundred and more", len(x.fixes))
	}
}

func FuzzJudge(f *testing.F) {
	f.Add("15.1.2507.16")
	f.Add("15.1.2507")
	f.Add("15..1")
	x, err := Load()
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, number string) {
		for id := range x.fixes {
			if s, why := x.Judge(id, number); why == "" || s == Fixed && !strings.HasPrefix(number, "1") && !strings.HasPrefix(number, "0") && !strings.HasPrefix(number, "+") {
				t.Errorf("%q: %d %q", number, s, why)
			}
		}
	})
}
