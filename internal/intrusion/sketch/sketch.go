// Package sketch holds bounded sets that come out the same in whatever order,
// in however many parts, and however often the same things are put in: what is
// kept is decided by hashes alone.
package sketch

import (
	"cmp"
	"math/bits"
	"slices"

	"seawall/internal/activity"
	"seawall/internal/finding"
)

// Hash is the hash of a text; equal on every machine, so that summaries of
// several can be merged.
func Hash(text []byte) uint64 {
	const multiplier = 0x9e3779b97f4a7c15
	h := uint64(len(text)) * multiplier
	for len(text) >= 8 {
		word := uint64(text[0]) | uint64(text[1])<<8 | uint64(text[2])<<16 | uint64(text[3])<<24 | uint64(text[4])<<32 | uint64(text[5])<<40 | uint64(text[6])<<48 | uint64(text[7])<<56
		h = Join(h, word)
		text = text[8:]
	}
	var word uint64
	for i, c := range text {
		word |= uint64(c) << (8 * i)
	}
	return Join(h, word)
}

// Join mixes a number into a hash.
func Join(h, n uint64) uint64 {
	high, low := bits.Mul64(h^0xa0761d6478bd642f, n^0xe7037ed1a0b428db)
	return high ^ low ^ bits.RotateLeft64(n, 29)
}

// Distinct estimates how many different things were seen: it keeps the
// smallest hashes. The zero value is empty.
type Distinct struct{ Hashes []uint64 }

// Add notes a thing by its hash; at most limit are kept.
func (d *Distinct) Add(h uint64, limit int) {
	if len(d.Hashes) == limit && h >= d.Hashes[limit-1] {
		return
	}
	at, found := slices.BinarySearch(d.Hashes, h)
	if found {
		return
	}
	if len(d.Hashes) == limit {
		d.Hashes = d.Hashes[:limit-1]
	}
	d.Hashes = slices.Insert(d.Hashes, at, h)
}

// Merge adds what other has seen.
func (d *Distinct) Merge(other *Distinct, limit int) {
	for _, h := range other.Hashes {
		d.Add(h, limit)
	}
}

// Count estimates the number of different things, exactly below limit.
func (d *Distinct) Count(limit int) int {
	if len(d.Hashes) < limit {
		return len(d.Hashes)
	}
	largest := float64(d.Hashes[limit-1]) / (1 << 64)
	return int(float64(limit-1) / largest)
}

// Examples are the earliest places in the evidence that show something.
type Examples struct{ List []Example }

// Example is a place in the evidence, with the words that show it.
type Example struct {
	Citation finding.Citation
	Text     string
}

// Wants reports whether an activity could be among the earliest: it spares most
// the making of a text.
func (e *Examples) Wants(a *activity.Activity, limit int) bool {
	if len(e.List) < limit {
		return true
	}
	last := &e.List[limit-1].Citation
	if a.Time != last.Time {
		return a.Time < last.Time
	}
	m := MarkOf(a)
	return cmp.Or(cmp.Compare(m.Path, last.Path), cmp.Compare(m.Offset, last.Offset)) <= 0
}

// Add notes an activity; text is quoted with it.
func (e *Examples) Add(a *activity.Activity, text string, limit int) {
	if !e.Wants(a, limit) {
		return
	}
	m := MarkOf(a)
	c := m.Citation("")
	if a.Record != nil {
		c = finding.Cite(a.Record, "")
	}
	e.add(Example{c, text}, limit)
}

func (e *Examples) add(x Example, limit int) {
	at, found := slices.BinarySearchFunc(e.List, x, compare)
	if found || at == limit {
		return
	}
	if len(e.List) == limit {
		e.List = e.List[:limit-1]
	}
	e.List = slices.Insert(e.List, at, x)
}

func compare(a, b Example) int {
	return cmp.Or(finding.CompareCitations(a.Citation, b.Citation), cmp.Compare(a.Text, b.Text))
}

// Merge adds the examples of other.
func (e *Examples) Merge(other *Examples, limit int) {
	for _, x := range other.List {
		e.add(x, limit)
	}
}

// Citations are the examples as findings cite them.
func (e *Examples) Citations() []finding.Citation {
	list := make([]finding.Citation, len(e.List))
	for i, x := range e.List {
		list[i] = x.Citation
		list[i].Excerpt = x.Text
	}
	return list
}

// Table keeps an entry for each of the keys with the smallest hashes.
type Table[E any] struct {
	Entries map[uint64]*E
	Cut     uint64 // keys whose hash is not below are not kept; 0 all are
}

// Get returns the entry of a key by its hash, made if need be; nil if it is
// not kept. At most twice limit are held, until Settle.
func (t *Table[E]) Get(h uint64, limit int) *E {
	if t.Cut != 0 && h >= t.Cut {
		return nil
	}
	if e := t.Entries[h]; e != nil {
		return e
	}
	if t.Entries == nil {
		t.Entries = map[uint64]*E{}
	}
	if len(t.Entries) >= 2*limit {
		t.Settle(limit)
		if h >= t.Cut {
			return nil
		}
	}
	e := new(E)
	t.Entries[h] = e
	return e
}

// Settle enforces the limit.
func (t *Table[E]) Settle(limit int) {
	if len(t.Entries) <= limit {
		return
	}
	hashes := t.Keys()
	t.drop(hashes[limit])
}

func (t *Table[E]) drop(cut uint64) {
	if t.Cut == 0 || cut < t.Cut {
		t.Cut = cut
	}
	for h := range t.Entries {
		if h >= t.Cut {
			delete(t.Entries, h)
		}
	}
}

// Keys are the hashes of the keys kept, in order.
func (t *Table[E]) Keys() []uint64 {
	hashes := make([]uint64, 0, len(t.Entries))
	for h := range t.Entries {
		hashes = append(hashes, h)
	}
	slices.Sort(hashes)
	return hashes
}

// Merge adds the entries of other; join adds one to the other.
func (t *Table[E]) Merge(other *Table[E], limit int, join func(mine, theirs *E)) {
	if other.Cut != 0 {
		t.drop(other.Cut)
	}
	for _, h := range other.Keys() {
		if mine := t.Get(h, limit); mine != nil {
			join(mine, other.Entries[h])
		}
	}
}
