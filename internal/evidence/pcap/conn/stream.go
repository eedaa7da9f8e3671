package conn

import "slices"

// Bounds of what waits behind a gap in one direction.
const (
	maxHeld      = 64
	maxHeldBytes = 64 << 10
)

// stream is one direction of a TCP connection. Offsets count from the first
// byte of payload; they do not wrap.
type stream struct {
	known    bool
	start    uint32 // sequence number of offset 0
	next     int64  // all before it were handed out or given up
	top      int64  // end of the furthest segment seen
	acked    int64  // what the peer confirmed
	held     []held // segments behind a gap, by offset
	heldSize int
}

type held struct {
	from, to int64
	data     []byte // nil if nobody wants it; shorter than to-from if not all was captured
}

// begin sets where the stream starts.
func (s *stream) begin(seq uint32) {
	if !s.known {
		s.known, s.start = true, seq
	}
}

// restart sets where the stream starts anew, as a SYN sent again with another
// number does, while nothing of the stream was handed out.
func (s *stream) restart(seq uint32) {
	if s.known && s.start == seq || s.next > 0 {
		return
	}
	s.known, s.start, s.top, s.acked = true, seq, 0, 0
}

// offset places a sequence number near what was seen last.
func (s *stream) offset(seq uint32) int64 {
	return s.top + int64(int32(seq-s.start-uint32(s.top)))
}

// size is the length of the stream. A FIN takes a sequence number of its own.
func (s *stream) size(finished bool) int64 {
	end := s.top
	if s.acked > end {
		end = s.acked
		if finished {
			end--
		}
	}
	return max(end, 0)
}

// maxAhead is how far an acknowledgement may run ahead of the data seen before
// it is taken for an error rather than for lost packets.
const maxAhead = 1 << 28

// acknowledge notes what the peer confirmed.
func (s *stream) acknowledge(ack uint32) {
	if !s.known {
		return
	}
	if at := s.offset(ack); at > s.acked && at < s.top+maxAhead {
		s.acked = at
	}
}

// maxHeldInAll bounds what waits behind gaps in all connections together.
const maxHeldInAll = 32 << 20

// insert keeps a segment that lies behind a gap. It reports whether there was
// room.
func (s *stream) insert(h held, t *Table) bool {
	if len(s.held) >= maxHeld || s.heldSize+len(h.data) > maxHeldBytes || t.held+len(h.data) > maxHeldInAll && len(s.held) > 0 {
		return false
	}
	if h.data != nil {
		h.data = append(t.pool.get(), h.data...)
	}
	s.heldSize += len(h.data)
	t.held += len(h.data)
	at, _ := slices.BinarySearchFunc(s.held, h.from, func(o held, from int64) int { return int(o.from - from) })
	s.held = slices.Insert(s.held, at, h)
	return true
}

// shift takes the first held segment out.
func (s *stream) shift(t *Table) held {
	h := s.held[0]
	s.held = slices.Delete(s.held, 0, 1)
	s.heldSize -= len(h.data)
	t.held -= len(h.data)
	return h
}

// pool keeps buffers of segments.
type pool struct{ free [][]byte }

func (p *pool) get() []byte {
	if n := len(p.free); n > 0 {
		b := p.free[n-1]
		p.free = p.free[:n-1]
		return b[:0]
	}
	return make([]byte, 0, 1600)
}

func (p *pool) put(b []byte) {
	if cap(b) > 0 && len(p.free) < 1024 {
		p.free = append(p.free, b)
	}
}
