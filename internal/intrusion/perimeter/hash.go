package perimeter

import (
	"encoding/binary"
	"math/bits"
	"net/netip"
)

// hashAddr mixes an address into a running hash. It is the same in every
// process: what samples keep must not depend on the run.
func hashAddr(h uint64, a netip.Addr) uint64 {
	b := a.As16()
	h = fold(h^binary.LittleEndian.Uint64(b[:8]), 0x9e3779b97f4a7c15)
	return fold(h^binary.LittleEndian.Uint64(b[8:])+0x632be59bd9b4e019, 0xd6e8feb86659fd93)
}

func fold(a, b uint64) uint64 {
	hi, lo := bits.Mul64(a^0xa0761d6478bd642f, b)
	return hi ^ lo
}
