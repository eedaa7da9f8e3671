package packet

// Link types as registered at tcpdump.org.
const (
	LinkNull      = 0
	LinkEthernet  = 1
	LinkPPP       = 9
	LinkRaw12     = 12
	LinkRaw14     = 14
	LinkPPPSerial = 50
	LinkPPPoE     = 51
	LinkRaw       = 101
	LinkCHDLC     = 104
	LinkWiFi      = 105
	LinkLoop      = 108
	LinkENC       = 109
	LinkSLL       = 113
	LinkPFLog     = 117
	LinkPrism     = 119
	LinkRadiotap  = 127
	LinkAVS       = 163
	LinkPPI       = 192
	LinkMPLS      = 219
	LinkIPv4      = 228
	LinkIPv6      = 229
	LinkNFLog     = 239
	LinkPKTAP     = 258
	LinkSLL2      = 276
)

// Known reports whether frames of a link type are read.
func Known(link uint32) bool {
	switch link {
	case LinkNull, LinkEthernet, LinkPPP, LinkRaw12, LinkRaw14, LinkPPPSerial, LinkPPPoE, LinkRaw, LinkCHDLC, LinkWiFi, LinkLoop,
		LinkENC, LinkSLL, LinkPFLog, LinkPrism, LinkRadiotap, LinkAVS, LinkPPI, LinkMPLS, LinkIPv4, LinkIPv6, LinkNFLog, LinkPKTAP, LinkSLL2:
		return true
	}
	return false
}

// EtherTypes.
const (
	etherIPv4    = 0x0800
	etherTEB     = 0x6558 // transparent Ethernet bridging
	etherVLAN    = 0x8100
	etherIPv6    = 0x86dd
	etherPPP     = 0x880b
	etherMPLS    = 0x8847
	etherMPLSUp  = 0x8848
	etherPPPoE   = 0x8864
	etherQinQ    = 0x88a8
	etherERSPAN2 = 0x88be
	etherPBB     = 0x88e7
	etherERSPAN3 = 0x22eb
	etherOldQinQ = 0x9100
)

// link reads the header of a link type.
func (r *Reader) link(link uint32, f linked) {
	switch link {
	case LinkEthernet:
		r.ethernet(f)
	case LinkNull, LinkLoop:
		r.ipAfter(f, 4)
	case LinkRaw12, LinkRaw14, LinkRaw, LinkIPv4, LinkIPv6:
		r.ip(f)
	case LinkENC:
		r.ipAfter(f, 12)
	case LinkPFLog:
		if len(f.data) == 0 {
			r.cut()
			return
		}
		r.ipAfter(f, (int(f.data[0])+3)&^3)
	case LinkSLL:
		r.etherAfter(f, 14, 16)
	case LinkSLL2:
		r.etherAfter(f, 0, 20)
	case LinkCHDLC:
		r.etherAfter(f, 2, 4)
	case LinkPPP, LinkPPPSerial:
		r.ppp(f)
	case LinkPPPoE:
		r.pppoe(f)
	case LinkNFLog:
		r.nflog(f)
	case LinkMPLS:
		r.mpls(f)
	case LinkPKTAP:
		r.pktap(f)
	case LinkWiFi:
		r.wifi(f)
	case LinkRadiotap, LinkPPI:
		if len(f.data) < 4 {
			r.cut()
			return
		}
		r.wifiAfter(f, int(le16(f.data[2:])))
	case LinkPrism:
		r.wifiAfter(f, 144)
	case LinkAVS:
		if len(f.data) < 8 {
			r.cut()
			return
		}
		r.wifiAfter(f, int(be32(f.data[4:])&0xffff))
	default:
		r.unread()
	}
}

func (r *Reader) ipAfter(f linked, n int) {
	rest, ok := f.skip(n)
	if !ok {
		r.cut()
		return
	}
	r.ip(rest)
}

// etherAfter reads what follows a header of n bytes with an EtherType at.
func (r *Reader) etherAfter(f linked, at, n int) {
	rest, ok := f.skip(n)
	if !ok {
		r.cut()
		return
	}
	r.ether(be16(f.data[at:]), rest)
}

func (r *Reader) ethernet(f linked) { r.etherAfter(f, 12, 14) }

// maxTags bounds the tags and labels before the network layer.
const maxTags = 16

// ether reads what an EtherType announces.
func (r *Reader) ether(kind uint16, f linked) {
	for range maxTags {
		switch {
		case kind == etherIPv4 || kind == etherIPv6:
			r.ip(f)
			return
		case kind == etherVLAN || kind == etherQinQ || kind == etherOldQinQ:
			if len(f.data) < 4 {
				r.cut()
				return
			}
			if r.packet.VLAN == 0 {
				r.packet.VLAN = be16(f.data) & 0xfff
			}
			kind = be16(f.data[2:])
			f, _ = f.skip(4)
		case kind == etherMPLS || kind == etherMPLSUp:
			r.mpls(f)
			return
		case kind == etherPPPoE:
			r.pppoe(f)
			return
		case kind == etherPPP:
			r.ppp(f)
			return
		case kind == etherTEB:
			r.nested("", f, (*Reader).ethernet)
			return
		case kind == etherPBB: // tag, then a whole frame
			rest, ok := f.skip(4)
			if !ok {
				r.cut()
				return
			}
			r.nested("pbb", rest, (*Reader).ethernet)
			return
		case kind <= 1500: // a length: IEEE 802.3
			r.llc(f)
			return
		default:
			r.unread()
			return
		}
	}
	r.unread()
}

// llc reads IEEE 802.2 headers, with SNAP as far as it names an EtherType.
func (r *Reader) llc(f linked) {
	switch {
	case len(f.data) < 3:
		r.cut()
	case f.data[0] == 0xaa && f.data[1] == 0xaa:
		if len(f.data) < 8 {
			r.cut()
			return
		}
		if be16(f.data[3:]) == 0 && f.data[5] == 0 {
			r.etherAfter(f, 6, 8)
			return
		}
		r.unread()
	case f.data[0] == 0x06 && f.data[1] == 0x06: // IP
		r.ipAfter(f, 3)
	default:
		r.unread()
	}
}

// mpls pops labels. What follows them is not announced: IP is told by its
// version, a pseudowire by its control word or by what looks like Ethernet.
func (r *Reader) mpls(f linked) {
	for range maxTags {
		if len(f.data) < 5 {
			r.cut()
			return
		}
		bottom := f.data[2]&1 != 0
		f, _ = f.skip(4)
		if !bottom {
			continue
		}
		switch f.data[0] >> 4 {
		case 4, 6:
			r.ip(f)
		case 0: // control word of a pseudowire, or addresses that begin with 0
			rest, ok := f.skip(4)
			if !ok {
				r.cut()
				return
			}
			r.ethernet(rest)
		default:
			r.ethernet(f)
		}
		return
	}
	r.unread()
}

// pppoe reads a PPPoE session header (RFC 2516).
func (r *Reader) pppoe(f linked) {
	rest, ok := f.skip(6)
	if !ok {
		r.cut()
		return
	}
	r.ppp(rest)
}

// ppp reads a PPP header, with or without the address and control fields and
// with a protocol of one or two bytes (RFC 1661).
func (r *Reader) ppp(f linked) {
	if len(f.data) >= 2 && f.data[0] == 0xff && f.data[1] == 0x03 {
		f, _ = f.skip(2)
	}
	if len(f.data) < 2 {
		r.cut()
		return
	}
	protocol, n := uint16(f.data[0]), 1
	if f.data[0]&1 == 0 {
		protocol, n = be16(f.data), 2
	}
	f, _ = f.skip(n)
	switch protocol {
	case 0x21, 0x57:
		r.ip(f)
	case 0x281, 0x283:
		r.mpls(f)
	default:
		r.unread()
	}
}

// pktap reads the header that macOS puts before frames of several interfaces:
// its length, then the link type of the frame behind it.
func (r *Reader) pktap(f linked) {
	if len(f.data) < 12 {
		r.cut()
		return
	}
	size, link := le32(f.data), le32(f.data[8:])
	rest, ok := f.skip(int(min(size, 1<<16)))
	if !ok || size < 12 || link == LinkPKTAP {
		r.unread()
		return
	}
	r.link(link, rest)
}

// nflog reads Linux netfilter's log: options, of which 9 is the packet.
func (r *Reader) nflog(f linked) {
	f, ok := f.skip(4)
	for ok && len(f.data) >= 4 {
		size, kind := int(le16(f.data)), le16(f.data[2:])
		if size < 4 {
			break
		}
		if kind == 9 {
			rest, _ := f.skip(4)
			if n := size - 4; n < len(rest.data) {
				rest = linked{data: rest.data[:n]}
			}
			r.ip(rest)
			return
		}
		f, ok = f.skip((size + 3) &^ 3)
	}
	r.unread()
}
