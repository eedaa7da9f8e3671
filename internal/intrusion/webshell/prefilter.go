package webshell

import (
	"bytes"
	"slices"
)

// Marks of code besides "<?" and "<%". Words may stand in packed files by
// chance.
var (
	tags  = []string{"<script", "<SCRIPT", "<jsp:", "<cf", "<CF", "< %", "#@~^"}
	words = []string{"#!", "import ", "using System", "Imports System"}
)

// candidate reports whether a file can hold server-side code at all.
func candidate(data []byte) bool {
	if shellScript(data) {
		return false
	}
	if opensCode(data, "<?") || opensCode(data, "<%") {
		return true
	}
	has := func(mark string) bool { return bytes.Contains(data, []byte(mark)) }
	if slices.ContainsFunc(tags, has) {
		return true
	}
	return text(data) && (slices.ContainsFunc(words, has) || bareCode(data))
}

// text reports whether the head of a file holds hardly any control characters.
func text(data []byte) bool {
	head, controls := data[:min(len(data), 32<<10)], 0
	for _, c := range head {
		if control(c) {
			controls++
		}
	}
	return 100*controls <= len(head)
}

func control(c byte) bool { return c < '\t' || c > '\r' && c < ' ' || c == 0x7f }

// opensCode reports whether a mark of code is followed by text: in packed files
// two bytes are a mark by chance. Names in PHP may be of any bytes, those of the
// other languages are hardly ever.
func opensCode(data []byte, mark string) bool {
	const behind = 12
	for {
		at := bytes.Index(data, []byte(mark))
		if at < 0 {
			return false
		}
		data = data[at+len(mark):]
		controls, foreign := 0, 0
		next := data[:min(len(data), behind)]
		for _, c := range next {
			if control(c) {
				controls++
			}
			if c >= 0x80 {
				foreign++
			}
		}
		if controls == 0 && (mark == "<?" || 3*foreign <= len(next)) {
			return true
		}
	}
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
