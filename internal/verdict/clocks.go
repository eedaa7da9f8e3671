package verdict

import (
	"slices"

	"seawall/internal/clock"
	"seawall/internal/finding"
)

// inTrueTime returns copies of the findings whose times are corrected by how
// far the clocks of their logs are off, so that a story is told in the order in
// which things happened. The findings themselves keep the time that the
// evidence has.
func (r *Result) inTrueTime() []finding.Finding {
	if len(r.Clocks) == 0 {
		return r.Findings
	}
	ahead := make(map[string]int64, len(r.Clocks))
	for _, o := range r.Clocks {
		ahead[o.Series] = o.Ahead
	}
	byPath := map[string]int64{}
	of := func(path string) int64 {
		n, ok := byPath[path]
		if !ok {
			n = ahead[clock.Series(path)]
			byPath[path] = n
		}
		return n
	}
	findings := slices.Clone(r.Findings)
	for i := range findings {
		f := &findings[i]
		first, last := f.First, f.Last
		if c := citedAt(f, first); c != nil {
			f.First -= of(c.Path)
		}
		if c := citedAt(f, last); c != nil {
			f.Last -= of(c.Path)
		}
		if f.Last != 0 {
			f.Last = max(f.Last, f.First)
		}
	}
	return findings
}

// citedAt returns the first citation of a time, nil if there is none.
func citedAt(f *finding.Finding, at int64) *finding.Citation {
	if at == 0 {
		return nil
	}
	i := slices.IndexFunc(f.Citations, func(c finding.Citation) bool { return c.Time == at })
	if i < 0 {
		return nil
	}
	return &f.Citations[i]
}
