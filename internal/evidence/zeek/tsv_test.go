package zeek

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"testing"

	"seawall/internal/evidence/evidencetest"
	"seawall/record"
)

const connHeader = "#separator \\x09\n#set_separator\t,\n#empty_field\t(empty)\n#unset_field\t-\n#path\tconn\n#open\t2026-01-02-03-04-05\n" +
	"#fields\tts\tuid\tid.orig_h\ttunnel_parents\tnote\n#types\ttime\tstring\taddr\tset[string]\tstring\n"

func TestColumnsAreThoseOfTheHeader(t *testing.T) {
	f := func(name, content string, want ...string) {
		t.Helper()
		for _, size := range []int{1 << 20, 64} {
			got := evidencetest.Read(t, Formats(), "x.log", []byte(content), size).All()
			if !slices.Equal(got, want) {
				t.Errorf("%s, blocks of %d:\n got %q\nwant %q", name, size, got, want)
			}
		}
	}
	f("plain", connHeader+"1700000000.5\tC1\t10.0.0.1\t(empty)\t-\n1700000001.5\tC2\t10.0.0.2\tCa,Cb\tx\n#close\t2026-01-02-03-04-06\n",
		"zeek conn@9: ts=1700000000.5 uid=C1 id.orig_h=10.0.0.1 tunnel_parents=",
		"zeek conn@10: ts=1700000001.5 uid=C2 id.orig_h=10.0.0.2 tunnel_parents=Ca\nCb note=x")
	f("escapes", connHeader+"1.5\tC1\t::1\ta\\x2cb,c\\x09\tt\\x5cx\\\\y\\\n",
		"zeek conn@9: ts=1.5 uid=C1 id.orig_h=::1 tunnel_parents=a,b\nc\t note=t\\x\\y\\")
	f("columns change", connHeader+"1.5\tC1\t::1\t-\tx\n#fields\tnote\tts\n#types\tstring\ttime\ny\t2.5\n"+connHeader+"3.5\tC3\t::1\t-\tz\n",
		"zeek conn@9: ts=1.5 uid=C1 id.orig_h=::1 note=x", "zeek conn@12: note=y ts=2.5", "zeek conn@21: ts=3.5 uid=C3 id.orig_h=::1 note=z")
	f("other separators", "#separator |\n#set_separator|;\n#empty_field|EMPTY\n#unset_field|NIL\n#path|dns\n#fields|ts|query|answers\n#types|time|string|vector[string]\n1.5|a|x;y\n2.5|NIL|EMPTY\n",
		"zeek dns@8: ts=1.5 query=a answers=x\ny", "zeek dns@9: ts=2.5 answers=")
	f("cut off", connHeader+"1.5\tC1\t::1\t-\tx\n2.5\tC2\t::", "zeek conn@9: ts=1.5 uid=C1 id.orig_h=::1 note=x",
		"x.log:10: the file ends within this line; all before it was read")
	f("damaged", connHeader+"junk\n1.5\tC1\t::1\t-\tx\n1\t2\t3\t4\t5\t6\n", "zeek conn@10: ts=1.5 uid=C1 id.orig_h=::1 note=x",
		"x.log:9: here and below, 2 rows do not have the columns that the header names")
	f("Windows line ends", strings.ReplaceAll(connHeader, "\n", "\r\n")+"1.5\tC1\t::1\t-\tx\r\n", "zeek conn@9: ts=1.5 uid=C1 id.orig_h=::1 note=x")
	f("without a path", "#fields\tts\tquery\tqtype_name\n1.5\ta.example\tA\n", "zeek dns@2: ts=1.5 query=a.example qtype_name=A")
	f("a last line without its end", connHeader+"1.5\tC1\t::1\t-\tx", "zeek conn@9: ts=1.5 uid=C1 id.orig_h=::1 note=x")
	f("minimal header", "### made by zeek-cut -m\nts\tuid\tquery\tqtype_name\tanswers\n1.5\tC1\ta.example\tA\tx,y\n", "zeek dns@3: ts=1.5 uid=C1 query=a.example qtype_name=A answers=x\ny")
	f("text", "Lorem ipsum\ndolor\n", "unrecognised")
	f("comment", "# Lorem ipsum\n#dolor\n", "unrecognised")
}

func TestRowsWithoutHeaderAreThoseOfConn(t *testing.T) {
	row := "1517336042.090842\tCi85EB\t10.55.182.100\t14291\t10.233.233.5\t80\ttcp\t-\t3.000158\t0\t0\tS0\tT\tT\t0\tS\t2\t104\t0\t0\t(empty)\n"
	got := evidencetest.Read(t, Formats(), "conn.log", []byte(row+row), 1<<20).All()
	if len(got) != 3 || !strings.Contains(got[1], "conn_state=S0") || !strings.Contains(got[2], "header") {
		t.Errorf("%q", got)
	}
}

func TestTimesAreReadInEveryForm(t *testing.T) {
	const noon = 1704110400123000000 // 2024-01-01 12:00:00.123
	for _, text := range []string{"1704110400.123000", "1704110400123", "1704110400123000", "2024-01-01T12:00:00.123Z", "2024-01-01T12:00:00.123000+00:00"} {
		if got, ok := timestamp([]byte(text)); got != noon || !ok {
			t.Errorf("%s: %d %v", text, got, ok)
		}
	}
	for _, text := range []string{"", "-", "noon", "12345678901234567890"} {
		if _, ok := timestamp([]byte(text)); ok {
			t.Errorf("%q is taken for a time", text)
		}
	}
}

// splitSlowly is what layout.split must do.
func splitSlowly(l *layout, line []byte, columns int) []string {
	cells := bytes.Split(line, []byte{l.separator})
	if len(cells) != columns {
		return nil
	}
	var texts []string
	for _, cell := range cells {
		v := l.value(cell)
		texts = append(texts, fmt.Sprint(v.Kind, string(v.Raw)))
	}
	return texts
}

func FuzzSplit(f *testing.F) {
	f.Add([]byte("a\tb\tc"), byte('\t'), uint8(3))
	f.Add([]byte("1517336042.090842\tCi85EB\t10.55.182.100\t-\t(empty)"), byte('\t'), uint8(5))
	f.Add([]byte("\x08\t\x08\t\t\x08\t\t\t\x08"), byte('\t'), uint8(8))
	f.Fuzz(func(t *testing.T, line []byte, separator byte, columns uint8) {
		l := &layout{separator: separator}
		l.absence("-", "(empty)")
		values := make([]record.Value, int(columns)%64+1)
		var got []string
		if l.split(line, values) {
			for _, v := range values {
				got = append(got, fmt.Sprint(v.Kind, string(v.Raw)))
			}
		}
		if want := splitSlowly(l, line, len(values)); !slices.Equal(got, want) {
			t.Fatalf("%q: %q, want %q", line, got, want)
		}
	})
}

// What is read must not depend on where blocks end. (Files that lack Zeek's
// header but have single lines of one further down are not held to it.)
func FuzzTSV(f *testing.F) {
	f.Add([]byte(connHeader+"1.5\tC1\t::1\ta,b\tx\\x09\n#fields\tts\n2.5\n#close\tnow\n"), uint8(40))
	f.Add([]byte("#fields\ta\tb\n1\t2\n#types\tx\ty\n#path\tp\n#fields\tb\n3\n"), uint8(3))
	f.Fuzz(func(t *testing.T, content []byte, size uint8) {
		if !startsHeader(content) {
			return
		}
		whole := evidencetest.Read(t, Formats()[:1], "x", content, 1<<20).All()
		parts := evidencetest.Read(t, Formats()[:1], "x", content, int(size)+1).All()
		if !slices.Equal(whole, parts) {
			t.Fatalf("in one block\n%q\nin blocks of %d\n%q", whole, int(size)+1, parts)
		}
	})
}
