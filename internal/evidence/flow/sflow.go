package flow

import (
	"encoding/binary"
	"net/netip"

	"seawall/record"
)

// The columns of sFlow rows. Each row is one sampled packet.
const (
	sfSource = iota
	sfDestination
	sfProtocol
	sfSourcePort
	sfDestinationPort
	sfFlags
	sfICMP
	sfOctets
	sfPackets
	sfSampling
	sfIngress
	sfEgress
	sfExporter
	sfVLAN
	sfColumns
)

var sflowColumns = [sfColumns]element{
	sfSource: {"sourceAddress", record.Address}, sfDestination: {"destinationAddress", record.Address},
	sfProtocol: {"protocolIdentifier", record.Network}, sfSourcePort: {"sourceTransportPort", record.Network}, sfDestinationPort: {"destinationTransportPort", record.Network},
	sfFlags: {"tcpControlBits", record.Network}, sfICMP: {"icmpTypeCodeIPv4", record.Network}, sfOctets: {"octetDeltaCount", record.Network}, sfPackets: {"packetDeltaCount", record.Network},
	sfSampling: {"samplingInterval", record.Network}, sfIngress: {"ingressInterface", record.Network}, sfEgress: {"egressInterface", record.Network},
	sfExporter: {"exporterAddress", record.Address}, sfVLAN: {"vlanId", record.Network},
}

var onePacket = []byte{1}

// xdr reads the big-endian words of sFlow (RFC 4506, sFlow version 5).
type xdr struct {
	data []byte
	bad  bool
}

func (x *xdr) bytes(n int) []byte {
	if n < 0 || n > len(x.data) {
		x.bad = true
		x.data = nil
		return nil
	}
	b := x.data[:n]
	x.data = x.data[n:]
	return b
}

func (x *xdr) uint32() uint32 {
	b := x.bytes(4)
	if b == nil {
		return 0
	}
	return binary.BigEndian.Uint32(b)
}

func (x *xdr) skip(words int) { x.bytes(4 * words) }

// address reads an address with its family before it.
func (x *xdr) address() netip.Addr {
	switch x.uint32() {
	case 1:
		if b := x.bytes(4); b != nil {
			return netip.AddrFrom4([4]byte(b))
		}
	case 2:
		if b := x.bytes(16); b != nil {
			return netip.AddrFrom16([16]byte(b))
		}
	}
	return netip.Addr{}
}

// sflow decodes a datagram of sFlow version 5 and returns its length.
func (d *Decoder) sflow(data []byte) (int, error) {
	x := xdr{data: data}
	x.skip(1) // version
	agent := x.address()
	x.skip(3) // sub agent, sequence number, uptime
	samples := x.uint32()
	d.now = message{version: 0, export: d.payload.Time}
	if agent.IsValid() {
		d.payload.Exporter = agent
	}
	s := d.session(domain{version: 0})
	t := s.templates[0]
	if t == nil {
		t = d.schemas.sflowTemplate()
		s.templates[0] = t
	}
	for ; samples > 0 && !x.bad; samples-- {
		format, length := x.uint32(), int(x.uint32())
		body := xdr{data: x.bytes(length)}
		switch format {
		case 1:
			d.flowSample(t, body, false)
		case 3:
			d.flowSample(t, body, true)
		}
	}
	if x.bad {
		return len(data), errShort
	}
	return len(data) - len(x.data), nil
}

func (s *Schemas) sflowTemplate() *template {
	t := &template{}
	var fields []record.Field
	for _, e := range sflowColumns {
		fields = append(fields, record.Field{Name: e.name, Path: e.name})
		t.values = append(t.values, record.Value{})
	}
	t.schema = s.get("sflow", fields)
	return t
}

// flowSample reads one sampled packet.
func (d *Decoder) flowSample(t *template, x xdr, expanded bool) {
	clear(t.values)
	set := func(column int, raw []byte) {
		if raw != nil {
			t.values[column] = record.Value{Raw: raw, Kind: sflowColumns[column].kind}
		}
	}
	x.skip(2) // sequence number, source
	if expanded {
		x.skip(1)
	}
	rate := x.bytes(4)
	x.skip(2) // pool, drops
	if expanded {
		x.skip(1)
		set(sfIngress, x.bytes(4))
		x.skip(1)
		set(sfEgress, x.bytes(4))
	} else {
		set(sfIngress, x.bytes(4))
		set(sfEgress, x.bytes(4))
	}
	set(sfSampling, rate)
	set(sfPackets, onePacket)
	switch a := d.payload.Exporter; {
	case a.Is4():
		*(*[4]byte)(t.addr[:]) = a.As4()
		set(sfExporter, t.addr[:4])
	case a.Is6():
		t.addr = a.As16()
		set(sfExporter, t.addr[:])
	}
	for records := x.uint32(); records > 0 && !x.bad; records-- {
		format, length := x.uint32(), int(x.uint32())
		raw := x.bytes(length)
		if raw == nil || !sampledPacket(format, raw, set) {
			continue
		}
		d.rec.Schema, d.rec.Values, d.rec.Time = t.schema, t.values, d.now.export
		d.place(raw)
		d.emit(&d.rec)
		return // further records of a sample tell of the same packet
	}
}

// sampledPacket reads what a sample says of the packet; false if it is no IP.
func sampledPacket(format uint32, raw []byte, set func(int, []byte)) bool {
	x := xdr{data: raw}
	switch format {
	case 1: // the packet's first bytes
		protocol := x.uint32()
		set(sfOctets, x.bytes(4))
		x.skip(1) // bytes stripped
		header := x.bytes(int(x.uint32()))
		if header == nil {
			return false
		}
		switch protocol {
		case 1:
			return ethernet(header, set)
		case 11, 12:
			return internet(header, set)
		}
	case 3, 4: // addresses and ports of IPv4, IPv6
		size := 4
		if format == 4 {
			size = 16
		}
		set(sfOctets, x.bytes(4))
		protocol := x.bytes(4)
		source, destination := x.bytes(size), x.bytes(size)
		sourcePort, destinationPort, flags := x.bytes(4), x.bytes(4), x.bytes(4)
		if x.bad {
			return false
		}
		set(sfSource, source)
		set(sfDestination, destination)
		set(sfProtocol, protocol)
		set(sfSourcePort, sourcePort)
		set(sfDestinationPort, destinationPort)
		set(sfFlags, flags)
		return true
	}
	return false
}

// ethernet reads a frame down to its ports.
func ethernet(frame []byte, set func(int, []byte)) bool {
	if len(frame) < 14 {
		return false
	}
	kind, rest := binary.BigEndian.Uint16(frame[12:]), frame[14:]
	for tags := 0; (kind == 0x8100 || kind == 0x88a8) && len(rest) >= 4 && tags < 4; tags++ {
		if tags == 0 {
			set(sfVLAN, []byte{rest[0] & 0x0f, rest[1]})
		}
		kind, rest = binary.BigEndian.Uint16(rest[2:]), rest[4:]
	}
	if kind == 0x8847 || kind == 0x8848 { // MPLS: labels up to the bottom of the stack
		for len(rest) >= 4 {
			bottom := rest[2]&1 != 0
			rest = rest[4:]
			if bottom {
				kind = 0x0800
				break
			}
		}
	}
	return (kind == 0x0800 || kind == 0x86dd) && internet(rest, set)
}

// internet reads an IPv4 or IPv6 packet down to its ports.
func internet(packet []byte, set func(int, []byte)) bool {
	if len(packet) < 20 {
		return false
	}
	var protocol, rest []byte
	first := true // fragment
	switch packet[0] >> 4 {
	case 4:
		set(sfSource, packet[12:16])
		set(sfDestination, packet[16:20])
		protocol = packet[9:10]
		first = binary.BigEndian.Uint16(packet[6:])&0x1fff == 0
		rest = packet[min(int(packet[0]&15)*4, len(packet)):]
	case 6:
		if len(packet) < 40 {
			return false
		}
		set(sfSource, packet[8:24])
		set(sfDestination, packet[24:40])
		protocol, rest = packet[6:7], packet[40:]
		for len(rest) >= 8 && (protocol[0] == 0 || protocol[0] == 43 || protocol[0] == 60) { // extension headers
			n := 8 + int(rest[1])*8
			protocol, rest = rest[0:1], rest[min(n, len(rest)):]
		}
	default:
		return false
	}
	set(sfProtocol, protocol)
	if !first {
		return true
	}
	switch protocol[0] {
	case 6, 17, 132:
		if len(rest) >= 4 {
			set(sfSourcePort, rest[0:2])
			set(sfDestinationPort, rest[2:4])
		}
		if protocol[0] == 6 && len(rest) >= 14 {
			set(sfFlags, rest[13:14])
		}
	case 1, 58:
		if len(rest) >= 2 {
			set(sfICMP, rest[0:2])
		}
	}
	return true
}
