package sigma

import (
	"slices"
	"strings"
	"unicode/utf8"
)

// A witness is a set of literals of which at least one occurs in a record that
// a rule matches. Rules are only evaluated on records in which their witness
// was seen.
type witness struct {
	literals []fieldLiteral
	score    int // the higher, the rarer
}

// fieldLiteral is a literal, without case, in the text of a program's field.
type fieldLiteral struct {
	field  uint32 // anyField for keywords
	anchor anchor
	text   string
}

// anyField stands for all values of a record.
const anyField = 1<<32 - 1

// anchor says where in a text a literal must be. It is only looked at where
// the text is one value.
type anchor uint8

const (
	anchorStart anchor = 1 << iota
	anchorEnd
)

// maxLiteral bounds the length of literals in automata. A piece of a literal is
// as good a witness as the whole and keeps the automaton small.
const maxLiteral = 10

// witnesses finds witnesses and remembers what it learnt about patterns.
type witnesses struct {
	literals map[*stringMatch]literalWitness
}

// literalWitness is what a pattern requires.
type literalWitness struct {
	text   string
	anchor anchor
	score  int // 0: nothing
}

// of returns the best witness of a bound rule, nil if it has none.
func (ws *witnesses) of(l *logic) *witness {
	switch l.op {
	case OpItem:
		return ws.item(l)
	case OpAnd:
		var best *witness
		for _, kid := range l.kids {
			best = better(best, ws.of(kid))
		}
		return best
	case OpOr, OpAtLeast:
		var union *witness
		for _, kid := range l.kids {
			if union = union.join(ws.of(kid)); union == nil {
				return nil
			}
		}
		return union
	}
	return nil
}

func better(a, b *witness) *witness {
	if a == nil || b != nil && b.score > a.score {
		return b
	}
	return a
}

// join returns the witness for "a or b". It takes over a; nil as receiver on
// the first call means nothing yet.
func (a *witness) join(b *witness) *witness {
	switch {
	case b == nil:
		return nil
	case a == nil:
		return &witness{slices.Clone(b.literals), b.score}
	}
	a.literals = append(a.literals, b.literals...)
	a.score = min(a.score, b.score)
	return a
}

func (ws *witnesses) item(l *logic) *witness {
	t := l.test
	if t.not || t.exists != 0 || len(t.preds) == 0 {
		return nil
	}
	if t.all {
		var best *witness
		for _, p := range t.preds {
			best = better(best, ws.alternatives(l, p))
		}
		return best
	}
	if t.null || len(t.refs) > 0 {
		return nil
	}
	return ws.alternatives(l, t.preds...)
}

// alternatives returns the witness of predicates any of which may hold.
func (ws *witnesses) alternatives(l *logic, preds ...predicate) *witness {
	w := &witness{score: 1 << 30}
	if !ws.add(w, l, preds) {
		return nil
	}
	return w
}

// add adds the literals of predicates; false if one of them has none.
func (ws *witnesses) add(w *witness, l *logic, preds []predicate) bool {
	for _, p := range preds {
		ok := false
		switch p := p.(type) {
		case *stringMatch:
			ok = w.require(l, ws.pattern(p))
		case *hexMatch:
			ok = w.require(l, newLiteralWitness(p.digits(), anchorEnd))
		case *regexMatch:
			for _, s := range p.literals {
				if ok = w.require(l, newLiteralWitness(s, 0)); !ok {
					break
				}
			}
		case anyMatch:
			ok = ws.add(w, l, p)
		}
		if !ok {
			return false
		}
	}
	return true
}

// pattern returns what a pattern requires.
func (ws *witnesses) pattern(m *stringMatch) literalWitness {
	found, ok := ws.literals[m]
	if !ok {
		found = newLiteralWitness(m.literal())
		ws.literals[m] = found
	}
	return found
}

func newLiteralWitness(s string, at anchor) literalWitness {
	if s == "" || !utf8.ValidString(s) {
		return literalWitness{}
	}
	w := literalWitness{score: max(1, rarity(s, at))}
	w.text, w.anchor = trimLiteral(s, at)
	w.text = coarse(w.text)
	return w
}

// coarse maps the bytes of a literal to those that automata tell apart: all
// ASCII, and of other characters about which script they are of. What is not
// told apart makes a few more candidates. Rules that list thousands of
// pictographs would otherwise make automata of many times the size.
func coarse(s string) string {
	b := []byte(s)
	for i, c := range b {
		b[i] = coarseByte(c)
	}
	return string(b)
}

func coarseByte(c byte) byte {
	switch {
	case c < 0x80:
		return c
	case c < 0xc0: // inner byte of a character
		return 0x80
	case c < 0xe0: // European and Near Eastern
		return 0xc2
	case c <= 0xe2: // Indian, and symbols
		return 0xe2
	case c == 0xe3: // Japanese
		return 0xe3
	case c < 0xf0: // Chinese, Korean
		return 0xe4
	}
	return 0xf0 // supplementary: mostly pictographs
}

// require adds a literal in the fields of l; false if there is none.
func (w *witness) require(l *logic, lit literalWitness) bool {
	if lit.score == 0 {
		return false
	}
	w.score = min(w.score, lit.score)
	if l.keyword {
		w.literals = append(w.literals, fieldLiteral{anyField, lit.anchor, lit.text})
		return true
	}
	for _, field := range l.fields {
		w.literals = append(w.literals, fieldLiteral{field, lit.anchor, lit.text})
	}
	return true
}

// trimLiteral shortens a literal, at the end that is not anchored.
func trimLiteral(s string, at anchor) (string, anchor) {
	if len(s) <= maxLiteral {
		return s, at
	}
	if at == anchorStart {
		return s[:maxLiteral], at
	}
	return s[len(s)-maxLiteral:], at &^ anchorStart
}

// literal returns the longest text that is in everything the pattern matches,
// without case.
func (m *stringMatch) literal() (string, anchor) {
	if m.shape != shapeGlob {
		at := [...]anchor{shapeExact: anchorStart | anchorEnd, shapePrefix: anchorStart, shapeSuffix: anchorEnd, shapeContains: 0}[m.shape]
		if m.cased {
			return fold(string(m.text)), at
		}
		return string(m.text), at
	}
	longest := ""
	for _, q := range m.source {
		if q.kind == partText && len(q.text) > len(longest) {
			longest = q.text
		}
	}
	return fold(longest), 0
}

// common are pieces of text that are in most values of their kind, and say
// little for their length.
var common = []string{
	`c:\`, `\windows\`, `\system32\`, `\syswow64\`, `\program files`, `\users\`, `\appdata\`, `\local\`, `\temp\`,
	`.exe`, `.dll`, `hklm\`, `\software\`, `\microsoft\`, `\currentversion\`, `\system\currentcontrolset\`, `\services\`,
	`microsoft-windows-`, `http`, `\device\harddiskvolume`, `nt authority`, `0x`, `s-1-5-`, `powershell`, `\explorer.exe`,
	`\svchost.exe`, `\cmd.exe`, `\services.exe`, `\powershell.exe`, `(empty)`, `dword (0x0000000`,
}

// rarity estimates how seldom a literal is seen.
func rarity(s string, at anchor) int {
	n := len(s)
	for _, c := range common {
		if strings.Contains(s, c) {
			n -= len(c) - 1
		}
	}
	if at&anchorEnd != 0 {
		n++
	}
	if at == anchorStart|anchorEnd {
		n += 2
	}
	return n
}
