package record

import (
	"encoding/binary"
	"strings"
	"testing"
	"time"
	"unicode/utf16"
	"unicode/utf8"
)

func utf16le(s string) []byte {
	var raw []byte
	for _, u := range utf16.Encode([]rune(s)) {
		raw = binary.LittleEndian.AppendUint16(raw, u)
	}
	return raw
}

func TestTextIsWhatWindowsPrints(t *testing.T) {
	f := func(kind Kind, raw []byte, want string) {
		t.Helper()
		if got := (Value{Raw: raw, Kind: kind}).String(); got != want {
			t.Errorf("kind %d %x: %q, want %q", kind, raw, got, want)
		}
	}
	f(Null, nil, "")
	f(Text, []byte("a b "), "a b ")
	f(UTF16, utf16le("cmd.exe /c ütil 🜲 x"), "cmd.exe /c ütil 🜲 x")
	f(UTF16, []byte{0x00, 0xd8, 'a', 0}, "\ufffda")
	f(UTF16, []byte{'a', 0, 'b'}, "a")
	f(ANSI, []byte("caf\xe9 \x80"), "café €")
	f(Int, []byte{0xff}, "-1")
	f(Int, []byte{0xfe, 0xff, 0xff, 0xff}, "-2")
	f(Uint, []byte{0xff, 0xff}, "65535")
	f(Uint, []byte{1, 0, 0, 0, 0, 0, 0, 0x80}, "9223372036854775809")
	f(Hex, []byte{0x10, 0, 0, 0}, "0x10")
	f(Hex, []byte{0, 0, 0, 0, 0, 0, 0x20, 0x80}, "0x8020000000000000")
	f(Bool, []byte{0, 0, 0, 2}, "true")
	f(Bool, []byte{0}, "false")
	f(Binary, []byte{0xde, 0x0a}, "DE0A")
	f(Float, []byte{0, 0, 0xc0, 0x3f}, "1.5")
	f(GUID, []byte{0x25, 0x96, 0x84, 0x54, 0x78, 0x54, 0x94, 0x49, 0xa5, 0xba, 0x3e, 0x3b, 0x03, 0x28, 0xc3, 0x0d}, "{54849625-5478-4994-A5BA-3E3B0328C30D}")
	f(SID, []byte{1, 2, 0, 0, 0, 0, 0, 5, 32, 0, 0, 0, 0x20, 2, 0, 0}, "S-1-5-32-544")
	f(SID, []byte{1, 5, 0, 0, 0, 0, 0, 5, 21, 0, 0, 0}, "S-1-5-21") // truncated
	f(FileTime, []byte{0x24, 0x76, 0x32, 0x53, 0x39, 0xde, 0xd0, 0x01}, "2015-08-24T06:51:38.4062500Z")
	f(SystemTime, []byte{0xea, 7, 11, 0, 2, 0, 24, 0, 13, 0, 5, 0, 9, 0, 7, 0}, "2026-11-24T13:05:09.007Z")
	f(Network, []byte{1, 0, 2}, "65538")
	f(Network, nil, "0")
	f(Address, []byte{192, 0, 2, 1}, "192.0.2.1")
	f(Address, []byte{0x20, 1, 0xd, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1}, "2001:db8::1")
	f(Address, []byte{1, 2}, "0102")
	f(Array|UTF16, utf16le("one\x00two\x00"), "one\ntwo")
	f(Array|UTF16, utf16le("one\x00\x00three"), "one\n\nthree")
	f(Array|ANSI, []byte("a\x00b\x00"), "a\nb")
}

func TestNumbersAreReadFromAnySource(t *testing.T) {
	f := func(v Value, want int64, ok bool) {
		t.Helper()
		if got, gotOK := v.Int64(); got != want || gotOK != ok {
			t.Errorf("%v: %d %v, want %d %v", v, got, gotOK, want, ok)
		}
	}
	f(Value{[]byte{0x10, 0x12}, Uint}, 0x1210, true)
	f(Value{[]byte{0xff, 0xff}, Int}, -1, true)
	f(Value{[]byte{1, 0, 2}, Network}, 65538, true)
	f(Value{[]byte("4624"), Text}, 4624, true)
	f(Value{utf16le("0x3e7"), UTF16}, 0x3e7, true)
	f(Value{[]byte("cmd"), Text}, 0, false)
	f(Value{[]byte(" -010 "), ANSI}, -10, true) // not octal
	f(Value{[]byte("0X7F"), Text}, 0x7f, true)
	f(Value{[]byte("0x"), Text}, 0, false)
	f(Value{[]byte("1_000"), Text}, 0, false)
	f(Value{[]byte("9223372036854775807"), Text}, 1<<63-1, true)
	f(Value{[]byte("9223372036854775808"), Text}, 0, false)
	f(Value{utf16le("4\u0134"), UTF16}, 0, false)
	f(Value{[]byte(" "), Text}, 0, false)
	f(Value{[]byte(strings.Repeat("9", 100)), Text}, 0, false)
	f(Value{[]byte{1, 0, 0, 0, 0, 0, 0, 0x80}, Uint}, -9223372036854775807, false)
	f(Value{}, 0, false)
}

func TestTimesOutsideAnInt64OfNanosecondsAreClamped(t *testing.T) {
	for _, ticks := range []uint64{0, 1 << 63, 1<<64 - 1} {
		ns := FileTimeToUnixNano(ticks)
		if year := time.Unix(0, ns).Year(); year != 1677 && year != 2262 {
			t.Errorf("%d ticks become the year %d", ticks, year)
		}
	}
	if got := FileTimeToUnixNano(unixEpochTicks + 15); got != 1500 {
		t.Errorf("15 ticks after 1970: %d ns, want 1500", got)
	}
}

func TestTimesAreWrittenAsTheTimePackageDoes(t *testing.T) {
	f := func(ticks uint64) {
		t.Helper()
		at := time.Unix(int64(ticks/1e7)-unixEpochTicks/1e7, int64(ticks%1e7)*100).UTC()
		want := at.Format("2006-01-02T15:04:05.0000000Z")
		if got := (Value{Raw: binary.LittleEndian.AppendUint64(nil, ticks), Kind: FileTime}).String(); got != want {
			t.Fatalf("%d: %s, want %s", ticks, got, want)
		}
	}
	for day := range uint64(daysTo10000 + 500) {
		f(day * 864000000000)
	}
	for _, ticks := range []uint64{1, 9999999, 863999999999, unixEpochTicks - 1, daysTo10000*864000000000 - 1, 1<<64 - 1} {
		f(ticks)
	}
}

func TestLookupPrefersTheExactNameAndKeepsAllSlots(t *testing.T) {
	s := NewSchema(KindWindows, []Field{{Name: "Data"}, {Name: "ProcessId"}, {Name: "Data"}, {Name: "ProcessID"}})
	f := func(name string, want ...int) {
		t.Helper()
		got := s.Lookup(name)
		if len(got) != len(want) {
			t.Fatalf("%s: %v, want %v", name, got, want)
		}
		for i := range got {
			if got[i] != want[i] {
				t.Errorf("%s: %v, want %v", name, got, want)
			}
		}
	}
	f("Data", 0, 2)
	f("ProcessID", 3)
	f("processid", 1, 3)
	f("nothing")
}

func FuzzValue(f *testing.F) {
	for k := Null; k <= Address; k++ {
		f.Add(uint8(k), []byte{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16})
		f.Add(uint8(k|Array), []byte("a\x00b\x00c"))
	}
	f.Fuzz(func(t *testing.T, kind uint8, raw []byte) {
		v := Value{Raw: raw, Kind: Kind(kind)}
		text := v.AppendText(nil)
		switch Kind(kind) &^ Array {
		case Text, Markup: // as they come
		default:
			if !utf8.Valid(text) {
				t.Errorf("kind %d, %x: %q is not UTF-8", kind, raw, text)
			}
		}
		v.Int64()
		v.UnixNano()
		if again := v.AppendText(make([]byte, 0, 7)); string(again) != string(text) {
			t.Errorf("two readings differ: %q, %q", text, again)
		}
	})
}

func BenchmarkUTF16(b *testing.B) {
	raw := utf16le(`C:\Windows\System32\svchost.exe -k netsvcs -p -s Schedule`)
	var buf []byte
	b.SetBytes(int64(len(raw)))
	b.ReportAllocs()
	for b.Loop() {
		buf = AppendUTF16(buf[:0], raw)
	}
}
