package weblog

import "bytes"

// token is one column of a line of unknown format.
type token struct {
	text  []byte
	key   []byte // of "key=value", else nil
	class class
	quote byte // '"' or '[' if the text is in quotes or brackets, else 0
}

// class is what a column looks like.
type class byte

const (
	classWord    class = 'w'
	classDash    class = '-'
	classAddress class = 'a' // one or a list of them
	classTime    class = 't'
	classRequest class = 'r' // a request line in quotes
	classMethod  class = 'm' // of a request line without quotes
	classPath    class = 'p'
	classVersion class = 'v'
	classStatus  class = 's' // three digits that may be a status
	classNumber  class = 'n'
	classDecimal class = 'd'
	classAgent   class = 'u'
	classReferer class = 'f'
	classHost    class = 'h'
	classText    class = 'q' // other text in quotes or brackets
)

// maxTokens bounds the columns of a line.
const maxTokens = 64

// tokens divides a line into columns: words, texts in quotes and in brackets,
// and values with a key. It returns nil if there are too many.
func (r *row) tokens(line []byte) []token {
	tokens := r.found[:0]
	for {
		line = bytes.TrimLeft(line, " \t|,;")
		if len(line) == 0 {
			break
		}
		if len(tokens) == maxTokens {
			tokens = nil
			break
		}
		var t token
		t, line = nextToken(line)
		tokens = append(tokens, t)
	}
	if tokens != nil {
		r.found = tokens
	}
	return tokens
}

func nextToken(line []byte) (t token, rest []byte) {
	if eq := keyLength(line); eq > 0 {
		t.key = line[:eq]
		line = line[eq+1:]
		if len(line) == 0 || line[0] == ' ' {
			t.class = classDash
			return t, line
		}
	}
	switch line[0] {
	case '"', '\'':
		if end := quoteEnd(line); end > 0 {
			t.text, t.quote, rest = line[1:end], '"', line[end+1:]
			t.class = classOfQuoted(t.text)
			return t, rest
		}
	case '[':
		if end := bytes.IndexByte(line, ']'); end > 0 && (end+1 == len(line) || line[end+1] == ' ' || line[end+1] == ':') {
			t.text, t.quote, rest = line[1:end], '[', bytes.TrimPrefix(line[end+1:], []byte(":"))
			t.class = classOfWord(t.text)
			if t.class == classWord {
				t.class = classText
			}
			return t, rest
		}
	}
	end := bytes.IndexAny(line, " \t|;")
	if end < 0 {
		end = len(line)
	}
	if end == 10 && len(line) >= 19 && line[13] == ':' && line[4] == '-' { // date and time of day
		if end = bytes.IndexAny(line[11:], " \t|"); end < 0 {
			end = len(line) - 11
		}
		end += 11
	}
	if end >= 20 && end < 28 && len(line) >= end+6 && line[2] == '/' && (line[end+1] == '+' || line[end+1] == '-') && number(line[end+2:end+6]) {
		end += 6 // the zone
	}
	t.text, rest = line[:end], line[end:]
	t.class = classOfWord(t.text)
	return t, rest
}

// quoteEnd returns the index of the quote that ends a text in quotes.
func quoteEnd(line []byte) int {
	if line[0] == '"' {
		return closingQuote(line, 1)
	}
	for i := 1; i < len(line); i++ {
		if line[i] == '\'' && (i+1 == len(line) || line[i+1] == ' ' || line[i+1] == ',') {
			return i
		}
	}
	return -1
}

// keyLength returns the length of the key of "key=value", else 0.
func keyLength(line []byte) int {
	i := 0
	for i < len(line) && i < 40 && (methodByte[line[i]] || line[i] == '.' || i > 0 && line[i]-'0' <= 9) {
		i++
	}
	if i > 0 && i < len(line) && line[i] == '=' {
		return i
	}
	return 0
}

// classOfQuoted tells what a text in quotes looks like.
func classOfQuoted(b []byte) class {
	if len(b) == 0 || len(b) == 1 && b[0] == '-' {
		return classDash
	}
	if method, uri, version := splitRequest(b); method != nil && (version != nil || len(uri) > 0 && uri[0] == '/') {
		return classRequest
	}
	switch {
	case bytes.HasPrefix(b, []byte("http://")), bytes.HasPrefix(b, []byte("https://")), bytes.HasPrefix(b, []byte("android-app:")):
		return classReferer
	case forwarded(b):
		return classAddress
	case bytes.Contains(b, []byte("Mozilla/")), agentLike(b):
		return classAgent
	}
	if c := classOfWord(b); c == classTime || c == classStatus || c == classNumber || c == classDecimal {
		return c
	}
	return classText
}

// agentLike reports whether b begins as products in user agents do, "curl/7".
func agentLike(b []byte) bool {
	i := bytes.IndexByte(b, '/')
	return i > 1 && i+1 < len(b) && b[i+1]-'0' <= 9 && letter(b[0]) && bytes.IndexByte(b[:i], ' ') < 0
}

// classOfWord tells what a word looks like.
func classOfWord(b []byte) class {
	switch {
	case len(b) == 0 || len(b) == 1 && b[0] == '-':
		return classDash
	case isVersion(b):
		return classVersion
	case timeLike(b):
		return classTime
	case number(b):
		if len(b) == 3 && b[0] >= '1' && b[0] <= '5' {
			return classStatus
		}
		return classNumber
	case decimal(bytes.TrimSuffix(bytes.TrimSuffix(b, []byte("s")), []byte("m"))):
		return classDecimal
	case address(bytes.TrimRight(b, ",")):
		return classAddress
	case b[0] == '/':
		return classPath
	case len(b) >= 3 && len(b) <= 9 && allUpper(b):
		return classMethod
	case bytes.HasPrefix(b, []byte("http://")), bytes.HasPrefix(b, []byte("https://")):
		return classReferer
	case bytes.IndexByte(b, '.') > 0 && letter(b[len(b)-1]) || bytes.IndexByte(b, ':') > 0:
		return classHost
	}
	return classWord
}

func allUpper(b []byte) bool {
	for _, c := range b {
		if c < 'A' || c > 'Z' {
			return false
		}
	}
	return true
}

// timeLike reports whether b has the form of a time with a date.
func timeLike(b []byte) bool {
	if len(b) < 19 {
		return false
	}
	return b[2] == '/' && b[6] == '/' && b[11] == ':' || b[13] == ':' && b[16] == ':' && (b[4] == '-' && b[7] == '-' || b[4] == '/' && b[7] == '/') ||
		b[3] == ' ' && b[7] == ' ' && b[13] == ':' && b[16] == ':' && len(b) < 32
}
