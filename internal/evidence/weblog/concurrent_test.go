package weblog

import (
	"bytes"
	"math/rand/v2"
	"slices"
	"sync"
	"testing"

	"seawall/internal/evidence"
)

// TestBlocksAreDecodedSideBySide decodes the blocks of one file on several
// goroutines, in any order.
func TestBlocksAreDecodedSideBySide(t *testing.T) {
	var data []byte
	for i := range 2000 {
		data = append(append(data, seeds[i%len(seeds)]...), '\n')
	}
	format := &Formats(nil)[2]
	want := render(t, format, data, 1<<20, nil)
	slices.Sort(want)

	d, err := format.Open(&evidence.File{Path: "x.log"}, data[:evidence.HeadSize])
	if err != nil {
		t.Fatal(err)
	}
	var blocks []*evidence.Block
	var header []byte
	line := uint64(1)
	for at := 0; at < len(data); {
		end := min(at+10000, len(data))
		n := format.Cut(data[at:end], end == len(data))
		b := &evidence.Block{Offset: int64(at), Line: line, Data: data[at : at+n], Header: header}
		header = format.Header(header, b.Data)
		line += uint64(bytes.Count(b.Data, []byte{'\n'}))
		at += n
		blocks = append(blocks, b)
	}
	rand.New(rand.NewPCG(1, 2)).Shuffle(len(blocks), func(i, j int) { blocks[i], blocks[j] = blocks[j], blocks[i] })
	queue := make(chan *evidence.Block)
	var workers sync.WaitGroup
	var mu sync.Mutex
	var got []string
	for range 4 {
		workers.Go(func() {
			w := &rendering{extract: NewExtractor()}
			for b := range queue {
				d.Decode(b, w)
			}
			mu.Lock()
			defer mu.Unlock()
			got = append(got, w.lines...)
		})
	}
	for _, b := range blocks {
		queue <- b
	}
	close(queue)
	workers.Wait()
	last := &rendering{extract: NewExtractor()}
	d.Close(last)
	got = append(got, last.lines...)
	slices.Sort(got)
	if !slices.Equal(got, want) {
		t.Errorf("%d records, want %d, or others", len(got), len(want))
	}
}
