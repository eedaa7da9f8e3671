package pdf

import (
	"cmp"
	"math"
	"slices"
	"strings"
)

// area is a stack of lines that belong together: a paragraph or a cell.
type area struct {
	page           int
	lines          []chunk
	x0, x1         float64
	top, bottom    float64 // baselines of the first and last line
	size           float64
	pitch          float64 // least distance of its lines
	left, right    float64
	table, row     int
	column         int
	above, below   float64 // the horizontal lines around a ruled cell
	available      float64 // how far to the right its lines may reach
	availableKnown bool    // by lines around, not only by the longest line
}

func (a *area) ruled() bool { return !math.IsInf(a.left, -1) && !math.IsInf(a.right, 1) }

// stack makes areas of lines.
func stack(lines []chunk, rules []rule) []*area {
	var horizontal []rule
	for _, r := range rules {
		if r.x1-r.x0 >= r.y1-r.y0 {
			horizontal = append(horizontal, r)
		}
	}
	slices.SortFunc(horizontal, func(a, b rule) int { return cmp.Compare(b.y0, a.y0) })
	areas := gather(lines, horizontal)
	for _, a := range areas {
		a.enclose(horizontal)
	}
	return areas
}

// enclose finds the lines above and below a cell.
func (a *area) enclose(horizontal []rule) {
	a.above, a.below = math.Inf(1), math.Inf(-1)
	if !a.ruled() {
		return
	}
	middle := (a.x0 + a.x1) / 2
	for _, r := range horizontal {
		if r.x0 > middle || r.x1 < middle {
			continue
		}
		if r.y0 > a.top {
			a.above = r.y0
		} else if r.y0 < a.bottom {
			a.below = r.y0
			return
		}
	}
}

// gather puts lines under each other into areas.
func gather(lines []chunk, horizontal []rule) []*area {
	var areas, open []*area
	for _, c := range lines {
		var best *area
		kept := open[:0]
		for _, a := range open {
			if a.bottom-c.y > 4*max(a.size, c.size) {
				continue
			}
			kept = append(kept, a)
			if a.takes(&c, horizontal) && (best == nil || math.Abs(a.x0-c.x0) < math.Abs(best.x0-c.x0)) {
				best = a
			}
		}
		open = kept
		if best == nil {
			best = &area{x0: c.x0, x1: c.x1, top: c.y, size: c.size, left: c.left, right: c.right}
			areas, open = append(areas, best), append(open, best)
		} else {
			step := best.bottom - c.y
			if best.pitch == 0 || step < best.pitch {
				best.pitch = step
			}
		}
		best.lines = append(best.lines, c)
		best.bottom = c.y
		best.x0, best.x1 = min(best.x0, c.x0), max(best.x1, c.x1)
		best.left, best.right = max(best.left, c.left), min(best.right, c.right)
	}
	return areas
}

// takes reports whether a line goes on an area.
func (a *area) takes(c *chunk, horizontal []rule) bool {
	step := a.bottom - c.y
	size := max(a.size, c.size)
	if step <= 0.3*size || min(a.size, c.size) < 0.94*size {
		return false
	}
	if c.x0 > a.x1 || c.x1 < a.x0 {
		return false
	}
	ruled := a.ruled() && math.Abs(a.left-c.left) < 2 && math.Abs(a.right-c.right) < 2
	last := &a.lines[len(a.lines)-1]
	limit := 1.9 * size
	switch {
	case ruled:
		limit = 3 * size
	case last.several || c.several:
		limit = 1.45 * size
	}
	if a.pitch > 0 && !ruled {
		limit = min(limit, max(1.25*a.pitch, 1.1*size))
	}
	if step > limit {
		return false
	}
	if !ruled {
		if a.ruled() || last.several != c.several && math.Abs(a.x0-c.x0) > 0.6*size {
			return false
		}
		if (last.several || c.several) && math.Abs(a.x0-c.x0) > 0.6*size {
			return false
		}
		if len(c.words) > 1 && isBullet(c.words[0].text) {
			return false
		}
	}
	return !separated(a, c, horizontal)
}

// separated: a horizontal line runs between an area and a line below.
func separated(a *area, c *chunk, horizontal []rule) bool {
	from := sortSearch(horizontal, a.bottom)
	for _, r := range horizontal[from:] {
		if r.y0 < c.y+0.6*c.size {
			break
		}
		if overlap := min(r.x1, c.x1) - max(r.x0, c.x0); overlap > 0.5*(c.x1-c.x0) {
			return true
		}
	}
	return false
}

// sortSearch returns the first rule below a height; rules come from the top.
func sortSearch(horizontal []rule, y float64) int {
	n, _ := slices.BinarySearchFunc(horizontal, y, func(r rule, y float64) int { return cmp.Compare(y, r.y0) })
	return n
}

func isBullet(s string) bool {
	switch s {
	case "•", "◦", "▪", "■", "●", "○", "–", "\uf0b7", "\uf0a7", "·", "➢", "‣", "o":
		return true
	}
	return false
}

// arrange finds the cells among areas and gives them rows and columns.
func (l *layout) arrange(areas []*area) {
	slices.SortStableFunc(areas, func(a, b *area) int {
		return cmp.Or(cmp.Compare(b.start(), a.start()), cmp.Compare(a.x0, b.x0))
	})
	var row []*area // the cells of the last row
	number, bottom := 0, 0.0
	for i, a := range areas {
		if !a.isCell(areas, i) {
			continue
		}
		switch {
		case len(row) == 0 || a.top < bottom-5*a.size || blockBetween(areas, row[0], a):
			l.tables++
			number, row = 0, row[:0]
			bottom = a.bottom
		case !sameRow(row, a):
			number++
			row = row[:0]
		}
		row = append(row, a)
		bottom = min(bottom, a.bottom)
		a.table, a.row = l.tables, number
	}
	number = 0
	slices.SortStableFunc(areas, func(a, b *area) int {
		return cmp.Or(cmp.Compare(a.table, b.table), cmp.Compare(a.row, b.row), cmp.Compare(a.x0, b.x0))
	})
	for i, a := range areas {
		if i > 0 && a.table > 0 && areas[i-1].table == a.table && areas[i-1].row == a.row {
			a.column = areas[i-1].column + 1
		}
	}
}

// start is the height of a cell's row, or of an area's first line.
func (a *area) start() float64 {
	if !math.IsInf(a.above, 0) {
		return a.above
	}
	return a.top + a.size
}

// blockBetween: a paragraph stands between two cells, so they are of two
// tables.
func blockBetween(areas []*area, above, below *area) bool {
	for _, a := range areas {
		if a.table == 0 && a != below && a.top < above.top && a.top > below.top && !a.lines[0].several && !a.ruled() {
			return true
		}
	}
	return false
}

// sameRow: two cells between the same lines, or side by side.
func sameRow(row []*area, a *area) bool {
	same := false
	for _, b := range row {
		if b.x0 == a.x0 || a.x0 < b.x1 && b.x0 < a.x1 {
			return false
		}
		same = same || !math.IsInf(a.above, 0) && math.Abs(a.above-b.above) < 2 || a.beside(b)
	}
	return same
}

// isCell: an area with lines around, or one of several short ones side by side.
func (a *area) isCell(areas []*area, i int) bool {
	if a.ruled() {
		return true
	}
	if a.isColumn() {
		return false
	}
	for _, b := range areas[max(0, i-12):min(len(areas), i+12)] {
		if b != a && a.beside(b) && !b.isColumn() {
			return true
		}
	}
	return false
}

// beside reports whether two areas share a line, or one stands at the middle
// of the other's height.
func (a *area) beside(b *area) bool {
	return (a.x1 < b.x0 || b.x1 < a.x0) && min(a.top, b.top) > max(a.bottom, b.bottom)-0.6*min(a.size, b.size)
}

// isColumn: running text, such as that of a page in two columns.
func (a *area) isColumn() bool {
	if len(a.lines) < 4 || a.ruled() {
		return false
	}
	words := 0
	for i := range a.lines {
		words += len(a.lines[i].words)
	}
	return words >= 5*len(a.lines)
}

// ordered returns areas in the order they are read in.
func (l *layout) ordered(page int, areas []*area) []*area {
	for _, a := range areas {
		a.page = page
		a.room()
	}
	widen(areas)
	slices.SortStableFunc(areas, func(a, b *area) int {
		if a.table > 0 && a.table == b.table {
			return cmp.Or(cmp.Compare(a.row, b.row), cmp.Compare(a.column, b.column))
		}
		return cmp.Compare(b.top, a.top)
	})
	gutter, ok := gutterOf(areas)
	if !ok {
		return areas
	}
	// Left column before right, between what spans both.
	var out, left, right []*area
	for _, a := range areas {
		switch {
		case a.x1 <= gutter:
			left = append(left, a)
		case a.x0 >= gutter:
			right = append(right, a)
		default:
			out = append(append(append(out, left...), right...), a)
			left, right = nil, nil
		}
	}
	return append(append(out, left...), right...)
}

// gutterOf finds the middle between two columns of running text.
func gutterOf(areas []*area) (float64, bool) {
	for _, a := range areas {
		if !a.isColumn() {
			continue
		}
		for _, b := range areas {
			if b.isColumn() && b.x0 > a.x1 && min(a.top, b.top) > max(a.bottom, b.bottom) {
				return (a.x1 + b.x0) / 2, true
			}
		}
	}
	return 0, false
}

// room finds how far lines of an area may reach.
func (a *area) room() {
	a.available = a.x1
	if a.ruled() {
		// The same space is kept on both sides.
		a.available = max(a.x1, a.right-max(a.x0-a.left, 0))
		a.availableKnown = true
	}
}

// widen gives the cells of columns without lines around the room that the
// widest of them shows.
func widen(areas []*area) {
	type column struct {
		x1    float64
		cells int
	}
	columns := map[[2]int]column{}
	for _, a := range areas {
		if a.table > 0 && !a.ruled() {
			c := columns[[2]int{a.table, int(a.x0 + 0.5)}]
			columns[[2]int{a.table, int(a.x0 + 0.5)}] = column{max(c.x1, a.x1), c.cells + 1}
		}
	}
	for _, a := range areas {
		if c := columns[[2]int{a.table, int(a.x0 + 0.5)}]; a.table > 0 && !a.ruled() && c.cells >= 4 {
			a.available, a.availableKnown = c.x1, true
		}
	}
}

func (a *area) text() string {
	return strings.TrimSpace(join(a))
}
