package zeek

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"seawall/internal/evidence"
	"seawall/record"
)

// collector keeps what a walk yields, as text.
type collector struct {
	evidence.Discard
	rows     []string
	times    []int64
	problems []string
	raw      map[int64]string // by offset
}

func (c *collector) Record(rec *record.Record) {
	var b strings.Builder
	fmt.Fprintf(&b, "%s@%d:", rec.Schema.Source, rec.Origin.Number)
	for i, f := range rec.Schema.Fields {
		if v := rec.Values[i]; v.Kind != record.Null {
			fmt.Fprintf(&b, " %s=%s", f.Name, v)
		}
	}
	c.rows = append(c.rows, b.String())
	c.times = append(c.times, rec.Time)
	if c.raw == nil {
		c.raw = map[int64]string{}
	}
	c.raw[rec.Origin.Offset] = string(rec.Raw)
	if len(rec.Raw) != rec.Origin.Length {
		c.problems = append(c.problems, fmt.Sprintf("row at %d: %d bytes, origin says %d", rec.Origin.Offset, len(rec.Raw), rec.Origin.Length))
	}
}

func (c *collector) Problem(p evidence.Problem) { c.problems = append(c.problems, p.String()) }

// read walks one file in blocks of the given size: rows must not depend on it.
func read(t testing.TB, name string, content []byte, blockSize int) *collector {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, content, 0o600); err != nil {
		t.Fatal(err)
	}
	c := &collector{}
	// Blocks are decoded when all are there, the last first.
	err := evidence.Walk(context.Background(), []string{path}, Formats(), evidence.Options{BlockSize: blockSize, InFlight: 1}, evidence.Visitor{
		Job: func(j *evidence.Job) { j.Run(c) }, Unrecognised: func(string, int64, string) { c.problems = append(c.problems, "unrecognised") },
		Duplicate: func(string, string) {}, Problem: c.Problem,
	})
	if err != nil {
		t.Fatal(err)
	}
	for i, p := range c.problems {
		c.problems[i] = strings.ReplaceAll(p, path, "FILE")
	}
	for offset, raw := range c.raw {
		if got := string(content[offset : offset+int64(len(raw))]); got != raw {
			t.Errorf("at %d the file says %q, the record %q", offset, got, raw)
		}
	}
	return c
}

const connHeader = "#separator \\x09\n#set_separator\t,\n#empty_field\t(empty)\n#unset_field\t-\n#path\tconn\n#open\t2026-01-02-03-04-05\n" +
	"#fields\tts\tuid\tid.orig_h\ttunnel_parents\tnote\n#types\ttime\tstring\taddr\tset[string]\tstring\n"

func TestColumnsAreThoseOfTheHeader(t *testing.T) {
	f := func(name, content string, want ...string) {
		t.Helper()
		for _, size := range []int{1 << 20, 64} {
			c := read(t, "x.log", []byte(content), size)
			if got := append(c.rows, c.problems...); !slices.Equal(got, want) {
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
		"FILE:10: the file ends within this line; all before it was read")
	f("damaged", connHeader+"junk\n1.5\tC1\t::1\t-\tx\n1\t2\t3\t4\t5\t6\n", "zeek conn@10: ts=1.5 uid=C1 id.orig_h=::1 note=x",
		"FILE:9: here and below, 2 rows do not have the columns that the header names")
	f("Windows line ends", strings.ReplaceAll(connHeader, "\n", "\r\n")+"1.5\tC1\t::1\t-\tx\r\n", "zeek conn@9: ts=1.5 uid=C1 id.orig_h=::1 note=x")
	f("without a path", "#fields\tts\tquery\tqtype_name\n1.5\ta.example\tA\n", "zeek dns@2: ts=1.5 query=a.example qtype_name=A")
	f("a last line without its end", connHeader+"1.5\tC1\t::1\t-\tx", "zeek conn@9: ts=1.5 uid=C1 id.orig_h=::1 note=x")
	f("text", "Lorem ipsum\ndolor\n", "unrecognised")
	f("comment", "# Lorem ipsum\n#dolor\n", "unrecognised")
}

func TestRowsWithoutHeaderAreThoseOfConn(t *testing.T) {
	row := "1517336042.090842\tCi85EB\t10.55.182.100\t14291\t10.233.233.5\t80\ttcp\t-\t3.000158\t0\t0\tS0\tT\tT\t0\tS\t2\t104\t0\t0\t(empty)\n"
	c := read(t, "conn.log", []byte(row+row), 1<<20)
	if len(c.rows) != 2 || !strings.Contains(c.rows[1], "conn_state=S0") || len(c.problems) != 1 || !strings.Contains(c.problems[0], "header") {
		t.Errorf("%q %q", c.rows, c.problems)
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
		l := &layout{separator: separator, unset: "-", empty: "(empty)"}
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

// What is read must not depend on where blocks end.
func FuzzTSV(f *testing.F) {
	f.Add([]byte(connHeader+"1.5\tC1\t::1\ta,b\tx\\x09\n#fields\tts\n2.5\n#close\tnow\n"), uint8(40))
	f.Add([]byte("#fields\ta\tb\n1\t2\n#types\tx\ty\n#path\tp\n#fields\tb\n3\n"), uint8(3))
	f.Fuzz(func(t *testing.T, content []byte, size uint8) {
		whole, parts := read(t, "x", content, 1<<20), read(t, "x", content, int(size)+1)
		if !slices.Equal(whole.rows, parts.rows) {
			t.Fatalf("in one block\n%q\nin blocks of %d\n%q", whole.rows, int(size)+1, parts.rows)
		}
	})
}
