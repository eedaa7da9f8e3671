// Package vocabulary answers whether a page speaks the language of web shells:
// it weighs the words that occur in it. Every weight is positive, so that
// honest text around a shell cannot hide it. Words are kept as hashes, learned
// from one half of a labelled corpus (see the program train).
package vocabulary

import (
	_ "embed"
	"encoding/binary"
	"sort"
)

//go:embed weights.bin
var packed []byte

// maxBytes is how much of a page is read for its words.
const maxBytes = 256 << 10

// maxWords is how many different words of a page count.
const maxWords = 12

// Model holds the weights by hash.
type Model struct {
	weights map[uint32]uint16
}

// Load reads the built-in weights.
func Load() *Model {
	m := &Model{weights: make(map[uint32]uint16, len(packed)/6)}
	for b := packed; len(b) >= 6; b = b[6:] {
		m.weights[binary.LittleEndian.Uint32(b)] = binary.LittleEndian.Uint16(b[4:])
	}
	return m
}

// Hit is a word that counted.
type Hit struct {
	From, To int
	Weight   int // hundredths
}

// Score returns the sum of the weights of the different words of a page, in
// hundredths, and the heaviest of them.
func (m *Model) Score(page []byte) (sum int, top []Hit) {
	seen := map[uint32]bool{}
	Words(page, func(hash uint32, from, to int) {
		w, ok := m.weights[hash]
		if !ok || seen[hash] {
			return
		}
		seen[hash] = true
		top = append(top, Hit{from, to, int(w)})
	})
	sort.SliceStable(top, func(i, j int) bool { return top[i].Weight > top[j].Weight })
	// A long page uses many words: only the heaviest count.
	top = top[:min(len(top), maxWords)]
	for _, h := range top {
		sum += h.Weight
	}
	return sum, top[:min(len(top), 8)]
}

// Words calls f with the hash and place of every word of 3 to 32 letters,
// digits and underscores, in lower case.
func Words(page []byte, f func(hash uint32, from, to int)) {
	page = page[:min(len(page), maxBytes)]
	from := -1
	hash := uint32(2166136261)
	for i, c := range page {
		if 'A' <= c && c <= 'Z' {
			c |= 0x20
		}
		if 'a' <= c && c <= 'z' || c == '_' || '0' <= c && c <= '9' {
			if from < 0 {
				from, hash = i, 2166136261
			}
			hash = (hash ^ uint32(c)) * 16777619
			continue
		}
		if from >= 0 && i-from >= 3 && i-from <= 32 {
			f(hash, from, i)
		}
		from = -1
	}
	if from >= 0 && len(page)-from >= 3 && len(page)-from <= 32 {
		f(hash, from, len(page))
	}
}
