package sighting

import (
	"cmp"
	"encoding/gob"
	"fmt"
	"slices"

	"seawall/internal/finding"
)

// page is how a book is written.
type page[K, F comparable] struct {
	Cut    uint64
	Lost   bool
	Groups []pageGroup[K, F]
}

type pageGroup[K, F comparable] struct {
	Key  []K // exactly one: a zero struct could not be written by itself
	Cut  uint64
	Part bool
	Seen []pageEntry[F]
}

type pageEntry[F comparable] struct {
	ID       identity[F]
	Time     int64
	Citation finding.Citation
}

func (b *Book[K, F]) merge(other Shelf) {
	o, ok := other.(*Book[K, F])
	if !ok {
		panic("bug: books of different kinds are merged")
	}
	b.Merge(o)
}

func (b *Book[K, F]) encode(e *gob.Encoder) error {
	b.Settle()
	p := page[K, F]{Cut: b.cut, Lost: b.lost}
	for key, g := range b.groups {
		pg := pageGroup[K, F]{Key: []K{key}, Cut: g.cut, Part: g.part}
		for id, seen := range g.all {
			pg.Seen = append(pg.Seen, pageEntry[F]{ID: id, Time: seen.time, Citation: seen.citation()})
		}
		slices.SortFunc(pg.Seen, func(x, y pageEntry[F]) int {
			return cmp.Or(cmp.Compare(x.Time, y.Time), cmp.Compare(hash(x.ID), hash(y.ID)))
		})
		p.Groups = append(p.Groups, pg)
	}
	slices.SortFunc(p.Groups, func(x, y pageGroup[K, F]) int { return cmp.Compare(hash(x.Key[0]), hash(y.Key[0])) })
	return e.Encode(p)
}

// decode replaces the book's content, keeping its limits.
func (b *Book[K, F]) decode(d *gob.Decoder) error {
	var p page[K, F]
	if err := d.Decode(&p); err != nil {
		return err
	}
	*b = Book[K, F]{limits: b.limits, groups: map[K]*group[F]{}, cut: p.Cut, lost: p.Lost}
	for _, pg := range p.Groups {
		if len(pg.Key) != 1 {
			return fmt.Errorf("group with %d keys", len(pg.Key))
		}
		g := b.group(pg.Key[0])
		if g == nil {
			continue
		}
		g.cut, g.part = pg.Cut, pg.Part
		for _, e := range pg.Seen {
			b.put(g, &e.ID, entryOf(hash(e.ID), e.Time, &e.Citation))
		}
	}
	return nil
}
