package syntax

// maxDepth bounds the nesting the parsers follow. Deeper code is skipped; no
// program that people write comes near it.
const maxDepth = 200

// parser holds what both parsers share: the tokens, the place in them, and the
// memory of the nodes.
type parser struct {
	src     string
	toks    []Token
	at      int
	depth   int
	lang    Language
	nodes   []Node
	links   []*Node
	Skipped bool // nesting deeper than maxDepth was left out
}

var eof = Token{Kind: EOF}

func (p *parser) tok() *Token {
	if p.at < len(p.toks) {
		return &p.toks[p.at]
	}
	return &eof
}

func (p *parser) peek(n int) *Token {
	if p.at+n < len(p.toks) {
		return &p.toks[p.at+n]
	}
	return &eof
}

func (p *parser) is(op Op) bool {
	t := p.tok()
	return t.Kind == Punct && t.Op == op
}

// accept moves over the operator if it is next.
func (p *parser) accept(op Op) bool {
	if p.is(op) {
		p.at++
		return true
	}
	return false
}

// word reports whether the next token is this keyword, which must be lower
// case. PHP and Basic do not tell cases apart.
func (p *parser) word(w string) bool {
	t := p.tok()
	if t.Kind != Word || len(t.Text) != len(w) {
		return false
	}
	if p.lang == PHP {
		return hasPrefixFold(t.Text, w)
	}
	return t.Text == w
}

func (p *parser) acceptWord(w string) bool {
	if p.word(w) {
		p.at++
		return true
	}
	return false
}

// node makes a node; nodes are cut from slabs so that a tree is few
// allocations.
func (p *parser) node(kind Kind, pos int32, str string, kids ...*Node) *Node {
	if len(p.nodes) == 0 {
		p.nodes = make([]Node, 256)
	}
	n := &p.nodes[0]
	p.nodes = p.nodes[1:]
	end := pos
	if p.at > 0 && p.at <= len(p.toks) {
		end = max(pos, p.toks[p.at-1].End)
	}
	*n = Node{Kind: kind, Pos: pos, End: end, Str: str, Kids: p.keep(kids)}
	return n
}

func (p *parser) keep(kids []*Node) []*Node {
	if len(kids) == 0 {
		return nil
	}
	if len(p.links) < len(kids) {
		p.links = make([]*Node, max(512, len(kids)))
	}
	out := p.links[:len(kids):len(kids)]
	p.links = p.links[len(kids):]
	copy(out, kids)
	return out
}

// enter counts a level of nesting; it reports false where there are too many.
func (p *parser) enter() bool {
	p.depth++
	if p.depth > maxDepth {
		p.Skipped = true
		return false
	}
	return true
}

func (p *parser) leave() { p.depth-- }

// skipBalanced moves behind the bracket that closes the one just before the
// position.
func (p *parser) skipBalanced() {
	for level := 1; p.at < len(p.toks) && level > 0; p.at++ {
		if t := p.tok(); t.Kind == Punct {
			switch t.Op {
			case '(', '[', '{':
				level++
			case ')', ']', '}':
				level--
			}
		}
	}
}
