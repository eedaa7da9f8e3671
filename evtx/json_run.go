package evtx

import (
	"slices"

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
		switch op.kind {
		case opUnless:
			if slots[op.slot].typ == typeNull {
				continue
			}
		case opPresent:
			if slots[op.slot].isNull() {
				continue
			}
		}
		start := n
		for at := 0; at+textBlock <= len(op.text); at += textBlock {
			*(*[textBlock]byte)(buf[n+at:]) = *(*[textBlock]byte)(op.text[at:])
		}
		n += op.size
		switch op.kind {
		case opSlot, opUnless, opPresent, opText:
			s := &slots[op.slot]
			raw := w.d.bytes(s)
			value := n
			if s.typ == typeString {
				raw = trimNUL(raw, typeString)
				if need := 3*len(raw) + p.fixed; len(buf)-n < need {
					buf = grow(buf, n, need)
				}
				n = putUTF16(buf, n, raw)
			} else if end := w.d.json.put(buf, n, raw, s.typ); end > 0 {
				n = end
			} else {
				w.dst = buf[:n]
				w.value(s)
				n = len(w.dst)
				buf = grow(w.dst[:cap(w.dst)], n, p.fixed)
			}
			if op.kind == opText && n-value == 4 && string(buf[value:n]) == "null" {
				n = start
				continue
			}
			buf[n] = ','
			n++
		case opIfAll:
			if w.d.dropped(op.slots) {
				i = op.to - 1
			}
		case opIfAny:
			if !w.d.present(op.slots) {
				i = op.to - 1
			}
		case opJump:
			i = op.to - 1
		case opMember:
			w.dst = buf[:n]
			w.member(op.member)
			n = len(w.dst)
			buf = grow(w.dst[:cap(w.dst)], n, p.fixed)
		case opEnd:
			buf[n-1] = '}'
			buf[n] = ','
			n++
		case opClose:
			if buf[n-1] == '{' {
				n += copy(buf[n-1:], "null,") - 1
				break
			}
			buf[n-1] = '}'
			buf[n] = ','
			n++
		}
	}
	w.dst = buf[:n]
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
	switch valueTypes[s.typ].class {
	case classNull:
		return true
	case classPlain:
		return s.size == 0
	}
	return false
}

// jsonMemory is what a decoder remembers of values written last: texts of SIDs
// and the second of the last time.
type jsonMemory struct {
	second uint64 // since 1601; 0 for none
	stamp  [32]byte
	sids   [16]sidText
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
	switch len(raw) {
	case 0:
		if valueTypes[typ].class <= classPlain {
			return n + copy(buf[n:], "null")
		}
		return 0
	case 1:
		if typ == typeUint8 {
			return putUint(buf, n, uint64(raw[0]))
		}
	case 2:
		if typ == typeUint16 {
			return putUint(buf, n, uint64(le.Uint16(raw)))
		}
	case 4:
		switch typ {
		case typeUint32:
			return putUint(buf, n, uint64(le.Uint32(raw)))
		case typeInt32:
			return putInt(buf, n, int64(int32(le.Uint32(raw))))
		case typeHex32, typeSize, typeHandle:
			return putHex(buf, n, uint64(le.Uint32(raw)))
		case typeBool:
			if le.Uint32(raw) != 0 {
				return n + copy(buf[n:], "true")
			}
			return n + copy(buf[n:], "false")
		}
	case 8:
		switch typ {
		case typeUint64:
			return putUint(buf, n, le.Uint64(raw))
		case typeInt64:
			return putInt(buf, n, int64(le.Uint64(raw)))
		case typeHex64, typeSize, typeHandle:
			return putHex(buf, n, le.Uint64(raw))
		case typeFileTime:
			return m.putTime(buf, n, raw)
		}
	case 16:
		if typ == typeGUID {
			return putGUID(buf, n, raw)
		}
	}
	if typ == typeSID && len(raw) >= 8 && len(raw) <= 28 {
		return m.putSID(buf, n, raw)
	}
	return 0
}

// putTime writes a FILETIME. Events of the same second share all but its
// fraction.
func (m *jsonMemory) putTime(buf []byte, n int, raw []byte) int {
	ticks := le.Uint64(raw)
	second := ticks / 1e7
	if second != m.second || second == 0 {
		m.second = 0
		text := record.Value{Raw: raw, Kind: record.FileTime}.AppendText(m.stamp[:1])
		if len(text) != len(`"2006-01-02T15:04:05.1234567Z`) {
			return 0 // a year of five digits
		}
		m.second = second
		m.stamp[0], m.stamp[len(text)] = '"', '"'
	}
	const fraction = len(`"2006-01-02T15:04:05.`)
	*(*[32]byte)(buf[n:]) = m.stamp
	f := uint32(ticks - second*1e7)
	b := buf[n+fraction : n+fraction+7]
	hi, lo := f/1000, f%1000
	put2(b, hi/100)
	put2(b[2:], hi%100)
	put2(b[4:], lo/10)
	b[6] = byte('0' + lo%10)
	return n + fraction + 7 + len(`Z"`)
}

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
	*(*[64]byte)(buf[n:]) = *(*[64]byte)(t.text[:])
	*(*[32]byte)(buf[n+64:]) = *(*[32]byte)(t.text[64:])
	return n + int(t.textSize)
}
