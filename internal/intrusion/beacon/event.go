package beacon

import (
	"encoding/binary"
	"math/bits"

	"github.com/cespare/xxhash/v2"

	"seawall/record"
)

// address is an IP address; IPv4 addresses are mapped into IPv6.
type address [16]byte

// event is one call that waits to be noted.
type event struct {
	hash     uint64
	time     int64 // nanoseconds since 1970 UTC
	size     int64 // bytes sent by the caller
	duration int64 // nanoseconds; -1 unknown
	origin   record.Origin
	src, dst address
	address  address // behind a name; zero unknown
	nameAt   int     // in the queue's scratch
	nameLen  int     // 0 if the call is known by address
	tell     uint32  // hash of the client's fingerprint; 0 unknown
	port     uint16  // called
	caller   uint16  // port of the caller
	protocol uint8
	flags    uint8
}

// Flags of calls and, joined, of pairs.
const (
	unansweredCall uint8 = 1 << iota // refused, or never answered
	sizeUnknown
	sampledFlow // the exporter counted only some packets
	httpRequest // seen inside a connection
	answeredCall
	viaName    // of pairs: the destination is a name
	tellOnly   // tells the client's fingerprint of calls that are noted otherwise
	loggerCall // made by, or to, the device that logged it
)

// An entry is when a call began and what was sent, in one number: milliseconds
// since 1970, whether the call went unanswered, and the size. Entries of one
// pair are a set: a call that two logs tell of counts once.
type entry uint64

const (
	sizeBits   = 21
	flagBits   = 1
	noSize     = 1<<sizeBits - 1
	entryShift = sizeBits + flagBits
	mantissa   = 16 // bits of a size that are exact
)

func newEntry(e *event) entry {
	code := uint64(noSize)
	if e.flags&sizeUnknown == 0 {
		code = sizeCode(uint64(max(e.size, 0)))
	}
	n := uint64(e.time/1e6)<<entryShift | code
	if e.flags&unansweredCall != 0 {
		n |= 1 << sizeBits
	}
	return entry(n)
}

// sizeCode writes a size as a floating number of sixteen exact bits.
func sizeCode(size uint64) uint64 {
	shift := max(bits.Len64(size)-mantissa, 0)
	if shift >= 1<<(sizeBits-mantissa) {
		return noSize - 1
	}
	return uint64(shift)<<mantissa | size>>shift
}

// time returns when the call began, in milliseconds since 1970.
func (n entry) time() int64 { return int64(n >> entryShift) }

// size returns the bytes sent, and whether they are known.
func (n entry) size() (size int64, known bool) {
	code := uint64(n) & noSize
	return int64(code & (1<<mantissa - 1) << (code >> mantissa)), code != noSize
}

func (n entry) unanswered() bool { return n>>sizeBits&1 != 0 }

// Entries of a crowded pair are thinned by whole windows of time, so that the
// gaps between those kept stay true: first long windows are chosen, by their
// hashes, then short ones within the last.
const (
	longWindow  = 25 // milliseconds, power of two: 9.3 hours
	shortWindow = 18 // 4.4 minutes
)

// rank orders entries by the windows they fall into. Those of the lowest rank
// are kept.
func rank(ms int64) uint64 {
	long, short := mix(uint64(ms>>longWindow)), mix(uint64(ms>>shortWindow)+1<<40)
	return long>>32<<32 | short>>48<<16 | mix(uint64(ms)+1<<50)>>48
}

func mix(n uint64) uint64 {
	hi, lo := bits.Mul64(n^0xa0761d6478bd642f, 0xe7037ed1a0b428db)
	return hi ^ lo
}

func hashAddresses(src, dst *address, more uint64) uint64 {
	h := more ^ 0x9e3779b97f4a7c15
	for _, half := range [4]uint64{
		binary.LittleEndian.Uint64(src[:8]), binary.LittleEndian.Uint64(src[8:]),
		binary.LittleEndian.Uint64(dst[:8]), binary.LittleEndian.Uint64(dst[8:]),
	} {
		h = mix(h ^ half + 0x632be59bd9b4e019)
	}
	return min(h, uncut-1)
}

func hashText(text []byte) uint32 {
	if len(text) == 0 {
		return 0
	}
	return uint32(xxhash.Sum64(text)) | 1
}
