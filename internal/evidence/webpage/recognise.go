package webpage

import (
	"bytes"
	"encoding/binary"
	"strings"
)

// The kinds of files, as [activity.Content] names them.
const (
	KindPage     = "page"
	KindConfig   = "config"
	KindClass    = "class"    // compiled Java
	KindAssembly = "assembly" // compiled .NET
	KindImage    = "image"
	KindMailbox  = "mailbox"
)

// pageNames are the extensions of files that servers run, or compile and run.
var pageNames = extensions(`
	php php2 php3 php4 php5 php6 php7 php8 phps phpt pht phtm phtml phar inc module php-notag
	asp asa cer cdx asax ascx ashx asmx aspx axd cshtml vbhtml master svc soap rem
	jsp jspx jspf jspa jsw jsv jtml jhtml tag tagx java
	cfm cfml cfc cs vb
	pl pm cgi py pyw shtml shtm stm`)

// staticNames are extensions whose files a server hands out without running
// them, and which a page may hide under.
var staticNames = extensions(`html htm xhtml svg txt xml config`)

func extensions(list string) map[string]bool {
	set := map[string]bool{}
	for _, ext := range strings.Fields(list) {
		set[ext] = true
	}
	return set
}

// kindOf recognises a file by its first bytes; "" is no file of a web server.
// The name decides only where the content leaves it open: text may be anything.
func kindOf(head []byte, name string) string {
	name = strings.ToLower(name)
	page := hinted(name, pageNames)
	switch {
	case len(head) == 0:
		return ""
	case isClass(head):
		return KindClass
	case isAssembly(head):
		return KindAssembly
	case bytes.HasPrefix(head, []byte("!BDN")): // [MS-PST] 2.2.2.6: dwMagic
		if page {
			return KindMailbox
		}
		return ""
	case isImage(head):
		return KindImage
	case strings.HasSuffix(name, ".htaccess"), strings.Contains(name, ".user.ini"), strings.HasSuffix(name, ".htaccess.sample"), isConfig(head, name):
		return KindConfig
	case page, isScript(head), marked(head):
		return KindPage
	case strings.HasSuffix(name, ".compiled") && bytes.Contains(head, []byte("<preserve ")): // what ASP.NET keeps of a page it has compiled
		return KindPage
	case hinted(name, staticNames) && bytes.HasPrefix(bytes.ToLower(bytes.TrimLeft(head[:min(len(head), 256)], " \t\r\n\xef\xbb\xbf")), []byte("<!doctype html")):
		return KindPage
	}
	return ""
}

// hinted reports whether one of the last extensions of a name is of a set:
// "a.php", but also "a.php.jpg", "a.aspx." and "a.jsp.bak".
func hinted(name string, set map[string]bool) bool {
	for range 3 {
		k := strings.LastIndexByte(name, '.')
		if k < 0 {
			return false
		}
		if set[strings.TrimRight(name[k+1:], " ~")] {
			return true
		}
		name = name[:k]
	}
	return false
}

// isClass tells compiled Java from fat binaries of macOS, which begin alike:
// there a small number of architectures stands in the place of the version.
// [JVMS] 4.1.
func isClass(head []byte) bool {
	if len(head) < 10 || !bytes.HasPrefix(head, []byte("\xca\xfe\xba\xbe")) {
		return false
	}
	major := binary.BigEndian.Uint16(head[6:])
	return major >= 45 && major < 128
}

// isAssembly reports whether a Windows program has a header of the common
// language runtime. [PE format] "Optional Header Data Directories", ECMA-335
// II.25.2.
func isAssembly(head []byte) bool {
	if len(head) < 0x40 || head[0] != 'M' || head[1] != 'Z' {
		return false
	}
	at := int64(binary.LittleEndian.Uint32(head[0x3c:]))
	if at+24+2 > int64(len(head)) || !bytes.HasPrefix(head[at:], []byte("PE\x00\x00")) {
		return false
	}
	optional := at + 24
	directories := optional + 96
	if binary.LittleEndian.Uint16(head[optional:]) == 0x20b { // PE32+
		directories = optional + 112
	}
	const runtime = 14 // index of the directory
	entry := directories + 8*runtime
	return entry+8 <= int64(len(head)) && binary.LittleEndian.Uint32(head[entry:]) != 0
}

// isImage reports whether a file begins as an image that browsers show.
func isImage(head []byte) bool {
	for _, magic := range [...]string{"GIF8", "\xff\xd8\xff", "\x89PNG\r\n", "\x00\x00\x01\x00"} {
		if bytes.HasPrefix(head, []byte(magic)) {
			return true
		}
	}
	return bytes.HasPrefix(head, []byte("RIFF")) && len(head) > 12 && string(head[8:12]) == "WEBP" ||
		bytes.HasPrefix(head, []byte("BM")) && len(head) > 14 && binary.LittleEndian.Uint32(head[6:]) == 0
}

// isScript reports whether a file names its own interpreter.
func isScript(head []byte) bool {
	if !bytes.HasPrefix(head, []byte("#!")) {
		return false
	}
	line, _, _ := bytes.Cut(head[:min(len(head), 128)], []byte("\n"))
	for _, interpreter := range [...]string{"perl", "python", "php", "ruby", "sh"} {
		if bytes.Contains(line, []byte(interpreter)) {
			return true
		}
	}
	return false
}

// isConfig recognises folder configurations whose names were changed, as in
// collections of samples.
func isConfig(head []byte, name string) bool {
	if strings.HasSuffix(name, "web.config") || strings.Contains(name, ".config") && bytes.Contains(head, []byte("<configuration")) {
		return true
	}
	if bytes.IndexByte(head, '<') > 0 && bytes.Contains(head, []byte("<system.webServer>")) && bytes.Contains(head, []byte("<configuration")) {
		return true
	}
	return hinted(name, map[string]bool{"htaccess": true})
}

// marked reports whether text holds a mark behind which servers find code.
func marked(head []byte) bool {
	if utf16Text(head) {
		return bytes.Contains(head, []byte("<\x00%\x00")) || bytes.Contains(head, []byte("\x00<\x00%")) ||
			bytes.Contains(head, []byte("<\x00?\x00p")) || bytes.Contains(head, []byte("\x00<\x00?"))
	}
	if bytes.IndexByte(head[:min(len(head), 1024)], 0) >= 0 {
		return false
	}
	for rest := head; ; {
		k := bytes.IndexByte(rest, '<')
		if k < 0 || k+4 > len(rest) {
			break
		}
		rest = rest[k+1:]
		if codeMark(rest) {
			return true
		}
	}
	if bytes.Contains(head, []byte("#@~^")) || source(head) {
		return true
	}
	return bare(head)
}

// source reports whether text is source of Java or .NET that servers compile:
// it imports what web pages are made of.
func source(head []byte) bool {
	for _, mark := range [...]string{"import java", "using System", "Imports System"} {
		if k := bytes.Index(head, []byte(mark)); k == 0 || k > 0 && (head[k-1] == '\n' || head[k-1] == '\r' || head[k-1] == ';') {
			return true
		}
	}
	return false
}

// codeMark reports whether what stands behind a '<' opens code.
func codeMark(rest []byte) bool {
	switch rest[0] {
	case '%':
		return true
	case '?':
		return hasPrefixFold(rest[1:], "php") || rest[1] == '=' || rest[1] == '\n' || rest[1] == '\r' || rest[1] == ' '
	case 's', 'S':
		if hasPrefixFold(rest, "script") {
			tag := rest[:min(len(rest), 120)]
			tag, _, _ = bytes.Cut(tag, []byte(">"))
			low := bytes.ToLower(tag)
			return bytes.Contains(low, []byte("runat")) || bytes.Contains(low, []byte("php"))
		}
	case 'j':
		return hasPrefixFold(rest, "jsp:")
	case 'c', 'C':
		for _, tag := range [...]string{"cfset", "cfif", "cfoutput", "cfexecute", "cffile", "cfquery", "cfscript", "cfcomponent", "cfparam", "cfinclude"} {
			if hasPrefixFold(rest, tag) {
				return true
			}
		}
	case '!':
		return hasPrefixFold(rest, "!--#exec") || hasPrefixFold(rest, "!--#include")
	}
	return false
}

// bare reports whether text without any mark reads what a visitor of a PHP
// page sent: such files are included by pages, or run by a console.
func bare(head []byte) bool {
	for rest := head; ; {
		k := bytes.Index(rest, []byte("$_"))
		if k < 0 {
			return false
		}
		rest = rest[k+2:]
		for _, name := range [...]string{"GET[", "POST[", "REQUEST[", "COOKIE[", "FILES[", "SERVER["} {
			if bytes.HasPrefix(rest, []byte(name)) {
				return true
			}
		}
	}
}

func utf16Text(head []byte) bool {
	return len(head) > 8 && (head[0] == 0xff && head[1] == 0xfe || head[0] == 0xfe && head[1] == 0xff)
}

func hasPrefixFold(b []byte, prefix string) bool {
	return len(b) >= len(prefix) && strings.EqualFold(string(b[:len(prefix)]), prefix)
}

// baseName is the last part of a path through archives.
func baseName(path string) string {
	return path[strings.LastIndexAny(path, `/\`)+1:]
}
