package hits

import (
	"cmp"
	"math"
	"slices"

	"seawall/internal/finding"
)

// Activity is what one actor did on one host in one stretch of time, as far
// as rules noticed.
type Activity struct {
	Host        string
	Logons      []uint64 // sorted; none if no hit named one
	Users       []string // sorted
	Addresses   []string // sorted
	Rules       []RuleHits
	First, Last int64
	Events      int  // distinct ones; at least, if they are too many to tell apart
	Recovered   bool // rests on recovered records
}

// RuleHits is one rule's part in an activity.
type RuleHits struct {
	Rule        int
	Count       int
	First, Last int64
	Citations   []finding.Citation
}

// Activities joins what was collected: hits of one host belong together if
// they share a logon or a process (or its parent) and no more than Bucket of
// silence lies between them; hits without a logon join the only activity
// around them, if there is just one. It empties the store. left is the number
// of hits that were not kept for lack of room.
func (s *Store) Activities() (activities []Activity, left int) {
	byHost := map[string][]*group{}
	for i := range s.shards {
		sh := &s.shards[i]
		if sh.widened > maxWidening {
			sh.prune(4 * maxGroups)
		}
		left += sh.total
		for _, g := range sh.groups {
			left -= g.added
			byHost[g.host] = append(byHost[g.host], g)
		}
		sh.groups = map[key]*group{}
		sh.total = 0
	}
	for _, groups := range byHost {
		slices.SortFunc(groups, compareGroups)
		activities = append(activities, joinHost(groups)...)
	}
	slices.SortFunc(activities, compareActivities)
	return activities, left
}

func compareGroups(a, b *group) int {
	r := 0
	if a.recovered != b.recovered {
		r = 1
		if b.recovered {
			r = -1
		}
	}
	return cmp.Or(cmp.Compare(a.first, b.first), cmp.Compare(a.rule, b.rule), cmp.Compare(a.logon, b.logon), cmp.Compare(a.bucket, b.bucket), r)
}

func compareActivities(a, b Activity) int {
	return cmp.Or(cmp.Compare(a.First, b.First), cmp.Compare(a.Host, b.Host), cmp.Compare(a.Rules[0].Rule, b.Rules[0].Rule),
		slices.Compare(a.Logons, b.Logons), cmp.Compare(len(a.Rules), len(b.Rules)))
}

// joinHost joins the sorted groups of one host with a union-find forest.
func joinHost(groups []*group) []Activity {
	forest := newForest(len(groups))
	joinBy(groups, forest, func(g *group) []string {
		if g.logon == 0 {
			return nil
		}
		return []string{"logon" + string(appendUint(nil, g.logon))}
	})
	joinBy(groups, forest, func(g *group) []string { return append(slices.Clone(g.processes), g.parents...) })
	joinBy(groups, forest, func(g *group) []string {
		if g.logon != 0 || len(g.processes) > 0 {
			return nil
		}
		return []string{""}
	})
	joinLonely(groups, forest)

	members := map[int][]*group{}
	var roots []int
	for i, g := range groups {
		root := forest.find(i)
		if members[root] == nil {
			roots = append(roots, root)
		}
		members[root] = append(members[root], g)
	}
	activities := make([]Activity, 0, len(roots))
	for _, root := range roots {
		activities = append(activities, assemble(members[root]))
	}
	return activities
}

// joinBy joins groups that share a key and follow each other within Bucket.
// Recovered and live hits never join.
func joinBy(groups []*group, forest forest, keys func(*group) []string) {
	type trail struct {
		name      string
		recovered bool
	}
	latest := map[trail]int{} // the group with the latest end so far
	for i, g := range groups {
		for _, name := range keys(g) {
			t := trail{name, g.recovered}
			if j, ok := latest[t]; ok {
				if g.first-groups[j].last <= Bucket {
					forest.union(j, i)
				}
				if groups[j].last > g.last {
					continue
				}
			}
			latest[t] = i
		}
	}
}

// joinLonely lets activities without any logon join the one activity with a
// logon around them, if there is just one.
func joinLonely(groups []*group, forest forest) {
	type span struct {
		first, last int64
		logon       bool
		recovered   bool
	}
	spans := map[int]*span{}
	var roots []int
	for i, g := range groups {
		root := forest.find(i)
		s := spans[root]
		if s == nil {
			s = &span{first: math.MaxInt64, recovered: g.recovered}
			spans[root] = s
			roots = append(roots, root)
		}
		s.first, s.last = min(s.first, g.first), max(s.last, g.last)
		s.logon = s.logon || g.logon != 0
	}
	// Hosts with very many activities are not worth a quadratic search.
	if len(roots) > 2000 {
		return
	}
	for _, lonely := range roots {
		s := spans[lonely]
		if s.logon {
			continue
		}
		around := -1
		for _, root := range roots {
			o := spans[root]
			if !o.logon || o.recovered != s.recovered || o.first-s.last > Bucket || s.first-o.last > Bucket {
				continue
			}
			if around >= 0 {
				around = -1
				break
			}
			around = root
		}
		if around >= 0 {
			forest.union(around, lonely)
		}
	}
}

func assemble(groups []*group) Activity {
	a := Activity{Host: groups[0].host, First: math.MaxInt64, Recovered: groups[0].recovered}
	rules := map[int]*RuleHits{}
	citations := map[int][]cited{}
	for _, g := range groups {
		a.First, a.Last = min(a.First, g.first), max(a.Last, g.last)
		if g.logon != 0 {
			a.Logons = append(a.Logons, g.logon)
		}
		a.Users = append(a.Users, g.users...)
		a.Addresses = append(a.Addresses, g.addresses...)
		r := rules[g.rule]
		if r == nil {
			r = &RuleHits{Rule: g.rule, First: math.MaxInt64}
			rules[g.rule] = r
		}
		r.Count += g.count()
		r.First, r.Last = min(r.First, g.first), max(r.Last, g.last)
		citations[g.rule] = append(citations[g.rule], g.citations...)
	}
	for _, r := range rules {
		for _, c := range firstCited(citations[r.Rule], maxCitations) {
			r.Citations = append(r.Citations, c.Citation)
		}
		r.First = known(r.First)
		a.Rules = append(a.Rules, *r)
	}
	a.Events = countEvents(groups)
	a.First = known(a.First)
	slices.SortFunc(a.Rules, func(x, y RuleHits) int { return cmp.Compare(x.Rule, y.Rule) })
	a.Logons, a.Users, a.Addresses = set(a.Logons), set(a.Users), set(a.Addresses)
	return a
}

// countEvents counts the events that several rules may have hit: those told
// apart, and of groups with too many of them the largest.
func countEvents(groups []*group) int {
	var identities []uint64
	largest := 0
	for _, g := range groups {
		identities = append(identities, g.identities...)
		largest = max(largest, g.count())
	}
	return max(largest, len(set(identities)))
}

// known turns the start of "no time seen" into 0.
func known(first int64) int64 {
	if first == math.MaxInt64 {
		return 0
	}
	return first
}

func set[T cmp.Ordered](list []T) []T {
	slices.Sort(list)
	return slices.Compact(list)
}

func appendUint(dst []byte, u uint64) []byte {
	for i := 0; i < 8; i++ {
		dst = append(dst, byte(u>>(8*i)))
	}
	return dst
}

// forest is a union-find forest whose roots are the smallest members.
type forest []int

func newForest(n int) forest {
	f := make(forest, n)
	for i := range f {
		f[i] = i
	}
	return f
}

func (f forest) find(i int) int {
	for f[i] != i {
		f[i] = f[f[i]]
		i = f[i]
	}
	return i
}

func (f forest) union(i, j int) {
	i, j = f.find(i), f.find(j)
	f[max(i, j)] = min(i, j)
}
