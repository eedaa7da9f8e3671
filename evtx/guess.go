package evtx

import "encoding/binary"

// maxGuessed is how many values may be shown without a name.
const maxGuessed = 256

// guess makes up the structure of a template that is lost: that of the System
// element, whose values Windows always writes in the same order, or a list of
// unnamed data.
func guess(in *instance, outer bool) []byte {
	s := &structureWriter{}
	if outer {
		if !s.system(in.count) {
			return nil
		}
		return s.raw
	}
	if in.count > maxGuessed {
		return nil
	}
	s.open("EventData", noDependency).body()
	for i := range in.count {
		s.open("Data", i).body().slot(i, typeNull).end()
	}
	return s.end().raw
}

// structureWriter writes canonical structures.
type structureWriter struct{ raw []byte }

func (s *structureWriter) open(name string, dependency int) *structureWriter {
	s.raw = binary.LittleEndian.AppendUint16(append(s.raw, structOpen), uint16(dependency))
	s.raw = appendName(s.raw, encodeUTF16(name))
	return s
}

func (s *structureWriter) attribute(name string, slot int, typ byte) *structureWriter {
	s.raw = appendName(append(s.raw, structAttr), encodeUTF16(name))
	return s.slot(slot, typ)
}

func (s *structureWriter) slot(slot int, typ byte) *structureWriter {
	s.raw = binary.LittleEndian.AppendUint16(append(s.raw, structSlot, 'o'), uint16(slot))
	s.raw = append(s.raw, typ)
	return s
}

func (s *structureWriter) body() *structureWriter {
	s.raw = append(s.raw, structBody)
	return s
}

func (s *structureWriter) end() *structureWriter {
	s.raw = append(s.raw, structEnd)
	return s
}

// The number of values of the two templates of a whole event that Windows
// has: the longer one with places for values of traces, the shorter one with
// provider and channel as values.
const (
	valuesOfLong  = 20
	valuesOfShort = 18
)

// system writes the structure of an event with a number of values; ok is
// false if it is not a number that Windows uses.
func (s *structureWriter) system(count int) (ok bool) {
	related, data := 18, 19
	switch count {
	case valuesOfLong:
	case valuesOfShort:
		related, data = 13, 17
	default:
		return false
	}
	s.open("Event", noDependency).body().open("System", noDependency).body()
	if count == valuesOfShort {
		s.open("Provider", noDependency).attribute("Name", 14, typeString).attribute("Guid", 15, typeGUID).body().end()
	}
	s.open("EventID", 3).attribute("Qualifiers", 4, typeUint16).body().slot(3, typeUint16).end()
	for _, leaf := range []struct {
		name string
		slot int
		typ  byte
	}{{"Version", 11, typeUint8}, {"Level", 0, typeUint8}, {"Task", 2, typeUint16}, {"Opcode", 1, typeUint8}, {"Keywords", 5, typeHex64}} {
		s.open(leaf.name, leaf.slot).body().slot(leaf.slot, leaf.typ).end()
	}
	s.open("TimeCreated", noDependency).attribute("SystemTime", 6, typeFileTime).body().end()
	s.open("EventRecordID", 10).body().slot(10, typeUint64).end()
	s.open("Correlation", noDependency).attribute("ActivityID", 7, typeGUID).attribute("RelatedActivityID", related, typeGUID).body().end()
	s.open("Execution", noDependency).attribute("ProcessID", 8, typeUint32).attribute("ThreadID", 9, typeUint32).body().end()
	if count == valuesOfShort {
		s.open("Channel", 16).body().slot(16, typeString).end()
	}
	s.open("Security", noDependency).attribute("UserID", 12, typeSID).body().end()
	s.end().slot(data, typeBinXML).end()
	return true
}
