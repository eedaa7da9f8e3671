package main

import (
	"os"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"seawall/internal/corpus"
)

// The figure that counts: shells of groups that nothing was learned from.
func TestCorpusShellsNobodyHasSeenAreFound(t *testing.T) {
	const floor, maxAlarms = 0.96, 9
	if os.Getenv("SEAWALL_FULL") != "1" {
		t.Skip("SKIPPED: learns five times: set SEAWALL_FULL=1")
	}
	var out strings.Builder
	if err := run([]string{"-corpus", corpus.Dir(t, "webshell")}, &out); err != nil {
		t.Fatal(err)
	}
	t.Log(out.String())
	m := regexp.MustCompile(`(?s)total +\d+ of +\d+ = ([0-9.]+)\n.* (\d+) of \d+ clean pages`).FindStringSubmatch(out.String())
	if m == nil {
		t.Fatal("no figures")
	}
	if got, _ := strconv.ParseFloat(m[1], 64); got < floor {
		t.Errorf("recall of what was held out is %.3f, want at least %.3f", got, floor)
	}
	if got, _ := strconv.Atoi(m[2]); got > maxAlarms {
		t.Errorf("%d clean pages flagged, want at most %d", got, maxAlarms)
	}
}

func TestWeightsLearnedAreThoseThatTellTheClassesApart(t *testing.T) {
	var samples []*sample
	for i := range 60 {
		s := &sample{SHA256: strconv.Itoa(i), Group: strconv.Itoa(i), shell: i%3 == 0}
		s.lesson.Features = []uint32{7, 1000 + uint32(i)} // one for all, one of its own
		if s.shell {
			s.lesson.Features = append(s.lesson.Features, 9)
		} else {
			s.lesson.Features = append(s.lesson.Features, 8)
		}
		samples = append(samples, s)
	}
	d := index(samples)
	if d.features != 3 {
		t.Fatalf("%d features, want 3: those of single pages are signatures", d.features)
	}
	w := d.fit(-1)
	at := func(hash uint32) float64 {
		for i, h := range d.hashes {
			if h == hash {
				return w.of[i]
			}
		}
		return 0
	}
	if at(9) <= 0 || at(8) >= 0 || at(9) < at(7) {
		t.Errorf("weights: shells %.2f, honest pages %.2f, both %.2f", at(9), at(8), at(7))
	}
	if packed := d.pack(w); len(packed) != 4*6 {
		t.Errorf("%d bytes packed, want those of the bias and 3 weights", len(packed))
	}
}
