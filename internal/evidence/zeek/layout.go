package zeek

import (
	"bytes"
	"encoding/binary"
	"math/bits"
	"slices"
	"strings"
	"sync"

	"seawall/record"
)

// layout is what a header says: the columns and how cells are written.
type layout struct {
	schema       *record.Schema
	container    []bool // by column: a cell holds several items
	containers   []int  // the columns that do
	time         int    // column of the time, -1 if there is none
	separator    byte
	setSeparator byte
	unset, empty string
	firsts       [2]byte // of unset and empty
}

// layouts remembers the layouts of the headers met, so that files with one
// header share a schema. Safe for concurrent use.
type layouts struct {
	mu    sync.Mutex
	known map[header]*layout
	idle  sync.Pool // of *reader
}

func newLayouts() *layouts { return &layouts{known: map[header]*layout{}} }

func (s *layouts) reader() *reader {
	if r, ok := s.idle.Get().(*reader); ok {
		return r
	}
	return &reader{}
}

func (s *layouts) done(r *reader) {
	r.sink, r.rec = nil, record.Record{}
	s.idle.Put(r)
}

const (
	maxLayouts = 4096
	maxColumns = 4096
)

// layout returns the layout that a header asks for; nil if it names no fields.
func (s *layouts) layout(h *header) *layout {
	if h.fields == "" || len(h.separator) != 1 || len(h.setSeparator) != 1 || strings.Count(h.fields, h.separator) >= maxColumns {
		return nil
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if l := s.known[*h]; l != nil {
		return l
	}
	if len(s.known) >= maxLayouts {
		clear(s.known)
	}
	l := h.layout()
	s.known[*h] = l
	return l
}

func (h *header) layout() *layout {
	l := &layout{time: -1, separator: h.separator[0], setSeparator: h.setSeparator[0]}
	l.absence(h.unset, h.empty)
	names, types := strings.Split(h.fields, h.separator), strings.Split(h.types, h.separator)
	var fields []record.Field
	for i, name := range names {
		kind := ""
		if i < len(types) {
			kind = types[i]
		}
		container := strings.HasPrefix(kind, "set[") || strings.HasPrefix(kind, "vector[") || strings.HasPrefix(kind, "table[")
		if h.types == "" {
			container = slices.Contains(lists, name)
		}
		if container {
			l.containers = append(l.containers, i)
		}
		if name == "ts" && l.time < 0 {
			l.time = i
		}
		l.container = append(l.container, container)
		fields = append(fields, record.Field{Name: name, Path: name})
	}
	path := h.path
	if path == "" || path == h.unset {
		path = guessPath(names)
	}
	l.schema = record.NewSource(record.KindNetwork, strings.TrimSpace("zeek "+path), fields)
	return l
}

// absence says how cells write that there is nothing.
func (l *layout) absence(unset, empty string) {
	l.unset, l.empty = unset, empty
	for i, word := range [2]string{unset, empty} {
		if word != "" {
			l.firsts[i] = word[0]
		}
	}
}

const (
	ones  = 0x0101010101010101
	highs = 0x8080808080808080
)

// split sets values to the cells of a line; false if there are more or fewer
// than columns. Eight bytes are looked at together: cells are short.
func (l *layout) split(line []byte, values []record.Value) bool {
	column, start, i := 0, 0, 0
	separators := uint64(l.separator) * ones
	for ; i+8 <= len(line); i += 8 {
		// The high bit of each byte of found says that it is a separator.
		x := binary.LittleEndian.Uint64(line[i:]) ^ separators
		found := ^((x&^highs + ^uint64(highs)) | x | ^uint64(highs))
		for ; found != 0; found &= found - 1 {
			end := i + bits.TrailingZeros64(found)/8
			if column >= len(values)-1 {
				return false
			}
			values[column] = l.value(line[start:end:end])
			column++
			start = end + 1
		}
	}
	for ; i < len(line); i++ {
		if line[i] == l.separator {
			if column >= len(values)-1 {
				return false
			}
			values[column] = l.value(line[start:i:i])
			column++
			start = i + 1
		}
	}
	if column != len(values)-1 {
		return false
	}
	values[column] = l.value(line[start:])
	return true
}

// value reads one cell.
func (l *layout) value(cell []byte) record.Value {
	if len(cell) > 0 && cell[0] != l.firsts[0] && cell[0] != l.firsts[1] {
		return record.Value{Raw: cell, Kind: record.Text}
	}
	return l.absent(cell)
}

// absent reads a cell that may say that it holds nothing.
func (l *layout) absent(cell []byte) record.Value {
	switch string(cell) {
	case l.unset:
		return record.Value{}
	case l.empty:
		cell = cell[:0]
	}
	return record.Value{Raw: cell, Kind: record.Text}
}

// appendUnescaped resolves \xHH, and \\ as newer versions write it.
func appendUnescaped(dst, text []byte) []byte {
	for {
		i := bytes.IndexByte(text, '\\')
		if i < 0 || i+1 >= len(text) {
			return append(dst, text...)
		}
		dst = append(dst, text[:i]...)
		if text[i+1] == 'x' && i+3 < len(text) {
			if c, ok := hexByte(text[i+2], text[i+3]); ok {
				dst = append(dst, c)
				text = text[i+4:]
				continue
			}
		}
		dst = append(dst, '\\')
		text = text[i+1:]
		if text[0] == '\\' {
			text = text[1:]
		}
	}
}

func hexByte(a, b byte) (byte, bool) {
	digit := func(c byte) (byte, bool) {
		switch {
		case c >= '0' && c <= '9':
			return c - '0', true
		case c|0x20 >= 'a' && c|0x20 <= 'f':
			return c | 0x20 - 'a' + 10, true
		}
		return 0, false
	}
	high, ok := digit(a)
	low, ok2 := digit(b)
	return high<<4 | low, ok && ok2
}
