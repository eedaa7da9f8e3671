package vulnerable

import (
	"encoding/csv"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"seawall/internal/corpus"
	"seawall/internal/intel/cve"
	"seawall/internal/inventory"
)

// Floors of the boundary cases.
const leastRight = 97 // per cent

// TestBoundaryCasesAreDecidedAndNeverWronglyCleared asks what a naive matcher
// gets wrong: trains, hotfixes, editions, holes, back-ports, aliases.
func TestBoundaryCasesAreDecidedAndNeverWronglyCleared(t *testing.T) {
	m := matcher(t)
	f, err := os.Open(filepath.Join(corpus.Dir(t, "exposure"), "boundary-cases", "cases.csv"))
	if err != nil {
		t.Skipf("SKIPPED: %v", err)
	}
	defer f.Close()
	r := csv.NewReader(f)
	r.FieldsPerRecord = -1
	rows, err := r.ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	right, wrongClear := 0, 0
	for _, row := range rows[1:] {
		name, v, question, want := row[0], row[1], row[2], row[3]
		got, why := m.answer(name, v, question)
		if got == want {
			right++
			continue
		}
		t.Logf("%s %q %s: %s, want %s: %s", name, v, question, got, want, why)
		if (got == "not_affected" || got == "supported") && want != got {
			wrongClear++
		}
	}
	n := len(rows) - 1
	t.Logf("%d of %d right (%.1f %%), %d wrongly cleared", right, n, 100*float64(right)/float64(n), wrongClear)
	if 100*right < leastRight*n {
		t.Errorf("%d of %d right, want %d %%", right, n, leastRight)
	}
	if wrongClear > 0 {
		t.Errorf("%d wrongly cleared, want none", wrongClear)
	}
}

var endOfLifeAt = regexp.MustCompile(`^EOL(?:@(\d{4}-\d\d-\d\d))?$`)

// answer puts one case to the matcher or the end-of-life table, in the words
// of the cases.
func (m *Matcher) answer(name, v, question string) (got, why string) {
	c := seen(name, v)
	if at := endOfLifeAt.FindStringSubmatch(question); at != nil {
		day := time.Date(2026, 8, 7, 0, 0, 0, 0, time.UTC)
		if at[1] != "" {
			day, _ = time.Parse(time.DateOnly, at[1])
		}
		verdict := m.EndOfLife(c, day, 0)
		return map[string]string{"unknown": "unknown", "supported": "supported", "end of life": "eol"}[verdict.Status.String()], verdict.Source
	}
	id, ok := cve.ParseID(question)
	if !ok {
		return "unknown question", ""
	}
	match := m.Judge(c, id)
	return strings.ReplaceAll(match.Outcome.String(), " ", "_"), match.Chain()
}

// seen makes a component of how a case names it: "OpenSSH on RHEL 8".
func seen(name, v string) *inventory.Component {
	c := &inventory.Component{Kind: inventory.Application, Name: name, Version: v}
	if product, system, ok := strings.Cut(name, " on "); ok {
		c.Name = product
		for prefix, distribution := range map[string][2]string{"RHEL ": {"rpm", "rhel-"}, "CentOS ": {"rpm", "centos-"}, "Debian ": {"deb", "debian-"}, "Ubuntu ": {"deb", "ubuntu-"}, "Alpine ": {"apk", "alpine-"}, "Rocky ": {"rpm", "rocky-"}, "Amazon Linux ": {"rpm", "amzn-"}, "SLES ": {"rpm", "sles-"}} {
			if release, ok := strings.CutPrefix(system, prefix); ok {
				c.Kind, c.Ecosystem, c.Distribution = inventory.Package, distribution[0], distribution[1]+release
			}
		}
	}
	return c
}

func matcher(t testing.TB) *Matcher {
	t.Helper()
	m, err := New()
	if err != nil {
		t.Fatal(err)
	}
	return m
}
