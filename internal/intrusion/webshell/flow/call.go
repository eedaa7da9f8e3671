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

// callValue calls what a value names.
func (m *machine) callValue(n *syntax.Node, f value, args []value) value {
	if f.kind == closure {
		return m.invoke(f.fn, args)
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

// code reports an argument that is run as code, and runs it if it is known.
func (m *machine) code(n *syntax.Node, v value, name string) {
	switch {
	case v.taint&Request != 0:
		m.report(CodeFromRequest, n, name)
	case v.taint&Self != 0:
		m.report(CodeFromSelf, n, name)
	case v.taint&Unset != 0 && v.taint&Part == 0:
		m.report(CodeUnset, n, name)
	case v.taint&Remote != 0:
		m.report(CodeRemote, n, name)
	case v.taint&Unpacked != 0 || v.decoded > 0 && v.kind == unknown:
		m.report(CodeUnpackedUnknown, n, name)
	}
	if s, ok := v.known(); ok {
		m.runCode(s, n, v)
	}
}

// command reports an argument that the system's shell runs.
func (m *machine) command(n *syntax.Node, v value, name string) {
	if v.kind == list {
		v = derive(append(v.vals, value{taint: v.taint})...)
	}
	switch {
	case v.taint&Request == 0:
		if v.taint&Unset != 0 && (v.taint&Part == 0 || shellStart(v.str)) {
			m.report(CommandUnset, n, name)
		}
	case v.taint&Part == 0, shellStart(v.str):
		m.report(CommandFromRequest, n, name)
	default:
		m.report(CommandPartFromRequest, n, name)
	}
}

// shellStart reports whether a command begins with an interpreter that runs
// what follows.
func shellStart(s string) bool {
	s = strings.ToLower(strings.TrimSpace(s))
	for _, w := range [...]string{"cmd", "/bin/sh", "/bin/bash", "sh -c", "bash -c", "%comspec%", "c:\\windows\\system32\\cmd", "powershell"} {
		if strings.HasPrefix(s, w) {
			return true
		}
	}
	return false
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
			item := derive(append(rest[i].vals, value{taint: rest[i].taint})...)
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
	if f.kind == text || f.kind == closure {
		return m.callValue(n, f, rest)
	}
	return all
}

// include reports what a page includes.
func (m *machine) include(n *syntax.Node, v value) {
	switch {
	case v.taint&Request != 0 && v.taint&Part == 0:
		m.report(IncludeFromRequest, n, n.Str)
	case v.taint&Upload != 0:
		m.report(IncludeStream, n, n.Str)
	default:
		low := strings.ToLower(v.str)
		if strings.HasPrefix(low, "php://input") || strings.HasPrefix(low, "data:") {
			m.report(IncludeStream, n, n.Str)
		}
	}
}

// phpEffect reports what known PHP functions do besides returning a value.
func (m *machine) phpEffect(n *syntax.Node, name string, args []value) {
	arg := func(i int) value {
		if i < len(args) {
			return args[i]
		}
		return value{}
	}
	first, second := arg(0), arg(1)
	switch name {
	case "preg_replace", "preg_filter", "mb_ereg_replace", "mb_eregi_replace", "ereg_replace":
		m.regexCode(n, name, args)
	case "move_uploaded_file", "copy":
		if (first.taint&Upload != 0 || name == "copy" && first.taint&Request != 0) && second.taint&Request != 0 {
			m.report(UploadAnywhere, n, name)
		}
	case "file_put_contents", "fwrite", "fputs":
		if first.taint&Request != 0 && second.taint&Request != 0 && first.taint&Part == 0 {
			m.report(WriteFromRequest, n, name)
		}
		if s, ok := second.known(); ok && strings.Contains(s, "<?") && len(s) < m.steps {
			m.written(n, s)
		}
	case "fsockopen", "pfsockopen", "stream_socket_client", "socket_connect":
		if first.taint&Request != 0 && first.taint&Part == 0 || second.taint&Request != 0 {
			m.report(ConnectFromRequest, n, name)
		}
	case "unlink", "rmdir", "mkdir", "rename", "chmod", "opendir", "scandir", "readfile", "fopen", "file_get_contents", "chdir", "touch", "highlight_file", "show_source", "glob", "filesize", "dir":
		if first.taint&Request != 0 && first.taint&Part == 0 {
			m.report(FilesFromRequest, n, name)
		}
	case "extract", "parse_str", "import_request_variables":
		if first.taint&Request != 0 && len(args) < 2 {
			m.extracted = true
		}
	case "mysql_query", "mysqli_query":
		if d := derive(args...); d.taint&Request != 0 && d.taint&Part == 0 {
			m.report(QueryFromRequest, n, name)
		}
	case "define":
		if s, ok := first.known(); ok {
			m.props["const "+s] = second
		}
	}
}

// written looks whether the text of a new page is a shell itself.
func (m *machine) written(n *syntax.Node, page string) {
	if m.layer >= 2 {
		return
	}
	toks := syntax.LexPHP(nil, page, false)
	tree, _ := syntax.Parse(toks, page, syntax.PHP)
	inner := machine{lang: syntax.PHP, src: page, steps: m.steps / 4, bytes: m.bytes / 4, layer: m.layer + 1,
		vars: map[string]value{}, props: map[string]value{}, funcs: map[string]*syntax.Node{}, called: map[*syntax.Node]bool{}, files: map[string]bool{}}
	inner.global = inner.vars
	inner.define(tree, 0)
	inner.exec(tree)
	for _, f := range inner.res.Findings {
		if f.Rule.Weight() >= 100 {
			m.report(WritesShell, n, "")
			return
		}
	}
}

// regexCode looks for the modifier e, with which PHP before 7 ran the
// replacement.
func (m *machine) regexCode(n *syntax.Node, name string, args []value) {
	if len(args) < 2 {
		return
	}
	pattern, ok := args[0].known()
	if len(args) > 2 && args[0].taint&args[1].taint&args[2].taint&Request != 0 {
		m.report(CodeFromRequest, n, name)
		return
	}
	if !ok || pattern == "" {
		return
	}
	closing := pattern[0]
	switch closing {
	case '(':
		closing = ')'
	case '{':
		closing = '}'
	case '[':
		closing = ']'
	case '<':
		closing = '>'
	}
	k := strings.LastIndexByte(pattern, closing)
	evaluated := k > 0 && strings.Contains(pattern[k:], "e")
	if strings.HasPrefix(name, "mb_") {
		mode := value{}
		if len(args) > 3 {
			mode = args[3]
		}
		s, _ := mode.known()
		evaluated = strings.Contains(s, "e")
	}
	if !evaluated {
		return
	}
	subject := value{}
	if len(args) > 2 {
		subject = args[2]
	}
	m.code(n, args[1], name)
	if s, ok := args[1].known(); ok && subject.taint&Request != 0 && (strings.Contains(s, "eval") || s == "\\0" || s == "\\1" || s == "$0" || s == "$1") {
		m.report(CodeFromRequest, n, name)
	}
}
