package packet

import "net/netip"

// transport reads the transport layer in b, of which size bytes were on the
// wire, and hands out the packet.
func (r *Reader) transport(protocol uint8, b []byte, size int) {
	p := &r.packet
	size = max(size, len(b))
	p.SourcePort, p.DestinationPort, p.Flags, p.Options, p.Carries = 0, 0, 0, nil, ""
	switch protocol {
	case TCP:
		r.tcp(b, size)
	case UDP:
		r.udp(b, size)
	case ICMP, ICMPv6:
		if len(b) < 2 {
			r.cut()
			return
		}
		p.SourcePort, p.DestinationPort = uint16(b[0]), uint16(b[1])
		p.Payload, p.Size = b[min(8, len(b)):], max(size-8, 0)
		r.handler.Packet(p)
	case SCTP:
		if len(b) < 12 {
			r.cut()
			return
		}
		p.SourcePort, p.DestinationPort = be16(b), be16(b[2:])
		p.Payload, p.Size = b[12:], size-12
		r.handler.Packet(p)
	case 4, 41: // IP in IP
		r.nested("ip", linked{b, size - len(b)}, (*Reader).ip)
	case 47:
		r.gre(linked{b, size - len(b)})
	case 51: // authentication header of IPv4
		if len(b) < 8 || len(b) < 8+int(b[1])*4 {
			r.cut()
			return
		}
		n := 8 + int(b[1])*4
		if p.Protocol = b[0]; p.Protocol == 51 {
			r.unread()
			return
		}
		r.transport(p.Protocol, b[n:], size-n)
	case 137:
		r.mpls(linked{b, size - len(b)})
	default:
		p.Payload, p.Size = b, size
		r.handler.Packet(p)
	}
}

func (r *Reader) tcp(b []byte, size int) {
	p := &r.packet
	if len(b) < 14 { // ports, sequence numbers and flags
		r.cut()
		return
	}
	header := int(b[12]>>4) * 4
	if header < 20 || header > size {
		r.unread()
		return
	}
	p.SourcePort, p.DestinationPort = be16(b), be16(b[2:])
	p.Seq, p.Ack, p.Flags = be32(b[4:]), be32(b[8:]), b[13]
	p.Window = 0
	if len(b) >= 16 {
		p.Window = be16(b[14:])
	}
	if len(b) > 20 {
		p.Options = b[20:min(header, len(b))]
	}
	p.Payload, p.Size = b[min(header, len(b)):], size-header
	r.handler.Packet(p)
}

func (r *Reader) udp(b []byte, size int) {
	p := &r.packet
	if len(b) < 8 {
		r.cut()
		return
	}
	p.SourcePort, p.DestinationPort = be16(b), be16(b[2:])
	length := int(be16(b[4:]))
	if length < 8 || length > size { // 0 is a jumbogram or left to the card; others are wrong
		length = size
	}
	p.Payload, p.Size = b[8:min(length, len(b))], length-8
	inside, read := tunnelOf(p)
	p.Carries = inside.name
	payload := linked{p.Payload, p.Size - len(p.Payload)}
	r.handler.Packet(p)
	if read != nil {
		rest, ok := payload.skip(inside.header)
		if !ok {
			return
		}
		r.nested(inside.name, rest, read)
	}
}

// nested reads what a tunnel carries. The packet outside is done with.
func (r *Reader) nested(tunnel string, f linked, read func(*Reader, linked)) {
	if r.packet.Depth >= maxDepth {
		r.unread()
		return
	}
	p := &r.packet
	p.Depth++
	if tunnel != "" {
		p.Tunnel = tunnel
	}
	if p.Source.IsValid() {
		p.Outer, p.OuterPeer = netip.AddrPortFrom(p.Source, p.SourcePort), netip.AddrPortFrom(p.Destination, p.DestinationPort)
	}
	read(r, f)
}
