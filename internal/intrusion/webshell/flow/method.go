package flow

import (
	"strings"

	"seawall/internal/intrusion/webshell/syntax"
)

// callMethod evaluates object.method(args).
func (m *machine) callMethod(n, callee *syntax.Node, args []value) value {
	recv := m.eval(callee.Kids[0])
	name := callee.Str
	if name == "" && len(callee.Kids) > 1 {
		v := m.eval(callee.Kids[1])
		if v.taint&Request != 0 && m.lang == syntax.PHP && derive(args...).taint&Request != 0 {
			m.report(FunctionFromRequest, n, "")
		}
		name, _ = v.known()
	}
	if fn, ok := m.funcs[m.fold(name)]; ok {
		return m.invoke(fn, args)
	}
	if m.lang == syntax.PHP {
		return m.phpMethod(n, strings.ToLower(name), recv, args)
	}
	if recv.typ == "request" {
		if requestMember(name) {
			return value{taint: Request, typ: "item"}
		}
		return value{}
	}
	if out, done := m.foreign(n, strings.ToLower(name), recv, args); done {
		return out
	}
	low := strings.ToLower(name)
	switch low {
	case "getrequest":
		return value{typ: "request"}
	case "append", "add", "put", "setattribute", "concat":
		joined := m.concat(recv, derive(args...))
		if len(args) == 1 {
			joined = m.concat(recv, args[0])
		}
		m.assignReceiver(callee.Kids[0], joined)
		return joined
	case "addhandler":
		if len(args) > 0 && args[0].typ == "file" {
			m.assign(callee.Kids[0], args[0])
		}
		return value{}
	case "write", "writeline", "print", "println", "info", "writetext":
		if recv.typ == "StandardInput" && derive(args...).taint&Request != 0 {
			m.report(CommandFromRequest, n, name)
		}
		m.writeTo(n, recv, args)
		if recv.typ == "file" && recv.taint == 0 { // a stream that is saved later
			given := derive(args...)
			given.str = recv.str
			m.assignReceiver(callee.Kids[0], given)
		}
		return value{}
	case "read", "copyto", "readfully", "binaryread", "transferto":
		for i, k := range n.Kids[1:] {
			if recv.taint&Request != 0 && i == 0 {
				m.assignReceiver(k, value{taint: Request})
			}
		}
		return derive(recv)
	}
	if decoder(low) != nil || len(args) > 0 && recv.kind == unknown {
		if out := m.pure(low, args); out.kind != unknown || out.decoded > 0 {
			return out
		}
	}
	out := m.pure(low, append([]value{recv}, args...))
	if out.kind != unknown {
		return out
	}
	out = derive(append(args, recv)...)
	out.typ = name
	return out
}

func (m *machine) assignReceiver(n *syntax.Node, v value) {
	if n != nil && (n.Kind == syntax.Var || n.Kind == syntax.Name) {
		old := m.vars[n.Str]
		v.typ = old.typ
		m.vars[n.Str] = v
	}
}

// writeTo reports a write whose target and content the request gives.
func (m *machine) writeTo(n *syntax.Node, recv value, args []value) {
	all := derive(args...)
	if recv.typ == "file" {
		m.stored(n, "write", recv, all)
	}
	if recv.typ == "file" && len(args) > 0 {
		s, ok := args[0].known()
		switch {
		case ok && strings.Contains(s, "<%") && evaluatesRequest(s):
			m.report(WritesShell, n, "write")
		case ok && s != "" && pageName(recv):
			m.report(MakesPage, n, "write")
		}
	}
}

// stored reports a file whose name, content or both somebody else chose.
func (m *machine) stored(n *syntax.Node, how string, name, content value) {
	switch {
	case content.taint&Request != 0 && name.taint&Request != 0:
		if m.lang == syntax.PHP || m.lang == syntax.VBScript {
			m.report(WriteFromRequest, n, how)
			return
		}
		m.report(WritesNamed, n, how)
	case content.taint&Request != 0 && (content.taint&Part == 0 || opensCode(content.str)) && pageName(name):
		m.report(WritesPage, n, how)
	case content.taint&Remote != 0 && pageName(name):
		m.report(StoresRemote, n, how)
	}
}

// opensCode reports whether a text is the mark behind which code begins, and
// nothing else.
func opensCode(s string) bool {
	s = strings.TrimSpace(strings.ToLower(s))
	return s == "<?php" || s == "<?" || s == "<%"
}

// pageName reports whether a server would run a file of this name.
func pageName(v value) bool {
	name := v.str
	if v.end != "" {
		name = v.end
	}
	name = strings.ToLower(strings.TrimSpace(name))
	for _, ext := range [...]string{".php", ".php5", ".phtml", ".asp", ".aspx", ".ashx", ".asa", ".cer", ".jsp", ".jspx", ".cfm"} {
		if strings.HasSuffix(name, ext) {
			return true
		}
	}
	return false
}

// evaluatesRequest reports whether the text of a page both runs code and reads
// the request.
func evaluatesRequest(s string) bool {
	low := strings.ToLower(s)
	return strings.Contains(low, "request") && (strings.Contains(low, "eval") || strings.Contains(low, "execute") || strings.Contains(low, "exec("))
}

func (m *machine) phpMethod(n *syntax.Node, name string, recv value, args []value) value {
	all := derive(args...)
	switch {
	case recv.typ == "reflection" && strings.HasPrefix(name, "invoke"), recv.typ == "shell" && (name == "exec" || name == "run" || name == "shellexecute"):
		if all.taint&Request != 0 {
			m.report(CommandFromRequest, n, name)
		}
	case name == "loadxml" && len(args) > 0:
		m.styleSheet(n, args[0])
	case name == "register_shutdown_function", name == "uasort", name == "uksort":
		if all.taint&Request != 0 {
			m.report(CallbackFromRequest, n, name)
		}
		if len(args) > 0 {
			return m.callValue(n, args[0], []value{recv})
		}
	}
	return value{taint: recv.taint & Request}
}

// construct evaluates new Class(args).
func (m *machine) construct(n *syntax.Node) value {
	args := make([]value, 0, 2)
	for _, k := range n.Kids[1:] {
		if k != nil {
			args = append(args, m.eval(k))
		}
	}
	all := derive(args...)
	name := strings.ToLower(n.Str[strings.LastIndexByte(n.Str, '.')+1:])
	if n.Kids[0] != nil && n.Kids[0].Kind != syntax.Class {
		v := m.eval(n.Kids[0])
		if v.taint&Request != 0 && v.taint&Part == 0 && all.taint&Request != 0 {
			m.report(ClassFromRequest, n, "")
		}
		s, _ := v.known()
		name = strings.ToLower(s)
	}
	if fn, ok := m.funcs[m.fold(n.Str)]; ok && m.lang != syntax.PHP {
		m.invoke(fn, args)
	}
	if m.classes[name] != nil {
		for _, method := range [...]string{"__construct", name} {
			if fn := m.methodOf(name, method); fn != nil {
				m.invoke(fn, args)
				break
			}
		}
		return value{typ: name, taint: all.taint, object: true}
	}
	if strings.HasPrefix(name, "reflection") {
		if all.taint&Request != 0 {
			m.report(ClassFromRequest, n, name)
		}
		return value{typ: "reflection", taint: all.taint}
	}
	switch name {
	case "com", "activexobject":
		return shellObject(m, n, args)
	case "processbuilder", "processstartinfo":
		command := all
		if len(args) > 0 {
			command = args[0]
			command.taint |= all.taint
		}
		m.command(n, command, name)
		return value{typ: "processbuilder", taint: all.taint}
	case "fileoutputstream", "filewriter", "printwriter", "streamwriter", "filestream", "bufferedoutputstream", "randomaccessfile", "bufferedwriter", "outputstreamwriter", "filehandler":
		out := value{typ: "file", taint: all.taint}
		if len(args) > 0 {
			out.str = args[0].str
		}
		return out
	case "socket", "tcpclient", "inetsocketaddress":
		m.connected(n)
		if all.taint&Request != 0 {
			m.report(ConnectFromRequest, n, name)
		}
	case "sqlcommand", "oledbcommand", "odbccommand", "sqldataadapter", "oledbdataadapter":
		if len(args) > 0 && args[0].taint&Request != 0 && args[0].taint&Part == 0 {
			m.report(QueryFromRequest, n, name)
		}
	case "sqlconnection", "oledbconnection", "mysqlconnection", "odbcconnection", "oracleconnection":
		if all.taint&Request != 0 {
			m.report(DatabaseFromRequest, n, name)
		}
	case "file":
		return value{typ: "File", taint: all.taint, str: lastText(args)}
	case "expression":
		if len(args) > 1 && args[1].str == "exec" {
			m.command(n, all, name)
		}
	case "string", "stringbuilder", "stringbuffer", "bigint", "biginteger":
		if len(args) > 0 {
			return args[0]
		}
		return textValue("")
	}
	all.typ = n.Str
	all.kind = unknown
	return all
}

// lastText is the known end of a path that is given in parts.
func lastText(args []value) string {
	if len(args) == 0 {
		return ""
	}
	return args[len(args)-1].str
}

func shellObject(m *machine, n *syntax.Node, args []value) value {
	if len(args) == 0 {
		return value{}
	}
	s := strings.ToLower(args[0].str)
	switch {
	case strings.Contains(s, "wscript.shell"), strings.Contains(s, "shell.application"), s == "shell":
		m.report(ShellObject, n, args[0].str)
		return value{typ: "shell"}
	case strings.Contains(s, "scriptcontrol"):
		return value{typ: "scriptcontrol"}
	case strings.Contains(s, "filesystemobject"), strings.Contains(s, "adodb.stream"):
		return value{typ: "file"}
	case strings.HasPrefix(s, "iis://"):
		m.report(ServerSecrets, n, args[0].str)
		return value{}
	case strings.Contains(s, "xmlhttp"), strings.Contains(s, "winhttp"):
		return value{typ: "http"}
	case strings.Contains(s, "adodb.connection"):
		return value{typ: "database"}
	}
	if args[0].taint&Request != 0 {
		return value{typ: "shell", taint: Request}
	}
	return value{typ: args[0].str}
}

// foreign evaluates the calls of the languages other than PHP that matter.
func (m *machine) foreign(n *syntax.Node, name string, recv value, args []value) (value, bool) {
	all := derive(append(args, recv)...)
	given := derive(args...)
	first := value{}
	if len(args) > 0 {
		first = args[0]
	}
	switch name {
	case "eval", "execute", "executeglobal", "executestatement", "addcode", "evaluate", "exec", "run", "system", "popen", "shellexecute", "start", "winexec", "createprocess", "check_output", "call", "spawn", "getoutput", "shell_exec":
		return m.runner(n, name, recv, first, given)
	case "createobject", "getobject":
		return shellObject(m, n, args), true
	case "defineclass", "defineanonymousclass":
		if all.taint&Request != 0 {
			m.report(LoadFromRequest, n, name)
		} else {
			m.report(OwnLoader, n, name)
		}
	case "load", "loadfrom", "loadclass", "unsafeload":
		if given.taint&Request != 0 && (recv.typ == "Assembly" || name != "load") {
			m.report(LoadFromRequest, n, name)
		}
	case "loadxml":
		m.styleSheet(n, first)
		return value{}, false
	case "opensubkey", "getvaluenames", "regread", "enumkey", "enumvalues":
		m.report(ReadsRegistry, n, name)
		return value{}, false
	case "compileassemblyfromsource", "parsetext", "readobject", "deserialize":
		if all.taint&Request != 0 {
			m.report(LoadFromRequest, n, name)
		}
	case "addfilterdef", "addfiltermapbefore", "addservletmappingdecoded", "addapplicationeventlistener", "addvalve", "registermapping", "addservletmapping", "addendpoint":
		m.report(MemoryShell, n, name)
	case "invoke":
		if given.taint&Request != 0 && (strings.EqualFold(recv.typ, "getMethod") || strings.EqualFold(recv.typ, "getDeclaredMethod") || recv.str == "exec") {
			m.report(LoadFromRequest, n, name)
		}
	case "saveas", "writealltext", "writeallbytes", "appendalltext", "savetofile":
		if first.taint&Request != 0 || name == "savetofile" && all.taint&Request != 0 && recv.typ != "file" {
			m.report(WriteFromRequest, n, name)
		} else if name == "savetofile" {
			m.stored(n, name, first, recv)
		}
		if len(args) > 1 {
			m.writeTo(n, value{typ: "file", taint: first.taint, str: first.str, end: first.end}, args[1:])
		}
	case "connect":
		if m.lang == syntax.Perl || m.lang == syntax.Python {
			m.connected(n)
		} else if given.taint&Request != 0 && recv.typ != "database" {
			m.report(ConnectFromRequest, n, name)
		}
		return value{}, false
	case "createtextfile", "opentextfile", "createtext", "appendtext", "openwrite", "create", "opentext":
		if (name == "opentextfile" || name == "createtextfile") && given.taint&Request != 0 {
			m.report(FilesFromRequest, n, name)
		}
		if len(args) == 0 { // of an object that has the name
			first = recv
		}
		return value{typ: "file", taint: all.taint, str: first.str}, true
	case "getconnection", "open":
		if name == "getconnection" && len(args) == 3 && given.taint == 0 && args[1].kind == text && args[2].kind == text {
			m.report(DatabaseAccount, n, name)
		}
		if given.taint&Request != 0 && (name == "getconnection" || recv.typ == "database") {
			m.report(DatabaseFromRequest, n, name)
		}
		if recv.typ == "http" && len(args) > 1 && args[1].taint&Request != 0 && ownHost(args[1].str) {
			m.report(ConnectFromRequest, n, name)
		}
		return value{}, false
	case "copyfolder", "movefolder", "createfolder", "delete", "deletefile", "listfiles", "getfolder", "getfile", "move", "movefile", "copyfile", "renameto", "getfiles", "getdirectories", "deletefolder":
		if all.taint&Request != 0 {
			m.report(FilesFromRequest, n, name)
		}
		return value{}, false
	case "getmethod", "getdeclaredmethod":
		if first.kind == text && first.str == "defineClass" {
			m.report(OwnLoader, n, name)
		}
		return value{}, false
	case "getattribute", "getsession", "mappath", "getrealpath":
		return value{taint: given.taint, str: given.str + first.str}, true
	default:
		return value{}, false
	}
	return value{taint: all.taint & Request}, true
}

// ownHost reports whether an address is that of a service of the page's own
// host, of which a page has no need to ask the visitor.
func ownHost(url string) bool {
	return strings.HasPrefix(url, "http://127.0.0.1:") || strings.HasPrefix(strings.ToLower(url), "http://localhost:")
}

// runner evaluates a call that may run code or a command, by its receiver.
func (m *machine) runner(n *syntax.Node, name string, recv, first, given value) (value, bool) {
	command := first
	command.taint |= given.taint
	switch name {
	case "eval", "evaluate":
		if m.lang == syntax.CSharp || m.lang == syntax.VBNet { // data binding
			return value{}, false
		}
		m.code(n, first, name)
	case "execute", "executeglobal", "executestatement", "addcode":
		if recv.typ != "" && recv.typ != "scriptcontrol" && recv.typ != "with" || m.lang == syntax.Java {
			if given.taint&Request != 0 && given.taint&Part == 0 {
				m.report(QueryFromRequest, n, name)
			}
			return value{}, true
		}
		m.code(n, first, name)
	case "start":
		if recv.typ == "processbuilder" || recv.typ == "Process" || recv.typ == "process" {
			m.command(n, command, name)
			m.command(n, derive(m.props["Arguments"], m.props["FileName"], m.props["arguments"], m.props["filename"]), name)
		}
		if p := m.props["Arguments"]; p.taint&Request != 0 || m.props["arguments"].taint&Request != 0 || m.props["FileName"].taint&Request != 0 {
			m.report(CommandFromRequest, n, name)
		}
	case "run", "call", "system", "popen", "check_output", "getoutput":
		if m.lang == syntax.VBScript || m.lang == syntax.JScript || m.lang == syntax.VBNet {
			if recv.typ != "shell" {
				return value{}, false
			}
		} else if m.lang == syntax.Java || m.lang == syntax.CSharp {
			return value{}, false
		}
		m.command(n, command, name)
	default:
		if m.lang == syntax.Python && name == "exec" {
			m.code(n, first, name)
			break
		}
		m.command(n, command, name)
	}
	return value{taint: first.taint & Request, typ: "process"}, true
}
