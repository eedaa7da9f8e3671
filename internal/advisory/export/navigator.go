package export

import (
	"encoding/json"
	"io"
	"strings"

	"seawall/internal/advisory"
	"seawall/internal/attack"
)

type layer struct {
	Name        string      `json:"name"`
	Versions    versions    `json:"versions"`
	Domain      string      `json:"domain"`
	Description string      `json:"description"`
	Techniques  []technique `json:"techniques"`
	Gradient    gradient    `json:"gradient"`
}

type versions struct {
	Attack    string `json:"attack"`
	Navigator string `json:"navigator"`
	Layer     string `json:"layer"`
}

type technique struct {
	ID      string `json:"techniqueID"`
	Score   int    `json:"score"`
	Comment string `json:"comment"`
	Enabled bool   `json:"enabled"`
}

type gradient struct {
	Colors   []string `json:"colors"`
	MinValue int      `json:"minValue"`
	MaxValue int      `json:"maxValue"`
}

// scores are how sure it is that the advisory means a technique.
var scores = map[advisory.Evidence]int{advisory.ByID: 100, advisory.ByName: 75, advisory.ByCommand: 50, advisory.ByModel: 25}

// Navigator writes the techniques of an advisory as a layer, format 4.5. The
// score says how sure each is, and the comment quotes the advisory.
func Navigator(w io.Writer, a *advisory.Advisory) error {
	l := layer{
		Name: "Advisory", Versions: versions{strings.Split(attack.Version, ".")[0], "5.1.0", "4.5"}, Domain: "enterprise-attack",
		Description: "Techniques that the advisory names or describes; 100 by id, 75 by name, 50 by command, 25 by what a sentence describes.",
		Techniques:  []technique{}, Gradient: gradient{[]string{"#ffffff", "#c0392b"}, 0, 100},
	}
	for _, d := range a.Documents {
		if title := strings.TrimSpace(d.Title); title != "" {
			l.Name = title
			break
		}
	}
	for _, t := range a.Techniques {
		if attack.Load().Techniques[t.Current] == nil {
			continue
		}
		comment := string(t.Standing)
		if t.ID != t.Current {
			comment += "; written " + t.ID
		}
		if len(t.Sources) > 0 {
			comment += "; “" + strings.Join(strings.Fields(t.Sources[0].Text), " ") + "”"
		}
		l.Techniques = append(l.Techniques, technique{t.Current, scores[t.Evidence], comment, true})
	}
	encoder := json.NewEncoder(w)
	encoder.SetIndent("", " ")
	return encoder.Encode(l)
}
