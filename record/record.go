// Package record is the floor everything stands on: rows under a schema.
//
// A decoder names the fields of its source once, in a [Schema], and then emits
// [Record]s whose values sit in numbered slots, still encoded and borrowed
// from the decoder's buffer. Consumers look names up once per schema and then
// work on slot numbers:
//
//	slots := rec.Schema.Lookup("CommandLine")
//	...
//	text = rec.Values[slots[0]].AppendText(text[:0])
//
// Nothing is allocated per record. A Record and everything it points to is
// valid until the decoder's emit callback returns; keep copies, not records.
package record

// Record is one row: the values of one event under a schema.
type Record struct {
	Schema *Schema
	// Values holds one value per Schema.Fields entry, in the same order.
	Values []Value
	// Time is the event time in nanoseconds since 1970-01-01 UTC; 0 if unknown.
	Time int64
	// Origin says where the bytes of this record are; Raw is these bytes,
	// nil if the decoder no longer has them.
	Origin Origin
	Raw    []byte
	// Recovered is empty for live records and names the way a deleted or
	// orphaned record was found otherwise.
	Recovered Recovery
	// Confidence in a recovered record, 1 to 100; 0 for live records.
	Confidence uint8
}

// Recovery names how a record that is not part of the live log was found.
type Recovery string

// The ways a record is recovered.
const (
	Live   Recovery = ""
	Slack  Recovery = "slack"  // from unused space behind the live records of a chunk
	Chunk  Recovery = "chunk"  // from a chunk that no header accounts for
	Orphan Recovery = "orphan" // from outside any chunk, or with a borrowed template
)

// Origin locates a record in the evidence.
type Origin struct {
	// Path of the file, through archives: "triage.zip!/logs/Security.evtx".
	Path string
	// Offset of the record's first byte in the (decompressed) file.
	Offset int64
	// Length of the record in bytes.
	Length int
	// Number is the record's number in its source: the EVTX header record
	// id, or the 1-based line.
	Number uint64
}

// Get returns the first non-null value of the named field, looked up by name.
// It is a convenience for tests and cold paths; hot paths bind slots once.
func (r *Record) Get(name string) Value {
	for _, slot := range r.Schema.Lookup(name) {
		if v := r.Values[slot]; v.Kind != Null {
			return v
		}
	}
	return Value{}
}

// Text returns the named field as canonical text, "" if it is absent or null.
func (r *Record) Text(name string) string {
	return r.Get(name).String()
}
