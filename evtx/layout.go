package evtx

import (
	"strings"
	"sync"

	"seawall/record"
)

// layout says how records of a shape are laid out: the fields of the schema,
// and where their values come from.
type layout struct {
	schema   *record.Schema
	constant []record.Value // of every field; null where the value varies
	sources  []source       // of the fields whose value varies
	texts    [][]piece      // texts of several pieces
	time     *source        // of the field that holds the time of the event, nil if none
	id       *source        // of the field that holds EventRecordID, nil if none
	roots    []*element

	once sync.Once
	json *jsonProgram // writes the roots; made when first asked for
}

// source is where the value of a field comes from.
type source struct {
	field int32
	slot  int32 // the value; or -1 for the constant
	text  int32 // index in layout.texts, or -1
	drops []int32
}

func compile(s *shape) *layout {
	c := &compiler{layout: &layout{roots: buildTree(s)}}
	for _, e := range c.layout.roots {
		c.element(e, place{}, nil)
	}
	l := c.layout
	for field, f := range c.fields {
		switch f.Path {
		case "Event/System/TimeCreated/@SystemTime":
			l.time = l.source(field)
		case "Event/System/EventRecordID":
			l.id = l.source(field)
		}
	}
	l.schema = record.NewSchema(record.KindWindows, c.fields)
	return l
}

// source returns where the value of a field comes from.
func (l *layout) source(field int) *source {
	for i := range l.sources {
		if l.sources[i].field == int32(field) {
			return &l.sources[i]
		}
	}
	return &source{field: int32(field), slot: -1, text: -1}
}

// compiler makes the fields of a layout.
type compiler struct {
	layout *layout
	fields []record.Field
}

// place is where an element stands.
type place struct {
	path    string // of the parent, with a slash behind
	section string // child of Event that it is in: System, EventData, …
}

func (c *compiler) element(e *element, in place, drops []int32) {
	drops = append(drops[:len(drops):len(drops)], e.drops...)
	here := place{path: in.path + e.name, section: in.section}
	name := e.name
	if in.path == "Event/" {
		here.section = e.name
	}
	if e.name == "Data" || e.name == "ComplexData" {
		if given, ok := e.literalAttribute("Name"); ok {
			name = strings.ReplaceAll(given, " ", "")
			here.path += "[@Name='" + given + "']"
		}
	}
	if in.section == "RenderingInfo" && name != "Message" {
		name = "RenderingInfo_" + name
	}
	for _, a := range e.attributes {
		c.attribute(e, &a, here, drops)
	}
	hasChild := false
	for _, item := range e.content {
		if item.child != nil {
			hasChild = true
			c.element(item.child, place{path: here.path + "/", section: here.section}, drops)
		}
	}
	for _, item := range e.content {
		if item.child == nil && !(hasChild && isBlank(item.text)) {
			c.field(name, here.path, item.text, drops)
		}
	}
	if len(e.content) == 0 && (e.name == "Data" || len(e.attributes) == 0 && in.section != "" && in.section != "System") {
		c.field(name, here.path, nil, drops) // so that rules can tell that it is empty
	}
}

// literalAttribute returns an attribute whose text is part of the template.
func (e *element) literalAttribute(name string) (text string, ok bool) {
	for _, a := range e.attributes {
		if a.name == name && len(a.text) == 1 && a.text[0].slot < 0 {
			return a.text[0].literal.String(), true
		}
	}
	return "", false
}

func isBlank(text []piece) bool {
	for _, p := range text {
		if p.slot >= 0 || strings.TrimSpace(p.literal.String()) != "" {
			return false
		}
	}
	return true
}

// attribute makes a field of an attribute, except for namespaces and names
// that are part of the schema.
func (c *compiler) attribute(e *element, a *attribute, here place, drops []int32) {
	if a.name == "xmlns" || strings.HasPrefix(a.name, "xmlns:") {
		return
	}
	if _, literal := e.literalAttribute(a.name); literal && a.name == "Name" && (e.name == "Data" || e.name == "ComplexData") {
		return
	}
	name := e.name + "_" + a.name
	if here.section == "System" {
		switch name {
		case "EventID_Qualifiers", "Provider_EventSourceName":
			name = a.name
		case "TimeCreated_SystemTime":
			name = e.name
		}
	}
	c.field(name, here.path+"/@"+a.name, a.text, drops)
}

// field adds a field whose value is text.
func (c *compiler) field(name, path string, text []piece, drops []int32) {
	if len(c.fields) >= maxFields {
		return
	}
	l := c.layout
	field := record.Field{Name: name, Path: path}
	src := source{field: int32(len(c.fields)), slot: -1, text: -1}
	var value record.Value
	switch {
	case len(text) == 0:
	case len(text) == 1 && text[0].slot >= 0:
		src.slot = text[0].slot
	case len(text) == 1:
		value = text[0].literal
	default:
		src.text = int32(len(l.texts))
		l.texts = append(l.texts, text)
	}
	for _, slot := range drops {
		if slot != src.slot {
			src.drops = append(src.drops, slot)
		}
	}
	if src.slot < 0 && src.text < 0 && len(src.drops) == 0 {
		field.Fixed, field.Const = true, value
	} else {
		l.sources = append(l.sources, src)
	}
	c.fields = append(c.fields, field)
	l.constant = append(l.constant, value)
}
