package webshell

import (
	"bytes"
	"path"
	"strconv"
	"strings"

	"seawall/internal/intrusion/webshell/syntax"
)

// headBytes is how much of a page decides on its language.
const headBytes = 8 << 10

// languageOf decides by the head of a page, then by its name, in what language
// it is written.
func languageOf(name, head string) syntax.Language {
	ext := languageEnd(name)
	if ext == ".php" && strings.Contains(head, "<?php") && !strings.Contains(head, "<%") {
		return syntax.PHP
	}
	head = strings.ToLower(head)
	if strings.Contains(head, "<%@") && (strings.Contains(head, "c#\"") || strings.Contains(head, "c#'") || strings.Contains(head, "webhandler") || strings.Contains(head, "import namespace")) {
		return dotNet(head)
	}
	switch ext {
	case ".jsp", ".jspx", ".jspf", ".jsw", ".jsv", ".java":
		return syntax.Java
	case ".cfm", ".cfc", ".cfml":
		return syntax.ColdFusion
	case ".pl", ".cgi", ".pm":
		if strings.Contains(head, "python") {
			return syntax.Python
		}
		return syntax.Perl
	case ".py":
		return syntax.Python
	case ".cs":
		return syntax.CSharp
	case ".vb":
		return syntax.VBNet
	case ".aspx", ".ashx", ".asmx", ".ascx", ".asax", ".svc", ".soap", ".cshtml", ".master":
		return dotNet(head)
	}
	switch {
	case strings.Contains(head, "<?php"), strings.Contains(head, "<?="):
		return syntax.PHP
	case strings.Contains(head, "<jsp:"), strings.Contains(head, "java."), strings.Contains(head, "getparameter("):
		return syntax.Java
	case strings.Contains(head, "<cfexecute"), strings.Contains(head, "<cfset"), strings.Contains(head, "<cfif"), strings.Contains(head, "<cffile"), strings.Contains(head, "<cfoutput"), strings.Contains(head, "<cfparam"):
		return syntax.ColdFusion
	case strings.Contains(head, "<%@"), strings.Contains(head, "<% @"), strings.Contains(head, "runat=\"server\""):
		return aspOrNet(head, ext)
	case opensCode([]byte(head), "<%") && !strings.Contains(head, "<?"):
		return aspOrNet(head, ext)
	case strings.Contains(head, "using system"):
		return syntax.CSharp
	case strings.HasPrefix(head, "#!") && strings.Contains(head[:min(len(head), 80)], "perl"):
		return syntax.Perl
	case strings.HasPrefix(head, "#!") && strings.Contains(head[:min(len(head), 80)], "python"):
		return syntax.Python
	case ext == ".asp", ext == ".asa", ext == ".cer", ext == ".cdx":
		return aspOrNet(head, ext)
	}
	return syntax.PHP
}

// languageEnds are the extensions that tell a language.
var languageEnds = map[string]bool{
	".php": true, ".phtml": true, ".jsp": true, ".jspx": true, ".jspf": true, ".jsw": true, ".jsv": true, ".java": true,
	".cfm": true, ".cfc": true, ".cfml": true, ".pl": true, ".cgi": true, ".pm": true, ".py": true, ".cs": true, ".vb": true,
	".aspx": true, ".ashx": true, ".asmx": true, ".ascx": true, ".asax": true, ".svc": true, ".soap": true, ".cshtml": true, ".master": true,
	".asp": true, ".asa": true, ".cer": true, ".cdx": true,
}

// languageEnd returns the last extension of a name that tells a language, of
// three: "a.asp", but also "a.asp.bak" and "a.asp;.jpg".
func languageEnd(name string) string {
	low := strings.ToLower(name[strings.LastIndexAny(name, `/\`)+1:])
	low = strings.ReplaceAll(low, ";", "")
	for range 3 {
		ext := path.Ext(low)
		if ext == "" || languageEnds[ext] {
			return ext
		}
		low = low[:len(low)-len(ext)]
	}
	return ""
}

func aspOrNet(head, ext string) syntax.Language {
	if ext == ".asp" || ext == ".asa" || ext == ".cer" || ext == ".cdx" {
		if serverJScript(head) {
			return syntax.JScript
		}
		return syntax.VBScript
	}
	if strings.Contains(head, "import=") || strings.Contains(head, "system.") || strings.Contains(head, "c#") || strings.Contains(head, "namespace") {
		return dotNet(head)
	}
	if serverJScript(head) {
		return syntax.JScript
	}
	return syntax.VBScript
}

// serverJScript reports whether the first tag that names the language of what
// the server runs names JScript. Tags of what the browser runs do not count.
func serverJScript(head string) bool {
	for at := 0; ; {
		k := strings.IndexByte(head[at:], '<')
		if k < 0 {
			return false
		}
		at += k + 1
		tag, _, _ := strings.Cut(head[at:], ">")
		if !strings.Contains(tag, "language") {
			continue
		}
		if strings.HasPrefix(tag, "%@") || strings.HasPrefix(tag, "% @") || strings.HasPrefix(tag, "script") && strings.Contains(tag, "runat") {
			return strings.Contains(tag, "jscript") || strings.Contains(tag, "javascript")
		}
	}
}

func dotNet(head string) syntax.Language {
	switch {
	case strings.Contains(head, "jscript"):
		return syntax.JScript
	case strings.Contains(head, "language=\"vb"), strings.Contains(head, "language='vb"), strings.Contains(head, "language=vb"),
		strings.Contains(head, "end sub"), strings.Contains(head, "dim "):
		return syntax.VBNet
	}
	return syntax.CSharp
}

// codeOf returns the code of a page with all markup blanked: places stay what
// they were. JSP, ASP and ASPX mark code alike.
func codeOf(dst []byte, src string, lang syntax.Language) []byte {
	dst = append(dst[:0], src...)
	if end := handlerDirective(src); end > 0 {
		blank(dst[:end], ' ')
		return dst
	}
	if !strings.Contains(src, "<%") && !containsFold(src, "<script") && !strings.Contains(src, "<jsp:") {
		return dst
	}
	separator := byte('\n')
	if lang != syntax.VBScript && lang != syntax.VBNet {
		separator = ';'
	}
	found := false
	for at := 0; at < len(src); {
		from, to, next := nextCode(src, at)
		if from < 0 {
			blank(dst[at:], separator)
			break
		}
		found = true
		blank(dst[at:from], separator)
		at = to
		if next > to {
			blank(dst[to:next], separator)
			at = next
		}
	}
	if !found {
		return append(dst[:0], src...)
	}
	if lang == syntax.Java {
		unescapeJava(dst)
	}
	return dst
}

// unescapeJava decodes what \uXXXX stands for where a run of such escapes hides
// more than names: what follows moves up, and blanks take its place at the end
// of the run. [JLS] 3.3.
func unescapeJava(code []byte) {
	const escape = len(`\u0000`)
	for at := 0; ; {
		k := bytes.Index(code[at:], []byte(`\u00`))
		if k < 0 {
			return
		}
		from := at + k
		run := code[from:]
		n := 0
		for ; (n+1)*escape <= len(run) && bytes.HasPrefix(run[n*escape:], []byte(`\u00`)); n++ {
		}
		at = from + n*escape
		if n < minEscapes { // a name: the lexer knows
			at = max(at, from+1)
			continue
		}
		for i := range n {
			c, err := strconv.ParseUint(string(run[i*escape+2:(i+1)*escape]), 16, 8)
			if err != nil {
				c = ' '
			}
			run[i] = byte(c)
		}
		for i := n; i < n*escape; i++ {
			run[i] = ' '
		}
	}
}

// minEscapes is the length of a run of escapes that is more than a name.
const minEscapes = 24

// handlerDirective returns the length of the directive that a handler or web
// service begins with: all that follows it is code.
func handlerDirective(src string) int {
	head := strings.ToLower(src[:min(len(src), 512)])
	at := strings.Index(head, "<%@")
	if at < 0 {
		return 0
	}
	directive, _, closed := strings.Cut(head[at:], "%>")
	if !closed || !strings.Contains(directive, "webhandler") && !strings.Contains(directive, "webservice") {
		return 0
	}
	return at + len(directive) + 2
}

func blank(b []byte, separator byte) {
	for i := range b {
		if b[i] != '\n' {
			b[i] = ' '
		}
	}
	if len(b) > 0 {
		b[len(b)-1] = separator
		if separator == ';' && len(b) > 1 {
			b[len(b)-1] = ' ' // markup between braces is no statement
		}
	}
}

// nextCode finds the next region of code at or behind a place: its bounds, and
// where the markup behind it goes on.
func nextCode(src string, at int) (from, to, next int) {
	for at < len(src) {
		k := strings.IndexByte(src[at:], '<')
		if k < 0 {
			return -1, 0, 0
		}
		at += k
		rest := src[at:]
		switch {
		case strings.HasPrefix(rest, "<%--"):
			end := strings.Index(rest, "--%>")
			if end < 0 {
				return -1, 0, 0
			}
			at += end + 4
			continue
		case strings.HasPrefix(rest, "<%@"), strings.HasPrefix(rest, "<%#"):
			end := strings.Index(rest, "%>")
			if end < 0 {
				return -1, 0, 0
			}
			at += end + 2
			continue
		case strings.HasPrefix(rest, "<%"):
			from = at + 2
			if from < len(src) && (src[from] == '=' || src[from] == '!' || src[from] == ':') {
				from++
			}
			end := strings.Index(src[from:], "%>")
			if end < 0 {
				return from, len(src), len(src)
			}
			return from, from + end, from + end + 2
		case len(rest) > 7 && strings.EqualFold(rest[:7], "<script"):
			close := strings.IndexByte(rest[:min(len(rest), 300)], '>')
			if close > 0 && containsFold(rest[:close], "runat") {
				from = at + close + 1
				end := indexFold(src[from:], "</script")
				if end < 0 {
					return from, len(src), len(src)
				}
				return from, from + end, from + end
			}
		case strings.HasPrefix(rest, "<jsp:scriptlet"), strings.HasPrefix(rest, "<jsp:declaration"), strings.HasPrefix(rest, "<jsp:expression"):
			open := strings.IndexByte(rest, '>')
			end := strings.Index(rest, "</jsp:")
			if open > 0 && end > open {
				from, to = withoutCDATA(src, at+open+1, at+end)
				return from, to, at + end
			}
		}
		at++
	}
	return -1, 0, 0
}

// withoutCDATA narrows the content of a tag of XML to that of the CDATA section
// that it may be.
func withoutCDATA(src string, from, to int) (int, int) {
	const open, end = "<![CDATA[", "]]>"
	text := strings.TrimLeft(src[from:to], " \t\r\n")
	if !strings.HasPrefix(text, open) {
		return from, to
	}
	from = to - len(text) + len(open)
	if k := strings.LastIndex(src[from:to], end); k >= 0 {
		to = from + k
	}
	return from, to
}

func containsFold(s, sub string) bool { return indexFold(s, sub) >= 0 }

// indexFold is strings.Index without regard to ASCII case; sub is lower case.
func indexFold(s, sub string) int {
	first := sub[0]
	for at := 0; at+len(sub) <= len(s); at++ {
		if first < 'a' || first > 'z' {
			k := strings.IndexByte(s[at:], first)
			if k < 0 {
				return -1
			}
			at += k
		} else if s[at]|0x20 != first {
			continue
		}
		if at+len(sub) <= len(s) && strings.EqualFold(s[at:at+len(sub)], sub) {
			return at
		}
	}
	return -1
}
