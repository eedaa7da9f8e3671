package winevent

import (
	"bytes"
	"errors"
	"fmt"

	"seawall/internal/evidence/jsonscan"
)

// readJSON reads the objects of a block: one per line, over several lines
// each, or as the items of an array; evtx_dump writes "Record 1" between them.
func readJSON(r *rows) {
	data := r.text.data
	// How many bytes may be scanned in vain, so that no input makes the time
	// grow with the square of its size.
	patience := 8*len(data) + 4096
	for at := listStart(r.text); ; {
		start := nextObject(r, at)
		if start < 0 {
			return
		}
		line := bytes.IndexByte(data[start:], '\n')
		if line < 0 {
			line = len(data) - start
		}
		r.json.Values = r.json.Values[:0]
		n, err := r.jsonEvent(data[start:start+line], start, 0)
		if errors.Is(err, jsonscan.ErrShort) && start+line < len(data) && patience > 0 {
			n, err = r.jsonEvent(data[start:], start, 0)
			if err != nil {
				patience -= min(len(data)-start, maxDocument)
			}
		}
		if err != nil {
			r.lost(start, err.Error())
			at = nextLine(data, start+1)
			continue
		}
		at = start + n
	}
}

// listStart returns where the events of a block begin: behind the head of a
// search engine's answer, if the file is one.
func listStart(t *text) int {
	if start := skipBlanks(t.data, 0); t.block.Offset == 0 && start < len(t.data) && t.data[start] == '{' {
		if n := wrapper(t.data[start:]); n > 0 {
			return start + n
		}
	}
	return 0
}

// jsonEvent reads the object that doc begins with and returns its length. It
// is at text[at:]; length is that of the document it is cited by, 0 for its
// own.
func (r *rows) jsonEvent(doc []byte, at, length int) (int, error) {
	n, err := r.json.Object(doc)
	if err != nil {
		return 0, err
	}
	if n > maxDocument {
		return 0, fmt.Errorf("one object is %d bytes long; more than %d are not read", n, maxDocument)
	}
	if length == 0 {
		length = n
		r.scratch = r.scratch[:0]
		r.room(2*n + 512)
	}
	r.values = r.values[:0]
	for _, v := range r.json.Values {
		r.values = append(r.values, jsonValue(v))
	}
	r.signature = append(append(r.signature[:0], signedJSON), r.json.Shape...)
	r.document(at, length, r.learnJSON)
	return n, nil
}

func jsonValue(v jsonscan.Value) value {
	switch v.Kind {
	case jsonscan.Null:
		return value{form: absent}
	case jsonscan.String:
		return value{v.Raw, jsonString}
	case jsonscan.Array:
		return value{v.Raw, jsonArray}
	}
	return value{v.Raw, verbatim}
}

// learnJSON makes the layout of the object just scanned.
func (r *rows) learnJSON(names []string) *layout {
	targets, _ := jsonTargets(jsonscan.Paths(r.json.Shape), names)
	return newLayout(targets)
}

// jsonTargets says what the values of an object are, and what dialect that is.
func jsonTargets(paths [][]string, names []string) (targets []target, dialect string) {
	if targets := nestedTargets(paths, names); targets != nil {
		return targets, "nested"
	}
	k := joinKeys(paths)
	if d := k.dialect(); d != nil {
		return d.targets(k), d.id
	}
	return nil, ""
}

// nextObject returns the index of the next object at or behind at, -1 if
// there is none. Between objects there may be what separates them; anything
// else is reported.
func nextObject(r *rows, at int) int {
	data := r.text.data
	for at < len(data) {
		switch c := data[at]; {
		case c == '{':
			return at
		case c == '\n' || c == ' ' || c == ',' || c == '\r' || c == '\t' || c == '[' || c == ']' || c == '}': // of lists, and of what they are in
			at++
		case bytes.HasPrefix(data[at:], []byte("Record ")): // evtx_dump
			at = nextLine(data, at)
		default:
			r.lost(at, fmt.Sprintf("expected a JSON object, found %q", data[at:min(at+20, len(data))]))
			for at = nextLine(data, at); at < len(data) && data[at] != '{'; {
				at = nextLine(data, at)
			}
		}
	}
	return -1
}

// nextLine returns the index behind the next line end.
func nextLine(data []byte, at int) int {
	if i := bytes.IndexByte(data[min(at, len(data)):], '\n'); i >= 0 {
		return at + i + 1
	}
	return len(data)
}

// cutJSON cuts between objects: best where one begins a line behind the end of
// another, else wherever the last whole object ends.
func cutJSON(data []byte, last bool) int {
	if last {
		return len(data)
	}
	e := guessEncoding(data)
	for end := len(data); ; {
		i := lastIndex(data[:end], "\n{", e)
		if i <= 0 {
			break
		}
		if endsObject(data[:i]) {
			return i + len(widen("\n", e))
		}
		end = i
	}
	if e != utf8Text {
		return 0
	}
	cut, at := 0, 0
	if start := bytes.IndexByte(data, '{'); start >= 0 {
		at = start + wrapper(data[start:])
	}
	for {
		start := bytes.IndexByte(data[at:], '{')
		if start < 0 {
			return cut
		}
		n, err := jsonscan.Skip(data[at+start:])
		if err != nil {
			return cut
		}
		at += start + n
		cut = at
	}
}

// endsObject says whether the text before a line that begins with an object
// ends one, so that the new one is not inside another.
func endsObject(before []byte) bool {
	before = bytes.TrimRight(before, " \t\r\n\x00")
	before = bytes.TrimRight(bytes.TrimSuffix(before, []byte(",")), " \t\r\n\x00")
	if bytes.HasSuffix(before, []byte("}")) {
		return true
	}
	line := before[bytes.LastIndexByte(before, '\n')+1:]
	return bytes.HasPrefix(bytes.TrimLeft(line, "\x00"), []byte("Record "))
}

// matchJSON returns a match for one dialect: it looks at the first object.
func matchJSON(dialect string) func([]byte, string) bool {
	return func(head []byte, _ string) bool {
		return jsonDialect(head) == dialect
	}
}

func jsonDialect(head []byte) string {
	if e := guessEncoding(head); e != utf8Text {
		head = decodeUTF16(nil, head[:min(len(head), 16<<10)], e)
	}
	head = bytes.TrimPrefix(head, byteOrderMark)
	if bytes.HasPrefix(head, []byte("Record ")) {
		head = head[nextLine(head, 0):]
	}
	head = bytes.TrimLeft(head, " \t\r\n[")
	if !bytes.HasPrefix(head, []byte("{")) {
		return ""
	}
	head = head[wrapper(head):]
	var s jsonscan.Scanner
	if _, err := s.Object(head); err != nil && !errors.Is(err, jsonscan.ErrShort) {
		return ""
	}
	targets, dialect := jsonTargets(jsonscan.Paths(s.Shape), nil)
	if isEvent(targets) {
		return dialect
	}
	for i, t := range targets { // a search engine's export of something else has the same shape
		if t.role == embedded && i < len(s.Values) {
			inner := bytes.TrimSpace(s.Values[i].Text(nil))
			if beginsEvent(inner) || bytes.HasPrefix(inner, []byte(`{"Event":`)) {
				return dialect
			}
		}
	}
	return ""
}
