package version

import (
	"cmp"
	"strings"
)

// compareMaven follows ComparableVersion of Maven 3.8. A version is a list of
// numbers and texts whose last item may be another list: every hyphen and
// every change between digits and letters begins one.
func compareMaven(a, b string) int {
	var roomA, roomB mavenRoom
	return compareMavenLists(parseMaven(a, &roomA), parseMaven(b, &roomB), 0)
}

// mavenItem is a number or a text of the list with the given depth.
type mavenItem struct {
	text        string
	number      bool
	beforeDigit bool // a text that digits follow: "a1" is alpha 1
	depth       int
}

// mavenRoom is where the items of ordinary versions fit without allocation.
type mavenRoom [24]mavenItem

type mavenVersion struct {
	items []mavenItem // by depth
	depth int         // of the innermost list
}

func parseMaven(s string, room *mavenRoom) mavenVersion {
	v := mavenVersion{items: room[:0]}
	start, number := 0, false
	add := func(item mavenItem) {
		item.depth = v.depth
		v.items = append(v.items, item)
	}
	for i := range len(s) {
		c := s[i]
		switch {
		case c == '.' || c == '-':
			if i == start {
				add(mavenItem{text: "0", number: true})
			} else {
				add(mavenItem{text: s[start:i], number: number})
			}
			start = i + 1
			if c == '-' {
				v.depth++
			}
		case isDigit(c) != number:
			if i > start {
				if !number {
					v.beginText()
				}
				add(mavenItem{text: s[start:i], number: number, beforeDigit: !number})
				start = i
				v.depth++
			}
			number = isDigit(c)
		}
	}
	if start < len(s) {
		if !number {
			v.beginText()
		}
		add(mavenItem{text: s[start:], number: number})
	}
	v.normalize()
	return v
}

// beginText begins a list for a text that a point precedes: 1.0.X1 is 1.0-X1.
func (v *mavenVersion) beginText() {
	if n := len(v.items); n > 0 && v.items[n-1].depth == v.depth {
		v.depth++
	}
}

// normalize takes null items off the end of every list, from the innermost on.
func (v *mavenVersion) normalize() {
	kept := len(v.items)
	for depth := v.depth; depth >= 0; depth-- {
		end := kept
		for end > 0 && v.items[end-1].depth > depth {
			end--
		}
		start := end
		for start > 0 && v.items[start-1].depth == depth && v.items[start-1].null() {
			start--
		}
		copy(v.items[start:], v.items[end:kept])
		kept -= end - start
	}
	v.items = v.items[:kept]
}

func (v *mavenVersion) list(depth int) []mavenItem {
	start := 0
	for start < len(v.items) && v.items[start].depth < depth {
		start++
	}
	end := start
	for end < len(v.items) && v.items[end].depth == depth {
		end++
	}
	return v.items[start:end]
}

// below reports whether lists below the given depth hold anything.
func (v *mavenVersion) below(depth int) bool {
	return len(v.items) > 0 && v.items[len(v.items)-1].depth > depth
}

// What an element of a list can be.
const (
	mavenNone = iota
	mavenText
	mavenList
	mavenNumber
)

func compareMavenLists(a, b mavenVersion, depth int) int {
	x, y := a.list(depth), b.list(depth)
	for i := 0; ; i++ {
		kindA, kindB := mavenKind(&a, x, i, depth), mavenKind(&b, y, i, depth)
		c := 0
		switch {
		case kindA == mavenNone && kindB == mavenNone:
			return 0
		case kindA == mavenList && kindB == mavenList:
			c = compareMavenLists(a, b, depth+1)
		case kindB == mavenNone:
			c = compareMavenToNone(&a, x, i, kindA, depth)
		case kindA == mavenNone:
			c = -compareMavenToNone(&b, y, i, kindB, depth)
		case kindA != kindB:
			c = cmp.Compare(kindA, kindB)
		case kindA == mavenNumber:
			c = compareNumbers(x[i].text, y[i].text)
		default:
			c = compareQualifiers(&x[i], &y[i])
		}
		if c != 0 {
			return c
		}
	}
}

func mavenKind(v *mavenVersion, list []mavenItem, i, depth int) int {
	switch {
	case i < len(list) && list[i].number:
		return mavenNumber
	case i < len(list):
		return mavenText
	case i == len(list) && v.below(depth):
		return mavenList
	}
	return mavenNone
}

// compareMavenToNone compares an element with the end of the other list.
func compareMavenToNone(v *mavenVersion, list []mavenItem, i, kind, depth int) int {
	switch kind {
	case mavenNumber:
		return min(len(trimZeros(list[i].text)), 1)
	case mavenText:
		return cmp.Compare(qualifierRank(&list[i]), releaseRank)
	}
	// A list is compared by its first element that is not null.
	inner := v.list(depth + 1)
	for j := 0; ; j++ {
		kind := mavenKind(v, inner, j, depth+1)
		if kind == mavenNone {
			return 0
		}
		if c := compareMavenToNone(v, inner, j, kind, depth+1); c != 0 {
			return c
		}
	}
}

func (m *mavenItem) null() bool {
	if m.number {
		return trimZeros(m.text) == ""
	}
	return qualifierRank(m) == releaseRank
}

// The ranks of texts; unknown ones come last, by text.
const (
	releaseRank = 5
	unknownRank = 7
)

func compareQualifiers(a, b *mavenItem) int {
	x, y := qualifierRank(a), qualifierRank(b)
	if x != y || x != unknownRank {
		return cmp.Compare(x, y)
	}
	return compareFold(a.text, b.text)
}

func qualifierRank(m *mavenItem) int {
	switch len(m.text) {
	case 0:
		return releaseRank
	case 1:
		if m.beforeDigit {
			if at := strings.IndexByte("abm", lower(m.text[0])); at >= 0 {
				return at
			}
		}
		return unknownRank
	}
	for _, q := range mavenQualifiers {
		if equalFold(q.name, m.text) {
			return q.rank
		}
	}
	return unknownRank
}

var mavenQualifiers = [...]struct {
	name string
	rank int
}{
	{"alpha", 0}, {"beta", 1}, {"milestone", 2}, {"rc", 3}, {"cr", 3}, {"snapshot", 4},
	{"ga", releaseRank}, {"final", releaseRank}, {"release", releaseRank}, {"sp", 6},
}
