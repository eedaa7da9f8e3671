package scan

import (
	"context"

	"seawall/internal/evidence"
	"seawall/internal/inventory"
)

// surveyor is a goroutine that takes nothing but what there is.
type surveyor struct {
	evidence.Discard
	model    *inventory.Model
	problems problems
}

func (s *surveyor) begin(*evidence.Job) {}
func (s *surveyor) end(*evidence.Job)   {}

// Inventory takes an observation.
func (s *surveyor) Inventory(o *inventory.Observation) { s.model.Add(o) }

// Problem takes what could not be read.
func (s *surveyor) Problem(p evidence.Problem) { s.problems.add(p) }

// Survey reads only what the evidence says of devices and their software, and
// what of that could not be read.
func Survey(ctx context.Context, options Options) (*inventory.Inventory, []evidence.Problem, error) {
	o := options
	if o.Jobs <= 0 {
		o.Jobs = 1
	}
	var workers []*surveyor
	for range o.Jobs {
		workers = append(workers, &surveyor{model: inventory.New()})
	}
	var walked problems
	err := decode(ctx, &o, o.Paths, evidence.Options{}, evidence.Visitor{
		Unrecognised: func(string, int64, string) {},
		Duplicate:    func(string, string) {},
		Problem:      walked.add,
	}, func(*evidence.Job) bool { return true }, workers)
	all := workers[0]
	for _, w := range workers[1:] {
		all.model.Merge(w.model)
		all.problems.merge(&w.problems)
	}
	all.problems.merge(&walked)
	all.problems.settle()
	return all.model.Resolve(), all.problems.list, err
}
