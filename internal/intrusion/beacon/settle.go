package beacon

import (
	"cmp"
	"slices"
)

// spare enforces the limits once they are exceeded by a quarter, so that the
// cost of sorting is spread.
func (t *table) spare() {
	if 4*t.count > 5*t.limits.pairs || 4*t.chunks.held() > 5*t.limits.entries/6 {
		t.settle()
	}
}

// settle thins every pair and keeps the longest run of pairs, in the order of
// their hashes, that fits.
func (t *table) settle() {
	t.thinAll()
	if t.count <= t.limits.pairs && t.total() <= t.limits.entries {
		return
	}
	order := make([]*pair, 0, t.count)
	t.each(func(p *pair) { order = append(order, p) })
	slices.SortFunc(order, func(x, y *pair) int { return cmp.Compare(x.hash, y.hash) })
	held := 0
	for i, p := range order {
		if held += t.weight(p); held > t.limits.entries || i >= t.limits.pairs {
			t.lower(p.hash)
			return
		}
	}
}

// weight is what a pair counts against the limit of entries: it never shrinks
// as more is seen, so that what is dropped early would be dropped late too.
func (t *table) weight(p *pair) int {
	if p.cut != 0 {
		return t.limits.perPair
	}
	return int(p.entries)
}

func (t *table) total() (n int) {
	t.each(func(p *pair) { n += t.weight(p) })
	return n
}

func (t *table) thinAll() { t.each(t.thin) }

// lower drops all pairs whose hash is not below cut.
func (t *table) lower(cut uint64) {
	t.cut = min(t.cut, cut)
	kept := 0
	for i := range t.count {
		p := t.at(i)
		if p.hash >= t.cut {
			t.chunks.release(p)
			continue
		}
		if i != kept {
			*t.at(kept) = *p
		}
		kept++
	}
	t.count = kept
	t.pairs = t.pairs[:(kept+pairBlock-1)/pairBlock]
	clear(t.slots)
	for i := range t.count {
		t.place(t.at(i).hash, i+1)
	}
}

// merge adds the pairs of another table with the same limits.
func (t *table) merge(o *table) {
	if o.first != 0 && (t.first == 0 || o.first < t.first) {
		t.first = o.first
	}
	t.last = max(t.last, o.last)
	for p := range o.proxies {
		t.passes(p)
	}
	if o.cut < t.cut {
		t.lower(o.cut)
	}
	paths := make([]uint32, len(o.paths))
	for i, path := range o.paths {
		paths[i] = t.path(path)
	}
	var list []entry
	o.each(func(theirs *pair) {
		if theirs.hash >= t.cut {
			return
		}
		list = o.chunks.sorted(list[:0], theirs)
		t.join(theirs, o.name(theirs), paths, list)
	})
	t.spare()
}

// join adds one pair of another table, whose paths are numbered otherwise.
func (t *table) join(theirs *pair, name []byte, paths []uint32, list []entry) {
	moved := *theirs
	moved.low.path, moved.high.path = paths[moved.low.path], paths[moved.high.path]
	p := t.find(moved.hash)
	if p == nil {
		p = t.make(moved.hash)
		*p = moved
		p.chunk, p.entries, p.nameAt = 0, 0, t.intern(name)
	} else {
		t.unite(p, &moved)
	}
	if moved.cut != 0 && (p.cut == 0 || moved.cut < p.cut) {
		p.cut = moved.cut
	}
	for _, n := range list {
		if p.cut == 0 || rank(n.time()) < p.cut {
			t.chunks.push(p, n)
		}
	}
	if int(p.entries) >= 2*t.limits.perPair {
		t.thin(p)
	}
}

// unite widens a pair by another's extent.
func (t *table) unite(p, o *pair) {
	if o.first != 0 && (p.first == 0 || o.first < p.first) || o.first != 0 && o.first == p.first && t.comparePlaces(&o.low, &p.low) < 0 {
		p.first, p.low = o.first, o.low
	}
	if o.last > p.last || o.last != 0 && o.last == p.last && t.comparePlaces(&o.high, &p.high) < 0 {
		p.last, p.high = o.last, o.high
	}
	p.longest, p.shortest = max(p.longest, o.longest), min(p.shortest, o.shortest)
	p.callerMin, p.callerMax = min(p.callerMin, o.callerMin), max(p.callerMax, o.callerMax)
	p.tell, p.hours, p.flags, p.many = min(p.tell, o.tell), p.hours|o.hours, p.flags|o.flags, p.many || o.many
	if o.dst != p.dst && p.flags&viaName != 0 {
		p.meet(o.dst)
	}
}

func (t *table) comparePlaces(a, b *place) int {
	return cmp.Or(cmp.Compare(t.paths[a.path], t.paths[b.path]), cmp.Compare(a.offset, b.offset))
}
