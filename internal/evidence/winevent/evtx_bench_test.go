package winevent

import (
	"testing"

	"seawall/internal/activity"
	"seawall/internal/evidence"
	"seawall/internal/evtxwrite"
	"seawall/record"
)

type nowhere struct {
	evidence.Discard
	records int
}

func (n *nowhere) Record(*record.Record)       { n.records++ }
func (n *nowhere) Activity(*activity.Activity) {}
func (n *nowhere) Problem(evidence.Problem)    {}

// BenchmarkEVTX reads a log in one block, with everything that is concluded
// from its structure.
func BenchmarkEVTX(b *testing.B) {
	file := writeLog(b, evtxwrite.Options{}, 5000, func(i int, e *evtxwrite.Event) { e.NoTemplates = false })
	format := EVTX()
	sink := &nowhere{}
	b.SetBytes(int64(len(file)))
	b.ReportAllocs()
	for b.Loop() {
		d, err := format.Open(&evidence.File{Path: "x", Size: int64(len(file))}, file[:evidence.HeadSize])
		if err != nil {
			b.Fatal(err)
		}
		d.Decode(&evidence.Block{Data: file, Last: true}, sink)
		d.Close(sink)
	}
	b.ReportMetric(float64(sink.records)/b.Elapsed().Seconds(), "records/s")
}
