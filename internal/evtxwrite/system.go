package evtxwrite

import (
	"fmt"
	"strconv"
	"strings"
)

const eventNamespace = "http://schemas.microsoft.com/win/2004/08/events/event"

// Slots of the outer template. Provider, channel and computer are part of the
// template itself, as in logs written by Windows.
const (
	slotLevel = iota
	slotOpcode
	slotTask
	slotEventID
	slotQualifiers
	slotKeywords
	slotTime
	slotActivity
	slotProcess
	slotThread
	slotRecord
	slotVersion
	slotUser
	slotData // binary XML, or NULL
)

// body returns what appends the event's binary XML to the current chunk.
func (w *Writer) body(e *Event) (func(), error) {
	user, activity := typed{}, typed{}
	var err error
	if e.UserSID != "" {
		if user, err = encode(e.UserSID); err != nil {
			return nil, err
		}
	}
	if e.ActivityID != "" {
		if activity, err = encode(GUID(e.ActivityID)); err != nil {
			return nil, err
		}
	}
	fields := e.Data
	if e.UserData != nil {
		fields = e.UserData.Fields
	}
	data := make([]typed, len(fields))
	for i, f := range fields {
		if data[i], err = encode(f.Value); err != nil {
			return nil, fmt.Errorf("field %d %q: %w", i, f.Name, err)
		}
		if len(data[i].raw) >= chunkSize {
			return nil, fmt.Errorf("field %d %q: %d bytes are more than a chunk holds", i, f.Name, len(data[i].raw))
		}
	}
	if e.NoTemplates {
		root := e.rawElement(fields, w.recordID(e))
		return func() { w.chunk.fragment(root, false) }, nil
	}
	return func() {
		values := make([]typed, slotData)
		put := func(slot int, value any) { values[slot], _ = encode(value) }
		put(slotLevel, e.Level)
		put(slotOpcode, e.Opcode)
		put(slotTask, e.Task)
		put(slotEventID, e.EventID)
		if e.Qualifiers != 0 {
			put(slotQualifiers, e.Qualifiers)
		}
		put(slotKeywords, Hex64(e.Keywords))
		put(slotTime, e.Time)
		put(slotProcess, e.ProcessID)
		put(slotThread, e.ThreadID)
		put(slotRecord, w.recordID(e))
		put(slotVersion, e.Version)
		values[slotUser], values[slotActivity] = user, activity
		outer := w.template(e.outerShape(), e.outer)
		if len(fields) == 0 && e.UserData == nil {
			w.chunk.instance(outer, append(values, typed{}), nil)
			return
		}
		inner := w.template(innerShape(e, data), func() *element { return e.inner(fields, data) })
		w.chunk.instance(outer, values, func() { w.chunk.instance(inner, data, nil) })
	}, nil
}

func (w *Writer) recordID(e *Event) uint64 {
	if e.RecordID != 0 {
		return e.RecordID
	}
	return w.next
}

// outerShape names everything the outer template fixes.
func (e *Event) outerShape() string {
	return strings.Join([]string{"system", e.Provider, e.GUID, e.Source, e.Channel, e.Computer}, "\x00")
}

func (e *Event) outer() *element {
	provider := []attribute{{"Name", literal(e.Provider)}}
	if e.GUID != "" {
		provider = append(provider, attribute{"Guid", literal(e.GUID)})
	}
	if e.Source != "" {
		provider = append(provider, attribute{"EventSourceName", literal(e.Source)})
	}
	system := &element{name: "System", content: []content{
		{child: &element{name: "Provider", attributes: provider}},
		leaf("EventID", optional(slotEventID, typeUint16), attribute{"Qualifiers", optional(slotQualifiers, typeUint16)}),
		leaf("Version", optional(slotVersion, typeUint8)),
		leaf("Level", optional(slotLevel, typeUint8)),
		leaf("Task", optional(slotTask, typeUint16)),
		leaf("Opcode", optional(slotOpcode, typeUint8)),
		leaf("Keywords", optional(slotKeywords, typeHex64)),
		{child: &element{name: "TimeCreated", attributes: []attribute{{"SystemTime", optional(slotTime, typeFileTime)}}}},
		leaf("EventRecordID", optional(slotRecord, typeUint64)),
		{child: &element{name: "Correlation", attributes: []attribute{{"ActivityID", optional(slotActivity, typeGUID)}}}},
		{child: &element{name: "Execution", attributes: []attribute{
			{"ProcessID", optional(slotProcess, typeUint32)}, {"ThreadID", optional(slotThread, typeUint32)},
		}}},
		leaf("Channel", literal(e.Channel)),
		leaf("Computer", literal(e.Computer)),
		{child: &element{name: "Security", attributes: []attribute{{"UserID", optional(slotUser, typeSID)}}}},
	}}
	return &element{
		name:       "Event",
		attributes: []attribute{{"xmlns", literal(eventNamespace)}},
		content:    []content{{child: system}, optional(slotData, typeBinXML)},
	}
}

// innerShape names everything the inner template fixes: element and field
// names and the types of the values.
func innerShape(e *Event, data []typed) string {
	var b strings.Builder
	fields := e.Data
	b.WriteString("data")
	if e.UserData != nil {
		fields = e.UserData.Fields
		b.WriteString("\x00user\x00" + e.UserData.Root + "\x00" + e.UserData.Namespace)
	}
	for i, f := range fields {
		b.WriteString("\x00" + f.Name + "\x00" + strconv.Itoa(int(data[i].typ)))
	}
	return b.String()
}

func (e *Event) inner(fields []Field, data []typed) *element {
	return e.payload(fields, func(i int) content {
		typ := data[i].typ
		if typ == typeNull {
			typ = typeString
		}
		return normal(uint16(i), typ)
	})
}

// payload is the EventData or UserData element, with the content of field i
// given by value.
func (e *Event) payload(fields []Field, value func(i int) content) *element {
	root := &element{name: "EventData"}
	for i, f := range fields {
		switch {
		case e.UserData != nil:
			root.content = append(root.content, leaf(f.Name, value(i)))
		case f.Name == "":
			root.content = append(root.content, leaf("Data", value(i)))
		default:
			root.content = append(root.content, leaf("Data", value(i), attribute{"Name", literal(f.Name)}))
		}
	}
	if e.UserData == nil {
		return root
	}
	root.name = e.UserData.Root
	if e.UserData.Namespace != "" {
		root.attributes = []attribute{{"xmlns", literal(e.UserData.Namespace)}}
	}
	return &element{name: "UserData", content: []content{{child: root}}}
}
