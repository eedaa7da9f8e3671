package scan

import (
	"maps"
	"net/netip"
	"slices"
	"strings"

	"seawall/internal/activity"
	"seawall/internal/inventory"
)

// addresses learns which host has an address, so that a finding about an
// address and one about the host it belongs to can meet. Every sighting is a
// vote: addresses change hands.
type addresses map[addressOf]int

type addressOf struct{ address, host string }

// maxAddresses bounds what is kept: the smallest addresses.
const maxAddresses = 100_000

// learn takes what an activity says of addresses: computers log on with their
// own accounts, and hosts log the connections they open and take.
func (m addresses) learn(a *activity.Activity) {
	if l := a.Authentication; l != nil && strings.HasSuffix(l.User, "$") && l.Address != "" {
		m.add(l.Address, strings.ToLower(strings.TrimSuffix(l.User, "$")))
	}
	if n := a.Network; n != nil && a.Host != "" {
		if n.Outbound {
			m.add(n.Source, a.Host)
		} else {
			m.add(n.Destination, a.Host)
		}
	}
}

func (m addresses) add(address, host string) {
	switch {
	case address == "", host == "", address == "-", strings.HasPrefix(address, "127."), strings.HasPrefix(address, "fe80:"), address == "::1", address == "0.0.0.0", address == "::":
		return
	}
	host, _, _ = strings.Cut(host, ".")
	m[addressOf{address, host}]++
	if len(m) > 2*maxAddresses {
		m.prune()
	}
}

// prune leaves out what lies behind the first maxAddresses pairs.
func (m addresses) prune() {
	if len(m) <= maxAddresses {
		return
	}
	pairs := slices.SortedFunc(maps.Keys(m), func(a, b addressOf) int {
		return strings.Compare(a.address+"\x00"+a.host, b.address+"\x00"+b.host)
	})
	for _, p := range pairs[maxAddresses:] {
		delete(m, p)
	}
}

func (m addresses) merge(o addresses) {
	for p, n := range o {
		m[p] += n
	}
}

// hosts returns the host of every address that mostly one host had.
func (m addresses) hosts() map[string]string {
	m.prune()
	all, best := map[string]int{}, map[string]addressOf{}
	for p, n := range m {
		all[p.address] += n
		if b, ok := best[p.address]; !ok || n > m[b] || n == m[b] && p.host < b.host {
			best[p.address] = p
		}
	}
	hosts := make(map[string]string, len(best))
	for address, p := range best {
		if m[p]*2 > all[address] {
			hosts[address] = p.host
		}
	}
	return hosts
}

// nameAddresses adds the names that the inventory has for addresses of which
// no log told.
func nameAddresses(hosts map[string]string, inv *inventory.Inventory) {
	for _, d := range inv.Devices {
		name, _, _ := strings.Cut(strings.ToLower(d.Name), ".")
		if _, err := netip.ParseAddr(d.Name); err == nil || name == "" {
			continue
		}
		for _, a := range d.Addresses {
			if address := a.String(); hosts[address] == "" {
				hosts[address] = name
			}
		}
	}
}
