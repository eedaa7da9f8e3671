package scan

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"seawall/internal/finding"
)

// verified verifies what a scan of dir found after change was called.
func verified(t *testing.T, change func(t *testing.T, dir string)) []Verification {
	t.Helper()
	dir := copyExample(t)
	set := rules(t, true, failedLogons)
	r := scanned(t, Options{Paths: []string{dir}, Rules: set})
	change(t, dir)
	list, err := Verify(t.Context(), r.Findings, Options{Rules: set, Detectors: Detectors(), Now: fixedTime})
	if err != nil {
		t.Fatal(err)
	}
	if len(list) != len(r.Findings) || len(list) == 0 {
		t.Fatalf("%d verifications of %d findings", len(list), len(r.Findings))
	}
	return list
}

func TestFindingsAreConfirmedByUnchangedEvidence(t *testing.T) {
	for _, v := range verified(t, func(*testing.T, string) {}) {
		if v.Status != Confirmed {
			t.Errorf("%s %q: %q", v.Status, v.Finding.Title, v.Reasons)
		}
	}
}

func TestChangedBytesAreNoticed(t *testing.T) {
	changed := 0
	list := verified(t, func(t *testing.T, dir string) {
		path := filepath.Join(dir, "dc01", "Security.evtx")
		data, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		for at := 8192; at < len(data); at += 200 { // every record has one of these
			data[at] ^= 1
		}
		if err := os.WriteFile(path, data, 0o600); err != nil {
			t.Fatal(err)
		}
	})
	for _, v := range list {
		inDC := func(c finding.Citation) bool { return strings.Contains(c.Path, filepath.Join("dc01", "Security")) }
		cites := slices.ContainsFunc(v.Finding.Citations, inDC)
		if cites && v.Status != Changed {
			t.Errorf("%s %q: %q", v.Status, v.Finding.Title, v.Reasons)
		}
		if v.Status == Changed {
			changed++
		}
	}
	if changed == 0 {
		t.Error("no finding is changed")
	}
}

func TestMissingEvidenceIsNoticed(t *testing.T) {
	missing := 0
	list := verified(t, func(t *testing.T, dir string) {
		if err := os.RemoveAll(filepath.Join(dir, "web01")); err != nil {
			t.Fatal(err)
		}
	})
	for _, v := range list {
		cites := slices.ContainsFunc(v.Finding.Citations, func(c finding.Citation) bool { return strings.Contains(c.Path, "web01") })
		if cites != (v.Status == Missing) {
			t.Errorf("%s %q: %q", v.Status, v.Finding.Title, v.Reasons)
		}
		if v.Status == Missing {
			missing++
		}
	}
	if missing == 0 {
		t.Error("no finding is missing its evidence")
	}
}
