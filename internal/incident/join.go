package incident

import (
	"cmp"
	"math"
	"slices"
	"strings"
	"time"

	"seawall/internal/attack"
	"seawall/internal/finding"
)

// node is a finding that may be part of an incident.
type node struct {
	f       *finding.Finding
	keys    []key
	tactics []string
	host    string   // the one it happened on, if one is named
	hosts   []string // all that are named
	from    []key    // hosts that it came from: the addresses named were theirs
}

// key is something that several findings may be about.
type key struct {
	kind  string // of the entity; "host" for addresses of known hosts
	value string
}

// weights say how much it tells that two findings are about the same thing:
// sessions, processes and files are one intruder's, hosts are everybody's.
var weights = map[string]float64{
	finding.Logon: 3, "session": 3, finding.Process: 2.5, finding.File: 2.5, finding.Task: 2.5, finding.Service: 1.2, finding.User: 1.6, finding.Address: 1.8, finding.Domain: 1.8, "url": 2.5, "hash": 3, finding.Host: 1.1,
}

// Two findings are joined if what they share weighs this much. Being on one
// host within a day is enough for two that are grave, sharing an account within a
// month too.
const threshold = 0.75

// Findings of low severity are ordinary things, most of the time: only what
// weighs this much draws them into an incident.
const telling = 2.5

// A host with no more grave findings than this in all the evidence is one on
// which grave things do not happen by themselves: they weigh more together.
// What one detector says of one day counts once: ten files of a web shell.
const (
	quiet     = 12
	quietHost = 1.6
)

// fromThere is the weight of a host on which something happened, and from which
// something came later: that is how an intruder goes on.
const fromThere = 2.2

// Findings further apart than this are not joined, whatever they share.
const reach = 90 * 24 * time.Hour

// A thing that findings on more hosts than this are about is a hub: a domain
// controller, a scanner, a backup account, an address translation. It joins
// nothing by itself.
const hub = 12

type joiner struct {
	nodes  []*node
	o      *Options
	byKey  map[key][]int // findings that a key may join to others, in order of time
	spread map[key]int   // hosts on which a key was seen
	grave  map[key]int   // detectors and days with findings of high severity about a key
	bad    map[key]int   // findings of some severity about an address
	parent []int
}

func newJoiner(findings []finding.Finding, o *Options) *joiner {
	j := &joiner{o: o, byKey: map[key][]int{}, spread: map[key]int{}, grave: map[key]int{}, bad: map[key]int{}}
	for i := range findings {
		f := &findings[i]
		if f.Question == finding.Exposed || f.Suppressed != "" || f.Severity < finding.Low || f.First == 0 {
			continue
		}
		j.nodes = append(j.nodes, j.node(f))
	}
	slices.SortFunc(j.nodes, func(a, b *node) int {
		return cmp.Or(cmp.Compare(a.f.First, b.f.First), cmp.Compare(a.f.ID, b.f.ID))
	})
	hosts := map[key]map[string]bool{}
	type said struct {
		about    key
		detector string
		day      int64
	}
	told := map[said]bool{}
	for i, n := range j.nodes {
		j.parent = append(j.parent, i)
		for _, k := range n.keys {
			if n.f.Severity >= finding.Medium || weights[k.kind] >= telling || k.kind == finding.Address {
				j.byKey[k] = append(j.byKey[k], i)
			}
			if hosts[k] == nil {
				hosts[k] = map[string]bool{}
			}
			hosts[k][n.host] = true
			if s := (said{k, n.f.Detector, n.f.First / int64(24*time.Hour)}); n.f.Severity >= finding.High && !told[s] {
				told[s] = true
				j.grave[k]++
			}
			if n.f.Severity >= finding.Medium && k.kind == finding.Address {
				j.bad[k]++
			}
		}
	}
	for k, on := range hosts {
		j.spread[k] = len(on)
	}
	return j
}

func (j *joiner) node(f *finding.Finding) *node {
	n := &node{f: f, tactics: tacticsOf(f.Techniques)}
	for _, e := range f.Entities {
		k := key{e.Type, strings.ToLower(e.Value)}
		switch e.Type {
		case finding.User:
			if k.value = account(e.Value); k.value == "" {
				continue
			}
		case finding.Host:
			k.value = finding.ShortHost(k.value)
			if j.o.Known(e.Value) {
				n.hosts = append(n.hosts, k.value)
				n.host = n.hosts[0]
			}
		case finding.Address:
			if host := j.o.HostOf(e.Value); host != "" {
				k = key{finding.Host, finding.ShortHost(host)}
				n.from = append(n.from, k)
			}
		case finding.File:
			if !strings.ContainsAny(k.value, `\/`) || strings.HasSuffix(k.value, ".evtx") {
				continue // a bare name, or the log itself
			}
		}
		if !slices.Contains(n.keys, k) {
			n.keys = append(n.keys, k)
		}
	}
	for _, k := range n.from {
		if !slices.Contains(n.hosts, k.value) {
			n.hosts = append(n.hosts, k.value)
		}
	}
	if len(n.hosts) == 1 { // seen from the network only, at one host of the site's
		n.host = n.hosts[0]
	}
	return n
}

// account is a user's name without its domain, "" for those of the system that
// every host has.
func account(user string) string {
	name := strings.ToLower(user)
	if i := strings.LastIndexByte(name, '\\'); i >= 0 {
		switch domain := name[:i]; domain {
		case "nt authority", "window manager", "font driver host", "nt service", "iis apppool", "nt virtual machine":
			return ""
		}
		name = name[i+1:]
	}
	name, _, _ = strings.Cut(name, "@")
	switch name {
	case "", "-", "system", "local service", "network service", "anonymous logon", "anonymous", "root", "www-data", "defaultaccount", "guest":
		return ""
	}
	if strings.HasPrefix(name, "uid ") || strings.HasPrefix(name, "s-1-5-") && len(name) < 12 { // of one host, of every host
		return ""
	}
	return strings.TrimSuffix(name, "$")
}

// link joins every two findings that share enough. What is shared by many is
// only looked at between neighbours in time, which is enough to join them all.
func (j *joiner) link() {
	const neighbours = 24
	for k, list := range j.byKey {
		if weights[k.kind] == 0 {
			continue
		}
		for a, i := range list {
			for _, l := range list[a+1 : min(len(list), a+1+neighbours)] {
				if j.find(i) != j.find(l) && j.weight(j.nodes[i], j.nodes[l]) >= threshold {
					j.union(i, l)
				}
			}
		}
	}
}

// weight is how much two findings, a not after b, have to do with each other.
func (j *joiner) weight(a, b *node) float64 {
	gap := time.Duration(max(0, b.f.First-a.f.Last))
	if gap > reach {
		return 0
	}
	shared := 0.0
	minor := min(a.f.Severity, b.f.Severity) < finding.Medium
	for _, k := range a.keys {
		w := weights[k.kind]
		if j.isIntruders(k) {
			w = telling
		}
		if minor && w < telling || !slices.Contains(b.keys, k) {
			continue
		}
		if k.value == a.host && slices.Contains(b.from, k) && k.value != b.host {
			w = fromThere
		}
		if k.kind == finding.Host && j.grave[k] <= quiet {
			w = max(w, quietHost)
		}
		if n := j.spread[k]; n > 2 && k.kind != finding.Logon {
			if n > hub {
				continue
			}
			if here := k.kind == finding.Host && k.value == a.host && k.value == b.host; !here || j.grave[k] > quiet {
				w /= math.Sqrt(float64(n) / 2)
			}
		}
		shared += w
	}
	return shared * closeness(gap) * math.Sqrt(gravity(a.f)*gravity(b.f))
}

// isIntruders reports whether a key is an address outside that findings of some
// severity are about, and few others or not more: what else it does is the
// intruder's, too.
func (j *joiner) isIntruders(k key) bool {
	const few = 12
	grave, all := j.bad[k], len(j.byKey[k])
	return grave > 0 && (all <= few || 2*grave >= all) && !isPrivate(k.value)
}

// closeness lowers what is shared by the time between.
func closeness(gap time.Duration) float64 {
	switch {
	case gap <= time.Hour:
		return 1
	case gap <= 24*time.Hour:
		return 0.85
	case gap <= 7*24*time.Hour:
		return 0.7
	case gap <= 30*24*time.Hour:
		return 0.5
	}
	return 0.35
}

// gravity of a finding: what is ordinary elsewhere joins nothing.
func gravity(f *finding.Finding) float64 {
	g := [...]float64{0, 0.4, 0.6, 1, 1.2}[min(f.Severity, finding.Critical)]
	if f.Confidence == finding.Unsure {
		g *= 0.75
	}
	return g
}

func (j *joiner) find(i int) int {
	for j.parent[i] != i {
		j.parent[i] = j.parent[j.parent[i]]
		i = j.parent[i]
	}
	return i
}

// union keeps the smaller number as root, so that the result does not depend
// on the order of links.
func (j *joiner) union(a, b int) {
	a, b = j.find(a), j.find(b)
	j.parent[max(a, b)] = min(a, b)
}

// groups returns the findings that were joined, each in order of time.
func (j *joiner) groups() [][]*node {
	at := map[int]int{}
	var groups [][]*node
	for i, n := range j.nodes {
		root := j.find(i)
		g, ok := at[root]
		if !ok {
			g = len(groups)
			at[root] = g
			groups = append(groups, nil)
		}
		groups[g] = append(groups[g], n)
	}
	return groups
}

// tacticsOf returns the tactics of techniques, in the order of the matrix.
func tacticsOf(techniques []string) []string {
	tables := attack.Load()
	seen := map[string]bool{}
	for _, id := range techniques {
		current, _ := tables.Current(id)
		if t := tables.Techniques[current]; t != nil && len(t.Tactics) > 0 {
			seen[t.Tactics[0]] = true
		}
	}
	return inMatrixOrder(seen)
}

func inMatrixOrder(seen map[string]bool) (tactics []string) {
	for _, t := range attack.Tactics {
		if seen[t] {
			tactics = append(tactics, t)
		}
	}
	return tactics
}
