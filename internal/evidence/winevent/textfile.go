package winevent

import (
	"fmt"
	"sync"
	"time"

	"seawall/internal/evidence"
)

// textFormats is what the text formats share: layouts, and rows not in use.
type textFormats struct {
	zone    *time.Location
	layouts *layouts
	idle    sync.Pool // of *rows
}

// reader reads all documents of a block.
type reader func(r *rows)

// textFile decodes one file.
type textFile struct {
	formats *textFormats
	path    string
	read    reader

	mu    sync.Mutex
	found findings
}

func (s *textFormats) open(read reader) func(*evidence.File, []byte) (evidence.Decoder, error) {
	return func(file *evidence.File, _ []byte) (evidence.Decoder, error) {
		return &textFile{formats: s, path: file.Path, read: read}, nil
	}
}

func (s *textFormats) rows() *rows {
	if r, ok := s.idle.Get().(*rows); ok {
		return r
	}
	return &rows{layouts: local{s.layouts, map[string]*layout{}}, zone: s.zone, text: &text{}}
}

// Decode reads the documents of one block.
func (f *textFile) Decode(b *evidence.Block, sink evidence.Sink) {
	r := f.formats.rows()
	var found findings
	r.path, r.sink, r.found = f.path, sink, &found
	r.text.reset(b)
	f.read(r)
	r.sink, r.found = nil, nil
	r.text.block, r.text.data = nil, nil
	f.formats.idle.Put(r)
	if found != (findings{}) {
		f.merge(found)
	}
}

func (f *textFile) merge(found findings) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if found.foreign > 0 && (f.found.foreign == 0 || found.line < f.found.line) {
		f.found.line = found.line
	}
	f.found.foreign += found.foreign
	f.found.zoneless = f.found.zoneless || found.zoneless
}

// Close says what concerns the file as a whole.
func (f *textFile) Close(sink evidence.Sink) {
	if f.found.zoneless {
		zone := "UTC"
		if f.formats.zone != nil {
			zone = f.formats.zone.String()
		}
		sink.Problem(evidence.Problem{Path: f.path, Offset: -1, What: "times do not say their zone; taken as " + zone})
	}
	if f.found.foreign > 0 {
		sink.Problem(evidence.Problem{
			Path: f.path, Offset: -1, Line: f.found.line, Lost: true,
			What: fmt.Sprintf("here and below, %d entries are no Windows events", f.found.foreign),
		})
	}
}

// Longest document read. An event is at most 64 KiB in the log; written as
// text, with its message, it stays far below.
const maxDocument = 4 << 20
