package evtx_test

import (
	"fmt"
	"testing"

	"seawall/evtx"
	"seawall/internal/evtxwrite"
	"seawall/record"
)

func TestReadingAllocatesNothingPerRecord(t *testing.T) {
	file := sampleLog(t, evtxwrite.Options{}, 400)
	d := evtx.NewDecoder(evtx.NewTemplates())
	var out []byte
	h := &counting{each: func(e *evtx.Event) { out = e.AppendJSON(out[:0]) }}
	read := func() { d.Chunks(file[evtx.FileHeaderSize:], evtx.FileHeaderSize, h) }
	read()
	if n := testing.AllocsPerRun(10, read); n > 5 {
		t.Errorf("%v allocations for 400 records", n)
	}
}

func TestEventsWithoutValuesAreWrittenTheSame(t *testing.T) {
	file := sampleLog(t, evtxwrite.Options{}, 40)
	read := func(noValues bool) (out string) {
		d := evtx.NewDecoder(evtx.NewTemplates())
		d.NoValues = noValues
		d.Chunks(file[evtx.FileHeaderSize:], evtx.FileHeaderSize, &counting{each: func(e *evtx.Event) {
			if noValues != (len(e.Values) == 0) {
				t.Errorf("%d values", len(e.Values))
			}
			out += fmt.Sprintf("%d %d %s%s\n", e.ID, e.Time, e.AppendJSON(nil), e.AppendXML(nil))
		}})
		return out
	}
	if with, without := read(false), read(true); with == "" || with != without {
		t.Errorf("with values\n%s\nwithout\n%s", with, without)
	}
}

// events reads a log and keeps what f returns for each event. What is left of
// others is recovered by a decoder that has read nothing, as happens where
// several read one file.
func events(t testing.TB, file []byte, f func(e *evtx.Event) string) (list []string) {
	t.Helper()
	d := evtx.NewDecoder(evtx.NewTemplates())
	d.Remains = &evtx.Remains{}
	h := &counting{each: func(e *evtx.Event) { list = append(list, f(e)) }}
	d.Chunks(file[evtx.FileHeaderSize:], evtx.FileHeaderSize, h)
	evtx.NewDecoder(evtx.NewTemplates()).Recover(d.Remains, h)
	return list
}

func TestEveryFieldIsWhatWasWritten(t *testing.T) {
	file := sampleLog(t, evtxwrite.Options{}, 8)
	i := 0
	events(t, file, func(e *evtx.Event) string {
		want := sampleEvent(i)
		check := func(name, value string) {
			if got := e.Text(name); got != value {
				t.Errorf("event %d: %s is %q, want %q", i, name, got, value)
			}
		}
		for name, value := range map[string]string{
			"Provider_Name": "Seawall-Test", "Provider_Guid": "{54849625-5478-4994-A5BA-3E3B0328C30D}", "EventID": fmt.Sprint(want.EventID), "Version": "2",
			"Level": "4", "Task": "12544", "Opcode": "0", "Keywords": "0x8020000000000000", "TimeCreated": evtxwrite.Text(want.Time), "EventRecordID": fmt.Sprint(i + 1),
			"Channel": "Seawall/Test", "Computer": "ws01.example.org", "Security_UserID": "S-1-5-18", "Execution_ProcessID": "4", "Execution_ThreadID": "8",
		} {
			check(name, value)
		}
		if e.Time != want.Time.UnixNano() || e.ID != uint64(i+1) {
			t.Errorf("event %d: time %d, id %d", i, e.Time, e.ID)
		}
		switch i % 4 {
		case 0, 3:
			for _, f := range want.Data {
				name := f.Name
				if name == "Two Words" {
					name = "TwoWords"
				}
				check(name, evtxwrite.Text(f.Value))
			}
		case 1:
			if m := fmt.Sprint(e.Map()["Data"]); m != fmt.Sprintf("[Get-Mailbox -Identity x  %d]", i) {
				t.Errorf("event %d: unnamed data %s", i, m)
			}
		case 2:
			check("SubjectUserName", "a&b <c>")
			if path := e.Schema.Fields[e.Schema.Lookup("SubjectUserName")[0]].Path; path != "Event/UserData/LogFileCleared/SubjectUserName" {
				t.Errorf("path %s", path)
			}
		}
		i++
		return ""
	})
	if i != 8 {
		t.Errorf("%d events", i)
	}
}

func TestSchemasAreSharedBetweenFilesAndDecoders(t *testing.T) {
	templates := evtx.NewTemplates()
	schemas := map[*record.Schema]int{}
	for _, o := range []evtxwrite.Options{{}, {FirstRecord: 9000, Minor: 2}} {
		d := evtx.NewDecoder(templates)
		d.Chunks(sampleLog(t, o, 300)[evtx.FileHeaderSize:], evtx.FileHeaderSize, &counting{each: func(e *evtx.Event) { schemas[e.Schema]++ }})
	}
	if len(schemas) != 4 {
		t.Errorf("%d schemas for 4 shapes of events: %v", len(schemas), schemas)
	}
}

func TestOneFileCannotChangeHowAnotherReads(t *testing.T) {
	// The same template id and GUID, but the names of two fields are swapped.
	swapped := func(a, b string) []byte {
		w := evtxwrite.New(evtxwrite.Options{})
		e := evtxwrite.Event{Provider: "P", Channel: "C", Time: start, Data: []evtxwrite.Field{{Name: "First", Value: a}, {Name: "Other", Value: b}}}
		if err := w.Event(e); err != nil {
			t.Fatal(err)
		}
		return w.Bytes()
	}
	good, evil := swapped("1", "2"), swapped("1", "2")
	swap(evil, "First", "Xxxxx")
	swap(evil, "Other", "First")
	swap(evil, "Xxxxx", "Other")
	d := evtx.NewDecoder(evtx.NewTemplates())
	var got []string
	h := &counting{each: func(e *evtx.Event) { got = append(got, e.Text("First")) }}
	for _, file := range [][]byte{evil, good, evil} {
		d.Chunks(file[evtx.FileHeaderSize:], evtx.FileHeaderSize, h)
	}
	if fmt.Sprint(got) != "[2 1 2]" {
		t.Errorf("First is %v, want [2 1 2]", got)
	}
}

// swap replaces all occurrences of a text by one of the same length.
func swap(file []byte, from, to string) {
	for i := range len(file) - 2*len(from) {
		match := true
		for j := range len(from) {
			match = match && file[i+2*j] == from[j] && file[i+2*j+1] == 0
		}
		for j := range len(to) {
			if match {
				file[i+2*j] = to[j]
			}
		}
	}
}

func TestWhatIsLostIsRecoveredAndTheRestIsRead(t *testing.T) {
	const all = 150
	ids := func(file []byte) (live, recovered int) {
		seen := map[uint64]bool{}
		events(t, file, func(e *evtx.Event) string {
			if seen[e.ID] {
				t.Errorf("record %d is read twice", e.ID)
			}
			seen[e.ID] = true
			if e.Recovered == record.Live {
				live++
			} else {
				recovered++
			}
			return ""
		})
		return live, recovered
	}
	f := func(name string, live, recovered int, damage func(file []byte)) {
		t.Helper()
		file := sampleLog(t, evtxwrite.Options{}, all)
		damage(file)
		if l, r := ids(file); l != live || r != recovered {
			t.Errorf("%s: %d live and %d recovered records, want %d and %d", name, l, r, live, recovered)
		}
	}
	first := 0
	events(t, sampleLog(t, evtxwrite.Options{}, all), func(e *evtx.Event) string {
		if e.Origin.Offset < evtx.FileHeaderSize+evtx.ChunkSize {
			first++
		}
		return ""
	})
	f("whole", all, 0, func([]byte) {})
	f("zero chunk", all-first, 0, func(file []byte) { evtxwrite.ZeroChunk(file, 0) })
	f("wrong sums", all, 0, func(file []byte) { evtxwrite.BreakRecordSum(file, 0); evtxwrite.BreakHeaderSum(file, 1) })
	f("no magic", all-first, first, func(file []byte) { evtxwrite.BreakMagic(file, 0) })
	f("forgotten", all-20, 20, func(file []byte) { evtxwrite.Forget(file, 0, 20) })
	f("hidden", all-1, 1, func(file []byte) { evtxwrite.Hide(file, 0, 7) })
	f("size zero", all-1, 0, func(file []byte) { evtxwrite.ZeroSize(file, 0, 7) })
	f("zeroed from the second record on", all-first+1, 0, func(file []byte) {
		chunk := evtxwrite.Chunk(file, 0)
		clear(chunk[512+int(chunk[516])+int(chunk[517])<<8:])
	})
}

// Records whose template is lost keep their values, and get the names back
// where another chunk has the template.
func TestLostTemplatesAreBorrowedOrGuessed(t *testing.T) {
	write := func(first int, names ...string) []byte {
		w := evtxwrite.New(evtxwrite.Options{FirstRecord: uint64(first)})
		for i, name := range names {
			e := evtxwrite.Event{Provider: "P", EventID: 7, Channel: "C", Time: start, Data: []evtxwrite.Field{{Name: name, Value: fmt.Sprint("user", first+i)}}}
			if err := w.Event(e); err != nil {
				t.Fatal(err)
			}
		}
		return w.Bytes()
	}
	lost := write(1, "Other", "User", "User", "User")
	chunk := evtxwrite.Chunk(lost, 0)
	second := 512 + int(chunk[516]) + int(chunk[517])<<8
	evtxwrite.Forget(lost, 0, 3)
	clear(chunk[second : second+int(chunk[second+4])+int(chunk[second+5])<<8]) // defines the template
	describe := func(e *evtx.Event) string {
		return fmt.Sprintf("%s %d EventID=%s User=%s Data=%s", e.Recovered, e.ID, e.Text("EventID"), e.Text("User"), e.Text("Data"))
	}
	if got := events(t, lost, describe); len(got) != 3 || got[1] != "orphan 3 EventID=7 User= Data=user3" {
		t.Errorf("alone: %q", got)
	}
	both := append(append([]byte(nil), lost...), evtxwrite.Chunk(write(100, "User"), 0)...)
	if got := events(t, both, describe); len(got) != 4 || got[2] != "orphan 3 EventID=7 User=user3 Data=" {
		t.Errorf("with another chunk: %q", got)
	}
}
