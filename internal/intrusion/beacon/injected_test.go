package beacon

import (
	"cmp"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"seawall/internal/activity"
	"seawall/internal/corpus"
	"seawall/internal/finding"
	"seawall/internal/intrusion"
	"seawall/internal/intrusion/beacon/rita"
)

// edge is a caller and what it calls.
type edge struct{ src, dst string }

// injected is one beacon put into the background of the bench.
type injected struct {
	kind  string
	edges []edge
}

// labels reads what was injected, and what must not rank high.
func labels(t *testing.T, path string) (beacons []injected, benign map[string]bool) {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	benign = map[string]bool{}
	for _, line := range strings.Split(strings.TrimSpace(string(text)), "\n")[1:] {
		f := strings.Split(line, "\t")
		if f[3] == "benign_prevalent" {
			benign[f[1]] = true
			continue
		}
		b := injected{kind: f[3]}
		for _, dst := range strings.Split(f[1], ",") {
			b.edges = append(b.edges, edge{f[0], dst})
		}
		beacons = append(beacons, b)
	}
	return beacons, benign
}

// found counts the beacons that a ranking of edges shows before it has shown
// more false ones than allowed, and how many of each kind it misses.
func found(beacons []injected, ranking [][]edge, allowed int) (n int, missed map[string]int) {
	of := map[edge]int{}
	for i, b := range beacons {
		for _, e := range b.edges {
			of[e] = i + 1
		}
	}
	seen, wrong := map[int]bool{}, 0
	for _, edges := range ranking {
		right := false
		for _, e := range edges {
			if i := of[e]; i != 0 {
				seen[i], right = true, true
			}
		}
		if !right {
			if wrong++; wrong > allowed {
				break
			}
		}
	}
	missed = map[string]int{}
	for i, b := range beacons {
		if !seen[i+1] {
			missed[b.kind]++
		}
	}
	return len(seen), missed
}

// edgesOf lists the edges of a beacon.
func edgesOf(c *stream) (list []edge) {
	for _, p := range c.pairs {
		list = append(list, edge{addrOf(p.src).String(), addrOf(p.dst).String()})
	}
	return list
}

// falsePairs allowed per injected beacon: 25 for 140.
func falsePairs(beacons int) int { return beacons * 25 / 140 }

func TestInjectedBeaconsRankAboveTheBackground(t *testing.T) {
	dir := filepath.Join(corpus.Dir(t, "network"), "beacon-bench")
	beacons, benign := labels(t, filepath.Join(dir, "labels.tsv"))
	recorder := &flowRecorder{}
	s := readWith(t, &intrusion.Site{}, recorder, filepath.Join(dir, "conn.log.gz"))
	long := 0
	for _, b := range beacons {
		if b.kind == "longconn" {
			long++ // another detector's
		}
	}
	streams := s.beacons()
	slices.SortFunc(streams, func(x, y *stream) int {
		xs, _ := x.grade()
		ys, _ := y.grade()
		if x.common() != y.common() {
			return map[bool]int{true: 1, false: -1}[x.common()]
		}
		return cmp.Or(cmp.Compare(ys, xs), cmp.Compare(y.z, x.z))
	})
	var ranking [][]edge
	for _, c := range streams {
		ranking = append(ranking, edgesOf(c))
		if severity, _ := c.grade(); severity >= finding.Medium && benign[edgesOf(c)[0].dst] {
			t.Errorf("benign %v ranks %s", edgesOf(c), severity)
		}
	}
	allowed := falsePairs(len(beacons))
	n, missed := found(beacons, ranking, allowed)
	theirs, theirMissed := found(beacons, recorder.ritaRanking(), allowed)
	t.Logf("%d of %d injected beacons above %d false pairs, without %d long connections that another detector finds; missed %v", n, len(beacons), allowed, long, missed)
	t.Logf("RITA's scoring on the same flows: %d of %d; missed %v", theirs, len(beacons), theirMissed)
	if n+long < len(beacons)*135/140 {
		t.Errorf("%d found, too few", n)
	}
}

// flowRecorder keeps what RITA's scoring needs of connections.
type flowRecorder struct {
	pairs map[edge]*ritaPair
	last  int64
}

type ritaPair struct {
	times, sizes []int64
	duration     float64
}

func (r *flowRecorder) observe(a *activity.Activity) {
	if a.Class != activity.FlowSeen {
		return
	}
	if r.pairs == nil {
		r.pairs = map[edge]*ritaPair{}
	}
	e := edge{a.Flow.Source.String(), a.Flow.Destination.String()}
	p := r.pairs[e]
	if p == nil {
		p = &ritaPair{}
		r.pairs[e] = p
	}
	p.times, p.sizes = append(p.times, a.Time/1e9), append(p.sizes, a.Flow.OutIPBytes)
	p.duration += float64(max(0, a.Flow.Duration)) / 1e9
	r.last = max(r.last, a.Time/1e9)
}

// ritaRanking ranks edges as RITA does: by the worse of beacon and long
// connection, and by prevalence.
func (r *flowRecorder) ritaRanking() [][]edge {
	hosts, callers := map[string]bool{}, map[string]map[string]bool{}
	for e := range r.pairs {
		hosts[e.src] = true
		if callers[e.dst] == nil {
			callers[e.dst] = map[string]bool{}
		}
		callers[e.dst][e.src] = true
	}
	score := map[edge]float64{}
	var edges []edge
	for e, p := range r.pairs {
		base := max(bucket(100*r.ritaScore(p), 50, 70, 90, 100), bucket(p.duration, 3600, 14400, 28800, 43200))
		if base == 0 {
			continue
		}
		switch share := float64(len(callers[e.dst])) / float64(len(hosts)); {
		case share <= 0.02:
			base += 0.15
		case share >= 0.5:
			base -= 0.15
		}
		score[e] = base
		edges = append(edges, e)
	}
	slices.SortFunc(edges, func(x, y edge) int {
		return cmp.Or(cmp.Compare(score[y], score[x]), cmp.Compare(x.src+x.dst, y.src+y.dst))
	})
	var ranking [][]edge
	for _, e := range edges {
		ranking = append(ranking, []edge{e})
	}
	return ranking
}

// ritaScore is RITA's beacon score of the last day.
func (r *flowRecorder) ritaScore(p *ritaPair) float64 {
	var times, sizes []int64
	for i, at := range p.times {
		if at >= r.last-rita.Day {
			times, sizes = append(times, at), append(sizes, p.sizes[i])
		}
	}
	slices.Sort(times)
	unique := slices.Compact(slices.Clone(times))
	if len(unique) < 4 {
		return 0
	}
	s, _ := rita.Score(times, sizes, r.last-rita.Day, r.last)
	return s.Total
}

// bucket interpolates a measure over four steps of 0.2.
func bucket(x float64, steps ...float64) float64 {
	for i := len(steps) - 1; i >= 0; i-- {
		if x < steps[i] {
			continue
		}
		score := 0.2 * float64(i+1)
		if i+1 < len(steps) {
			score += 0.2 * (x - steps[i]) / (steps[i+1] - steps[i])
		}
		return score
	}
	return 0
}

// TestRITAsScoresAreReproduced compares what the option reports with what the
// formulas give on the whole log, and the labelled beacon of this day with what
// RITA itself gives it.
func TestRITAsScoresAreReproduced(t *testing.T) {
	const labelled = 0.954
	dir := filepath.Join(corpus.Dir(t, "network"), "zeek", "droplet-2024-04-19")
	recorder := &flowRecorder{}
	s := readWith(t, &intrusion.Site{RITA: true}, recorder, dir)
	want := edge{"73.54.23.243", "64.225.56.201"}
	if got := recorder.ritaScore(recorder.pairs[want]); got != labelled {
		t.Errorf("the formulas give the labelled beacon %.3f, RITA gives it %.3f", got, labelled)
	}
	reported, off := 0, 0
	for _, f := range s.ritaFindings() {
		var addresses []string
		for _, e := range f.Entities {
			addresses = append(addresses, e.Value)
		}
		for _, e := range []edge{{addresses[0], addresses[1]}, {addresses[1], addresses[0]}} {
			p := recorder.pairs[e]
			if p == nil || !strings.Contains(f.Why, "score of "+e.src+" to "+e.dst) {
				continue
			}
			reported++
			if !strings.Contains(f.Why, fmt.Sprintf(" is %.3f ", recorder.ritaScore(p))) {
				off++
			}
		}
	}
	t.Logf("%d pairs scored, %d otherwise than by the formulas on the whole log", reported, off)
	if reported == 0 || off*100 > reported {
		t.Errorf("%d of %d scores are off", off, reported)
	}
}
