package evidence

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"runtime"
	"sync"
	"sync/atomic"
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

// TestASinkServesOneGoroutine has two workers decode two files whose blocks
// come in turn; the sinks have no lock, so that the race detector, or the count
// of users, sees two blocks decoded into one sink at once.
func TestASinkServesOneGoroutine(t *testing.T) {
	folder := t.TempDir()
	var paths []string
	for _, name := range []string{"a", "b", "c"} {
		path := filepath.Join(folder, name)
		if err := os.WriteFile(path, bytes.Repeat([]byte(name), 50_000), 0o600); err != nil {
			t.Fatal(err)
		}
		paths = append(paths, path)
	}
	format := Format{
		ID: "ordered", Sequential: true, Match: func([]byte, string) bool { return true },
		Open: func(*File, []byte) (Decoder, error) { return inUse{}, nil },
	}
	jobs := make(chan *Job, 8)
	sinks := []*soleSink{{t: t}, {t: t}}
	var workers sync.WaitGroup
	for _, sink := range sinks {
		workers.Go(func() {
			for j := range jobs {
				j.Run(sink)
			}
		})
	}
	v := Visitor{Job: func(j *Job) { jobs <- j }, Unrecognised: func(string, int64, string) {}, Duplicate: func(string, string) {}, Problem: func(Problem) {}}
	if err := Walk(context.Background(), paths, []Format{format}, Options{BlockSize: 100}, v); err != nil {
		t.Fatal(err)
	}
	close(jobs)
	workers.Wait()
}

func TestEveryPartOfAFileGetsEveryBlock(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a")
	if err := os.WriteFile(path, bytes.Repeat([]byte("x"), 10_000), 0o600); err != nil {
		t.Fatal(err)
	}
	var decoders []*ordered
	format := Format{
		ID: "parts", Sequential: true, Parts: 3, Match: func([]byte, string) bool { return true },
		Open: func(f *File, _ []byte) (Decoder, error) {
			if f.Part != len(decoders) {
				t.Errorf("part %d is opened as %d", len(decoders), f.Part)
			}
			d := &ordered{}
			decoders = append(decoders, d)
			return d, nil
		},
	}
	var workers sync.WaitGroup
	v := Visitor{
		Job:          func(j *Job) { workers.Go(func() { j.Run(&problemCount{}) }) },
		Unrecognised: func(string, int64, string) {}, Duplicate: func(string, string) {}, Problem: func(Problem) {},
	}
	if err := Walk(context.Background(), []string{path}, []Format{format}, Options{BlockSize: 90}, v); err != nil {
		t.Fatal(err)
	}
	workers.Wait()
	for _, d := range decoders {
		if len(d.offsets) < 111 || !d.closed {
			t.Errorf("%d blocks, closed %v", len(d.offsets), d.closed)
		}
	}
	if len(decoders) != 3 {
		t.Errorf("%d decoders", len(decoders))
	}
}

// inUse tells the sink of each block.
type inUse struct{}

func (inUse) Decode(_ *Block, s Sink) { s.Record(nil) }
func (inUse) Close(Sink)              {}

// soleSink notes when two goroutines use it at once.
type soleSink struct {
	Discard
	t     *testing.T
	users atomic.Int32
}

func (s *soleSink) Record(*record.Record) {
	if s.users.Add(1) > 1 {
		s.t.Error("two goroutines use one sink")
	}
	runtime.Gosched()
	s.users.Add(-1)
}

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
