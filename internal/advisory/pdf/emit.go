package pdf

import (
	"math"
	"strings"
	"unicode"
	"unicode/utf8"
)

// emit writes areas as blocks. What a page's end cut in two is put together.
func (l *layout) emit(areas []*area) {
	areas = mend(areas)
	var last *area
	for _, a := range areas {
		text := a.text()
		if text == "" {
			continue
		}
		before := last
		last = a
		if before != nil && goesOn(before, a) {
			l.document.Blocks[len(l.document.Blocks)-1].Text += "\n" + text
			continue
		}
		l.document.Blocks = append(l.document.Blocks, Block{
			Page: a.page, Text: text, Size: a.size, Mono: a.mono(),
			Cell: a.table > 0, Table: a.table, Row: a.row, Column: a.column,
		})
	}
}

// goesOn: both are parts of one program text.
func goesOn(before, a *area) bool {
	return before.table == 0 && a.table == 0 && before.mono() && a.mono() && math.Abs(before.size-a.size) < 0.05*a.size && (before.page+1 == a.page || before.page == a.page && before.bottom-a.top < 3*a.size)
}

// mend appends the areas at the beginning of a page to those that they go on.
func mend(areas []*area) []*area {
	usual := columnHashes(areas)
	var out []*area
	for i := 0; i < len(areas); {
		n := 1
		if i == 0 || areas[i-1].page == areas[i].page {
			out = append(out, areas[i])
			i++
			continue
		}
		// The first row of the page, or its first paragraph.
		for a := areas[i]; i+n < len(areas) && a.table > 0 && areas[i+n].table == a.table && areas[i+n].row == a.row; n++ {
		}
		first := areas[i : i+n]
		split := false
		for _, a := range first {
			if before := lastOf(out, a); before != nil && cutInTwo(before, a, usual) {
				split = true
			}
		}
		for _, a := range first {
			before := lastOf(out, a)
			if !split || before == nil {
				out = append(out, a)
				continue
			}
			before.lines = append(before.lines, a.lines...)
			before.x0, before.x1 = min(before.x0, a.x0), max(before.x1, a.x1)
			before.room()
		}
		i += n
	}
	return out
}

// columnHashes returns the length of hashes that columns, by where they begin,
// usually hold.
func columnHashes(areas []*area) map[int]int {
	counts := map[[2]int]int{}
	usual := map[int]int{}
	for _, a := range areas {
		t := a.text()
		if a.table == 0 || !allHex(t) || !hashLengths[len(t)] {
			continue
		}
		x := int(a.x0 + 0.5)
		counts[[2]int{x, len(t)}]++
		if n := counts[[2]int{x, len(t)}]; n > counts[[2]int{x, usual[x]}] || usual[x] == 0 {
			usual[x] = len(t)
		}
	}
	return usual
}

// lastOf finds the area at the end of the page before that stands where a
// does.
func lastOf(out []*area, a *area) *area {
	for n := len(out) - 1; n >= 0 && n >= len(out)-12; n-- {
		before := out[n]
		if before.page != a.page-1 || math.Abs(before.size-a.size) > 0.05*a.size || (before.table > 0) != (a.table > 0) {
			continue
		}
		if a.table == 0 && n < len(out)-1 {
			return nil
		}
		if before.x0-a.x0 < 1 && a.x0-before.x0 < 1 {
			return before
		}
	}
	return nil
}

// cutInTwo: a hash, an address or a sentence begins in one area and ends in
// the other.
func cutInTwo(before, a *area, usual map[int]int) bool {
	end, start := before.text(), a.text()
	left, right := whole(end), whole(start)
	if a.table == 0 {
		first, _ := utf8.DecodeRuneInString(start)
		return unicode.IsLower(first) && !strings.ContainsAny(end[len(end)-1:], ".:!?")
	}
	if allHex(left) && allHex(right) && len(left) >= 8 {
		total := len(left) + len(right)
		return !hashLengths[len(left)] && hashLengths[total] || total == usual[int(a.x0+0.5)] && len(left) != total
	}
	return strings.Contains(left, "://") && !strings.ContainsAny(start, " ") && !strings.Contains(start, "://") && before.full(len(before.lines)-1, right)
}

// whole takes the line ends out of the parts of a hash; of other text it
// returns what has no blank in it.
func whole(s string) string {
	if digits := strings.ReplaceAll(s, "\n", ""); allHex(digits) {
		return digits
	}
	return s[strings.LastIndexAny(s, " \n")+1:]
}
