package sigma

import (
	"fmt"
	"slices"
	"strings"

	"seawall/record"
)

// FieldEquals is a condition on one field: it has one of the values, compared
// without case. Field is a name of the record, not of the rule.
type FieldEquals struct {
	Field  string
	Values []string
}

// Target is one kind of record that is evidence for a log source, and how its
// fields read in the words of rule authors.
//
// A rule is bound to a target as follows. A rule field f is looked up with
// [Target.Resolve]. It gives either the name of a record field, to be bound to
// its slots as usual, or a [Derivation]. A derived field is best treated as
// one more slot behind those of the schema, filled on first use and at most
// once per record: everything that works on slots (automata, operators, null
// checks) then works on it unchanged. Rule values are never rewritten, because
// that is exact for whole values only: "High" can be replaced by its SID, but
// endswith 'igh' cannot. Deriving the value is exact under every modifier.
type Target struct {
	// Name is what reports call the target: "Security 4688".
	Name string
	// Kind is the kind of schema, [record.KindWindows].
	Kind string
	// Channels are the event channels, or the sources of schemas that are one
	// log, compared without case; none means any.
	Channels []string
	// Provider is the event provider, compared without case; "" means any.
	Provider string
	// EventIDs are the event ids; none means any.
	EventIDs []int
	// Require are further conditions, all of which must hold.
	Require []FieldEquals
	// Rename maps field names of rules to those of the record.
	Rename map[string]string
	// Derive holds the fields of rules that are computed from the record. It
	// wins over Rename.
	Derive map[string]Derivation
	// Degraded says that the target lacks fields or precision which rules for
	// this log source count on, so that it may match less or more.
	Degraded bool
	// Enable says how to collect such records.
	Enable string
}

// Derivation computes a field that records carry in other words or in parts.
type Derivation struct {
	// From names the record fields the value is made of. If a schema has none
	// of them the derived field does not exist under it.
	From []string
	// Append appends the raw bytes of the derived value to dst and returns
	// its kind: [record.Text], Text|Array (several readings, NUL-separated:
	// any may match), or [record.Null]. values holds the first non-null value
	// of each field of From, null if there is none. It must not keep them.
	Append func(dst []byte, values []record.Value) ([]byte, record.Kind)
}

// Resolve returns how the target carries a field of a rule: under the returned
// name, or, if the derivation is not nil, computed by it.
func (t *Target) Resolve(field string) (string, *Derivation) {
	if d, ok := lookupFold(t.Derive, field); ok {
		return field, &d
	}
	if name, ok := lookupFold(t.Rename, field); ok {
		return name, nil
	}
	return field, nil
}

// lookupFold finds key in m, exactly or else without regard to case. The maps
// of a target have few keys that differ in more than case.
func lookupFold[V any](m map[string]V, key string) (V, bool) {
	if v, ok := m[key]; ok {
		return v, true
	}
	for k, v := range m {
		if strings.EqualFold(k, key) {
			return v, true
		}
	}
	var zero V
	return zero, false
}

// Mapping says which records are evidence for which log source. Keys are lower
// case. It may be changed until it is first used.
type Mapping struct {
	// Categories maps a category of product windows (or of no product) to its
	// targets, best source first.
	Categories map[string][]Target
	// Services maps a service of product windows to its event channels.
	Services map[string][]string
	// Elsewhere says for categories, services and products that leave no
	// trace in Windows event logs where their evidence is found.
	Elsewhere map[string]string
}

// Targets returns the records that are evidence for a log source, best source
// first. If there are none, reason says why, for people.
//
// A category together with a service means the category's records in that
// service's channels. A log source of product windows alone is every Windows
// event.
func (m *Mapping) Targets(ls LogSource) (targets []Target, reason string) {
	product := strings.ToLower(strings.TrimSpace(ls.Product))
	category := strings.ToLower(strings.TrimSpace(ls.Category))
	service := strings.ToLower(strings.TrimSpace(ls.Service))
	if web := m.webLogSource(product, category, service); web != nil {
		return web, ""
	}
	if network := networkLogSource(product, category, service); network != nil {
		return network, ""
	}
	for _, part := range []string{product, category, service} {
		if why, ok := m.Elsewhere[part]; ok && part != "" {
			return nil, why
		}
	}
	if product != "" && product != "windows" {
		return nil, fmt.Sprintf("product %q does not write Windows event logs", ls.Product)
	}
	switch {
	case category == "" && service == "" && product == "":
		return nil, "the rule names no log source"
	case category == "" && service == "":
		return []Target{{Name: "any Windows event", Kind: record.KindWindows}}, ""
	}
	channels, known := m.Services[service]
	if service != "" && !known {
		return nil, fmt.Sprintf("no Windows event channel is known for service %q", ls.Service)
	}
	if category == "" {
		return []Target{{Name: service, Kind: record.KindWindows, Channels: channels, Derive: hostDerivations}}, ""
	}
	targets, known = m.Categories[category]
	if !known {
		return nil, fmt.Sprintf("no Windows event is known for category %q", ls.Category)
	}
	if service == "" {
		return targets, ""
	}
	targets = within(targets, channels)
	if len(targets) == 0 {
		return nil, fmt.Sprintf("category %q does not occur in service %q", ls.Category, ls.Service)
	}
	return targets, ""
}

// within narrows targets to some channels.
func within(targets []Target, channels []string) []Target {
	var narrowed []Target
	for _, t := range targets {
		var both []string
		for _, c := range t.Channels {
			if slices.ContainsFunc(channels, func(other string) bool { return strings.EqualFold(c, other) }) {
				both = append(both, c)
			}
		}
		if len(both) > 0 {
			t.Channels = both
			narrowed = append(narrowed, t)
		}
	}
	return narrowed
}
