package pcap

import (
	"net/netip"
	"strings"

	"github.com/cespare/xxhash/v2"

	"seawall/internal/evidence/pcap/packet"
)

// The fields of a tunnel, after the common ones.
const tunnelFields = "tunnel_type action"

const (
	tunnelType = commonFields + iota
	tunnelAction
)

// tunnelEnds identifies a tunnel, from the side that was seen first.
type tunnelEnds struct {
	kind     string
	from, to netip.AddrPort
}

// maxTunnels bounds the tunnels that are remembered.
const maxTunnels = 1 << 12

// Tunnel writes the row of a tunnel when the first packet in it is met. It
// returns the tunnel's id.
func (f *follow) Tunnel(p *packet.Packet) uint64 {
	r := f.rows
	ends := tunnelEnds{p.Tunnel, p.Outer, p.OuterPeer}
	if !p.Outer.IsValid() {
		return 0
	}
	if id, known := r.tunnels[ends]; known {
		return id
	}
	if id, known := r.tunnels[tunnelEnds{p.Tunnel, p.OuterPeer, p.Outer}]; known {
		return id
	}
	if len(r.tunnels) >= maxTunnels {
		clear(r.tunnels)
	}
	id := xxhash.Sum64String(ends.kind + ends.from.String() + ends.to.String())
	r.tunnels[ends] = id
	r.begin(r.schemas.tunnel, p.Time, present(p))
	r.seconds(fieldTime, p.Time)
	r.uid(fieldUID, id)
	r.address(fieldOrigHost, ends.from.Addr())
	r.count(fieldOrigPort, int64(ends.from.Port()))
	r.address(fieldRespHost, ends.to.Addr())
	r.count(fieldRespPort, int64(ends.to.Port()))
	r.text(tunnelType, tunnelName(ends.kind))
	r.text(tunnelAction, "Tunnel::DISCOVER")
	r.end()
	return id
}

// tunnelName is what Zeek calls a kind of tunnel.
func tunnelName(kind string) string {
	switch kind {
	case "gtpv1":
		return "Tunnel::GTPv1"
	case "erspan":
		return "Tunnel::GRE"
	}
	return "Tunnel::" + strings.ToUpper(kind)
}
