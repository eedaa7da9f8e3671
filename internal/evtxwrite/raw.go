package evtxwrite

import (
	"fmt"
	"strconv"
)

// rawElement is the whole event as elements with literal text, the way
// forwarded events and logs converted from traces are stored.
func (e *Event) rawElement(fields []Field, id uint64) *element {
	number := func(name string, n uint64) content { return leaf(name, literal(strconv.FormatUint(n, 10))) }
	provider := []attribute{{"Name", literal(e.Provider)}}
	if e.GUID != "" {
		provider = append(provider, attribute{"Guid", literal(e.GUID)})
	}
	system := &element{name: "System", content: []content{
		{child: &element{name: "Provider", attributes: provider}},
		number("EventID", uint64(e.EventID)),
		number("Version", uint64(e.Version)),
		number("Level", uint64(e.Level)),
		number("Task", uint64(e.Task)),
		number("Opcode", uint64(e.Opcode)),
		leaf("Keywords", literal(fmt.Sprintf("0x%x", e.Keywords))),
		{child: &element{name: "TimeCreated", attributes: []attribute{{"SystemTime", literal(Text(e.Time))}}}},
		number("EventRecordID", id),
		{child: &element{name: "Execution", attributes: []attribute{
			{"ProcessID", literal(strconv.Itoa(int(e.ProcessID)))}, {"ThreadID", literal(strconv.Itoa(int(e.ThreadID)))},
		}}},
		leaf("Channel", literal(e.Channel)),
		leaf("Computer", literal(e.Computer)),
	}}
	if e.UserSID != "" {
		security := &element{name: "Security", attributes: []attribute{{"UserID", literal(string(e.UserSID))}}}
		system.content = append(system.content, content{child: security})
	}
	root := &element{
		name:       "Event",
		attributes: []attribute{{"xmlns", literal(eventNamespace)}},
		content:    []content{{child: system}},
	}
	if len(fields) > 0 || e.UserData != nil {
		data := e.payload(fields, func(i int) content { return literal(Text(fields[i].Value)) })
		root.content = append(root.content, content{child: data})
	}
	return root
}
