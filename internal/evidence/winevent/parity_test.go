package winevent

import (
	"io/fs"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"seawall/internal/corpus"
)

// TestExportsHaveTheFieldsOfTheLog compares what is read from event logs with
// what is read from the exports that evtx_dump, a program by others, makes of
// them: every field of every record.
func TestExportsHaveTheFieldsOfTheLog(t *testing.T) {
	program, err := exec.LookPath("evtx_dump")
	if err != nil {
		t.Skip("SKIPPED: evtx_dump is not installed")
	}
	dir := corpus.Dir(t, "windows")
	formats := Formats(nil)
	compared, differences := 0, map[string]int{}
	err = filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || !strings.HasSuffix(path, ".evtx") {
			return err
		}
		data, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		var log shapeSink
		decodeWith(t, &log, formats, path, data)
		byKey := map[string]map[string]string{}
		for _, r := range log.records {
			byKey[recordKey(r)] = r
		}
		for _, kind := range []string{"xml", "jsonl"} {
			// Damaged logs make it fail at their end; what came before counts.
			out, _ := exec.Command(program, "-t", "1", "-o", kind, path).Output()
			var export shapeSink
			decodeWith(t, &export, formats, "export", out)
			for _, r := range export.records {
				if want := byKey[recordKey(r)]; want != nil {
					compared += len(want)
					compareFields(want, r, func(field string) { differences[kind+" "+field]++ })
				}
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	total := 0
	for _, field := range slices.Sorted(maps.Keys(differences)) {
		t.Logf("%s: %d", field, differences[field])
		total += differences[field]
	}
	t.Logf("%d fields compared, %d differ", compared, total)
	if compared < 200000 || total > compared/4000 {
		t.Errorf("%d of %d fields differ", total, compared)
	}
}

func recordKey(r map[string]string) string {
	return r["Computer"] + "\x00" + r["Channel"] + "\x00" + r["EventRecordID"]
}

// compareFields calls differs for every field that only one side has or that
// is not the same, but for blanks around it and the case of GUIDs, which
// evtx_dump changes.
func compareFields(want, got map[string]string, differs func(string)) {
	for field, value := range want {
		if !strings.EqualFold(strings.TrimSpace(value), strings.TrimSpace(got[field])) {
			differs(field)
		}
	}
	for field, value := range got {
		if _, ok := want[field]; !ok && value != "" {
			differs(field)
		}
	}
}
