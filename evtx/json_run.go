package evtx

import (
	"slices"
	"strconv"

	"seawall/record"
)

// textBlock is how many bytes of text are copied at once. Copies go beyond the
// end of the text; what comes next is written over them.
const textBlock = 32

// maxFixedValue is more than what a value takes that is not a string, a SID or
// a list: a GUID in quotes with a comma behind it, written in blocks, and the
// copies that go beyond its end.
const maxFixedValue = 96

// run writes an event. Room for all that is of a fixed length is made once;
// values of any length make sure that as much is left behind them.
func (w *jsonWriter) run(p *jsonProgram) {
	w.dst = slices.Grow(w.dst, p.fixed)
	buf, n := w.dst[:cap(w.dst)], len(w.dst)
	slots, ops := w.d.slots, p.ops
	for i := 0; i < len(ops); i++ {
		op := &ops[i]
		if op.kind > opText {
			n = op.put(buf, n)
			switch op.kind {
			case opMember:
				w.dst = buf[:n]
				w.member(op.member)
				n = len(w.dst)
				buf = grow(w.dst[:cap(w.dst)], n, p.fixed)
			case opClose:
				n = endObject(buf, n)
			case opJump:
				i = op.to - 1
			case opIfAll, opIfAny:
				if !w.d.holds(op) {
					i = op.to - 1
				}
			}
			continue
		}
		s := &slots[op.slot]
		if s.typ == typeNull && op.kind == opUnless || op.kind == opPresent && s.isNull() {
			continue
		}
		start := n
		n = op.put(buf, n)
		value := n
		if s.typ == typeString && !s.scratch {
			if need := 3*int(s.size) + p.fixed; len(buf)-n < need {
				buf = grow(buf, n, need)
			}
			n = putUTF16(buf, n, w.d.data, int(s.pos), int(s.pos)+len(trimNUL(w.d.bytes(s), typeString)))
		} else if end := w.d.json.put(buf, n, w.d.bytes(s), s.typ); end > 0 {
			n = end
		} else {
			w.dst = buf[:n]
			w.value(s)
			n = len(w.dst)
			buf = grow(w.dst[:cap(w.dst)], n, p.fixed)
		}
		if op.kind == opText && string(buf[value:n]) == "null" {
			n = start
			continue
		}
		buf[n] = ','
		n++
	}
	w.dst = buf[:n]
}

// put writes the text of a step.
func (op *jsonOp) put(buf []byte, n int) int {
	for at := 0; at < op.size; at += textBlock {
		copyBlock((*[textBlock]byte)(buf[n+at:]), (*[textBlock]byte)(op.text[at:]))
	}
	return n + op.size
}

// endObject ends an object in place of the comma behind its last member. One
// that has none becomes null.
func endObject(buf []byte, n int) int {
	if buf[n-1] == '{' {
		return n - 1 + copy(buf[n-1:], "null,")
	}
	buf[n-1], buf[n] = '}', ','
	return n + 1
}

// holds says whether the condition of a step holds.
func (d *Decoder) holds(op *jsonOp) bool {
	if op.kind == opIfAll {
		return !d.dropped(op.slots)
	}
	return d.present(op.slots)
}

// copyBlock copies by words: an assignment would call memmove, in case both
// overlap.
func copyBlock(to, from *[textBlock]byte) {
	le.PutUint64(to[0:], le.Uint64(from[0:]))
	le.PutUint64(to[8:], le.Uint64(from[8:]))
	le.PutUint64(to[16:], le.Uint64(from[16:]))
	le.PutUint64(to[24:], le.Uint64(from[24:]))
}

// grow makes sure that need bytes fit behind the first n of buf.
func grow(buf []byte, n, need int) []byte {
	if len(buf)-n >= need {
		return buf
	}
	buf = slices.Grow(buf[:n], need)
	return buf[:cap(buf)]
}

// present says whether one of the slots has a value.
func (d *Decoder) present(slots []int32) bool {
	for _, slot := range slots {
		if !d.slots[slot].isNull() {
			return true
		}
	}
	return false
}

// isNull says whether a slot has no value.
func (s *slot) isNull() bool {
	return s.typ == typeNull || s.size == 0 && valueTypes[s.typ].class == classPlain
}

// jsonMemory is what a decoder remembers of values written last: texts of SIDs
// and the day of the last time.
type jsonMemory struct {
	day   uint64 // since 1601; 0 for none
	stamp [textBlock]byte
	sids  [16]sidText
}

// sidText is a SID of at most five sub-authorities as JSON.
type sidText struct {
	raw      [28]byte
	size     int8 // of raw
	text     [96]byte
	textSize int8
}

// put writes a value of a fixed length, or a SID, at n and returns where it
// ends; 0 if it has none of these forms.
func (m *jsonMemory) put(buf []byte, n int, raw []byte, typ byte) int {
	if len(raw) == 0 {
		if valueTypes[typ].class <= classPlain {
			return n + copy(buf[n:], "null")
		}
		return 0
	}
	if size := int(valueTypes[typ].size); size != len(raw) {
		if typ == typeSID && len(raw) >= 8 && len(raw) <= len(m.sids[0].raw) {
			return m.putSID(buf, n, raw)
		}
		return 0
	}
	switch typ {
	case typeUint8:
		return putUint(buf, n, uint64(raw[0]))
	case typeUint16:
		return putUint(buf, n, uint64(le.Uint16(raw)))
	case typeUint32:
		return putUint(buf, n, uint64(le.Uint32(raw)))
	case typeUint64:
		return putUint(buf, n, le.Uint64(raw))
	case typeInt32:
		return putInt(buf, n, int64(int32(le.Uint32(raw))))
	case typeInt64:
		return putInt(buf, n, int64(le.Uint64(raw)))
	case typeHex32:
		return putHex(buf, n, uint64(le.Uint32(raw)))
	case typeHex64, typeSize, typeHandle:
		return putHex(buf, n, le.Uint64(raw))
	case typeBool:
		return n + copy(buf[n:], strconv.FormatBool(le.Uint32(raw) != 0))
	case typeFileTime:
		return m.putTime(buf, n, raw)
	case typeGUID:
		return putGUID(buf, n, raw)
	}
	return 0
}

// putTime writes a FILETIME. Most events are of the day of the one before.
func (m *jsonMemory) putTime(buf []byte, n int, raw []byte) int {
	ticks := le.Uint64(raw)
	day, rest := ticks/ticksPerDay, ticks%ticksPerDay
	if day != m.day || day == 0 {
		m.day = 0
		text := record.Value{Raw: raw, Kind: record.FileTime}.AppendText(m.stamp[:1])
		if len(text) != len(`"2006-01-02T15:04:05.1234567Z`) {
			return 0 // a year of five digits
		}
		m.day = day
		m.stamp[0], m.stamp[len(text)] = '"', '"'
	}
	b := (*[textBlock]byte)(buf[n:])
	copyBlock(b, &m.stamp)
	seconds, fraction := uint32(rest/1e7), uint32(rest%1e7)
	minutes := seconds / 60
	put2(b[12:], minutes/60)
	put2(b[15:], minutes%60)
	put2(b[18:], seconds%60)
	put2(b[21:], fraction/100000)
	put2(b[23:], fraction/1000%100)
	put2(b[25:], fraction/10%100)
	b[27] = byte('0' + fraction%10)
	return n + len(`"2006-01-02T15:04:05.1234567Z"`)
}

const ticksPerDay = 24 * 60 * 60 * 1e7

// putSID writes a SID.
func (m *jsonMemory) putSID(buf []byte, n int, raw []byte) int {
	last := le.Uint32(raw[len(raw)-4:])
	t := &m.sids[(last^last>>4^uint32(raw[1]))%uint32(len(m.sids))]
	if string(t.raw[:t.size]) != string(raw) {
		text := record.Value{Raw: raw, Kind: record.SID}.AppendText(append(t.text[:0], '"'))
		text = append(text, '"')
		t.textSize = int8(len(text))
		t.size = int8(copy(t.raw[:], raw))
	}
	for at := 0; at < int(t.textSize); at += textBlock {
		copyBlock((*[textBlock]byte)(buf[n+at:]), (*[textBlock]byte)(t.text[at:]))
	}
	return n + int(t.textSize)
}
