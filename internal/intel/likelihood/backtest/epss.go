package backtest

import (
	"compress/gzip"
	"fmt"
	"os"
	"path/filepath"
	"slices"

	"seawall/internal/intel/cve"
	"seawall/internal/intel/facts"
	"seawall/internal/intel/feed"
)

// EPSS orders by the scores of a folder of daily files. A flaw has the score of
// the last file that is not newer than the day it was seen: later ones know
// more than anybody did then.
func EPSS(dir string) (Order, error) {
	paths, err := filepath.Glob(filepath.Join(dir, "epss_scores-*.csv.gz"))
	if err != nil {
		return nil, err
	}
	if len(paths) == 0 {
		return nil, fmt.Errorf("there are no EPSS files in %s", dir)
	}
	var days []*feed.Scores
	for _, path := range paths {
		s, err := readEPSS(path)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", path, err)
		}
		days = append(days, s)
	}
	slices.SortFunc(days, func(a, b *feed.Scores) int { return a.Date.Compare(b.Date) })
	return func(w *Week) []float64 {
		return each(w, func(f *Flaw) float64 {
			id, _ := cve.ParseID(f.ID)
			score := 0.0
			for _, d := range days {
				if facts.DayOf(d.Date) > f.Seen {
					break
				}
				score = float64(d.Scores[id])
			}
			return score
		})
	}, nil
}

func readEPSS(path string) (*feed.Scores, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		return nil, err
	}
	return feed.EPSS(z)
}
