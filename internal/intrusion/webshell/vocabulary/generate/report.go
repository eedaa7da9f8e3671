package main

import (
	"fmt"
	"io"
	"maps"
	"slices"

	"seawall/internal/intrusion/webshell"
)

// Labels of public collections are wrong both ways. A sample that all the
// others contradict this much, in logits, is not learned from; it is still
// counted in the report. Clean pages that come from their makers are beyond
// doubt.
const (
	contradictedShell = -6
	contradictedClean = 3
	certainSign       = 100 // a clean page with such a score is a shell that its collectors overlooked
)

// dropContradicted leaves out of learning what the other samples contradict.
func (d *dataset) dropContradicted(report io.Writer) {
	for _, s := range d.samples {
		doubted := !s.shell && s.Trust != "upstream" && !s.own
		if s.shell && s.logit < contradictedShell || doubted && (s.logit > contradictedClean || s.lesson.Score >= certainSign) {
			s.out = true
			fmt.Fprintf(report, "not learned from: %s, logit %.1f, signs %d\n", s.File, s.logit, s.lesson.Score)
		}
	}
}

// score is that of a verdict in which only a model takes part that has not
// seen the sample.
func (s *sample) score() int {
	if !s.lesson.Asked {
		return s.lesson.Score
	}
	return s.lesson.Score + webshell.WordPoints(int(100*s.logit), s.lesson.Company)
}

// report tells how well samples are judged that were held out.
func (d *dataset) report(report io.Writer) {
	found, all := map[string]int{}, map[string]int{}
	groups, groupSize := map[string]float64{}, map[string]float64{}
	alarms, clean := 0, 0
	furtherAlarms, further := 0, 0
	for _, s := range d.samples {
		hit := s.score() >= webshell.DefaultThreshold
		switch {
		case s.own:
		case s.tree:
			further++
			if hit {
				furtherAlarms++
				fmt.Fprintf(report, "false positive: %s, score %d, signs %d, logit %.1f\n", s.File, s.score(), s.lesson.Score, s.logit)
			}
		case !s.shell:
			clean++
			if hit {
				alarms++
				fmt.Fprintf(report, "false positive: %s %q, score %d, signs %d, logit %.1f\n", s.File, s.Name, s.score(), s.lesson.Score, s.logit)
			}
		case !s.Fragment:
			all[s.Lang]++
			all["total"]++
			groupSize[s.Group]++
			if !hit {
				fmt.Fprintf(report, "missed: %s %q, score %d, signs %d, logit %.1f\n", s.File, s.Name, s.score(), s.lesson.Score, s.logit)
			}
			if hit {
				found[s.Lang]++
				found["total"]++
				groups[s.Group]++
			}
		}
	}
	for _, lang := range slices.Sorted(maps.Keys(all)) {
		fmt.Fprintf(report, "%-10s %5d of %5d = %.3f\n", lang, found[lang], all[lang], float64(found[lang])/float64(all[lang]))
	}
	weighted := 0.0
	for g, n := range groupSize {
		weighted += groups[g] / n
	}
	fmt.Fprintf(report, "weighted by group %.3f of %d; %d of %d clean pages flagged\n", weighted/float64(len(groupSize)), len(groupSize), alarms, clean)
	if further > 0 {
		fmt.Fprintf(report, "%d of %d further honest files flagged\n", furtherAlarms, further)
	}
}
