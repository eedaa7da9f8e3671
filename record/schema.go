package record

import "strings"

// Field is one column of a schema.
type Field struct {
	// Name is the field as authors of rules write it: "CommandLine". Several
	// fields may share a name (the unnamed Data elements of an event are all
	// "Data"); together they are then one list of values.
	Name string
	// Path is the field's unambiguous place in its source, such as
	// "Event/EventData/Data[@Name='CommandLine']" or "process.args".
	Path string
	// Fixed says that the schema itself determines the value: it is Const
	// in every record. Values still carries it.
	Fixed bool
	Const Value
}

// Schema names the slots of a family of records. Schemas are immutable once
// built, shared between goroutines, and compared by pointer: a decoder returns
// the same *Schema for the same shape.
type Schema struct {
	// Kind is the family of log sources: [KindWindows], ....
	Kind string
	// Source is the log within the family, where fields do not tell: "access",
	// "zeek conn"; "" for Windows, whose records name their channel.
	Source string
	// Group is what kind of log that is, if several products write such:
	// "firewall", "netflow"; "" if there is no need for a name.
	Group  string
	Fields []Field

	exact map[string][]int
	fold  map[string][]int
}

// The kinds of schemas.
const (
	KindWindows = "windows" // Windows event logs, whatever the file format they were read from
	KindWeb     = "web"     // logs of web servers, proxies, load balancers and web appliances
	KindNetwork = "network" // logs of network sensors, flow exporters and firewalls, and captures
	KindSystem  = "system"  // logs and listings of Unix hosts and appliances
)

// NewSchema builds a schema and its name index. It keeps fields.
func NewSchema(kind string, fields []Field) *Schema {
	s := &Schema{Kind: kind, Fields: fields, exact: map[string][]int{}, fold: map[string][]int{}}
	for slot, f := range fields {
		s.exact[f.Name] = append(s.exact[f.Name], slot)
		folded := strings.ToLower(f.Name)
		s.fold[folded] = append(s.fold[folded], slot)
	}
	return s
}

// NewSource builds a schema whose records are all of one log of a family.
func NewSource(kind, source string, fields []Field) *Schema {
	s := NewSchema(kind, fields)
	s.Source = source
	return s
}

// Lookup returns the slots that carry the named field, in document order: an
// exact match if there is one, else one that differs in case only, else nil.
// The caller must not change the result.
func (s *Schema) Lookup(name string) []int {
	if slots, ok := s.exact[name]; ok {
		return slots
	}
	return s.fold[strings.ToLower(name)]
}
