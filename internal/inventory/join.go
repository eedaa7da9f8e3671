package inventory

import (
	"cmp"
	"maps"
	"slices"
	"strings"
)

// join groups the observations of the same device, strong keys first. Weak
// keys join only what strong ones do not contradict: an address that was given
// to another host, a name that two sites use, make no device of two.
func join(observations []*Observation) [][]*Observation {
	j := &joining{parent: make([]int, len(observations)), known: make([]discriminator, len(observations))}
	for i, o := range observations {
		j.parent[i] = i
		j.known[i] = newDiscriminator(o)
	}
	j.nest(observations)
	for _, level := range levels {
		byKey := map[string][]int{}
		for i, o := range observations {
			for _, k := range o.Keys {
				if value := level.of(k); value != "" {
					byKey[value] = append(byKey[value], i)
				}
			}
		}
		for _, value := range slices.Sorted(maps.Keys(byKey)) {
			j.joinAll(byKey[value], level.contradicts)
		}
	}
	groups := map[int][]*Observation{}
	var roots []int
	for i, o := range observations {
		root := j.find(i)
		if groups[root] == nil {
			roots = append(roots, root)
		}
		groups[root] = append(groups[root], o)
	}
	list := make([][]*Observation, 0, len(roots))
	for _, root := range roots {
		list = append(list, groups[root])
	}
	return list
}

// nest joins files that lie inside the root of a device with that device: the
// places of roots end with a slash.
func (j *joining) nest(observations []*Observation) {
	roots := map[string]int{}
	for i, o := range observations {
		for _, k := range o.Keys {
			if _, known := roots[k.Value]; k.Kind == Place && strings.HasSuffix(k.Value, "/") && !known {
				roots[k.Value] = i
			}
		}
	}
	if len(roots) == 0 {
		return
	}
	for i, o := range observations {
		for _, k := range o.Keys {
			if k.Kind != Place || strings.HasSuffix(k.Value, "/") {
				continue
			}
			for end := strings.LastIndexByte(k.Value, '/'); end > 0; end = strings.LastIndexByte(k.Value[:end], '/') {
				if root, ok := roots[k.Value[:end+1]]; ok {
					j.unite(i, root)
					break
				}
			}
		}
	}
}

// level is one strength of keys.
type level struct {
	of          func(Key) string // the value that devices of one key share; "" if the key is of another level
	contradicts func(a, b *discriminator) bool
}

var levels = []level{
	{ofKind(ID), never},
	{ofKind(Serial), never},
	{ofKind(Place), never},
	{ofKind(MAC), func(a, b *discriminator) bool { return apart(a.serials, b.serials) }},
	{fullName, func(a, b *discriminator) bool { return apart(a.serials, b.serials) || apartIDs(a.ids, b.ids) }},
	{shortName, func(a, b *discriminator) bool {
		return apart(a.serials, b.serials) || apartIDs(a.ids, b.ids) || apart(a.full, b.full)
	}},
	{ofKind(Address), func(a, b *discriminator) bool {
		return apart(a.serials, b.serials) || apartIDs(a.ids, b.ids) || apart(a.macs, b.macs) || apart(a.short, b.short)
	}},
}

func never(_, _ *discriminator) bool { return false }

func ofKind(kind KeyKind) func(Key) string {
	return func(k Key) string {
		if k.Kind == kind {
			return k.Value
		}
		return ""
	}
}

// fullName joins names with a domain, whoever gave them.
func fullName(k Key) string {
	if k.Kind == FQDN || k.Kind == Alias && strings.Contains(k.Value, ".") {
		return k.Value
	}
	return ""
}

// shortName joins a short name with the full name that starts with it. Names
// in reverse DNS are left out: "host-10" means little without its domain.
func shortName(k Key) string {
	if k.Kind == Name || k.Kind == FQDN || k.Kind == Alias && !strings.Contains(k.Value, ".") {
		short, _, _ := strings.Cut(k.Value, ".")
		return short
	}
	return ""
}

// discriminator is what tells one device from another.
type discriminator struct {
	ids, serials, macs, full, short []string
}

func newDiscriminator(o *Observation) (d discriminator) {
	for _, k := range o.Keys {
		switch k.Kind {
		case ID:
			d.ids = append(d.ids, k.Value)
		case Serial:
			d.serials = append(d.serials, k.Value)
		case MAC:
			d.macs = append(d.macs, k.Value)
		case FQDN:
			d.full = append(d.full, k.Value)
			d.short = append(d.short, shortName(k))
		case Name:
			d.short = append(d.short, k.Value)
		}
	}
	return d
}

func (d *discriminator) add(o *discriminator) {
	d.ids = union(d.ids, o.ids)
	d.serials = union(d.serials, o.serials)
	d.macs = union(d.macs, o.macs)
	d.full = union(d.full, o.full)
	d.short = union(d.short, o.short)
}

func union(a, b []string) []string {
	for _, v := range b {
		if !slices.Contains(a, v) {
			a = append(slices.Clip(a), v)
		}
	}
	return a
}

// apart reports whether both sides have values and share none.
func apart(a, b []string) bool {
	shared := slices.ContainsFunc(a, func(v string) bool { return slices.Contains(b, v) })
	return len(a) > 0 && len(b) > 0 && !shared
}

// apartIDs is apart for ids, which are compared within their kind only:
// "aws:…" says nothing against "uuid:…".
func apartIDs(a, b []string) bool {
	comparable := slices.ContainsFunc(a, func(x string) bool {
		return slices.ContainsFunc(b, func(y string) bool { return idKind(x) == idKind(y) })
	})
	return comparable && apart(a, b)
}

func idKind(id string) string {
	kind, _, ok := strings.Cut(id, ":")
	if !ok {
		return ""
	}
	return kind
}

// joining is a forest of observations known to be of one device.
type joining struct {
	parent []int
	known  []discriminator // of roots
}

func (j *joining) find(i int) int {
	for j.parent[i] != i {
		j.parent[i] = j.parent[j.parent[i]]
		i = j.parent[i]
	}
	return i
}

// unite joins two groups; the one that comes first in the evidence names it.
func (j *joining) unite(a, b int) int {
	a, b = j.find(a), j.find(b)
	if a == b {
		return a
	}
	if b < a {
		a, b = b, a
	}
	j.parent[b] = a
	j.known[a].add(&j.known[b])
	j.known[b] = discriminator{}
	return a
}

// maxSides bounds the search for a side that does not contradict.
const maxSides = 64

// joinAll joins those of members, which share a key, that do not contradict
// each other. If some do, members that could be either stay by themselves.
func (j *joining) joinAll(members []int, contradicts func(a, b *discriminator) bool) {
	var roots []int
	for _, m := range members {
		roots = append(roots, j.find(m))
	}
	slices.Sort(roots)
	roots = slices.Compact(roots)
	if len(roots) < 2 {
		return
	}
	var sides, anonymous []int
	for _, r := range roots {
		r = j.find(r)
		if j.known[r].empty() {
			anonymous = append(anonymous, r)
			continue
		}
		at := slices.IndexFunc(sides, func(s int) bool { return !contradicts(&j.known[j.find(s)], &j.known[r]) })
		switch {
		case at >= 0:
			sides[at] = j.unite(sides[at], r)
		case len(sides) < maxSides:
			sides = append(sides, r)
		}
	}
	if len(sides) == 1 {
		anonymous = append(anonymous, sides[0])
	}
	for i := 1; i < len(anonymous); i++ {
		j.unite(anonymous[0], anonymous[i])
	}
}

func (d *discriminator) empty() bool {
	return cmp.Or(len(d.ids), len(d.serials), len(d.macs), len(d.full), len(d.short)) == 0
}
