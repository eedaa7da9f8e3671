// Package hits answers "which rule hits are one activity?": it folds hits as
// they come, in bounded memory, and at the end joins what one actor did on one
// host in one stretch of time.
package hits

import (
	"cmp"
	"math"
	"slices"
	"strconv"
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
	maxIdentities = 256     // events told apart per group; beyond, copies count too
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
	total   int // hits added
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
	added       int // hits, copies of one event included
	first, last int64
	identities  []uint64 // the smallest maxIdentities
	overflowed  bool     // there are more identities than that
	users       []string
	addresses   []string
	processes   []string
	parents     []string
	citations   []cited
}

// cited is a citation and the event it is of: copies of one event, found in
// several files, are cited once.
type cited struct {
	finding.Citation
	event uint64
}

// NewStore returns an empty store.
func NewStore() *Store {
	s := &Store{}
	for i := range s.shards {
		s.shards[i].groups = map[key]*group{}
	}
	return s
}

// Add records that a rule hit rec. cite is called only if the citation is
// kept.
func (s *Store) Add(rule int, rec *record.Record, c *Context, cite func() finding.Citation) {
	k := key{rule: rule, host: c.Host, logon: c.Logon, bucket: floorDiv(rec.Time, Bucket), recovered: rec.Recovered != record.Live}
	sh := &s.shards[k.shard()]
	sh.mu.Lock()
	defer sh.mu.Unlock()
	sh.total++
	sh.group(k).add(rec, c, cite)
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

// limit widens the time buckets until the groups fit; then it gives up telling
// times and logons apart; at last it keeps the groups with the smallest hashes.
func (sh *shard) limit() {
	for len(sh.groups) > maxGroups && sh.widened <= maxWidening {
		sh.widen()
	}
	if len(sh.groups) > 8*maxGroups {
		sh.prune(4 * maxGroups)
	}
}

func (sh *shard) widen() {
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

// prune keeps the n groups whose keys hash smallest: a key among the n
// smallest of all is among them whenever this is called.
func (sh *shard) prune(n int) {
	if len(sh.groups) <= n {
		return
	}
	hashes := make([]uint64, 0, len(sh.groups))
	for k := range sh.groups {
		hashes = append(hashes, k.hash())
	}
	slices.Sort(hashes)
	for k := range sh.groups {
		if k.hash() >= hashes[n] {
			delete(sh.groups, k)
		}
	}
}

func (k key) hash() uint64 {
	return xxhash.Sum64String(k.host + "\x00" + strconv.Itoa(k.rule) + "\x00" + strconv.FormatBool(k.recovered))
}

func (g *group) add(rec *record.Record, c *Context, cite func() finding.Citation) {
	g.added++
	g.identify(c.Event)
	if rec.Time != 0 {
		g.first, g.last = min(g.first, rec.Time), max(g.last, rec.Time)
	}
	g.users = keepSmallest(g.users, c.User)
	g.addresses = keepSmallest(g.addresses, c.Address)
	g.processes = keepSmallest(g.processes, c.Process)
	g.parents = keepSmallest(g.parents, c.Parent)
	g.cite(rec, c.Event, cite)
}

// identify keeps the smallest identities seen: which they are does not depend
// on their order.
func (g *group) identify(event uint64) {
	at, known := slices.BinarySearch(g.identities, event)
	if known {
		return
	}
	if len(g.identities) == maxIdentities {
		g.overflowed = true
		if at == maxIdentities {
			return
		}
		g.identities = g.identities[:maxIdentities-1]
	}
	g.identities = slices.Insert(g.identities, at, event)
}

// count is the number of distinct events, or of hits when there are too many
// events to tell copies apart.
func (g *group) count() int {
	if g.overflowed {
		return g.added
	}
	return len(g.identities)
}

// cite keeps the record if it is of one of the first events. Of two copies of
// one event the one with the smaller place is kept.
func (g *group) cite(rec *record.Record, event uint64, cite func() finding.Citation) {
	place := cited{finding.Citation{Path: rec.Origin.Path, Offset: rec.Origin.Offset, Time: rec.Time}, event}
	at, known := slices.BinarySearchFunc(g.citations, place, compareEvents)
	switch {
	case known && compareCited(place, g.citations[at]) < 0:
		g.citations[at].Citation = cite()
	case !known && at < maxCitations:
		g.citations = slices.Insert(g.citations, at, cited{cite(), event})
		g.citations = g.citations[:min(len(g.citations), maxCitations)]
	}
}

func compareEvents(a, b cited) int {
	return cmp.Or(cmp.Compare(a.Time, b.Time), cmp.Compare(a.event, b.event))
}

func compareCited(a, b cited) int {
	return cmp.Or(compareEvents(a, b), cmp.Compare(a.Path, b.Path), cmp.Compare(a.Offset, b.Offset))
}

// firstCited sorts citations and keeps the first n events, one place of each.
func firstCited(citations []cited, n int) []cited {
	slices.SortFunc(citations, compareCited)
	citations = slices.CompactFunc(citations, func(a, b cited) bool { return compareEvents(a, b) == 0 })
	return citations[:min(len(citations), n)]
}

func (g *group) merge(o *group) {
	g.added += o.added
	g.overflowed = g.overflowed || o.overflowed
	g.first, g.last = min(g.first, o.first), max(g.last, o.last)
	for _, id := range o.identities {
		g.identify(id)
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
	g.citations = firstCited(append(g.citations, o.citations...), maxCitations)
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
