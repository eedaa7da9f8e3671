package facts

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math"

	"github.com/klauspost/compress/zstd"

	"seawall/internal/intel/cve"
	"seawall/internal/intel/likelihood"
	"seawall/internal/intel/product"
)

// The file of facts: a mark, then zstd of the strings, the feeds and the
// vulnerabilities. Numbers are varints, strings are indexes into the table.
const codecMark = "seawall facts 2\n"

// maxDecoded bounds what a file of facts may unpack to.
const maxDecoded = 512 << 20

// Errors of decoding.
var (
	ErrFormat  = errors.New("this is no file of facts of this program version")
	ErrCorrupt = errors.New("the file of facts is damaged")
)

// Encode writes a set.
func (s *Set) Encode(w io.Writer) error {
	e := encoder{index: map[string]uint64{}}
	e.number(uint64(len(s.Feeds)))
	for _, f := range s.Feeds {
		e.string(f.Name)
		e.number(uint64(f.Date))
		e.number(uint64(f.Count))
		e.string(f.From)
	}
	e.number(uint64(len(s.Vulnerabilities)))
	last := cve.ID(0)
	for i := range s.Vulnerabilities {
		v := &s.Vulnerabilities[i]
		e.number(uint64(v.ID - last))
		last = v.ID
		e.vulnerability(v)
	}
	var table []byte
	table = binary.AppendUvarint(table, uint64(len(e.strings)))
	for _, t := range e.strings {
		table = binary.AppendUvarint(table, uint64(len(t)))
		table = append(table, t...)
	}
	if _, err := io.WriteString(w, codecMark); err != nil {
		return err
	}
	z, err := zstd.NewWriter(w, zstd.WithEncoderLevel(zstd.SpeedBestCompression), zstd.WithWindowSize(8<<20), zstd.WithEncoderConcurrency(1))
	if err != nil {
		return err
	}
	if _, err := z.Write(append(table, e.body...)); err != nil {
		return err
	}
	return z.Close()
}

type encoder struct {
	body    []byte
	strings []string
	index   map[string]uint64
}

func (e *encoder) number(n uint64) { e.body = binary.AppendUvarint(e.body, n) }

func (e *encoder) string(s string) {
	at, ok := e.index[s]
	if !ok {
		at = uint64(len(e.strings))
		e.index[s] = at
		e.strings = append(e.strings, s)
	}
	e.number(at)
}

func (e *encoder) flags(list ...bool) {
	n := uint64(0)
	for i, f := range list {
		if f {
			n |= 1 << i
		}
	}
	e.number(n)
}

func (e *encoder) vulnerability(v *Vulnerability) {
	e.number(uint64(v.Published))
	e.number(uint64(math.Round(float64(v.Score) * 10)))
	e.string(v.Vector)
	e.number(uint64(v.Exploited) | uint64(v.Automatable)<<2 | uint64(v.Total)<<4)
	e.number(uint64(math.Round(float64(v.EPSS) * 1e5)))
	e.number(uint64(v.Traits))
	e.flags(v.KEV != nil, v.Estimated)
	if k := v.KEV; k != nil {
		e.number(uint64(k.Added))
		e.number(uint64(k.Due))
		e.flags(k.Ransomware, k.Disconnect, k.EndOfLife, k.Removed)
		e.string(k.Vendor)
		e.string(k.Product)
	}
	e.number(uint64(len(v.Affects)))
	for i := range v.Affects {
		a := &v.Affects[i]
		e.string(string(a.Product))
		e.number(uint64(a.Quality))
		e.string(a.Note)
		e.ranges(a.Affected)
		e.ranges(a.Safe)
	}
}

func (e *encoder) ranges(list []cve.Range) {
	e.number(uint64(len(list)))
	for i := range list {
		r := &list[i]
		e.flags(r.After, r.Inclusive, r.Inferred, r.Edition != "")
		e.string(r.From)
		e.string(r.To)
		if r.Edition != "" {
			e.string(r.Edition)
		}
	}
}

// Decode reads a set.
func Decode(data []byte) (*Set, error) {
	packed, ok := bytes.CutPrefix(data, []byte(codecMark))
	if !ok {
		return nil, ErrFormat
	}
	z, err := zstd.NewReader(nil, zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxMemory(maxDecoded))
	if err != nil {
		return nil, err
	}
	defer z.Close()
	plain, err := z.DecodeAll(packed, nil)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrCorrupt, err)
	}
	d := decoder{data: plain}
	d.table()
	feeds := make([]Feed, d.count(4))
	for i := range feeds {
		feeds[i] = Feed{Name: d.string(), Date: Day(d.number()), Count: int(d.number()), From: d.string()}
	}
	list := make([]Vulnerability, d.count(8))
	last := cve.ID(0)
	for i := range list {
		last += cve.ID(d.number())
		list[i].ID = last
		d.vulnerability(&list[i])
	}
	if d.err != nil {
		return nil, d.err
	}
	return NewSet(feeds, list), nil
}

type decoder struct {
	data    []byte
	strings []string
	err     error
}

func (d *decoder) fail() {
	d.err = ErrCorrupt
	d.data = nil
}

func (d *decoder) number() uint64 {
	n, size := binary.Uvarint(d.data)
	if size <= 0 {
		d.fail()
		return 0
	}
	d.data = d.data[size:]
	return n
}

// count reads how many items follow, each of which takes some bytes.
func (d *decoder) count(least int) int {
	n := d.number()
	if n > uint64(len(d.data)/least) {
		d.fail()
		return 0
	}
	return int(n)
}

func (d *decoder) table() {
	d.strings = make([]string, d.count(1))
	for i := range d.strings {
		n := d.count(1)
		d.strings[i] = string(d.data[:n])
		d.data = d.data[n:]
	}
}

func (d *decoder) string() string {
	at := d.number()
	if at >= uint64(len(d.strings)) {
		d.fail()
		return ""
	}
	return d.strings[at]
}

func (d *decoder) vulnerability(v *Vulnerability) {
	v.Published = Day(d.number())
	v.Score = float32(d.number()) / 10
	v.Vector = d.string()
	judged := d.number()
	v.Exploited, v.Automatable, v.Total = Exploitation(judged&3), Answer(judged>>2&3), Answer(judged>>4&3)
	v.EPSS = float32(d.number()) / 1e5
	v.Traits = likelihood.Traits(d.number())
	flags := d.number()
	v.Estimated = flags&2 != 0
	if flags&1 != 0 {
		k := &Known{Added: Day(d.number()), Due: Day(d.number())}
		f := d.number()
		k.Ransomware, k.Disconnect, k.EndOfLife, k.Removed = f&1 != 0, f&2 != 0, f&4 != 0, f&8 != 0
		k.Vendor, k.Product = d.string(), d.string()
		v.KEV = k
	}
	n := d.count(5)
	if n == 0 {
		return
	}
	v.Affects = make([]Affect, n)
	for i := range v.Affects {
		a := &v.Affects[i]
		a.Product = product.Key(d.string())
		a.Quality = cve.Quality(d.number())
		a.Note = d.string()
		a.Affected, a.Safe = d.ranges(), d.ranges()
	}
}

func (d *decoder) ranges() []cve.Range {
	n := d.count(3)
	if n == 0 {
		return nil
	}
	list := make([]cve.Range, n)
	for i := range list {
		r := &list[i]
		f := d.number()
		r.After, r.Inclusive, r.Inferred = f&1 != 0, f&2 != 0, f&4 != 0
		r.From, r.To = d.string(), d.string()
		if f&8 != 0 {
			r.Edition = d.string()
		}
	}
	return list
}
