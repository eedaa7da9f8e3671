package scan

import (
	"cmp"
	"context"
	"slices"
	"sync"

	"seawall/internal/evidence"
	"seawall/internal/finding"
	"seawall/record"
	"seawall/sigma"
)

// reading is what a record that a finding cites says when it is decoded again.
type reading struct {
	citation finding.Citation
	matched  []string // ids of the rules that match it, sorted
}

// reread decodes again the records at the given places. Only blocks that hold
// one are decoded. Records that are not there any more are missing from the
// result; ctx ending early leaves more of them out.
func (o *Options) reread(ctx context.Context, places []evidence.Place) map[evidence.Place]reading {
	if len(places) == 0 {
		return nil
	}
	shared := &rereading{options: o, offsets: map[string][]int64{}, wanted: map[evidence.Place]bool{}, found: map[evidence.Place]reading{}}
	for _, p := range places {
		if !shared.wanted[p] {
			shared.wanted[p] = true
			shared.offsets[p.Path] = append(shared.offsets[p.Path], p.Offset)
		}
	}
	for _, offsets := range shared.offsets {
		slices.Sort(offsets)
	}
	var readers []*rereader
	for range o.Jobs {
		readers = append(readers, &rereader{rereading: shared, matcher: o.Rules.Set.NewMatcher()})
	}
	// An interrupted walk has all the same read back what it could.
	_ = decode(ctx, o, evidence.Outers(places), evidence.Options{KeepDuplicates: true}, evidence.Visitor{
		Unrecognised: func(string, int64, string) {},
		Duplicate:    func(string, string) {},
		Problem:      func(evidence.Problem) {},
	}, shared.holds, readers)
	return shared.found
}

// rereading is shared by the goroutines that decode again.
type rereading struct {
	options *Options
	offsets map[string][]int64 // by path, sorted
	wanted  map[evidence.Place]bool

	mu    sync.Mutex
	found map[evidence.Place]reading
}

// holds reports whether a block holds the start of a wanted record. A file that
// cannot be read from the middle is read whole.
func (r *rereading) holds(j *evidence.Job) bool {
	offsets := r.offsets[j.File.Path]
	if j.File.Format.Sequential {
		return len(offsets) > 0
	}
	at, _ := slices.BinarySearch(offsets, j.Block.Offset)
	return at < len(offsets) && offsets[at] < j.Block.Offset+int64(len(j.Block.Data))
}

type rereader struct {
	*rereading
	evidence.Discard
	matcher *sigma.Matcher
}

func (r *rereader) begin(*evidence.Job) {}
func (r *rereader) end(*evidence.Job)   {}

// Record takes a record of a block that holds a wanted one.
func (r *rereader) Record(rec *record.Record) {
	place := evidence.Place{Path: rec.Origin.Path, Offset: rec.Origin.Offset, Length: rec.Origin.Length}
	if !r.wanted[place] {
		return
	}
	matched := r.matcher.Match(rec)
	found := reading{}
	var telling *sigma.Rule
	for _, hit := range matched {
		found.matched = append(found.matched, hit.Rule.Key())
		if telling == nil || cmp.Compare(hit.Rule.Key(), telling.Key()) < 0 {
			telling = hit.Rule
		}
	}
	slices.Sort(found.matched)
	found.matched = slices.Compact(found.matched)
	found.citation = finding.Cite(rec, excerpt(r.matcher, rec, telling))
	r.mu.Lock()
	defer r.mu.Unlock()
	r.found[place] = found
}

// quote completes the citations of findings that so far only name a place, or
// lack the hash of what stands there: summaries of very many events keep neither.
func (o *Options) quote(ctx context.Context, findings []finding.Finding) {
	var places []evidence.Place
	for i := range findings {
		for _, c := range findings[i].Citations {
			if unproven(&c) {
				places = append(places, placeOf(&c))
			}
		}
	}
	found := o.reread(ctx, places)
	for i := range findings {
		f := &findings[i]
		for j := range f.Citations {
			c := &f.Citations[j]
			again, ok := found[placeOf(c)]
			switch {
			case !ok || !unproven(c):
			case c.Excerpt == "":
				*c = again.citation
			default:
				c.SHA256 = again.citation.SHA256
			}
		}
		f.Normalize()
	}
}

// unproven reports whether a citation names a place without saying what must
// stand there.
func unproven(c *finding.Citation) bool { return c.SHA256 == "" && c.Length > 0 }

func placeOf(c *finding.Citation) evidence.Place {
	return evidence.Place{Path: c.Path, Offset: c.Offset, Length: c.Length}
}
