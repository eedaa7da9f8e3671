package evtx

import "encoding/binary"

// nameHeader is the size of a name's fields before its text: the next name of
// its hash bucket, its hash, its length.
const nameHeader = 8

// name reads a reference to a name at pos, and steps over the name if it is
// stored right there. Names are found by offset; the table of the chunk header
// is never consulted, since damaged and edited files have it wrong.
func (p *parser) name(pos int) (name []byte, next int, err error) {
	data := p.d.data
	if pos+4 > p.end {
		return nil, pos, cut(pos, "name")
	}
	offset := int(binary.LittleEndian.Uint32(data[pos:]))
	next = pos + 4
	if offset < 0 || offset+nameHeader > len(data) {
		return nil, pos, damage(pos, "name outside of the chunk, at", uint64(offset))
	}
	units := int(binary.LittleEndian.Uint16(data[offset+6:]))
	end := offset + nameHeader + 2*units
	if units == 0 || units > maxName || end > len(data) {
		return nil, pos, damage(pos, "name of a bad length", uint64(units))
	}
	if p.d.strict && nameHash(data[offset+nameHeader:end]) != binary.LittleEndian.Uint16(data[offset+4:]) {
		return nil, pos, damage(pos, "name written over at", uint64(offset))
	}
	if offset == next {
		next = end + 2 // terminator
	}
	return data[offset+nameHeader : end], next, nil
}

// nameHash is the hash that is stored with a name.
func nameHash(name []byte) uint16 {
	var h uint32
	for ; len(name) >= 2; name = name[2:] {
		h = h*65599 + uint32(binary.LittleEndian.Uint16(name))
	}
	return uint16(h)
}

func appendName(dst, name []byte) []byte {
	dst = append(dst, byte(len(name)), byte(len(name)>>8))
	return append(dst, name...)
}

func equalUTF16(raw []byte, ascii string) bool {
	return len(raw) == 2*len(ascii) && hasPrefixUTF16(raw, ascii)
}

func hasPrefixUTF16(raw []byte, ascii string) bool {
	if len(raw) < 2*len(ascii) {
		return false
	}
	for i := range len(ascii) {
		if raw[2*i] != ascii[i] || raw[2*i+1] != 0 {
			return false
		}
	}
	return true
}

func appendRuneUTF16(dst []byte, r rune) []byte {
	if r >= 0x10000 {
		r -= 0x10000
		dst = binary.LittleEndian.AppendUint16(dst, uint16(0xd800+(r>>10)))
		r = 0xdc00 + r&0x3ff
	}
	return binary.LittleEndian.AppendUint16(dst, uint16(r))
}

func encodeUTF16(s string) []byte {
	var raw []byte
	for _, r := range s {
		raw = appendRuneUTF16(raw, r)
	}
	return raw
}
