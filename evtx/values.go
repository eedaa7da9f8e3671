package evtx

import (
	"encoding/binary"

	"seawall/record"
)

// Value types of [MS-EVEN6] 2.2.12. typeArray marks an array of another type.
const (
	typeNull       = 0x00
	typeString     = 0x01
	typeANSI       = 0x02
	typeInt8       = 0x03
	typeUint8      = 0x04
	typeInt16      = 0x05
	typeUint16     = 0x06
	typeInt32      = 0x07
	typeUint32     = 0x08
	typeInt64      = 0x09
	typeUint64     = 0x0a
	typeReal32     = 0x0b
	typeReal64     = 0x0c
	typeBool       = 0x0d
	typeBinary     = 0x0e
	typeGUID       = 0x0f
	typeSize       = 0x10
	typeFileTime   = 0x11
	typeSystemTime = 0x12
	typeSID        = 0x13
	typeHex32      = 0x14
	typeHex64      = 0x15
	typeHandle     = 0x20
	typeBinXML     = 0x21
	typeXML        = 0x23
	typeArray      = 0x80
)

// slot is one wire value of a record: where its bytes are, in the chunk or in
// the decoder's scratch. Positions, not slices, so that scratch may move.
type slot struct {
	pos, size uint32
	typ       byte
	scratch   bool
}

// valueType says how values of one wire type are taken over.
type valueType struct {
	kind  record.Kind
	class valueClass
	size  uint8 // of literals and array items; 0 if it varies
}

type valueClass uint8

const (
	classNull    valueClass = iota // no value
	classPlain                     // the bytes as they are; no bytes is null
	classString                    // UTF-16, less one trailing NUL
	classText                      // the bytes as they are, empty is empty
	classConvert                   // must be rewritten: see [Decoder.convert]
)

// valueTypes is indexed by wire type. Types that do not exist read as binary,
// so that nothing is lost.
var valueTypes = newValueTypes()

func newValueTypes() (table [256]valueType) {
	for i := range table {
		table[i] = valueType{record.Binary, classPlain, 0}
	}
	plain := func(typ byte, kind record.Kind, size uint8) { table[typ] = valueType{kind, classPlain, size} }
	table[typeNull] = valueType{record.Null, classNull, 0}
	table[typeString] = valueType{record.UTF16, classString, 0}
	table[typeANSI] = valueType{record.ANSI, classString, 0}
	plain(typeInt8, record.Int, 1)
	plain(typeUint8, record.Uint, 1)
	plain(typeInt16, record.Int, 2)
	plain(typeUint16, record.Uint, 2)
	plain(typeInt32, record.Int, 4)
	plain(typeUint32, record.Uint, 4)
	plain(typeInt64, record.Int, 8)
	plain(typeUint64, record.Uint, 8)
	plain(typeReal32, record.Float, 4)
	plain(typeReal64, record.Float, 8)
	plain(typeBool, record.Bool, 4)
	plain(typeBinary, record.Binary, 0)
	plain(typeGUID, record.GUID, 16)
	plain(typeSize, record.Hex, 8)
	plain(typeFileTime, record.FileTime, 8)
	plain(typeSystemTime, record.SystemTime, 16)
	plain(typeSID, record.SID, 0)
	plain(typeHex32, record.Hex, 4)
	plain(typeHex64, record.Hex, 8)
	plain(typeHandle, record.Hex, 8)
	table[typeXML] = valueType{record.Markup, classConvert, 0}
	for typ := byte(typeString); typ <= typeHex64; typ++ {
		table[typeArray|typ] = valueType{record.Array | record.Text, classConvert, table[typ].size}
	}
	table[typeArray|typeString] = valueType{record.Array | record.UTF16, classText, 0}
	table[typeArray|typeANSI] = valueType{record.Array | record.ANSI, classText, 0}
	table[typeArray|typeBinary] = valueType{record.Binary, classPlain, 0}
	for _, typ := range []byte{typeBool, typeGUID, typeFileTime, typeSystemTime} { // widths the record package knows
		table[typeArray|typ] = valueType{record.Array | table[typ].kind, classPlain, table[typ].size}
	}
	return table
}

// value reads a slot. What must be rewritten goes to the decoder's scratch and
// is valid until the next record, like everything else.
func (d *Decoder) value(s *slot) record.Value {
	raw := d.bytes(s)
	t := &valueTypes[s.typ]
	switch t.class {
	case classPlain:
		if len(raw) == 0 {
			return record.Value{}
		}
	case classString:
		raw = trimNUL(raw, s.typ)
	case classConvert:
		return d.convert(raw, s.typ, t)
	case classNull:
		return record.Value{}
	}
	return record.Value{Raw: raw, Kind: t.kind}
}

func (d *Decoder) bytes(s *slot) []byte {
	if s.scratch {
		return d.scratch[s.pos : s.pos+s.size : s.pos+s.size]
	}
	return d.data[s.pos : s.pos+s.size : s.pos+s.size]
}

// trimNUL drops one terminator. Trailing blanks are content: rules that test
// the end of a command line depend on them.
func trimNUL(raw []byte, typ byte) []byte {
	n := len(raw)
	switch {
	case typ == typeANSI && n >= 1 && raw[n-1] == 0:
		return raw[:n-1]
	case typ == typeString && n >= 2 && n&1 == 0 && raw[n-1] == 0 && raw[n-2] == 0:
		return raw[:n-2]
	}
	return raw
}

// convert rewrites what the record package has no encoding for: XML text, and
// arrays whose items it cannot tell apart, which become lists of their texts.
func (d *Decoder) convert(raw []byte, typ byte, t *valueType) record.Value {
	start := len(d.scratch)
	if typ == typeXML {
		d.scratch = record.AppendUTF16(d.scratch, trimNUL(raw, typeString))
		return record.Value{Raw: d.scratch[start:len(d.scratch):len(d.scratch)], Kind: record.Markup}
	}
	item := typ &^ typeArray
	size := int(t.size)
	for len(raw) > 0 {
		n := size
		switch {
		case item == typeSID && len(raw) >= 8:
			n = 8 + 4*int(raw[1])
		case item == typeSize && len(raw)%8 != 0:
			n = 4
		}
		if n == 0 || n > len(raw) {
			n = len(raw)
		}
		d.scratch = record.Value{Raw: raw[:n], Kind: valueTypes[item].kind}.AppendText(d.scratch)
		d.scratch = append(d.scratch, 0)
		raw = raw[n:]
	}
	return record.Value{Raw: d.scratch[start:len(d.scratch):len(d.scratch)], Kind: t.kind}
}

// literalSize returns how many bytes a literal value takes after its type
// byte, and how many of them are a length prefix. ok is false for types that
// cannot stand as literals or that do not fit into data.
func literalSize(typ byte, data []byte) (prefix, size int, ok bool) {
	switch typ {
	case typeNull:
		return 0, 0, true
	case typeString, typeANSI, typeBinary, typeXML:
		if len(data) < 2 {
			return 0, 0, false
		}
		size = int(binary.LittleEndian.Uint16(data))
		if typ == typeString || typ == typeXML {
			size *= 2
		}
		return 2, size, 2+size <= len(data)
	case typeSID:
		if len(data) < 8 {
			return 0, 0, false
		}
		size = 8 + 4*int(data[1])
		return 0, size, size <= len(data)
	}
	size = int(valueTypes[typ].size)
	return 0, size, size > 0 && typ&typeArray == 0 && size <= len(data)
}
