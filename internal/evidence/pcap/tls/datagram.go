package tls

// Datagrams reads the records of one direction of a DTLS connection (RFC 6347,
// 9147). The zero value is ready.
type Datagrams struct {
	message []byte // under reassembly, by offset
	have    int    // bytes of it, as far as they came in order
	number  int
	kind    byte
}

// LooksLikeDTLS reports whether a datagram begins with a record of a DTLS
// handshake.
func LooksLikeDTLS(b []byte) bool {
	return len(b) >= 25 && b[0] == RecordHandshake && b[1] == 0xfe && (b[2] == 0xff || b[2] == 0xfd || b[2] == 0xfc) &&
		b[3] == 0 && b[4] == 0 && (b[13] == TypeClientHello || b[13] == TypeServerHello || b[13] == TypeHelloVerify)
}

// Feed takes a datagram. It reports whether it makes sense.
func (d *Datagrams) Feed(b []byte, t Taker) bool {
	const header = 13
	for len(b) >= header {
		kind, version, epoch, size := b[0], uint16(b[1])<<8|uint16(b[2]), int(b[3])<<8|int(b[4]), int(b[11])<<8|int(b[12])
		if kind&0xe0 == 0x20 { // the short header of encrypted records in DTLS 1.3
			t.Record(RecordData, 0xfefc, len(b), nil)
			return true
		}
		if kind < RecordChangeCipher || kind > 26 || b[1] != 0xfe && b[1] != 1 {
			return false
		}
		if size > len(b)-header {
			return true // cut
		}
		content := b[header : header+size]
		b = b[header+size:]
		switch {
		case kind == RecordHandshake && epoch == 0:
			d.fragments(content, t)
		case kind == RecordAlert && epoch == 0:
			t.Record(kind, version, size, content)
		default:
			t.Record(kind, version, size, nil)
		}
	}
	return true
}

// fragments takes the handshake messages in a record, whole or in parts.
func (d *Datagrams) fragments(b []byte, t Taker) {
	for len(b) >= 12 {
		r := reader{b: b}
		kind, total := byte(r.u8()), r.u24()
		number, offset, size := r.u16(), r.u24(), r.u24()
		part := r.take(size)
		if r.bad || total > maxMessage || offset+size > total {
			return
		}
		b = r.b
		if size == total {
			t.Handshake(kind, part)
			continue
		}
		if number != d.number || kind != d.kind || offset == 0 && d.have > 0 && d.have >= total {
			d.number, d.kind, d.have, d.message = number, kind, 0, d.message[:0]
		}
		if offset > d.have || offset+size <= d.have {
			continue // out of order: it comes again
		}
		d.message = append(d.message[:d.have], part[d.have-offset:]...)
		if d.have = len(d.message); d.have == total {
			t.Handshake(kind, d.message)
			d.have, d.message = 0, d.message[:0]
		}
	}
}
