// Package advisory answers "what does this advisory say?": it takes from a
// document, without any language model, who did what to whom with which means,
// and what to do about it, each with the place it was read from.
package advisory

import (
	"cmp"
	"slices"
	"strings"

	"seawall/internal/advisory/document"
	"seawall/internal/advisory/indicator"
	"seawall/internal/advisory/prose"
)

// Source is the place in a document that something was read from.
type Source struct {
	Document string // name of the file
	document.Place
	Text string // the words around it
}

// Indicator is an indicator of compromise, once for every value.
type Indicator struct {
	Type    indicator.Type
	Value   string
	Role    Role
	Why     string // the reason for the role
	InURL   bool   // only seen as part of URLs
	Sources []Source
}

// Advisory is what was read from one or several documents.
type Advisory struct {
	Documents  []*document.Document
	Indicators []Indicator // sorted by type, then value
	Techniques []Technique // sorted by present id
	Actors     []Actor     // most mentioned first
	Software   []Software  // likewise
	Flaws      []Flaw      // sorted by id
	// Recommendations and Rules are in the order of the documents.
	Recommendations []Recommendation
	Rules           []Rule
}

// Read extracts what documents say. It never fails: what is not understood is
// left out.
func Read(documents ...*document.Document) *Advisory {
	a := &Advisory{Documents: documents}
	for _, d := range documents {
		x := extraction{advisory: a, document: d, listed: map[group]bool{}, rows: map[[2]int]string{}}
		x.indicators()
		x.techniques()
		x.actors()
		x.softwares()
		x.flaws()
		x.recommendations()
		x.rules()
	}
	a.sort()
	return a
}

func (a *Advisory) sort() {
	slices.SortFunc(a.Indicators, func(a, b Indicator) int {
		return cmp.Or(cmp.Compare(a.Type, b.Type), cmp.Compare(a.Value, b.Value))
	})
	slices.SortFunc(a.Flaws, func(a, b Flaw) int { return cmp.Compare(a.ID, b.ID) })
	slices.SortFunc(a.Techniques, func(a, b Technique) int { return cmp.Compare(a.Current, b.Current) })
	slices.SortFunc(a.Actors, func(a, b Actor) int { return cmp.Or(cmp.Compare(b.Mentions, a.Mentions), cmp.Compare(a.Name, b.Name)) })
	slices.SortFunc(a.Software, func(a, b Software) int { return cmp.Or(cmp.Compare(b.Mentions, a.Mentions), cmp.Compare(a.ID, b.ID)) })
}

// extraction goes through one document.
type extraction struct {
	advisory *Advisory
	document *document.Document
	blocks   []found
	listed   map[group]bool    // tables and lists that hold indicators
	rows     map[[2]int]string // texts of the rows of tables, by table and row
	scores   []prose.Score
	scratch  prose.Scratch
}

// found is a block and the indicators in it.
type found struct {
	block      *document.Block
	lower      string // its text in lower case, to see quickly what is not there
	indicators []indicator.Indicator
	words      []textWord // none of links
}

// has reports whether a block's text has any of some words, whatever their
// case. Expressions are tried only on blocks that have.
func (f *found) has(words ...string) bool {
	for _, w := range words {
		if strings.Contains(f.lower, w) {
			return true
		}
	}
	return false
}

// group is what belongs together: a column of a table, the paragraphs and
// items of a section.
type group struct {
	kind          document.Kind
	section       string
	table, column int
}

func groupOf(b *document.Block) group {
	if b.Kind == document.Cell {
		return group{kind: b.Kind, table: b.Table, column: b.Column}
	}
	return group{kind: b.Kind, section: b.Place.Section}
}

// bare is the share of a group's blocks that must be an indicator and nothing
// else for the group to be a list of indicators, in percent.
const bare = 60

func (x *extraction) indicators() {
	type share struct{ all, bare int }
	shares := map[group]*share{}
	for i := range x.document.Blocks {
		b := &x.document.Blocks[i]
		if row := [2]int{b.Table, b.Row}; b.Kind == document.Cell && len(x.rows[row]) < longestRow {
			x.rows[row] += oneLine(b.Text) + " | "
		}
		f := found{block: b, lower: strings.ToLower(b.Text), indicators: indicator.Find(b.Text)}
		if b.Kind != document.Link {
			f.words = wordList(b.Text)
		}
		x.blocks = append(x.blocks, f)
		s := shares[groupOf(b)]
		if s == nil {
			s = &share{}
			shares[groupOf(b)] = s
		}
		s.all++
		if isBare(&f) {
			s.bare++
		}
	}
	for g, s := range shares {
		x.listed[g] = s.bare*100 >= s.all*bare
	}
	known := map[[2]string]int{}
	for i := range x.advisory.Indicators {
		known[[2]string{string(x.advisory.Indicators[i].Type), x.advisory.Indicators[i].Value}] = i
	}
	for _, f := range x.blocks {
		for k := range f.indicators {
			x.add(&f.indicators[k], f.block, known)
		}
	}
}

// isBare: a block that consists of indicators.
func isBare(f *found) bool {
	covered := 0
	end := 0
	for _, i := range f.indicators {
		switch i.Type {
		case indicator.Technique, indicator.Tactic, indicator.Entity, indicator.CVE, indicator.Filename, indicator.Path, indicator.Command, indicator.Port:
			continue
		}
		if i.Start >= end {
			covered += i.End - i.Start
			end = i.End
		}
	}
	return covered > 0 && covered*10 >= len(f.block.Text)*7
}

// add notes an indicator; where it occurs again, its strongest role counts.
func (x *extraction) add(i *indicator.Indicator, b *document.Block, known map[[2]string]int) {
	role, why := x.judge(i, b)
	key := [2]string{string(i.Type), i.Value}
	at, ok := known[key]
	if !ok {
		at = len(x.advisory.Indicators)
		known[key] = at
		x.advisory.Indicators = append(x.advisory.Indicators, Indicator{Type: i.Type, Value: i.Value, Role: role, Why: why})
	}
	have := &x.advisory.Indicators[at]
	have.InURL = (have.InURL || !ok) && i.InURL && i.Type != indicator.URL
	if role == Malicious && have.Role == Reference {
		have.Role, have.Why = role, why
	}
	if len(have.Sources) < maxSources {
		have.Sources = append(have.Sources, x.source(i.Start, i.End, b))
	}
}

// maxSources is how many places are kept of one value.
const maxSources = 20

// source quotes what stands around text[start:end] of a block.
func (x *extraction) source(start, end int, b *document.Block) Source {
	const reach = 80
	from, to := max(0, start-reach), min(len(b.Text), end+reach)
	for from > 0 && b.Text[from]&0xc0 == 0x80 {
		from--
	}
	for to < len(b.Text) && b.Text[to]&0xc0 == 0x80 {
		to++
	}
	text := b.Text[from:to]
	// A cell of a few letters says nothing without its row.
	if row := x.rows[[2]int{b.Table, b.Row}]; b.Kind == document.Cell && len(b.Text) < reach && len(row) > len(text) {
		text = strings.TrimSuffix(row, " | ")
	}
	return Source{Document: x.document.Name, Place: b.Place, Text: text}
}

// longestRow bounds what is quoted of a table's row.
const longestRow = 240
