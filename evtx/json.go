package evtx

import (
	"strconv"

	"seawall/record"
)

// AppendJSON appends the event as one JSON object to dst, in the form that the
// Rust program evtx_dump made common: elements are members, attributes are in a
// member "#attributes", Data elements are named by their Name, unnamed ones are
// a list in "Data". Unlike there, texts keep their trailing blanks.
//
// It is valid while e is, until the call of [Handler.Event] returns.
func (e *Event) AppendJSON(dst []byte) []byte {
	l := e.layout
	l.once.Do(func() { l.json = compileProgram(compileJSON(l.roots)) })
	w := jsonWriter{d: e.decoder, dst: dst}
	w.run(l.json)
	w.close('{', '}')
	return w.dst
}

// jsonMember is one member of an object, and how its value is written.
type jsonMember struct {
	key        []byte  // `"Name":`
	drops      []int32 // slots whose NULL drops it
	literal    []byte  // the whole member, with a comma, if nothing of it varies
	attributes []jsonMember
	text       []piece
	children   []jsonMember
	list       [][]piece // texts of unnamed Data elements: a list
	slot       int32     // the value, if it is that of a slot and nothing else; else -1
}

func compileJSON(elements []*element) []jsonMember {
	list := make([]content, len(elements))
	for i, e := range elements {
		list[i].child = e
	}
	return jsonMembers(list)
}

// jsonMembers makes members of sibling elements. Names that occur again get a
// number, unnamed Data elements become one member.
func jsonMembers(siblings []content) []jsonMember {
	var members []jsonMember
	seen := map[string]int{}
	data := -1
	for _, c := range siblings {
		e := c.child
		if e == nil {
			continue
		}
		name, named := e.name, false
		if e.name == "Data" {
			name, named = e.literalAttribute("Name")
			if !named {
				if data < 0 {
					data = len(members)
					members = append(members, jsonMember{key: jsonKey("Data")})
				}
				members[data].list = append(members[data].list, textOf(e.content))
				continue
			}
		}
		if n := seen[name]; n > 0 {
			seen[name]++
			name += "_" + strconv.Itoa(n)
		} else {
			seen[name] = 1
		}
		members = append(members, jsonElement(name, named, e))
	}
	return mergeLiterals(members)
}

func jsonElement(name string, named bool, e *element) jsonMember {
	m := jsonMember{key: jsonKey(name), drops: e.drops, text: textOf(e.content), children: jsonMembers(e.content)}
	for _, a := range e.attributes {
		if named && a.name == "Name" {
			continue
		}
		m.attributes = append(m.attributes, jsonMember{key: jsonKey(a.name), text: a.text})
	}
	m.attributes = mergeLiterals(m.attributes)
	return m
}

// mergeLiterals writes what never varies once and for all.
func mergeLiterals(members []jsonMember) []jsonMember {
	merged := members[:0]
	for _, m := range members {
		m.slot = -1
		if len(m.text) == 1 && len(m.attributes) == 0 && len(m.children) == 0 {
			m.slot = m.text[0].slot
		}
		if m.literal == nil && m.constant() {
			w := jsonWriter{}
			w.member(&m)
			m = jsonMember{literal: w.dst, slot: -1}
		}
		if n := len(merged); n > 0 && m.literal != nil && merged[n-1].literal != nil {
			merged[n-1].literal = append(merged[n-1].literal, m.literal...)
			continue
		}
		merged = append(merged, m)
	}
	return merged
}

func (m *jsonMember) constant() bool {
	if m.literal != nil {
		return true
	}
	if len(m.drops) > 0 || m.list != nil || len(m.text) > 1 || len(m.text) == 1 && m.text[0].slot >= 0 {
		return false
	}
	for _, list := range [2][]jsonMember{m.attributes, m.children} {
		for i := range list {
			if !list[i].constant() {
				return false
			}
		}
	}
	return true
}

// textOf returns the text of an element, that between its children left out if
// it is blank.
func textOf(list []content) (text []piece) {
	for _, c := range list {
		if c.child == nil && (len(list) == 1 || !isBlank(c.text)) {
			text = append(text, c.text...)
		}
	}
	return text
}

func jsonKey(name string) []byte {
	return append(appendJSONText(nil, []byte(name)), ':')
}

// jsonWriter writes members with a comma behind each; closing an object takes
// the last one away.
type jsonWriter struct {
	d   *Decoder
	dst []byte
}

func (w *jsonWriter) close(open, end byte) {
	last := len(w.dst) - 1
	if w.dst[last] == open {
		w.dst = append(w.dst, end)
		return
	}
	w.dst[last] = end
}

func (w *jsonWriter) members(list []jsonMember) {
	for i := range list {
		if m := &list[i]; m.literal != nil {
			w.dst = append(w.dst, m.literal...)
		} else {
			w.member(m)
		}
	}
}

func (w *jsonWriter) member(m *jsonMember) {
	if len(m.drops) > 0 && w.d.dropped(m.drops) {
		return
	}
	start := len(w.dst)
	w.dst = append(w.dst, m.key...)
	switch {
	case m.list != nil:
		if !w.list(m.list) {
			w.dst = w.dst[:start]
			return
		}
	case len(m.attributes) == 0 && len(m.children) == 0:
		w.text(m.text)
	default:
		w.object(m)
	}
	w.dst = append(w.dst, ',')
}

// object writes an element with attributes or children; null if it has none.
func (w *jsonWriter) object(m *jsonMember) {
	w.dst = append(w.dst, '{')
	if len(m.attributes) > 0 {
		start := len(w.dst)
		w.dst = append(w.dst, `"#attributes":{`...)
		empty := len(w.dst)
		w.attributes(m.attributes)
		if len(w.dst) == empty {
			w.dst = w.dst[:start]
		} else {
			w.close('{', '}')
			w.dst = append(w.dst, ',')
		}
	}
	if w.dst[len(w.dst)-1] == '{' && len(m.children) == 0 {
		w.dst = w.dst[:len(w.dst)-1]
		w.text(m.text)
		return
	}
	if len(m.text) > 0 {
		start := len(w.dst)
		w.dst = append(w.dst, `"#text":`...)
		value := len(w.dst)
		w.text(m.text)
		if string(w.dst[value:]) == "null" {
			w.dst = w.dst[:start]
		} else {
			w.dst = append(w.dst, ',')
		}
	}
	w.members(m.children)
	if w.dst[len(w.dst)-1] == '{' {
		w.dst = append(w.dst[:len(w.dst)-1], "null"...)
		return
	}
	w.close('{', '}')
}

// attributes writes those that are not NULL.
func (w *jsonWriter) attributes(list []jsonMember) {
	for i := range list {
		m := &list[i]
		if m.literal != nil {
			w.dst = append(w.dst, m.literal...)
			continue
		}
		if m.slot >= 0 {
			if s := &w.d.slots[m.slot]; !s.isNull() {
				w.dst = append(w.dst, m.key...)
				w.value(s)
				w.dst = append(w.dst, ',')
			}
			continue
		}
		start := len(w.dst)
		w.dst = append(w.dst, m.key...)
		value := len(w.dst)
		w.text(m.text)
		if string(w.dst[value:]) == "null" {
			w.dst = w.dst[:start]
		} else {
			w.dst = append(w.dst, ',')
		}
	}
}

// list writes the unnamed data of an event, as far as there is any.
func (w *jsonWriter) list(texts [][]piece) (ok bool) {
	w.dst = append(w.dst, `{"#text":[`...)
	open := len(w.dst)
	items := 0
	for _, text := range texts {
		if len(text) != 1 || text[0].slot < 0 {
			w.text(text)
			w.dst = append(w.dst, ',')
			items++
			continue
		}
		w.d.value(&w.d.slots[text[0].slot]).Items(func(v record.Value) bool {
			w.dst = append(appendJSONValue(w.dst, v), ',')
			items++
			return true
		})
	}
	switch items {
	case 0:
		return false
	case 1: // no list
		copy(w.dst[open-1:], w.dst[open:len(w.dst)-1])
		w.dst = append(w.dst[:len(w.dst)-2], '}')
	default:
		w.close('[', ']')
		w.dst = append(w.dst, '}')
	}
	return true
}

// text writes a value, or several pieces as one string.
func (w *jsonWriter) text(text []piece) {
	switch {
	case len(text) == 0:
		w.dst = append(w.dst, "null"...)
	case len(text) == 1 && text[0].slot >= 0:
		w.value(&w.d.slots[text[0].slot])
	case len(text) == 1:
		w.dst = appendJSONValue(w.dst, text[0].literal)
	default:
		w.dst = appendJSONValue(w.dst, w.d.text(text))
	}
}

// value writes the value of a slot, a list if it is an array.
func (w *jsonWriter) value(s *slot) {
	v := w.d.value(s)
	if v.Kind&record.Array == 0 {
		w.dst = appendJSONValue(w.dst, v)
		return
	}
	w.dst = append(w.dst, '[')
	v.Items(func(item record.Value) bool {
		w.dst = append(appendJSONValue(w.dst, item), ',')
		return true
	})
	w.close('[', ']')
}
