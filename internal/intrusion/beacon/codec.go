package beacon

import (
	"cmp"
	"encoding/gob"
	"errors"
	"slices"
)

// page is how a table is written.
type page struct {
	Cut         uint64
	First, Last int64
	Paths       []string
	Proxies     []proxied
	Pairs       []pagePair
}

type pagePair struct {
	Hash, Cut                     uint64
	First, Last                   int64
	Src, Dst                      address
	Offset                        [2]int64
	Number                        [2]uint64
	Length, Path                  [2]uint32
	Longest, Shortest, Tell, Hour uint32
	Port, CallerMin, CallerMax    uint16
	Protocol, Flags               uint8
	Many                          bool
	Name                          []byte
	Entries                       []entry
}

func (t *table) encode(e *gob.Encoder) error {
	t.settle()
	p := page{Cut: t.cut, First: t.first, Last: t.last, Paths: t.paths}
	for q := range t.proxies {
		p.Proxies = append(p.Proxies, q)
	}
	slices.SortFunc(p.Proxies, func(x, y proxied) int {
		return cmp.Or(slices.Compare(x.Client[:], y.Client[:]), slices.Compare(x.Proxy[:], y.Proxy[:]))
	})
	t.each(func(q *pair) {
		p.Pairs = append(p.Pairs, pagePair{
			Hash: q.hash, Cut: q.cut, First: q.first, Last: q.last, Src: q.src, Dst: q.dst,
			Offset: [2]int64{q.low.offset, q.high.offset}, Number: [2]uint64{q.low.number, q.high.number},
			Length: [2]uint32{q.low.length, q.high.length}, Path: [2]uint32{q.low.path, q.high.path},
			Longest: q.longest, Shortest: q.shortest, Tell: q.tell, Hour: q.hours,
			Port: q.port, CallerMin: q.callerMin, CallerMax: q.callerMax,
			Protocol: q.protocol, Flags: q.flags, Many: q.many, Name: t.name(q),
			Entries: t.chunks.sorted(nil, q),
		})
	})
	slices.SortFunc(p.Pairs, func(x, y pagePair) int { return cmp.Compare(x.Hash, y.Hash) })
	return e.Encode(p)
}

// decode fills an empty table.
func (t *table) decode(d *gob.Decoder) error {
	var p page
	if err := d.Decode(&p); err != nil {
		return err
	}
	t.cut, t.first, t.last = p.Cut, p.First, p.Last
	for _, q := range p.Proxies {
		t.passes(q)
	}
	numbers := make([]uint32, len(p.Paths))
	for i, path := range p.Paths {
		numbers[i] = t.path(path)
	}
	for i := range p.Pairs {
		q := &p.Pairs[i]
		if int(q.Path[0]) >= len(numbers) || int(q.Path[1]) >= len(numbers) || len(q.Name) > maxName {
			return errors.New("a pair names a path that is not listed")
		}
		t.join(&pair{
			hash: q.Hash, cut: q.Cut, first: q.First, last: q.Last, src: q.Src, dst: q.Dst,
			low:     place{q.Offset[0], q.Number[0], q.Length[0], q.Path[0]},
			high:    place{q.Offset[1], q.Number[1], q.Length[1], q.Path[1]},
			longest: q.Longest, shortest: q.Shortest, tell: q.Tell, hours: q.Hour,
			port: q.Port, callerMin: q.CallerMin, callerMax: q.CallerMax,
			protocol: q.Protocol, flags: q.Flags, many: q.Many, nameLen: uint8(len(q.Name)),
		}, q.Name, numbers, q.Entries)
	}
	return nil
}
