package perimeter

import (
	"encoding/gob"
	"fmt"
	"net/netip"
)

// page is how a border is written.
type page struct {
	PairCut, LocalCut uint64
	Pairs             []Pair
	Local             []netip.Prefix
}

// Encode writes what the border learnt.
func (b *Border) Encode(e *gob.Encoder) error {
	p := page{Pairs: b.pairs.items(), Local: b.local.items()}
	p.PairCut, p.LocalCut = b.pairs.cut, b.local.cut
	return e.Encode(p)
}

// Decode replaces what the border learnt.
func (b *Border) Decode(d *gob.Decoder) error {
	var p page
	if err := d.Decode(&p); err != nil {
		return fmt.Errorf("read border: %w", err)
	}
	b.common = nil
	b.pairs, b.local = sample[Pair]{limit: sampled, cut: p.PairCut}, sample[netip.Prefix]{limit: marked, cut: p.LocalCut}
	for _, pair := range p.Pairs {
		b.pairs.add(hashAddr(hashAddr(0, pair.A), pair.B), pair)
	}
	for _, prefix := range p.Local {
		b.local.add(hashAddr(uint64(prefix.Bits()), prefix.Addr()), prefix)
	}
	return nil
}
