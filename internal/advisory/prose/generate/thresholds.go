package main

import "seawall/internal/advisory/prose"

// thresholds returns from which score of its best sentence on a document has a
// class.
func thresholds(t *training) []float64 {
	list := make([]float64, len(prose.Classes))
	for c := range list {
		list[c] = threshold
	}
	return list
}

const threshold = -0.52
