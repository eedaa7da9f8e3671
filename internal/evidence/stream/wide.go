package stream

import (
	"bytes"
	"io"

	"seawall/record"
)

// UTF8 returns the file as UTF-8: as it is, or UTF-16LE with its mark turned
// into it. Offsets in the result are then not those in the file: see [Wide].
func UTF8(in *Input) io.Reader {
	head := make([]byte, 2)
	n, err := io.ReadFull(in, head)
	in.wide = bytes.HasPrefix(head[:n], []byte("\xff\xfe"))
	if err == nil && in.wide {
		return &wideReader{in: in}
	}
	return io.MultiReader(bytes.NewReader(head[:n]), in)
}

// Wide reports whether [UTF8] found UTF-16.
func Wide(in *Input) bool { return in.wide }

// wideReader turns UTF-16LE into UTF-8. A pair of surrogates that two reads
// part becomes U+FFFD twice: an oddity inside a name, worth no more code.
type wideReader struct {
	in   *Input
	raw  [4096]byte
	kept int // bytes at the start of raw, an odd one
	text []byte
	err  error
}

// Read reads the file as UTF-8.
func (w *wideReader) Read(p []byte) (int, error) {
	for len(w.text) == 0 {
		if w.err != nil {
			return 0, w.err
		}
		var n int
		n, w.err = w.in.Read(w.raw[w.kept:])
		n += w.kept
		w.text = record.AppendUTF16(w.text[:0], w.raw[:n&^1])
		w.kept = copy(w.raw[:], w.raw[n&^1:n])
	}
	n := copy(p, w.text)
	w.text = w.text[n:]
	return n, nil
}
