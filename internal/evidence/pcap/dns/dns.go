// Package dns reads DNS messages (RFC 1035), bounded however they are crafted.
package dns

// Message is what is read of a DNS message. Buffers are reused by the next
// Parse.
type Message struct {
	ID                        uint16
	Response                  bool
	Opcode                    byte
	Authoritative, Truncated  bool
	RecursionDesired          bool
	RecursionAvailable        bool
	Code                      byte
	Questions, AnswersClaimed int
	Name                      []byte // of the first question, as asked, without the final dot
	Type, Class               uint16
	Answers                   []Answer
	Malformed                 bool // not all could be read

	texts []byte
}

// Answer is one record of the answer section.
type Answer struct {
	Type uint16
	TTL  uint32
	Text []byte // the data as Zeek writes it: an address, a name, TXT and its length
}

const (
	headerSize = 12
	maxName    = 255
	maxJumps   = 16
	maxAnswers = 64
	maxTexts   = 16 << 10
	maxCounted = 64 // questions in a message that makes sense
)

// Looks reports whether b begins like a DNS message: a plausible header, and a
// first question that can be read.
func Looks(b []byte) bool {
	if len(b) < headerSize+5 {
		return false
	}
	questions, answers := be16(b[4:]), be16(b[6:])
	opcode := b[2] >> 3 & 15
	if questions != 1 || opcode > 6 || b[3]&0x40 != 0 || b[2]&0x80 == 0 && answers > 0 && opcode != 5 {
		return false
	}
	name, rest, ok := appendName(nil, b, headerSize)
	if !ok || len(b) < rest+4 {
		return false
	}
	class := be16(b[rest+2:]) & 0x7fff
	return len(name) <= maxName && (class == 1 || class == 3 || class == 255)
}

// Parse reads a message. It reports whether there was at least a header.
func (m *Message) Parse(b []byte) bool {
	*m = Message{Answers: m.Answers[:0], Name: m.Name[:0], texts: m.texts[:0]}
	if len(b) < headerSize {
		return false
	}
	m.ID = be16(b)
	m.Response, m.Opcode = b[2]&0x80 != 0, b[2]>>3&15
	m.Authoritative, m.Truncated, m.RecursionDesired = b[2]&4 != 0, b[2]&2 != 0, b[2]&1 != 0
	m.RecursionAvailable, m.Code = b[3]&0x80 != 0, b[3]&15
	m.Questions, m.AnswersClaimed = int(be16(b[4:])), int(be16(b[6:]))
	at := headerSize
	for i := range min(m.Questions, maxCounted) {
		start := len(m.texts)
		name, rest, ok := appendName(m.texts, b, at)
		if !ok || rest+4 > len(b) {
			m.Malformed = true
			return true
		}
		if i == 0 {
			m.Name = append(m.Name, name[start:]...)
			m.Type, m.Class = be16(b[rest:]), be16(b[rest+2:])
		}
		m.texts = name[:start]
		at = rest + 4
	}
	for range min(m.AnswersClaimed, maxAnswers) {
		if at = m.answer(b, at); at < 0 || len(m.texts) > maxTexts {
			m.Malformed = true
			return true
		}
	}
	return true
}

// answer reads a resource record and returns where the next one stands; -1 if
// it is cut off.
func (m *Message) answer(b []byte, at int) int {
	_, at, ok := appendName(m.texts, b, at)
	if !ok || at+10 > len(b) {
		return -1
	}
	kind, size := be16(b[at:]), int(be16(b[at+8:]))
	a := Answer{Type: kind, TTL: uint32(be16(b[at+4:]))<<16 | uint32(be16(b[at+6:]))}
	at += 10
	if at+size > len(b) {
		return -1
	}
	const opt = 41
	if kind == opt {
		return at + size
	}
	start := len(m.texts)
	m.texts = appendData(m.texts, b, at, size, kind)
	a.Text = m.texts[start:len(m.texts):len(m.texts)]
	m.Answers = append(m.Answers, a)
	return at + size
}

// appendName reads a name at a place of the message, with its compression, and
// returns where it ends. Bytes that would confuse a reader are escaped.
func appendName(dst, b []byte, at int) (name []byte, end int, ok bool) {
	end = -1
	start := len(dst)
	for jumps := 0; ; {
		if at >= len(b) {
			return dst, 0, false
		}
		size := int(b[at])
		switch {
		case size == 0:
			if end < 0 {
				end = at + 1
			}
			return dst, end, true
		case size >= 0xc0:
			if at+1 >= len(b) || jumps == maxJumps {
				return dst, 0, false
			}
			if end < 0 {
				end = at + 2
			}
			at = size&0x3f<<8 | int(b[at+1])
			jumps++
			continue
		case size > 63 || at+1+size > len(b) || len(dst)-start+size > 4*maxName:
			return dst, 0, false
		}
		if len(dst) > start {
			dst = append(dst, '.')
		}
		dst = appendLabel(dst, b[at+1:at+1+size])
		at += 1 + size
	}
}

func appendLabel(dst, label []byte) []byte {
	const digits = "0123456789abcdef"
	for _, c := range label {
		if c <= ' ' || c >= 0x7f || c == '\\' {
			dst = append(dst, '\\', 'x', digits[c>>4], digits[c&15])
			continue
		}
		dst = append(dst, c)
	}
	return dst
}

func be16(b []byte) uint16 { return uint16(b[0])<<8 | uint16(b[1]) }
