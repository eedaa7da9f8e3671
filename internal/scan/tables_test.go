package scan

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"seawall/internal/intrusion"
)

func TestEveryDetectorsFolderIsInTheTableAndHasAReadme(t *testing.T) {
	listed := map[string]bool{}
	for _, d := range Detectors() {
		if listed[d.ID] {
			t.Errorf("%s is listed twice", d.ID)
		}
		listed[d.ID] = true
		if _, ok := intrusion.Readme(d.ID); !ok && d.Readme == "" {
			t.Errorf("%s has no README", d.ID)
		}
		if d.Title == "" || len(d.Techniques) == 0 || d.New != nil && d.Classes == 0 {
			t.Errorf("%s does not say what it looks for or at", d.ID)
		}
	}
	readmes, err := filepath.Glob("../intrusion/*/README.md")
	if err != nil || len(readmes) == 0 {
		t.Fatalf("no READMEs: %v", err)
	}
	for _, readme := range readmes {
		dir := filepath.Dir(readme)
		if info, err := os.Stat(dir); err == nil && info.IsDir() && !listed[filepath.Base(dir)] {
			t.Errorf("%s is in no table", dir)
		}
	}
}

func TestEveryFormatSaysWhatItReads(t *testing.T) {
	listed := map[string]bool{}
	for _, f := range Formats(time.UTC) {
		if listed[f.ID] || f.Title == "" || f.Notes == "" || f.Match == nil || f.Open == nil && f.Archive == nil {
			t.Errorf("format %q is listed twice or incomplete", f.ID)
		}
		listed[f.ID] = true
	}
}

func TestBuiltinRulesAreOfUse(t *testing.T) {
	set := rules(t, true)
	for _, p := range set.Problems {
		t.Error(p)
	}
	known := map[string]bool{}
	for _, d := range Detectors() {
		known[d.ID] = true
	}
	for _, r := range set.Collection.Rules {
		if info := set.byMeta[&r.Meta]; !known[info.detector] {
			t.Errorf("%s belongs to detector %q, which is in no table", r.File, info.detector)
		}
	}
}
