package packages

import (
	"encoding/binary"
	"errors"
	"fmt"
)

// sqlite reads one table of an SQLite database held in memory, as far as rpm
// needs it: https://www.sqlite.org/fileformat2.html.
type sqlite struct {
	data   []byte
	size   int // of a page
	usable int // of a page
	seen   map[int]bool
	lost   func(int64, string)
}

// Types of pages.
const (
	sqliteInterior = 0x05
	sqliteLeaf     = 0x0d
)

// maxPayload bounds a row: the header of a package with a hundred thousand
// files is smaller.
const maxPayload = 64 << 20

// rpmSQLite finds the headers of packages in the table "Packages".
func rpmSQLite(data []byte, take func([]byte, int64, int), lost func(int64, string)) {
	if len(data) < 512 {
		lost(0, "the database ends in its header")
		return
	}
	s := &sqlite{data: data, size: int(binary.BigEndian.Uint16(data[16:])), seen: map[int]bool{}, lost: lost}
	if s.size == 1 {
		s.size = 64 << 10
	}
	s.usable = s.size - int(data[20])
	if s.size < 512 || s.size&(s.size-1) != 0 || s.usable < 480 {
		lost(16, fmt.Sprintf("page size of %d", s.size))
		return
	}
	root := 0
	s.rows(1, func(values []sqliteValue, _ int64) {
		if len(values) >= 4 && string(values[0].data) == "table" && string(values[1].data) == "Packages" {
			root = values[3].number()
		}
	})
	if root == 0 {
		lost(0, `the database has no table "Packages"`)
		return
	}
	s.rows(root, func(values []sqliteValue, at int64) {
		if len(values) >= 2 {
			take(values[1].data, at, min(len(values[1].data), s.usable))
		}
	})
}

// sqliteValue is a column of a row.
type sqliteValue struct {
	kind uint64
	data []byte
}

// number reads an integer.
func (v sqliteValue) number() int {
	switch v.kind {
	case 8, 9:
		return int(v.kind - 8)
	}
	n := 0
	for _, b := range v.data[:min(len(v.data), 4)] {
		n = n<<8 | int(b)
	}
	return n
}

// page returns a page, nil if there is none of this number, and where its
// header is.
func (s *sqlite) page(number int) (page []byte, header int) {
	if number < 1 || number > len(s.data)/s.size {
		return nil, 0
	}
	if number == 1 {
		header = 100 // behind that of the file
	}
	return s.data[(number-1)*s.size : number*s.size], header
}

// rows calls each for the rows of the tree below a page. A page is looked at
// once, so that a tree that is broken ends.
func (s *sqlite) rows(number int, each func(values []sqliteValue, at int64)) {
	page, h := s.page(number)
	if page == nil || s.seen[number] {
		s.lost(int64(number)*int64(s.size), fmt.Sprintf("page %d is missing or used twice", number))
		return
	}
	s.seen[number] = true
	cells := int(binary.BigEndian.Uint16(page[h+3:]))
	pointers := h + 8
	switch page[h] {
	case sqliteInterior:
		pointers = h + 12
	case sqliteLeaf:
	default:
		s.lost(int64(number-1)*int64(s.size), fmt.Sprintf("page %d is of type %d", number, page[h]))
		return
	}
	for i := range cells {
		at := pointers + 2*i
		if at+2 > len(page) {
			break
		}
		cell := int(binary.BigEndian.Uint16(page[at:]))
		if cell+5 > len(page) {
			continue
		}
		if page[h] == sqliteInterior {
			s.rows(int(binary.BigEndian.Uint32(page[cell:])), each)
			continue
		}
		place := int64(number-1)*int64(s.size) + int64(cell)
		payload, err := s.payload(page[:min(s.usable, len(page))], cell)
		if err != nil {
			s.lost(place, err.Error())
			continue
		}
		each(columnsOf(payload), place)
	}
	if page[h] == sqliteInterior {
		s.rows(int(binary.BigEndian.Uint32(page[h+8:])), each)
	}
}

// payload gathers a row from its cell and the pages it overflows to.
func (s *sqlite) payload(page []byte, cell int) ([]byte, error) {
	if cell >= len(page) {
		return nil, errors.New("a row outside its page")
	}
	length, n := varint(page[cell:])
	_, m := varint(page[min(cell+n, len(page)):]) // the row's number
	start := cell + n + m
	if length > maxPayload || length > uint64(len(s.data)) {
		return nil, fmt.Errorf("a row of %d bytes", length)
	}
	total, local := int(length), int(length)
	if most := s.usable - 35; total > most {
		least := (s.usable-12)*32/255 - 23
		if local = least + (total-least)%(s.usable-4); local > most {
			local = least
		}
	}
	if start+local > len(page) {
		return nil, errors.New("a row that ends outside its page")
	}
	if local == total {
		return page[start : start+local], nil
	}
	if start+local+4 > len(page) {
		return nil, errors.New("a row without the rest of it")
	}
	payload := append(make([]byte, 0, total), page[start:start+local]...)
	next := int(binary.BigEndian.Uint32(page[start+local:]))
	for len(payload) < total {
		rest, _ := s.page(next)
		if rest == nil {
			return nil, fmt.Errorf("the rest of a row is on page %d, which is missing", next)
		}
		next = int(binary.BigEndian.Uint32(rest))
		payload = append(payload, rest[4:min(s.usable, 4+total-len(payload))]...)
	}
	return payload, nil
}

// columnsOf parts a row into its columns.
func columnsOf(payload []byte) (values []sqliteValue) {
	size, n := varint(payload)
	if size > uint64(len(payload)) {
		return nil
	}
	header, body := payload[min(n, int(size)):size], payload[size:]
	for len(header) > 0 {
		kind, n := varint(header)
		header = header[n:]
		length := uint64(0)
		switch {
		case kind >= 12:
			length = (kind - 12) / 2
		case kind == 5:
			length = 6
		case kind == 6, kind == 7:
			length = 8
		case kind <= 4:
			length = kind
		}
		if length > uint64(len(body)) {
			return values
		}
		values = append(values, sqliteValue{kind, body[:length]})
		body = body[length:]
	}
	return values
}

// varint reads a number of one to nine bytes, big endian, seven bits each.
func varint(b []byte) (n uint64, used int) {
	for i := 0; i < len(b) && i < 9; i++ {
		if i == 8 {
			return n<<8 | uint64(b[i]), 9
		}
		n = n<<7 | uint64(b[i]&0x7f)
		if b[i] < 0x80 {
			return n, i + 1
		}
	}
	return n, max(len(b), 1)
}
