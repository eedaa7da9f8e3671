package scan

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"seawall/evtx"
	"seawall/internal/corpus"
	"seawall/record"
)

// eventShapes are the forms in which others hand on events of Windows. Each
// writes an event on a line of its own.
var eventShapes = []struct {
	name, ext string
	write     func(dst []byte, e *evtx.Event) []byte
	partial   bool // leaves out whose events they are, which findings name
}{
	{"evtx_dump", ".jsonl", func(dst []byte, e *evtx.Event) []byte { return e.AppendJSON(dst) }, false},
	{"wevtutil", ".xml", func(dst []byte, e *evtx.Event) []byte { return e.AppendXML(dst) }, false},
	{"splunk", ".json", func(dst []byte, e *evtx.Event) []byte {
		return appendObject(dst, map[string]any{"preview": false, "result": map[string]any{"host": "indexer", "source": "XmlWinEventLog", "_raw": string(e.AppendXML(nil))}})
	}, false},
	{"winlogbeat", ".ndjson", func(dst []byte, e *evtx.Event) []byte {
		header, data := splitFields(e)
		return appendObject(dst, map[string]any{"@timestamp": header["TimeCreated"], "winlog": map[string]any{
			"channel": header["Channel"], "event_id": header["EventID"], "computer_name": header["Computer"],
			"provider_name": header["Provider_Name"], "record_id": header["EventRecordID"], "user": map[string]any{"identifier": header["Security_UserID"]}, "event_data": data,
		}})
	}, false},
	{"nxlog", ".json", func(dst []byte, e *evtx.Event) []byte {
		header, data := splitFields(e)
		for name, from := range map[string]string{"EventID": "EventID", "Channel": "Channel", "Hostname": "Computer", "SourceName": "Provider_Name", "@timestamp": "TimeCreated", "RecordNumber": "EventRecordID", "UserID": "Security_UserID"} {
			if header[from] != nil {
				data[name] = header[from]
			}
		}
		return appendObject(dst, data)
	}, false},
	{"hayabusa", ".jsonl", func(dst []byte, e *evtx.Event) []byte {
		header, data := splitFields(e)
		return appendObject(dst, map[string]any{
			"Timestamp": header["TimeCreated"], "RuleTitle": "x", "Level": "info", "Computer": header["Computer"], "Channel": header["Channel"],
			"EventID": header["EventID"], "RecordID": header["EventRecordID"], "Provider": header["Provider_Name"], "AllFieldInfo": data,
		})
	}, true},
}

func appendObject(dst []byte, v any) []byte {
	text, err := json.Marshal(v)
	if err != nil {
		panic(err) // of texts and numbers
	}
	return append(dst, text...)
}

// splitFields returns the fields of the header and of the body.
func splitFields(e *evtx.Event) (header, data map[string]any) {
	header, data = map[string]any{}, map[string]any{}
	for i, f := range e.Schema.Fields {
		if e.Values[i].Kind == record.Null {
			continue
		}
		if strings.HasPrefix(f.Path, "Event/System/") {
			header[f.Name] = e.Values[i].String()
			continue
		}
		if before, ok := data[f.Name].(string); ok {
			data[f.Name] = before + "\n" + e.Values[i].String()
		} else {
			data[f.Name] = e.Values[i].String()
		}
	}
	return header, data
}

// TestTheSameEventsGiveTheSameFindingsInAnyShape scans event logs, and their
// live events in the forms in which other programs export them.
func TestTheSameEventsGiveTheSameFindingsInAnyShape(t *testing.T) {
	sameInAnyShape(t, filepath.Join("..", "..", "examples", "evidence"), true)
}

func TestAttacksGiveTheSameFindingsInAnyShape(t *testing.T) {
	dir := corpus.Dir(t, "windows")
	sameInAnyShape(t, filepath.Join(dir, "evtx-attack-samples"), false)
	sameInAnyShape(t, filepath.Join(dir, "evtx-to-mitre-attack"), false)
}

func sameInAnyShape(t *testing.T, folder string, partial bool) {
	t.Helper()
	logs, shaped := t.TempDir(), map[string]string{}
	for _, shape := range eventShapes {
		shaped[shape.name] = t.TempDir()
	}
	for i, path := range eventLogs(t, folder) {
		name := fmt.Sprintf("%03d-%s", i, filepath.Base(path))
		data, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		writeFile(t, filepath.Join(logs, name), data)
		for _, shape := range eventShapes {
			if text := inShape(data, shape.write); len(text) > 0 {
				writeFile(t, filepath.Join(shaped[shape.name], name+shape.ext), text)
			}
		}
	}
	want := told(t, logs)
	if len(want) == 0 {
		t.Fatalf("nothing found in %s", folder)
	}
	for _, shape := range eventShapes {
		if shape.partial && !partial {
			continue
		}
		got := told(t, shaped[shape.name])
		for _, line := range missingFrom(want, got) {
			t.Errorf("%s, %s: not found: %s", filepath.Base(folder), shape.name, line)
		}
		for _, line := range missingFrom(got, want) {
			t.Errorf("%s, %s: found only there: %s", filepath.Base(folder), shape.name, line)
		}
	}
	t.Logf("%s: %d findings in every shape", filepath.Base(folder), len(want))
}

func eventLogs(t *testing.T, folder string) (paths []string) {
	t.Helper()
	err := filepath.WalkDir(folder, func(path string, d fs.DirEntry, err error) error {
		if err == nil && strings.HasSuffix(path, ".evtx") {
			paths = append(paths, path)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return paths
}

func writeFile(t *testing.T, path string, data []byte) {
	t.Helper()
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
}

// inShape writes the live events of a log.
func inShape(log []byte, write func([]byte, *evtx.Event) []byte) (text []byte) {
	for e, err := range evtx.Records(bytes.NewReader(log), int64(len(log)), evtx.Options{LiveOnly: true}) {
		if err == nil {
			text = append(write(text, e), '\n')
		}
	}
	return text
}

// told returns what a scan finds in live events, in order: severity, title and
// whom each is about. What only the files of logs tell is left out.
func told(t *testing.T, folder string) (lines []string) {
	t.Helper()
	for _, f := range scanned(t, Options{Paths: []string{folder}}).Findings {
		if f.Recovered || f.Detector == "logintegrity" {
			continue
		}
		lines = append(lines, fmt.Sprintf("%s: %s; %v", f.Severity, f.Title, f.Entities))
	}
	slices.Sort(lines)
	return lines
}

// missingFrom returns the lines of a that b does not have as often.
func missingFrom(a, b []string) (missing []string) {
	left := map[string]int{}
	for _, line := range b {
		left[line]++
	}
	for _, line := range a {
		if left[line]--; left[line] < 0 {
			missing = append(missing, line)
		}
	}
	return missing
}
