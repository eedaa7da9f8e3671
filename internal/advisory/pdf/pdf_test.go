package pdf

import (
	"bytes"
	"compress/zlib"
	"encoding/ascii85"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// build writes a file of objects numbered from 1, with cross-references.
func build(trailer string, objects ...string) []byte {
	var b bytes.Buffer
	b.WriteString("%PDF-1.7\n")
	var offsets []int
	for i, o := range objects {
		offsets = append(offsets, b.Len())
		fmt.Fprintf(&b, "%d 0 obj\n%s\nendobj\n", i+1, o)
	}
	at := b.Len()
	fmt.Fprintf(&b, "xref\n0 %d\n0000000000 65535 f \n", len(objects)+1)
	for _, o := range offsets {
		fmt.Fprintf(&b, "%010d 00000 n \n", o)
	}
	fmt.Fprintf(&b, "trailer\n<< /Root 1 0 R /Size %d %s >>\nstartxref\n%d\n%%%%EOF\n", len(objects)+1, trailer, at)
	return b.Bytes()
}

// onePage is a document of one page with this content.
func onePage(filter, content string) []byte {
	return build("", "<< /Type /Catalog /Pages 2 0 R >>", "<< /Type /Pages /Kids [3 0 R] /Count 1 /MediaBox [0 0 612 792] >>",
		"<< /Type /Page /Parent 2 0 R /Contents 5 0 R /Resources << /Font << /F 4 0 R >> >> >>",
		"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
		fmt.Sprintf("<< /Length %d %s >>\nstream\n%s\nendstream", len(content), filter, content))
}

// show is content that writes lines at places.
type show struct {
	x, y float64
	text string
}

func lines(list ...show) string {
	var b strings.Builder
	for _, s := range list {
		fmt.Fprintf(&b, "BT /F 10 Tf %g %g Td (%s) Tj ET\n", s.x, s.y, s.text)
	}
	return b.String()
}

func deflate(s string) string {
	var b bytes.Buffer
	w := zlib.NewWriter(&b)
	w.Write([]byte(s))
	w.Close()
	return b.String()
}

func texts(t *testing.T, data []byte) []string {
	t.Helper()
	d, err := Read(data)
	if err != nil {
		t.Fatal(err)
	}
	var list []string
	for _, b := range d.Blocks {
		if b.Cell {
			list = append(list, fmt.Sprintf("cell %d,%d: %s", b.Row, b.Column, b.Text))
			continue
		}
		list = append(list, b.Text)
	}
	return list
}

func TestFiltersAreUndone(t *testing.T) {
	content := lines(show{72, 700, "Hello world"})
	var a85 bytes.Buffer
	w := ascii85.NewEncoder(&a85)
	w.Write([]byte(content))
	w.Close()
	f := func(filter, data string) {
		t.Helper()
		if diff := cmp.Diff([]string{"Hello world"}, texts(t, onePage(filter, data))); diff != "" {
			t.Errorf("%s: %s", filter, diff)
		}
	}
	f("", content)
	f("/Filter /FlateDecode", deflate(content))
	f("/Filter /ASCIIHexDecode", hex.EncodeToString([]byte(content))+">")
	f("/Filter /ASCII85Decode", a85.String()+"~>")
	f("/Filter [/ASCIIHexDecode /FlateDecode]", hex.EncodeToString([]byte(deflate(content)))+">")
	f("/Filter /RunLengthDecode", string([]byte{byte(len(content) - 1)})+content+"\x80")
	f("/Filter /LZWDecode", string(lzwPack([]byte(content))))
}

// lzwPack writes codes of single bytes, starting anew before codes grow.
func lzwPack(data []byte) []byte {
	var out []byte
	var bits, have uint
	put := func(code uint) {
		bits, have = bits<<9|code, have+9
		for have >= 8 {
			have -= 8
			out = append(out, byte(bits>>have))
		}
	}
	for i, c := range data {
		if i%200 == 0 {
			put(256)
		}
		put(uint(c))
	}
	put(257)
	return append(out, byte(bits<<(8-have)))
}

func TestTextIsPutTogetherAsItIsRead(t *testing.T) {
	f := func(content string, want ...string) {
		t.Helper()
		if diff := cmp.Diff(want, texts(t, onePage("", content))); diff != "" {
			t.Errorf("%s(-want +got)\n%s", content, diff)
		}
	}
	f(lines(show{72, 700, "The first line of a"}, show{72, 688, "paragraph goes on."}, show{72, 650, "Another one."}),
		"The first line of a paragraph goes on.", "Another one.")
	f("BT /F 10 Tf 72 700 Td [(Ker) -20 (ned) -300 (words)] TJ ET", "Kerned words")
	f(lines(show{72, 700, "left one"}, show{300, 700, "right one"}, show{72, 670, "left two"}, show{300, 670, "right two"}),
		"cell 0,0: left one", "cell 0,1: right one", "cell 1,0: left two", "cell 1,1: right two")
	// A hash of 32 digits in three lines of a cell; the cell has lines around.
	box := "70 640 80 70 re S 150 640 200 70 re S\n"
	f(box+lines(show{72, 700, "26a5a7e71a601b"}, show{152, 700, "horizon.jsp"}, show{72, 688, "e991073c78d513"}, show{72, 676, "dee3"}),
		"cell 0,0: 26a5a7e71a601be991073c78d513dee3", "cell 0,1: horizon.jsp")
	// Hexadecimal words that make no hash stay apart.
	f(box+lines(show{72, 700, "26a5a7e71a601b"}, show{72, 688, "e991073c"}), "cell 0,0: 26a5a7e71a601b\ne991073c")
}

func TestHyphensOfTypesettersAreDropped(t *testing.T) {
	a := func(lines ...string) *area {
		a := &area{available: 100, table: 1, availableKnown: true}
		for _, l := range lines {
			c := chunk{x1: 99, right: 1}
			for w := range strings.FieldsSeq(l) {
				c.words = append(c.words, word{text: w, average: 5, first: 5})
			}
			a.lines = append(a.lines, c)
		}
		return a
	}
	f := func(want string, lines ...string) {
		t.Helper()
		if got := a(lines...).text(); got != want {
			t.Errorf("%q: got %q, want %q", lines, got, want)
		}
	}
	f("26a5a7e71a601be991073c78d513dee3", "26a5a7e71a601b\u2010", "e991073c78d513\u2010", "dee3")
	f("vulnerabilities found", "vulner\u2010", "abilities found")
	f("public-facing hosts", "public-", "facing hosts")
	f("hxxps://one[.]example/path/file.php?id=1", "hxxps://one[.]exam", "ple/path/file.p", "hp?id=1")
	f("evil-name[.]example[.]com", "evil-name[.]exa", "mple[.]com")
	f("192[.]0[.]2[.]115\n192[.]0[.]2[.]116", "192[.]0[.]2[.]115", "192[.]0[.]2[.]116")
	f("a word and more", "a word", "and more")
}

func TestRepeatedMarginsAreDropped(t *testing.T) {
	page := func(n int) string {
		return lines(show{250, 780, "TLP:CLEAR"}, show{72, 400, fmt.Sprintf("Text of its own %c.", 'A'+n)}, show{72, 20, fmt.Sprintf("Page %d of 3", n+1)})
	}
	objects := []string{"<< /Type /Catalog /Pages 2 0 R >>", "<< /Kids [4 0 R 6 0 R 8 0 R] /MediaBox [0 0 612 792] /Resources << /Font << /F 3 0 R >> >> >>", "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>"}
	for n := range 3 {
		objects = append(objects, fmt.Sprintf("<< /Type /Page /Contents %d 0 R >>", 5+2*n), fmt.Sprintf("<< /Length %d >>\nstream\n%s\nendstream", len(page(n)), page(n)))
	}
	if diff := cmp.Diff([]string{"Text of its own A.", "Text of its own B.", "Text of its own C."}, texts(t, build("", objects...))); diff != "" {
		t.Error(diff)
	}
}

func TestDamagedFilesAreReadAsFarAsTheyGo(t *testing.T) {
	whole := onePage("", lines(show{72, 700, "Still here"}))
	for name, data := range map[string][]byte{
		"no cross-references": whole[:bytes.LastIndex(whole, []byte("xref\n0"))],
		"wrong offset":        bytes.Replace(whole, []byte("startxref\n"), []byte("startxref\n9"), 1),
		"wrong length":        bytes.Replace(whole, []byte("/Length "), []byte("/Length 9"), 1),
		"rubbish before":      append([]byte("rubbish\n"), whole...),
	} {
		if diff := cmp.Diff([]string{"Still here"}, texts(t, data)); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
}

func TestWhatCannotBeReadIsSaid(t *testing.T) {
	f := func(data []byte, want error) {
		t.Helper()
		if _, err := Read(data); !errors.Is(err, want) {
			t.Errorf("got %v, want %v", err, want)
		}
	}
	picture := onePage("", "q 600 0 0 700 0 0 cm BI /W 1 /H 1 /BPC 8 /CS /G ID \x00 EI Q")
	f(picture, ErrNoText)
	locked := build("/ID [<00> <00>] /Encrypt << /Filter /Standard /V 2 /R 3 /Length 128 /P -4 /O <"+strings.Repeat("11", 32)+"> /U <"+strings.Repeat("22", 32)+"> >>",
		"<< /Type /Catalog /Pages 2 0 R >>", "<< /Kids [] >>")
	f(locked, ErrPassword)
	if _, err := Read([]byte("%PDF-1.4\nnothing")); err == nil || !strings.Contains(err.Error(), "no pages") {
		t.Errorf("a file without pages: %v", err)
	}
}

func TestHostileFilesAreBounded(t *testing.T) {
	bomb := deflate(strings.Repeat("\x00", maxStream+1<<20))
	for name, data := range map[string][]byte{
		"cyclic pages":  build("", "<< /Type /Catalog /Pages 2 0 R >>", "<< /Kids [2 0 R 2 0 R 3 0 R] >>", "<< /Kids [2 0 R] >>"),
		"cyclic length": build("", "<< /Type /Catalog /Pages 2 0 R >>", "<< /Kids [3 0 R] >>", "<< /Contents 4 0 R >>", "<< /Length 4 0 R >>\nstream\nBT ET\nendstream"),
		"cyclic form": build("", "<< /Type /Catalog /Pages 2 0 R >>", "<< /Kids [3 0 R] >>", "<< /Contents 4 0 R /Resources << /XObject << /X 4 0 R >> >> >>",
			"<< /Subtype /Form /Length 11 >>\nstream\n/X Do /X Do\nendstream"),
		"giant numbers": build("", "<< /Type /Catalog /Pages 2147483647 0 R >>", "<< /Kids [99999999999999999999 0 R] >>"),
		"giant count":   []byte("%PDF-1.4\nxref\n0 999999999999\ntrailer << /Root 1 0 R >>\nstartxref\n9\n%%EOF"),
		"bomb":          onePage("/Filter /FlateDecode", bomb),
		"nesting":       onePage("", strings.Repeat("[", 1<<20)),
		"deep pages":    build("", "<< /Type /Catalog /Pages 2 0 R >>", "<< /Kids ["+strings.Repeat("<< /Kids [", 40)+strings.Repeat("] >>", 40)+"] >>"),
	} {
		if _, err := Read(data); err == nil {
			t.Errorf("%s: nothing was wrong", name)
		}
	}
}

func FuzzRead(f *testing.F) {
	f.Add(onePage("", lines(show{72, 700, "Hello"}, show{300, 700, "world"})))
	f.Add(onePage("/Filter /FlateDecode", deflate(lines(show{72, 700, "Hello"}))))
	f.Add(build("", "<< /Type /Catalog /Pages 2 0 R >>", "<< /Kids [2 0 R] >>"))
	f.Add([]byte("%PDF-1.5\n1 0 obj << /Type /ObjStm /N 1 /First 4 /Length 20 >> stream\n2 0 << /Kids [] >>\nendstream endobj"))
	f.Fuzz(func(t *testing.T, data []byte) {
		d, err := Read(data)
		if err == nil && len(d.Blocks) == 0 {
			t.Error("read, but nothing")
		}
	})
}
