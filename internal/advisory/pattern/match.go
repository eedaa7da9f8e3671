package pattern

import (
	"slices"
	"time"
)

// binding is a set of observations, by how many copies of which are used.
type binding []use

type use struct{ observation, copies int }

// matching is the evaluation of a pattern over observations.
type matching struct {
	observations []*Observation
	matches      [][]int // by leaf: the observations that satisfy it
	steps        int
}

// maxSteps bounds the combinations that are tried.
const maxSteps = 1_200_000

// Match reports whether observations satisfy a pattern.
func (p *Pattern) Match(observations []*Observation) (bool, error) {
	m := &matching{observations: observations}
	if err := m.evaluate(p.root); err != nil {
		return false, err
	}
	found := false
	p.root.bind(m, func(binding) bool {
		found = true
		return false
	})
	if !found && m.steps > maxSteps {
		return false, ErrEffort
	}
	return found, nil
}

// evaluate finds the observations of every leaf.
func (m *matching) evaluate(n node) error {
	switch n := n.(type) {
	case *leaf:
		for len(m.matches) <= n.number {
			m.matches = append(m.matches, nil)
		}
		for i, o := range m.observations {
			objects, err := n.test.objects(o)
			if err != nil {
				return err
			}
			if len(objects) > 0 {
				m.matches[n.number] = append(m.matches[n.number], i)
			}
		}
	case *both:
		if err := m.evaluate(n.left); err != nil {
			return err
		}
		return m.evaluate(n.right)
	case *either:
		if err := m.evaluate(n.left); err != nil {
			return err
		}
		return m.evaluate(n.right)
	case *repeats:
		return m.evaluate(n.inner)
	case *within:
		return m.evaluate(n.inner)
	case *between:
		return m.evaluate(n.inner)
	}
	return nil
}

// step counts an attempt; it reports whether there may be more.
func (m *matching) step() bool {
	m.steps++
	return m.steps <= maxSteps
}

// join puts two bindings together; ok is false if an observation would be used
// more often than it was made.
func (m *matching) join(a, b binding) (binding, bool) {
	out := slices.Clone(a)
	for _, u := range b {
		i := slices.IndexFunc(out, func(v use) bool { return v.observation == u.observation })
		if i < 0 {
			out = append(out, u)
			continue
		}
		if out[i].copies += u.copies; out[i].copies > m.observations[u.observation].Number {
			return nil, false
		}
	}
	return out, true
}

func (l *leaf) bind(m *matching, yield func(binding) bool) bool {
	for _, i := range m.matches[l.number] {
		if !m.step() || !yield(binding{{i, 1}}) {
			return false
		}
	}
	return true
}

func (b *both) bind(m *matching, yield func(binding) bool) bool {
	return b.left.bind(m, func(left binding) bool {
		return b.right.bind(m, func(right binding) bool {
			if b.ordered && !m.before(left, right) {
				return m.step()
			}
			if joined, ok := m.join(left, right); ok {
				return yield(joined)
			}
			return m.step()
		})
	})
}

// before reports whether all of left can have been before all of right.
func (m *matching) before(left, right binding) bool {
	for _, l := range left {
		for _, r := range right {
			if m.observations[l.observation].First.After(m.observations[r.observation].Last) {
				return false
			}
		}
	}
	return true
}

func (e *either) bind(m *matching, yield func(binding) bool) bool {
	return e.left.bind(m, yield) && e.right.bind(m, yield)
}

func (r *repeats) bind(m *matching, yield func(binding) bool) bool {
	if l, ok := r.inner.(*leaf); ok {
		return r.choose(m, m.matches[l.number], r.times, nil, yield)
	}
	return r.combine(m, r.times, nil, yield)
}

// choose takes copies of observations until there are enough.
func (r *repeats) choose(m *matching, from []int, wanted int, so binding, yield func(binding) bool) bool {
	if wanted == 0 {
		return yield(slices.Clone(so))
	}
	if len(from) == 0 {
		return m.step()
	}
	left := 0
	for _, i := range from {
		left += min(m.observations[i].Number, wanted)
	}
	if left < wanted {
		return m.step()
	}
	for copies := min(m.observations[from[0]].Number, wanted); copies >= 0; copies-- {
		next := so
		if copies > 0 {
			next = append(so[:len(so):len(so)], use{from[0], copies})
		}
		if !m.step() || !r.choose(m, from[1:], wanted-copies, next, yield) {
			return false
		}
	}
	return true
}

// combine joins bindings of the inner expression until there are enough.
func (r *repeats) combine(m *matching, wanted int, so binding, yield func(binding) bool) bool {
	if wanted == 0 {
		return yield(so)
	}
	return r.inner.bind(m, func(b binding) bool {
		joined, ok := m.join(so, b)
		if !ok {
			return m.step()
		}
		return m.step() && r.combine(m, wanted-1, joined, yield)
	})
}

func (w *within) bind(m *matching, yield func(binding) bool) bool {
	return w.inner.bind(m, func(b binding) bool {
		var latest, earliest time.Time
		for i, u := range b {
			o := m.observations[u.observation]
			if i == 0 || o.First.After(latest) {
				latest = o.First
			}
			if i == 0 || o.Last.Before(earliest) {
				earliest = o.Last
			}
		}
		if latest.Sub(earliest) > w.span {
			return m.step()
		}
		return yield(b)
	})
}

func (w *between) bind(m *matching, yield func(binding) bool) bool {
	return w.inner.bind(m, func(b binding) bool {
		for _, u := range b {
			o := m.observations[u.observation]
			if !o.First.Before(w.stop) || o.Last.Before(w.start) {
				return m.step()
			}
		}
		return yield(b)
	})
}
