package flow

import (
	"strconv"
	"strings"

	"seawall/internal/intrusion/webshell/syntax"
)

func itoa(i int) string { return strconv.Itoa(i) }

// eval returns what is known of an expression's value, and reports what the
// expression does.
func (m *machine) eval(n *syntax.Node) value {
	if n == nil || m.steps <= 0 || m.depth > maxDepth {
		return value{}
	}
	m.steps--
	m.depth++
	defer func() { m.depth-- }()
	switch n.Kind {
	case syntax.Const:
		return textValue(n.Str)
	case syntax.Num:
		return numberValue(n.Num)
	case syntax.Var, syntax.Name:
		return m.name(n)
	case syntax.DynVar:
		return m.dynamic(n)
	case syntax.Join:
		out := textValue("")
		for _, k := range n.Kids {
			out = m.concat(out, m.eval(k))
		}
		return out
	case syntax.Command:
		out := textValue("")
		for _, k := range n.Kids {
			out = m.concat(out, m.eval(k))
		}
		m.command(n, out, "`")
		return value{}
	case syntax.Index:
		return m.index(n)
	case syntax.Member, syntax.Static:
		return m.member(n)
	case syntax.Call:
		return m.call(n)
	case syntax.New:
		return m.construct(n)
	case syntax.Binary:
		return m.binary(n)
	case syntax.Unary:
		return m.unary(n)
	case syntax.Assign:
		return m.assignment(n)
	case syntax.Step:
		return m.stepVar(n)
	case syntax.Choose:
		return m.choose(n)
	case syntax.Array:
		return m.array(n)
	case syntax.Pair:
		m.eval(n.Kids[0])
		return m.eval(n.Kids[1])
	case syntax.Func:
		return value{kind: closure, fn: n}
	case syntax.Echo:
		for _, k := range n.Kids {
			m.eval(k)
		}
		return numberValue(1)
	case syntax.Include:
		m.include(n, m.eval(n.Kids[0]))
		return value{}
	case syntax.Spread:
		return m.eval(n.Kids[0])
	case syntax.Cast:
		v := m.eval(n.Kids[0])
		switch n.Str {
		case "int", "integer", "float", "double", "bool", "boolean", "Int32", "long":
			if k, ok := v.integer(); ok {
				return numberValue(k)
			}
			return value{}
		case "char":
			if v.kind == number {
				return textValue(string(rune(v.num)))
			}
		}
		return v
	}
	m.exec(n)
	return value{}
}

func (m *machine) dynamic(n *syntax.Node) value {
	v := m.eval(n.Kids[0])
	s, ok := v.known()
	if !ok {
		return value{taint: v.taint & Request}
	}
	out := m.name(&syntax.Node{Kind: syntax.Var, Str: s, Pos: n.Pos, End: n.End})
	if out.taint&(Request|Upload) != 0 && strings.HasPrefix(s, "_") && v.built > 0 {
		m.report(HiddenRequest, n, s)
	}
	return out
}

// concat joins two values to one text.
func (m *machine) concat(a, b value) value {
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
	if ok && !ok2 {
		out.str = s // the known beginning
	} else if !ok {
		out.str = a.str
	}
	return out
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

func (m *machine) assignment(n *syntax.Node) value {
	v := m.eval(n.Kids[1])
	if n.Op != 0 && n.Kids[0] != nil {
		old := m.eval(n.Kids[0])
		v = m.operate(n.Op, old, v)
	}
	m.assign(n.Kids[0], v)
	return v
}

// stepVar evaluates ++ and --; PHP counts letters up, too.
func (m *machine) stepVar(n *syntax.Node) value {
	old := m.eval(n.Kids[0])
	next := value{}
	if k, ok := old.integer(); ok {
		if n.Op == syntax.OpInc {
			next = numberValue(k + 1)
		} else {
			next = numberValue(k - 1)
		}
	} else if old.kind == text && len(old.str) == 1 && n.Op == syntax.OpInc {
		c := old.str[0]
		next = old
		next.built = bump(old.built)
		switch c {
		case 'z':
			next.str = "aa"
		case 'Z':
			next.str = "AA"
		default:
			next.str = string([]byte{c + 1})
		}
	}
	m.assign(n.Kids[0], next)
	if n.Str == "pre" {
		return next
	}
	return old
}

func (m *machine) choose(n *syntax.Node) value {
	cond := m.eval(n.Kids[0])
	then := cond
	if n.Kids[1] != nil {
		then = m.eval(n.Kids[1])
	}
	other := m.eval(n.Kids[2])
	if yes, ok := truth(&cond); ok && cond.taint == 0 {
		if yes {
			return then
		}
		return other
	}
	if then.taint != 0 || other.taint == 0 {
		return then
	}
	return other
}

func (m *machine) array(n *syntax.Node) value {
	out := value{kind: list}
	bytesOnly := strings.HasPrefix(n.Str, "byte") || strings.HasPrefix(n.Str, "char") || strings.HasPrefix(n.Str, "Byte")
	var b []byte
	for _, k := range n.Kids {
		if k == nil || len(out.vals) >= 4096 && !bytesOnly {
			continue
		}
		if k.Kind == syntax.Pair {
			key := m.eval(k.Kids[0])
			v := m.eval(k.Kids[1])
			if s, ok := key.known(); ok {
				out.set(s, v)
			} else {
				out.taint |= v.taint
			}
			continue
		}
		v := m.eval(k)
		if bytesOnly {
			if v.kind == number {
				b = append(b, byte(v.num))
			} else if v.kind == text && v.str != "" {
				b = append(b, v.str[0])
			}
			continue
		}
		out.taint |= v.taint &^ Part
		out.keys = append(out.keys, itoa(len(out.vals)))
		out.vals = append(out.vals, v)
	}
	if bytesOnly {
		return value{kind: text, str: string(b), built: 1}
	}
	return out
}

func (m *machine) index(n *syntax.Node) value {
	base := m.eval(n.Kids[0])
	var key value
	if len(n.Kids) > 1 {
		key = m.eval(n.Kids[1])
	}
	if base.typ == "request" {
		return value{taint: Request, typ: "item"}
	}
	k, ok := key.known()
	if n.Kids[0] != nil && n.Kids[0].Kind == syntax.Var && ok {
		switch n.Kids[0].Str {
		case "_SERVER", "ENV", "HTTP_SERVER_VARS":
			return serverValue(k)
		case "_FILES", "HTTP_POST_FILES":
			return value{taint: Upload}
		case "GLOBALS":
			out := m.name(&syntax.Node{Kind: syntax.Var, Str: k})
			if out.taint&Request != 0 && strings.HasPrefix(k, "_") && key.built > 0 {
				m.report(HiddenRequest, n, k)
			}
			if v, found := m.global[k]; found {
				return v
			}
			return out
		}
	}
	if base.kind == list {
		if v, found := base.get(k); ok && found {
			return v
		}
		return value{taint: base.taint}
	}
	if base.kind == text {
		if i, isNum := key.integer(); isNum {
			if i < 0 {
				i += int64(len(base.str))
			}
			if i >= 0 && i < int64(len(base.str)) {
				return value{kind: text, str: base.str[i : i+1], built: bump(base.built), decoded: base.decoded}
			}
			return textValue("")
		}
	}
	if base.taint&Upload != 0 && base.taint&Request == 0 {
		if ok && (k == "name") {
			return value{taint: Upload | Request}
		}
		return value{taint: Upload}
	}
	return value{taint: base.taint, decoded: base.decoded, built: base.built}
}

func serverValue(key string) value {
	switch {
	case key == "HTTP_HOST", key == "SERVER_NAME":
	case strings.HasPrefix(key, "HTTP_"), key == "QUERY_STRING", key == "REQUEST_URI", key == "PATH_INFO", strings.HasPrefix(key, "PHP_AUTH_"):
		return value{taint: Request}
	}
	return value{}
}
