package webshell

import "bytes"

// candidate reports whether a file can hold server-side code at all.
func candidate(data []byte) bool {
	if shellScript(data) {
		return false
	}
	if bytes.Contains(data, []byte("<?")) || bytes.Contains(data, []byte("<%")) {
		return true
	}
	for _, mark := range [...]string{"<script", "<SCRIPT", "<jsp:", "<cf", "<CF", "< %", "#!", "import ", "using System", "Imports System", "#@~^"} {
		if bytes.Contains(data, []byte(mark)) {
			return true
		}
	}
	return bareCode(data)
}

// shellScript reports whether a file is run by an interpreter none of whose
// languages is known here, and holds no page.
func shellScript(data []byte) bool {
	if !bytes.HasPrefix(data, []byte("#!")) {
		return false
	}
	line, rest, _ := bytes.Cut(data, []byte("\n"))
	for _, known := range [...]string{"perl", "python", "php"} {
		if bytes.Contains(line, []byte(known)) {
			return false
		}
	}
	return !bytes.Contains(rest, []byte("<?")) && !bytes.Contains(rest, []byte("<%"))
}

// bareCode reports whether a file without any mark of code reads like PHP: such
// files are included by pages, or pasted into a console that runs them.
func bareCode(data []byte) bool {
	for rest := data; ; {
		k := bytes.IndexByte(rest, '$')
		if k < 0 || k+2 >= len(rest) {
			return false
		}
		rest = rest[k+1:]
		n := 0
		for n < len(rest) && byteClasses[rest[n]] == wordByte {
			n++
		}
		after := bytes.TrimLeft(rest[n:min(len(rest), n+8)], " ")
		if n > 0 && len(after) > 0 && (after[0] == '=' || after[0] == '[' && rest[0] == '_') {
			return true
		}
	}
}
