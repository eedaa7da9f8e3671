package webshell

import (
	"bytes"

	"seawall/internal/intrusion/webshell/syntax"
)

// role says what a word of a page can be part of.
type role uint16

const (
	source   role = 1 << iota // brings in what the visitor sent
	sink                      // runs code or commands, also without a visitor
	effect                    // acts on what the visitor sent
	indirect                  // calls what a value names
	bare                      // counts wherever it stands; other words need a bracket or comment behind them
	stream                    // counts before a colon
	class                     // counts before a variable, too
	method                    // counts behind an arrow, too
	included                  // runs the file that follows
	runs                      // runs code or commands, and is for nothing else
)

// suspect reports whether a page is worth an evaluation. It reads the bytes
// once and errs on the side of yes: comments and text count like code. What
// it refuses has no finding (see the test).
func suspect(page []byte, lang syntax.Language) bool {
	switch lang {
	case syntax.PHP:
		t := phpTraits(page)
		return t&(sink|indirect) != 0 || t&(source|effect) == source|effect
	case syntax.VBScript, syntax.VBNet, syntax.Java, syntax.CSharp:
		t := pageTraits(page, lang)
		return t&sink != 0 || t&(source|effect) == source|effect
	}
	return true
}

// phpTraits collects the roles of a PHP page. It stops as soon as they are
// enough for an evaluation.
func phpTraits(page []byte) (t role) {
	for i := 0; i < len(page); {
		c := page[i]
		switch byteClasses[c] {
		case wordByte:
			from := i
			for i < len(page) && byteClasses[page[i]] == wordByte {
				i++
			}
			if r := phpWords.role(page[from:i]); r != 0 {
				t |= phpRole(r, page, from, i)
			}
		case openByte:
			if callsValue(page, i) {
				return indirect
			}
			i++
		case dollarByte:
			if i+1 < len(page) && (page[i+1] == '$' || page[i+1] == '{') {
				return indirect // a variable by a computed name
			}
			i++
		case tickByte:
			if i+1 < len(page) && runsText(page[i+1:]) {
				return sink
			}
			i++
		default:
			i++
		}
		if t&(sink|indirect) != 0 || t&(source|effect) == source|effect {
			return t
		}
	}
	return t
}

// phpRole narrows the role of a word by what stands around it: methods and
// mere mentions of a function are no calls.
func phpRole(r role, page []byte, from, to int) role {
	const what = source | sink | effect | indirect
	if r&included != 0 && namesData(page[to:min(len(page), to+maxInclude)]) {
		return sink
	}
	if r&bare != 0 {
		return r & what
	}
	if r&method == 0 && from > 1 && (page[from-1] == '>' && page[from-2] == '-' || page[from-1] == ':' && page[from-2] == ':') {
		return 0
	}
	at := skipSpace(page, to)
	if at == len(page) {
		return 0
	}
	switch c := page[at]; {
	case r&stream != 0:
		if c == ':' {
			return r & what
		}
	case c == '(', c == '#', c == '/' && at+1 < len(page) && (page[at+1] == '*' || page[at+1] == '/'),
		c == '$' && r&class != 0:
		return r & what
	}
	return 0
}

// maxInclude is how far behind its word the name of an included file is
// looked for.
const maxInclude = 240

// namesData reports whether a statement names a file that is no page, or
// escapes letters of a name.
func namesData(rest []byte) bool {
	rest, _, _ = bytes.Cut(rest, []byte(";"))
	if bytes.Contains(rest, []byte(`\x`)) || bytes.Contains(rest, []byte(`\1`)) || bytes.Contains(rest, []byte(`\0`)) {
		return true
	}
	for _, ext := range [...]string{".ico", ".jpg", ".jpeg", ".png", ".gif", ".bmp", ".woff", ".ttf", ".zip", ".pdf"} {
		if bytes.Contains(rest, []byte(ext)) {
			return true
		}
	}
	return false
}

// runsText reports whether the text up to the next backquote holds a variable.
func runsText(rest []byte) bool {
	for _, c := range rest {
		if c == '`' {
			return false
		}
		if c == '$' {
			return true
		}
	}
	return false
}

// callsValue reports whether the bracket at a place can call a value instead
// of a function by its name.
func callsValue(page []byte, at int) bool {
	i, lines := at-1, false
	for i >= 0 && byteClasses[page[i]] == spaceByte {
		lines = lines || page[i] == '\n' || page[i] == '\r'
		i--
	}
	if i < 0 {
		return false
	}
	switch c := page[i]; {
	case c == ']' || c == '}':
		return true
	case c == ')':
		return !isCast(page, i)
	case c == '/':
		return i > 0 && page[i-1] == '*'
	case isQuote(c):
		return i > 0 && byteClasses[page[i-1]] == wordByte
	case byteClasses[c] == wordByte:
		for i >= 0 && byteClasses[page[i]] == wordByte {
			i--
		}
		return i >= 0 && page[i] == '$' || lines // a comment may stand between
	}
	return false
}

// isCast reports whether the bracket at a place closes the name of a type.
func isCast(page []byte, closing int) bool {
	to := closing
	for to > 0 && page[to-1] == ' ' {
		to--
	}
	from := to
	for from > 0 && byteClasses[page[from-1]] == wordByte {
		from--
	}
	switch string(page[from:to]) {
	case "int", "float", "string", "bool", "array", "object", "integer", "boolean", "double":
		return from > 0 && (page[from-1] == '(' || page[from-1] == ' ')
	}
	return false
}

// pageTraits collects the roles of a page in one of the other languages, where
// calls need no brackets and names may hold escapes and invisible characters.
func pageTraits(page []byte, lang syntax.Language) (t role) {
	binds := lang == syntax.CSharp || lang == syntax.VBNet // where Eval binds data
	for i := 0; i < len(page); {
		c := page[i]
		switch {
		case byteClasses[c] == wordByte:
			from := i
			for i < len(page) && byteClasses[page[i]] == wordByte {
				if page[i] == 0xe2 && invisible(page[i:]) {
					return sink
				}
				i++
			}
			if binds && i-from == len("eval") && bytes.EqualFold(page[from:i], []byte("eval")) {
				continue
			}
			t |= pageWords.role(page[from:i])
		case c == '\\' && i+1 < len(page) && page[i+1] == 'u':
			return sink
		default:
			i++
		}
		if t&sink != 0 || t&(source|effect) == source|effect {
			return t
		}
	}
	return t
}

// invisible reports whether a text begins with a character of no width, by
// which names are hidden: U+200B to U+200F, U+2028 to U+202F, U+2060 to U+206F.
func invisible(rest []byte) bool {
	if len(rest) < 3 {
		return false
	}
	switch c := rest[2]; rest[1] {
	case 0x80:
		return c >= 0x8b && c <= 0x8f || c >= 0xa8 && c <= 0xaf
	case 0x81:
		return c >= 0xa0 && c <= 0xaf
	}
	return false
}

func isQuote(c byte) bool { return c == '\'' || c == '"' }

func skipSpace(page []byte, at int) int {
	for at < len(page) && byteClasses[page[at]] == spaceByte {
		at++
	}
	return at
}
