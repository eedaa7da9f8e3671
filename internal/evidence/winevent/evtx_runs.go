package winevent

import (
	"cmp"
	"fmt"
	"slices"
)

// idRuns is the record ids of one source, as runs without a gap.
type idRuns struct {
	source
	runs []idRun
}

type idRun struct {
	first, last uint64
	end         evtxPlace // the last record
}

// add takes the next id; ok is false if there are too many gaps to keep.
func (r *idRuns) add(id uint64, at evtxPlace) (ok bool) {
	if n := len(r.runs); n > 0 && r.runs[n-1].last+1 == id {
		r.runs[n-1].last, r.runs[n-1].end = id, at
		return true
	}
	if len(r.runs) >= maxRuns {
		return false
	}
	r.runs = append(r.runs, idRun{id, id, at})
	return true
}

// merge adds the runs of another part of the file.
func (r *idRuns) merge(other *idRuns) (ok bool) {
	r.runs = append(r.runs, other.runs...)
	slices.SortFunc(r.runs, func(a, b idRun) int {
		return cmp.Or(cmp.Compare(a.first, b.first), cmp.Compare(b.last, a.last), cmp.Compare(a.end.origin.Offset, b.end.origin.Offset))
	})
	joined := r.runs[:0]
	for _, run := range r.runs {
		if n := len(joined); n > 0 && run.first <= joined[n-1].last+1 {
			if run.last > joined[n-1].last {
				joined[n-1].last, joined[n-1].end = run.last, run.end
			}
			continue
		}
		joined = append(joined, run)
	}
	r.runs = joined
	return len(r.runs) <= maxRuns
}

// gap sums up the gaps between runs that are sorted.
func (r *idRuns) gap() (gap idGap, ok bool) {
	for i := 1; i < len(r.runs); i++ {
		gap.missing += int64(min(r.runs[i].first-r.runs[i-1].last-1, maxMissing))
	}
	if gap.missing == 0 {
		return gap, false
	}
	gap.after = r.runs[0].end
	gap.detail = fmt.Sprintf("%s missing in %s, the first after record %d",
		plural(gap.missing, "record is", "records are"), plural(int64(len(r.runs)-1), "place", "places"), r.runs[0].last)
	return gap, true
}
