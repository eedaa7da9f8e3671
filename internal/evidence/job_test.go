package evidence

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"seawall/record"
)

// ordered notes the offsets of the blocks it is given; it has no lock, so that
// the race detector sees two blocks decoded at once.
type ordered struct {
	offsets []int64
	closed  bool
}

func (o *ordered) Decode(b *Block, _ Sink) {
	o.offsets = append(o.offsets, b.Offset)
	if b.Offset == 100 {
		panic("a defect")
	}
}
func (o *ordered) Close(Sink) { o.closed = true }

type problemCount struct {
	Discard
	mu sync.Mutex
	n  int
}

func (c *problemCount) Problem(Problem)       { c.mu.Lock(); c.n++; c.mu.Unlock() }
func (c *problemCount) Record(*record.Record) {}

func TestBlocksOfASequentialFormatAreDecodedInOrderEvenAfterAPanic(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a")
	if err := os.WriteFile(path, bytes.Repeat([]byte("x"), 10_000), 0o600); err != nil {
		t.Fatal(err)
	}
	decoder, count := &ordered{}, &problemCount{}
	format := Format{
		ID: "ordered", Sequential: true, Match: func([]byte, string) bool { return true },
		Open: func(*File, []byte) (Decoder, error) { return decoder, nil },
	}
	var workers sync.WaitGroup
	v := Visitor{
		Job:          func(j *Job) { workers.Go(func() { j.Run(count) }) },
		Unrecognised: func(string, int64, string) {}, Duplicate: func(string, string) {}, Problem: func(Problem) {},
	}
	if err := Walk(context.Background(), []string{path}, []Format{format}, Options{BlockSize: 100}, v); err != nil {
		t.Fatal(err)
	}
	workers.Wait()
	for i, offset := range decoder.offsets {
		if offset != int64(i)*100 {
			t.Fatalf("block %d was that at %d", i, offset)
		}
	}
	if len(decoder.offsets) != 101 && len(decoder.offsets) != 100 || !decoder.closed || count.n != 1 {
		t.Errorf("%d blocks, closed %v, %d problems", len(decoder.offsets), decoder.closed, count.n)
	}
}
