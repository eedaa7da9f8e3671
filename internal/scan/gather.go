package scan

import (
	"cmp"
	"context"
	"slices"

	"seawall/internal/evidence"
	"seawall/internal/finding"
	"seawall/internal/hits"
	"seawall/internal/inventory"
	"seawall/internal/verdict"
)

// gathering is a scan under way: the workers and what the walk itself tells.
type gathering struct {
	options *Options
	store   *hits.Store
	workers []*worker

	formats                  map[string]*verdict.Format
	last                     *evidence.File // whose blocks come now
	unrecognised, duplicates paths
	problems                 problems
	inventory                *inventory.Inventory // of everything read; set at the end
}

func newGathering(o *Options) *gathering {
	g := &gathering{options: o, store: hits.NewStore(), formats: map[string]*verdict.Format{}}
	for range o.Jobs {
		g.workers = append(g.workers, newWorker(o, g.store))
	}
	return g
}

// read walks the evidence; the error says that ctx ended before all was read.
func (g *gathering) read(ctx context.Context) error {
	o := g.options
	return decode(ctx, o, o.Paths, evidence.Options{Progress: &o.Progress.Progress}, evidence.Visitor{
		Unrecognised: func(path string, _ int64, guess string) { g.unrecognised.add(path + " (" + guess + ")") },
		Duplicate:    func(path, first string) { g.duplicates.add(path + " (same as " + first + ")") },
		Problem:      g.problems.add,
	}, g.count, g.workers)
}

// count notes that a block is read; once, if several decoders share its file.
func (g *gathering) count(j *evidence.Job) bool {
	if j.Part > 0 {
		return true
	}
	f := g.formats[j.File.Format.ID]
	if f == nil {
		f = &verdict.Format{ID: j.File.Format.ID, Title: j.File.Format.Title}
		g.formats[f.ID] = f
	}
	if j.File != g.last {
		g.last = j.File
		f.Files++
	}
	f.Bytes += int64(len(j.Block.Data))
	return true
}

// result merges the workers and says what they found.
func (g *gathering) result(ctx context.Context) *verdict.Result {
	all := g.workers[0]
	for _, w := range g.workers[1:] {
		all.merge(w)
	}
	r := &verdict.Result{Detectors: g.options.Detectors, Coverage: all.coverage.Summary, Addresses: all.addresses.hosts(), Clocks: all.clocks.Offsets()}
	g.inventory = all.inventory.Resolve()
	markOutside(g.inventory, g.options.Site.Outside)
	nameAddresses(r.Addresses, g.inventory)
	g.fillRead(r, all)
	g.findings(ctx, r, all)
	g.options.fillRules(r, all)
	if s := g.options.Suppress; s != nil {
		r.Warnings = append(r.Warnings, s.Apply(r.Findings, g.options.Now())...)
	}
	return r
}

func (g *gathering) fillRead(r *verdict.Result, all *worker) {
	for id, f := range g.formats {
		f.Records = all.records[id]
		r.Read.Formats = append(r.Read.Formats, *f)
	}
	slices.SortFunc(r.Read.Formats, func(a, b verdict.Format) int { return cmp.Compare(a.ID, b.ID) })
	all.problems.merge(&g.problems)
	all.problems.settle()
	r.Read.Problems, r.Read.MoreProblems, r.Read.MoreLost = all.problems.list, all.problems.more, all.problems.lost
	r.Read.Unrecognised, r.Read.MoreUnrecognised = g.unrecognised.list, g.unrecognised.more
	r.Read.Duplicates, r.Read.MoreDuplicates = g.duplicates.list, g.duplicates.more
	r.Read.Recovered, r.Read.Outside = all.recovered, all.outside
}

// findings collects what rules, correlations and detectors have to say.
func (g *gathering) findings(ctx context.Context, r *verdict.Result, all *worker) {
	activities, left := g.store.Activities()
	if left > 0 {
		r.Warnings = append(r.Warnings, plural(left, "rule match")+" could not be kept for lack of room: too many different hosts and rules. Scan fewer hosts at a time.")
	}
	all.names.resolve(activities)
	r.Findings = activityFindings(activities, g.options.Rules.infos)
	r.Findings = append(r.Findings, correlationFindings(all.correlator.Results(), g.options.Rules)...)
	r.Findings = append(r.Findings, all.conclude(r.Findings)...)
	exposed := g.options.assess(g.inventory, all.inbound)
	r.Warnings = append(r.Warnings, exposed.warnings...)
	r.Assets, r.Facts = exposed.assets, exposed.facts
	handOver(exposed.findings, r.Findings, g.options.Detectors, all.coverage.Summary, g.inventory)
	r.Findings = append(r.Findings, exposed.findings...)
	g.nameHosts(r.Findings)
	whole := newHostNames(r.Coverage, r.Findings)
	whole.apply(r.Findings)
	r.Coverage.Rename(whole.of)
	g.options.quote(ctx, r.Findings)
	r.Read.Proof = proof(ctx, r.Findings, g.options.Jobs)
	slices.SortFunc(r.Findings, func(a, b finding.Finding) int { return compareFindings(&a, &b) })
	r.Findings = slices.CompactFunc(r.Findings, func(a, b finding.Finding) bool { return a.ID == b.ID })
}

// nameHosts gives findings about files that name no host that of the folder
// their evidence lies in. Findings about anything else know where it happened,
// or nobody does: the folder of a sensor's logs is no host.
func (g *gathering) nameHosts(findings []finding.Finding) {
	hints := newHostHints(g.options.Paths)
	names := func(f *finding.Finding, kind string) bool {
		return slices.ContainsFunc(f.Entities, func(e finding.Entity) bool { return e.Type == kind })
	}
	for i := range findings {
		f := &findings[i]
		if f.Question != finding.In || names(f, finding.Host) || !names(f, finding.File) {
			continue
		}
		for _, c := range f.Citations {
			if host := hints.of(c.Path); host != "" {
				f.Entities = append(f.Entities, finding.Entity{Type: finding.Host, Value: host})
			}
		}
		f.Normalize()
	}
}
