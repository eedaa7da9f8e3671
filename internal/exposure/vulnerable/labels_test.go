package vulnerable

import (
	"encoding/csv"
	"os"
	"path/filepath"
	"regexp"
	"testing"

	"seawall/internal/corpus"
	"seawall/internal/intel/cve"
	"seawall/internal/inventory"
)

// TestHumanLabelsOfMatchesAreNotContradicted compares with what people said of
// matches in images: a false one must not be called affected, a true one not
// cleared. Most packages there are those of distributions, whose own data we
// lack, so that most answers are possible.
func TestHumanLabelsOfMatchesAreNotContradicted(t *testing.T) {
	f, err := os.Open(filepath.Join(corpus.Dir(t, "exposure"), "match-labels", "labels.csv"))
	if err != nil {
		t.Skipf("SKIPPED: %v", err)
	}
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	m := matcher(t)
	counts := map[string]map[Outcome]int{"TP": {}, "FP": {}}
	unknown := 0
	for _, row := range rows[1:] {
		id, ok := cve.ParseID(row[4])
		if counts[row[5]] == nil {
			continue
		}
		if !ok || m.Facts.Get(id) == nil || len(m.Facts.Get(id).Affects) == 0 {
			unknown++
			continue
		}
		match := m.Judge(labelled(row[1], row[2]), id)
		counts[row[5]][match.Outcome]++
		if row[5] == "FP" && match.Outcome == Affected || row[5] == "TP" && match.Outcome == NotAffected {
			t.Logf("%s %s %s %s: %s", row[5], row[1], row[2], id, match.Chain())
		}
	}
	t.Logf("true matches: %v; false ones: %v (0 not affected, 1 possible, 2 affected); %d of flaws without facts", counts["TP"], counts["FP"], unknown)
	judged := 0
	for _, c := range counts {
		judged += c[Affected] + c[NotAffected] + c[Possible]
	}
	if wrong := counts["FP"][Affected] + counts["TP"][NotAffected]; judged > 0 && wrong*100 > judged {
		t.Errorf("%d of %d contradict people, want at most 1 in 100", wrong, judged)
	}
}

var (
	alpineVersion = regexp.MustCompile(`-r\d+$`)
	redhatVersion = regexp.MustCompile(`\.(el|fc|amzn)\d`)
	debianVersion = regexp.MustCompile(`(\+deb|~deb|ubuntu|\+b\d|^\d+:|-\d)`)
)

// labelled guesses the ecosystem by the version, for the labels do not say it.
func labelled(name, v string) *inventory.Component {
	c := &inventory.Component{Kind: inventory.Library, Name: name, Version: v}
	switch {
	case alpineVersion.MatchString(v):
		c.Kind, c.Ecosystem = inventory.Package, "apk"
	case redhatVersion.MatchString(v):
		c.Kind, c.Ecosystem = inventory.Package, "rpm"
	case debianVersion.MatchString(v):
		c.Kind, c.Ecosystem = inventory.Package, "deb"
	case name == "log4j-core":
		c.Ecosystem = "maven"
	}
	return c
}
