package prose

import (
	_ "embed"
	"encoding/binary"
	"errors"
	"math"
	"sync"
)

//go:generate go run ./generate

//go:embed model.bin
var embedded []byte

// Model is a linear model, its weights rounded to a byte.
type Model struct {
	classes []class
	slots   []slot   // a hash table of the features, open addressing
	filter  []uint64 // bits by the hash of features: most words of a text are none
	rows    []weight // of all features
}

type class struct {
	bias, scale float32
	threshold   float32 // of the best sentence of a document
}

type weight struct {
	class uint8
	value int8
}

// slot is a feature and its row. It is empty where the count is 0.
type slot struct {
	feature uint32
	start   uint32 // of its weights in rows
	count   uint8
	rarity  uint8 // in steps that all features share
}

// Load returns the model that the program brings along; nil if it is damaged.
var Load = sync.OnceValue(func() *Model {
	m, err := decode(embedded)
	if err != nil {
		return nil
	}
	return m
})

// Score is how much a sentence looks like one of a class.
type Score struct {
	Class int // index into Classes
	// Value is the distance from the threshold: what is not below zero is
	// meant.
	Value float64
}

// The filter has 1<<filterBits bits, which stay in a core's own cache.
const (
	filterBits  = 19
	filterShift = 32 - filterBits
)

// spread mixes the bits of features, whose low ones are those of their last
// letter.
const spread = 2654435761

// find returns the slot of a feature; -1 if the model lacks it.
func (m *Model) find(feature uint32) int {
	mixed := feature * spread
	if m.filter[mixed>>filterShift/64]&(1<<(mixed>>filterShift%64)) == 0 {
		return -1
	}
	mask := uint32(len(m.slots) - 1)
	for i := mixed >> 7 & mask; m.slots[i].count != 0; i = (i + 1) & mask {
		if m.slots[i].feature == feature {
			return int(i)
		}
	}
	return -1
}

// room makes the hash table for so many features.
func (m *Model) room(features int) {
	size := 64
	for 4*size < 5*features { // as small as may be: what is far apart is far from a core
		size *= 2
	}
	m.slots, m.filter = make([]slot, size), make([]uint64, 1<<filterBits/64)
}

func (m *Model) enter(s slot) {
	mixed := s.feature * spread
	m.filter[mixed>>filterShift/64] |= 1 << (mixed >> filterShift % 64)
	mask := uint32(len(m.slots) - 1)
	i := mixed >> 7 & mask
	for m.slots[i].count != 0 {
		i = (i + 1) & mask
	}
	m.slots[i] = s
}

// Scores appends the classes that a sentence is meant to be of to dst.
// scratch is reused. Sums are of whole numbers, so their order does not matter.
func (m *Model) Scores(dst []Score, sentence string, scratch *Scratch) []Score {
	scratch.features.read(sentence)
	clear(scratch.totals[:len(m.classes)])
	known := m.add(scratch.features.Words, scratch)
	if !m.add(scratch.features.Parts, scratch) && !known {
		return dst
	}
	for c := range m.classes {
		k := &m.classes[c]
		if value := scratch.totals[c]*float64(k.scale) + float64(k.bias) - float64(k.threshold); value >= 0 {
			dst = append(dst, Score{c, value})
		}
	}
	return dst
}

// add adds what some features say, each once and together a vector of length
// one; it reports whether the model knows any.
func (m *Model) add(features []uint32, scratch *Scratch) bool {
	scratch.begin(m)
	norm := 0
	for _, f := range features {
		i := m.find(f)
		if i < 0 || scratch.seen[i/64]&(1<<(i%64)) != 0 {
			continue
		}
		scratch.seen[i/64] |= 1 << (i % 64)
		scratch.known = append(scratch.known, i)
		s := &m.slots[i]
		rarity := int32(s.rarity)
		norm += int(rarity) * int(rarity)
		for _, w := range m.rows[s.start : s.start+uint32(s.count)] {
			scratch.sums[w.class] += rarity * int32(w.value)
		}
	}
	if norm == 0 {
		return false
	}
	length := 1 / math.Sqrt(float64(norm))
	for c := range m.classes {
		scratch.totals[c] += float64(scratch.sums[c]) * length
	}
	return true
}

// Scratch is memory that scoring uses again.
type Scratch struct {
	features Features
	totals   [256]float64 // by class
	sums     [256]int32   // likewise
	seen     []uint64     // bits of slots
	known    []int        // whose bits are set
}

func (s *Scratch) begin(m *Model) {
	if len(s.seen) != (len(m.slots)+63)/64 {
		s.seen, s.known = make([]uint64, (len(m.slots)+63)/64), s.known[:0]
	}
	for _, i := range s.known {
		s.seen[i/64] = 0
	}
	s.known = s.known[:0]
	clear(s.sums[:len(m.classes)])
}

var errModel = errors.New("damaged model")

const magic = "SWPROSE1"

// decode reads a model as Encode writes it.
func decode(data []byte) (*Model, error) {
	if len(data) < len(magic)+8 || string(data[:len(magic)]) != magic {
		return nil, errModel
	}
	data = data[len(magic):]
	classes, features := int(binary.LittleEndian.Uint32(data)), int(binary.LittleEndian.Uint32(data[4:]))
	data = data[8:]
	if classes != len(Classes) || features > len(data)/6 || len(data) < 12*classes+6*features {
		return nil, errModel
	}
	m := &Model{}
	for range classes {
		m.classes = append(m.classes, class{f32(data), f32(data[4:]), f32(data[8:])})
		data = data[12:]
	}
	rows := data[6*features:]
	m.room(features)
	for range features {
		s := slot{feature: binary.LittleEndian.Uint32(data), start: uint32(len(m.rows)), count: data[5], rarity: data[4]}
		data = data[6:]
		if len(rows) < 2*int(s.count) {
			return nil, errModel
		}
		for range s.count {
			if int(rows[0]) >= classes {
				return nil, errModel
			}
			m.rows = append(m.rows, weight{rows[0], int8(rows[1])})
			rows = rows[2:]
		}
		m.enter(s)
	}
	return m, nil
}

func f32(data []byte) float32 { return math.Float32frombits(binary.LittleEndian.Uint32(data)) }
