package sigma

import (
	"bytes"
	"encoding/binary"
	"hash/maphash"
	"slices"

	"seawall/record"
)

// memo remembers what came of records. Most say in all fields that rules look at
// what another said shortly before; they differ in time, number and process only.
type memo struct {
	seed    maphash.Seed
	entries []memoEntry
	key     []byte
}

// memoEntry is what came of records of a program whose fields are key.
type memoEntry struct {
	program *program
	key     []byte
	rules   []uint32 // that hold, or that wait for the record's other values
}

// Bounds of what is remembered, 4 MB for a matcher.
const (
	memoEntries = 4096
	maxMemoKey  = 1024 // bytes
)

func newMemo() memo { return memo{seed: maphash.MakeSeed()} }

// entry returns the place for what comes of a record, and whether it is known;
// nil if it is not worth remembering.
func (m *memo) entry(rec *record.Record, p *placedProgram) (e *memoEntry, known bool) {
	if !m.write(rec, p) {
		return nil, false
	}
	if m.entries == nil {
		m.entries = make([]memoEntry, memoEntries)
	}
	e = &m.entries[maphash.Bytes(m.seed, m.key)%memoEntries]
	if e.program == p.program && bytes.Equal(e.key, m.key) {
		return e, true
	}
	e.program, e.key = p.program, append(e.key[:0], m.key...)
	return e, false
}

// write makes the key of a record, false if it is too long.
func (m *memo) write(rec *record.Record, p *placedProgram) bool {
	m.key = m.key[:0]
	for _, at := range p.place {
		if at < p.slots && !m.add(rec.Values[at]) {
			return false
		}
	}
	for i := range p.from {
		for _, slots := range p.from[i].slots {
			if !m.add(first(rec, slots)) {
				return false
			}
		}
	}
	return true
}

func (m *memo) add(v record.Value) bool {
	if len(m.key)+len(v.Raw) > maxMemoKey {
		return false
	}
	m.key = binary.LittleEndian.AppendUint16(append(m.key, byte(v.Kind)), uint16(len(v.Raw)))
	m.key = append(m.key, v.Raw...)
	return true
}

// forget lets go of programs.
func (m *memo) forget() { m.entries = nil }

// wide reports whether the logic looks at more than fields.
func (l *logic) wide() bool { return l.keyword || slices.ContainsFunc(l.kids, (*logic).wide) }
