package prose

import (
	_ "embed"
	"encoding/binary"
	"errors"
	"math"
	"slices"
	"sync"
)

//go:generate go run ./generate

//go:embed model.bin
var embedded []byte

// Model is a linear model, its weights rounded to a byte.
type Model struct {
	features []uint32 // sorted
	rarity   []uint8  // of each, in steps of rarityStep
	classes  []class
	// rows are the weights of each feature: rows[starts[i]:starts[i+1]].
	starts []uint32
	rows   []weight
}

type class struct {
	bias, scale float32
	threshold   float32 // of the best sentence of a document
}

type weight struct {
	class uint8
	value int8
}

const rarityStep = 0.05

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

// Scores appends the classes that a sentence is meant to be of to dst.
// scratch is reused.
func (m *Model) Scores(dst []Score, sentence string, scratch *Scratch) []Score {
	scratch.features = Features(scratch.features[:0], sentence)
	scratch.known = scratch.known[:0]
	norm := 0.0
	for _, f := range scratch.features {
		if i, ok := slices.BinarySearch(m.features, f); ok {
			scratch.known = append(scratch.known, i)
			r := float64(m.rarity[i]) * rarityStep
			norm += r * r
		}
	}
	if norm == 0 {
		return dst
	}
	norm = math.Sqrt(norm)
	scratch.sums = append(scratch.sums[:0], make([]float64, len(m.classes))...)
	for _, i := range scratch.known {
		v := float64(m.rarity[i]) * rarityStep / norm
		for _, w := range m.rows[m.starts[i]:m.starts[i+1]] {
			scratch.sums[w.class] += v * float64(w.value)
		}
	}
	for c := range m.classes {
		k := &m.classes[c]
		if value := scratch.sums[c]*float64(k.scale) + float64(k.bias) - float64(k.threshold); value >= 0 {
			dst = append(dst, Score{c, value})
		}
	}
	return dst
}

// Scratch is memory that scoring uses again.
type Scratch struct {
	features []uint32
	known    []int
	sums     []float64
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
	counts := make([]int, features)
	for i := range features {
		m.features = append(m.features, binary.LittleEndian.Uint32(data))
		m.rarity = append(m.rarity, data[4])
		counts[i] = int(data[5])
		data = data[6:]
	}
	for _, n := range counts {
		m.starts = append(m.starts, uint32(len(m.rows)))
		if len(data) < 2*n {
			return nil, errModel
		}
		for range n {
			if int(data[0]) >= classes {
				return nil, errModel
			}
			m.rows = append(m.rows, weight{data[0], int8(data[1])})
			data = data[2:]
		}
	}
	m.starts = append(m.starts, uint32(len(m.rows)))
	return m, nil
}

func f32(data []byte) float32 { return math.Float32frombits(binary.LittleEndian.Uint32(data)) }
