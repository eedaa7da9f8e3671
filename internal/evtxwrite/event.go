// Package evtxwrite writes Windows event logs, for tests and for the bundled
// example. It answers "what would Windows have written for this event?".
//
// The files have everything a reader must cope with: a header and chunks with
// checksums, buckets of names and templates, template definitions at their
// first use in a chunk and references after that, an outer template for the
// System part with an inner one for the data, unnamed data, arrays, and
// records without any template. the functions of damage.go then break them on purpose.
//
// The layout is that of [MS-EVEN6] 2.2.12 for the binary XML, and of files
// written by Windows for the container, which Microsoft does not document.
package evtxwrite

import (
	"time"

	"seawall/record"
)

// Event is one record to write. The zero values of Time, Provider, Channel and
// Computer are written as they are.
type Event struct {
	Provider    string
	GUID        string // of the provider, "{…}"; "" writes no attribute
	Source      string // EventSourceName; "" writes no attribute
	EventID     uint16
	Qualifiers  uint16 // written if not 0
	Version     uint8
	Level       uint8
	Task        uint16
	Opcode      uint8
	Keywords    uint64
	Time        time.Time
	RecordID    uint64 // EventRecordID inside the event; 0 takes the header's
	Channel     string
	Computer    string
	UserSID     SID    // "" writes no attribute
	ActivityID  string // "{…}"; "" writes no attribute
	ProcessID   uint32
	ThreadID    uint32
	Data        []Field
	UserData    *UserData // instead of Data
	NoTemplates bool      // raw elements, as forwarded and converted events have
}

// Field is one Data element. An empty Name writes it without the attribute, as
// classic providers do. Value is one of the types of this package, a Go
// integer, float, bool, string, []byte, []string, time.Time, or nil for NULL.
type Field struct {
	Name  string
	Value any
}

// UserData is a publisher's own element, such as LogFileCleared, with one
// child element per field.
type UserData struct {
	Root      string
	Namespace string // "" writes no attribute
	Fields    []Field
}

// The value types that Go has no type of its own for.
type (
	ANSI       string // text in the system's code page, written byte by byte
	GUID       string // "{XXXXXXXX-XXXX-XXXX-XXXX-XXXXXXXXXXXX}"
	SID        string // "S-1-5-…"
	Hex32      uint32 // written 0x…
	Hex64      uint64 // written 0x…
	Size32     uint32 // size_t of a 32-bit process
	Size64     uint64 // size_t of a 64-bit process
	SystemTime time.Time
)

// Text returns what readers must show for a field value: the canonical text of
// the record package. It panics on a type that cannot be written, like a
// mistyped format does.
func Text(value any) string {
	v, err := encode(value)
	if err != nil {
		panic("bug: " + err.Error())
	}
	return record.Value{Raw: v.raw, Kind: v.kind()}.String()
}
