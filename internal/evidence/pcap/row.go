package pcap

import (
	"encoding/base64"
	"net/netip"
	"strconv"
	"strings"

	"seawall/internal/evidence"
	"seawall/internal/evidence/flow"
	"seawall/internal/evidence/pcap/conn"
	"seawall/internal/evidence/pcap/dns"
	"seawall/internal/evidence/pcap/kerberos"
	"seawall/internal/evidence/pcap/ldap"
	"seawall/internal/evidence/pcap/ntlm"
	"seawall/internal/evidence/pcap/tls"
	"seawall/record"
)

// rows writes records, one at a time. Nothing of a row is valid once it is
// handed out.
type rows struct {
	path     string
	schemas  *schemas
	sink     evidence.Sink
	rec      record.Record
	buf      []byte
	cells    []cell
	scratch  []byte
	buffered int   // bytes that connections keep of messages that are not whole
	crowded  int64 // connections given up because that was too much

	clientHello   tls.ClientHello
	serverHello   tls.ServerHello
	fingerprinter tls.Fingerprinter
	certificates  map[[32]byte]*tls.Certificate
	shown         map[[32]byte]struct{} // certificates that have a row
	texts         map[string]string
	dns           dns.Message
	dnsSpare      []*dnsFollower
	exchanges     []*exchange // free ones
	ntlm          ntlm.Message
	kerberos      kerberos.Message
	ldap          ldap.Message
	expected      map[netip.AddrPort]struct{} // where FTP announced data connections to
	tunnels       map[tunnelEnds]uint64       // that have a row, with their ids
	exports       *flow.Decoder               // of flow exporters; nil until one is met
}

// cell is where the text of a value stands in the buffer.
type cell struct {
	from, to int
	kind     record.Kind // Null if the field is not set
}

func newRows(path string, s *schemas) *rows {
	return &rows{path: path, schemas: s, certificates: map[[32]byte]*tls.Certificate{}, shown: map[[32]byte]struct{}{}, texts: map[string]string{}, expected: map[netip.AddrPort]struct{}{}, tunnels: map[tunnelEnds]uint64{}}
}

const (
	maxTexts = 1 << 14 // that are remembered
	maxText  = 4096    // bytes of one
)

// intern returns a text to keep: connections repeat names and fingerprints.
func (r *rows) intern(b []byte) string {
	if len(b) == 0 {
		return ""
	}
	const longest = 1024
	if len(b) > longest {
		return string(b[:min(len(b), maxText)])
	}
	if s, ok := r.texts[string(b)]; ok {
		return s
	}
	if len(r.texts) >= maxTexts {
		clear(r.texts)
	}
	s := string(b)
	r.texts[s] = s
	return s
}

// decimal writes numbers separated by NUL, valid until the next call.
func (r *rows) decimal(list []uint16) []byte {
	r.scratch = r.scratch[:0]
	for i, v := range list {
		if i > 0 {
			r.scratch = append(r.scratch, 0)
		}
		r.scratch = strconv.AppendUint(r.scratch, uint64(v), 10)
	}
	return r.scratch
}

func itoa(n int) string { return strconv.Itoa(n) }

// addService adds a protocol to those that a connection speaks.
func addService(services, name string) string {
	if services == "" || services == name {
		return name
	}
	if strings.HasSuffix(services, ","+name) || strings.HasPrefix(services, name+",") {
		return services
	}
	return services + "," + name
}

// begin starts a row.
func (r *rows) begin(s *record.Schema, time int64, q *quote) {
	r.rec = record.Record{
		Schema: s, Values: r.rec.Values[:0], Time: time,
		Origin: record.Origin{Path: r.path, Offset: q.Offset, Length: q.Length},
	}
	if len(q.raw) > 0 {
		r.rec.Raw = q.raw
	}
	r.buf, r.cells = r.buf[:0], r.cells[:0]
	for range s.Fields {
		r.cells = append(r.cells, cell{})
	}
}

// end hands the row out.
func (r *rows) end() {
	for _, c := range r.cells {
		if c.kind == record.Null {
			r.rec.Values = append(r.rec.Values, record.Value{})
			continue
		}
		r.rec.Values = append(r.rec.Values, record.Value{Kind: c.kind, Raw: r.buf[c.from:c.to:c.to]})
	}
	r.sink.Record(&r.rec)
}

// place makes a cell of all that was appended since from.
func (r *rows) place(slot, from int) { r.cells[slot] = cell{from, len(r.buf), record.Text} }

func (r *rows) text(slot int, text string) {
	if text != "" {
		from := len(r.buf)
		r.buf = append(r.buf, text...)
		r.place(slot, from)
	}
}

func (r *rows) bytes(slot int, text []byte) {
	if len(text) > 0 {
		from := len(r.buf)
		r.buf = append(r.buf, text...)
		r.place(slot, from)
	}
}

// item adds one text to a list.
func (r *rows) item(slot int, text []byte) {
	c := &r.cells[slot]
	if c.kind == record.Null {
		from := len(r.buf)
		r.buf = append(r.buf, text...)
		*c = cell{from, len(r.buf), record.Text | record.Array}
		return
	}
	if c.to != len(r.buf) { // something else was written since
		from := len(r.buf)
		r.buf = append(r.buf, r.buf[c.from:c.to]...)
		c.from = from
	}
	r.buf = append(append(r.buf, 0), text...)
	c.to = len(r.buf)
}

// list writes texts that are separated by NUL.
func (r *rows) list(slot int, texts string) {
	if texts != "" {
		from := len(r.buf)
		r.buf = append(r.buf, texts...)
		r.cells[slot] = cell{from, len(r.buf), record.Text | record.Array}
	}
}

// count writes n; negative numbers are not set.
func (r *rows) count(slot int, n int64) {
	if n >= 0 {
		from := len(r.buf)
		r.buf = strconv.AppendInt(r.buf, n, 10)
		r.place(slot, from)
	}
}

func (r *rows) flag(slot int, set bool) {
	if set {
		r.text(slot, "T")
	} else {
		r.text(slot, "F")
	}
}

func (r *rows) address(slot int, a netip.Addr) {
	from := len(r.buf)
	r.buf = a.AppendTo(r.buf)
	r.place(slot, from)
}

// seconds writes nanoseconds as seconds with six decimals.
func (r *rows) seconds(slot int, nanoseconds int64) {
	if nanoseconds >= 0 {
		from := len(r.buf)
		r.buf = appendSeconds(r.buf, nanoseconds)
		r.place(slot, from)
	}
}

func appendSeconds(dst []byte, nanoseconds int64) []byte {
	dst = strconv.AppendInt(dst, nanoseconds/1e9, 10)
	micro := nanoseconds % 1e9 / 1000
	dst = append(dst, '.')
	for unit := int64(100000); unit > 0; unit /= 10 {
		dst = append(dst, byte('0'+micro/unit%10))
	}
	return dst
}

// hex writes bytes in lower-case hexadecimal.
func (r *rows) hex(slot int, b []byte) {
	if len(b) > 0 {
		from := len(r.buf)
		r.buf = appendHex(r.buf, b)
		r.place(slot, from)
	}
}

func appendHex(dst, b []byte) []byte {
	const digits = "0123456789abcdef"
	for _, c := range b {
		dst = append(dst, digits[c>>4], digits[c&15])
	}
	return dst
}

// uid writes the id of a connection.
func (r *rows) uid(slot int, id uint64) {
	from := len(r.buf)
	r.buf = conn.AppendUID(r.buf, id)
	r.place(slot, from)
}

func (r *rows) base64(slot int, prefix string, b []byte) {
	from := len(r.buf)
	r.buf = base64.StdEncoding.AppendEncode(append(r.buf, prefix...), b)
	r.place(slot, from)
}

// The fields that every row begins with.
const (
	fieldTime = iota
	fieldUID
	fieldOrigHost
	fieldOrigPort
	fieldRespHost
	fieldRespPort
	commonFields
)

const common = "ts uid id.orig_h id.orig_p id.resp_h id.resp_p "

// start begins a row about a connection.
func (r *rows) start(s *record.Schema, c *conn.Conn, time int64, q *quote) {
	r.begin(s, time, q)
	o, p := &c.Ends[conn.Originator], &c.Ends[conn.Responder]
	r.seconds(fieldTime, time)
	r.uid(fieldUID, c.ID())
	r.address(fieldOrigHost, o.Address)
	r.count(fieldOrigPort, int64(o.Port))
	r.address(fieldRespHost, p.Address)
	r.count(fieldRespPort, int64(p.Port))
}
