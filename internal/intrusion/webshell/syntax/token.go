package syntax

// TokenKind is the kind of a token.
type TokenKind uint8

// The kinds of tokens.
const (
	EOF      TokenKind = iota
	Word               // identifier or keyword; Text is the name
	Variable           // $name; Text is the name without the sigil
	Text               // string constant; Text is its decoded value
	Template           // string with variables in it; Text is the raw inside
	Shell              // `command`; Text is the raw inside
	Number             // Text is the digits, Num their value
	Punct              // operator or bracket; Op says which
	Markup             // text outside of code
	Newline            // end of a statement, in languages where lines end them
)

// Op is an operator or bracket: its characters, the first in the low byte.
type Op uint32

// Token is one lexical element and its place in the source.
type Token struct {
	Kind     TokenKind
	Op       Op
	Pos, End int32
	Num      int64
	Text     string
}

// Is reports whether a token is the operator or bracket op.
func (t *Token) Is(op string) bool {
	if t.Kind != Punct {
		return false
	}
	want := Op(0)
	for i := len(op) - 1; i >= 0; i-- {
		want = want<<8 | Op(op[i])
	}
	return t.Op == want
}

// The operators of more than one character that the parsers name.
const (
	opArrow     = Op('-') | Op('>')<<8
	opFat       = Op('=') | Op('>')<<8
	opScope     = Op(':') | Op(':')<<8
	opNullArrow = Op('?') | Op('-')<<8 | Op('>')<<16
	opNullDot   = Op('?') | Op('.')<<8
	opInc       = Op('+') | Op('+')<<8
	opDec       = Op('-') | Op('-')<<8
	opEllipsis  = Op('.') | Op('.')<<8 | Op('.')<<16
	opBind      = Op('=') | Op('~')<<8
	opNotBind   = Op('!') | Op('~')<<8
	opElvis     = Op('?') | Op('?')<<8
	opDotEq     = Op('.') | Op('=')<<8
	opPlusEq    = Op('+') | Op('=')<<8
	opShl       = Op('<') | Op('<')<<8
	opShr       = Op('>') | Op('>')<<8
	opUShr      = Op('>') | Op('>')<<8 | Op('>')<<16
	opPow       = Op('*') | Op('*')<<8
	opEq        = Op('=') | Op('=')<<8
	opNe        = Op('!') | Op('=')<<8
	opSame      = Op('=') | Op('=')<<8 | Op('=')<<16
	opNotSame   = Op('!') | Op('=')<<8 | Op('=')<<16
	opLe        = Op('<') | Op('=')<<8
	opGe        = Op('>') | Op('=')<<8
	opLtGt      = Op('<') | Op('>')<<8
	opShip      = Op('<') | Op('=')<<8 | Op('>')<<16
	opAnd       = Op('&') | Op('&')<<8
	opOr        = Op('|') | Op('|')<<8
	opElvisEq   = Op('?') | Op('?')<<8 | Op('=')<<16
)

// Exported names of the operators the evaluator computes.
const (
	OpShl     = opShl
	OpShr     = opShr
	OpUShr    = opUShr
	OpPow     = opPow
	OpEq      = opEq
	OpNe      = opNe
	OpSame    = opSame
	OpNotSame = opNotSame
	OpLe      = opLe
	OpGe      = opGe
	OpLtGt    = opLtGt
	OpAnd     = opAnd
	OpOr      = opOr
	OpElvis   = opElvis
	OpBind    = opBind
	OpConcat  = Op('.')
	OpInc     = opInc
	OpDec     = opDec
)

// munch returns the longest operator at the start of s and its length.
func munch(s string) (Op, int) {
	n := 1
	if len(s) >= 2 {
		a, b := s[0], s[1]
		switch {
		case a == b && (a == '+' || a == '-' || a == '&' || a == '|' || a == ':' || a == '?' || a == '<' || a == '>' || a == '*' || a == '='):
			n = 2
		case b == '=' && (a == '+' || a == '-' || a == '*' || a == '/' || a == '.' || a == '%' || a == '&' || a == '|' || a == '^' || a == '!' || a == '<' || a == '>'):
			n = 2
		case a == '-' && b == '>', a == '=' && (b == '>' || b == '~'), a == '!' && b == '~', a == '<' && b == '>', a == '?' && b == '.':
			n = 2
		}
		if len(s) >= 3 {
			c := s[2]
			switch {
			case n == 2 && c == '=' && (a == b && a != ':' && a != '+' && a != '-' || b == '='):
				n = 3
			case a == '<' && b == '=' && c == '>', a == '?' && b == '-' && c == '>', a == '.' && b == '.' && c == '.', a == '>' && b == '>' && c == '>':
				n = 3
			}
		}
	}
	op := Op(0)
	for i := n - 1; i >= 0; i-- {
		op = op<<8 | Op(s[i])
	}
	return op, n
}
