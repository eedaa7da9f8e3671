package nfcapd

import "encoding/binary"

// lzo is a stream of LZO1X being unpacked. The format is described in the
// kernel's documentation (staging/lzo.rst): instructions of one to three bytes
// that copy bytes from the stream or repeat bytes unpacked before. What a small
// instruction means depends on how many bytes the one before copied.
type lzo struct {
	src, dst []byte
	copied   int // bytes copied by the instruction before: 0 to 3, manyCopied
}

const manyCopied = 4

func appendLZO(dst, src []byte) ([]byte, error) {
	z := lzo{src: src, dst: dst}
	if len(src) > 0 && src[0] > 17 { // a stream mostly begins with bytes to copy
		z.src = src[1:]
		if err := z.copy(int(src[0]) - 17); err != nil {
			return z.dst, err
		}
		z.copied = min(int(src[0])-17, manyCopied)
	}
	for {
		end, err := z.step()
		if end || err != nil {
			return z.dst, err
		}
	}
}

// step takes one instruction; end says that it was the last.
func (z *lzo) step() (end bool, err error) {
	op, ok := z.byte()
	if !ok {
		return false, errShort
	}
	switch {
	case op >= 64:
		low, ok := z.byte()
		if !ok {
			return false, errShort
		}
		return false, z.match(1+op>>2&7+low<<3, op>>5+1, op&3)
	case op >= 32:
		return z.far(1, op&31, 31)
	case op >= 16:
		return z.far(0x4000+op&8<<11, op&7, 7)
	case z.copied == 0:
		n, err := z.length(op, 15)
		if err != nil {
			return false, err
		}
		z.copied = manyCopied
		return false, z.copy(n + 3)
	}
	low, ok := z.byte()
	if !ok {
		return false, errShort
	}
	if z.copied == manyCopied {
		return false, z.match(0x801+op>>2+low<<2, 3, op&3)
	}
	return false, z.match(1+op>>2+low<<2, 2, op&3)
}

// far takes an instruction whose distance stands in two bytes behind the rest
// of its length. The distance 0x4000 is the end of the stream.
func (z *lzo) far(distance, n, most int) (end bool, err error) {
	if n, err = z.length(n, most); err != nil {
		return false, err
	}
	if len(z.src) < 2 {
		return false, errShort
	}
	word := int(binary.LittleEndian.Uint16(z.src))
	z.src = z.src[2:]
	if distance += word >> 2; distance == 0x4000 && most == 7 {
		return true, nil
	}
	return false, z.match(distance, n+2, word&3)
}

// match repeats n bytes and copies the few that follow the instruction.
func (z *lzo) match(distance, n, then int) (err error) {
	if z.dst, err = repeat(z.dst, distance, n); err != nil {
		return err
	}
	z.copied = then
	return z.copy(then)
}

func (z *lzo) byte() (int, bool) {
	if len(z.src) == 0 {
		return 0, false
	}
	c := z.src[0]
	z.src = z.src[1:]
	return int(c), true
}

// length reads the rest of a length: where its bits in the instruction are all
// zero it is most, and what bytes behind add: 255 for each zero, then one that is
// none.
func (z *lzo) length(n, most int) (int, error) {
	if n != 0 {
		return n, nil
	}
	for n = most; ; n += 255 {
		c, ok := z.byte()
		switch {
		case !ok:
			return 0, errShort
		case n > maxBlock:
			return 0, errLarge
		case c != 0:
			return n + c, nil
		}
	}
}

// copy copies n bytes as they are.
func (z *lzo) copy(n int) error {
	if n > len(z.src) {
		return errShort
	}
	if len(z.dst)+n > maxBlock {
		return errLarge
	}
	z.dst, z.src = append(z.dst, z.src[:n]...), z.src[n:]
	return nil
}
