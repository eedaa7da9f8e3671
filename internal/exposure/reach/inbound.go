package reach

import (
	"cmp"
	"fmt"
	"maps"
	"net/netip"
	"slices"

	"seawall/internal/activity"
	"seawall/internal/exposure"
	"seawall/internal/inventory"
	"seawall/record"
)

// Inbound remembers which addresses and ports the Internet reached, by the
// connections that sensors and firewalls saw. It merges like a summary.
type Inbound struct {
	seen map[service]visit
	over bool // there were more than are kept
}

type service struct {
	address  netip.Addr
	port     uint16
	protocol uint8
}

// visit is the first connection to a service.
type visit struct {
	count  int64
	time   int64
	peer   netip.Addr
	origin record.Origin
}

// maxServices bounds what is kept: the lowest addresses, whatever the order.
const maxServices = 1 << 16

// NewInbound returns an empty summary.
func NewInbound() *Inbound { return &Inbound{seen: map[service]visit{}} }

// Observe notes a connection from the Internet that was answered.
func (in *Inbound) Observe(a *activity.Activity) {
	f := a.Flow
	if a.Class != activity.FlowSeen || f.State != activity.FlowEstablished || f.Protocol != 6 && f.Protocol != 17 || !exposure.Public(f.Source) {
		return
	}
	to := f.Destination
	if f.TranslatedDestination.IsValid() {
		to = f.TranslatedDestination
	}
	in.add(service{to.Unmap(), f.DestinationPort, f.Protocol}, visit{1, a.Time, f.Source, a.Origin})
}

func (in *Inbound) add(s service, v visit) {
	known, ok := in.seen[s]
	if ok {
		v.count += known.count
		if compareVisits(known, v) < 0 {
			count := v.count
			v = known
			v.count = count
		}
	}
	in.seen[s] = v
	if len(in.seen) >= 2*maxServices {
		in.settle()
	}
}

func compareVisits(a, b visit) int {
	return cmp.Or(cmp.Compare(a.time, b.time), cmp.Compare(a.origin.Path, b.origin.Path), cmp.Compare(a.origin.Offset, b.origin.Offset), a.peer.Compare(b.peer))
}

// settle drops what there is no room for.
func (in *Inbound) settle() {
	if len(in.seen) <= maxServices {
		return
	}
	keys := slices.SortedFunc(maps.Keys(in.seen), func(a, b service) int {
		return cmp.Or(a.address.Compare(b.address), cmp.Compare(a.port, b.port), cmp.Compare(a.protocol, b.protocol))
	})
	for _, k := range keys[maxServices:] {
		delete(in.seen, k)
	}
	in.over = true
}

// Merge adds what another one saw.
func (in *Inbound) Merge(o *Inbound) {
	for s, v := range o.seen {
		in.add(s, v)
	}
	in.over = in.over || o.over
	in.settle()
}

// proofs are the ports that the Internet reached, by address.
func (in *Inbound) proofs() map[netip.Addr][]proof {
	if in == nil {
		return nil
	}
	all := map[netip.Addr][]proof{}
	for s, v := range in.seen {
		protocol := map[uint8]string{6: "tcp", 17: "udp"}[s.protocol]
		all[s.address] = append(all[s.address], proof{
			strength: visited, protocol: protocol, ports: inventory.PortRange{First: s.port, Last: s.port},
			why:   fmt.Sprintf("%s connected to %s/%d and was answered", v.peer, protocol, s.port),
			where: []inventory.Citation{{Origin: v.origin}},
		})
	}
	for _, list := range all {
		slices.SortFunc(list, func(a, b proof) int {
			return cmp.Or(cmp.Compare(a.ports.First, b.ports.First), cmp.Compare(a.why, b.why))
		})
	}
	return all
}
