// Package hits answers "which rule hits are one activity?": it folds hits as
// they come, in bounded memory, and at the end joins what one actor did on one
// host in one stretch of time.
package hits

import (
	"cmp"
	"math"
	"slices"
	"strings"
	"sync"

	"github.com/cespare/xxhash/v2"

	"seawall/internal/finding"
	"seawall/record"
)

const (
	// Bucket is the time within which hits of one rule, host and logon are
	// one, and the longest silence inside one activity: 5 minutes in
	// nanoseconds.
	Bucket = int64(5 * 60 * 1e9)

	maxCitations  = 3       // kept per group: the earliest
	maxIdentities = 256     // events told apart per group; beyond, copies count again
	maxNames      = 8       // users, addresses and processes kept per group
	shards        = 64      // independent parts of the store
	maxGroups     = 1 << 10 // per shard, before its buckets widen
	maxWidening   = 24      // doublings of Bucket: over two years
)

// Store collects the hits of all workers. What it holds never depends on the
// order of hits: each shard is decided by key, and widens when the set of its
// keys is too large, which is a property of the set.
type Store struct {
	shards [shards]shard
}

type shard struct {
	mu      sync.Mutex
	widened uint
	groups  map[key]*group
	dropped int
}

// key says which hits are counted together.
type key struct {
	rule      int
	host      string
	logon     uint64
	bucket    int64
	recovered bool
}

// group is what is kept of the hits of one key.
type group struct {
	key
	count       int
	first, last int64
	identities  []uint64
	users       []string
	addresses   []string
	processes   []string
	parents     []string
	citations   []finding.Citation
}

// NewStore returns an empty store.
func NewStore() *Store {
	s := &Store{}
	for i := range s.shards {
		s.shards[i].groups = map[key]*group{}
	}
	return s
}

// Add records that a rule hit rec. excerpt is called only if the citation is
// kept.
func (s *Store) Add(rule int, rec *record.Record, c Context, excerpt func() string) {
	k := key{rule: rule, host: c.Host, logon: c.Logon, bucket: floorDiv(rec.Time, Bucket), recovered: rec.Recovered != record.Live}
	sh := &s.shards[k.shard()]
	sh.mu.Lock()
	defer sh.mu.Unlock()
	sh.group(k).add(rec, c, excerpt)
	sh.limit()
}

// shard depends on nothing that widening changes.
func (k key) shard() uint64 {
	h := xxhash.Sum64String(k.host)
	return (h ^ uint64(k.rule)*0x9e3779b97f4a7c15) % shards
}

func (sh *shard) group(k key) *group {
	k.bucket = floorDiv(k.bucket, 1<<sh.widened)
	if sh.widened > maxWidening {
		k.bucket, k.logon = 0, 0
	}
	g := sh.groups[k]
	if g == nil {
		g = &group{key: k, first: math.MaxInt64}
		sh.groups[k] = g
	}
	return g
}

// limit widens the time buckets until the groups fit; at last it gives up
// telling times and logons apart. Beyond that the rules × hosts of one shard
// are kept whole: their number is bounded by the evidence's hosts.
func (sh *shard) limit() {
	for len(sh.groups) > maxGroups && sh.widened <= maxWidening {
		sh.widened++
		old := sh.groups
		sh.groups = make(map[key]*group, len(old))
		for _, g := range old {
			k := g.key
			k.bucket = floorDiv(k.bucket, 2)
			if sh.widened > maxWidening {
				k.bucket, k.logon = 0, 0
			}
			if into := sh.groups[k]; into != nil {
				into.merge(g)
			} else {
				g.key = k
				sh.groups[k] = g
			}
		}
	}
}

func (g *group) add(rec *record.Record, c Context, excerpt func() string) {
	at, known := slices.BinarySearch(g.identities, c.Event)
	if !known {
		g.count++
		if len(g.identities) < maxIdentities {
			g.identities = slices.Insert(g.identities, at, c.Event)
		}
	}
	if rec.Time != 0 {
		g.first, g.last = min(g.first, rec.Time), max(g.last, rec.Time)
	}
	g.users = keepSmallest(g.users, c.User)
	g.addresses = keepSmallest(g.addresses, c.Address)
	g.processes = keepSmallest(g.processes, c.Process)
	g.parents = keepSmallest(g.parents, c.Parent)
	g.cite(rec, excerpt)
}

// cite keeps the record if it is among the first by time and place. Of two
// copies of one event the one with the smaller path is kept.
func (g *group) cite(rec *record.Record, excerpt func() string) {
	c := finding.Citation{Path: rec.Origin.Path, Offset: rec.Origin.Offset, Length: rec.Origin.Length, Number: rec.Origin.Number, Time: rec.Time}
	at, _ := slices.BinarySearchFunc(g.citations, c, comparePlaces)
	if at == maxCitations || at < len(g.citations) && comparePlaces(g.citations[at], c) == 0 {
		return
	}
	c.Excerpt = excerpt()
	g.citations = slices.Insert(g.citations, at, c)
	g.citations = g.citations[:min(len(g.citations), maxCitations)]
}

func comparePlaces(a, b finding.Citation) int {
	return cmp.Or(cmp.Compare(a.Time, b.Time), cmp.Compare(a.Path, b.Path), cmp.Compare(a.Offset, b.Offset))
}

func (g *group) merge(o *group) {
	g.count += o.count
	g.first, g.last = min(g.first, o.first), max(g.last, o.last)
	for _, id := range o.identities {
		at, known := slices.BinarySearch(g.identities, id)
		if known {
			g.count--
		} else if len(g.identities) < maxIdentities {
			g.identities = slices.Insert(g.identities, at, id)
		}
	}
	for _, u := range o.users {
		g.users = keepSmallest(g.users, u)
	}
	for _, a := range o.addresses {
		g.addresses = keepSmallest(g.addresses, a)
	}
	for _, p := range o.processes {
		g.processes = keepSmallest(g.processes, p)
	}
	for _, p := range o.parents {
		g.parents = keepSmallest(g.parents, p)
	}
	g.citations = append(g.citations, o.citations...)
	slices.SortFunc(g.citations, comparePlaces)
	g.citations = slices.CompactFunc(g.citations, func(a, b finding.Citation) bool { return comparePlaces(a, b) == 0 })
	g.citations = g.citations[:min(len(g.citations), maxCitations)]
}

// keepSmallest keeps the maxNames smallest distinct names, which does not
// depend on the order they come in.
func keepSmallest(set []string, name string) []string {
	if name == "" {
		return set
	}
	at, known := slices.BinarySearch(set, name)
	if known || at == maxNames {
		return set
	}
	set = slices.Insert(set, at, strings.Clone(name))
	return set[:min(len(set), maxNames)]
}

func floorDiv(a, b int64) int64 {
	q := a / b
	if a%b < 0 {
		q--
	}
	return q
}
