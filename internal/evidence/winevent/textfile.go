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
	zone    *time.Location // of times without one
	learned bool           // the file itself tells the zone

	mu    sync.Mutex
	found findings
}

func (s *textFormats) open(read reader) func(*evidence.File, []byte) (evidence.Decoder, error) {
	return func(file *evidence.File, head []byte) (evidence.Decoder, error) {
		f := &textFile{formats: s, path: file.Path, read: read, zone: s.zone}
		f.learnZone(head)
		return f, nil
	}
}

func (s *textFormats) rows() *rows {
	if r, ok := s.idle.Get().(*rows); ok {
		return r
	}
	return &rows{layouts: local{s.layouts, map[string]*layout{}}, text: &text{}}
}

// learnZone reads the head of the file to find out in which zone the exporter
// wrote its times. It must be known before the first block is decoded: blocks
// come in any order.
func (f *textFile) learnZone(head []byte) {
	found := findings{learning: true}
	f.decode(&evidence.Block{Data: head, Line: 1}, evidence.Discard{}, &found)
	if found.zone != nil {
		f.zone, f.learned = found.zone, true
	}
}

// fixedZone is the zone so many nanoseconds east of Greenwich.
func fixedZone(east int64) *time.Location {
	sign, minutes := '+', east/int64(time.Minute)
	if minutes < 0 {
		sign, minutes = '-', -minutes
	}
	return time.FixedZone(fmt.Sprintf("UTC%c%02d:%02d", sign, minutes/60, minutes%60), int(east/int64(time.Second)))
}

// Decode reads the documents of one block.
func (f *textFile) Decode(b *evidence.Block, sink evidence.Sink) {
	var found findings
	f.decode(b, sink, &found)
	if found != (findings{}) {
		f.merge(found)
	}
}

func (f *textFile) decode(b *evidence.Block, sink evidence.Sink, found *findings) {
	r := f.formats.rows()
	r.path, r.sink, r.found, r.zone = f.path, sink, found, f.zone
	r.text.reset(b)
	f.read(r)
	r.sink, r.found = nil, nil
	r.text.block, r.text.data = nil, nil
	f.formats.idle.Put(r)
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
		what := "times do not say their zone; taken as "
		switch {
		case f.zone == nil:
			what += "UTC"
		case f.learned:
			what += f.zone.String() + ", as other events of the file show"
		default:
			what += f.zone.String()
		}
		sink.Problem(evidence.Problem{Path: f.path, Offset: -1, What: what})
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
