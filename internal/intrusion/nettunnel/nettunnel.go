// Package nettunnel answers: is traffic carried inside other traffic, by
// programs made for it?
package nettunnel

import (
	"bytes"
	"net/netip"

	"seawall/internal/activity"
	"seawall/internal/coverage"
	"seawall/internal/finding"
	"seawall/internal/intrusion"
	"seawall/internal/intrusion/perimeter"
	"seawall/internal/intrusion/sighting"
)

const id = "nettunnel"

// Detector describes the detector.
func Detector() intrusion.Detector {
	readme, _ := intrusion.Readme(id)
	return intrusion.Detector{
		ID: id, Title: "Tunnels, seen on the wire",
		Techniques: []string{"T1071.001", "T1090.001", "T1095", "T1102", "T1571", "T1572", "T1573.002"},
		Needs: []coverage.Need{
			{Channel: "zeek ssl", Enable: "run a sensor such as Zeek at the border, best with the package ja4"},
			{Channel: "zeek ssh", Enable: "run a sensor such as Zeek at the border"},
			{Channel: "zeek http", Enable: "run a sensor such as Zeek at the border"},
			{Channel: "suricata tls", Enable: "log TLS with Suricata, with JA3 or JA4"},
			{Channel: "pcap tls", Enable: "capture packets at the border"},
			{Channel: "pcap flow", Enable: "capture packets at the border"},
		},
		Readme:  readme,
		Classes: activity.ClassesOf(activity.FlowSeen, activity.Handshake, activity.Request, activity.NameLookup, activity.ProtocolUse),
		New: func(site *intrusion.Site) intrusion.Summary {
			return sighting.NewSummary(func() *notes { return newNotes(site) })
		},
	}
}

// edge is who talks to which service.
type edge struct {
	Src, Dst string
	Port     uint16
}

// sign is what showed a tunnel.
type sign struct {
	Tunnel tunnel
	Detail string // what was recognised
	TLS    secrets
}

type notes struct {
	border intrusion.Border
	signs  *sighting.Book[edge, sign]
	hops   *sighting.Book[string, hop] // by the host in the middle
}

func newNotes(site *intrusion.Site) *notes {
	return &notes{
		border: perimeter.Of(site),
		signs:  sighting.New[edge, sign](sighting.Limits{Total: 1 << 15, PerGroup: 1 << 5}),
		hops:   sighting.New[string, hop](sighting.Limits{Total: 1 << 16, PerGroup: 1 << 10}),
	}
}

// Shelves implements [sighting.Notebook].
func (n *notes) Shelves() []sighting.Shelf { return []sighting.Shelf{n.signs, n.hops} }

// Observe implements [sighting.Notebook].
func (n *notes) Observe(a *activity.Activity) {
	switch a.Class {
	case activity.FlowSeen:
		n.flow(a)
	case activity.Handshake:
		n.handshake(a)
	case activity.Request:
		n.request(a)
	case activity.NameLookup:
		if program := rendezvous(a.DNS.Query); program != "" && a.DNS.Client.IsValid() {
			n.note(a, a.DNS.Client, netip.Addr{}, 0, sign{Tunnel: service, Detail: program})
		}
	case activity.ProtocolUse:
		n.use(a)
	}
}

// maxDetail cuts what is kept of what was recognised.
const maxDetail = 100

func (n *notes) note(a *activity.Activity, src, dst netip.Addr, port uint16, s sign) {
	e := edge{Src: src.Unmap().String(), Port: port}
	if dst.IsValid() {
		e.Dst = dst.Unmap().String()
	}
	s.Detail = finding.Shorten(s.Detail, maxDetail)
	n.signs.Add(e, s, a)
}

// flow notes SSH on the ports of others, echo requests that carry data, and
// connections that may be two halves of one.
func (n *notes) flow(a *activity.Activity) {
	f := a.Flow
	switch f.Protocol {
	case 6:
		if string(f.Service) == "ssh" {
			n.secureShell(a, f.Source, f.Destination, f.DestinationPort, "")
		}
		n.half(a)
	case 17:
		if f.Duration >= vpnTime && f.OutBytes+f.InBytes >= vpnBytes && isVPN(f) && !perimeter.Reserved(f.Destination) {
			n.note(a, f.Source, f.Destination, f.DestinationPort, sign{Tunnel: vpn, Detail: string(f.Service)})
		}
	case 1, 58:
		if carriesData(f) {
			n.note(a, f.Source, f.Destination, 0, sign{Tunnel: icmp})
		}
	}
}

const (
	vpnTime  = 10 * 60 * second // shorter ones carry little
	vpnBytes = 100_000
)

// isVPN reports whether a flow is one of OpenVPN or WireGuard, by what the
// sensor says or by their ports.
func isVPN(f *activity.Flow) bool {
	switch string(f.Service) {
	case "openvpn", "wireguard":
		return true
	case "":
		return f.DestinationPort == 1194 || f.DestinationPort == 51820
	}
	return false
}

// secureShell notes SSH where firewalls take it for something else, or on a
// port of its own outside.
func (n *notes) secureShell(a *activity.Activity, src, dst netip.Addr, port uint16, version string) {
	switch {
	case disguises(port):
		n.note(a, src, dst, port, sign{Tunnel: ssh, Detail: version})
	case port != 22 && port != 2222 && port != 830 && !perimeter.Reserved(dst) && perimeter.Reserved(src):
		n.note(a, src, dst, port, sign{Tunnel: sshOdd, Detail: version})
	}
}

const (
	echoPackets = 20     // fewer are a test
	echoBytes   = 20_000 // in all
	echoSize    = 200    // a packet: ping sends 56 unless told otherwise
)

// carriesData reports whether echo requests and replies carry data: replies
// are copies of requests, so their sizes differ only where a tunnel answers.
func carriesData(f *activity.Flow) bool {
	if f.OutPackets < echoPackets || f.InPackets < echoPackets || f.OutBytes+f.InBytes < echoBytes {
		return false
	}
	if max(f.OutBytes/f.OutPackets, f.InBytes/f.InPackets) < echoSize {
		return false
	}
	out, in := float64(f.OutBytes)/float64(f.OutPackets), float64(f.InBytes)/float64(f.InPackets)
	return out > 1.1*in || in > 1.1*out
}

// disguises reports whether a port is that of another service that firewalls
// let out.
func disguises(port uint16) bool {
	switch port {
	case 21, 25, 53, 80, 110, 123, 143, 443, 465, 587, 853, 993, 995, 1194, 3128, 3389, 8080, 8443:
		return true
	}
	return false
}

func (n *notes) use(a *activity.Activity) {
	p := a.Protocol
	if !p.Source.IsValid() || !p.Destination.IsValid() {
		return
	}
	switch p.Kind {
	case "ssh":
		if bytes.Contains(p.Detail, []byte("SSH-chisel")) {
			n.note(a, p.Source, p.Destination, p.DestinationPort, sign{Tunnel: chisel, Detail: string(p.Detail)})
			return
		}
		n.secureShell(a, p.Source, p.Destination, p.DestinationPort, string(p.Detail))
	case "socks":
		n.note(a, p.Source, p.Destination, p.DestinationPort, sign{Tunnel: socks, Detail: string(p.Object)})
	}
}
