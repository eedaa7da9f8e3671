// Package packet reads one captured frame: link layer, tunnels, network and
// transport layer. Nothing is allocated per packet.
package packet

import "net/netip"

// IP protocol numbers that are read further.
const (
	ICMP   = 1
	TCP    = 6
	UDP    = 17
	ICMPv6 = 58
	SCTP   = 132
)

// TCP flags.
const (
	FIN = 1 << iota
	SYN
	RST
	PSH
	ACK
	URG
)

// Place locates a packet in the file, with its header in the file.
type Place struct {
	Offset int64
	Length int
}

// Packet is one IP packet, or fragment, or the reassembled whole of them.
// Slices are borrowed from the frame.
type Packet struct {
	Time   int64 // nanoseconds since 1970 UTC
	Place  Place
	Record []byte // the bytes at Place; nil if they are no longer there
	VLAN   uint16 // of the outermost tag; 0 none

	// Tunnel names what the packet was found in ("gre", "vxlan"); "" nothing.
	// Depth counts the tunnels. Carries names the tunnel that this packet is
	// itself the outside of.
	Tunnel  string
	Depth   int
	Carries string
	// Outer and OuterPeer are the ends of the tunnel, if there is one.
	Outer, OuterPeer netip.AddrPort

	Source, Destination         netip.Addr
	SourcePort, DestinationPort uint16 // of ICMP: type and code
	Protocol                    uint8
	TTL                         uint8
	Length                      int // of the IP packet on the wire, with its header; of fragments, of the whole

	Seq, Ack uint32
	Flags    uint8
	Window   uint16
	Options  []byte // of TCP

	// Payload is what was captured of the transport layer's payload, Size how
	// long it was on the wire.
	Payload []byte
	Size    int
}

// Handler takes the IP packets of a frame, the outermost first.
type Handler interface {
	// Packet takes one. It must not keep p or what it points to.
	Packet(p *Packet)
}

// maxDepth bounds tunnels in tunnels.
const maxDepth = 6

// Reader reads frames. It remembers fragments.
type Reader struct {
	// Part and Parts have only some packets read further: those between pairs
	// of outermost addresses that fall to Part. Parts of 0 or 1 is all.
	Part, Parts int

	handler   Handler
	packet    Packet
	fragments fragments
	// Unread counts frames that are no IP, or whose headers make no sense.
	Unread int64
	// Cut counts frames of which less was captured than their headers need.
	Cut int64
}

// NewReader returns a reader that hands packets to h.
func NewReader(h Handler) *Reader { return &Reader{handler: h} }

// Frame reads one frame of a link type. size is its length on the wire.
func (r *Reader) Frame(link uint32, frame []byte, size int, at Packet) {
	r.packet = Packet{Time: at.Time, Place: at.Place, Record: at.Record}
	f := linked{frame, max(size-len(frame), 0)}
	r.link(link, f)
}

// linked is the rest of a frame, and how many bytes behind it were not captured.
type linked struct {
	data []byte
	lost int
}

func (l linked) skip(n int) (linked, bool) {
	if n > len(l.data) {
		return linked{}, false
	}
	return linked{l.data[n:], l.lost}, true
}

func (r *Reader) unread() { r.Unread++ }
func (r *Reader) cut()    { r.Cut++ }

func be16(b []byte) uint16 { return uint16(b[0])<<8 | uint16(b[1]) }
func be32(b []byte) uint32 {
	return uint32(b[0])<<24 | uint32(b[1])<<16 | uint32(b[2])<<8 | uint32(b[3])
}
func le32(b []byte) uint32 { return uint32(le16(b)) | uint32(le16(b[2:]))<<16 }
func le16(b []byte) uint16 { return uint16(b[1])<<8 | uint16(b[0]) }
