// Package navigator writes what is known of ATT&CK techniques as a layer that
// MITRE's ATT&CK Navigator shows (layer format 4.5).
package navigator

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"

	"seawall/internal/attack"
	"seawall/internal/verdict"
)

type layer struct {
	Name        string      `json:"name"`
	Versions    versions    `json:"versions"`
	Domain      string      `json:"domain"`
	Description string      `json:"description"`
	Techniques  []technique `json:"techniques"`
	Gradient    gradient    `json:"gradient"`
	Legend      []legend    `json:"legendItems"`
	Hide        bool        `json:"hideDisabled"`
}

type versions struct {
	Attack    string `json:"attack"`
	Navigator string `json:"navigator"`
	Layer     string `json:"layer"`
}

type technique struct {
	ID       string     `json:"techniqueID"`
	Score    int        `json:"score"`
	Color    string     `json:"color"`
	Comment  string     `json:"comment"`
	Enabled  bool       `json:"enabled"`
	Metadata []metadata `json:"metadata"`
}

type metadata struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

type gradient struct {
	Colors   []string `json:"colors"`
	MinValue int      `json:"minValue"`
	MaxValue int      `json:"maxValue"`
}

type legend struct {
	Label string `json:"label"`
	Color string `json:"color"`
}

// How each state is shown.
var states = map[verdict.State]struct {
	score         int
	color, legend string
}{
	verdict.Found:  {100, "#c0392b", "found"},
	verdict.Looked: {1, "#8fc9a3", "looked for, not found"},
	verdict.Blind:  {0, "#c8ccd0", "could not be seen"},
}

// Write writes the layer. Ids are those of ATT&CK [attack.Version]; where a
// detector knows a technique by an older one, the layer says so.
func Write(w io.Writer, r *verdict.Result, v *verdict.Verdict) error {
	l := layer{
		Name: "Seawall", Versions: versions{strings.Split(attack.Version, ".")[0], "5.1.0", "4.5"}, Domain: "enterprise-attack",
		Description: fmt.Sprintf("What a scan of Seawall %s found, looked for and could not see.", r.Run.Version),
		Techniques:  []technique{}, Gradient: gradient{[]string{"#ffffff", "#c0392b"}, 0, 100},
	}
	for _, s := range [...]verdict.State{verdict.Found, verdict.Looked, verdict.Blind} {
		l.Legend = append(l.Legend, legend{states[s].legend, states[s].color})
	}
	at := map[string]int{}
	for _, t := range v.Techniques {
		current, _ := attack.Load().Current(t.ID)
		state := states[t.State]
		if i, ok := at[current]; ok { // two old ids became one
			if state.score > l.Techniques[i].Score {
				l.Techniques[i].Score, l.Techniques[i].Color, l.Techniques[i].Comment = state.score, state.color, comment(&t)
			}
			continue
		}
		at[current] = len(l.Techniques)
		entry := technique{ID: current, Score: state.score, Color: state.color, Comment: comment(&t), Enabled: true, Metadata: []metadata{{"state", state.legend}}}
		if current != t.ID {
			entry.Metadata = append(entry.Metadata, metadata{"former id", t.ID})
		}
		if len(t.Detectors) > 0 {
			entry.Metadata = append(entry.Metadata, metadata{"looked for by", strings.Join(t.Detectors, ", ")})
		}
		l.Techniques = append(l.Techniques, entry)
	}
	encoder := json.NewEncoder(w)
	encoder.SetIndent("", "  ")
	return encoder.Encode(l)
}

func comment(t *verdict.Technique) string {
	switch {
	case t.Findings == 1:
		return "1 finding"
	case t.Findings > 1:
		return fmt.Sprintf("%d findings", t.Findings)
	}
	return states[t.State].legend
}
