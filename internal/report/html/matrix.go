package html

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"seawall/internal/attack"
	"seawall/internal/report/escape"
	"seawall/internal/verdict"
)

// matrix is ATT&CK's, with what is known of each technique that the program
// looks for.
type matrix struct {
	Version              string
	Columns              []tacticColumn
	Found, Looked, Blind int // techniques, each counted once
}

// tacticColumn shows what was found as cards, and what was not as small tiles;
// blind spots are cards as long as they are few.
type tacticColumn struct {
	Tactic, Name string
	Cards, Tiles []cell
	Found, All   int
}

// fewBlind is how many blind spots of a tactic are shown as cards.
const fewBlind = 5

type cell struct {
	ID, Name, State, Label string
	Written                string // other ids that rules use for it
	Detectors              string
	Findings               int
	parent                 string // orders sub-techniques under their technique
}

// unknownTactic is the column of ids that ATT&CK does not have.
const unknownTactic = "other"

func newMatrix(r *verdict.Result, v *verdict.Verdict) matrix {
	m := matrix{Version: attack.Version}
	tables := attack.Load()
	columns := map[string][]cell{}
	for _, c := range cells(r, v) {
		switch c.State {
		case string(verdict.Found):
			m.Found++
		case string(verdict.Looked):
			m.Looked++
		default:
			m.Blind++
		}
		tactics := []string{unknownTactic}
		if t := tables.Techniques[c.parent]; t != nil && len(t.Tactics) > 0 {
			tactics = t.Tactics
		}
		for _, tactic := range tactics {
			columns[tactic] = append(columns[tactic], c)
		}
	}
	for _, tactic := range append(slices.Clone(attack.Tactics), unknownTactic) {
		if list := columns[tactic]; len(list) > 0 {
			m.Columns = append(m.Columns, newColumn(tactic, list))
		}
	}
	return m
}

func newColumn(tactic string, list []cell) tacticColumn {
	column := tacticColumn{Tactic: tactic, Name: attack.TacticName(tactic), All: len(list)}
	blind := 0
	for i := range list {
		switch verdict.State(list[i].State) {
		case verdict.Found:
			column.Found++
		case verdict.Blind:
			blind++
		}
	}
	for _, c := range list {
		if c.State == string(verdict.Found) || c.State == string(verdict.Blind) && blind <= fewBlind {
			column.Cards = append(column.Cards, c)
		} else {
			column.Tiles = append(column.Tiles, c)
		}
	}
	return column
}

var stateRanks = map[verdict.State]int{verdict.Found: 2, verdict.Looked: 1}

// cells joins the techniques that are one by today's numbers: found ones
// first, then those with most findings, then by id.
func cells(r *verdict.Result, v *verdict.Verdict) []cell {
	tables := attack.Load()
	byID, written, detectors := map[string]*cell{}, map[string][]string{}, map[string][]string{}
	for _, t := range v.Techniques {
		id, _ := tables.Current(t.ID)
		c := byID[id]
		if c == nil {
			name := tables.Name(id)
			if name == "" {
				name = t.Name
			}
			c = &cell{ID: escape.Visible(id), Name: escape.Visible(name), State: string(t.State), parent: id}
			byID[id] = c
		}
		if stateRanks[t.State] > stateRanks[verdict.State(c.State)] {
			c.State = string(t.State)
		}
		if t.ID != id {
			written[id] = append(written[id], escape.Visible(t.ID))
		}
		detectors[id] = append(detectors[id], visible(t.Detectors)...)
	}
	for id, n := range findingsOf(r) {
		if c := byID[id]; c != nil {
			c.Findings = n
		}
	}
	for id, c := range byID {
		slices.Sort(detectors[id])
		c.Written, c.Detectors = strings.Join(written[id], ", "), strings.Join(slices.Compact(detectors[id]), ", ")
		c.Label = label(c)
	}
	list := make([]cell, 0, len(byID))
	for _, id := range slices.Sorted(maps.Keys(byID)) {
		list = append(list, *byID[id])
	}
	slices.SortStableFunc(list, func(a, b cell) int {
		return cmp.Or(cmp.Compare(stateRanks[verdict.State(b.State)], stateRanks[verdict.State(a.State)]), cmp.Compare(b.Findings, a.Findings))
	})
	return list
}

// findingsOf counts the findings of each technique by today's numbers.
func findingsOf(r *verdict.Result) map[string]int {
	tables := attack.Load()
	counts := map[string]int{}
	var ids []string
	for f := range r.Active {
		ids = ids[:0]
		for _, written := range f.Techniques {
			if id, _ := tables.Current(written); !slices.Contains(ids, id) {
				ids = append(ids, id)
				counts[id]++
			}
		}
	}
	return counts
}

func label(c *cell) string {
	switch verdict.State(c.State) {
	case verdict.Found:
		return "found: " + counted(c.Findings, "finding")
	case verdict.Looked:
		return "looked for, not found"
	}
	return "blind: could not be seen"
}
