package evtxwrite

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

var start = time.Date(2026, 3, 2, 8, 0, 0, 123456700, time.UTC)

// everyType is one event with a field of every type that can be written.
func everyType() Event {
	return Event{
		Provider: "Seawall-Test", GUID: "{54849625-5478-4994-A5BA-3E3B0328C30D}", EventID: 7, Version: 2, Level: 4, Task: 12544,
		Keywords: 0x8020000000000000, Time: start, Channel: "Seawall/Test", Computer: "ws01.example.org",
		UserSID: "S-1-5-18", ActivityID: "{00112233-4455-6677-8899-AABBCCDDEEFF}", ProcessID: 4, ThreadID: 8,
		Data: []Field{
			{"Null", nil}, {"String", "naïve 🜲 text "}, {"Ansi", ANSI("plain")},
			{"I8", int8(-8)}, {"U8", uint8(200)}, {"I16", int16(-16000)}, {"U16", uint16(65000)}, {"I32", int32(-32)},
			{"U32", uint32(4000000000)}, {"I64", int64(-64)}, {"U64", uint64(1) << 63}, {"F32", float32(1.5)}, {"F64", -2.25},
			{"Yes", true}, {"No", false}, {"Bytes", []byte{0xde, 0xad}}, {"Guid", GUID("{54849625-5478-4994-A5BA-3E3B0328C30D}")},
			{"Size32", Size32(0x10)}, {"Size64", Size64(0x7ff6abcd)}, {"FileTime", start}, {"SystemTime", SystemTime(start)},
			{"Sid", SID("S-1-5-21-1-2-3-500")}, {"Hex32", Hex32(0x1010)}, {"Hex64", Hex64(0x8020000000000000)},
		},
	}
}

// sample returns a log of n events of several shapes, over several chunks if
// n is large.
func sample(t testing.TB, o Options, n int) []byte {
	t.Helper()
	w := New(o)
	for i := range n {
		e := everyType()
		e.Time = start.Add(time.Duration(i) * time.Second)
		switch i % 4 {
		case 1:
			e.Data = []Field{{"", []string{"Get-Mailbox", "-Identity x", ""}}, {"", uint32(i)}}
		case 2:
			e.Data, e.UserData = nil, &UserData{Root: "LogFileCleared", Namespace: "urn:test", Fields: []Field{{"SubjectUserName", "a&b <c>"}}}
		case 3:
			e.NoTemplates = true
		}
		if err := w.Event(e); err != nil {
			t.Fatal(err)
		}
	}
	return w.Bytes()
}

// rustReader finds evtx_dump of the Rust crate evtx, an independent reader.
func rustReader(t *testing.T) string {
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

// dump reads a file with evtx_dump, checksums validated.
func dump(t *testing.T, reader string, file []byte) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "test.evtx")
	if err := os.WriteFile(path, file, 0o600); err != nil {
		t.Fatal(err)
	}
	var stderr bytes.Buffer
	cmd := exec.Command(reader, "--validate-checksums", "--stop-after-one-error", "--threads", "1", "--format", "xml", path)
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil || stderr.Len() > 0 {
		t.Fatalf("evtx_dump: %v\n%s", err, stderr.Bytes())
	}
	return string(out)
}

func TestAnIndependentReaderReadsEveryRecord(t *testing.T) {
	reader := rustReader(t)
	for _, o := range []Options{{}, {Dirty: true}, {FirstRecord: 5000, Minor: 2}} {
		const events = 700
		out := dump(t, reader, sample(t, o, events))
		if got := strings.Count(out, "<EventRecordID>"); got != events {
			t.Errorf("%+v: %d records, want %d", o, got, events)
		}
	}
}

func TestAnIndependentReaderReadsEveryValue(t *testing.T) {
	out := dump(t, rustReader(t), sample(t, Options{}, 4))
	for _, want := range []string{
		`<Data Name="Null">`, `<Data Name="String">naïve 🜲 text`, `<Data Name="I8">-8<`, `<Data Name="U64">9223372036854775808<`,
		`<Data Name="F64">-2.25<`, `<Data Name="Yes">true<`, `<Data Name="Bytes">DEAD<`, `54849625-5478-4994-A5BA-3E3B0328C30D`,
		`<Data Name="Size64">0x7ff6abcd<`, `<Data Name="FileTime">2026-03-02T08:00:00.123456`, `<Data Name="Sid">S-1-5-21-1-2-3-500<`,
		`<Data Name="Hex64">0x8020000000000000<`, `<Data>Get-Mailbox`, `-Identity x`, `<SubjectUserName>a&amp;b &lt;c&gt;<`,
		`<Channel>Seawall/Test<`, `SystemTime="2026-03-02T08:00:03.123456`, `UserID="S-1-5-18"`, `ActivityID="{00112233-4455-6677-8899-AABBCCDDEEFF}"`,
	} {
		if !strings.Contains(strings.ToLower(out), strings.ToLower(want)) { // the case of GUIDs varies
			t.Errorf("no %s in\n%s", want, out)
		}
	}
}

func TestATemplateIsDefinedOnceInAChunk(t *testing.T) {
	file := sample(t, Options{}, 40)
	first := bytes.Count(Chunk(file, 0), utf16le("SubjectUserName"))
	if len(file) != fileHeaderSize+chunkSize || first != 1 {
		t.Errorf("%d bytes, the name stands %d times, want one chunk and once", len(file), first)
	}
	big := sample(t, Options{}, 700)
	chunks := (len(big) - fileHeaderSize) / chunkSize
	if chunks < 3 || binary.LittleEndian.Uint16(big[42:]) != uint16(chunks) {
		t.Errorf("%d chunks, header says %d", chunks, binary.LittleEndian.Uint16(big[42:]))
	}
	for n := range chunks {
		if bytes.Count(Chunk(big, n), utf16le("LogFileCleared")) != 1 {
			t.Errorf("chunk %d does not define its own names", n)
		}
	}
}

func TestWhatDoesNotFitIsRefusedAndLeavesTheFileWhole(t *testing.T) {
	w := New(Options{})
	e := everyType()
	if err := w.Event(e); err != nil {
		t.Fatal(err)
	}
	before := w.Bytes()
	for _, value := range []any{strings.Repeat("x", chunkSize), strings.Repeat("x", 30000) + "y", struct{}{}, SID("x"), GUID("{12}")} {
		bad := e
		bad.Data = []Field{{"V", value}, {"W", strings.Repeat("z", 10000)}}
		if err := w.Event(bad); err == nil {
			t.Errorf("%.20v… was written", value)
		}
	}
	if !bytes.Equal(before, w.Bytes()) {
		t.Error("a refused event changed the file")
	}
}

func TestSameEventsGiveTheSameBytes(t *testing.T) {
	if !bytes.Equal(sample(t, Options{}, 300), sample(t, Options{}, 300)) {
		t.Error("two runs differ")
	}
}

func TestDamageIsWhatItSays(t *testing.T) {
	reader := rustReader(t)
	f := func(name string, want int, damage func(file []byte)) {
		t.Helper()
		file := sample(t, Options{}, 20)
		damage(file)
		if got := strings.Count(dump(t, reader, file), "<EventRecordID>"); got != want {
			t.Errorf("%s: %d records readable, want %d", name, got, want)
		}
	}
	f("forget", 15, func(file []byte) { Forget(file, 0, 5) })
	f("hide", 19, func(file []byte) { Hide(file, 0, 7) })
	f("hide the last", 19, func(file []byte) { Hide(file, 0, 19) })
}

func TestBrokenSumsAreNoticedByAnIndependentReader(t *testing.T) {
	reader := rustReader(t)
	for name, damage := range map[string]func([]byte, int){"records": BreakRecordSum, "header": BreakHeaderSum, "magic": BreakMagic} {
		file := sample(t, Options{}, 20)
		damage(file, 0)
		path := filepath.Join(t.TempDir(), fmt.Sprint(name, ".evtx"))
		if err := os.WriteFile(path, file, 0o600); err != nil {
			t.Fatal(err)
		}
		out, _ := exec.Command(reader, "--validate-checksums", path).CombinedOutput()
		if !bytes.Contains(bytes.ToLower(out), []byte("err")) {
			t.Errorf("%s: no error reported: %.200s", name, out)
		}
	}
}
