// Package change answers "what is new since the last time?" for two
// inventories of one site: devices, open ports, versions, flaws, and how long
// flaws that are gone had been known.
package change

import (
	"cmp"
	"fmt"
	"net/netip"
	"slices"
	"strings"

	"seawall/internal/exposure/reach"
	"seawall/internal/exposure/vulnerable"
	"seawall/internal/intel/facts"
	"seawall/internal/inventory"
)

// Report is what changed from one inventory to the next. All lists are in a
// fixed order.
type Report struct {
	Old, New   Side
	Appeared   []*inventory.Device // that no device before was
	Vanished   []*inventory.Device // that were looked for again and not found
	NotLooked  int                 // devices of before that no source of now covers
	Opened     []Port
	Closed     []Port
	Exposed    []Port // reached by the Internet now, and not before
	Versions   []Version
	Introduced []Flaw
	Fixed      []Flaw
	Open       int // flaws of before that are still there
	Patience   []Timeliness
}

// Side is one of the two inventories.
type Side struct {
	Devices int
	Time    int64 // of the newest source, nanoseconds since 1970 UTC; 0 unknown
}

// Port is an open port of a device.
type Port struct {
	Device   *inventory.Device
	Endpoint *inventory.Endpoint
	Why      string // for exposed ones
}

// Version is a component whose version changed.
type Version struct {
	Device   *inventory.Device
	Name     string
	Old, New string
}

// Flaw is a known flaw of a component of a device.
type Flaw struct {
	Device           *inventory.Device
	ID               string
	Product, Version string
	Known            *facts.Vulnerability
}

// Survey is an inventory and the path its evidence was read from. Below it,
// files that lie at the same place are of the same device.
type Survey struct {
	*inventory.Inventory
	Root string
}

// Compare finds out what changed. matcher may be nil: flaws are left out then.
func Compare(before, after Survey, matcher *vulnerable.Matcher) *Report {
	r := &Report{Old: side(before), New: side(after)}
	pairs := pair(before, after)
	seenAgain := map[*inventory.Device]bool{}
	formats := map[string]bool{}
	for _, s := range after.Sources {
		formats[s.Format] = true
	}
	waysBefore, waysAfter := reach.New(before.Inventory, nil), reach.New(after.Inventory, nil)
	for _, d := range after.Devices {
		old := pairs[d]
		if old == nil {
			r.Appeared = append(r.Appeared, d)
			old = &inventory.Device{}
		} else {
			seenAgain[old] = true
			r.versions(old, d)
		}
		r.ports(old, d, waysBefore, waysAfter)
		if matcher != nil {
			r.flaws(old, d, matcher)
		}
	}
	for _, d := range before.Devices {
		if seenAgain[d] {
			continue
		}
		if slices.ContainsFunc(d.Sources, func(s *inventory.Source) bool { return formats[s.Format] }) {
			r.Vanished = append(r.Vanished, d)
		} else {
			r.NotLooked++
		}
	}
	r.timeliness()
	return r
}

func side(inv Survey) Side {
	s := Side{Devices: len(inv.Devices)}
	for _, source := range inv.Sources {
		s.Time = max(s.Time, source.Time)
	}
	return s
}

// pair finds for each device of now the one it was before: the one it shares
// its strongest key with, unless several do.
func pair(before, after Survey) map[*inventory.Device]*inventory.Device {
	byKey := map[inventory.Key][]*inventory.Device{}
	for _, d := range before.Devices {
		for _, k := range d.Keys {
			k = before.key(k)
			byKey[k] = append(byKey[k], d)
		}
	}
	pairs, taken := map[*inventory.Device]*inventory.Device{}, map[*inventory.Device]bool{}
	for kind := inventory.ID; kind <= inventory.Address; kind++ { // strong keys of all first
		for _, d := range after.Devices {
			for _, k := range d.Keys {
				if k.Kind != kind || pairs[d] != nil {
					continue
				}
				if old := byKey[after.key(k)]; len(old) == 1 && !taken[old[0]] {
					pairs[d], taken[old[0]] = old[0], true
				}
			}
		}
	}
	return pairs
}

// key is a key that does not depend on where the evidence lies.
func (s Survey) key(k inventory.Key) inventory.Key {
	if k.Kind == inventory.Place {
		k.Value = strings.TrimPrefix(k.Value, s.Root)
	}
	return k
}

type portKey struct {
	address  netip.Addr
	port     uint16
	protocol string
}

// openPorts are the ports of a device that are open, by number: a device that
// got another address has the same ports.
func openPorts(d *inventory.Device) map[portKey]*inventory.Endpoint {
	open := map[portKey]*inventory.Endpoint{}
	several := len(d.Addresses) > 1
	for i := range d.Endpoints {
		e := &d.Endpoints[i]
		if !e.Open() {
			continue
		}
		k := portKey{port: e.Port, protocol: e.Protocol}
		if several && !e.Address.IsUnspecified() {
			k.address = e.Address
		}
		open[k] = e
	}
	return open
}

func (r *Report) ports(old, now *inventory.Device, waysBefore, waysAfter *reach.Model) {
	before, after := openPorts(old), openPorts(now)
	for k, e := range after {
		known := before[k]
		if known == nil {
			r.Opened = append(r.Opened, Port{now, e, ""})
		}
		ways := waysAfter.Endpoint(now, e)
		if ways.Exposed == facts.Yes && (known == nil || waysBefore.Endpoint(old, known).Exposed != facts.Yes) {
			r.Exposed = append(r.Exposed, Port{now, e, ways.Why})
		}
	}
	if len(now.Endpoints) > 0 { // else nobody looked at its ports
		for k, e := range before {
			if after[k] == nil {
				r.Closed = append(r.Closed, Port{now, e, ""})
			}
		}
	}
	for _, list := range []*[]Port{&r.Opened, &r.Closed, &r.Exposed} {
		slices.SortFunc(*list, comparePorts)
	}
}

func comparePorts(a, b Port) int {
	return cmp.Or(cmp.Compare(a.Device.Name, b.Device.Name), cmp.Compare(a.Device.ID, b.Device.ID), a.Endpoint.Address.Compare(b.Endpoint.Address),
		cmp.Compare(a.Endpoint.Port, b.Endpoint.Port), cmp.Compare(a.Endpoint.Protocol, b.Endpoint.Protocol))
}

// versions compares what both inventories know of a device.
func (r *Report) versions(old, now *inventory.Device) {
	before := installed(old)
	after := installed(now)
	for _, name := range sorted(after) {
		was, is := before[name], after[name]
		if was != "" && is != "" && was != is {
			r.Versions = append(r.Versions, Version{now, name, was, is})
		}
	}
}

// installed is the version of everything on a device that has just one.
func installed(d *inventory.Device) map[string]string {
	versions := map[string]string{}
	for _, list := range [][]inventory.Software{d.System, d.Software} {
		for i := range list {
			s := &list[i]
			if s.Confidence < inventory.Announced || s.Component.Kind == inventory.Update {
				continue
			}
			name := s.Component.Name
			if known, ok := versions[name]; ok && known != s.Component.Version {
				versions[name] = "" // several at once
				continue
			}
			versions[name] = s.Component.Version
		}
	}
	return versions
}

func sorted(m map[string]string) []string {
	names := make([]string, 0, len(m))
	for name := range m {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

// flaws compares the flaws that a device has for sure.
func (r *Report) flaws(old, now *inventory.Device, m *vulnerable.Matcher) {
	before, after := flawsOf(old, m), flawsOf(now, m)
	looked := covers(now)
	for key, f := range after {
		if _, known := before[key]; known {
			r.Open++
		} else {
			f.Device = now
			r.Introduced = append(r.Introduced, f)
		}
	}
	for key, f := range before {
		if _, still := after[key]; !still && looked[f.Product] {
			f.Device = now
			r.Fixed = append(r.Fixed, f)
		}
	}
	for _, list := range []*[]Flaw{&r.Introduced, &r.Fixed} {
		slices.SortFunc(*list, func(a, b Flaw) int {
			return cmp.Or(cmp.Compare(a.Device.Name, b.Device.Name), cmp.Compare(a.Device.ID, b.Device.ID), cmp.Compare(a.Product, b.Product), cmp.Compare(a.ID, b.ID))
		})
	}
}

// covers is what an inventory knows of a device: a flaw is not gone because
// nobody looked.
func covers(d *inventory.Device) map[string]bool {
	names := map[string]bool{}
	for _, list := range [][]inventory.Software{d.System, d.Software} {
		for i := range list {
			names[list[i].Component.Name] = true
		}
	}
	return names
}

func flawsOf(d *inventory.Device, m *vulnerable.Matcher) map[string]Flaw {
	flaws := map[string]Flaw{}
	for _, list := range [][]inventory.Software{d.System, d.Software} {
		for i := range list {
			s := &list[i]
			if s.Confidence < inventory.Announced {
				continue
			}
			for _, match := range m.Component(s.Component) {
				if match.Outcome == vulnerable.Affected && match.Flaw != nil {
					id := match.Flaw.ID.String()
					flaws[s.Component.Name+" "+id] = Flaw{ID: id, Product: s.Component.Name, Version: s.Component.Version, Known: match.Flaw}
				}
			}
		}
	}
	return flaws
}

// Timeliness is how long the fixed flaws of one product had been known when
// they were first seen fixed: an upper bound, for the fix may be older than the
// scan that saw it.
type Timeliness struct {
	Product   string
	Flaws     int
	Published Days // since publication, of those whose day is known
	Listed    Days // since CISA listed them as exploited
}

// Days sums days up.
type Days struct {
	Count             int
	Least, Most, Half int // half of them took no longer than this
}

func (r *Report) timeliness() {
	if r.New.Time == 0 {
		return
	}
	today := int(r.New.Time / (24 * 60 * 60 * 1e9))
	type days struct{ published, listed []int }
	by := map[string]*days{}
	counts := map[string]int{}
	for _, f := range r.Fixed {
		d := by[f.Product]
		if d == nil {
			d = &days{}
			by[f.Product] = d
		}
		counts[f.Product]++
		if p := int(f.Known.Published); p > 0 && p <= today {
			d.published = append(d.published, today-p)
		}
		if f.Known.Listed() && int(f.Known.KEV.Added) <= today {
			d.listed = append(d.listed, today-int(f.Known.KEV.Added))
		}
	}
	for name, d := range by {
		r.Patience = append(r.Patience, Timeliness{name, counts[name], sum(d.published), sum(d.listed)})
	}
	slices.SortFunc(r.Patience, func(a, b Timeliness) int { return cmp.Compare(a.Product, b.Product) })
}

func sum(days []int) (d Days) {
	if len(days) == 0 {
		return d
	}
	slices.Sort(days)
	return Days{len(days), days[0], days[len(days)-1], days[(len(days)-1)/2]}
}

// String writes days for people.
func (d Days) String() string {
	switch {
	case d.Count == 0:
		return "unknown"
	case d.Least == d.Most:
		return fmt.Sprintf("%d days", d.Most)
	}
	return fmt.Sprintf("%d to %d days, half within %d", d.Least, d.Most, d.Half)
}

// Name is what answers at a port, for people.
func (p *Port) Name() string {
	s := p.Endpoint.Best()
	words := []string{fmt.Sprintf("%s/%d", p.Endpoint.Protocol, p.Endpoint.Port)}
	if s.Identity > inventory.Guess {
		words = append(words, s.Name, s.Product, s.Version)
	}
	return strings.Join(strings.Fields(strings.Join(words, " ")), " ")
}
