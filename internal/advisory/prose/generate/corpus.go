package main

import (
	"bufio"
	"compress/gzip"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"sort"
	"strings"

	"seawall/internal/advisory/prose"
)

// classes is a set of classes, one bit each.
type classes uint64

func (s classes) has(class int) bool { return s>>class&1 != 0 }

// example is a sentence and the classes it is an example of.
type example struct {
	features prose.Features
	classes  classes
	document int  // index of its report; -1 for ATT&CK's own sentences
	part     bool // only the words that were labelled, once more
}

// annotated is a report and the techniques labelled in it.
type annotated struct {
	name   string
	labels classes
}

// training is everything the model learns from.
type training struct {
	examples []example
	reports  []annotated
}

// readTraining reads the folder "advisory" of the corpus.
func readTraining(dir string) (*training, error) {
	t := &training{}
	class := map[string]int{}
	for i, id := range prose.Classes {
		class[id] = i
	}
	if err := t.readProcedures(filepath.Join(dir, "attack", "procedures-v18.1.jsonl.gz"), class); err != nil {
		return nil, err
	}
	files, err := filepath.Glob(filepath.Join(dir, "reports-tram", "*.labels.json"))
	if err != nil {
		return nil, err
	}
	sort.Strings(files)
	for _, file := range files {
		if err := t.readReport(file, class); err != nil {
			return nil, fmt.Errorf("%s: %w", file, err)
		}
	}
	if len(t.reports) == 0 {
		return nil, fmt.Errorf("no reports in %s", dir)
	}
	return t, nil
}

// successors are techniques whose id changed between the version of the
// annotations and that of the sentences: both are one class.
var successors = map[string]string{"T1574.001": "T1574.002"}

func (t *training) readProcedures(path string, class map[string]int) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		return err
	}
	r := bufio.NewReader(z)
	for {
		line, err := r.ReadBytes('\n')
		if len(line) > 0 {
			var p struct{ T, Text string }
			if err := json.Unmarshal(line, &p); err != nil {
				return fmt.Errorf("%s: %w", path, err)
			}
			if s, ok := successors[p.T]; ok {
				p.T = s
			}
			e := example{features: prose.Of(p.Text), document: -1}
			if c, ok := class[p.T]; ok {
				e.classes = 1 << c
			}
			t.examples = append(t.examples, e)
		}
		if err != nil {
			return nil
		}
	}
}

func (t *training) readReport(file string, class map[string]int) error {
	data, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	var labels struct {
		Spans []struct {
			Start, End int
			Technique  string
		}
	}
	if err := json.Unmarshal(data, &labels); err != nil {
		return err
	}
	body, err := os.ReadFile(strings.TrimSuffix(file, ".labels.json") + ".txt")
	if err != nil {
		return err
	}
	text := string(body)
	// Labels count code points.
	offsets := make([]int, 0, len(text)+1)
	for i := range text {
		offsets = append(offsets, i)
	}
	offsets = append(offsets, len(text))
	report := annotated{name: filepath.Base(file)}
	type span struct{ start, end, class int }
	var spans []span
	for _, s := range labels.Spans {
		c, ok := class[s.Technique]
		if ok && s.Start >= 0 && s.End <= len(offsets)-1 && s.Start < s.End {
			report.labels |= 1 << c
			spans = append(spans, span{offsets[s.Start], offsets[s.End], c})
		}
	}
	number := len(t.reports)
	t.reports = append(t.reports, report)
	prose.Sentences(text)(func(at int, sentence string) bool {
		e := example{features: prose.Of(sentence), document: number}
		for _, s := range spans {
			if s.start < at+len(sentence) && at < s.end {
				e.classes |= 1 << s.class
			}
		}
		if len(e.features.Words) > 0 {
			t.examples = append(t.examples, e)
		}
		return true
	})
	for _, s := range spans {
		t.examples = append(t.examples, example{features: prose.Of(text[s.start:s.end]), classes: 1 << s.class, document: number, part: true})
	}
	return nil
}
