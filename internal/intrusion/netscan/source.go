package netscan

import (
	"cmp"
	"encoding/binary"
	"maps"
	"math/bits"
	"net/netip"
	"slices"

	"seawall/internal/activity"
	"seawall/internal/finding"
)

const uncut = ^uint64(0)

// Target is a host and port that was tried.
type Target struct {
	Dst      netip.Addr
	Port     uint16
	Protocol uint8
	How      outcome // the worst for the scanner: denied before refused before silent
	First    int64   // nanoseconds since 1970
	Hash     uint64
}

// source is what one host tried.
type source struct {
	hash        uint64
	tried       sample
	reached     sample
	first, last int64 // of what did not answer
	low, high   finding.Citation
	lowText     string
	highText    string
}

func (s *source) note(a *activity.Activity, how outcome) {
	f := a.Flow
	port := f.DestinationPort
	if f.Protocol == 1 || f.Protocol == 58 {
		port = 0
	}
	h := hashTarget(f.Destination, port, f.Protocol)
	if how == reached && h >= s.reached.cut {
		return
	}
	t := Target{Dst: f.Destination.Unmap(), Port: port, Protocol: f.Protocol, How: how, First: a.Time, Hash: h}
	if how == reached {
		s.reached.add(t)
		return
	}
	s.tried.add(t)
	s.show(a, &t)
}

// show keeps the first and the last attempt.
func (s *source) show(a *activity.Activity, t *Target) {
	c := finding.Citation{Path: a.Origin.Path, Offset: a.Origin.Offset, Length: a.Origin.Length, Number: a.Origin.Number, Time: a.Time}
	if s.first == 0 || finding.CompareCitations(c, s.low) < 0 {
		s.first, s.low, s.lowText = a.Time, c, t.text()
	}
	if later(&c, &s.high) {
		s.last, s.high, s.highText = a.Time, c, t.text()
	}
}

// later orders citations by time, of equal times the first in the evidence.
func later(c, than *finding.Citation) bool {
	if than.Path == "" || c.Time != than.Time {
		return than.Path == "" || c.Time > than.Time
	}
	return finding.CompareCitations(*c, *than) < 0
}

func (s *source) merge(o *source) {
	s.tried.merge(&o.tried)
	s.reached.merge(&o.reached)
	if o.first != 0 && (s.first == 0 || finding.CompareCitations(o.low, s.low) < 0) {
		s.first, s.low, s.lowText = o.first, o.low, o.lowText
	}
	if o.high.Path != "" && later(&o.high, &s.high) {
		s.last, s.high, s.highText = o.last, o.high, o.highText
	}
}

func hashTarget(dst netip.Addr, port uint16, protocol uint8) uint64 {
	return mix(hashAddr(dst) ^ (uint64(port)<<8 | uint64(protocol)))
}

func hashAddr(a netip.Addr) uint64 {
	b := a.As16()
	return mix(mix(binary.LittleEndian.Uint64(b[:8])+0x632be59bd9b4e019) ^ binary.LittleEndian.Uint64(b[8:]))
}

func mix(n uint64) uint64 {
	hi, lo := bits.Mul64(n^0xa0761d6478bd642f, 0xe7037ed1a0b428db)
	return min(hi^lo, uncut-1)
}

// sample keeps the targets with the smallest hashes, each once.
type sample struct {
	limit int
	cut   uint64 // targets whose hash is not below are not kept
	kept  []Target
	last  int // place of the target noted last
}

func (s *sample) add(t Target) {
	if t.Hash >= s.cut || t.How > denied {
		return
	}
	if s.last < len(s.kept) && s.kept[s.last].Hash == t.Hash {
		s.kept[s.last].join(&t)
		return
	}
	i, found := slices.BinarySearchFunc(s.kept, t.Hash, func(k Target, h uint64) int { return cmp.Compare(k.Hash, h) })
	s.last = i
	if found {
		s.kept[i].join(&t)
		return
	}
	s.kept = slices.Insert(s.kept, i, t)
	if len(s.kept) > s.limit {
		s.cut = s.kept[s.limit].Hash
		s.kept = s.kept[:s.limit]
	}
}

func (t *Target) join(o *Target) {
	t.How, t.First = max(t.How, o.How), min(t.First, o.First)
}

func (s *sample) merge(o *sample) {
	if o.cut < s.cut {
		s.cut = o.cut
		s.kept = slices.DeleteFunc(s.kept, func(t Target) bool { return t.Hash >= s.cut })
	}
	for _, t := range o.kept {
		s.add(t)
	}
}

// factor is how many targets each one kept stands for.
func (s *sample) factor() float64 {
	if s.cut == uncut {
		return 1
	}
	return float64(uncut) / float64(s.cut)
}

func (s *Summary) settle() {
	var hashes [2][]uint64
	for a, src := range s.sources {
		class := classOf(a)
		hashes[class] = append(hashes[class], src.hash)
	}
	for class, most := range [2]int{maxInside, maxOutside} {
		if len(hashes[class]) > most {
			slices.Sort(hashes[class])
			s.lower(class, hashes[class][most])
		}
	}
}

func (s *Summary) lower(class int, cut uint64) {
	if cut >= s.cuts[class] {
		return
	}
	s.cuts[class] = cut
	s.newest = nil
	maps.DeleteFunc(s.sources, func(a netip.Addr, src *source) bool { return src.hash >= cut && classOf(a) == class })
}

// page is how a summary is written.
type page struct {
	Cuts    [2]uint64
	Sources []pageSource
}

type pageSource struct {
	Addr              netip.Addr
	Cuts              [2]uint64
	Tried, Reached    []Target
	First, Last       int64
	Low, High         finding.Citation
	LowText, HighText string
}

func (s *Summary) page() *page {
	s.settle()
	p := &page{Cuts: s.cuts}
	for a, src := range s.sources {
		p.Sources = append(p.Sources, pageSource{
			a, [2]uint64{src.tried.cut, src.reached.cut}, src.tried.kept, src.reached.kept,
			src.first, src.last, src.low, src.high, src.lowText, src.highText,
		})
	}
	slices.SortFunc(p.Sources, func(x, y pageSource) int { return x.Addr.Compare(y.Addr) })
	return p
}

func (s *Summary) turn(p *page) {
	s.sources, s.cuts, s.newest = map[netip.Addr]*source{}, p.Cuts, nil
	for i := range p.Sources {
		q := &p.Sources[i]
		src := s.source(q.Addr)
		if src == nil {
			continue
		}
		src.tried.cut, src.reached.cut = q.Cuts[0], q.Cuts[1]
		for _, t := range q.Tried {
			src.tried.add(t)
		}
		for _, t := range q.Reached {
			src.reached.add(t)
		}
		src.first, src.last, src.low, src.high, src.lowText, src.highText = q.First, q.Last, q.Low, q.High, q.LowText, q.HighText
	}
}
