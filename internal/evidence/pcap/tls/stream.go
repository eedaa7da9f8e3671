package tls

// Record types.
const (
	RecordChangeCipher = 20
	RecordAlert        = 21
	RecordHandshake    = 22
	RecordData         = 23
	RecordHeartbeat    = 24
)

// Taker takes what one side of a connection sends.
type Taker interface {
	// Handshake takes the body of a message in clear, borrowed.
	Handshake(kind byte, body []byte)
	// Record takes note of any record but handshakes in clear: its type, the
	// version it claims and the length of its content.
	Record(kind byte, version uint16, size int, content []byte)
}

const (
	maxRecord  = 1<<14 + 2048
	maxMessage = 1 << 17 // of a handshake; chains of certificates are the longest
)

// Stream reads the records of one direction of a TLS connection over TCP.
// The zero value is ready.
type Stream struct {
	record    []byte // the beginning of a record that is not whole yet
	message   []byte // of a handshake message that is not whole yet
	encrypted bool   // handshakes are no longer in clear
	skip      int    // bytes of a record that nobody needs
	header    [5]byte
	have      int  // bytes of header
	Broken    bool // what came is no TLS, or a part was not captured
}

// Encrypted has what follows taken for encrypted.
func (s *Stream) Encrypted() { s.encrypted = true }

// Release gives up what is buffered.
func (s *Stream) Release() { s.record, s.message = nil, nil }

// Buffered is how many bytes are kept.
func (s *Stream) Buffered() int { return cap(s.record) + cap(s.message) }

// Gap takes note that n bytes were not captured. What lies within a record
// that nobody needs is no loss.
func (s *Stream) Gap(n int) {
	if n <= s.skip {
		s.skip -= n
		return
	}
	s.Broken = true
	s.Release()
}

// Feed takes bytes in order. It reports whether they still make sense.
func (s *Stream) Feed(data []byte, t Taker) bool {
	for len(data) > 0 && !s.Broken {
		if s.skip > 0 {
			n := min(s.skip, len(data))
			s.skip, data = s.skip-n, data[n:]
			continue
		}
		if s.have < len(s.header) {
			n := copy(s.header[s.have:], data)
			s.have, data = s.have+n, data[n:]
			if s.have < len(s.header) {
				break
			}
			if !s.begin(t) {
				s.Broken = true
				s.Release()
				return false
			}
			if s.skip > 0 || s.have == 0 {
				continue
			}
		}
		data = s.content(data, t)
	}
	return !s.Broken
}

// begin judges the header of a record. What is encrypted is passed over.
func (s *Stream) begin(t Taker) bool {
	kind, version, size := s.header[0], uint16(s.header[1])<<8|uint16(s.header[2]), int(s.header[3])<<8|int(s.header[4])
	if kind < RecordChangeCipher || kind > RecordHeartbeat || s.header[1] != 3 && s.header[1] != 0x7f || size > maxRecord {
		return false
	}
	if kind == RecordHandshake && !s.encrypted || kind == RecordAlert && !s.encrypted && size == 2 {
		return true
	}
	t.Record(kind, version, size, nil)
	if kind == RecordChangeCipher {
		s.encrypted = true
		s.Release()
	}
	s.skip, s.have = size, 0
	return true
}

// content takes bytes of a record that is read.
func (s *Stream) content(data []byte, t Taker) []byte {
	size := int(s.header[3])<<8 | int(s.header[4])
	if len(s.record) == 0 && len(data) >= size {
		s.have = 0
		s.whole(data[:size], t)
		return data[size:]
	}
	n := min(size-len(s.record), len(data))
	s.record = append(s.record, data[:n]...)
	if len(s.record) == size {
		s.have = 0
		s.whole(s.record, t)
		s.record = s.record[:0]
	}
	return data[n:]
}

// whole takes the content of a record in clear.
func (s *Stream) whole(b []byte, t Taker) {
	if s.header[0] == RecordAlert {
		t.Record(RecordAlert, uint16(s.header[1])<<8|uint16(s.header[2]), len(b), b)
		return
	}
	if len(s.message) > 0 {
		s.message = append(s.message, b...)
		b = s.message
	}
	for len(b) >= 4 && !s.encrypted {
		size := int(b[1])<<16 | int(b[2])<<8 | int(b[3])
		if size > maxMessage {
			s.Broken = true
			s.Release()
			return
		}
		if len(b) < 4+size {
			break // what is kept is thus less than the longest message and a record
		}
		t.Handshake(b[0], b[4:4+size])
		b = b[4+size:]
	}
	if s.encrypted {
		b = nil
	}
	s.message = append(s.message[:0], b...) // may overlap: append moves as copy does
}
