package packet

import (
	"net/netip"
	"slices"
)

// Bounds of what is kept of fragmented packets.
const (
	maxWaiting   = 256      // packets not yet whole
	maxWhole     = 64 << 10 // bytes of one
	fragmentLife = 30e9     // nanoseconds
)

// part is one fragment.
type part struct {
	id       uint32
	protocol uint8
	offset   int
	last     bool
	header   int // length of what came before data in its packet
	data     []byte
	size     int
}

type fragmentKey struct {
	source, destination netip.Addr
	id                  uint32
	protocol            uint8
}

// waiting is a packet of which fragments are missing.
type waiting struct {
	data  []byte
	have  []span
	total int // 0 until the last fragment is there
	first Place
	since int64
}

type span struct{ from, to int }

// fragments reassembles packets, a bounded number at a time.
type fragments struct {
	waiting map[fragmentKey]*waiting
	spare   []*waiting
}

// fragment takes a fragment, and reads on when the packet is whole. A hole in
// what was captured leaves zeros.
func (r *Reader) fragment(f part) {
	p := &r.packet
	end := f.offset + f.size
	if f.size <= 0 || end > maxWhole || !f.last && f.size%8 != 0 {
		r.unread()
		return
	}
	s := &r.fragments
	key := fragmentKey{p.Source, p.Destination, f.id, f.protocol}
	w := s.waiting[key]
	if w != nil && p.Time-w.since > fragmentLife {
		s.drop(key)
		w = nil
	}
	if w == nil {
		w = s.start(key, p)
	}
	if f.last {
		w.total = end
	}
	if len(w.data) < end {
		if cap(w.data) < end {
			w.data = append(make([]byte, 0, max(2*cap(w.data), end)), w.data...)
		}
		w.data = w.data[:end]
	}
	copy(w.data[f.offset:end], f.data)
	w.have = addSpan(w.have, span{f.offset, end})
	if w.total == 0 || w.have[0] != (span{0, w.total}) {
		return
	}
	delete(s.waiting, key)
	p.Place, p.Length, p.Record, p.Protocol = w.first, f.header+w.total, nil, f.protocol
	r.transport(f.protocol, w.data[:w.total], w.total)
	s.keep(w) // only now: a tunnel's inner packet may be in fragments too
}

// start makes room for a packet; if there is none, the oldest gives way.
func (s *fragments) start(key fragmentKey, p *Packet) *waiting {
	if s.waiting == nil {
		s.waiting = make(map[fragmentKey]*waiting, maxWaiting)
	}
	if len(s.waiting) >= maxWaiting {
		var oldest fragmentKey
		var since int64
		for k, w := range s.waiting {
			if since == 0 || w.since < since {
				oldest, since = k, w.since
			}
		}
		s.drop(oldest)
	}
	w := &waiting{}
	if n := len(s.spare); n > 0 {
		w, s.spare = s.spare[n-1], s.spare[:n-1]
	}
	clear(w.data[:cap(w.data)])
	*w = waiting{data: w.data[:0], have: w.have[:0], first: p.Place, since: p.Time}
	s.waiting[key] = w
	return w
}

func (s *fragments) drop(key fragmentKey) {
	if w := s.waiting[key]; w != nil {
		delete(s.waiting, key)
		s.keep(w)
	}
}

func (s *fragments) keep(w *waiting) {
	if len(s.spare) < 16 {
		s.spare = append(s.spare, w)
	}
}

// addSpan adds s to sorted spans and joins those that touch.
func addSpan(spans []span, s span) []span {
	from := 0
	for from < len(spans) && spans[from].to < s.from {
		from++
	}
	to := from
	for to < len(spans) && spans[to].from <= s.to {
		s = span{min(s.from, spans[to].from), max(s.to, spans[to].to)}
		to++
	}
	return slices.Replace(spans, from, to, s)
}
