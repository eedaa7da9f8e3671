// Package openrow numbers the fields of logs whose rows do not all have the
// same ones. Logs omit fields as they please, so a schema is not the fields of
// one row but all fields met so far in a log.
package openrow

import (
	"sync"

	"seawall/record"
)

// MaxFields is the most fields of one log; values of further ones are skipped.
const MaxFields = 1024

// Catalog numbers the fields of the logs of one family. Numbers never change,
// so goroutines that know fewer fields than others agree with them on those.
// Safe for concurrent use.
type Catalog struct {
	// Group, if not nil, returns the group of a log's schema. It must be set
	// before the catalog is used.
	Group func(source string) string

	kind string
	mu   sync.Mutex
	logs map[string]*fields
}

// fields are the fields of one log.
type fields struct {
	names  []record.Field
	slots  map[string]int
	schema *record.Schema // of all names; nil if names were added since
}

// NewCatalog returns a catalog of logs of a kind.
func NewCatalog(kind string) *Catalog {
	return &Catalog{kind: kind, logs: map[string]*fields{}}
}

// A file that claims to hold more logs than this has the rest read as one.
const maxLogs = 512

func (c *Catalog) log(source string) *fields {
	f := c.logs[source]
	if f == nil && len(c.logs) >= maxLogs {
		source = ""
		f = c.logs[source]
	}
	if f == nil {
		f = &fields{slots: map[string]int{}}
		c.logs[source] = f
	}
	return f
}

// Slot returns the slot of a field, a new one if need be; -1 if there are too
// many.
func (c *Catalog) Slot(source, name string) int {
	c.mu.Lock()
	defer c.mu.Unlock()
	f := c.log(source)
	if slot, ok := f.slots[name]; ok {
		return slot
	}
	if len(f.names) >= MaxFields {
		return -1
	}
	slot := len(f.names)
	f.slots[name] = slot
	f.names = append(f.names, record.Field{Name: name, Path: name})
	f.schema = nil
	return slot
}

// Schema returns the schema of all fields of a log.
func (c *Catalog) Schema(source string) *record.Schema {
	c.mu.Lock()
	defer c.mu.Unlock()
	f := c.log(source)
	if f.schema == nil {
		f.schema = record.NewSource(c.kind, source, append([]record.Field(nil), f.names...))
		if c.Group != nil {
			f.schema.Group = c.Group(source)
		}
	}
	return f.schema
}
