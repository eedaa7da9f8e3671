// Package http reads the heads of HTTP/1 messages in a stream of bytes and
// passes over their bodies (RFC 9112), forgiving as servers are.
package http

// Message is the head of a request or a response. Slices are borrowed.
type Message struct {
	Response bool
	Method   []byte
	Target   []byte
	Version  []byte // "1.1"
	Status   int
	Reason   []byte

	Host, UserAgent, Referer, Origin []byte
	ContentType, Upgrade             []byte
	Forwarded, Authorization         []byte
	ProxyAuthorization               []byte
	Server                           []byte
	Length                           int64 // Content-Length; -1 if there is none that makes sense
	Chunked                          bool
	Headers                          int
}

// Body says how what follows a head is read.
type Body uint8

// The ways.
const (
	Framed  Body = iota // as the head says
	None                // no body, whatever the head says: the answer to HEAD
	Foreign             // another protocol begins: CONNECT, Upgrade
)

// Taker takes what a stream holds.
type Taker interface {
	// Head takes the head of a message and says how its body is read.
	Head(m *Message) Body
	// Body takes some of the body.
	Body(b []byte)
	// Done tells that the message is over, with the size of its body.
	Done(size int64)
}

// maxHead is the longest head that is read.
const maxHead = 64 << 10

type state uint8

const (
	inHead state = iota
	inBody
	toEnd // body up to the end of the stream
	inChunkSize
	inChunk
	afterChunk
	inTrailer
	foreign
	lost // after a gap: until a message begins
	broken
)

// Stream reads one direction. Response says which.
type Stream struct {
	Response bool

	state   state
	head    []byte // what is not whole yet: of the head, or of a line of chunked framing
	left    int64  // of the body or chunk
	size    int64  // of the body so far
	message Message
}

// Foreign reports whether another protocol has begun.
func (s *Stream) Foreign() bool { return s.state == foreign }

// Broken reports whether the stream can no longer be read.
func (s *Stream) Broken() bool { return s.state == broken }

// Buffered is how many bytes are kept.
func (s *Stream) Buffered() int { return cap(s.head) }

// Release gives up what is buffered.
func (s *Stream) Release() { s.head = nil }

// Gap takes note of n bytes that were not captured.
func (s *Stream) Gap(n int, t Taker) {
	switch {
	case s.state == toEnd:
		s.size += int64(n)
	case (s.state == inBody || s.state == inChunk) && int64(n) <= s.left:
		s.left -= int64(n)
		s.size += int64(n)
		if s.left == 0 && s.state == inBody {
			s.done(t)
		} else if s.left == 0 {
			s.state = afterChunk
		}
	case s.state == foreign || s.state == lost:
	default:
		s.partial(t)
		s.state = lost
	}
}

// partial reads the head that is not whole, for what there is of it.
func (s *Stream) partial(t Taker) {
	if s.state != inHead || len(s.head) == 0 {
		return
	}
	if s.message.parse(s.head, s.Response) {
		t.Head(&s.message)
		t.Done(0)
	}
	s.head = s.head[:0]
}

// End tells that the stream is over.
func (s *Stream) End(t Taker) {
	switch s.state {
	case inHead:
		s.partial(t)
	case toEnd, inBody, inChunk, inChunkSize, afterChunk, inTrailer:
		s.done(t)
	}
}

func (s *Stream) done(t Taker) {
	size := s.size
	s.state, s.size, s.left = inHead, 0, 0
	t.Done(size)
}

// Feed takes bytes and returns those behind the point where another protocol
// begins.
func (s *Stream) Feed(b []byte, t Taker) (rest []byte) {
	if s.state == lost && (s.Response && LooksLikeResponse(b) || !s.Response && LooksLikeRequest(b)) {
		s.state, s.size, s.left = inHead, 0, 0
	}
	for len(b) > 0 {
		switch s.state {
		case inHead:
			b = s.readHead(b, t)
		case inBody, inChunk:
			n := min(int64(len(b)), s.left)
			t.Body(b[:n])
			s.left, s.size, b = s.left-n, s.size+n, b[n:]
			if s.left == 0 && s.state == inBody {
				s.done(t)
			} else if s.left == 0 {
				s.state = afterChunk
			}
		case toEnd:
			t.Body(b)
			s.size += int64(len(b))
			return nil
		case inChunkSize, afterChunk, inTrailer:
			b = s.chunkLine(b, t)
		case foreign:
			return b
		case broken, lost:
			return nil
		}
	}
	return nil
}

// readHead collects a head, and returns what follows it.
func (s *Stream) readHead(b []byte, t Taker) []byte {
	if len(s.head) == 0 { // blank lines before a message are allowed
		for len(b) > 0 && (b[0] == '\r' || b[0] == '\n') {
			b = b[1:]
		}
		if len(b) == 0 {
			return nil
		}
		if n := headEnd(b, 0); n > 0 {
			s.begin(b[:n], t)
			return b[n:]
		}
		s.head = append(s.head[:0], b...)
		return s.tooLong()
	}
	from := max(len(s.head)-3, 0)
	before := len(s.head)
	s.head = append(s.head, b...)
	n := headEnd(s.head, from)
	if n == 0 {
		return s.tooLong()
	}
	s.begin(s.head[:n], t)
	s.head = s.head[:0]
	return b[n-before:]
}

func (s *Stream) tooLong() []byte {
	if len(s.head) > maxHead {
		s.state = broken
		s.Release()
	}
	return nil
}

// headEnd returns the length of the head at the front of b with the blank
// line after it; 0 if it is not whole. Nothing before from ends it.
func headEnd(b []byte, from int) int {
	for i := from; i < len(b); i++ {
		if b[i] != '\n' {
			continue
		}
		switch {
		case i+1 < len(b) && b[i+1] == '\n':
			return i + 2
		case i+2 < len(b) && b[i+1] == '\r' && b[i+2] == '\n':
			return i + 3
		}
	}
	return 0
}

// begin reads a head and chooses how its body is read.
func (s *Stream) begin(head []byte, t Taker) {
	m := &s.message
	if !m.parse(head, s.Response) {
		s.state = broken
		s.Release()
		return
	}
	switch how := t.Head(m); {
	case how == Foreign:
		s.state = foreign
		return
	case how == None || s.Response && (m.Status/100 == 1 || m.Status == 204 || m.Status == 304):
		s.left = 0
	case m.Chunked:
		s.state = inChunkSize
		return
	case m.Length > 0:
		s.state, s.left = inBody, m.Length
		return
	case m.Length < 0 && s.Response:
		s.state = toEnd
		return
	}
	s.done(t)
}

// chunkLine reads a line of chunked framing and returns what follows it.
func (s *Stream) chunkLine(b []byte, t Taker) []byte {
	end := -1
	for i, c := range b {
		if c == '\n' {
			end = i
			break
		}
	}
	if end < 0 {
		if s.head = append(s.head, b...); len(s.head) > maxHead {
			s.state = broken
			s.Release()
		}
		return nil
	}
	line := b[:end]
	if len(s.head) > 0 {
		s.head = append(s.head, line...)
		line = s.head
	}
	for len(line) > 0 && (line[len(line)-1] == '\r' || line[len(line)-1] == ' ') {
		line = line[:len(line)-1]
	}
	switch s.state {
	case afterChunk:
		s.state = inChunkSize
	case inChunkSize:
		s.chunk(line)
	case inTrailer:
		if len(line) == 0 {
			s.done(t)
		}
	}
	s.head = s.head[:0]
	return b[end+1:]
}

func (s *Stream) chunk(line []byte) {
	size, digits := int64(0), 0
	for _, c := range line {
		d := hexDigit(c)
		if d > 15 {
			break
		}
		if digits++; digits > 12 {
			break
		}
		size = size<<4 | int64(d)
	}
	switch {
	case digits == 0 || digits > 12:
		s.state = broken
		s.Release()
	case size == 0:
		s.state = inTrailer
	default:
		s.state, s.left = inChunk, size
	}
}

func hexDigit(c byte) byte {
	switch {
	case c >= '0' && c <= '9':
		return c - '0'
	case c|0x20 >= 'a' && c|0x20 <= 'f':
		return c | 0x20 - 'a' + 10
	}
	return 0xff
}
