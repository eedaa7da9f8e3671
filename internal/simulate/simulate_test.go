package simulate

import (
	"bytes"
	"context"
	"crypto/sha256"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"seawall/internal/finding"
	"seawall/internal/incident"
)

func written(t *testing.T, o Options) (dir string, truth *Truth) {
	t.Helper()
	o.Dir = filepath.Join(t.TempDir(), "out")
	truth, err := Write(context.Background(), o)
	if err != nil {
		t.Fatal(err)
	}
	return o.Dir, truth
}

// sums returns the hash of every file below a folder.
func sums(t *testing.T, dir string) map[string][32]byte {
	t.Helper()
	all := map[string][32]byte{}
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		data, err := os.ReadFile(path)
		name, _ := filepath.Rel(dir, path)
		all[name] = sha256.Sum256(data)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func TestEqualSeedsMakeEqualEvidenceAndOthersDoNot(t *testing.T) {
	for _, name := range Cases {
		a, _ := written(t, Options{Case: name, Size: 1 << 20, Seed: 7})
		b, _ := written(t, Options{Case: name, Size: 1 << 20, Seed: 7})
		if diff := cmp.Diff(sums(t, a), sums(t, b)); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
		c, _ := written(t, Options{Case: name, Size: 1 << 20, Seed: 8})
		if cmp.Equal(sums(t, a), sums(t, c)) {
			t.Errorf("%s: two seeds made the same", name)
		}
	}
}

func TestNoiseHoldsNothingOfTheIntruder(t *testing.T) {
	for _, name := range Cases {
		dir, truth := written(t, Options{Case: name, Size: 1 << 20, Seed: 3, NoiseOnly: true})
		if len(truth.Steps) != 0 || truth.PatientZero != nil {
			t.Errorf("%s: the truth tells of an intrusion", name)
		}
		for _, sign := range []string{orbAgent + `"` + "\n", "Index.jsp", "horizon.jsp", "svchosts.exe", "--dport 9998", kali} {
			err := filepath.WalkDir(filepath.Join(dir, "evidence"), func(path string, d fs.DirEntry, err error) error {
				if err != nil || d.IsDir() || strings.HasSuffix(path, ".gz") {
					return err
				}
				data, err := os.ReadFile(path)
				if bytes.Contains(data, []byte(sign)) && !strings.Contains(path, "notices") {
					t.Errorf("%s: %s holds %q", name, path, sign)
				}
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
		}
	}
}

func TestBadOptionsAreRefused(t *testing.T) {
	full := t.TempDir()
	if err := os.WriteFile(filepath.Join(full, "x"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, o := range []Options{{Case: "case3", Size: 1 << 20, Dir: filepath.Join(t.TempDir(), "a")}, {Case: "case1", Size: 10, Dir: filepath.Join(t.TempDir(), "b")}, {Case: "case1", Size: 1 << 20, Dir: full}} {
		if _, err := Write(context.Background(), o); err == nil {
			t.Errorf("%+v was taken", o)
		}
	}
}

func TestAPerfectAnswerScoresOneAndNoneScoresZero(t *testing.T) {
	_, truth := written(t, Options{Case: "case1", Size: 1 << 20, Seed: 1})
	in := incident.Incident{Confidence: finding.Certain, Unknown: truth.CannotTell}
	for i, s := range truth.Steps {
		step := incident.Step{Time: s.From.UnixNano(), End: s.To.UnixNano(), Host: s.Host, Title: s.What, Finding: s.What, Techniques: s.Techniques[:1]}
		in.Steps = append(in.Steps, step)
		in.Findings = append(in.Findings, s.What)
		if s.From.Equal(truth.PatientZero.Time) || i == 0 {
			in.PatientZero = step
		}
	}
	slices.SortStableFunc(in.Steps, func(a, b incident.Step) int { return int((a.Time - b.Time) / int64(time.Second)) })
	s := Rate(truth, []incident.Incident{in}, in.Unknown)
	if s.F1 != 1 || s.Order < 0.95 || !s.PatientZeroHost || s.PatientZeroMinutes != 0 || s.Spurious != 0 || len(s.Unsaid) != 0 {
		t.Errorf("a perfect answer: %+v", s)
	}
	if s := Rate(truth, nil, nil); s.F1 != 0 || len(s.Missed) != len(truth.Steps) || len(s.Unsaid) == 0 {
		t.Errorf("no answer: %+v", s)
	}
}
