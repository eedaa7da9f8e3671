package evtxwrite

import (
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"
	"unicode/utf16"

	"seawall/record"
)

// The value types of [MS-EVEN6] 2.2.12.
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
	typeBinXML     = 0x21
	typeArray      = 0x80
)

// typed is a value as it stands in a record.
type typed struct {
	typ byte
	raw []byte
}

// kinds of the record package by value type, for [Text].
var kinds = map[byte]record.Kind{
	typeNull: record.Null, typeString: record.UTF16, typeANSI: record.ANSI,
	typeInt8: record.Int, typeInt16: record.Int, typeInt32: record.Int, typeInt64: record.Int,
	typeUint8: record.Uint, typeUint16: record.Uint, typeUint32: record.Uint, typeUint64: record.Uint,
	typeReal32: record.Float, typeReal64: record.Float, typeBool: record.Bool, typeBinary: record.Binary,
	typeGUID: record.GUID, typeSize: record.Hex, typeFileTime: record.FileTime, typeSystemTime: record.SystemTime,
	typeSID: record.SID, typeHex32: record.Hex, typeHex64: record.Hex, typeArray | typeString: record.Array | record.UTF16,
}

func (t typed) kind() record.Kind { return kinds[t.typ] }

// encode turns a Go value into its type and bytes.
func encode(value any) (typed, error) {
	le := binary.LittleEndian
	switch v := value.(type) {
	case nil:
		return typed{}, nil
	case string:
		return typed{typeString, utf16le(v)}, nil
	case []string:
		var raw []byte
		for _, s := range v {
			raw = append(append(raw, utf16le(s)...), 0, 0)
		}
		return typed{typeArray | typeString, raw}, nil
	case ANSI:
		return typed{typeANSI, []byte(v)}, nil
	case int8:
		return typed{typeInt8, []byte{byte(v)}}, nil
	case uint8:
		return typed{typeUint8, []byte{v}}, nil
	case int16:
		return typed{typeInt16, le.AppendUint16(nil, uint16(v))}, nil
	case uint16:
		return typed{typeUint16, le.AppendUint16(nil, v)}, nil
	case int32:
		return typed{typeInt32, le.AppendUint32(nil, uint32(v))}, nil
	case uint32:
		return typed{typeUint32, le.AppendUint32(nil, v)}, nil
	case int64:
		return typed{typeInt64, le.AppendUint64(nil, uint64(v))}, nil
	case uint64:
		return typed{typeUint64, le.AppendUint64(nil, v)}, nil
	case float32:
		return typed{typeReal32, le.AppendUint32(nil, math.Float32bits(v))}, nil
	case float64:
		return typed{typeReal64, le.AppendUint64(nil, math.Float64bits(v))}, nil
	case bool:
		raw := make([]byte, 4)
		if v {
			raw[0] = 1
		}
		return typed{typeBool, raw}, nil
	case []byte:
		return typed{typeBinary, v}, nil
	case GUID:
		raw, err := parseGUID(string(v))
		return typed{typeGUID, raw[:]}, err
	case SID:
		raw, err := parseSID(string(v))
		return typed{typeSID, raw}, err
	case Hex32:
		return typed{typeHex32, le.AppendUint32(nil, uint32(v))}, nil
	case Hex64:
		return typed{typeHex64, le.AppendUint64(nil, uint64(v))}, nil
	case Size32:
		return typed{typeSize, le.AppendUint32(nil, uint32(v))}, nil
	case Size64:
		return typed{typeSize, le.AppendUint64(nil, uint64(v))}, nil
	case time.Time:
		return typed{typeFileTime, le.AppendUint64(nil, fileTime(v))}, nil
	case SystemTime:
		return typed{typeSystemTime, systemTime(time.Time(v))}, nil
	}
	return typed{}, fmt.Errorf("a value of Go type %T has no place in an event log", value)
}

func utf16le(s string) []byte {
	units := utf16.Encode([]rune(s))
	raw := make([]byte, 0, 2*len(units))
	for _, u := range units {
		raw = binary.LittleEndian.AppendUint16(raw, u)
	}
	return raw
}

// fileTime counts 100 ns ticks since 1601; the zero time is 0.
func fileTime(t time.Time) uint64 {
	if t.IsZero() {
		return 0
	}
	const unixEpochTicks = 116444736000000000
	return uint64(t.Unix()*1e7+int64(t.Nanosecond()/100)) + unixEpochTicks
}

func systemTime(t time.Time) []byte {
	t = t.UTC()
	var raw []byte
	for _, n := range []int{t.Year(), int(t.Month()), int(t.Weekday()), t.Day(), t.Hour(), t.Minute(), t.Second(), t.Nanosecond() / 1e6} {
		raw = binary.LittleEndian.AppendUint16(raw, uint16(n))
	}
	return raw
}

// parseGUID reads "{54849625-5478-4994-A5BA-3E3B0328C30D}" into Windows' mixed
// byte order.
func parseGUID(s string) (guid [16]byte, err error) {
	digits := strings.ReplaceAll(strings.Trim(s, "{}"), "-", "")
	raw, err := hex.DecodeString(digits)
	if err != nil || len(raw) != 16 {
		return guid, fmt.Errorf("GUID %q: want {XXXXXXXX-XXXX-XXXX-XXXX-XXXXXXXXXXXX}", s)
	}
	for i, from := range [16]int{3, 2, 1, 0, 5, 4, 7, 6, 8, 9, 10, 11, 12, 13, 14, 15} {
		guid[i] = raw[from]
	}
	return guid, nil
}

// parseSID reads "S-1-5-21-…" into [MS-DTYP] 2.4.2.2.
func parseSID(s string) ([]byte, error) {
	parts := strings.Split(s, "-")
	if len(parts) < 3 || len(parts) > 18 || parts[0] != "S" {
		return nil, fmt.Errorf("SID %q: want S-1-…", s)
	}
	numbers := make([]uint64, len(parts)-1)
	for i, part := range parts[1:] {
		n, err := strconv.ParseUint(part, 10, 32)
		if err != nil {
			return nil, fmt.Errorf("SID %q: %w", s, err)
		}
		numbers[i] = n
	}
	raw := []byte{byte(numbers[0]), byte(len(numbers) - 2), 0, 0}
	raw = binary.BigEndian.AppendUint32(raw, uint32(numbers[1]))
	for _, n := range numbers[2:] {
		raw = binary.LittleEndian.AppendUint32(raw, uint32(n))
	}
	return raw, nil
}
