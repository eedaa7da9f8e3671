package evidencetest

import (
	"maps"
	"slices"
)

func sortedKeys[V any](m map[int64]V) []int64 { return slices.Sorted(maps.Keys(m)) }
