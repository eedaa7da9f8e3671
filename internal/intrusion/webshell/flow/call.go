package flow

import (
	"strings"

	"seawall/internal/intrusion/webshell/syntax"
)

// call evaluates a call of any kind.
func (m *machine) call(n *syntax.Node) value {
	callee := n.Kids[0]
	if callee == nil {
		return value{}
	}
	args := make([]value, 0, 4)
	for _, k := range n.Kids[1:] {
		args = append(args, m.eval(k))
	}
	if m.lang == syntax.Perl && callee.Str == "open" {
		m.pipe(n, args)
	}
	switch callee.Kind {
	case syntax.Name:
		return m.callNamed(n, m.fold(callee.Str), args, false)
	case syntax.Member, syntax.Static:
		return m.callMethod(n, callee, args)
	case syntax.Func:
		return m.invoke(callee, args)
	}
	f := m.eval(callee)
	if m.lang != syntax.PHP && m.lang != syntax.JScript && m.lang != syntax.Perl {
		if f.typ == "request" {
			return value{taint: Request}
		}
		return derive(append(args, f)...)
	}
	return m.callValue(n, f, args)
}

// pipe reports Perl's open where it starts a command with text that the page
// does not hold itself: the name then begins or ends with a bar.
func (m *machine) pipe(n *syntax.Node, args []value) {
	for i, k := range n.Kids[1:] {
		if k == nil || k.Kind != syntax.Join || len(k.Kids) < 2 || args[i].kind == text {
			continue
		}
		first, last := k.Kids[0], k.Kids[len(k.Kids)-1]
		switch {
		case last != nil && last.Kind == syntax.Const && strings.HasSuffix(strings.TrimSpace(last.Str), "|"),
			first != nil && first.Kind == syntax.Const && strings.HasPrefix(strings.TrimSpace(first.Str), "|"):
			if args[i].taint&Request != 0 {
				m.report(CommandFromRequest, n, "open")
			} else {
				m.report(PipeOpen, n, "open")
			}
		}
	}
}

// callValue calls what a value names.
func (m *machine) callValue(n *syntax.Node, f value, args []value) value {
	if f.kind == closure {
		return m.invoke(f.fn, args)
	}
	if f.object {
		if fn := m.methodOf(f.typ, "__invoke"); fn != nil {
			return m.invoke(fn, args)
		}
	}
	if f.typ == "request" {
		return value{taint: Request}
	}
	if name, ok := f.known(); ok && name != "" {
		name = strings.ToLower(strings.TrimPrefix(name, `\`))
		if dangerous(name) && (f.built > 0 || f.decoded > 0) {
			m.report(HiddenFunction, n, name)
		}
		return m.callNamed(n, name, args, true)
	}
	all := derive(args...)
	if f.taint&Request != 0 && f.taint&Part == 0 && len(args) > 0 && m.lang == syntax.PHP {
		m.report(FunctionFromRequest, n, "")
	}
	if f.decoded > 0 && all.taint&Request != 0 {
		m.report(CodeUnpackedUnknown, n, "")
	}
	return all
}

// callNamed calls a function by its name: one of the page or a known one.
func (m *machine) callNamed(n *syntax.Node, name string, args []value, indirect bool) value {
	if fn, ok := m.funcs[name]; ok {
		return m.invoke(fn, args)
	}
	first := value{}
	if len(args) > 0 {
		first = args[0]
	}
	if m.lang != syntax.PHP {
		if out, done := m.foreign(n, name, value{}, args); done {
			return out
		}
		if v, ok := m.vars[name]; ok && (m.lang == syntax.VBScript || m.lang == syntax.VBNet) {
			if s, known := first.known(); known && v.kind == list {
				item, _ := v.get(s)
				return item
			}
			return derive(v)
		}
		if strings.EqualFold(name, "request") {
			return value{taint: Request}
		}
	}
	switch {
	case runsCode(name):
		code := first
		if name == "create_function" && len(args) > 1 {
			code = args[1]
			if args[0].taint != 0 {
				code = args[0]
			}
		}
		m.code(n, code, name)
		return value{taint: code.taint & Request}
	case runsCommand(name) && m.lang == syntax.PHP:
		m.command(n, first, name)
		return value{}
	}
	if at, ok := callbackAt(name); ok && m.lang == syntax.PHP {
		return m.callback(n, name, at, args)
	}
	if m.lang == syntax.PHP {
		m.phpEffect(n, name, args)
	}
	return m.pure(name, args)
}

func (m *machine) callback(n *syntax.Node, name string, at int, args []value) value {
	if at < 0 {
		at = len(args) - 1
	}
	all := derive(args...)
	if at >= len(args) || at < 0 {
		if all.taint&Request != 0 && len(n.Kids) == 2 && n.Kids[1] != nil && n.Kids[1].Kind == syntax.Spread {
			m.report(CallbackFromRequest, n, name)
		}
		return all
	}
	f := args[at]
	rest := append(append([]value(nil), args[:at]...), args[at+1:]...)
	for i := range rest {
		if rest[i].kind == list && len(rest[i].vals) > 0 {
			item := derive(derive(rest[i].vals...), value{taint: rest[i].taint})
			if len(rest[i].vals) == 1 {
				item = rest[i].vals[0]
			}
			rest[i] = item
		}
	}
	given := derive(rest...)
	if f.taint&Request != 0 && f.taint&Part == 0 {
		if given.taint&(Request|Upload) != 0 {
			m.report(CallbackFromRequest, n, name)
		}
		return all
	}
	if f.kind == text || f.kind == closure || f.object {
		if name == "ob_start" && f.kind == closure {
			m.buffers = append(m.buffers, f.fn)
		}
		return m.callValue(n, f, rest)
	}
	if f.decoded > 0 && given.taint&Request != 0 {
		m.report(CodeUnpackedUnknown, n, name)
	}
	return all
}
