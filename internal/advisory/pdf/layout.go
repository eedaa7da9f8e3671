package pdf

import (
	"cmp"
	"math"
	"slices"
	"strings"
	"unicode"
)

// sheet is a page and what is drawn on it.
type sheet struct {
	number int
	glyphs []glyph
	rules  []rule
	box    [4]float64
}

// layout makes blocks of glyphs.
type layout struct {
	document *Document
	pages    []sheet
	tables   int
}

// word is a run of glyphs without a gap.
type word struct {
	text           string
	x0, x1, y      float64
	size           float64
	before         float64 // gap to the word before it
	first, average float64 // width of the first glyph, and on average
	mono           bool
}

// chunk is a part of a line: of one column, or one cell.
type chunk struct {
	words  []word
	x0, x1 float64
	y      float64
	size   float64
	// left and right are the lines around, if there are any; else infinite.
	left, right float64
	// several says that the line has more chunks.
	several bool
}

func (c *chunk) text() string {
	var b strings.Builder
	for i, w := range c.words {
		if i > 0 {
			b.WriteByte(' ')
		}
		b.WriteString(w.text)
	}
	return b.String()
}

func (l *layout) run() {
	lines := make([][]chunk, len(l.pages))
	for i := range l.pages {
		p := &l.pages[i]
		lines[i] = chunks(p)
		p.glyphs = nil
	}
	dropMargins(l.pages, lines)
	var all []*area
	for i := range l.pages {
		p := &l.pages[i]
		areas := stack(lines[i], p.rules)
		l.arrange(areas)
		all = append(all, l.ordered(p.number, areas)...)
	}
	l.emit(all)
}

// chunks makes lines of glyphs and cuts them where columns and cells end.
func chunks(p *sheet) []chunk {
	lines := linesOf(p.glyphs)
	vertical := make([]rule, 0, len(p.rules))
	for _, r := range p.rules {
		if r.y1-r.y0 > r.x1-r.x0 {
			vertical = append(vertical, r)
		}
	}
	slices.SortFunc(vertical, func(a, b rule) int { return cmp.Compare(a.x0, b.x0) })
	rows := make([][]word, len(lines))
	for i, line := range lines {
		rows[i] = words(line, spanning(line[0].y, line[0].size, vertical))
	}
	var list []chunk
	for i, row := range rows {
		list = append(list, cut(row, vertical, near(rows, i))...)
	}
	return list
}

// linesOf puts glyphs of one baseline together, from the top down.
func linesOf(glyphs []glyph) [][]glyph {
	slices.SortStableFunc(glyphs, func(a, b glyph) int { return cmp.Or(cmp.Compare(b.y, a.y), cmp.Compare(a.x, b.x)) })
	var lines [][]glyph
	for start := 0; start < len(glyphs); {
		end := start + 1
		for end < len(glyphs) && glyphs[start].y-glyphs[end].y <= 0.3*min(glyphs[start].size, glyphs[end].size) {
			end++
		}
		line := glyphs[start:end]
		slices.SortStableFunc(line, func(a, b glyph) int { return cmp.Compare(a.x, b.x) })
		lines = append(lines, line)
		start = end
	}
	return lines
}

// words cuts a line at blanks, gaps and the lines that cross it.
func words(line []glyph, crossing []rule) []word {
	var list []word
	var b strings.Builder
	var w word
	n := 0
	end := math.Inf(-1)
	flush := func() {
		if b.Len() == 0 {
			return
		}
		w.text, w.x1 = b.String(), end
		w.average = (w.x1 - w.x0) / float64(max(n, 1))
		if len(list) > 0 {
			w.before = w.x0 - list[len(list)-1].x1
		}
		list = append(list, w)
		b.Reset()
		n = 0
	}
	var last glyph
	for _, g := range line {
		if strings.TrimFunc(g.text, unicode.IsSpace) == "" {
			flush()
			continue
		}
		if n > 0 && g.text == last.text && math.Abs(g.x-last.x) < 0.1*g.size {
			continue // drawn twice to look bold
		}
		for len(crossing) > 0 && crossing[0].x0 < g.x+0.5 {
			if n > 0 && crossing[0].x0 > end-1 {
				flush()
			}
			crossing = crossing[1:]
		}
		if n > 0 && g.x-end > 0.22*g.size {
			flush()
		}
		if b.Len() == 0 {
			w = word{x0: g.x, y: g.y, size: g.size, first: g.width, mono: g.mono}
			end = g.x + g.width
		}
		b.WriteString(g.text)
		n++
		end = max(end, g.x+g.width)
		w.size = max(w.size, g.size)
		last = g
	}
	flush()
	return list
}

// near returns the lines around one, those above first.
func near(rows [][]word, i int) [][]word {
	const reach = 10
	list := slices.Clone(rows[max(0, i-reach):i])
	return append(list, rows[i+1:min(len(rows), i+1+reach)]...)
}

// cut makes chunks of a line.
func cut(row []word, vertical []rule, others [][]word) []chunk {
	var list []chunk
	start := 0
	if len(row) == 0 {
		return nil
	}
	crossing := spanning(row[0].y, row[0].size, vertical)
	program := isProgram(row)
	for i := 1; i <= len(row); i++ {
		if i < len(row) && !apart(row[i-1], row[i], crossing, others, program) {
			continue
		}
		part := row[start:i]
		c := chunk{words: part, x0: part[0].x0, x1: part[len(part)-1].x1, y: part[0].y, left: math.Inf(-1), right: math.Inf(1)}
		for _, w := range part {
			c.size = max(c.size, w.size)
		}
		for _, r := range crossing {
			if r.x0 <= c.x0+1 {
				c.left = r.x0
			} else if r.x0 >= c.x1-1 && math.IsInf(c.right, 1) {
				c.right = r.x0
			}
		}
		list = append(list, c)
		start = i
	}
	for i := range list {
		list[i].several = len(list) > 1
	}
	return list
}

// spanning returns the vertical lines that pass a line of text, from the left.
func spanning(y, size float64, vertical []rule) []rule {
	y += 0.3 * size
	var list []rule
	for _, r := range vertical {
		if r.y0 <= y && y <= r.y1 {
			list = append(list, r)
		}
	}
	return list
}

// apart decides whether two neighbours belong to different columns or cells.
func apart(a, b word, crossing []rule, others [][]word, isCodeLine bool) bool {
	ruled := 0
	for _, r := range crossing {
		if r.x0 >= a.x1-1.5 && r.x0 <= b.x0+1.5 {
			return true
		}
		if r.x0 < a.x0+1 {
			ruled |= 1
		}
		if r.x0 > b.x1-1 {
			ruled |= 2
		}
	}
	if ruled == 3 {
		return false // within a cell that has lines around
	}
	size := max(a.size, b.size)
	gap := b.x0 - a.x1
	if isBullet(a.text) {
		return gap > 6*size
	}
	if isCodeLine && gap < 8*size {
		return false
	}
	if gap > 1.8*size {
		return true
	}
	if gap < 0.35*size {
		return false
	}
	return river(a, b, others)
}

// isProgram: letters of one width, and the signs of a program or many words.
func isProgram(row []word) bool {
	signs := len(row) > 6
	for _, w := range row {
		if !w.mono {
			return false
		}
		signs = signs || strings.ContainsAny(w.text, "{}$=\"?;")
	}
	return signs
}

// river reports whether words of lines nearby begin exactly where b does, as in
// a column. For a small gap the lines must be close: among many lines of
// running text such things happen.
func river(a, b word, others [][]word) bool {
	count := 0
	size := max(a.size, b.size)
	wide := b.x0-a.x1 > 0.6*size
	for _, row := range others {
		if !wide && (len(row) == 0 || math.Abs(row[0].y-b.y) > 4.5*size) {
			continue
		}
		for i := range row {
			if math.Abs(row[i].x0-b.x0) < 0.15 && (i == 0 || row[i-1].x1 < b.x0-0.3*b.size) {
				count++
				break
			}
		}
	}
	return count >= 2
}

// dropMargins drops the lines at the top and bottom that most pages repeat.
func dropMargins(pages []sheet, lines [][]chunk) {
	if len(pages) < 2 {
		return
	}
	counts := map[string]int{}
	margin := func(i int, c *chunk) bool {
		box := pages[i].box
		height := box[3] - box[1]
		return c.y > box[1]+0.9*height || c.y < box[1]+0.1*height
	}
	for i := range lines {
		seen := map[string]bool{}
		for k := range lines[i] {
			if c := &lines[i][k]; margin(i, c) && !seen[shape(c)] {
				seen[shape(c)] = true
				counts[shape(c)]++
			}
		}
	}
	for i := range lines {
		lines[i] = slices.DeleteFunc(lines[i], func(c chunk) bool { return margin(i, &c) && counts[shape(&c)]*2 > len(pages) })
	}
}

// shape is a line's text and place without its numbers.
func shape(c *chunk) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsDigit(r) {
			return -1
		}
		return r
	}, c.text()) + string(rune(int(c.y/3)+32))
}
