package flow

import (
	"regexp"
	"strings"

	"seawall/internal/intrusion/webshell/syntax"
)

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
		v = wordsOf(v)
	}
	if interpreter(v.str) && m.shell == nil {
		m.shell = n
	}
	if strings.Contains(v.str, "/dev/tcp/") {
		m.report(ReverseShell, n, name)
	}
	switch {
	case v.kind == unknown && v.taint == 0 && m.lang != syntax.PHP && m.lang != syntax.Perl && m.lang != syntax.Python && shellStart(v.str):
		m.report(CommandOpen, n, name)
	case v.taint&Request == 0:
		if v.taint&Unset != 0 && (v.taint&(Part|Lead) != Part || shellStart(v.str)) {
			m.report(CommandUnset, n, name)
		}
	case v.taint&(Part|Lead) != Part, shellStart(v.str):
		m.report(CommandFromRequest, n, name)
	default:
		m.report(CommandPartFromRequest, n, name)
	}
}

// wordsOf joins the words of a command that is given as a list, as far as they
// are known.
func wordsOf(v value) value {
	out := derive(derive(v.vals...), value{taint: v.taint})
	out.kind = text
	for i := range v.vals {
		s, ok := v.vals[i].known()
		if !ok {
			out.kind = unknown
			break
		}
		out.str += s + " "
	}
	return out
}

// interpreter reports whether a command is the system's interpreter.
func interpreter(s string) bool {
	for command := range strings.FieldsFuncSeq(s[:min(len(s), maxCommand)], func(r rune) bool { return r == ';' || r == '&' || r == '|' }) {
		word, _, _ := strings.Cut(strings.ToLower(strings.TrimSpace(command)), " ")
		switch word[strings.LastIndexAny(word, `/\`)+1:] {
		case "cmd", "cmd.exe", "sh", "bash", "powershell", "powershell.exe", "%comspec%":
			return true
		}
	}
	return false
}

// maxCommand is how much of a command is read for what it starts.
const maxCommand = 512

// connected notes a connection to another host.
func (m *machine) connected(n *syntax.Node) {
	if m.socket == nil {
		m.socket = n
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

// include reports what a page includes.
func (m *machine) include(n *syntax.Node, v value) {
	m.included = true
	switch {
	case v.taint&Request != 0 && v.taint&Part == 0:
		m.report(IncludeFromRequest, n, n.Str)
	case v.taint&Upload != 0:
		m.report(IncludeStream, n, n.Str)
	case v.taint&Request != 0 && v.taint&Lead != 0:
		m.report(IncludePart, n, n.Str)
	default:
		low := strings.ToLower(v.str)
		switch {
		case strings.HasPrefix(low, "php://input"), strings.HasPrefix(low, "data:") && (v.taint != 0 || v.kind == text):
			m.report(IncludeStream, n, n.Str)
		case strings.HasPrefix(low, "data:"): // template engines run what they made
			m.report(CodeUnpackedUnknown, n, n.Str)
		}
		if v.taint == 0 && v.kind == text && dataName(low) {
			m.report(IncludesData, n, n.Str)
		}
	}
}

// dataName reports whether a file is by its name none that a server runs.
func dataName(name string) bool {
	for _, ext := range [...]string{".ico", ".jpg", ".jpeg", ".png", ".gif", ".bmp", ".woff", ".ttf", ".zip", ".pdf"} {
		if strings.HasSuffix(name, ext) {
			return true
		}
	}
	return false
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
		} else if pageName(second) && (name == "move_uploaded_file" || first.taint&(Upload|Request|Remote) != 0) {
			m.report(WritesPage, n, name)
		}
	case "file_put_contents", "fwrite", "fputs":
		if first.taint&Request != 0 && second.taint&Request != 0 && first.taint&Part == 0 {
			m.report(WriteFromRequest, n, name)
		} else {
			m.stored(n, name, first, second)
		}
		if s, ok := second.known(); ok && strings.Contains(s, "<?") && len(s) < m.steps {
			m.written(n, s)
		}
	case "socket_accept", "stream_socket_accept":
		m.accepts = n
	case "symlink", "link":
		if low := strings.ToLower(first.str); strings.HasPrefix(low, "/home") || low == "/" {
			m.report(LinksAway, n, name)
		}
	case "mail":
		if first.taint&second.taint&arg(2).taint&Request != 0 && first.taint&Part == 0 {
			m.report(MailsAnyone, n, name)
		}
	case "loadxml", "importstylesheet":
		m.styleSheet(n, first)
	case "fsockopen", "pfsockopen", "stream_socket_client", "socket_connect":
		m.connected(n)
		if first.taint&Request != 0 && first.taint&Part == 0 || second.taint&Request != 0 {
			m.report(ConnectFromRequest, n, name)
		}
	case "unlink", "rmdir", "mkdir", "rename", "chmod", "opendir", "scandir", "readfile", "fopen", "file_get_contents", "chdir", "touch", "highlight_file", "show_source", "glob", "filesize", "dir":
		switch {
		case first.taint&Part != 0:
		case first.taint&Request != 0:
			m.report(FilesFromRequest, n, name)
		case first.taint&Unset != 0:
			m.report(FilesUnset, n, name)
		}
	case "extract", "parse_str", "import_request_variables":
		if first.taint&Request != 0 && len(args) < 2 {
			m.extracted = true
		}
	case "mysql_connect", "mysql_pconnect", "mysqli_connect", "mssql_connect", "pg_connect", "ftp_connect", "sqlsrv_connect", "oci_connect", "odbc_connect":
		if first.taint&Request != 0 {
			m.report(DatabaseFromRequest, n, name)
		}
	case "wp_create_user", "wp_insert_user":
		if first.taint&second.taint&Request != 0 {
			m.report(MakesAccount, n, name)
		}
	case "mysql_query", "mysqli_query", "mssql_query", "pg_query", "sqlsrv_query":
		if d := derive(args...); d.taint&Request != 0 && d.taint&Part == 0 {
			m.report(QueryFromRequest, n, name)
		}
	case "define":
		if s, ok := first.known(); ok {
			m.props["const "+s] = second
		}
	}
}

// styleSheet looks for a program in a stylesheet.
func (m *machine) styleSheet(n *syntax.Node, v value) {
	if v.kind != text || !strings.Contains(v.str, "XSL/Transform") {
		return
	}
	low := strings.ToLower(v.str)
	if !strings.Contains(low, ":script") && !strings.Contains(low, ":function(") {
		return
	}
	for _, w := range [...]string{"wscript.shell", ".exec(", "eval(", "'assert'", "'system'", "'eval'", "'passthru'", "'exec'", "'shell_exec'", "process.start", "runtime"} {
		if strings.Contains(low, w) {
			m.report(StyleSheet, n, "")
			return
		}
	}
}

// shortestShell is shorter than every text of a page that runs its request.
const shortestShell = 16

// shellText reports whether a text is, or holds, a page that runs what its
// request brings.
func shellText(s string) bool {
	if strings.Contains(s, "<%") {
		return evaluatesRequest(s)
	}
	if !strings.Contains(s, "<?") || !strings.Contains(s, "$_") {
		return false
	}
	for _, source := range [...]string{"$_POST", "$_GET", "$_REQUEST", "$_COOKIE"} {
		for _, call := range [...]string{"eval(", "assert(", "system(", "exec(", "passthru("} {
			if strings.Contains(s, call+source) || strings.Contains(s, call+"@"+source) || strings.Contains(s, call+"base64_decode("+source) {
				return true
			}
		}
	}
	return false
}

// written looks whether the text of a new page is a shell itself.
func (m *machine) written(n *syntax.Node, page string) {
	if m.layer >= 2 {
		return
	}
	toks := syntax.LexPHP(nil, page, false)
	tree, _ := syntax.Parse(toks, page, syntax.PHP)
	inner := machine{lang: syntax.PHP, src: page, steps: m.steps / 4, bytes: m.bytes / 4, layer: m.layer + 1, rounds: fewRounds, nested: fewCalls,
		vars: map[string]value{}, props: map[string]value{}, funcs: map[string]*syntax.Node{}, called: map[*syntax.Node]bool{}, open: map[*syntax.Node]openCall{}, files: map[string]bool{}}
	inner.global = inner.vars
	inner.define(tree, 0)
	inner.exec(tree)
	for _, f := range inner.res.Findings {
		if f.Rule.Weight(syntax.PHP) >= 100 {
			m.report(WritesShell, n, "")
			return
		}
	}
}

// matchedCode runs what a pattern finds in a text that the page holds, where
// the replacement is nothing but what was found.
func (m *machine) matchedCode(pattern string, with, subject value, n *syntax.Node) bool {
	s, ok := subject.known()
	to, ok2 := with.known()
	if !ok || !ok2 || len(pattern) < 2 || len(to) != 2 || to[0] != '\\' && to[0] != '$' || to[1] < '0' || to[1] > '9' {
		return false
	}
	if m.bytes -= len(s); len(pattern) > maxPattern || m.bytes <= 0 {
		return false
	}
	re, err := regexp.Compile(pattern[1:])
	if err != nil {
		return false
	}
	if found := re.FindStringSubmatch(s); int(to[1]-'0') < len(found) {
		code := subject
		code.str = found[to[1]-'0']
		m.code(n, code, "preg_replace")
	}
	return true
}

// maxPattern bounds the patterns that are matched: longer ones would take long.
const maxPattern = 128

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
	if m.matchedCode(pattern[:k], args[1], subject, n) {
		return
	}
	if s, ok := args[1].known(); ok && subject.taint&Request != 0 && (strings.Contains(s, "eval") || s == "\\0" || s == "\\1" || s == "$0" || s == "$1") {
		m.report(CodeFromRequest, n, name)
	}
}
