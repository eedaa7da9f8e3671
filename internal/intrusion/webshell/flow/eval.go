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
	switch n.Kind {
	case syntax.Const:
		if len(n.Str) > shortestShell && shellText(n.Str) {
			m.report(HoldsShell, n, "")
		}
		return textValue(n.Str)
	case syntax.Num:
		return numberValue(n.Num)
	case syntax.Var, syntax.Name:
		return m.name(n)
	}
	m.depth++
	v := m.evalDeep(n)
	m.depth--
	return v
}

// evalDeep evaluates an expression that has parts.
func (m *machine) evalDeep(n *syntax.Node) value {
	switch n.Kind {
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
			m.echo(m.eval(k))
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

// echo hands what a page shows to the functions that asked for it.
func (m *machine) echo(v value) {
	if len(m.buffers) == 0 || v.taint&Request == 0 || v.taint&Part != 0 {
		return
	}
	buffers := m.buffers
	m.buffers = nil
	for _, fn := range buffers {
		m.invoke(fn, []value{v})
	}
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
