package sigma

import (
	"encoding/binary"
	"errors"
	"fmt"
	"slices"
)

// The encoding of a correlator: version, interned texts, and per rule its key,
// fields, counters and matches. Numbers are varints; times are differences.
const correlatorVersion = 1

var errCorrelatorEncoding = errors.New("correlator: damaged encoding")

// MarshalBinary encodes the summary. The same matches give the same bytes.
func (c *Correlator) MarshalBinary() ([]byte, error) {
	c.settle()
	out := binary.AppendUvarint(nil, correlatorVersion)
	out = binary.AppendUvarint(out, uint64(len(c.text.list)-1))
	for _, s := range c.text.list[1:] {
		out = appendString(out, s)
	}
	out = binary.AppendUvarint(out, uint64(len(c.taps)))
	for i := range c.taps {
		out = c.appendTap(out, i)
	}
	return out, nil
}

func appendString(dst []byte, s string) []byte {
	return append(binary.AppendUvarint(dst, uint64(len(s))), s...)
}

func appendBool(dst []byte, b bool) []byte {
	if b {
		return append(dst, 1)
	}
	return append(dst, 0)
}

func (c *Correlator) appendTap(dst []byte, i int) []byte {
	t, state := &c.plan.taps[i], &c.taps[i]
	dst = appendString(dst, t.rule.Key())
	dst = binary.AppendUvarint(dst, uint64(len(t.fields)))
	for _, field := range t.fields {
		dst = appendString(dst, field)
	}
	dst = appendBool(dst, state.cut)
	dst = binary.AppendVarint(dst, state.cutoff)
	dst = binary.AppendUvarint(dst, uint64(state.seen))
	dst = binary.AppendUvarint(dst, uint64(state.untimed))
	dst = binary.AppendUvarint(dst, uint64(len(state.matches)))
	var before int64
	for j := range state.matches {
		m := &state.matches[j]
		dst = binary.AppendVarint(dst, m.time-before)
		before = m.time
		dst = binary.AppendUvarint(dst, m.number)
		dst = binary.AppendUvarint(dst, uint64(m.log))
		dst = binary.AppendUvarint(dst, uint64(m.path))
		dst = binary.AppendVarint(dst, m.offset)
		dst = binary.AppendUvarint(dst, uint64(m.length))
		dst = binary.AppendUvarint(dst, m.recordNumber)
		dst = appendBool(dst, m.recovered)
		for _, v := range state.values[m.values : int(m.values)+len(t.fields)] {
			dst = binary.AppendUvarint(dst, uint64(v))
		}
	}
	return dst
}

// UnmarshalBinary replaces the summary by an encoded one. Matches of rules
// that the correlations do not refer to, or of which they now need other
// fields, are dropped: they cannot be correlated any more.
func (c *Correlator) UnmarshalBinary(data []byte) error {
	d := correlatorDecoder{data: data}
	if v := d.uvarint(); d.err == nil && v != correlatorVersion {
		return fmt.Errorf("correlator: encoding version %d is not supported", v)
	}
	fresh := c.plan.New()
	fresh.limit = c.limit
	texts := []uint32{0}
	for n := d.count(1); n > 0 && d.err == nil; n-- {
		texts = append(texts, fresh.text.add(d.string()))
	}
	for n := d.count(1); n > 0 && d.err == nil; n-- {
		d.tap(fresh, texts)
	}
	if d.err == nil && len(d.data) > 0 {
		d.err = errCorrelatorEncoding
	}
	if d.err != nil {
		return d.err
	}
	*c = *fresh
	c.settle()
	return nil
}

// correlatorDecoder reads an encoding and keeps the first error.
type correlatorDecoder struct {
	data []byte
	err  error
}

func (d *correlatorDecoder) fail() {
	d.err = errCorrelatorEncoding
	d.data = nil
}

func (d *correlatorDecoder) uvarint() uint64 {
	v, n := binary.Uvarint(d.data)
	if n <= 0 {
		d.fail()
		return 0
	}
	d.data = d.data[n:]
	return v
}

func (d *correlatorDecoder) varint() int64 {
	v, n := binary.Varint(d.data)
	if n <= 0 {
		d.fail()
		return 0
	}
	d.data = d.data[n:]
	return v
}

// count reads a number of things of at least size bytes each.
func (d *correlatorDecoder) count(size int) int {
	n := d.uvarint()
	if n > uint64(len(d.data)/size) {
		d.fail()
		return 0
	}
	return int(n)
}

func (d *correlatorDecoder) string() string {
	n := d.count(1)
	s := string(d.data[:n])
	d.data = d.data[n:]
	return s
}

func (d *correlatorDecoder) bool() bool { return d.uvarint() != 0 }

// text reads the number of a text and translates it.
func (d *correlatorDecoder) text(texts []uint32) uint32 {
	v := d.uvarint()
	if v >= uint64(len(texts)) {
		d.fail()
		return 0
	}
	return texts[v]
}

func (d *correlatorDecoder) tap(c *Correlator, texts []uint32) {
	key := d.string()
	var fields []string
	for n := d.count(1); n > 0; n-- {
		fields = append(fields, d.string())
	}
	state := tapState{cut: d.bool(), cutoff: d.varint(), seen: int64(d.uvarint()), untimed: int64(d.uvarint())}
	var before int64
	for n := d.count(8 + len(fields)); n > 0 && d.err == nil; n-- {
		m := match{time: before + d.varint(), number: d.uvarint(), values: uint32(len(state.values))}
		before = m.time
		m.log, m.path = d.text(texts), d.text(texts)
		m.offset, m.length, m.recordNumber = d.varint(), uint32(d.uvarint()), d.uvarint()
		m.recovered = d.bool()
		for range fields {
			state.values = append(state.values, d.text(texts))
		}
		state.matches = append(state.matches, m)
	}
	i := slices.IndexFunc(c.plan.taps, func(t tap) bool { return t.rule.Key() == key && slices.Equal(t.fields, fields) })
	if i >= 0 && d.err == nil {
		c.taps[i] = state
	}
}
