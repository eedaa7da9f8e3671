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
	literals []slotLiteral
	score    int // the higher, the rarer
}

// slotLiteral is a literal, without case, in the text of a slot.
type slotLiteral struct {
	slot   uint32 // keywordSlot for any
	anchor anchor
	text   string
}

// keywordSlot stands for all slots.
const keywordSlot = 1<<32 - 1

// anchor says where in a text a literal must be. It is only looked at where a
// slot has one value.
type anchor uint8

const (
	anchorStart anchor = 1 << iota
	anchorEnd
)

// maxLiteral bounds the length of literals in automata. A piece of a literal is
// as good a witness as the whole and keeps the automaton small.
const maxLiteral = 16

// find returns the best witness of a bound rule, nil if it has none.
func (n *logic) witness() *witness {
	switch n.op {
	case OpItem:
		return n.itemWitness()
	case OpAnd:
		var best *witness
		for _, kid := range n.kids {
			best = better(best, kid.witness())
		}
		return best
	case OpOr, OpAtLeast:
		var union *witness
		for _, kid := range n.kids {
			if union = union.join(kid.witness()); union == nil {
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

func (n *logic) itemWitness() *witness {
	t := n.test
	if t.not || t.exists != 0 || len(t.preds) == 0 {
		return nil
	}
	if t.all {
		var best *witness
		for _, p := range t.preds {
			best = better(best, n.predicateWitness(p))
		}
		return best
	}
	if t.null || len(t.refs) > 0 {
		return nil
	}
	var union *witness
	for _, p := range t.preds {
		if union = union.join(n.predicateWitness(p)); union == nil {
			return nil
		}
	}
	return union
}

func (n *logic) predicateWitness(p predicate) *witness {
	switch p := p.(type) {
	case *stringMatch:
		text, at := p.literal()
		return n.witnessOf(at, text)
	case *hexMatch:
		return n.witnessOf(anchorEnd, p.digits())
	case *regexMatch:
		return n.witnessOf(0, p.literals...)
	case anyMatch:
		var union *witness
		for _, q := range p {
			if union = union.join(n.predicateWitness(q)); union == nil {
				return nil
			}
		}
		return union
	}
	return nil
}

func (n *logic) witnessOf(at anchor, texts ...string) *witness {
	if len(texts) == 0 {
		return nil
	}
	w := &witness{score: 1 << 30}
	for _, s := range texts {
		if s == "" || !utf8.ValidString(s) {
			return nil
		}
		w.score = min(w.score, rarity(s, at))
		s, at := trimLiteral(s, at)
		if n.keyword {
			w.literals = append(w.literals, slotLiteral{keywordSlot, at, s})
			continue
		}
		for _, slot := range n.slots {
			w.literals = append(w.literals, slotLiteral{slot, at, s})
		}
	}
	return w
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
