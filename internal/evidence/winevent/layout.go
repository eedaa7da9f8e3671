package winevent

import (
	"strings"
	"sync"

	"seawall/record"
)

// target says what one value of a document is.
type target struct {
	name, path string // of the field it becomes; name "" is none
	also       string // another field of the body that it becomes too
	role       role
	convert    conversion
}

// role is what a value is used for beyond being a field.
type role uint8

const (
	plain        role = iota
	eventTime         // when it happened
	eventTimeUTC      // the same, in UTC without saying so
	localTime         // the same, in the zone of the exporter perhaps, if there is a better one
	receivedTime      // when a collector received the event
	message           // the event in words, looked at if there is nothing else
	embedded          // the event as a document in a string
	listName          // the name of the next or previous value in a list
)

// conversion makes a value what Windows writes.
type conversion uint8

const (
	asIs        conversion = iota
	guidBraces             // a GUID that may have lost its braces
	channelName            // of a channel, maybe abbreviated or with a prefix
)

// layout says how documents of one shape become records: which slot each
// value goes into.
type layout struct {
	schema  *record.Schema // nil: no Windows event
	columns []column       // of each value
	names   []int          // values that hold the names of others
	body    bool           // there are fields besides those of the header

	// Values with a role, -1 if there is none.
	time, local, received, message, embedded int

	utc bool // time is in UTC without saying so
}

type column struct {
	slot    int32 // -1: not used
	also    int32 // a second slot, or -1
	convert conversion
}

// newLayout makes a layout of what the values of a document are. It has no
// schema if they make no Windows event.
func newLayout(targets []target) *layout {
	l := &layout{time: -1, local: -1, received: -1, message: -1, embedded: -1}
	var fields []record.Field
	for i, t := range targets {
		c := column{slot: -1, also: -1, convert: t.convert}
		if t.name != "" {
			c.slot = int32(len(fields))
			fields = append(fields, record.Field{Name: t.name, Path: t.path})
			l.body = l.body || !strings.HasPrefix(t.path, systemPath)
		}
		if t.also != "" {
			c.also = int32(len(fields))
			fields = append(fields, record.Field{Name: t.also, Path: dataField(t.also).path})
		}
		l.columns = append(l.columns, c)
		l.play(i, t.role)
	}
	if isEvent(targets) {
		l.schema = record.NewSchema(record.KindWindows, fields)
	}
	return l
}

func (l *layout) play(value int, r role) {
	switch r {
	case eventTime, eventTimeUTC:
		l.time, l.utc = value, r == eventTimeUTC
	case localTime:
		l.local = value
	case receivedTime:
		l.received = value
	case message:
		l.message = value
	case embedded:
		l.embedded = value
	case listName:
		l.names = append(l.names, value)
	}
}

// Layouts remembered; evidence crafted to have more shapes only costs time.
const maxLayouts = 8192

// layouts is the layouts of all shapes, shared by all files, so that the
// same shape has the same schema.
type layouts struct {
	mu    sync.RWMutex
	known map[string]*layout // by signature
}

func newLayouts() *layouts { return &layouts{known: map[string]*layout{}} }

func (s *layouts) get(signature []byte) *layout {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return s.known[string(signature)]
}

// put keeps l unless another goroutine was faster, and returns the one kept.
func (s *layouts) put(signature []byte, l *layout) *layout {
	s.mu.Lock()
	defer s.mu.Unlock()
	if first := s.known[string(signature)]; first != nil {
		return first
	}
	if len(s.known) >= maxLayouts {
		clear(s.known)
	}
	s.known[string(signature)] = l
	return l
}

// local is one goroutine's own view of layouts, free of locks.
type local struct {
	shared *layouts
	known  map[string]*layout
}

func (c *local) get(signature []byte) *layout {
	if l := c.known[string(signature)]; l != nil {
		return l
	}
	l := c.shared.get(signature)
	if l != nil {
		c.keep(signature, l)
	}
	return l
}

func (c *local) keep(signature []byte, l *layout) {
	if len(c.known) >= maxLayouts {
		clear(c.known)
	}
	c.known[string(signature)] = l
}

// put shares a new layout and returns the one to use.
func (c *local) put(signature []byte, l *layout) *layout {
	l = c.shared.put(signature, l)
	c.keep(signature, l)
	return l
}

// headerField makes the target for a field of the event's header.
func headerField(name string) target {
	t := target{name: name, path: systemPath + headerPaths[name]}
	switch name {
	case "Channel":
		t.convert = channelName
	case "Provider_Guid", "Correlation_ActivityID", "Correlation_RelatedActivityID":
		t.convert = guidBraces
	case "TimeCreated":
		t.role = eventTime
	}
	return t
}

// headerPaths are the fields of headers and where an event has them.
var headerPaths = map[string]string{
	"EventID": "EventID", "Provider_Name": "Provider/@Name", "Provider_Guid": "Provider/@Guid", "EventSourceName": "Provider/@EventSourceName",
	"Qualifiers": "EventID/@Qualifiers", "Version": "Version", "Level": "Level", "Task": "Task", "Opcode": "Opcode", "Keywords": "Keywords",
	"TimeCreated": "TimeCreated/@SystemTime", "EventRecordID": "EventRecordID", "Correlation_ActivityID": "Correlation/@ActivityID",
	"Correlation_RelatedActivityID": "Correlation/@RelatedActivityID", "Execution_ProcessID": "Execution/@ProcessID",
	"Execution_ThreadID": "Execution/@ThreadID", "Channel": "Channel", "Computer": "Computer", "Security_UserID": "Security/@UserID",
}

// dataField makes the target for a field of the event's body.
func dataField(name string) target {
	bare := strings.ReplaceAll(name, " ", "")
	t := target{name: bare, path: "Event/EventData/Data[@Name='" + name + "']"}
	if name == "" || name == "Data" {
		t.name, t.path = "Data", "Event/EventData/Data"
	}
	if n := len(bare) - len("GUID"); n > 0 && strings.EqualFold(bare[n:], "GUID") {
		t.convert = guidBraces
	}
	return t
}

// onlyOne keeps the first of several values for the same header field.
func onlyOne(targets []target) []target {
	seen := map[string]bool{}
	for i, t := range targets {
		if t.name == "" || !strings.HasPrefix(t.path, systemPath) {
			continue
		}
		if seen[t.path] {
			targets[i] = target{}
		}
		seen[t.path] = true
	}
	return targets
}

// isEvent says whether targets hold what makes an event: its id, and its
// channel or provider.
func isEvent(targets []target) bool {
	var id, source bool
	for _, t := range targets {
		if strings.HasPrefix(t.path, systemPath) {
			id = id || t.name == "EventID"
			source = source || t.name == "Channel" || t.name == "Provider_Name"
		}
	}
	return id && source
}
