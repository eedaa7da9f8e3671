package update

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"seawall/internal/corpus"
	"seawall/internal/intel/cve"
	"seawall/internal/intel/facts"
	"seawall/internal/intel/kev"
)

// entry is a catalogue entry under its names there.
type entry map[string]string

// catalogue writes a catalogue as CISA does.
func catalogue(t *testing.T, version, released string, entries map[string]entry) []byte {
	t.Helper()
	list := []entry{}
	for _, id := range slices.Sorted(maps.Keys(entries)) {
		list = append(list, entries[id])
	}
	data, err := json.Marshal(map[string]any{"title": "CISA Catalog", "catalogVersion": version, "dateReleased": released, "count": len(list), "vulnerabilities": list})
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func write(t *testing.T, path string, data []byte) {
	t.Helper()
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
}

// taken updates from a folder and returns what became of the catalogue.
func taken(t *testing.T, s *Store, from string) Outcome {
	t.Helper()
	outcomes, err := s.Update(context.Background(), Options{From: from})
	if err != nil {
		t.Fatal(err)
	}
	for _, o := range outcomes {
		if o.Name == "kev" {
			return o
		}
	}
	t.Fatal("the catalogue was not tried")
	return Outcome{}
}

const kevName = "known_exploited_vulnerabilities.json"

// TestHistoryOfTheCatalogueLosesNothing replays two years of daily states: each
// addition must raise an alert with the update that brings it, and what is cut
// off must change nothing.
func TestHistoryOfTheCatalogueLosesNothing(t *testing.T) {
	paths, err := filepath.Glob(filepath.Join(corpus.Dir(t, "exposure"), "kev-history", "*.jsonl.gz"))
	if err != nil || len(paths) == 0 {
		t.Skipf("SKIPPED: no history: %v", err)
	}
	from := t.TempDir()
	store, err := Open(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	state := map[string]entry{}
	seen := tally{}
	for _, day := range days(t, paths) {
		want := apply(state, day)
		data := catalogue(t, day[0].Catalog, day[0].Released, state)
		if day[0].Event == "bad_snapshot" {
			data = data[:len(data)/3*(seen.bad%3)]
		}
		write(t, filepath.Join(from, kevName), data)
		out := taken(t, store, from)
		seen.check(t, &day[0], want, &out)
	}
	now, err := os.ReadFile(filepath.Join(store.Dir, kevName))
	if err != nil {
		t.Fatal(err)
	}
	c, err := kev.Parse(now)
	if err != nil || len(c.Entries) != len(state) {
		t.Errorf("at the end %d entries are kept, want %d: %v", len(c.Entries), len(state), err)
	}
	t.Logf("%d updates: %d additions, %d removals, %d turned to ransomware, %d edits, %d damaged states refused", seen.updates, seen.added, seen.removed, seen.ransomware, seen.edited, seen.bad)
}

type tally struct{ updates, added, removed, ransomware, edited, bad int }

func (s *tally) check(t *testing.T, first *event, want map[string]kev.Kind, out *Outcome) {
	t.Helper()
	s.updates++
	if first.Event == "bad_snapshot" {
		s.bad++
		if out.Err == nil || out.Fresh {
			t.Errorf("%s: a damaged catalogue was taken", first.TS)
		}
		return
	}
	if first.Event == "baseline" {
		return
	}
	if out.Err != nil {
		t.Errorf("%s: %v", first.TS, out.Err)
		return
	}
	got := map[string]kev.Kind{}
	for i := range out.Changes {
		got[out.Changes[i].Entry.ID.String()] = out.Changes[i].Kind
	}
	for id, kind := range want {
		if got[id] != kind {
			t.Errorf("%s: %s is told as %v, want %v", first.TS, id, got[id], kind)
		}
		switch kind {
		case kev.Added:
			s.added++
		case kev.Removed:
			s.removed++
		case kev.Ransomware:
			s.ransomware++
		default:
			s.edited++
		}
	}
	if len(got) != len(want) {
		t.Errorf("%s: %d changes told, want %d", first.TS, len(got), len(want))
	}
}

// event is a change of the catalogue's history.
type event struct {
	Catalog, CVE, DateAdded, DueDate, Event, Ransomware, Released, TS string
	Changes                                                           map[string][]any
}

// days groups the events by state.
func days(t *testing.T, paths []string) (list [][]event) {
	t.Helper()
	for _, path := range paths {
		f, err := os.Open(path)
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		z, err := gzip.NewReader(f)
		if err != nil {
			t.Fatal(err)
		}
		lines := bufio.NewScanner(z)
		lines.Buffer(nil, 1<<20)
		for lines.Scan() {
			var e event
			if err := json.Unmarshal(lines.Bytes(), &e); err != nil {
				t.Fatal(err)
			}
			if n := len(list); n > 0 && list[n-1][0].TS == e.TS {
				list[n-1] = append(list[n-1], e)
			} else {
				list = append(list, []event{e})
			}
		}
	}
	return list
}

// apply brings the state forward by one day and returns the changes that a
// reader must tell.
func apply(state map[string]entry, day []event) map[string]kev.Kind {
	want := map[string]kev.Kind{}
	for i := range day {
		e := &day[i]
		switch e.Event {
		case "baseline", "add":
			state[e.CVE] = entry{"cveID": e.CVE, "dateAdded": e.DateAdded, "dueDate": e.DueDate, "knownRansomwareCampaignUse": e.Ransomware}
			if e.Event == "add" {
				want[e.CVE] = kev.Added
			}
		case "remove":
			delete(state, e.CVE)
			want[e.CVE] = kev.Removed
		case "modify":
			if kind, changed := modify(state[e.CVE], e); changed {
				want[e.CVE] = kind
			}
		}
	}
	return want
}

func modify(now entry, e *event) (kev.Kind, bool) {
	kind, changed := kev.Edited, false
	for name, values := range e.Changes {
		if now == nil || len(values) != 2 || name == "cwes" {
			continue // a list there, of no weight here
		}
		value, _ := values[1].(string)
		if now[name] == value {
			continue
		}
		changed = true
		switch {
		case name == "knownRansomwareCampaignUse" && value == "Known":
			kind = kev.Ransomware
		case name == "dueDate" && value < now[name] && kind == kev.Edited:
			kind = kev.Earlier
		}
		now[name] = value
	}
	return kind, changed
}

func small(n int) map[string]entry {
	m := map[string]entry{}
	for i := range n {
		id := fmt.Sprintf("CVE-2024-%04d", 3000+i)
		m[id] = entry{"cveID": id, "vendorProject": "Example", "product": "Gate", "dateAdded": "2024-04-12", "dueDate": "2024-04-19"}
	}
	return m
}

func TestFeedsThatMustNotReplaceAGoodCopyAreRefused(t *testing.T) {
	good := catalogue(t, "2024.05.02", "2024-05-02T00:00:00Z", small(200))
	f := func(name string, data []byte, sums string, want error) {
		t.Helper()
		from := t.TempDir()
		store, err := Open(t.TempDir())
		if err != nil {
			t.Fatal(err)
		}
		write(t, filepath.Join(from, kevName), good)
		if out := taken(t, store, from); out.Err != nil || !out.Fresh {
			t.Fatalf("%s: the good copy is refused: %v", name, out.Err)
		}
		write(t, filepath.Join(from, kevName), data)
		if sums != "" {
			write(t, filepath.Join(from, sumsFile), []byte(sums))
		}
		out := taken(t, store, from)
		if out.Err == nil || want != nil && !errors.Is(out.Err, want) {
			t.Errorf("%s: %v, want %v", name, out.Err, want)
		}
		kept, err := os.ReadFile(filepath.Join(store.Dir, kevName))
		if err != nil || !bytes.Equal(kept, good) || out.Missing || out.Entry.Count != 200 {
			t.Errorf("%s: the good copy is gone", name)
		}
	}
	f("cut off", good[:len(good)/2], "", nil)
	f("empty", nil, "", nil)
	f("no entries", []byte(`{"catalogVersion":"2024.05.03","count":0,"vulnerabilities":[]}`), "", kev.ErrEmpty)
	f("count", bytes.Replace(good, []byte(`"count":200`), []byte(`"count":201`), 1), "", kev.ErrCount)
	f("shrunk", catalogue(t, "2024.05.03", "2024-05-03T00:00:00Z", small(100)), "", ErrShrunk)
	f("older", catalogue(t, "2024.04.01", "2024-04-01T00:00:00Z", small(200)), "", ErrOlder)
	f("hash", catalogue(t, "2024.05.03", "2024-05-03T00:00:00Z", small(201)), "00ff  "+kevName+"\n", ErrHash)
	f("a page", []byte("<html>Sign in to the proxy</html>"), "", nil)
}

func TestFeedsAreFetchedFromAMirror(t *testing.T) {
	from := t.TempDir()
	write(t, filepath.Join(from, kevName), catalogue(t, "2024.05.02", "2024-05-02T00:00:00Z", small(3)))
	var packed bytes.Buffer
	z := gzip.NewWriter(&packed)
	fmt.Fprintln(z, "#model_version:v2025.03.14,score_date:2026-02-25T00:00:00Z\ncve,epss,percentile\nCVE-2024-3400,0.94321,0.99")
	z.Close()
	write(t, filepath.Join(from, "epss_scores-current.csv.gz"), packed.Bytes())
	sum, err := hashOf(filepath.Join(from, kevName))
	if err != nil {
		t.Fatal(err)
	}
	write(t, filepath.Join(from, sumsFile), []byte(sum+" *"+kevName+"\n"))
	server := httptest.NewServer(http.FileServer(http.Dir(from)))
	defer server.Close()
	store, err := Open(filepath.Join(t.TempDir(), "new"))
	if err != nil {
		t.Fatal(err)
	}
	outcomes, err := store.Update(context.Background(), Options{Mirror: server.URL + "/"})
	if err != nil {
		t.Fatal(err)
	}
	for _, o := range outcomes {
		switch o.Name {
		case "kev":
			if o.Err != nil || !o.Entry.Checked || o.Entry.Count != 3 {
				t.Errorf("catalogue: %+v", o)
			}
		case "epss":
			if o.Err != nil || o.Entry.Checked || o.Entry.Count != 1 {
				t.Errorf("EPSS: %+v", o)
			}
		case "eol":
			if o.Err == nil || !o.Missing {
				t.Errorf("a feed that is not there: %+v", o)
			}
		}
	}
	set, err := store.Compile()
	if err != nil {
		t.Fatal(err)
	}
	again, err := Load(store.Dir)
	if err != nil || len(again.Vulnerabilities) != len(set.Vulnerabilities) {
		t.Errorf("the facts changed on disk: %v", err)
	}
	id, _ := cve.ParseID("CVE-2024-3400")
	if v := again.Get(id); v == nil || v.EPSS < 0.94 || v.Listed() || v.KEV == nil || !v.KEV.Removed {
		t.Errorf("CVE-2024-3400 is %+v, want EPSS, and no longer listed", v)
	}
	if id, _ := cve.ParseID("CVE-2024-3002"); again.Get(id) == nil || !again.Get(id).Listed() {
		t.Error("a new entry is not known to be exploited")
	}
	if f, ok := again.Feed("EPSS"); !ok || f.Date != facts.ParseDay("2026-02-25") {
		t.Errorf("EPSS is of %v", f.Date)
	}
}

func TestDamagedFactsLeaveTheProgramsOwn(t *testing.T) {
	dir := t.TempDir()
	write(t, filepath.Join(dir, FactsFile), []byte("seawall facts"))
	set, err := Load(dir)
	if err == nil || set == nil || len(set.Vulnerabilities) == 0 {
		t.Errorf("%v, want the program's facts and an error", err)
	}
	if set, err := Load(filepath.Join(dir, "nowhere")); err != nil || set == nil {
		t.Errorf("no folder: %v", err)
	}
}
