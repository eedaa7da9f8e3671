package sigma

import (
	"cmp"
	"slices"
)

// variantIndex finds the variants that can match records of a channel and
// event id without looking at the others.
type variantIndex map[indexKey][]*variant

type indexKey struct {
	channel string // without case; "" for variants of any channel
	id      int64  // anyID for variants of any event id
}

// anyID is no event id: those are 16 bits in event logs, and whatever other
// sources claim, it is not this.
const anyID = -1 << 63

func newVariantIndex(variants []*variant) variantIndex {
	x := variantIndex{}
	for _, v := range variants {
		channels, ids := v.channels, v.ids
		if channels == nil {
			channels = []string{""}
		}
		if ids == nil {
			ids = []int64{anyID}
		}
		for _, channel := range channels {
			for _, id := range ids {
				k := indexKey{channel, id}
				if list := x[k]; len(list) == 0 || list[len(list)-1] != v {
					x[k] = append(list, v)
				}
			}
		}
	}
	return x
}

// find appends the variants for records of a channel and event id to dst, in
// their order.
func (x variantIndex) find(dst []*variant, channel string, id int64) []*variant {
	start := len(dst)
	dst = append(dst, x[indexKey{channel, id}]...)
	dst = append(dst, x[indexKey{channel, anyID}]...)
	if channel != "" {
		dst = append(dst, x[indexKey{"", id}]...)
		dst = append(dst, x[indexKey{"", anyID}]...)
	}
	slices.SortFunc(dst[start:], func(a, b *variant) int { return cmp.Compare(a.order, b.order) })
	return slices.Compact(dst)
}
