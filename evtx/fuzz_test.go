package evtx_test

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"errors"
	"testing"

	"seawall/evtx"
	"seawall/internal/evtxwrite"
	"seawall/record"
)

// damagedLogs returns logs of all shapes, whole and damaged in every way that
// the writer knows.
func damagedLogs(t testing.TB) map[string][]byte {
	t.Helper()
	make := func(o evtxwrite.Options, damage func(file []byte)) []byte {
		file := sampleLog(t, o, 24)
		damage(file)
		return file
	}
	return map[string][]byte{
		"whole":        make(evtxwrite.Options{}, func([]byte) {}),
		"dirty":        make(evtxwrite.Options{Dirty: true}, func([]byte) {}),
		"no checksums": make(evtxwrite.Options{NoChecksums: true, Minor: 2, FirstRecord: 5000}, func([]byte) {}),
		"zero chunk":   make(evtxwrite.Options{}, func(f []byte) { evtxwrite.ZeroChunk(f, 0) }),
		"record sum":   make(evtxwrite.Options{}, func(f []byte) { evtxwrite.BreakRecordSum(f, 0) }),
		"header sum":   make(evtxwrite.Options{}, func(f []byte) { evtxwrite.BreakHeaderSum(f, 0) }),
		"magic":        make(evtxwrite.Options{}, func(f []byte) { evtxwrite.BreakMagic(f, 0) }),
		"forgotten":    make(evtxwrite.Options{}, func(f []byte) { evtxwrite.Forget(f, 0, 20) }),
		"hidden":       make(evtxwrite.Options{}, func(f []byte) { evtxwrite.Hide(f, 0, 7) }),
		"zero size":    make(evtxwrite.Options{}, func(f []byte) { evtxwrite.ZeroSize(f, 0, 7) }),
	}
}

// checker checks what must hold for events of any input.
type checker struct {
	t      *testing.T
	data   []byte
	offset int64 // of data[0]
	last   int64 // offset of the live record before
	out    []byte
}

func (c *checker) Event(e *evtx.Event) {
	start := e.Origin.Offset - c.offset
	if start < 0 || start+int64(e.Origin.Length) > int64(len(c.data)) || !bytes.Equal(e.Raw, c.data[start:start+int64(e.Origin.Length)]) {
		c.t.Fatalf("record at %d+%d is not what is there", e.Origin.Offset, e.Origin.Length)
	}
	if e.Recovered == record.Live {
		if e.Origin.Offset <= c.last {
			c.t.Fatalf("live record at %d after one at %d", e.Origin.Offset, c.last)
		}
		c.last = e.Origin.Offset
	} else if e.Confidence < 1 || e.Confidence > 100 {
		c.t.Fatalf("recovered with confidence %d", e.Confidence)
	}
	if len(e.Values) != len(e.Schema.Fields) {
		c.t.Fatalf("%d values of %d fields", len(e.Values), len(e.Schema.Fields))
	}
	start = int64(len(c.out))
	c.out = e.AppendJSON(c.out)
	if !json.Valid(c.out[start:]) {
		c.t.Fatalf("no JSON: %s", c.out[start:])
	}
	c.out = e.AppendXML(c.out)
	e.Map()
	if len(c.out) > 1<<20 {
		c.out = c.out[:0]
	}
}

func (c *checker) Damage(*evtx.Damage) {}

// read reads data as chunks, twice, and checks that it reads the same.
func (c *checker) read(templates *evtx.Templates) {
	var before []byte
	for range 2 {
		c.last, c.out = -1, nil
		d := evtx.NewDecoder(templates)
		d.Remains = &evtx.Remains{}
		d.Chunks(c.data, c.offset, c)
		d.Recover(d.Remains, c)
		if before != nil && !bytes.Equal(before, c.out) {
			c.t.Fatal("a second reading differs")
		}
		before = append([]byte{}, c.out...)
	}
}

func FuzzFile(f *testing.F) {
	for _, file := range damagedLogs(f) {
		f.Add(file[:min(len(file), 16000)])
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		c := &checker{t: t, data: data, last: -1}
		for e, err := range evtx.Records(bytes.NewReader(data), int64(len(data)), evtx.Options{}) {
			var damage *evtx.Damage
			if err != nil && !errors.As(err, &damage) {
				t.Fatalf("reading from memory: %v", err)
			}
			if err == nil {
				c.Event(e)
			}
		}
	})
}

// FuzzChunk reads chunks whose header is right and whose records are not.
func FuzzChunk(f *testing.F) {
	for _, file := range damagedLogs(f) {
		f.Add(evtxwrite.Chunk(file, 0)[512:16000], uint16(8000))
	}
	f.Fuzz(func(t *testing.T, records []byte, free uint16) {
		chunk := make([]byte, 512, evtx.ChunkSize)
		copy(chunk, "ElfChnk\x00")
		binary.LittleEndian.PutUint32(chunk[48:], uint32(free))
		chunk = append(chunk, records[:min(len(records), evtx.ChunkSize-512)]...)
		c := &checker{t: t, data: chunk}
		c.read(evtx.NewTemplates())
	})
}

// FuzzRecord reads records whose content is anything, behind good ones that
// define templates.
func FuzzRecord(f *testing.F) {
	file := sampleLog(f, evtxwrite.Options{}, 8)
	good := evtxwrite.Chunk(file, 0)
	free := binary.LittleEndian.Uint32(good[48:])
	var last []byte // content of each record
	for at := 512; at < int(free); at += int(binary.LittleEndian.Uint32(good[at+4:])) {
		last = good[at+24 : at+int(binary.LittleEndian.Uint32(good[at+4:]))-4]
		f.Add(last)
	}
	f.Fuzz(func(t *testing.T, content []byte) {
		content = content[:min(len(content), evtx.ChunkSize-int(free)-28)]
		chunk := append([]byte(nil), good[:free]...)
		size := uint32(len(content) + 28)
		chunk = binary.LittleEndian.AppendUint32(chunk, 0x2a2a)
		chunk = binary.LittleEndian.AppendUint32(chunk, size)
		chunk = append(chunk, make([]byte, 16)...)
		chunk = append(chunk, content...)
		chunk = binary.LittleEndian.AppendUint32(chunk, size)
		binary.LittleEndian.PutUint32(chunk[48:], uint32(len(chunk)))
		c := &checker{t: t, data: chunk}
		c.read(evtx.NewTemplates())
	})
}
