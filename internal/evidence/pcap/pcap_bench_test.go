package pcap

import (
	"encoding/binary"
	"io/fs"
	"path/filepath"
	"strings"
	"testing"

	"seawall/internal/corpus"
	"seawall/internal/evidence"
)

// mixture joins the captures of the corpus that one header can describe into
// one, repeated a day apart, and counts its packets.
func mixture(b *testing.B, size int) (data []byte, packets int) {
	var parts [][]byte
	root := corpus.Dir(b, "network")
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(path, "cap") {
			return err
		}
		file := loadFile(b, path)
		if len(file) > 24 && binary.LittleEndian.Uint32(file) == 0xa1b2c3d4 && binary.LittleEndian.Uint32(file[20:]) == 1 {
			parts = append(parts, file)
		}
		return nil
	})
	if err != nil || len(parts) == 0 {
		b.Fatal("no captures", err)
	}
	data = append(data, parts[0][:24]...)
	for day := uint32(0); len(data) < size; day++ {
		for _, part := range parts {
			for rest := part[24:]; len(rest) >= 16; {
				n := 16 + int(binary.LittleEndian.Uint32(rest[8:]))
				if n > len(rest) {
					break
				}
				at := len(data)
				data = append(data, rest[:n]...)
				binary.LittleEndian.PutUint32(data[at:], binary.LittleEndian.Uint32(rest)+day*86400)
				rest = rest[n:]
				packets++
			}
		}
	}
	return data, packets
}

func BenchmarkMixture(b *testing.B) {
	data, packets := mixture(b, 64<<20)
	format := testFormats()[0]
	format.Parts = 1
	b.SetBytes(int64(len(data)))
	b.ReportAllocs()
	for b.Loop() {
		d, err := format.Open(&evidence.File{Path: "bench.pcap", Format: &format}, data[:evidence.HeadSize])
		if err != nil {
			b.Fatal(err)
		}
		for at := 0; at < len(data); at += 1 << 20 {
			end := min(at+1<<20, len(data))
			d.Decode(&evidence.Block{Offset: int64(at), Data: data[at:end], Last: end == len(data)}, &evidence.Discard{})
		}
		d.Close(&evidence.Discard{})
	}
	b.ReportMetric(float64(packets)*float64(b.N)/b.Elapsed().Seconds()/1e6, "Mpackets/s")
}
