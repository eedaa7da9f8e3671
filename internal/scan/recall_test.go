package scan

import (
	"archive/tar"
	"compress/gzip"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"seawall/internal/corpus"
	"seawall/internal/finding"
	"seawall/internal/intrusion"
)

// logCleared are the rules for cleared logs. Who makes samples often clears
// the log first, so a second figure leaves them out.
var logCleared = []string{"28aa369c-a906-4efb-9904-61cd9f6ef5bc", "d7a84c0c-3e88-40bc-9b62-03768ea7255b"}

// recall counts the samples with a finding of medium or above.
type recall struct{ samples, found, withoutClearing int }

func (r *recall) percent(n int) float64 { return 100 * float64(n) / float64(max(r.samples, 1)) }

// TestLabelledAttacksAreFound holds the program to its aim: nine of ten
// labelled attack samples have a finding of medium or above, with the public
// rules and with the built-in ones alone.
func TestLabelledAttacksAreFound(t *testing.T) {
	dir := corpus.Dir(t, "windows")
	public := publicRules(t, filepath.Join(dir, "rules", "sigma-windows-2026-08-05.tar.gz"))
	variants := []struct {
		name      string
		rules     *Ruleset
		detectors []intrusion.Detector
		least     float64
	}{
		{"public rules", public(false), []intrusion.Detector{}, 0},
		{"built in", rules(t, true), Detectors(), 90},
		{"both", public(true), Detectors(), 90},
	}
	samples := attackSamples(t, dir)
	for _, v := range variants {
		var r recall
		for _, path := range samples {
			result := scanned(t, Options{Paths: []string{path}, Rules: v.rules, Detectors: v.detectors})
			r.samples++
			if worst(result.Findings, nil) >= finding.Medium {
				r.found++
			} else {
				t.Logf("%s: missed %s", v.name, strings.TrimPrefix(path, dir))
			}
			if worst(result.Findings, logCleared) >= finding.Medium {
				r.withoutClearing++
			}
		}
		t.Logf("%-12s: %d of %d samples (%.1f %%); %d (%.1f %%) if cleared logs do not count",
			v.name, r.found, r.samples, r.percent(r.found), r.withoutClearing, r.percent(r.withoutClearing))
		if r.percent(r.found) < v.least {
			t.Errorf("%s finds %.1f %% of the labelled attacks, want %v %%", v.name, r.percent(r.found), v.least)
		}
	}
}

// TestLogsOfOrdinaryHostsStayQuiet scans logs that are kept for what is odd
// about their bytes, not about what happened on their hosts. One of them holds
// a driver that a user loaded from the desktop.
func TestLogsOfOrdinaryHostsStayQuiet(t *testing.T) {
	path := filepath.Join(corpus.Dir(t, "windows"), "parser-torture")
	high := 0
	for _, f := range scanned(t, Options{Paths: []string{path}}).Findings {
		if f.Recovered {
			continue
		}
		if f.Severity >= finding.Medium {
			t.Logf("%s: %s", f.Severity, f.Title)
		}
		if f.Severity >= finding.High {
			high++
		}
	}
	if high > 1 {
		t.Errorf("%d findings of high severity on ordinary hosts, want at most 1", high)
	}
}

// worst is the highest severity of the findings in the live log that rest on
// more than the rules left out.
func worst(findings []finding.Finding, without []string) finding.Severity {
	worst := finding.Informational
	for _, f := range findings {
		if f.Recovered {
			continue
		}
		severity := f.Severity
		if len(f.Rules) > 0 && len(without) > 0 {
			severity = finding.Informational
			for _, rule := range f.Rules {
				if level, _ := finding.ParseSeverity(rule.Level); !slices.Contains(without, rule.ID) {
					severity = max(severity, level)
				}
			}
		}
		worst = max(worst, severity)
	}
	return worst
}

// attackSamples lists the labelled samples.
func attackSamples(t *testing.T, dir string) (samples []string) {
	t.Helper()
	for _, folder := range []string{"evtx-attack-samples", "evtx-to-mitre-attack", "otrf-json"} {
		err := filepath.WalkDir(filepath.Join(dir, folder), func(path string, d fs.DirEntry, err error) error {
			if ext := filepath.Ext(path); err == nil && (ext == ".evtx" || ext == ".zip") {
				samples = append(samples, path)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	return samples
}

// publicRules returns a loader of the rules in a compressed archive.
func publicRules(t *testing.T, archive string) func(builtin bool) *Ruleset {
	t.Helper()
	f, err := os.Open(archive)
	if err != nil {
		t.Skipf("SKIPPED: %v", err)
	}
	defer f.Close()
	unzipped, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	files := fstest.MapFS{}
	for r := tar.NewReader(unzipped); ; {
		h, err := r.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		if h.Typeflag != tar.TypeReg {
			continue
		}
		data, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		files[h.Name] = &fstest.MapFile{Data: data}
	}
	return func(builtin bool) *Ruleset {
		set, err := LoadRules(RuleOptions{Builtin: builtin, Folders: []fs.FS{files}})
		if err != nil {
			t.Fatal(err)
		}
		return set
	}
}
