package flow

import (
	"strconv"
	"strings"

	"seawall/internal/intrusion/webshell/syntax"
)

// concat joins two values to one text.
func (m *machine) concat(a, b value) value {
	if m.lang == syntax.PHP {
		a, b = arrayText(a), arrayText(b)
	}
	s, ok := a.known()
	t, ok2 := b.known()
	if ok && ok2 {
		if m.bytes -= (len(s) + len(t)) / 16; m.bytes <= 0 {
			return derive(a, b)
		}
		out := derive(a, b)
		out.kind, out.str = text, s+t
		if s != "" && t != "" {
			out.built = bump(out.built)
		}
		return out
	}
	out := derive(a, b)
	if ok && strings.TrimSpace(s) != "" || ok2 && strings.TrimSpace(t) != "" {
		if out.taint != 0 {
			out.taint |= Part
		}
	}
	if leads := a.taint&(Request|Unset) != 0 && a.taint&(Part|Lead) != Part; leads && out.taint&Part != 0 {
		out.taint |= Lead
	} else {
		out.taint &^= Lead
	}
	if ok && !ok2 {
		out.str = s // the known beginning
	} else if !ok {
		out.str = a.str
	}
	if !ok2 {
		out.end = b.end
	} else {
		out.end = lastBytes(a.end + t)
	}
	return out
}

// maxEnd is how much is kept of the end of a text: more than an extension.
const maxEnd = 32

func lastBytes(s string) string { return s[max(0, len(s)-maxEnd):] }

// arrayText is what PHP makes of an array where it needs text.
func arrayText(v value) value {
	if v.kind != list || v.taint != 0 {
		return v
	}
	return value{kind: text, str: "Array", built: 1}
}

func (m *machine) binary(n *syntax.Node) value {
	a := m.eval(n.Kids[0])
	b := m.eval(n.Kids[1])
	return m.operate(n.Op, a, b)
}

func (m *machine) operate(op syntax.Op, a, b value) value {
	php := m.lang == syntax.PHP
	switch op {
	case '.':
		return m.concat(a, b)
	case '&':
		if m.lang == syntax.VBScript || m.lang == syntax.VBNet {
			return m.concat(a, b)
		}
	case '+':
		if !php && !(a.kind == number && b.kind == number) {
			return m.concat(a, b)
		}
		if a.kind == list || b.kind == list || a.taint|b.taint != 0 {
			return derive(a, b)
		}
	case syntax.OpElvis, syntax.OpOr, syntax.OpAnd:
		if a.kind != unknown && a.taint == 0 && b.taint == 0 && op == syntax.OpElvis {
			return a
		}
		if op == syntax.OpElvis || !php {
			return derive(a, b)
		}
		return value{}
	}
	if op == '^' || op == '|' || op == '&' {
		if a.kind == text && b.kind == text {
			out := derive(a, b)
			out.kind, out.str, out.built = text, bitwise(byte(op), a.str, b.str), bump(out.built)
			return out
		}
		if a.kind == unknown && b.kind == text || a.kind == text && b.kind == unknown {
			return derive(a, b)
		}
	}
	x, ok := a.integer()
	y, ok2 := b.integer()
	if ok && ok2 {
		return arithmetic(op, x, y)
	}
	s, ok := a.known()
	t, ok2 := b.known()
	if ok && ok2 {
		switch op {
		case syntax.OpEq, syntax.OpSame:
			return truthValue(s == t)
		case syntax.OpNe, syntax.OpNotSame, syntax.OpLtGt:
			return truthValue(s != t)
		case '<':
			return truthValue(s < t)
		case '>':
			return truthValue(s > t)
		}
		if php && (op == '+' || op == '-' || op == '*') {
			return arithmetic(op, leading(s), leading(t))
		}
	}
	if op == '+' || op == '-' || op == '^' || op == '%' || op == '*' {
		return value{taint: (a.taint | b.taint) & Request}
	}
	return value{}
}

// leading returns the number at the start of a text, as PHP reads it.
func leading(s string) int64 {
	i := 0
	for i < len(s) && i < 18 && (s[i] >= '0' && s[i] <= '9' || i == 0 && s[i] == '-') {
		i++
	}
	n, _ := strconv.ParseInt(s[:i], 10, 64)
	return n
}

func truthValue(b bool) value {
	if b {
		return numberValue(1)
	}
	return value{kind: text}
}

func arithmetic(op syntax.Op, x, y int64) value {
	switch op {
	case '+':
		return numberValue(x + y)
	case '-':
		return numberValue(x - y)
	case '*':
		return numberValue(x * y)
	case '/', '%', '\\':
		if y == 0 {
			return value{}
		}
		if op == '%' {
			return numberValue(x % y)
		}
		return numberValue(x / y)
	case '^':
		return numberValue(x ^ y)
	case '|':
		return numberValue(x | y)
	case '&':
		return numberValue(x & y)
	case syntax.OpShl:
		return numberValue(x << (uint(y) & 63))
	case syntax.OpShr, syntax.OpUShr:
		return numberValue(x >> (uint(y) & 63))
	case '<':
		return truthValue(x < y)
	case '>':
		return truthValue(x > y)
	case syntax.OpLe:
		return truthValue(x <= y)
	case syntax.OpGe:
		return truthValue(x >= y)
	case syntax.OpEq, syntax.OpSame:
		return truthValue(x == y)
	case syntax.OpNe, syntax.OpNotSame, syntax.OpLtGt:
		return truthValue(x != y)
	}
	return value{}
}

func (m *machine) unary(n *syntax.Node) value {
	v := m.eval(n.Kids[0])
	switch n.Op {
	case '!':
		if yes, ok := truth(&v); ok && v.taint == 0 {
			return truthValue(!yes)
		}
		return value{}
	case '-':
		if v.kind == number {
			return numberValue(-v.num)
		}
	case '~':
		if v.kind == number {
			return numberValue(^v.num)
		}
		if v.kind == text {
			b := []byte(v.str)
			for i := range b {
				b[i] = ^b[i]
			}
			v.str, v.built = string(b), bump(v.built)
			return v
		}
	}
	return v
}
