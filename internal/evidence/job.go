package evidence

import (
	"fmt"
	"runtime/debug"
	"sync"
	"sync/atomic"
)

// Job is one block of one file, ready to decode.
type Job struct {
	File    *File
	Part    int // which of the file's decoders takes it; all of them get every block
	Block   Block
	opened  *opened
	number  int // of the block in its file, from 0
	release func()
}

// opened counts the blocks of a file that are out, and one for the reader.
type opened struct {
	decoder Decoder
	pending atomic.Int64
	queue   *queue      // of sequential formats
	left    atomic.Bool // some blocks are not decoded: the scan was interrupted
}

// done counts a block, or the reader, as finished, and says whether to close
// the decoder.
func (o *opened) done() (closing bool) {
	if o.pending.Add(-1) != 0 {
		return false
	}
	if !o.left.Load() {
		return true
	}
	if s, ok := o.decoder.(Stopper); ok {
		s.Stop()
	}
	return false
}

// Run decodes the block, closes the decoder if it was the last one of its
// file to be decoded, and gives the buffer back. A block of a sequential
// format whose turn has not come is left to the call that decodes the one
// before it, with the sink of that call: a sink serves one goroutine.
func (j *Job) Run(sink Sink) {
	if q := j.opened.queue; q != nil {
		q.take(j.number, sink, step{run: j.decode, decodes: true})
		return
	}
	j.decode(sink)
}

// decode reads the block. Evidence is hostile: should it find a defect in a
// decoder, detector or rule, that costs the block, not the scan, and is said.
func (j *Job) decode(sink Sink) {
	defer j.release()
	defer func() {
		if cause := recover(); cause != nil {
			sink.Problem(Problem{
				Path: j.File.Path, Offset: j.Block.Offset, Lost: true,
				What: fmt.Sprintf("internal error, please report it: %v\n%s", cause, debug.Stack()),
			})
		}
	}()
	defer func() {
		if j.opened.done() {
			j.opened.decoder.Close(sink)
		}
	}()
	j.opened.decoder.Decode(&j.Block, sink)
}

// Discard gives the block back undecoded, when a scan is interrupted.
func (j *Job) Discard() {
	if q := j.opened.queue; q != nil {
		q.take(j.number, nil, step{run: func(Sink) { j.discard() }})
		return
	}
	j.discard()
}

func (j *Job) discard() {
	j.opened.left.Store(true)
	j.opened.done()
	j.release()
}

// step is what becomes of one block.
type step struct {
	run     func(Sink)
	decodes bool // needs a sink
}

// queue runs the steps of one file in the order of their numbers.
type queue struct {
	mu      sync.Mutex
	next    int // number of the step whose turn it is
	busy    bool
	waiting map[int]step // by number
}

// take runs step and those waiting behind it, all with sink, if its turn has
// come and nobody runs one; else it leaves them to whoever does. Who gives
// blocks back has no sink, and leaves those that are to be decoded.
func (q *queue) take(number int, sink Sink, s step) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.waiting[number] = s
	if q.busy {
		return
	}
	for {
		s, ok := q.waiting[q.next]
		if !ok || s.decodes && sink == nil {
			return
		}
		delete(q.waiting, q.next)
		q.busy = true
		q.mu.Unlock()
		s.run(sink)
		q.mu.Lock()
		q.busy = false
		q.next++
	}
}
