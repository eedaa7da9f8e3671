package scan

import (
	"cmp"
	"slices"

	"seawall/internal/evidence"
)

// maxListed is how many problems, or paths of a kind, a result lists; the rest
// is counted.
const maxListed = 10000

// problems keeps the first problems by place, whatever order they come in.
type problems struct {
	list []evidence.Problem
	more int // beyond those listed
	lost int // of those not listed, how many lost evidence
}

func (p *problems) add(problem evidence.Problem) {
	p.list = append(p.list, problem)
	if len(p.list) >= 2*maxListed {
		p.settle()
	}
}

func (p *problems) merge(o *problems) {
	p.more += o.more
	p.lost += o.lost
	for _, problem := range o.list {
		p.add(problem)
	}
}

// settle sorts the problems and counts those there is no room for.
func (p *problems) settle() {
	slices.SortFunc(p.list, func(a, b evidence.Problem) int {
		return cmp.Or(cmp.Compare(a.Path, b.Path), cmp.Compare(a.Offset, b.Offset), cmp.Compare(a.Line, b.Line), cmp.Compare(a.What, b.What))
	})
	if len(p.list) <= maxListed {
		return
	}
	for _, left := range p.list[maxListed:] {
		p.more++
		if left.Lost {
			p.lost++
		}
	}
	p.list = p.list[:maxListed]
}

// paths keeps the first paths of a kind; the walk meets them in order.
type paths struct {
	list []string
	more int
}

func (p *paths) add(path string) {
	if len(p.list) == maxListed {
		p.more++
		return
	}
	p.list = append(p.list, path)
}
