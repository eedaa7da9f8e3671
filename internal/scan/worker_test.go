package scan

import (
	"bytes"
	"testing"

	"seawall/internal/activity"
	"seawall/internal/corpus"
	"seawall/internal/evidence"
	"seawall/internal/hits"
	"seawall/internal/intrusion"
	"seawall/internal/intrusion/watchlist"
)

// What detectors are not shown must not matter to them: they are shown it here
// and nothing else, and must have noted nothing.
func TestDetectorsReadOnlyTheClassesTheyAskFor(t *testing.T) {
	t.Run("example", func(t *testing.T) { notesOfOtherClasses(t, example) })
	for _, area := range []string{"windows", "web", "network"} {
		t.Run(area, func(t *testing.T) { notesOfOtherClasses(t, corpus.Dir(t, area)) })
	}
}

func notesOfOtherClasses(t *testing.T, path string) {
	site := &intrusion.Site{Watch: watchlist.New()}
	if _, err := site.Watch.Read(bytes.NewBufferString("0.0.0.0/1\n128.0.0.0/1\nexample\ncom\n"), "list"); err != nil {
		t.Fatal(err)
	}
	o, err := Options{Paths: []string{path}, Rules: rules(t, false), Detectors: Detectors(), Site: site, Jobs: 1}.withDefaults()
	if err != nil {
		t.Fatal(err)
	}
	w := newWorker(&o, hits.NewStore())
	var detectors []intrusion.Detector
	for _, d := range o.Detectors {
		if d.New != nil {
			detectors = append(detectors, d)
		}
	}
	w.summaries, w.routes = nil, routes{}
	for _, d := range detectors {
		w.add(d.New(site), ^d.Classes)
	}
	visitor := evidence.Visitor{Unrecognised: func(string, int64, string) {}, Duplicate: func(string, string) {}, Problem: func(evidence.Problem) {}}
	if err := decode(t.Context(), &o, o.Paths, evidence.Options{}, visitor, func(*evidence.Job) bool { return true }, []*worker{w}); err != nil {
		t.Fatal(err)
	}
	for i, d := range detectors {
		got, err := w.summaries[i].MarshalBinary()
		if err != nil {
			t.Fatal(err)
		}
		empty, err := d.New(site).MarshalBinary()
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(got, empty) {
			t.Errorf("%s notes activities of classes that it does not ask for", d.ID)
		}
	}
}

func TestEveryClassHasItsRoute(t *testing.T) {
	w := &worker{}
	w.add(nil, activity.ClassesOf(activity.Other, activity.ProtocolUse))
	for c := range activity.NumClasses {
		if want := c == activity.Other || c == activity.ProtocolUse; (len(w.routes[c]) == 1) != want {
			t.Errorf("class %d: routed to %d summaries", c, len(w.routes[c]))
		}
	}
}
