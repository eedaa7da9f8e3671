package evtx_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"seawall/internal/evtxwrite"
)

var start = time.Date(2026, 3, 2, 8, 0, 0, 123456700, time.UTC)

// sampleEvent is the i-th event of a log with all that a reader must cope with.
func sampleEvent(i int) evtxwrite.Event {
	e := evtxwrite.Event{
		Provider: "Seawall-Test", GUID: "{54849625-5478-4994-A5BA-3E3B0328C30D}", EventID: uint16(7 + i%4), Version: 2, Level: 4, Task: 12544,
		Keywords: 0x8020000000000000, Time: start.Add(time.Duration(i) * time.Second), Channel: "Seawall/Test", Computer: "ws01.example.org",
		UserSID: "S-1-5-18", ProcessID: 4, ThreadID: 8,
		Data: sampleValues(),
	}
	switch i % 4 {
	case 1:
		e.Data = []evtxwrite.Field{{Value: []string{"Get-Mailbox", "-Identity x", ""}}, {Value: uint32(i)}}
	case 2:
		e.Data = nil
		e.UserData = &evtxwrite.UserData{Root: "LogFileCleared", Namespace: "urn:test", Fields: []evtxwrite.Field{{Name: "SubjectUserName", Value: "a&b <c>"}}}
	case 3:
		e.NoTemplates = true
	}
	return e
}

// sampleValues is a field of every type that can be written.
func sampleValues() []evtxwrite.Field {
	return []evtxwrite.Field{
		{Name: "Null", Value: nil}, {Name: "String", Value: "naïve 🜲 \"text\\\n "}, {Name: "Ansi", Value: evtxwrite.ANSI("plain")},
		{Name: "I8", Value: int8(-8)}, {Name: "U8", Value: uint8(200)}, {Name: "I16", Value: int16(-16000)}, {Name: "U16", Value: uint16(65000)},
		{Name: "I32", Value: int32(-32)}, {Name: "U32", Value: uint32(4000000000)}, {Name: "I64", Value: int64(-64)}, {Name: "U64", Value: uint64(1) << 63},
		{Name: "F32", Value: float32(1.5)}, {Name: "F64", Value: -2.25}, {Name: "Yes", Value: true}, {Name: "No", Value: false},
		{Name: "Bytes", Value: []byte{0xde, 0xad}}, {Name: "Guid", Value: evtxwrite.GUID("{54849625-5478-4994-A5BA-3E3B0328C30D}")},
		{Name: "Size32", Value: evtxwrite.Size32(0x10)}, {Name: "Size64", Value: evtxwrite.Size64(0x7ff6abcd)}, {Name: "FileTime", Value: start},
		{Name: "SystemTime", Value: evtxwrite.SystemTime(start)}, {Name: "Sid", Value: evtxwrite.SID("S-1-5-21-1-2-3-500")},
		{Name: "Hex32", Value: evtxwrite.Hex32(0x1010)}, {Name: "Hex64", Value: evtxwrite.Hex64(0x8020000000000000)},
		{Name: "Two Words", Value: strings.Repeat("blank in the name ", 3)},
	}
}

// sampleLog returns a log of n events of several shapes.
func sampleLog(t testing.TB, o evtxwrite.Options, n int) []byte {
	t.Helper()
	w := evtxwrite.New(o)
	for i := range n {
		if err := w.Event(sampleEvent(i)); err != nil {
			t.Fatal(fmt.Errorf("event %d: %w", i, err))
		}
	}
	return w.Bytes()
}
