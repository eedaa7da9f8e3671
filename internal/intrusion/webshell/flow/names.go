package flow

import (
	"strings"

	"seawall/internal/intrusion/webshell/syntax"
)

// name reads a variable or a bare word.
func (m *machine) name(n *syntax.Node) value {
	if n.Kind == syntax.Var {
		switch n.Str {
		case "_GET", "_POST", "_REQUEST", "_COOKIE", "HTTP_RAW_POST_DATA", "HTTP_GET_VARS", "HTTP_POST_VARS", "HTTP_COOKIE_VARS":
			if m.lang == syntax.PHP {
				return value{taint: Request}
			}
		case "_FILES", "HTTP_POST_FILES":
			return value{taint: Upload}
		}
	}
	if v, ok := m.vars[n.Str]; ok {
		return v
	}
	if m.lang == syntax.PHP {
		if n.Kind == syntax.Var {
			return m.undefined()
		}
		switch strings.ToLower(n.Str) {
		case "true":
			return numberValue(1)
		case "false", "null":
			return textValue("")
		case "__file__":
			return value{typ: "self"}
		case "directory_separator":
			return textValue("/")
		case "php_eol":
			return textValue("\n")
		}
		if n.Kind == syntax.Name {
			if v, ok := m.props["const "+n.Str]; ok {
				return v
			}
			return value{kind: text, str: n.Str, built: 0}
		}
		return value{}
	}
	if strings.EqualFold(n.Str, "request") || n.Str == "req" && m.lang == syntax.Java || n.Str == "form" && m.lang == syntax.ColdFusion {
		return value{typ: "request"}
	}
	switch n.Str {
	case "true", "True":
		return numberValue(1)
	case "false", "False":
		return truthValue(false)
	case "vbcrlf", "vbnewline":
		return textValue("\r\n")
	case "STDIN":
		return value{taint: Request}
	}
	return value{typ: n.Str, empty: m.basic() && n.Kind == syntax.Name && !objects[n.Str]}
}

// basic reports whether the page is written in a language of the Basic family.
func (m *machine) basic() bool { return m.lang == syntax.VBScript || m.lang == syntax.VBNet }

// objects are the names in Basic that stand for more than a variable.
var objects = map[string]bool{
	"request": true, "response": true, "server": true, "session": true, "application": true, "err": true, "with": true, "me": true,
	"system": true, "process": true, "file": true, "directory": true, "assembly": true, "convert": true, "encoding": true, "nothing": true,
	"httpcontext": true, "context": true, "page": true, "io": true, "text": true, "diagnostics": true, "reflection": true, "activator": true,
}

// undefined is the value of a variable that nothing set: once the page turned
// request parameters into variables, any of them may be one.
func (m *machine) undefined() value {
	if m.extracted {
		return value{taint: Request}
	}
	if m.calls == 0 && m.layer == 0 && !m.included {
		return value{taint: Unset}
	}
	return value{}
}

// member reads a field.
func (m *machine) member(n *syntax.Node) value {
	base := m.eval(n.Kids[0])
	name := n.Str
	if name == "" && len(n.Kids) > 1 {
		v := m.eval(n.Kids[1])
		name, _ = v.known()
	}
	if base.typ == "request" && requestMember(name) {
		out := value{taint: Request, typ: "item"}
		if strings.EqualFold(name, "files") {
			out.taint = Upload
		}
		return out
	}
	if strings.EqualFold(name, "request") && m.lang != syntax.PHP {
		return value{typ: "request"}
	}
	if m.lang == syntax.PHP {
		v := m.props[strings.TrimPrefix(name, "$")]
		if v.taint == 0 && v.kind == unknown {
			v.taint = base.taint & Request
		}
		return v
	}
	if v, ok := m.props[name]; ok && (v.taint != 0 || v.kind != unknown) {
		return v
	}
	if strings.EqualFold(name, "length") || strings.EqualFold(name, "contentlength") || strings.EqualFold(name, "count") {
		if base.kind == text {
			return numberValue(int64(len(base.str)))
		}
		return value{}
	}
	if base.typ == "http" && strings.HasPrefix(strings.ToLower(name), "response") {
		return value{taint: Remote, typ: "item"}
	}
	if base.typ == "SocketType" && name == "Raw" {
		m.report(Sniffs, n, name)
	}
	if m.isControl(base, name) {
		return value{taint: Request, typ: "item"}
	}
	return value{typ: name, taint: base.taint, decoded: base.decoded}
}

// isControl reports whether a field is what the visitor typed into a control
// of a .NET form.
func (m *machine) isControl(base value, name string) bool {
	if m.lang != syntax.CSharp && m.lang != syntax.VBNet && m.lang != syntax.JScript || base.typ == "" {
		return false
	}
	switch strings.ToLower(name) {
	case "text", "value", "selectedvalue", "filebytes", "filecontent", "postedfile":
		return true
	}
	return false
}

// requestMember reports whether a member of the request object is chosen by
// the visitor.
func requestMember(name string) bool {
	switch strings.ToLower(name) {
	case "form", "querystring", "params", "item", "cookies", "headers", "inputstream", "files", "rawurl",
		"getparameter", "getparametervalues", "getparametermap", "getheader", "getheaders", "getinputstream", "getreader", "getcookies",
		"getquerystring", "getpart", "getparts", "binaryread", "useragent", "args", "values", "data", "get_data", "json", "getrequesturi", "getparameternames", "getpathinfo", "getmethod2", "userlanguages", "urlreferrer":
		return true
	}
	return false
}

// dangerous reports whether a PHP function runs code or commands.
func dangerous(name string) bool {
	return runsCode(name) || runsCommand(name)
}

func runsCode(name string) bool {
	switch name {
	case "eval", "assert", "create_function", "execute", "executeglobal", "executestatement", "exec_code":
		return true
	}
	return false
}

func runsCommand(name string) bool {
	switch name {
	case "system", "exec", "passthru", "shell_exec", "popen", "proc_open", "pcntl_exec", "ssh2_exec", "expect_popen", "win_shell_execute":
		return true
	}
	return false
}

// callbackAt returns which argument of a PHP function is a callback; -1 is the
// last.
func callbackAt(name string) (int, bool) {
	switch name {
	case "call_user_func", "call_user_func_array", "array_map", "register_shutdown_function", "register_tick_function", "forward_static_call", "forward_static_call_array", "ob_start", "set_error_handler", "set_exception_handler", "spl_autoload_register", "iterator_apply2", "header_register_callback":
		return 0, true
	case "array_filter", "array_walk", "array_walk_recursive", "array_reduce", "usort", "uasort", "uksort", "preg_replace_callback", "iterator_apply", "mb_ereg_replace_callback":
		return 1, true
	case "filter_var", "filter_var_array":
		return 2, true
	case "array_diff_ukey", "array_udiff", "array_uintersect", "array_diff_uassoc", "array_intersect_ukey", "array_intersect_uassoc", "array_udiff_assoc", "array_uintersect_assoc":
		return -1, true
	}
	return 0, false
}
