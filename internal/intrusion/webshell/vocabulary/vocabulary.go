// Package vocabulary answers whether a page reads like a web shell: it weighs
// the words that occur in it, pairs of them, and its shape, with weights that
// were learned from labelled pages (see the program generate). Weights are kept
// by hash: they are facts about words, not text of anybody's page.
package vocabulary

import (
	_ "embed"
	"encoding/binary"
	"slices"
)

//go:generate go run ./generate -out weights.bin

//go:embed weights.bin
var packed []byte

// entry is the size of one weight: a hash and hundredths of a logit.
const entry = 4 + 2

// biasKey is the hash under which the weight stands that every page has.
const biasKey = 0

// Model holds weights by hash, in a table of open addressing. It is not
// changed once read and may be shared.
type Model struct {
	keys    []uint32 // 0 is free
	weights []int16  // hundredths of a logit
	bias    int
	// filter has a bit set for each hash, by its low bits: it is small enough
	// to stay in the fastest cache, and refuses most words.
	filter [filterBits / 64]uint64
}

// filterBits is a power of two.
const filterBits = 1 << 18

// Load reads the built-in weights.
func Load() *Model { return read(packed) }

func read(packed []byte) *Model {
	size := 1
	for size < 2*len(packed)/entry+2 {
		size *= 2
	}
	m := &Model{keys: make([]uint32, size), weights: make([]int16, size)}
	for b := packed; len(b) >= entry; b = b[entry:] {
		key, weight := binary.LittleEndian.Uint32(b), int16(binary.LittleEndian.Uint16(b[4:]))
		if key == biasKey {
			m.bias = int(weight)
			continue
		}
		at := key & uint32(size-1)
		for m.keys[at] != 0 {
			at = (at + 1) & uint32(size-1)
		}
		m.keys[at], m.weights[at] = key, weight
		m.filter[key%filterBits/64] |= 1 << (key % 64)
	}
	return m
}

// find returns the slot of a hash, or -1.
func (m *Model) find(hash uint32) int {
	if m.filter[hash%filterBits/64]&(1<<(hash%64)) == 0 {
		return -1
	}
	mask := uint32(len(m.keys) - 1)
	for at := hash & mask; m.keys[at] != 0; at = (at + 1) & mask {
		if m.keys[at] == hash {
			return int(at)
		}
	}
	return -1
}

// Page is what of a page is weighed.
type Page struct {
	Text []byte
	Code []byte // Text with all that is not code blanked
	// Traits says more about the page: what it can do, by a set of bits.
	Traits uint32
}

// Hit is a word of a page that counted.
type Hit struct {
	From, To int
	Weight   int // hundredths of a logit
}

// Reader weighs pages one after another. It is not safe for concurrent use.
type Reader struct {
	model *Model
	seen  []uint32 // by slot of the model: number of the page it was last seen in
	page  uint32
	hits  []Hit
}

// NewReader returns a reader with the weights of a model.
func NewReader(m *Model) *Reader { return &Reader{model: m, seen: make([]uint32, len(m.keys))} }

// maxHits is how many words explain a verdict.
const maxHits = 8

// Score returns by how much a page speaks for a web shell, in hundredths of a
// logit, and the words that do so most. The words are valid until the next
// call.
func (r *Reader) Score(p Page) (logit int, hits []Hit) {
	if r.page++; r.page == 0 {
		clear(r.seen)
		r.page = 1
	}
	r.hits = r.hits[:0]
	logit = r.model.bias
	Features(p, func(hash uint32, from, to int) {
		at := r.model.find(hash)
		if at < 0 || r.seen[at] == r.page {
			return
		}
		r.seen[at] = r.page
		w := int(r.model.weights[at])
		logit += w
		if w > 0 && to > from {
			r.hits = append(r.hits, Hit{from, to, w})
		}
	})
	slices.SortStableFunc(r.hits, func(a, b Hit) int { return b.Weight - a.Weight })
	return logit, r.hits[:min(len(r.hits), maxHits)]
}
