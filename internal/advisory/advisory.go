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
	Patterns        []Pattern
}

// Read extracts what documents say. It never fails: what is not understood is
// left out.
func Read(documents ...*document.Document) *Advisory {
	a := &Advisory{Documents: documents}
	r := &reading{advisory: a, names: names(), clues: clues(), known: newPositions()}
	for _, d := range documents {
		x := extraction{reading: r, document: d, listed: map[group]bool{}, rows: map[[2]int]string{}, noted: map[*clue]*document.Block{}, printed: map[clueKind]bool{}}
		x.indicators()
		for i := range x.blocks {
			if x.blocks[i].block.Kind != document.Link {
				x.block(&x.blocks[i])
			}
		}
		x.softwares()
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

// reading is what the documents of an advisory share, and memory used again.
type reading struct {
	advisory *Advisory
	names    *lexicon
	clues    *clueIndex
	known    positions
	words    []textWord
	hints    []hint
	scores   []prose.Score
	scratch  prose.Scratch
}

// positions say where in the advisory's lists something stands.
type positions struct {
	indicators                          map[[2]string]int
	techniques, actors, software, flaws map[string]int
	recommendations                     map[string]bool
	rules                               map[Rule]bool
}

func newPositions() positions {
	return positions{
		indicators: map[[2]string]int{}, techniques: map[string]int{}, actors: map[string]int{}, software: map[string]int{}, flaws: map[string]int{},
		recommendations: map[string]bool{}, rules: map[Rule]bool{},
	}
}

// extraction goes through one document.
type extraction struct {
	*reading
	document *document.Document
	blocks   []found
	listed   map[group]bool    // tables and lists that hold indicators
	rows     map[[2]int]string // texts of the rows of tables, by table and row
	mentions []mention         // of what may be software
	printed  map[clueKind]bool // the languages of rules that there may be
	section  section
	noted    map[*clue]*document.Block // where a command was noted last
}

// found is a block and the indicators in it.
type found struct {
	block      *document.Block
	indicators []indicator.Indicator
}

// passage is the block that is looked at.
type passage struct {
	*found
	words   []textWord
	hints   []hint
	section section
}

// section is what the headings above say of the text below.
type section struct {
	title    string
	standing Standing
	advice   bool // it recommends
}

// block takes what one block says.
func (x *extraction) block(f *found) {
	text := f.block.Text
	x.words, x.hints = x.names.split(x.words[:0], text), x.clues.find(x.hints[:0], text)
	if title := f.block.Place.Section; title != x.section.title || x.section.standing == "" {
		x.section = section{title, standingOf(title), isAdvice(title)}
	}
	p := &passage{f, x.words, x.hints, x.section}
	x.techniques(p)
	x.actors(p)
	x.namesOfSoftware(p)
	x.flaws(p)
	x.recommendations(p)
	x.pattern(f.block)
	for i := range p.hints {
		if kind := p.hints[i].kind; kind >= yaraClue {
			x.printed[kind] = true
		}
	}
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
	x.blocks = make([]found, 0, len(x.document.Blocks))
	for i := range x.document.Blocks {
		b := &x.document.Blocks[i]
		if row := [2]int{b.Table, b.Row}; b.Kind == document.Cell && len(x.rows[row]) < longestRow {
			x.rows[row] += oneLine(b.Text) + " | "
		}
		f := found{block: b, indicators: indicator.Find(b.Text)}
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
	for i := range x.blocks {
		f := &x.blocks[i]
		for k := range f.indicators {
			x.add(&f.indicators[k], f.block)
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
func (x *extraction) add(i *indicator.Indicator, b *document.Block) {
	role, why := x.judge(i, b)
	key := [2]string{string(i.Type), i.Value}
	at, ok := x.known.indicators[key]
	if !ok {
		at = len(x.advisory.Indicators)
		x.known.indicators[key] = at
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
