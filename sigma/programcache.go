package sigma

import (
	"bytes"
	"sync"

	"seawall/record"
)

// programCache holds the programs of a set. Evidence that is crafted to need
// ever new ones makes it start over, and costs time, not memory.
type programCache struct {
	mu         sync.Mutex
	programs   map[programKey]*program
	automata   automatonCache
	bytes      int // of programs and their keys
	generation int // how often the cache was emptied
}

// programKey is a schema and, exactly as encoded, the channel and event id.
type programKey struct {
	schema   *record.Schema
	identity string
}

// maxProgramBytes is the memory for programs and automata before a cache is
// emptied. The published rules on logs of all kinds need a fifth.
const maxProgramBytes = 64 << 20

// Fixed cost of a cached program, for the schema it keeps alive.
const programOverhead = 4 << 10

// appendIdentity appends the key of a channel and event id.
func appendIdentity(dst []byte, channel, id record.Value) []byte {
	dst = append(dst, byte(channel.Kind), byte(id.Kind), byte(len(id.Raw)), byte(len(id.Raw)>>8), byte(len(id.Raw)>>16))
	return append(append(dst, id.Raw...), channel.Raw...)
}

// get returns the program for records of a schema, channel and event id, and
// the generation of the cache.
func (c *programCache) get(s *Set, schema *record.Schema, x identity, channel, id record.Value) (*program, int) {
	key := programKey{schema, string(appendIdentity(nil, channel, id))}
	c.mu.Lock()
	defer c.mu.Unlock()
	if p, ok := c.programs[key]; ok {
		return p, c.generation
	}
	if c.programs == nil || c.bytes+c.automata.bytes > maxProgramBytes {
		c.programs = map[programKey]*program{}
		c.automata = automatonCache{built: map[string]*automaton{}}
		c.bytes = 0
		c.generation++
	}
	channel.Raw, id.Raw = bytes.Clone(channel.Raw), bytes.Clone(id.Raw)
	p := emptyProgram
	if variants := s.variantsFor(x, channel, id); len(variants) > 0 {
		p = newProgram(variants, newBinder(schema, channel, id), &c.automata)
	}
	c.programs[key] = p
	c.bytes += programOverhead + len(key.identity) + p.size()
	return p, c.generation
}
