package facts

import (
	_ "embed"
	"fmt"
	"slices"
	"strings"

	"seawall/internal/intel/cve"
	"seawall/internal/intel/product"
)

//go:embed curated.txt
var curatedText string

// Curation is what we know better than the record of one CVE.
type Curation struct {
	ID     cve.ID
	Affect Affect
}

// Curated returns the curated facts. Its error says which line is wrong.
func Curated() ([]Curation, error) {
	var list []Curation
	number := 0
	for line := range strings.Lines(curatedText) {
		number++
		line = strings.TrimSpace(line)
		if line == "" || line[0] == '#' {
			continue
		}
		c, err := curation(line)
		if err != nil {
			return nil, fmt.Errorf("curated.txt line %d: %w", number, err)
		}
		list = append(list, c)
	}
	return list, nil
}

func curation(line string) (c Curation, err error) {
	head, body, ok := strings.Cut(line, ":")
	name, key, ok2 := strings.Cut(head, " ")
	id, ok3 := cve.ParseID(name)
	if !ok || !ok2 || !ok3 || strings.Count(key, "/") != 1 {
		return c, fmt.Errorf("%q does not begin with a CVE and a product", line)
	}
	ranges, note, _ := strings.Cut(body, ";")
	c = Curation{id, Affect{Product: product.Key(key), Note: strings.TrimSpace(note)}}
	for text := range strings.SplitSeq(ranges, ",") {
		if text = strings.TrimSpace(text); text == "" {
			continue
		}
		plain, safe := strings.CutPrefix(text, "!")
		r := curatedRange(plain)
		if safe {
			c.Affect.Safe = append(c.Affect.Safe, r)
		} else {
			c.Affect.Affected = append(c.Affect.Affected, r)
		}
	}
	if len(c.Affect.Affected) > 0 {
		c.Affect.Quality = cve.Curated
	}
	return c, nil
}

func curatedRange(text string) (r cve.Range) {
	if edition, rest, ok := strings.Cut(text, ":"); ok {
		r.Edition, text = edition, rest
	}
	from, to, isRange := strings.Cut(text, "..")
	switch {
	case isRange:
		r.From = from
		r.To, r.Inclusive = to, true
		if less, ok := strings.CutPrefix(to, "<"); ok {
			r.To, r.Inclusive = less, false
		}
	case strings.HasPrefix(text, "<="):
		r.To, r.Inclusive = text[2:], true
	case strings.HasPrefix(text, "<"):
		r.To = text[1:]
	case strings.HasPrefix(text, ">="):
		r.From = text[2:]
	default:
		edition := r.Edition
		r = cve.Point(text)
		r.Edition = edition
	}
	return r
}

// Curate puts curated facts over the compiled ones. list is by id.
func Curate(list []Vulnerability, curated []Curation) []Vulnerability {
	for _, c := range curated {
		at, ok := slices.BinarySearchFunc(list, c.ID, func(v Vulnerability, id cve.ID) int { return compare(v.ID, id) })
		if !ok {
			list = slices.Insert(list, at, Vulnerability{ID: c.ID})
		}
		v := &list[at]
		v.Affects = slices.DeleteFunc(v.Affects, func(a Affect) bool { return a.Product == c.Affect.Product })
		v.Affects = append(v.Affects, c.Affect)
	}
	return list
}
