package scan

import (
	"slices"

	"seawall/internal/activity"
	"seawall/internal/clock"
	"seawall/internal/coverage"
	"seawall/internal/evidence"
	"seawall/internal/exposure/reach"
	"seawall/internal/finding"
	"seawall/internal/hits"
	"seawall/internal/intrusion"
	"seawall/internal/intrusion/perimeter"
	"seawall/internal/inventory"
	"seawall/record"
	"seawall/sigma"
)

// routes are the summaries that observe an activity, by its class.
type routes [activity.NumClasses][]intrusion.Summary

// worker holds what one goroutine needs to take records: nothing of it is
// shared but the rules and the store of hits.
type worker struct {
	options    *Options
	matcher    *sigma.Matcher
	correlator *sigma.Correlator
	extractors extractors
	summaries  []intrusion.Summary // in the order of the options' detectors with state
	routes     routes              // those of them that observe a class
	coverage   *coverage.Observer
	contexts   *hits.Reader
	store      *hits.Store
	inventory  *inventory.Model
	inbound    *reach.Inbound
	border     *perimeter.Border
	names      names
	fullNames  *fullNames
	addresses  addresses
	hints      *hostHints
	clocks     *clock.Summary

	observe   func(*activity.Activity) // worker.Activity, bound once
	records   map[string]int64         // live records by format
	live      int64                    // live records of the block being decoded
	matches   int64                    // of the block being decoded
	recovered int64
	outside   int64 // records outside --since and --until
	problems  problems
}

func newWorker(o *Options, store *hits.Store) *worker {
	w := &worker{
		options:    o,
		matcher:    o.Rules.Set.NewMatcher(),
		correlator: o.Rules.Correlations.New(),
		extractors: newExtractors(),
		coverage:   coverage.NewObserver(),
		contexts:   hits.NewReader(),
		store:      store,
		inventory:  inventory.New(),
		inbound:    reach.NewInbound(),
		border:     perimeter.New(o.Site),
		names:      names{},
		fullNames:  newFullNames(),
		addresses:  addresses{},
		hints:      newHostHints(o.Paths),
		clocks:     clock.New(),
		records:    map[string]int64{},
	}
	// The same for any number of workers: what is kept must not depend on it.
	w.correlator.SetLimit(int(min(o.Memory/32, 1<<30)))
	site := *o.Site
	site.Border = w.border
	for _, d := range o.Detectors {
		if d.New != nil {
			w.add(d.New(&site), d.Classes)
		}
	}
	w.observe = w.Activity
	return w
}

// add shows a summary the activities of classes.
func (w *worker) add(s intrusion.Summary, classes activity.Classes) {
	w.summaries = append(w.summaries, s)
	for c := range activity.NumClasses {
		if classes.Has(c) {
			w.routes[c] = append(w.routes[c], s)
		}
	}
}

func (w *worker) begin(*evidence.Job) { w.live, w.matches = 0, 0 }

func (w *worker) end(j *evidence.Job) {
	w.records[j.File.Format.ID] += w.live
	w.options.Progress.Records.Add(w.live)
	w.options.Progress.Matches.Add(w.matches)
}

// Record takes one row from a decoder.
func (w *worker) Record(rec *record.Record) {
	if w.options.outside(rec.Time) {
		w.outside++
		return
	}
	if rec.Recovered == record.Live {
		w.live++
	} else {
		w.recovered++
	}
	host := ""
	if rec.Schema.Kind != record.KindWindows && rec.Schema.Kind != record.KindNetwork {
		host = w.hints.of(rec.Origin.Path)
	}
	w.coverage.Observe(rec, host)
	w.extractors.extract(rec, w.observe)
	if matched := w.matcher.Match(rec); len(matched) > 0 {
		w.matched(rec, matched)
	}
}

func (w *worker) matched(rec *record.Record, matched []sigma.Hit) {
	w.matches += int64(len(matched))
	rules := w.options.Rules
	context := w.contexts.Read(rec)
	for _, hit := range matched {
		w.correlator.Match(rec, hit.Rule, hit.Target)
		if w.correlator.Suppressed(hit.Rule) {
			continue
		}
		w.store.Add(rules.index[hit.Rule], rec, &context, func() finding.Citation {
			return finding.Cite(rec, excerpt(w.matcher, rec, hit.Rule))
		})
	}
}

// Activity takes what was concluded from a record or a file as a whole.
func (w *worker) Activity(a *activity.Activity) {
	if w.options.outside(a.Time) {
		return
	}
	if a.Host != "" {
		w.show(a)
		return
	}
	a.Host = w.hints.host(a)
	w.show(a)
	a.Host = "" // it is reused: the next may be of another file
}

// show has everything that asks for an activity observe it.
func (w *worker) show(a *activity.Activity) {
	switch a.Class {
	case activity.FlowSeen:
		w.inbound.Observe(a)
		w.border.Observe(a.Flow)
	case activity.NameLookup, activity.Handshake, activity.ProtocolUse: // tell of no accounts, nor whose addresses are
	default:
		w.names.learn(a)
		w.fullNames.learn(a)
		w.addresses.learn(a)
	}
	w.clocks.Observe(a)
	for _, s := range w.routes[a.Class] {
		s.Observe(a)
	}
}

// Inventory takes what the evidence says of devices and their software.
// Each fact counts as a record read.
func (w *worker) Inventory(o *inventory.Observation) {
	w.live += int64(max(1, o.Facts()))
	w.inventory.Add(o)
}

// Problem takes what could not be read.
func (w *worker) Problem(p evidence.Problem) { w.problems.add(p) }

// merge adds what another worker saw.
func (w *worker) merge(o *worker) {
	w.matcher.MergeLacks(o.matcher)
	w.correlator.Merge(o.correlator)
	w.coverage.Summary.Merge(o.coverage.Summary)
	w.names.merge(o.names)
	w.fullNames.merge(o.fullNames)
	w.addresses.merge(o.addresses)
	w.clocks.Merge(o.clocks)
	w.inventory.Merge(o.inventory)
	w.inbound.Merge(o.inbound)
	w.border.Merge(o.border)
	o.routes = routes{}
	for i := range w.summaries {
		w.summaries[i].Merge(o.summaries[i])
		o.summaries[i] = nil // what it held can go: this is when most is in memory
	}
	for format, n := range o.records {
		w.records[format] += n
	}
	w.recovered += o.recovered
	w.outside += o.outside
	w.problems.merge(&o.problems)
}

// conclude returns the detectors' findings, and what follows from them and
// from those of rules. What they were told by is let go.
func (w *worker) conclude(byRules []finding.Finding) []finding.Finding {
	w.routes = routes{}
	var findings []finding.Finding
	var followers []intrusion.Follower
	for i, s := range w.summaries {
		findings = append(findings, s.Findings()...)
		if f, ok := s.(intrusion.Follower); ok {
			followers = append(followers, f)
		}
		w.summaries[i] = nil
	}
	known := slices.Concat(byRules, findings)
	for _, f := range followers {
		findings = append(findings, f.Follow(known)...)
	}
	w.fullNames.complete(findings)
	return findings
}
