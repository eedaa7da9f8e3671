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
	selections map[string]*selection // by identity
	programs   map[string]*program   // by identity and shape
	automata   automatonCache
	witnesses  witnesses
	bytes      int // of programs, selections and keys
	generation int // how often the cache was emptied
}

// maxProgramBytes is the memory for programs and automata before a cache is
// emptied. The published rules on logs of all kinds need a fifth.
const maxProgramBytes = 64 << 20

// Fixed cost of an entry of the cache.
const entryOverhead = 256

// appendIdentity appends the key of a channel and event id, exactly as they
// are encoded.
func appendIdentity(dst []byte, channel, id record.Value) []byte {
	dst = append(dst, byte(channel.Kind), byte(id.Kind), byte(len(id.Raw)), byte(len(id.Raw)>>8), byte(len(id.Raw)>>16), byte(len(id.Raw)>>24))
	return append(append(dst, id.Raw...), channel.Raw...)
}

// get returns the program for records of a schema, channel and event id, and
// the generation of the cache.
func (c *programCache) get(s *Set, schema *record.Schema, x identity, channel, id record.Value) (*program, int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.programs == nil || c.bytes+c.automata.bytes > maxProgramBytes {
		c.empty()
	}
	key := appendIdentity(nil, channel, id)
	if !x.plain(channel, id) {
		key = append(key, 1)
	}
	sel, ok := c.selections[string(key)]
	if !ok {
		sel = s.selectVariants(x, channel, id)
		c.selections[string(key)] = sel
		c.bytes += entryOverhead + len(key) + 8*len(sel.variants) + 16*len(sel.names)
	}
	key = append(key, 0)
	key = sel.appendShape(append(key, schema.Kind...), schema)
	p, ok := c.programs[string(key)]
	if !ok {
		channel.Raw, id.Raw = bytes.Clone(channel.Raw), bytes.Clone(id.Raw)
		p = newProgram(sel.variants, newBinder(schema, channel, id), &c.witnesses, &c.automata)
		c.programs[string(key)] = p
		c.bytes += entryOverhead + len(key) + p.size()
	}
	return p, c.generation
}

func (c *programCache) empty() {
	c.selections = map[string]*selection{}
	c.programs = map[string]*program{}
	c.automata = automatonCache{built: map[string]*automaton{}}
	if c.witnesses.literals == nil { // bounded by the rules
		c.witnesses.literals = map[*stringMatch]literalWitness{}
	}
	c.bytes = 0
	c.generation++
}
