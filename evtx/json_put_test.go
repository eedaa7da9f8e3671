package evtx

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"math/rand/v2"
	"testing"

	"seawall/record"
)

// plainJSON is what a value should be written as, made the simple way.
func plainJSON(raw []byte, typ byte) string {
	text := record.Value{Raw: raw, Kind: valueTypes[typ].kind}.AppendText(nil)
	switch valueTypes[typ].kind {
	case record.Int, record.Uint, record.Bool:
		return string(text)
	}
	return `"` + string(text) + `"`
}

func TestValuesAreWrittenAsTheirTextIs(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	var memory jsonMemory
	f := func(raw []byte, typ byte) {
		t.Helper()
		buf := bytes.Repeat([]byte{'~'}, 2+maxFixedValue)
		end := memory.put(buf, 2, raw, typ)
		if end == 0 {
			t.Fatalf("type %#x, %x: not written", typ, raw)
		}
		if got, want := string(buf[2:end]), plainJSON(raw, typ); got != want {
			t.Fatalf("type %#x, %x: %s, want %s", typ, raw, got, want)
		}
	}
	for _, typ := range []byte{typeUint8, typeUint16, typeInt32, typeUint32, typeInt64, typeUint64, typeBool, typeGUID, typeSize, typeFileTime, typeHex32, typeHex64, typeHandle} {
		raw := make([]byte, valueTypes[typ].size)
		f(raw, typ)
		for range 3000 {
			n := binary.LittleEndian.AppendUint64(nil, random.Uint64()>>random.UintN(64))
			copy(raw, append(n, binary.LittleEndian.AppendUint64(nil, random.Uint64())...))
			if typ == typeFileTime && binary.LittleEndian.Uint64(raw) >= 3067671*ticksPerDay {
				raw[7] = 1 // years before 10000
			}
			f(raw, typ)
		}
		for u := uint64(1); u < 1e19; u *= 10 {
			for _, n := range []uint64{u - 1, u} {
				copy(raw, append(binary.LittleEndian.AppendUint64(nil, n), make([]byte, 8)...))
				if typ != typeFileTime || n < 3067671*ticksPerDay {
					f(raw, typ)
				}
			}
		}
	}
	for range 3000 {
		raw := make([]byte, 8+4*random.UintN(6))
		for i := range raw {
			raw[i] = byte(random.UintN(256))
		}
		raw[1] = byte(random.UintN(7))
		f(raw, typeSID)
		f(raw, typeSID) // from memory
	}
}

func TestTimesOfFiveDigitYearsAreLeftToTheSlowWay(t *testing.T) {
	var memory jsonMemory
	buf := make([]byte, maxFixedValue)
	raw := binary.LittleEndian.AppendUint64(nil, 3067671*ticksPerDay)
	if end := memory.put(buf, 0, raw, typeFileTime); end != 0 {
		t.Errorf("written as %s", buf[:end])
	}
	raw = binary.LittleEndian.AppendUint64(nil, 3067671*ticksPerDay-1)
	if end := memory.put(buf, 0, raw, typeFileTime); string(buf[:end]) != `"9999-12-31T23:59:59.9999999Z"` {
		t.Errorf("written as %s", buf[:end])
	}
}

// FuzzUTF16 compares the fast way to write text with the simple one.
func FuzzUTF16(f *testing.F) {
	for _, text := range []string{"", "a", "C:\\Windows\\System32", "\"\x00\x1f\x7f<>&", "äöü 🜲 x", "01234567", "012345678", "0123456789abcdef\n\\", "ABCDEFG\u0080"} {
		var raw []byte
		for _, r := range text {
			raw = binary.LittleEndian.AppendUint16(raw, uint16(r))
		}
		f.Add(raw, uint8(3))
	}
	f.Fuzz(func(t *testing.T, raw []byte, behind uint8) {
		want := appendJSONText(nil, record.AppendUTF16(nil, raw))
		data := append(append([]byte{0xff}, raw...), bytes.Repeat([]byte{'x'}, int(behind))...)
		buf := make([]byte, 1+3*len(raw)+textBlock)
		got := buf[1:putUTF16(buf, 1, data, 1, 1+len(raw))]
		if !bytes.Equal(got, want) || !json.Valid(got) {
			t.Errorf("%x: %s, want %s", raw, got, want)
		}
	})
}
