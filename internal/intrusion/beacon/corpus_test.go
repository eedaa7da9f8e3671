package beacon

import (
	"context"
	"testing"

	"seawall/internal/activity"
	"seawall/internal/evidence"
	"seawall/internal/evidence/netlog"
	"seawall/internal/evidence/zeek"
	"seawall/internal/intrusion"
	"seawall/internal/intrusion/perimeter"
	"seawall/record"
)

// reading feeds the records of logs to a summary.
type reading struct {
	evidence.Discard
	extractor  *netlog.Extractor
	summary    intrusion.Summary
	border     *perimeter.Border
	also       func(*activity.Activity)
	activities int
}

func (r *reading) Record(rec *record.Record) { r.extractor.Extract(rec, r.Activity) }
func (r *reading) Activity(a *activity.Activity) {
	r.activities++
	if a.Class == activity.FlowSeen {
		r.border.Observe(a.Flow)
	}
	r.summary.Observe(a)
	if r.also != nil {
		r.also(a)
	}
}

// readWith returns a summary of the logs in paths.
func readWith(t testing.TB, site *intrusion.Site, also *flowRecorder, paths ...string) *Summary {
	t.Helper()
	border := perimeter.New(site)
	site.Border = border
	r := &reading{extractor: netlog.NewExtractor(), border: border, summary: Detector().New(site)}
	if also != nil {
		r.also = also.observe
	}
	err := evidence.Walk(context.Background(), paths, zeek.Formats(), evidence.Options{}, evidence.Visitor{
		Job:          func(j *evidence.Job) { j.Run(r) },
		Unrecognised: func(string, int64, string) {},
		Duplicate:    func(string, string) {},
		Problem:      func(evidence.Problem) {},
	})
	if err != nil {
		t.Fatal(err)
	}
	if r.activities == 0 {
		t.Fatal("nothing was read")
	}
	s := r.summary.(*Summary)
	s.flush()
	s.pairs.settle()
	return s
}
