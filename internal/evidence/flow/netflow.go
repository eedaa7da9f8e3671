package flow

import (
	"encoding/binary"
)

const (
	headerSize5  = 24
	recordSize5  = 48
	headerSize9  = 20
	headerSize10 = 16
)

// fields5 is the record of NetFlow v5 as if a template said it.
func fields5() []templateField {
	var fields []templateField
	for _, f := range [][2]int{
		{8, 4}, {12, 4}, {15, 4}, {10, 2}, {14, 2}, {2, 4}, {1, 4}, {22, 4}, {21, 4}, {7, 2}, {11, 2},
		{iePadding, 1}, {6, 1}, {4, 1}, {5, 1}, {16, 2}, {17, 2}, {9, 1}, {13, 1}, {iePadding, 2},
	} {
		fields = append(fields, templateField{id: uint16(f[0]), length: f[1]})
	}
	return fields
}

// netflow5 decodes a datagram of NetFlow v5 and returns its length.
func (d *Decoder) netflow5(data []byte) (int, error) {
	if len(data) < headerSize5 {
		return 0, errShort
	}
	count := int(binary.BigEndian.Uint16(data[2:]))
	d.now = message{
		version: 5, uptime: binary.BigEndian.Uint32(data[4:]),
		export: int64(binary.BigEndian.Uint32(data[8:]))*1e9 + int64(min(binary.BigEndian.Uint32(data[12:]), 999999999)),
	}
	engine := binary.BigEndian.Uint16(data[20:])
	s := d.session(domain{d.payload.Exporter, 5, uint32(engine)})
	t := s.templates[0]
	if t == nil {
		t = d.schemas.newTemplate("netflow", fields5(), false)
		s.templates[0] = t
	}
	// The upper two bits say how packets are chosen.
	s.sampling = uint32(binary.BigEndian.Uint16(data[22:]) & 0x3fff)
	size := headerSize5 + count*recordSize5
	d.records(s, t, data[headerSize5:min(size, len(data))])
	if size > len(data) {
		return len(data), errShort
	}
	return size, nil
}

// netflow9 decodes a datagram of NetFlow v9 (RFC 3954) and returns its length.
// The header does not say it: many has it end where another begins.
func (d *Decoder) netflow9(data []byte, many bool) (int, error) {
	if len(data) < headerSize9 {
		return 0, errShort
	}
	d.now = message{
		version: 9, uptime: binary.BigEndian.Uint32(data[4:]),
		export: int64(binary.BigEndian.Uint32(data[8:])) * 1e9,
	}
	key := domain{d.payload.Exporter, 9, binary.BigEndian.Uint32(data[16:])}
	return d.sets(key, data, headerSize9, many)
}

// ipfix decodes a message of IPFIX (RFC 7011) and returns its length.
func (d *Decoder) ipfix(data []byte) (int, error) {
	if len(data) < headerSize10 {
		return 0, errShort
	}
	length := int(binary.BigEndian.Uint16(data[2:]))
	d.now = message{version: 10, export: int64(binary.BigEndian.Uint32(data[4:])) * 1e9}
	key := domain{d.payload.Exporter, 10, binary.BigEndian.Uint32(data[12:])}
	if length < headerSize10 || length > len(data) {
		_, _ = d.sets(key, data, headerSize10, false)
		return len(data), errShort
	}
	_, err := d.sets(key, data[:length], headerSize10, false)
	return length, err
}

// sets decodes the sets from at on and returns where they end.
func (d *Decoder) sets(key domain, data []byte, at int, many bool) (int, error) {
	s := d.session(key)
	for at+4 <= len(data) {
		id, length := binary.BigEndian.Uint16(data[at:]), int(binary.BigEndian.Uint16(data[at+2:]))
		if many && (id == 9 || id == 5 || id == 10) && key.version == 9 { // no set has such an id: the next message
			return at, nil
		}
		if id == 0 && length == 0 { // padding of the whole datagram
			return len(data), nil
		}
		if length < 4 || at+length > len(data) {
			if id > 255 && at+4 < len(data) { // what there is of the last set
				d.data(key, s, id, data[at+4:])
			}
			return len(data), errShort
		}
		set := data[at+4 : at+length]
		switch {
		case id == 0 && key.version == 9 || id == 2 && key.version == 10:
			d.templates(key, s, set)
		case id == 1 && key.version == 9:
			d.options9(key, s, set)
		case id == 3 && key.version == 10:
			d.options10(key, s, set)
		case id > 255:
			d.data(key, s, id, set)
		}
		at += length
	}
	return len(data), nil
}

func (d *Decoder) data(key domain, s *session, id uint16, set []byte) {
	if t := s.templates[id]; t != nil {
		d.records(s, t, set)
		return
	}
	d.wait(key, id, set)
}

// learn remembers a template. An exporter may define it again, and anew.
func (d *Decoder) learn(key domain, s *session, id uint16, fields []templateField, options bool) {
	source := "netflow"
	if key.version == 10 {
		source = "ipfix"
	}
	if old := s.templates[id]; old != nil && old.options == options && sameFields(old.fields, fields) {
		return
	}
	if len(s.templates) >= maxTemplates {
		clear(s.templates)
	}
	if leastSize(fields) < len(fields)/2 { // nothing but work to decode
		return
	}
	t := d.schemas.newTemplate(source, fields, options)
	s.templates[id] = t
	d.resolve(key, s, id, t)
}

// leastSize is the length of the shortest record.
func leastSize(fields []templateField) (n int) {
	for i := range fields {
		if fields[i].length == variable {
			n++
		} else {
			n += fields[i].length
		}
	}
	return n
}

func sameFields(a, b []templateField) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if a[i].id != b[i].id || a[i].length != b[i].length || a[i].enterprise != b[i].enterprise {
			return false
		}
	}
	return true
}

// templates reads a set of templates.
func (d *Decoder) templates(key domain, s *session, set []byte) {
	for len(set) >= 4 {
		id, count := binary.BigEndian.Uint16(set), int(binary.BigEndian.Uint16(set[2:]))
		if id < 256 {
			return
		}
		set = set[4:]
		if count == 0 { // withdrawn
			delete(s.templates, id)
			continue
		}
		fields, n := readFields(set, count, key.version == 10)
		if fields == nil {
			return
		}
		d.learn(key, s, id, fields, false)
		set = set[n:]
	}
}

// options9 reads a set of options templates of NetFlow v9 (RFC 3954 section 6.1).
func (d *Decoder) options9(key domain, s *session, set []byte) {
	for len(set) >= 6 {
		id, scope, options := binary.BigEndian.Uint16(set), int(binary.BigEndian.Uint16(set[2:])), int(binary.BigEndian.Uint16(set[4:]))
		if id < 256 || scope%4 != 0 || options%4 != 0 || 6+scope+options > len(set) {
			return
		}
		fields, _ := readFields(set[6:], (scope+options)/4, false)
		if fields == nil {
			return
		}
		for i := range fields[:scope/4] { // scopes have a numbering of their own
			fields[i].enterprise = scopeOf9
		}
		d.learn(key, s, id, fields, true)
		set = set[6+scope+options:]
	}
}

// scopeOf9 stands for the numbering of scopes in NetFlow v9.
const scopeOf9 = 9

// options10 reads a set of options templates of IPFIX.
func (d *Decoder) options10(key domain, s *session, set []byte) {
	for len(set) >= 6 {
		id, count := binary.BigEndian.Uint16(set), int(binary.BigEndian.Uint16(set[2:]))
		if id < 256 || count == 0 {
			return
		}
		fields, n := readFields(set[6:], count, true)
		if fields == nil {
			return
		}
		d.learn(key, s, id, fields, true)
		set = set[6+n:]
	}
}

// readFields reads count fields and returns how many bytes they take; nil if
// they are not all there.
func readFields(set []byte, count int, enterprise bool) (fields []templateField, n int) {
	if count <= 0 || count > len(set)/4 {
		return nil, 0
	}
	fields = make([]templateField, 0, count)
	for range count {
		if n+4 > len(set) {
			return nil, 0
		}
		f := templateField{id: binary.BigEndian.Uint16(set[n:]), length: int(binary.BigEndian.Uint16(set[n+2:]))}
		n += 4
		if enterprise && f.id&0x8000 != 0 {
			if n+4 > len(set) {
				return nil, 0
			}
			f.id &^= 0x8000
			f.enterprise = binary.BigEndian.Uint32(set[n:])
			n += 4
		}
		fields = append(fields, f)
	}
	return fields, n
}
