package nfcapd

import (
	"encoding/binary"

	"seawall/record"
)

// Slots of a row. Fields have the names of the IANA registry of IPFIX, as those
// read from exporters' datagrams.
const (
	slotSource = iota
	slotDestination
	slotProtocol
	slotSourcePort
	slotDestinationPort
	slotFlags
	slotOctets
	slotPackets
	slotReverseOctets
	slotReversePackets
	slotStart
	slotEnd
	slotDuration
	slotClass
	slotInput
	slotOutput
	slotSourceAS
	slotDestinationAS
	slotExporter
	slotEvent
	slotNATSource
	slotNATDestination
	slotUser
	slotEstimated
	slots
)

var names = [slots]string{
	slotSource: "sourceIPv4Address", slotDestination: "destinationIPv4Address", slotProtocol: "protocolIdentifier",
	slotSourcePort: "sourceTransportPort", slotDestinationPort: "destinationTransportPort", slotFlags: "tcpControlBits",
	slotOctets: "octetDeltaCount", slotPackets: "packetDeltaCount", slotReverseOctets: "postOctetDeltaCount", slotReversePackets: "postPacketDeltaCount",
	slotStart: "flowStartMilliseconds", slotEnd: "flowEndMilliseconds", slotDuration: "flowDurationMilliseconds", slotClass: "ipClassOfService",
	slotInput: "ingressInterface", slotOutput: "egressInterface", slotSourceAS: "bgpSourceAsNumber", slotDestinationAS: "bgpDestinationAsNumber",
	slotExporter: "exporterAddress", slotEvent: "firewallEvent", slotNATSource: "postNATSourceIPv4Address", slotNATDestination: "postNATDestinationIPv4Address",
	slotUser: "userName", slotEstimated: "countsEstimated",
}

// schemas are those of flows over IPv4 and IPv6.
type schemas struct{ v4, v6 *record.Schema }

func newSchemas() *schemas {
	make := func(source, destination string) *record.Schema {
		fields := make([]record.Field, slots)
		for i, name := range names {
			fields[i] = record.Field{Name: name, Path: name}
		}
		fields[slotSource].Name, fields[slotSource].Path = source, source
		fields[slotDestination].Name, fields[slotDestination].Path = destination, destination
		s := record.NewSource(record.KindNetwork, "netflow", fields)
		s.Group = "netflow"
		return s
	}
	return &schemas{make("sourceIPv4Address", "destinationIPv4Address"), make("sourceIPv6Address", "destinationIPv6Address")}
}

// row is the row being read.
type row struct {
	schemas *schemas
	order   binary.ByteOrder
	number  record.Kind // of numbers in the file's byte order
	rec     record.Record
	values  [slots]record.Value
	// Addresses come as numbers in the file's byte order; here they are as on
	// the wire.
	addresses [5][16]byte
	duration  [8]byte
	start     [16]byte
}

func newRow(s *schemas, order binary.ByteOrder) *row {
	r := &row{schemas: s, order: order, number: record.Uint}
	if order == binary.BigEndian {
		r.number = record.Network
	}
	return r
}

func (r *row) begin() {
	clear(r.values[:])
	r.rec = record.Record{Schema: r.schemas.v4, Values: r.values[:]}
}

func (r *row) set(slot int, raw []byte) { r.values[slot] = record.Value{Raw: raw, Kind: r.number} }

// setPositive sets a number that is left at 0 where it is not known.
func (r *row) setPositive(slot int, raw []byte) {
	for _, c := range raw {
		if c != 0 {
			r.set(slot, raw)
			return
		}
	}
}

// address4 sets an address of four bytes, address6 one of sixteen: two numbers
// of eight, the upper one first. place is where they are kept.
func (r *row) address4(slot, place int, raw []byte) {
	to := r.addresses[place][:4]
	binary.BigEndian.PutUint32(to, r.order.Uint32(raw))
	r.values[slot] = record.Value{Raw: to, Kind: record.Address}
}

func (r *row) address6(slot, place int, raw []byte) {
	to := r.addresses[place][:]
	binary.BigEndian.PutUint64(to, r.order.Uint64(raw))
	binary.BigEndian.PutUint64(to[8:], r.order.Uint64(raw[8:]))
	r.values[slot] = record.Value{Raw: to, Kind: record.Address}
}

// span sets when the flow began and how long it lasted, in milliseconds since
// 1970.
func (r *row) span(first, last uint64) {
	const most = 1 << 43 // the year 2248
	if first == 0 || first >= most {
		return
	}
	r.rec.Time = int64(first) * 1e6
	if last >= first && last < most {
		binary.LittleEndian.PutUint64(r.duration[:], last-first)
		r.values[slotDuration] = record.Value{Raw: r.duration[:], Kind: record.Uint}
	}
}

// Extensions of a record of layout 2 that are read; others are left out.
const (
	extGeneric    = 1
	extIPv4       = 2
	extIPv6       = 3
	extMisc       = 5
	extCounts     = 6
	extAS         = 8
	extReceived4  = 13
	extReceived6  = 14
	extEvent      = 20
	extTranslated = 21
	extUser       = 25
)

const (
	flowRecord2 = 11
	headSize2   = 12
	sampled2    = 2 // in the record's flags: counts were multiplied by the sampling rate
)

// record2 reads a record of layout 2: a head, and extensions that each say
// their type and length; false if it is no flow.
func (r *row) record2(kind uint16, data []byte) bool {
	if kind != flowRecord2 || len(data) < headSize2 {
		return false
	}
	r.begin()
	if data[10]&sampled2 != 0 {
		r.values[slotEstimated] = record.Value{Raw: []byte{1}, Kind: record.Uint}
	}
	for rest := data[headSize2:]; len(rest) >= 4; {
		kind, size := r.order.Uint16(rest), int(r.order.Uint16(rest[2:]))
		if size < 4 || size > len(rest) {
			break
		}
		r.extension(kind, rest[4:size])
		rest = rest[size:]
	}
	return r.values[slotSource].Raw != nil && r.values[slotProtocol].Raw != nil
}

func (r *row) extension(kind uint16, d []byte) {
	switch {
	case kind == extGeneric && len(d) >= 48:
		r.set(slotStart, d[:8])
		r.set(slotEnd, d[8:16])
		r.span(r.order.Uint64(d), r.order.Uint64(d[8:]))
		r.set(slotPackets, d[24:32])
		r.set(slotOctets, d[32:40])
		r.set(slotSourcePort, d[40:42])
		r.set(slotDestinationPort, d[42:44])
		r.set(slotProtocol, d[44:45])
		r.set(slotFlags, d[45:46])
		r.set(slotClass, d[47:48])
	case kind == extIPv4 && len(d) >= 8:
		r.address4(slotSource, 0, d)
		r.address4(slotDestination, 1, d[4:])
	case kind == extIPv6 && len(d) >= 32:
		r.rec.Schema = r.schemas.v6
		r.address6(slotSource, 0, d)
		r.address6(slotDestination, 1, d[16:])
	case kind == extMisc && len(d) >= 8:
		r.set(slotInput, d[:4])
		r.set(slotOutput, d[4:8])
	case kind == extCounts && len(d) >= 24:
		r.setPositive(slotReversePackets, d[8:16])
		r.setPositive(slotReverseOctets, d[16:24])
	case kind == extAS && len(d) >= 8:
		r.setPositive(slotSourceAS, d[:4])
		r.setPositive(slotDestinationAS, d[4:8])
	case kind == extReceived4 && len(d) >= 4:
		r.address4(slotExporter, 2, d)
	case kind == extReceived6 && len(d) >= 16:
		r.address6(slotExporter, 2, d)
	case kind == extEvent && len(d) >= 15:
		r.setPositive(slotEvent, d[14:15])
	case kind == extTranslated && len(d) >= 8:
		r.address4(slotNATSource, 3, d)
		r.address4(slotNATDestination, 4, d[4:])
	case kind == extUser:
		r.user(d)
	}
}

// user sets a name that ends with a zero byte.
func (r *row) user(d []byte) {
	for i, c := range d {
		if c == 0 {
			d = d[:i]
			break
		}
	}
	if len(d) > 0 {
		r.values[slotUser] = record.Value{Raw: d, Kind: record.Text}
	}
}

// Records of layout 1 and the flags of their heads.
const (
	flowRecordOld = 1
	flowRecord1   = 10
	ipv6Flow1     = 1
	wide1         = 2 // packets are counted with 64 bits
	wideOctets1   = 4
	sampled1      = 128
)

// record1 reads a record of layout 1: a head, and the addresses and counts that
// all records have; false if it is no flow. What the record's map of
// extensions says to follow is left out.
func (r *row) record1(kind uint16, data []byte) bool {
	head := 32
	switch kind {
	case flowRecordOld:
		head = 28
	case flowRecord1:
	default:
		return false
	}
	if len(data) < head {
		return false
	}
	flags := r.order.Uint16(data[4:])
	if kind == flowRecordOld {
		flags = uint16(data[4])
	}
	addresses, packets, octets := 8, 4, 4
	if flags&ipv6Flow1 != 0 {
		addresses = 32
	}
	if flags&wide1 != 0 {
		packets = 8
	}
	if flags&wideOctets1 != 0 {
		octets = 8
	}
	rest := data[head:]
	if len(rest) < addresses+packets+octets {
		return false
	}
	r.begin()
	r.head1(data)
	if flags&sampled1 != 0 {
		r.values[slotEstimated] = record.Value{Raw: []byte{1}, Kind: record.Uint}
	}
	if addresses == 32 {
		r.rec.Schema = r.schemas.v6
		r.address6(slotSource, 0, rest)
		r.address6(slotDestination, 1, rest[16:])
	} else {
		r.address4(slotSource, 0, rest)
		r.address4(slotDestination, 1, rest[4:])
	}
	rest = rest[addresses:]
	r.set(slotPackets, rest[:packets])
	r.set(slotOctets, rest[packets:packets+octets])
	return true
}

// head1 reads what all heads of layout 1 have; times are seconds with
// milliseconds apart.
func (r *row) head1(data []byte) {
	first := uint64(r.order.Uint32(data[12:]))*1000 + uint64(r.order.Uint16(data[8:]))
	last := uint64(r.order.Uint32(data[16:]))*1000 + uint64(r.order.Uint16(data[10:]))
	binary.LittleEndian.PutUint64(r.start[:], first)
	binary.LittleEndian.PutUint64(r.start[8:], last)
	r.values[slotStart] = record.Value{Raw: r.start[:8], Kind: record.Uint}
	r.values[slotEnd] = record.Value{Raw: r.start[8:], Kind: record.Uint}
	r.span(first, last)
	r.set(slotFlags, data[21:22])
	r.set(slotProtocol, data[22:23])
	r.set(slotClass, data[23:24])
	r.set(slotSourcePort, data[24:26])
	r.set(slotDestinationPort, data[26:28])
}
