package feed

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"

	"seawall/internal/intel/cve"
)

// Scores are the EPSS probabilities of one day.
type Scores struct {
	Model  string
	Date   time.Time
	Scores map[cve.ID]float32
}

// EPSS reads a day's file: a comment line with model and date, which the oldest
// files lack, a header, and a line for each CVE.
func EPSS(r io.Reader) (*Scores, error) {
	s := &Scores{Scores: map[cve.ID]float32{}}
	lines := bufio.NewReader(r)
	for number := 1; ; number++ {
		line, err := lines.ReadString('\n')
		if err != nil && !errors.Is(err, io.EOF) {
			return nil, fmt.Errorf("read EPSS line %d: %w", number, err)
		}
		last := err != nil
		line = strings.TrimSpace(line)
		switch {
		case strings.HasPrefix(line, "#"):
			s.comment(line[1:])
		case line == "" || strings.HasPrefix(line, "cve,"):
		default:
			if err := s.line(line); err != nil {
				return nil, fmt.Errorf("read EPSS line %d: %w", number, err)
			}
		}
		if last {
			break
		}
	}
	if len(s.Scores) == 0 {
		return nil, errors.New("the EPSS file holds no scores")
	}
	return s, nil
}

func (s *Scores) comment(text string) {
	for field := range strings.SplitSeq(text, ",") {
		name, value, _ := strings.Cut(field, ":")
		switch name {
		case "model_version":
			s.Model = value
		case "score_date":
			s.Date, _ = time.Parse(time.DateOnly, value[:min(len(value), 10)])
		}
	}
}

func (s *Scores) line(line string) error {
	name, rest, _ := strings.Cut(line, ",")
	score, _, _ := strings.Cut(rest, ",")
	id, ok := cve.ParseID(name)
	p, err := strconv.ParseFloat(score, 32)
	if !ok || err != nil || p < 0 || p > 1 {
		return fmt.Errorf("%q is no score of a CVE", line)
	}
	s.Scores[id] = float32(p)
	return nil
}
