package eol

import (
	_ "embed"
	"fmt"
	"strings"
	"sync"

	"github.com/klauspost/compress/zstd"

	"seawall/internal/intel/product"
)

//go:generate go run ./generate -out table.bin

var (
	// table is drawn from endoflife.date (MIT licence, see NOTICE) and from lists
	// of devices out of support.
	//
	//go:embed table.bin
	table []byte
	// ours is what the sources lack or get wrong.
	//
	//go:embed ours.txt
	ours string
)

var embedded = sync.OnceValues(func() (*Table, error) { return Decode(table) })

// Embedded returns the table in the program. It is unpacked once.
func Embedded() (*Table, error) { return embedded() }

// maxTable bounds what a table may unpack to.
const maxTable = 64 << 20

// Decode reads a packed table and adds our own lines to it.
func Decode(data []byte) (*Table, error) {
	plain, err := unpack(data)
	if err != nil {
		return nil, err
	}
	return Parse(plain + ours)
}

func unpack(data []byte) (string, error) {
	z, err := zstd.NewReader(nil, zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxMemory(maxTable))
	if err != nil {
		return "", err
	}
	defer z.Close()
	plain, err := z.DecodeAll(data, nil)
	if err != nil {
		return "", fmt.Errorf("unpack the end-of-life table: %w", err)
	}
	return string(plain), nil
}

// text reads the table's lines. Fields are separated by tabs:
//
//	date	2026-08-22
//	product	slug	title	key key …
//	cycle	name	end	latest	build
//	device	vendor	model	end	source	sure|unsure|supported
type text struct {
	date    string
	lines   []Line
	devices []Device
}

func (t *text) read(s string) error {
	number := 0
	for line := range strings.Lines(s) {
		number++
		line = strings.TrimRight(line, "\r\n")
		if line == "" || line[0] == '#' {
			continue
		}
		f := strings.Split(line, "\t")
		switch {
		case f[0] == "date" && len(f) == 2:
			t.date = max(t.date, f[1])
		case f[0] == "product" && len(f) == 4:
			l := Line{Slug: f[1], Title: f[2]}
			for _, key := range strings.Fields(f[3]) {
				l.Keys = append(l.Keys, product.Key(key))
			}
			t.lines = append(t.lines, l)
		case f[0] == "cycle" && len(f) == 5 && len(t.lines) > 0:
			l := &t.lines[len(t.lines)-1]
			l.Cycles = append(l.Cycles, Cycle{f[1], f[2], f[3], f[4]})
		case f[0] == "device" && len(f) == 6:
			t.devices = append(t.devices, Device{f[1], f[2], f[3], f[4], f[5] == "sure", f[5] == "supported"})
		default:
			return fmt.Errorf("end-of-life table, line %d: %q", number, line)
		}
	}
	return nil
}

// Parse reads a table's lines, without our own.
func Parse(s string) (*Table, error) {
	var t text
	if err := t.read(s); err != nil {
		return nil, err
	}
	return NewTable(t.date, t.lines, t.devices), nil
}

// Update puts newer lines of products in place of those in the program; its
// devices and our own lines stay.
func Update(s string) (*Table, error) {
	plain, err := unpack(table)
	if err != nil {
		return nil, err
	}
	var old, t text
	if err := old.read(plain); err != nil {
		return nil, err
	}
	for _, part := range []string{s, ours} {
		if err := t.read(part); err != nil {
			return nil, err
		}
	}
	return NewTable(t.date, t.lines, append(t.devices, old.devices...)), nil
}
