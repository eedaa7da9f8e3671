package evtx

import "fmt"

// Damage says what of a file could not be read, or is not as Windows writes
// it. Reading goes on after it.
type Damage struct {
	Offset int64  // in the file
	What   string // for people: "record 17: value cut off"
	// Lost says that records may be missing because of it, as against an
	// oddity that cost nothing.
	Lost bool
	Kind DamageKind
}

// DamageKind tells kinds of damage apart that mean different things.
type DamageKind uint8

// The kinds of damage.
const (
	BadRecord     DamageKind = iota // a record, or what it refers to, makes no sense
	BadChunk                        // no chunk where one should be, or its header makes no sense
	BadFile                         // the file header makes no sense
	BadChecksum                     // the bytes are not those that were summed
	StaleChecksum                   // the same, but the chunk says that it was being written
	Hidden                          // a record lies inside another
)

// Error makes a Damage an error.
func (d *Damage) Error() string { return fmt.Sprintf("at %d: %s", d.Offset, d.What) }

// malformed is why binary XML cannot be read: at pos in the chunk.
type malformed struct {
	pos  int
	what string
	n    uint64
	bare bool // n means nothing
}

func (m *malformed) Error() string {
	if m.bare {
		return m.what
	}
	return fmt.Sprintf("%s %d", m.what, m.n)
}

func damage(pos int, what string, n uint64) error {
	return &malformed{pos: pos, what: what, n: n}
}

func cut(pos int, what string) error {
	return &malformed{pos: pos, what: what + " cut off", bare: true}
}
