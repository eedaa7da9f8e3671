package main

import (
	"encoding/binary"
	"math"
	"slices"

	"seawall/internal/advisory/prose"
)

// maxWeights is how many weights of a class are kept, the largest: more change
// little.
const maxWeights = 6000

// shared returns the weights of a class for parts of a vector that are all of
// length one: those of beginnings count less.
func (m *linear) shared(learnt []float64) []float64 {
	weights := slices.Clone(learnt)
	for f, i := range m.index {
		if m.parts[f] {
			weights[i] *= partShare
		}
	}
	return weights
}

// encode writes a model with its weights rounded to a byte.
func encode(m *linear) []byte {
	type kept struct {
		class int
		value int8
	}
	rows := map[int][]kept{}
	scales := make([]float64, len(prose.Classes))
	for c, learnt := range m.weights {
		weights := m.shared(learnt)
		order := make([]int, 0, len(weights))
		for i, w := range weights {
			if w != 0 {
				order = append(order, i)
			}
		}
		slices.SortFunc(order, func(a, b int) int {
			switch x, y := math.Abs(weights[a]), math.Abs(weights[b]); {
			case x > y:
				return -1
			case x < y:
				return 1
			}
			return a - b
		})
		order = order[:min(len(order), maxWeights)]
		if len(order) == 0 {
			continue
		}
		scales[c] = math.Abs(weights[order[0]]) / 127
		for _, i := range order {
			if v := int8(math.Round(weights[i] / scales[c])); v != 0 {
				rows[i] = append(rows[i], kept{c, v})
			}
		}
	}
	out := []byte("SWPROSE1")
	out = binary.LittleEndian.AppendUint32(out, uint32(len(prose.Classes)))
	var features []uint32
	for f, i := range m.index {
		if len(rows[i]) > 0 {
			features = append(features, f)
		}
	}
	slices.Sort(features)
	out = binary.LittleEndian.AppendUint32(out, uint32(len(features)))
	for c := range prose.Classes {
		for _, v := range [...]float64{m.bias[c], scales[c], threshold} {
			out = binary.LittleEndian.AppendUint32(out, math.Float32bits(float32(v)))
		}
	}
	for _, f := range features {
		out = binary.LittleEndian.AppendUint32(out, f)
		out = append(out, byte(min(math.Round(m.rarity[f]/0.05), 255)), byte(len(rows[m.index[f]])))
	}
	for _, f := range features {
		row := rows[m.index[f]]
		slices.SortFunc(row, func(a, b kept) int { return a.class - b.class })
		for _, k := range row {
			out = append(out, byte(k.class), byte(k.value))
		}
	}
	return out
}
