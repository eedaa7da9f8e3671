package evtx

import (
	"strings"
	"unicode/utf8"

	"seawall/record"
)

// AppendXML appends the event as XML to dst, the way Windows renders it
// ([MS-EVEN6] 2.2.12 and 3.1.4.7): elements and attributes whose optional value
// is NULL are left out, elements around an array are repeated for each item.
// Characters that XML has no form for become U+FFFD.
//
// It is valid while e is, until the call of [Handler.Event] returns.
func (e *Event) AppendXML(dst []byte) []byte {
	w := xmlWriter{d: e.decoder, dst: dst}
	for _, root := range e.layout.roots {
		w.element(root)
	}
	return w.dst
}

type xmlWriter struct {
	d       *Decoder
	dst     []byte
	scratch []byte
}

func (w *xmlWriter) element(e *element) {
	if w.d.dropped(e.drops) {
		return
	}
	for _, c := range e.content {
		if c.child == nil && w.absent(c.text) {
			return
		}
	}
	if array, ok := w.array(e); ok {
		array.Items(func(item record.Value) bool {
			w.start(e)
			w.dst = append(w.dst, '>')
			w.value(item)
			w.end(e)
			return true
		})
		return
	}
	w.start(e)
	if len(e.content) == 0 {
		w.dst = append(w.dst, '/', '>')
		return
	}
	w.dst = append(w.dst, '>')
	for _, c := range e.content {
		if c.child != nil {
			w.element(c.child)
		} else {
			w.text(c.text)
		}
	}
	w.end(e)
}

// absent says whether a text has an optional value that is NULL.
func (w *xmlWriter) absent(text []piece) bool {
	for i := range text {
		if text[i].optional && w.d.slots[text[i].slot].typ == typeNull {
			return true
		}
	}
	return false
}

// array returns the array that is the only content of an element.
func (w *xmlWriter) array(e *element) (v record.Value, ok bool) {
	if len(e.content) != 1 || len(e.content[0].text) != 1 || e.content[0].text[0].slot < 0 {
		return v, false
	}
	v = w.d.value(&w.d.slots[e.content[0].text[0].slot])
	return v, v.Kind&record.Array != 0
}

func (w *xmlWriter) start(e *element) {
	w.dst = append(append(w.dst, '<'), e.name...)
	for _, a := range e.attributes {
		if w.absent(a.text) {
			continue
		}
		before := len(w.dst)
		w.dst = append(append(w.dst, ' '), a.name...)
		w.dst = append(w.dst, '=', '\'')
		value := len(w.dst)
		w.text(a.text)
		if len(w.dst) == value { // [MS-EVEN6] 2.2.12.2: empty attributes are not emitted
			w.dst = w.dst[:before]
			continue
		}
		w.dst = append(w.dst, '\'')
	}
}

func (w *xmlWriter) end(e *element) {
	w.dst = append(append(w.dst, '<', '/'), e.name...)
	w.dst = append(w.dst, '>')
}

func (w *xmlWriter) text(text []piece) {
	for i := range text {
		if p := &text[i]; p.slot >= 0 {
			w.value(w.d.value(&w.d.slots[p.slot]))
		} else {
			w.value(p.literal)
		}
	}
}

func (w *xmlWriter) value(v record.Value) {
	if v.Kind == record.Markup { // is XML already
		w.dst = append(w.dst, v.Raw...)
		return
	}
	w.scratch = v.AppendText(w.scratch[:0])
	w.dst = appendXMLText(w.dst, w.scratch)
}

// appendXMLText writes UTF-8 text, which may be invalid, as content of elements
// and of attributes.
func appendXMLText(dst, text []byte) []byte {
	for len(text) > 0 {
		c := text[0]
		if c >= utf8.RuneSelf {
			r, n := utf8.DecodeRune(text)
			if r == 0xfffe || r == 0xffff {
				r = utf8.RuneError
			}
			dst = utf8.AppendRune(dst, r)
			text = text[n:]
			continue
		}
		text = text[1:]
		switch {
		case c == '&':
			dst = append(dst, "&amp;"...)
		case c == '<':
			dst = append(dst, "&lt;"...)
		case c == '>':
			dst = append(dst, "&gt;"...)
		case c == '\'':
			dst = append(dst, "&apos;"...)
		case c == '\r': // parsers turn a bare one into a newline
			dst = append(dst, "&#13;"...)
		case c < 0x20 && c != '\t' && c != '\n':
			dst = utf8.AppendRune(dst, utf8.RuneError)
		default:
			dst = append(dst, c)
		}
	}
	return dst
}

// isName says whether a name can stand in XML. Those of crafted files need not.
func isName(name string) bool {
	if name == "" {
		return false
	}
	for i, r := range name {
		letter := r == '_' || r == ':' || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= 0xc0 && r != utf8.RuneError
		if !letter && (i == 0 || !(r == '-' || r == '.' || r >= '0' && r <= '9')) {
			return false
		}
	}
	return true
}

// xmlName returns name, or what comes closest to it in XML.
func xmlName(name string) string {
	if isName(name) {
		return name
	}
	safe := strings.Map(func(r rune) rune {
		if isName("x" + string(r)) {
			return r
		}
		return '_'
	}, name)
	if !isName(safe) {
		safe = "_" + safe
	}
	return safe
}
