package scan

import (
	"context"
	"sync"

	"seawall/internal/evidence"
)

// Blocks read ahead of the workers: enough to keep every core busy, few enough
// to cost little memory.
const blocksPerWorker = 4

// sink is a worker's side of decoding: what it takes, and the block before.
type sink interface {
	evidence.Sink
	begin(job *evidence.Job)
	end(job *evidence.Job)
}

// decode walks paths and decodes every block that want lets through, each
// sink on a goroutine of its own. It returns when all is done or ctx is.
func decode[S sink](ctx context.Context, o *Options, paths []string, wo evidence.Options, v evidence.Visitor, want func(*evidence.Job) bool, sinks []S) error {
	wo.InFlight = max(8, blocksPerWorker*len(sinks))
	jobs := make(chan *evidence.Job, wo.InFlight)
	var workers sync.WaitGroup
	for _, s := range sinks {
		workers.Go(func() {
			for j := range jobs {
				if ctx.Err() != nil {
					j.Discard()
					continue
				}
				s.begin(j)
				j.Run(s)
				s.end(j)
			}
		})
	}
	v.Job = func(j *evidence.Job) {
		if want(j) {
			jobs <- j
		} else {
			j.Discard()
		}
	}
	err := evidence.Walk(ctx, paths, o.Formats, wo, v)
	close(jobs)
	workers.Wait()
	return err
}
