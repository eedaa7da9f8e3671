package winevent

import (
	"bytes"
	"encoding/binary"
	"errors"
)

// xmlScanner flattens one <Event> element into its attributes and texts, and a
// shape that is everything else. The Name of a Data element is part of the
// shape.
type xmlScanner struct {
	values []value
	shape  []byte
	data   []byte
	open   []xmlElement // elements we are in
}

// xmlElement is an element that is open.
type xmlElement struct {
	name      []byte
	child     bool // it has elements in it
	text      bool // its text was noted
	attribute bool // it has attributes that are values
}

// What a shape is made of; each but the end of an element is followed by a
// name with its length before it.
const (
	markElement = iota
	markAttribute
	markGiven // the Name of a Data element: no value
	markText
	markClose
)

var (
	errXMLShort  = errors.New("the Event element is cut off")
	errXMLSyntax = errors.New("this is no well-formed Event element")
	errXMLDepth  = errors.New("the Event element is nested too deeply")
)

const (
	maxXMLDepth  = 64
	maxXMLValues = 1 << 14
)

// beginsEvent says whether data begins with the start tag of an event.
func beginsEvent(data []byte) bool {
	rest, ok := bytes.CutPrefix(data, []byte("<Event"))
	return ok && len(rest) > 0 && (rest[0] == '>' || isXMLSpace(rest[0]))
}

func isXMLSpace(c byte) bool { return c == ' ' || c == '\n' || c == '\r' || c == '\t' }

// event scans the element that data begins with and returns its length.
func (s *xmlScanner) event(data []byte) (int, error) {
	s.values, s.shape, s.open, s.data = s.values[:0], s.shape[:0], s.open[:0], data
	for i := 0; ; {
		lt := bytes.IndexByte(data[i:], '<')
		if lt < 0 {
			return i, errXMLShort
		}
		if len(s.open) > 0 {
			s.text(data[i : i+lt])
		}
		i += lt
		next, err := s.tag(i)
		if err != nil {
			return i, err
		}
		if len(s.open) == 0 {
			return next, nil
		}
		if len(s.values) > maxXMLValues {
			return i, errXMLDepth
		}
		i = next
	}
}

// text notes the text of the innermost element, unless it is blank between
// elements.
func (s *xmlScanner) text(raw []byte) {
	top := &s.open[len(s.open)-1]
	if len(raw) == 0 || top.text || isXMLSpace(raw[0]) && len(bytes.TrimSpace(raw)) == 0 && (top.child || !s.closes(raw)) {
		return
	}
	top.text = true
	s.shape = append(s.shape, markText)
	s.values = append(s.values, value{raw, xmlText})
}

// closes says whether an end tag follows raw, so that blank text is all there
// is in its element.
func (s *xmlScanner) closes(raw []byte) bool {
	rest := s.data[cap(s.data)-cap(raw)+len(raw):]
	return bytes.HasPrefix(rest, []byte("</"))
}

// tag scans the tag at i and returns the index behind it.
func (s *xmlScanner) tag(i int) (int, error) {
	data := s.data
	if i+1 >= len(data) {
		return i, errXMLShort
	}
	switch data[i+1] {
	case '/':
		return s.endTag(i)
	case '!', '?':
		return s.special(i)
	}
	return s.startTag(i)
}

func (s *xmlScanner) endTag(i int) (int, error) {
	gt := bytes.IndexByte(s.data[i:], '>')
	if gt < 0 {
		return i, errXMLShort
	}
	if len(s.open) == 0 || !bytes.Equal(bytes.TrimSpace(s.data[i+2:i+gt]), s.open[len(s.open)-1].name) {
		return i, errXMLSyntax
	}
	s.close()
	return i + gt + 1, nil
}

// close ends the innermost element. An element without anything in it has an
// empty text; so has Data in any case.
func (s *xmlScanner) close() {
	top := s.open[len(s.open)-1]
	if !top.child && !top.text && (!top.attribute || string(top.name) == "Data") {
		s.shape = append(s.shape, markText)
		s.values = append(s.values, value{nil, xmlText})
	}
	s.shape = append(s.shape, markClose)
	s.open = s.open[:len(s.open)-1]
}

// special skips a comment or processing instruction and notes a CDATA section.
func (s *xmlScanner) special(i int) (int, error) {
	rest := s.data[i:]
	if len(s.open) == 0 {
		return i, errXMLSyntax
	}
	for _, m := range []struct{ begin, end string }{{"<!--", "-->"}, {"<?", "?>"}, {"<![CDATA[", "]]>"}} {
		if !bytes.HasPrefix(rest, []byte(m.begin)) {
			continue
		}
		end := bytes.Index(rest[len(m.begin):], []byte(m.end))
		if end < 0 {
			return i, errXMLShort
		}
		if top := &s.open[len(s.open)-1]; m.begin == "<![CDATA[" && !top.text {
			top.text = true
			s.shape = append(s.shape, markText)
			s.values = append(s.values, value{rest[len(m.begin) : len(m.begin)+end], verbatim})
		}
		return i + len(m.begin) + end + len(m.end), nil
	}
	return i, errXMLSyntax
}

func (s *xmlScanner) startTag(i int) (int, error) {
	data := s.data
	end := i + 1
	for end < len(data) && data[end] != '>' && data[end] != '/' && !isXMLSpace(data[end]) {
		end++
	}
	name := data[i+1 : end]
	if len(name) == 0 {
		return i, errXMLSyntax
	}
	if len(s.open) >= maxXMLDepth {
		return i, errXMLDepth
	}
	if len(s.open) > 0 {
		s.open[len(s.open)-1].child = true
	}
	s.open = append(s.open, xmlElement{name: name})
	s.mark(markElement, name)
	for end < len(data) {
		switch c := data[end]; {
		case isXMLSpace(c):
			end++
		case c == '>':
			return end + 1, nil
		case c == '/':
			if end+1 >= len(data) {
				return i, errXMLShort
			}
			if data[end+1] != '>' {
				return i, errXMLSyntax
			}
			s.close()
			return end + 2, nil
		default:
			var err error
			if end, err = s.attribute(end, name); err != nil {
				return i, err
			}
		}
	}
	return i, errXMLShort
}

// attribute scans the attribute at i and returns the index behind it.
func (s *xmlScanner) attribute(i int, element []byte) (int, error) {
	data := s.data
	equals := bytes.IndexByte(data[i:], '=')
	if equals < 0 {
		return i, errXMLShort
	}
	name := bytes.TrimSpace(data[i : i+equals])
	at := i + equals + 1
	for at < len(data) && isXMLSpace(data[at]) {
		at++
	}
	if at >= len(data) {
		return i, errXMLShort
	}
	quote := data[at]
	if quote != '"' && quote != '\'' || len(name) == 0 || bytes.IndexByte(name, '<') >= 0 || bytes.IndexByte(name, '>') >= 0 {
		return i, errXMLSyntax
	}
	end := bytes.IndexByte(data[at+1:], quote)
	if end < 0 {
		return i, errXMLShort
	}
	raw := data[at+1 : at+1+end]
	if string(name) == "Name" && (string(element) == "Data" || string(element) == "ComplexData") {
		s.mark(markGiven, raw)
	} else {
		s.open[len(s.open)-1].attribute = true
		s.mark(markAttribute, name)
		s.values = append(s.values, value{raw, xmlText})
	}
	return at + 1 + end + 1, nil
}

func (s *xmlScanner) mark(m byte, name []byte) {
	s.shape = append(s.shape, m)
	s.shape = binary.AppendUvarint(s.shape, uint64(len(name)))
	s.shape = append(s.shape, name...)
}

// xmlTargets says what the values of a shape are.
func xmlTargets(shape []byte) []target {
	var targets []target
	var at []eventPath // the elements we are in, from Event on
	for len(shape) > 0 {
		m := shape[0]
		shape = shape[1:]
		name := ""
		if m == markElement || m == markAttribute || m == markGiven {
			n, size := binary.Uvarint(shape)
			name = string(appendUnescaped(nil, shape[size:size+int(n)]))
			shape = shape[size+int(n):]
		}
		switch m {
		case markElement:
			inner := eventPath{}
			if len(at) > 0 {
				outer := at[len(at)-1].elements
				inner.elements = append(outer[:len(outer):len(outer)], name)
			}
			at = append(at, inner)
		case markGiven:
			at[len(at)-1].given = name
		case markAttribute:
			p := at[len(at)-1]
			p.attribute = name
			targets = append(targets, p.target())
		case markText:
			targets = append(targets, textTarget(at[len(at)-1]))
		case markClose:
			at = at[:len(at)-1]
		}
	}
	return onlyOne(targets)
}

// textTarget is the target of an element's text. Elements of the header that
// only have attributes say nothing by their emptiness.
func textTarget(p eventPath) target {
	if len(p.elements) < 2 {
		return target{}
	}
	t := p.target()
	if p.elements[0] == "System" {
		if _, ok := headerPaths[t.name]; !ok || t.name == "TimeCreated" {
			return target{}
		}
	}
	return t
}
