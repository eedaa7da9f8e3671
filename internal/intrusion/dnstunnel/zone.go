package dnstunnel

import (
	"cmp"
	"maps"
	"slices"

	"seawall/internal/activity"
	"seawall/internal/finding"
)

const uncut = ^uint64(0)

// label is what is kept of one name below a zone.
type label struct {
	hash   uint64
	length uint8 // bytes before the zone
	odd    bool  // asked for with a type that ordinary clients seldom use
	tell   tell
}

// zone is what one client asked for below one zone. The names with the
// smallest hashes are kept; the rest is estimated from them.
type zone struct {
	hash    uint64
	cut     uint64 // names whose hash is not below are not kept
	names   []label
	longest uint8                       // label
	telling [tells][tellingNames]uint64 // smallest hashes of names that tell a program
	low     shown                       // first lookup
	high    shown                       // last lookup
}

// shown is a lookup that can be cited.
type shown struct {
	Citation finding.Citation
	Query    string
	Type     uint16
}

func (z *zone) note(a *activity.Activity, n label, longest uint8) {
	z.longest = max(z.longest, longest)
	z.show(a)
	z.tell(n.tell, n.hash)
	if n.hash < z.cut {
		z.add(n)
	}
}

// tell keeps the smallest hashes of the names that tell a program, 0 for none.
func (z *zone) tell(t tell, hash uint64) {
	kept := &z.telling[t]
	if t == noTell || hash == 0 || slices.Contains(kept[:], hash) {
		return
	}
	for i, old := range kept {
		if old == 0 || hash < old {
			kept[i], hash = hash, old
		}
	}
}

// add keeps a name. Of equal names asked for in several ways all ways count.
func (z *zone) add(n label) {
	for i := range z.names {
		if z.names[i].hash == n.hash {
			z.names[i].odd = z.names[i].odd || n.odd
			return
		}
	}
	z.names = append(z.names, n)
	if len(z.names) > maxNames {
		z.trim()
	}
}

func (z *zone) trim() {
	slices.SortFunc(z.names, func(x, y label) int { return cmp.Compare(x.hash, y.hash) })
	if len(z.names) > maxNames {
		z.cut = z.names[maxNames].hash
		z.names = z.names[:maxNames]
	}
}

// show keeps the first and the last lookup.
func (z *zone) show(a *activity.Activity) {
	first := z.low.Citation.Path == "" || before(a, &z.low)
	last := z.high.Citation.Path == "" || a.Time > z.high.Citation.Time || a.Time == z.high.Citation.Time && before(a, &z.high)
	if !first && !last {
		return
	}
	s := shown{citation(a), finding.Shorten(string(a.DNS.Query), 255), a.DNS.Type}
	if first {
		z.low = s
	}
	if last {
		z.high = s
	}
}

func citation(a *activity.Activity) finding.Citation {
	return finding.Citation{Path: a.Origin.Path, Offset: a.Origin.Offset, Length: a.Origin.Length, Number: a.Origin.Number, Time: a.Time}
}

func before(a *activity.Activity, s *shown) bool {
	return cmp.Or(cmp.Compare(a.Time, s.Citation.Time), cmp.Compare(a.Origin.Path, s.Citation.Path), cmp.Compare(a.Origin.Offset, s.Citation.Offset)) < 0
}

func (z *zone) merge(o *zone) {
	z.longest = max(z.longest, o.longest)
	if finding.CompareCitations(o.low.Citation, z.low.Citation) < 0 {
		z.low = o.low
	}
	if c := cmp.Compare(o.high.Citation.Time, z.high.Citation.Time); c > 0 || c == 0 && finding.CompareCitations(o.high.Citation, z.high.Citation) < 0 {
		z.high = o.high
	}
	for t, kept := range o.telling {
		for _, hash := range kept {
			z.tell(tell(t), hash)
		}
	}
	if o.cut < z.cut {
		z.cut = o.cut
		z.names = slices.DeleteFunc(z.names, func(n label) bool { return n.hash >= z.cut })
	}
	for _, n := range o.names {
		if n.hash < z.cut {
			z.add(n)
		}
	}
}

// measure is what the sample of names says of all.
type measure struct {
	names  float64 // different ones
	bytes  float64 // of information in them
	length float64 // mean, before the zone
	odd    float64 // share asked for with an unusual type
}

// Base-32 and hexadecimal names carry four to five bits in a byte.
const bitsPerByte = 5.0 / 8

func (z *zone) measure() (m measure) {
	if len(z.names) == 0 {
		return m
	}
	n := float64(len(z.names))
	m.names = n
	if z.cut != uncut {
		m.names = n / (float64(z.cut) / float64(uncut))
	}
	sum := 0.0
	for _, name := range z.names {
		sum += float64(name.length)
		if name.odd {
			m.odd += 1 / n
		}
	}
	m.length = sum / n
	m.bytes = m.names * m.length * bitsPerByte
	return m
}

// settle keeps the scopes with the smallest hashes once there are too many.
func (s *Summary) settle() {
	if len(s.zones) <= maxZones {
		return
	}
	hashes := make([]uint64, 0, len(s.zones))
	for _, z := range s.zones {
		hashes = append(hashes, z.hash)
	}
	slices.Sort(hashes)
	s.lower(hashes[maxZones])
}

func (s *Summary) lower(cut uint64) {
	s.cut = min(s.cut, cut)
	maps.DeleteFunc(s.zones, func(_ scope, z *zone) bool { return z.hash >= s.cut })
}

// page is how a summary is written.
type page struct {
	Cut   uint64
	Zones []pageZone
}

type pageZone struct {
	Scope     scope
	Cut       uint64
	Hashes    []uint64
	Lengths   []byte
	Odd       []bool
	Telling   [tells][tellingNames]uint64
	Longest   uint8
	Low, High shown
}

func (s *Summary) page() *page {
	s.settle()
	p := &page{Cut: s.cut}
	for k, z := range s.zones {
		z.trim()
		q := pageZone{Scope: k, Cut: z.cut, Longest: z.longest, Telling: z.telling, Low: z.low, High: z.high}
		for _, n := range z.names {
			q.Hashes, q.Lengths, q.Odd = append(q.Hashes, n.hash), append(q.Lengths, n.length), append(q.Odd, n.odd)
		}
		p.Zones = append(p.Zones, q)
	}
	slices.SortFunc(p.Zones, func(x, y pageZone) int {
		return cmp.Or(x.Scope.Client.Compare(y.Scope.Client), cmp.Compare(x.Scope.Zone, y.Scope.Zone))
	})
	return p
}

// turn fills the summary from a page.
func (s *Summary) turn(p *page) {
	s.zones, s.cut = map[scope]*zone{}, p.Cut
	for i := range p.Zones {
		q := &p.Zones[i]
		z := &zone{hash: hashScope(q.Scope.Client, []byte(q.Scope.Zone)), cut: q.Cut, longest: q.Longest, telling: q.Telling, low: q.Low, high: q.High}
		for j := range min(len(q.Hashes), len(q.Lengths), len(q.Odd), maxNames) {
			z.add(label{hash: q.Hashes[j], length: q.Lengths[j], odd: q.Odd[j]})
		}
		s.zones[q.Scope] = z
	}
}
