package evtx

import (
	"encoding/binary"
	"fmt"
	"testing"
)

// crafted is the structure of an element of some name, of a size.
func crafted(i, size int) []byte {
	s := &structureWriter{}
	s.open(fmt.Sprint("E", i), noDependency).body()
	text := make([]byte, size)
	s.raw = append(s.raw, structText, typeString)
	s.raw = binary.LittleEndian.AppendUint16(s.raw, uint16(size))
	s.raw = append(s.raw, text...)
	return s.end().raw
}

func TestTemplatesAreBounded(t *testing.T) {
	templates := NewTemplates()
	first := templates.definition(crafted(0, 10), 0)
	for i := range 2 * maxStructureBytes / 60000 {
		templates.definition(crafted(i+1, 60000), 0)
		if templates.bytes > maxStructureBytes {
			t.Fatalf("%d bytes are remembered", templates.bytes)
		}
	}
	if templates.generation.Load() < 2 || templates.definition(crafted(0, 10), 0) == first {
		t.Error("nothing was forgotten")
	}
}

func TestShapesAreBounded(t *testing.T) {
	templates := NewTemplates()
	def := templates.definition(crafted(0, 10), 0)
	for i := range maxShapes + 10 {
		templates.shape(step{templates.root(), int32(i), def})
	}
	if templates.shapes > maxShapes || templates.generation.Load() != 2 {
		t.Errorf("%d shapes, generation %d", templates.shapes, templates.generation.Load())
	}
}

func TestASlotThatIsSubstitutedOftenDoesNotMakeTheEventGrowWithoutEnd(t *testing.T) {
	// Definitions that put their one fragment in many places, nested deeply.
	s := &structureWriter{}
	s.open("E", noDependency).body()
	for range 100 {
		s.slot(0, typeBinXML)
	}
	templates := NewTemplates()
	def := templates.definition(s.end().raw, 1)
	shape := templates.shape(step{templates.root(), atRoot, def})
	for i := range int32(maxNesting) {
		shape = templates.shape(step{shape, i, def})
	}
	if l := compile(shape); len(l.schema.Fields) > maxFields {
		t.Errorf("%d fields", len(l.schema.Fields))
	}
}

func TestGuessedSystemElementsHaveWindowsOrder(t *testing.T) {
	for _, count := range []int{valuesOfLong, valuesOfShort} {
		s := &structureWriter{}
		if !s.system(count) {
			t.Fatalf("no template with %d values", count)
		}
		for slot, typ := range declaredTypes(s.raw, count) {
			if slot == 10 && typ != typeUint64 || slot == count-1 && typ != typeBinXML {
				t.Errorf("value %d of %d has type %#x", slot, count, typ)
			}
		}
	}
}
