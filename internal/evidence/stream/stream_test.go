package stream_test

import (
	"fmt"
	"strings"
	"testing"

	"seawall/internal/evidence"
	"seawall/internal/evidence/inventorytest"
	"seawall/internal/evidence/stream"
	"seawall/internal/inventory"
)

// lines is a format that notes every line as an attribute.
func lines() evidence.Format {
	return stream.Format(evidence.Format{ID: "lines", Match: func([]byte, string) bool { return true }}, func(in *stream.Input) {
		l := stream.NewLines(in)
		for l.Next() {
			o := &inventory.Observation{Where: in.Cite(l.Offset, l.Length, l.Number, l.Text)}
			o.Attributes = []inventory.Attribute{{Name: fmt.Sprintf("%d@%d+%d", l.Number, l.Offset, l.Length), Fact: inventory.Fact{Value: l.Text}}}
			in.Emit(o)
		}
	})
}

func TestLinesInAnyEncoding(t *testing.T) {
	f := func(content string, want ...string) {
		t.Helper()
		var got []string
		for _, o := range inventorytest.Read(t, []evidence.Format{lines()}, "f", []byte(content)).Observations {
			got = append(got, o.Attributes[0].Name+" "+o.Attributes[0].Value)
		}
		if strings.Join(got, "|") != strings.Join(want, "|") {
			t.Errorf("%q: %q, want %q", content, got, want)
		}
	}
	f("one\ntwo\n", "1@0+3 one", "2@4+3 two")
	f("one\r\r\ntwo", "1@0+5 one", "2@6+3 two")
	f("\xef\xbb\xbfé\n", "1@3+2 é")
	f("caf\xe9\n", "1@0+4 café")
	f("\xff\xfea\x00\n\x00b\x00", "1@2+2 a", "2@6+2 b")
	f("\xfe\xff\x00a\x00\n\x00b", "1@2+2 a", "2@6+2 b")
	f("a\x00b\x00\n\x00c\x00", "1@0+4 ab", "2@6+2 c")
	f("\n\n", "1@0+0 ", "2@1+0 ")
	long := strings.Repeat("x", stream.MaxLine+2<<20)
	r := inventorytest.Read(t, []evidence.Format{lines()}, "f", []byte(long+"\nnext\n"))
	if len(r.Observations) != 2 || r.Observations[1].Attributes[0].Value != "next" || len(r.Lost()) != 1 {
		t.Errorf("%d lines, problems %v", len(r.Observations), r.Problems)
	}
}

// A reader that stops early leaves nothing behind, and one is stopped when the
// scan is.
func TestReadersCanStopEarlyAndBeStopped(t *testing.T) {
	early := stream.Format(evidence.Format{ID: "early", Match: func([]byte, string) bool { return true }}, func(in *stream.Input) {
		in.Note(0, 1, "seen")
	})
	r := inventorytest.Read(t, []evidence.Format{early}, "f", []byte(strings.Repeat("x", 5<<20)))
	if len(r.Problems) != 1 {
		t.Errorf("%v", r.Problems)
	}
	ended := false
	format := stream.Format(evidence.Format{ID: "late"}, func(in *stream.Input) {
		defer func() { ended = true }()
		l := stream.NewLines(in)
		for l.Next() {
		}
	})
	decoder, err := format.Open(&evidence.File{Path: "f", Format: &format}, nil)
	if err != nil {
		t.Fatal(err)
	}
	decoder.Decode(&evidence.Block{Data: []byte("a\nb")}, r)
	decoder.(evidence.Stopper).Stop()
	if !ended {
		t.Error("the reader still waits")
	}
}

func FuzzLines(f *testing.F) {
	format := lines()
	inventorytest.Fuzz(f, format, "one\r\ntwo\n", "\xff\xfea\x00\n\x00b\x00", "\xfe\xff\x00a")
}
