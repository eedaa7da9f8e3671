package sigma

import "bytes"

// holds reports whether an item of the field stands in the reference's
// relation to an item of the other field.
func (r *fieldRef) holds(texts, others []*text) bool {
	for _, x := range texts {
		for _, y := range others {
			if !x.null() && !y.null() && r.pair(x, y) {
				return true
			}
		}
	}
	return false
}

func (r *fieldRef) pair(x, y *text) bool {
	a, aEnds := x.get(r.cased)
	b, bEnds := y.get(r.cased)
	for i := range max(1, len(aEnds)) {
		for j := range max(1, len(bEnds)) {
			if r.relates(itemOrAll(a, aEnds, i), itemOrAll(b, bEnds, j)) {
				return true
			}
		}
	}
	return false
}

func itemOrAll(b []byte, ends []int32, i int) []byte {
	if ends == nil {
		return b
	}
	return item(b, ends, i)
}

func (r *fieldRef) relates(a, b []byte) bool {
	switch r.shape {
	case shapePrefix:
		return bytes.HasPrefix(a, b)
	case shapeSuffix:
		return bytes.HasSuffix(a, b)
	case shapeContains:
		return bytes.Contains(a, b)
	}
	return bytes.Equal(a, b)
}
