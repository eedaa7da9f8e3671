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
	seed maphash.Seed
	sets [][2]memoEntry // by the hash of the key, the entry used last first
	key  []byte
}

// memoEntry is what came of records of a program whose fields are key.
type memoEntry struct {
	program *program
	key     []byte
	rules   []uint32 // that hold, or that wait for the record's other values
}

// Bounds of what is remembered, 8 MB for a matcher.
const (
	memoSets   = 4096
	maxMemoKey = 1024 // bytes
)

func newMemo() memo { return memo{seed: maphash.MakeSeed()} }

// entry returns the place for what comes of a record, and whether it is known;
// nil if it is not worth remembering.
func (m *memo) entry(rec *record.Record, p *placedProgram) (e *memoEntry, known bool) {
	if !m.write(rec, p) {
		return nil, false
	}
	if m.sets == nil {
		m.sets = make([][2]memoEntry, memoSets)
	}
	set := &m.sets[maphash.Bytes(m.seed, m.key)%memoSets]
	if set[0].is(p.program, m.key) {
		return &set[0], true
	}
	set[0], set[1] = set[1], set[0]
	if set[0].is(p.program, m.key) {
		return &set[0], true
	}
	set[0].program, set[0].key = p.program, append(set[0].key[:0], m.key...)
	return &set[0], false
}

func (e *memoEntry) is(p *program, key []byte) bool { return e.program == p && bytes.Equal(e.key, key) }

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
func (m *memo) forget() { m.sets = nil }

// wide reports whether the logic looks at more than fields.
func (l *logic) wide() bool { return l.keyword || slices.ContainsFunc(l.kids, (*logic).wide) }
