package webpage

import (
	"bytes"
	"strings"
	"testing"

	"seawall/internal/activity"
	"seawall/internal/evidence"
	"seawall/record"
)

// join puts test pages together, so that this file holds no code that a scanner
// would take away.
func join(parts ...string) []byte { return []byte(strings.Join(parts, "")) }

func TestFilesAreRecognisedByContent(t *testing.T) {
	f := func(want, name string, parts ...string) {
		t.Helper()
		if got := kindOf(join(parts...), name); got != want {
			t.Errorf("%s %.40q: kind %q, want %q", name, join(parts...), got, want)
		}
	}
	f(KindPage, "x", "<html><?", "php echo 1;")
	f(KindPage, "x", "text <?", "= $x ?>")
	f(KindPage, "x", "<%", "@ Page Language=\"C#\" %>")
	f(KindPage, "x", "<script language=\"JScript\" run", "at=\"server\">")
	f(KindPage, "x", "<CFEXE", "CUTE name=\"a\">")
	f(KindPage, "x", "<jsp:scriptlet>")
	f(KindPage, "x", "#!/usr/bin/perl\nprint 1;")
	f(KindPage, "x.txt", "foo($_PO", "ST['a']);")
	f(KindPage, "x.php", "\x00\x01\x02 binary")
	f(KindPage, "0a1b.jsp.sample", "no marks")
	f(KindPage, "a.aspx.jpg", "no marks")
	f(KindPage, "x.html", "<!DOCTYPE HTML><p>")
	f(KindClass, "x", "\xca\xfe\xba\xbe\x00\x00\x00\x34\x00\x10")
	f(KindImage, "x", "GIF89a....")
	f(KindMailbox, "x.aspx", "!BDN....")
	f(KindPage, "a.aspx.0a1b2c3d.compiled", "<?xml version=\"1.0\"?>\n<preserve resultType=\"3\" virtualPath=\"/a.aspx\">")
	f(KindConfig, ".htaccess", "AddType a b")
	f(KindConfig, "0a1b.config.sample", "<?xml version=\"1.0\"?><configuration>")
	f("", "x.pst", "!BDN....")
	f("", "x", "\xca\xfe\xba\xbe\x00\x00\x00\x02\x00\x10") // a fat binary of macOS
	f("", "x.txt", "plain text of no kind")
	f("", "x.xml", "<?xml version=\"1.0\"?><a/>")
	f("", "x.exe", "MZ", strings.Repeat("\x00", 100))
	f("", "x", "")
}

// sink keeps what a decoder yields.
type sink struct {
	evidence.Discard
	contents []activity.Content
	data     [][]byte
	problems []string
}

func (s *sink) Record(r *record.Record) {
	if len(r.Raw) != r.Origin.Length {
		s.problems = append(s.problems, "record without its bytes")
	}
}

func (s *sink) Activity(a *activity.Activity) {
	s.contents = append(s.contents, *a.Content)
	s.data = append(s.data, bytes.Clone(a.Content.Data))
}

func (s *sink) Problem(p evidence.Problem) { s.problems = append(s.problems, p.String()) }

// decode hands a file out in blocks, as a walk does.
func decode(t *testing.T, name string, data []byte, block int) *sink {
	t.Helper()
	d, err := Formats()[0].Open(&evidence.File{Path: name, Size: int64(len(data))}, data[:min(len(data), evidence.HeadSize)])
	if err != nil {
		t.Fatal(err)
	}
	s := &sink{}
	for at := 0; ; at += block {
		end := min(at+block, len(data))
		last := end == len(data)
		d.Decode(&evidence.Block{Offset: int64(at), Data: bytes.Clone(data[at:end]), Last: last}, s)
		if last {
			break
		}
	}
	d.Close(s)
	return s
}

func TestFilesAreHandedOverWholeWhateverTheBlocks(t *testing.T) {
	page := join("<?", "php ", strings.Repeat("a", 1000))
	for _, block := range []int{1, 7, 100, 1004, 5000} {
		s := decode(t, "a.php", page, block)
		if len(s.data) != 1 || !bytes.Equal(s.data[0], page) || !s.contents[0].Whole() || len(s.problems) > 0 {
			t.Errorf("blocks of %d bytes: %d files, problems %q", block, len(s.data), s.problems)
		}
	}
}

func TestLongFilesAreSeenAtBothEnds(t *testing.T) {
	page := bytes.Repeat([]byte("<?"+"php 1234\n"), 3<<20)
	copy(page[len(page)-4:], "end.")
	s := decode(t, "a.php", page, 1<<20)
	if len(s.data) != 2 || len(s.problems) != 1 {
		t.Fatalf("%d ends, problems %q; want 2 and 1", len(s.data), s.problems)
	}
	for i, c := range s.contents {
		if c.Whole() || c.Size != int64(len(page)) || !bytes.Equal(s.data[i], page[c.Offset:c.Offset+int64(len(s.data[i]))]) {
			t.Errorf("end %d is not what stands at %d", i, c.Offset)
		}
	}
	if !bytes.HasSuffix(s.data[1], []byte("end.")) {
		t.Error("the last bytes are missing")
	}
}

func FuzzRecognise(f *testing.F) {
	for _, seed := range []string{"<?", "<%", "MZ", "\xca\xfe\xba\xbe", "RIFF0000WEBP", "#!/bin/sh", "<script runat=", "\xff\xfe<\x00%\x00", "BM"} {
		f.Add([]byte(seed), "a.php")
		f.Add([]byte(strings.Repeat(seed, 40)), "web.config")
	}
	f.Fuzz(func(t *testing.T, head []byte, name string) {
		if kindOf(head, name) == "" {
			return
		}
		if len(head) > 0 {
			decode(t, name, head, 1+len(head)/3)
		}
	})
}
