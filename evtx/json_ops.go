package evtx

import "strconv"

// jsonOp is one step of writing an event: text that never varies, then what
// does. The members of an event become a list of them, so that writing is a
// loop and not a walk through the tree.
type jsonOp struct {
	text   []byte
	kind   jsonOpKind
	slot   int32
	member *jsonMember
}

type jsonOpKind uint8

const (
	opNothing jsonOpKind = iota // nothing follows the text
	opSlot                      // the value of a slot
	opUnless                    // text and value, unless the slot is NULL
	opMember                    // text, then a member that must be looked at
	opClose                     // the end of an object, which may turn out to be empty
)

// jsonOps compiles members of an object.
func jsonOps(members []jsonMember, ops []jsonOp) []jsonOp {
	for i := range members {
		m := &members[i]
		switch {
		case m.literal != nil:
			ops = addText(ops, m.literal)
		case m.slot >= 0 && len(m.drops) == 0:
			ops = append(addText(ops, m.key), jsonOp{kind: opSlot, slot: m.slot})
		case m.slot >= 0 && len(m.drops) == 1 && m.drops[0] == m.slot:
			ops = append(ops, jsonOp{text: m.key, kind: opUnless, slot: m.slot})
		case m.list == nil && len(m.drops) == 0 && len(m.text) == 0 && len(m.children) > 0 && literalOnly(m.attributes):
			ops = addText(ops, append(append([]byte(nil), m.key...), '{'))
			if len(m.attributes) > 0 {
				w := jsonWriter{dst: []byte(`"#attributes":{`)}
				w.members(m.attributes)
				w.close('{', '}')
				ops = addText(ops, append(w.dst, ','))
			}
			ops = append(jsonOps(m.children, ops), jsonOp{kind: opClose})
		default:
			ops = append(ops, jsonOp{kind: opMember, member: m})
		}
	}
	return ops
}

func literalOnly(attributes []jsonMember) bool {
	for i := range attributes {
		if attributes[i].literal == nil {
			return false
		}
	}
	return true
}

// addText adds text that never varies.
func addText(ops []jsonOp, text []byte) []jsonOp {
	if n := len(ops); n > 0 && ops[n-1].kind == opNothing {
		ops[n-1].text = append(ops[n-1].text, text...)
		return ops
	}
	return append(ops, jsonOp{text: append([]byte(nil), text...)})
}

// fuse puts the text before a value into the value's own step.
func fuse(ops []jsonOp) []jsonOp {
	fused := ops[:0]
	for _, op := range ops {
		if n := len(fused); n > 0 && fused[n-1].kind == opNothing && op.text == nil {
			op.text = fused[n-1].text
			fused[n-1] = op
			continue
		}
		fused = append(fused, op)
	}
	return fused
}

// run writes an event.
func (w *jsonWriter) run(ops []jsonOp) {
	slots := w.d.slots
	for i := range ops {
		op := &ops[i]
		if op.kind == opUnless && slots[op.slot].typ == typeNull {
			continue
		}
		w.dst = append(w.dst, op.text...)
		switch op.kind {
		case opSlot, opUnless:
			w.slotValue(&slots[op.slot])
			w.dst = append(w.dst, ',')
		case opMember:
			w.member(op.member)
		case opClose:
			w.closeElement()
		}
	}
}

// slotValue writes the value of a slot; the types that most values have come
// first.
func (w *jsonWriter) slotValue(s *slot) {
	raw := w.d.bytes(s)
	switch s.typ {
	case typeString:
		w.dst = appendJSONUTF16(w.dst, trimNUL(raw, typeString))
		return
	case typeUint8:
		if len(raw) == 1 {
			w.dst = strconv.AppendUint(w.dst, uint64(raw[0]), 10)
			return
		}
	case typeUint16:
		if len(raw) == 2 {
			w.dst = strconv.AppendUint(w.dst, uint64(raw[0])|uint64(raw[1])<<8, 10)
			return
		}
	}
	w.value(s)
}

// isNull says whether a slot has no value.
func (s *slot) isNull() bool {
	switch valueTypes[s.typ].class {
	case classNull:
		return true
	case classPlain:
		return s.size == 0
	}
	return false
}

// closeElement ends an element that has children only: null if none is there.
func (w *jsonWriter) closeElement() {
	last := len(w.dst) - 1
	if w.dst[last] == '{' {
		w.dst = append(w.dst[:last], "null,"...)
		return
	}
	w.dst[last] = '}'
	w.dst = append(w.dst, ',')
}
