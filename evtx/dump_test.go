package evtx_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"sort"
	"strings"
	"testing"

	"seawall/evtx"
)

// rustReader finds evtx_dump of the Rust crate evtx, an independent reader.
func rustReader(t testing.TB) string {
	t.Helper()
	if path := os.Getenv("EVTX_DUMP"); path != "" {
		return path
	}
	path, err := exec.LookPath("evtx_dump")
	if err != nil {
		t.Skip("SKIPPED: peer evtx_dump is not installed: cargo install evtx, or set EVTX_DUMP")
	}
	return path
}

// TestEveryFieldEqualsThatOfAnIndependentReader compares the JSON of every
// record with that of evtx_dump, found by id and time. What evtx_dump is known
// to do differently: see same.
func TestEveryFieldEqualsThatOfAnIndependentReader(t *testing.T) {
	reader := rustReader(t)
	dir, files := corpusFiles(t)
	fields, records := 0, 0
	for _, path := range files {
		name, _ := filepath.Rel(dir, path)
		theirs, err := exec.Command(reader, "-t", "1", "-o", "jsonl", path).Output()
		if err != nil {
			t.Logf("%s: evtx_dump stopped: %v", name, err)
		}
		got := linesByID(t, dumpJSON(t, path))
		for id, want := range linesByID(t, theirs) {
			if id == "" {
				continue // cut off by damage
			}
			if len(got[id]) < len(want) {
				t.Errorf("%s: record %s: %d times, want %d", name, id, len(got[id]), len(want))
				continue
			}
			for i := range want {
				records++
				fields += diff("", got[id][i], want[i], func(at, what string) {
					t.Errorf("%s: record %s: %s: %s", name, id, at, what)
				})
			}
		}
	}
	t.Logf("%d records with %d fields are equal", records, fields)
}

// same says whether two values are the same but for what evtx_dump does
// otherwise: it trims blanks and NUL characters off the end of texts, writes
// GUIDs in lower case, and some empty texts as null, others the other way round.
func same(got, want any) bool {
	text := func(v any) string {
		if v == nil {
			return ""
		}
		return strings.TrimRight(fmt.Sprint(v), " \x00")
	}
	return strings.EqualFold(text(got), text(want))
}

func dumpJSON(t testing.TB, path string) (out []byte) {
	t.Helper()
	readFile(t, path, func(e *evtx.Event) { out = append(e.AppendJSON(out), '\n') })
	return out
}

func linesByID(t testing.TB, lines []byte) map[string][]any {
	records := map[string][]any{}
	for _, line := range bytes.Split(lines, []byte{'\n'}) {
		if len(line) == 0 {
			continue
		}
		var v any
		d := json.NewDecoder(bytes.NewReader(line))
		d.UseNumber()
		if err := d.Decode(&v); err != nil {
			t.Fatalf("%v in %.2000s", err, line)
		}
		id := ""
		if event, ok := v.(map[string]any)["Event"].(map[string]any); ok {
			if system, ok := event["System"].(map[string]any); ok {
				if system["EventRecordID"] != nil {
					id = fmt.Sprint(system["EventRecordID"], " ", system["TimeCreated"])
				}
			}
		}
		records[id] = append(records[id], v)
	}
	return records
}

func diff(at string, got, want any, report func(at, what string)) (equal int) {
	switch w := want.(type) {
	case map[string]any:
		g, ok := got.(map[string]any)
		if !ok {
			report(at, fmt.Sprintf("%v, want %v", got, want))
			return 0
		}
		keys := map[string]bool{}
		for k := range w {
			keys[k] = true
		}
		for k := range g {
			keys[k] = true
		}
		sorted := make([]string, 0, len(keys))
		for k := range keys {
			sorted = append(sorted, k)
		}
		sort.Strings(sorted)
		for _, k := range sorted {
			gv, gok := g[k]
			wv, wok := w[k]
			switch {
			case !gok:
				report(at+"/"+k, fmt.Sprintf("missing, want %v", wv))
			case !wok:
				report(at+"/"+k, fmt.Sprintf("%v, want nothing", gv))
			default:
				equal += diff(at+"/"+k, gv, wv, report)
			}
		}
		return equal
	case []any:
		g, ok := got.([]any)
		if !ok || len(g) != len(w) {
			report(at, fmt.Sprintf("%v, want %v", got, want))
			return 0
		}
		for i := range w {
			equal += diff(at+"[]", g[i], w[i], report)
		}
		return equal
	}
	if !same(got, want) {
		report(at, fmt.Sprintf("%q, want %q", got, want))
		return 0
	}
	return 1
}
