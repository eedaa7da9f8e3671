package nfcapd

import (
	"bytes"
	"compress/bzip2"
	"encoding/binary"
	"errors"
	"io"

	"github.com/klauspost/compress/zstd"
)

// compression is how the blocks of a file are packed.
type compression uint8

// The ways, as layout 2 numbers them.
const (
	asIs compression = iota
	lzoBlocks
	bzip2Blocks
	lz4Blocks
	zstdBlocks
)

// Errors of packed blocks.
var (
	errShort    = errors.New("the packed data is cut off")
	errDistance = errors.New("the packed data refers to what is not there")
	errLarge    = errors.New("the unpacked data is too large")
)

// unpacker unpacks blocks; what it returns is valid until its next call.
type unpacker struct {
	out  []byte
	zstd *zstd.Decoder
}

func (u *unpacker) block(how compression, data []byte) (out []byte, err error) {
	switch how {
	case lzoBlocks:
		u.out, err = appendLZO(u.out[:0], data)
	case lz4Blocks:
		u.out, err = appendLZ4(u.out[:0], data)
	case bzip2Blocks:
		b := bytes.NewBuffer(u.out[:0])
		_, err = io.Copy(b, io.LimitReader(bzip2.NewReader(bytes.NewReader(data)), maxBlock+1))
		u.out = b.Bytes()
	case zstdBlocks:
		u.out, err = u.appendZstd(u.out[:0], data)
	}
	if err == nil && len(u.out) > maxBlock {
		err = errLarge
	}
	return u.out, err
}

func (u *unpacker) appendZstd(dst, data []byte) ([]byte, error) {
	if u.zstd == nil {
		d, err := zstd.NewReader(nil, zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxMemory(maxBlock))
		if err != nil {
			return dst, err
		}
		u.zstd = d
	}
	return u.zstd.DecodeAll(data, dst)
}

func (u *unpacker) close() {
	if u.zstd != nil {
		u.zstd.Close()
		u.zstd = nil
	}
}

// appendLZ4 unpacks a block of LZ4 (its block format): runs of a token, bytes as
// they are, and a reference to bytes before.
func appendLZ4(dst, src []byte) ([]byte, error) {
	for len(src) > 0 {
		token := src[0]
		var n int
		var err error
		if n, src, err = lz4Length(int(token>>4), src[1:]); err != nil {
			return dst, err
		}
		if n > len(src) {
			return dst, errShort
		}
		dst, src = append(dst, src[:n]...), src[n:]
		if len(src) == 0 {
			return dst, nil // the last run has no reference
		}
		if len(src) < 2 {
			return dst, errShort
		}
		distance := int(binary.LittleEndian.Uint16(src))
		if n, src, err = lz4Length(int(token&15), src[2:]); err != nil {
			return dst, err
		}
		if dst, err = repeat(dst, distance, n+4); err != nil {
			return dst, err
		}
	}
	return dst, errShort
}

// lz4Length reads the rest of a length whose first four bits are n.
func lz4Length(n int, src []byte) (int, []byte, error) {
	if n < 15 {
		return n, src, nil
	}
	for i, c := range src {
		if n += int(c); n > maxBlock {
			return 0, src, errLarge
		}
		if c != 255 {
			return n, src[i+1:], nil
		}
	}
	return 0, src, errShort
}

// repeat appends n bytes that stand distance before the end of dst; they may
// overlap with what is appended.
func repeat(dst []byte, distance, n int) ([]byte, error) {
	if distance <= 0 || distance > len(dst) {
		return dst, errDistance
	}
	if len(dst)+n > maxBlock {
		return dst, errLarge
	}
	for n > 0 {
		from := len(dst) - distance
		some := min(n, distance)
		dst = append(dst, dst[from:from+some]...)
		n -= some
	}
	return dst, nil
}
