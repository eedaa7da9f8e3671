package evtx

// jsonOp is one step of writing an event: text that never varies, then what
// does. The members of an event become a list of them, so that writing is a
// loop and not a walk through the tree.
type jsonOp struct {
	text   []byte // padded with zeros to whole blocks
	size   int    // of text, without the padding
	kind   jsonOpKind
	slot   int32   // of the value
	slots  []int32 // of a condition
	to     int     // where a condition that does not hold, or a jump, goes on
	member *jsonMember
}

type jsonOpKind uint8

const (
	opSlot    jsonOpKind = iota // the value of a slot
	opUnless                    // text and value, unless the slot is NULL
	opPresent                   // text and value, unless the slot has no value
	opText                      // text and value, unless the value is written as null
	opNothing                   // nothing follows the text
	opIfAll                     // go on unless one of the slots is NULL
	opIfAny                     // go on if one of the slots has a value
	opJump
	opMember // text, then a member that must be looked at
	opClose  // the end of an object
)

// jsonProgram writes the events of a layout.
type jsonProgram struct {
	ops   []jsonOp
	fixed int // bytes that all steps together need at most, but for values of any length
}

// compileProgram compiles the members of an event.
func compileProgram(members []jsonMember) *jsonProgram {
	c := &jsonCompiler{}
	c.text([]byte{'{'})
	c.members(members)
	c.label = len(c.ops)
	for i := range c.ops {
		op := &c.ops[i]
		op.size = len(op.text)
		op.text = append(op.text, make([]byte, -len(op.text)&(textBlock-1))...)
		c.fixed += len(op.text) + maxFixedValue
	}
	return &jsonProgram{ops: c.ops, fixed: c.fixed}
}

type jsonCompiler struct {
	ops   []jsonOp
	label int // a jump goes here: text must not move before it
	fixed int
}

// text adds text that never varies.
func (c *jsonCompiler) text(text []byte) {
	if n := len(c.ops); n > c.label && c.ops[n-1].kind == opNothing {
		c.ops[n-1].text = append(c.ops[n-1].text, text...)
		return
	}
	c.ops = append(c.ops, jsonOp{kind: opNothing, text: append([]byte(nil), text...)})
}

// add adds a step. The text before one that is always taken becomes its own.
func (c *jsonCompiler) add(op jsonOp) int {
	n := len(c.ops)
	if op.text == nil && n > c.label && c.ops[n-1].kind == opNothing {
		op.text = c.ops[n-1].text
		c.ops[n-1] = op
		return n - 1
	}
	c.ops = append(c.ops, op)
	return n
}

// land lets a step go on at what comes next.
func (c *jsonCompiler) land(from int) {
	c.label = len(c.ops)
	c.ops[from].to = c.label
}

func (c *jsonCompiler) members(members []jsonMember) {
	for i := range members {
		m := &members[i]
		switch {
		case m.literal != nil:
			c.text(m.literal)
		case m.slot >= 0 && len(m.drops) == 1 && m.drops[0] == m.slot:
			c.ops = append(c.ops, jsonOp{text: append([]byte(nil), m.key...), kind: opUnless, slot: m.slot})
		case !m.simple():
			c.add(jsonOp{kind: opMember, member: m})
		case len(m.drops) > 0:
			drop := c.add(jsonOp{kind: opIfAll, slots: m.drops})
			c.member(m)
			c.land(drop)
		default:
			c.member(m)
		}
	}
}

// simple says whether the member, apart from its children, can be written
// slot by slot.
func (m *jsonMember) simple() bool {
	if m.list != nil || len(m.text) > 1 || len(m.text) == 1 && m.text[0].slot < 0 {
		return false
	}
	for i := range m.attributes {
		if a := &m.attributes[i]; a.literal == nil && a.slot < 0 {
			return false
		}
	}
	return true
}

// member writes a member that is there.
func (c *jsonCompiler) member(m *jsonMember) {
	c.text(m.key)
	if len(m.attributes) == 0 {
		c.bare(m)
		return
	}
	var slots []int32
	literal := false
	for i := range m.attributes {
		literal = literal || m.attributes[i].literal != nil
		slots = append(slots, m.attributes[i].slot)
	}
	some := 0
	if !literal {
		some = c.add(jsonOp{kind: opIfAny, slots: slots})
	}
	c.attributes(m)
	if literal {
		return
	}
	end := c.add(jsonOp{kind: opJump})
	c.land(some)
	c.bare(m)
	c.land(end)
}

// attributes writes the value of a member that has attributes.
func (c *jsonCompiler) attributes(m *jsonMember) {
	c.text([]byte(`{"#attributes":{`))
	for i := range m.attributes {
		if a := &m.attributes[i]; a.literal != nil {
			c.text(a.literal)
		} else {
			c.ops = append(c.ops, jsonOp{text: append([]byte(nil), a.key...), kind: opPresent, slot: a.slot})
		}
	}
	c.add(jsonOp{kind: opClose})
	c.label = len(c.ops)
	c.textAndChildren(m)
	c.add(jsonOp{kind: opClose})
	c.label = len(c.ops)
}

// bare writes the value of a member whose attributes are not there.
func (c *jsonCompiler) bare(m *jsonMember) {
	switch {
	case len(m.children) > 0:
		c.text([]byte{'{'})
		c.textAndChildren(m)
		c.add(jsonOp{kind: opClose})
	case len(m.text) == 0:
		c.text([]byte("null,"))
		return
	default:
		c.add(jsonOp{kind: opSlot, slot: m.text[0].slot})
	}
	c.label = len(c.ops)
}

func (c *jsonCompiler) textAndChildren(m *jsonMember) {
	if len(m.text) > 0 {
		c.ops = append(c.ops, jsonOp{text: []byte(`"#text":`), kind: opText, slot: m.text[0].slot})
	}
	c.members(m.children)
}
