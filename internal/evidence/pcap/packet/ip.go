package packet

import "net/netip"

// ip reads an IPv4 or IPv6 packet.
func (r *Reader) ip(f linked) {
	if len(f.data) == 0 {
		r.cut()
		return
	}
	switch f.data[0] >> 4 {
	case 4:
		r.ipv4(f)
	case 6:
		r.ipv6(f)
	default:
		r.unread()
	}
}

func (r *Reader) ipv4(f linked) {
	b := f.data
	if len(b) < 20 {
		r.cut()
		return
	}
	header, total := int(b[0]&15)*4, int(be16(b[2:]))
	if total == 0 { // left to the network card (segmentation offload)
		total = len(b) + f.lost
	}
	if header < 20 || total < header {
		r.unread()
		return
	}
	if len(b) < header {
		r.cut()
		return
	}
	p := &r.packet
	p.Source, p.Destination = netip.AddrFrom4([4]byte(b[12:16])), netip.AddrFrom4([4]byte(b[16:20]))
	p.Protocol, p.TTL, p.Length = b[9], b[8], total
	if r.Parts > 1 && p.Depth == 0 && !r.mine(uint64(be32(b[12:])), uint64(be32(b[16:]))) {
		return
	}
	body := b[header:min(total, len(b))]
	size := total - header
	const more, offsetMask = 0x2000, 0x1fff
	if fragment := be16(b[6:]); fragment&(more|offsetMask) != 0 {
		r.fragment(part{
			id: uint32(be16(b[4:])), protocol: p.Protocol, offset: int(fragment&offsetMask) * 8, last: fragment&more == 0,
			header: header, data: body, size: size,
		})
		return
	}
	r.transport(p.Protocol, body, size)
}

// mine reports whether packets between two addresses, either way, fall to the
// reader's part.
func (r *Reader) mine(a, b uint64) bool {
	const odd = 0x9e3779b97f4a7c15 // scatters neighbours
	a, b = a*odd, b*odd
	a, b = a^a>>29, b^b>>29
	sum := (a*odd + b*odd) >> 33
	return int(sum%uint64(r.Parts)) == r.Part
}

// fold makes a number of an IPv6 address.
func fold(b []byte) uint64 {
	return (uint64(be32(b))<<32 | uint64(be32(b[4:]))) ^ (uint64(be32(b[8:]))<<32 | uint64(be32(b[12:]))) + 1
}

// maxExtensions bounds the extension headers of one packet.
const maxExtensions = 10

func (r *Reader) ipv6(f linked) {
	b := f.data
	if len(b) < 40 {
		r.cut()
		return
	}
	p := &r.packet
	p.Source, p.Destination = netip.AddrFrom16([16]byte(b[8:24])), netip.AddrFrom16([16]byte(b[24:40]))
	size := int(be16(b[4:]))
	if size == 0 { // a jumbogram, or left to the network card
		size = len(b) + f.lost - 40
	}
	p.TTL, p.Length = b[7], 40+size
	if r.Parts > 1 && p.Depth == 0 && !r.mine(fold(b[8:24]), fold(b[24:40])) {
		return
	}
	r.extensions(b[6], b[40:min(40+size, len(b))], size, 40)
}

// extensions follows the chain of IPv6 extension headers. header is the
// length of what came before.
func (r *Reader) extensions(next uint8, b []byte, size, header int) {
	for range maxExtensions {
		var n int
		switch next {
		case 0, 43, 60, 135, 139, 140: // hop by hop, routing, destination, mobility, HIP, Shim6
			if len(b) < 8 {
				r.cut()
				return
			}
			n = 8 + int(b[1])*8
		case 51: // authentication
			if len(b) < 8 {
				r.cut()
				return
			}
			n = 8 + int(b[1])*4
		case 44:
			if len(b) < 8 {
				r.cut()
				return
			}
			const more = 1
			if word := be16(b[2:]); word&^6 != 0 {
				r.fragment(part{
					id: be32(b[4:]), protocol: b[0], offset: int(word &^ 7), last: word&more == 0,
					header: header + 8, data: b[8:], size: size - 8,
				})
				return
			}
			n = 8
		case 59: // nothing
			r.packet.Protocol = next
			r.transport(next, nil, 0)
			return
		default:
			r.packet.Protocol = next
			r.transport(next, b, size)
			return
		}
		if n > len(b) {
			r.cut()
			return
		}
		next, b, size, header = b[0], b[n:], size-n, header+n
	}
	r.unread()
}
