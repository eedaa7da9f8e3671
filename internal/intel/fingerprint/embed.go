package fingerprint

import (
	_ "embed"
	"fmt"
	"sync"

	"github.com/klauspost/compress/zstd"
)

//go:generate go run ./generate -out prints.bin

// packedPrints are the fingerprints of Recog, without their examples.
//
//go:embed prints.bin
var packedPrints []byte

var embedded = sync.OnceValues(func() (*Set, error) {
	z, err := zstd.NewReader(nil, zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxMemory(maxPrints))
	if err != nil {
		return nil, err
	}
	defer z.Close()
	text, err := z.DecodeAll(packedPrints, nil)
	if err != nil {
		return nil, fmt.Errorf("unpack the fingerprints: %w", err)
	}
	files, err := Unpack(string(text))
	if err != nil {
		return nil, err
	}
	return New(files), nil
})

// maxPrints bounds what the fingerprints may unpack to.
const maxPrints = 64 << 20

// Embedded returns the fingerprints in the program. They are unpacked once.
func Embedded() (*Set, error) { return embedded() }
