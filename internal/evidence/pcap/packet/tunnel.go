package packet

// inner is what a UDP datagram of a tunnel holds: a header, then a packet.
type inner struct {
	name   string
	header int
}

// tunnelOf recognises tunnels in UDP by their registered ports and by whether
// what they carry makes sense. read is nil if p is no tunnel.
func tunnelOf(p *Packet) (inner, func(*Reader, linked)) {
	b := p.Payload
	if len(b) < 8 {
		return inner{}, nil
	}
	switch p.DestinationPort {
	case 4789, 8472: // VXLAN (RFC 7348): a flags byte that says the identifier is there
		if b[0]&0x08 != 0 && len(b) >= 22 {
			return inner{"vxlan", 8}, (*Reader).ethernet
		}
	case 4790: // VXLAN-GPE: the next protocol is named
		switch b[3] {
		case 1, 2:
			return inner{"vxlan", 8}, (*Reader).ip
		case 3:
			return inner{"vxlan", 8}, (*Reader).ethernet
		}
	case 6081: // Geneve (RFC 8926)
		if b[0]>>6 == 0 {
			return inner{"geneve", 0}, (*Reader).geneve
		}
	case 3544:
		return teredo(b)
	case 2152:
		return gtp(p)
	}
	switch p.SourcePort {
	case 3544:
		return teredo(b)
	case 2152:
		return gtp(p)
	}
	return inner{}, nil
}

// geneve skips a Geneve header with its options.
func (r *Reader) geneve(f linked) {
	rest, ok := f.skip(8 + int(f.data[0]&0x3f)*4)
	if !ok {
		r.cut()
		return
	}
	r.ether(be16(f.data[2:]), rest)
}

// teredo reads IPv6 over UDP (RFC 4380), behind an optional authentication and
// an optional origin indication.
func teredo(b []byte) (inner, func(*Reader, linked)) {
	n := 0
	if len(b) >= 4 && b[0] == 0 && b[1] == 1 {
		n = 13 + int(b[2]) + int(b[3])
	}
	if len(b) >= n+8 && b[n] == 0 && b[n+1] == 0 {
		n += 8
	}
	if len(b) < n+40 || b[n]>>4 != 6 {
		return inner{}, nil
	}
	return inner{"teredo", n}, (*Reader).ip
}

// gtp recognises user data of GTPv1 (3GPP TS 29.281 5.1).
func gtp(p *Packet) (inner, func(*Reader, linked)) {
	b := p.Payload
	const data = 255
	if p.SourcePort != 2152 && p.DestinationPort != 2152 || b[0]>>5 != 1 || b[0]&0x10 == 0 || b[1] != data {
		return inner{}, nil
	}
	n := 8
	if b[0]&7 != 0 { // sequence number, N-PDU number, next extension header
		n += 4
		if b[0]&4 != 0 {
			for i := 11; i < len(b) && b[i] != 0; {
				if n >= len(b) || b[n] == 0 {
					return inner{}, nil
				}
				n += int(b[n]) * 4
				i = n - 1
			}
		}
	}
	if n >= len(b) || b[n]>>4 != 4 && b[n]>>4 != 6 {
		return inner{}, nil
	}
	return inner{"gtpv1", n}, (*Reader).ip
}

// gre reads generic routing encapsulation (RFC 2784, 2890; version 1 is that
// of PPTP, RFC 2637), ERSPAN of the three types included.
func (r *Reader) gre(f linked) {
	b := f.data
	if len(b) < 4 {
		r.cut()
		return
	}
	flags, kind := be16(b), be16(b[2:])
	const checksum, routing, key, sequence, acknowledged = 0x8000, 0x4000, 0x2000, 0x1000, 0x0080
	version := flags & 7
	n := 4
	for _, has := range []uint16{checksum | routing, key, sequence} {
		if flags&has != 0 {
			n += 4
		}
	}
	if version == 1 && flags&acknowledged != 0 {
		n += 4
	}
	if flags&routing != 0 || version > 1 {
		r.unread()
		return
	}
	switch kind {
	case etherERSPAN2:
		if flags&sequence != 0 { // type II; type I has no header
			if len(b) >= n+2 && r.packet.VLAN == 0 {
				r.packet.VLAN = be16(b[n:]) & 0xfff
			}
			n += 8
		}
		r.tunnelled("erspan", f, n, (*Reader).ethernet)
	case etherERSPAN3:
		if len(b) < n+12 {
			r.cut()
			return
		}
		if b[n+11]&1 != 0 {
			n += 8
		}
		r.tunnelled("erspan", f, n+12, (*Reader).ethernet)
	case etherTEB:
		r.tunnelled("gre", f, n, (*Reader).ethernet)
	default:
		r.tunnelled("gre", f, n, func(r *Reader, rest linked) { r.ether(kind, rest) })
	}
}

func (r *Reader) tunnelled(name string, f linked, n int, read func(*Reader, linked)) {
	rest, ok := f.skip(n)
	if !ok {
		r.cut()
		return
	}
	r.nested(name, rest, read)
}
