package evtx

import (
	"sync"
	"sync/atomic"
)

// Limits of what [Templates] remembers. All templates of a Windows
// installation's logs take a few megabytes; only crafted files come near.
const (
	maxShapes         = 1 << 16
	maxStructureBytes = 64 << 20
)

// Templates remembers compiled templates, so that the same shape of event has
// the same schema in all chunks and files that share it. Templates are told
// apart by all of their content, never by the identifiers in a file: one file
// cannot change how another reads. It is safe for concurrent use.
//
// When it is full, which takes a crafted file, it forgets everything and
// starts again: schemas are then compiled anew and differ by pointer.
type Templates struct {
	generation atomic.Uint64 // of what is remembered

	mu          sync.RWMutex
	definitions map[string]*definition
	empty       *shape // of a record without anything in it
	shapes      int
	bytes       int
}

// NewTemplates returns an empty memory of templates.
func NewTemplates() *Templates {
	t := &Templates{}
	t.forget()
	return t
}

func (t *Templates) forget() {
	t.definitions = map[string]*definition{}
	t.empty = &shape{}
	t.shapes, t.bytes = 0, 0
	t.generation.Add(1)
}

// definition is one template, or the elements of a fragment without one.
type definition struct {
	structure string
	slots     int    // values it has room for
	types     []byte // that it declares them to have; typeNull if it does not
}

// definition returns the one definition of a structure with a number of slots.
func (t *Templates) definition(structure []byte, slots int) *definition {
	if def := t.known(structure); def != nil {
		return def
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	if def := t.definitions[string(structure)]; def != nil {
		return def
	}
	if t.bytes += len(structure); t.bytes > maxStructureBytes {
		t.forget()
		t.bytes = len(structure)
	}
	def := &definition{structure: string(structure), slots: slots, types: declaredTypes(structure, slots)}
	t.definitions[def.structure] = def
	return def
}

func (t *Templates) known(structure []byte) *definition {
	t.mu.RLock()
	defer t.mu.RUnlock()
	return t.definitions[string(structure)]
}

// root returns the empty shape that all others grow from.
func (t *Templates) root() *shape {
	t.mu.RLock()
	defer t.mu.RUnlock()
	return t.empty
}

// step is one more definition in a shape: at the slot that holds the fragment
// it was found in, or [atRoot].
type step struct {
	from *shape
	at   int32
	def  *definition
}

const atRoot = -1

// shape returns the shape that a step leads to.
func (t *Templates) shape(s step) *shape {
	if next := t.next(s); next != nil {
		return next
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	if next := s.from.next[stepTo{s.at, s.def}]; next != nil {
		return next
	}
	if t.shapes++; t.shapes > maxShapes {
		t.forget()
	}
	next := s.from.grow(s.at, s.def)
	if s.from.next == nil {
		s.from.next = map[stepTo]*shape{}
	}
	s.from.next[stepTo{s.at, s.def}] = next
	return next
}

func (t *Templates) next(s step) *shape {
	t.mu.RLock()
	defer t.mu.RUnlock()
	return s.from.next[stepTo{s.at, s.def}]
}

type stepTo struct {
	at  int32
	def *definition
}

// shape is the structure of a whole record: a definition, and those in its
// slots, in the order in which they were found.
type shape struct {
	parts []part
	slots int // values of a record of this shape

	next map[stepTo]*shape // guarded by Templates.mu

	once   sync.Once
	layout *layout
}

// part is a definition in a shape.
type part struct {
	at   int32 // slot of the record that holds it
	base int32 // slot of the record that its own slots begin with
	def  *definition
}

func (s *shape) grow(at int32, def *definition) *shape {
	parts := make([]part, len(s.parts)+1)
	copy(parts, s.parts)
	parts[len(s.parts)] = part{at: at, base: int32(s.slots), def: def}
	return &shape{parts: parts, slots: s.slots + def.slots}
}

// compiled returns how records of this shape are laid out.
func (s *shape) compiled() *layout {
	s.once.Do(func() { s.layout = compile(s) })
	return s.layout
}
