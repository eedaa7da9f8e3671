// Package asn tells whose network an address lies in, by data that the user
// supplies: a MaxMind database, or a table of ranges.
package asn

import (
	"bytes"
	"cmp"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"net/netip"
	"slices"
	"strconv"
	"strings"

	"github.com/oschwald/maxminddb-golang/v2"
)

// Network is whom an address belongs to.
type Network struct {
	Number  uint32 // of the autonomous system; 0 unknown
	Name    string
	Country string // ISO code; "" unknown
}

// Table maps addresses to networks. It is not changed once read, and safe for
// concurrent use. A nil table knows nothing.
type Table struct {
	ranges    []span
	databases []*maxminddb.Reader
}

type span struct {
	first, last netip.Addr
	Network
}

// maxFile bounds what is read of one file.
const maxFile = 1 << 30

// Read adds the data of a file to the table: a MaxMind database (ASN, country
// or city), or a table with commas whose rows are first address, last address,
// number, name and perhaps country; or network, number, name.
func (t *Table) Read(r io.Reader) error {
	data, err := io.ReadAll(io.LimitReader(r, maxFile))
	if err != nil {
		return fmt.Errorf("read network data: %w", err)
	}
	if bytes.Contains(data[max(0, len(data)-128<<10):], []byte("\xab\xcd\xefMaxMind.com")) {
		db, err := maxminddb.OpenBytes(data)
		if err != nil {
			return fmt.Errorf("open MaxMind database: %w", err)
		}
		t.databases = append(t.databases, db)
		return nil
	}
	return t.readRanges(data)
}

func (t *Table) readRanges(data []byte) error {
	rows := csv.NewReader(bytes.NewReader(data))
	rows.FieldsPerRecord, rows.ReuseRecord, rows.LazyQuotes = -1, true, true
	before := len(t.ranges)
	for {
		row, err := rows.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			continue // a bad row is no reason to do without the others
		}
		if s, ok := parse(row); ok {
			t.ranges = append(t.ranges, s)
		}
	}
	if len(t.ranges) == before {
		return errors.New("neither a MaxMind database nor a table of address ranges")
	}
	slices.SortFunc(t.ranges, func(x, y span) int { return cmp.Or(x.first.Compare(y.first), x.last.Compare(y.last)) })
	return nil
}

func parse(row []string) (s span, ok bool) {
	if len(row) < 2 {
		return s, false
	}
	rest := row[1:]
	if p, err := netip.ParsePrefix(strings.TrimSpace(row[0])); err == nil {
		s.first, s.last = p.Masked().Addr(), lastOf(p)
	} else {
		first, err := netip.ParseAddr(strings.TrimSpace(row[0]))
		last, err2 := netip.ParseAddr(strings.TrimSpace(row[1]))
		if err != nil || err2 != nil || first.Is4() != last.Is4() || last.Less(first) {
			return s, false
		}
		s.first, s.last, rest = first, last, row[2:]
	}
	for _, cell := range rest {
		cell = strings.TrimSpace(cell)
		n, err := strconv.ParseUint(strings.TrimPrefix(strings.ToUpper(cell), "AS"), 10, 32)
		switch {
		case err == nil && s.Number == 0:
			s.Number = uint32(n)
		case len(cell) == 2 && cell == strings.ToUpper(cell) && s.Country == "":
			s.Country = cell
		case cell != "" && s.Name == "":
			s.Name = strings.Clone(cell)
		}
	}
	s.Country = strings.Clone(s.Country)
	return s, s.Number != 0 || s.Name != "" || s.Country != ""
}

// lastOf returns the last address of a network.
func lastOf(p netip.Prefix) netip.Addr {
	b := p.Masked().Addr().AsSlice()
	for i := p.Bits(); i < len(b)*8; i++ {
		b[i/8] |= 0x80 >> (i % 8)
	}
	a, _ := netip.AddrFromSlice(b) // as long as it was
	return a
}

// Lookup returns whom an address belongs to; ok is false if that is not known.
func (t *Table) Lookup(a netip.Addr) (n Network, ok bool) {
	if t == nil || !a.IsValid() {
		return n, false
	}
	a = a.Unmap()
	i, _ := slices.BinarySearchFunc(t.ranges, a, func(s span, a netip.Addr) int {
		if s.first.Compare(a) <= 0 {
			return -1
		}
		return 1
	})
	if i > 0 && a.Compare(t.ranges[i-1].last) <= 0 && a.Is4() == t.ranges[i-1].first.Is4() {
		n, ok = t.ranges[i-1].Network, true
	}
	for _, db := range t.databases {
		var found struct {
			Number  uint32 `maxminddb:"autonomous_system_number"`
			Name    string `maxminddb:"autonomous_system_organization"`
			Country struct {
				Code string `maxminddb:"iso_code"`
			} `maxminddb:"country"`
		}
		result := db.Lookup(a)
		if !result.Found() || result.Decode(&found) != nil {
			continue
		}
		n = Network{cmp.Or(n.Number, found.Number), cmp.Or(n.Name, found.Name), cmp.Or(n.Country, found.Country.Code)}
		ok = true
	}
	return n, ok
}
