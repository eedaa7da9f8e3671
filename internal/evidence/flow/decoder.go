// Package flow decodes what routers, switches and firewalls export of the
// connections they pass: NetFlow v5 and v9, IPFIX and sFlow v5. Rows have the
// names of the IANA registry of information elements, whatever the protocol;
// their sources are "netflow", "ipfix" and "sflow", and "netflow options" and
// "ipfix options" for what exporters say of themselves.
package flow

import (
	"encoding/binary"
	"errors"
	"fmt"
	"net/netip"

	"seawall/record"
)

// Datagram is one UDP datagram of an exporter.
type Datagram struct {
	Exporter netip.Addr // that sent it; may be unknown
	Payload  []byte
	Time     int64 // when it was seen; 0 unknown
	// Origin is where the payload stands. Records get the part of it that is
	// theirs, or all of it if Raw, the bytes at Origin, is set: for payloads
	// inside packets.
	Origin record.Origin
	Raw    []byte
}

// Decoder decodes the datagrams of any number of exporters. Templates and
// sampling rates are remembered by exporter and observation domain; data that
// comes before its template is kept until it comes. Not safe for concurrent
// use; datagrams must come in order.
type Decoder struct {
	schemas  *Schemas
	sessions map[domain]*session
	waiting  []waiting
	awaited  map[awaited]int // sets that wait, by template
	held     int             // bytes that wait
	dropped  int             // sets given up on for lack of room

	rec     record.Record
	now     message
	payload Datagram
	emit    func(*record.Record)
}

// domain is one stream of an exporter.
type domain struct {
	exporter netip.Addr
	version  uint16
	id       uint32 // source id, observation domain
}

// session is what is known of a domain.
type session struct {
	templates map[uint16]*template
	sampling  uint32            // 1 in so many packets; 0 unknown
	samplers  map[uint64]uint32 // by id
	boot      int64             // when the exporter started, milliseconds since 1970, as its IPFIX messages show; 0 unknown
}

// message is what the header of a message says.
type message struct {
	version uint16
	export  int64  // when it was sent, nanoseconds since 1970
	uptime  uint32 // milliseconds since the exporter started; of v5 and v9
}

// awaited is a template that is missing.
type awaited struct {
	domain   domain
	template uint16
}

// waiting is a set of data whose template is missing.
type waiting struct {
	awaited
	set     []byte
	now     message
	payload Datagram
}

// What waits for templates is bounded.
const (
	maxWaiting      = 4096
	maxWaitingBytes = 8 << 20
	maxDomains      = 4096
	maxTemplates    = 4096 // of a domain
)

// Errors of [Decoder.Datagram].
var (
	errShort   = errors.New("the datagram is cut off")
	errVersion = errors.New("this is neither NetFlow v5 or v9 nor IPFIX nor sFlow v5")
)

// NewDecoder returns a decoder that has met no exporter.
func NewDecoder(s *Schemas) *Decoder {
	return &Decoder{schemas: s, sessions: map[domain]*session{}, awaited: map[awaited]int{}}
}

// Datagram decodes one datagram and calls emit for every record in it, and for
// those that waited for a template in it. Records are valid until emit returns.
// All that could be read was emitted even if there is an error.
func (d *Decoder) Datagram(g Datagram, emit func(*record.Record)) error {
	d.payload, d.emit = g, emit
	_, err := d.messages(g.Payload, false)
	return err
}

// messages decodes the messages that data begins with: one, or all if many. It
// returns how many bytes were read.
func (d *Decoder) messages(data []byte, many bool) (n int, err error) {
	for first := true; len(data) > n && (first || many); first = false {
		size, err := d.message(data[n:], many)
		n += size
		if err != nil {
			return n, err
		}
	}
	return n, nil
}

func (d *Decoder) message(data []byte, many bool) (n int, err error) {
	if len(data) < 4 {
		return 0, errShort
	}
	switch version := binary.BigEndian.Uint16(data); version {
	case 5:
		return d.netflow5(data)
	case 9:
		return d.netflow9(data, many)
	case 10:
		return d.ipfix(data)
	case 0:
		if binary.BigEndian.Uint32(data) == 5 {
			return d.sflow(data)
		}
	}
	return 0, errVersion
}

// Probe reports whether a payload looks like a message of a flow exporter.
func Probe(payload []byte) bool {
	if len(payload) < 20 {
		return false
	}
	count := int(binary.BigEndian.Uint16(payload[2:]))
	switch binary.BigEndian.Uint16(payload) {
	case 5:
		return count > 0 && count <= 30 && len(payload) >= headerSize5+count*recordSize5 && plausibleTime(binary.BigEndian.Uint32(payload[8:]))
	case 9:
		if len(payload) < headerSize9+4 || count == 0 {
			return false
		}
		id, length := binary.BigEndian.Uint16(payload[headerSize9:]), int(binary.BigEndian.Uint16(payload[headerSize9+2:]))
		return (id < 2 || id > 255) && length > 4 && headerSize9+length <= len(payload) && plausibleTime(binary.BigEndian.Uint32(payload[8:]))
	case 10:
		if count < headerSize10+4 || count > len(payload) {
			return false
		}
		id := binary.BigEndian.Uint16(payload[headerSize10:])
		return (id == 2 || id == 3 || id > 255) && plausibleTime(binary.BigEndian.Uint32(payload[4:]))
	case 0:
		family := binary.BigEndian.Uint32(payload[4:])
		return binary.BigEndian.Uint32(payload) == 5 && (family == 1 || family == 2) && len(payload) >= 28
	}
	return false
}

// plausibleTime accepts times from 1990 to 2086, and clocks that were never set.
func plausibleTime(seconds uint32) bool {
	return seconds > 631152000 && seconds < 3660000000 || seconds < 100*86400
}

// Missing tells of data whose template never came.
type Missing struct {
	Exporter netip.Addr
	Domain   uint32
	Template uint16
	Sets     int
	Bytes    int
	Offset   int64 // of the first such set
}

// Missing returns what still waits for its template, in the order it came, and
// how many sets were given up on for lack of room.
func (d *Decoder) Missing() (missing []Missing, dropped int) {
	index := map[Missing]int{}
	for i := range d.waiting {
		w := &d.waiting[i]
		key := Missing{Exporter: w.domain.exporter, Domain: w.domain.id, Template: w.template}
		at, known := index[key]
		if !known {
			at = len(missing)
			index[key] = at
			missing = append(missing, key)
			missing[at].Offset = w.payload.Origin.Offset
		}
		missing[at].Sets++
		missing[at].Bytes += len(w.set)
	}
	return missing, d.dropped
}

// String says what is missing, for people.
func (m Missing) String() string {
	exporter := ""
	if m.Exporter.IsValid() {
		exporter = " of " + m.Exporter.String()
	}
	return fmt.Sprintf("template %d of source %d%s is not in the file: %d data sets (%d bytes) cannot be read", m.Template, m.Domain, exporter, m.Sets, m.Bytes)
}

// session returns what is known of a domain.
func (d *Decoder) session(key domain) *session {
	s := d.sessions[key]
	if s == nil {
		if len(d.sessions) >= maxDomains {
			clear(d.sessions)
		}
		s = &session{templates: map[uint16]*template{}}
		d.sessions[key] = s
	}
	return s
}

// wait keeps a set of data until its template comes.
func (d *Decoder) wait(key domain, id uint16, set []byte) {
	if len(d.waiting) >= maxWaiting || d.held+len(set)+len(d.payload.Raw) > maxWaitingBytes {
		d.dropped++
		return
	}
	w := waiting{awaited: awaited{key, id}, set: append([]byte(nil), set...), now: d.now, payload: d.payload}
	w.payload.Payload = nil
	if d.payload.Raw == nil {
		w.payload.Origin.Offset += int64(cap(d.payload.Payload) - cap(set))
	} else {
		w.payload.Raw = append([]byte(nil), d.payload.Raw...)
	}
	d.held += len(set) + len(d.payload.Raw)
	d.waiting = append(d.waiting, w)
	d.awaited[w.awaited]++
}

// resolve decodes what waited for a template.
func (d *Decoder) resolve(key domain, s *session, id uint16, t *template) {
	if d.awaited[awaited{key, id}] == 0 {
		return
	}
	delete(d.awaited, awaited{key, id})
	now, payload := d.now, d.payload
	kept := d.waiting[:0]
	for _, w := range d.waiting {
		if w.domain != key || w.template != id {
			kept = append(kept, w)
			continue
		}
		d.held -= len(w.set) + len(w.payload.Raw)
		d.now, d.payload = w.now, w.payload
		d.payload.Payload = w.set
		d.records(s, t, w.set)
	}
	clear(d.waiting[len(kept):])
	d.waiting = kept
	d.now, d.payload = now, payload
}

// place sets where a record stands: raw is a part of the payload.
func (d *Decoder) place(raw []byte) {
	o := d.payload.Origin
	if d.payload.Raw != nil {
		d.rec.Raw = d.payload.Raw
	} else {
		o.Offset += int64(cap(d.payload.Payload) - cap(raw))
		o.Length = len(raw)
		d.rec.Raw = raw
	}
	d.rec.Origin = o
}
