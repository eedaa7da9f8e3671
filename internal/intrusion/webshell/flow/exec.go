package flow

import (
	"strings"

	"seawall/internal/intrusion/webshell/syntax"
)

// exec evaluates a statement.
func (m *machine) exec(n *syntax.Node) {
	if n == nil || m.brk != "" || m.steps <= 0 {
		return
	}
	m.steps--
	switch n.Kind {
	case syntax.Block:
		if n.Str == "switch" {
			m.execSwitch(n)
			return
		}
		for _, k := range n.Kids {
			if k != nil {
				m.exec(k)
			}
		}
	case syntax.If:
		m.execIf(n)
	case syntax.Loop:
		m.execLoop(n)
	case syntax.Each:
		m.execEach(n)
	case syntax.Func:
	case syntax.Class:
		for _, k := range n.Kids {
			m.exec(k)
		}
	case syntax.Return:
		if len(n.Kids) == 0 {
			return
		}
		if n.Kids[0] != nil {
			if v := m.eval(n.Kids[0]); n.Str == "return" || n.Str == "" {
				if m.ret.taint == 0 || v.taint != 0 {
					m.ret = v
				}
			}
		}
	case syntax.Break:
		m.brk = n.Str
	case syntax.Declare:
		if n.Str == "global" {
			for _, k := range n.Kids {
				if k == nil || k.Kind != syntax.Var {
					continue
				}
				m.shared = append(m.shared, k.Str)
				if v, ok := m.global[k.Str]; ok {
					m.vars[k.Str] = v
				}
			}
			return
		}
		if n.Kids[0].Kind == syntax.Var {
			m.vars[n.Kids[0].Str] = value{typ: n.Str}
			return
		}
		m.eval(n.Kids[0])
	default:
		m.eval(n)
	}
}

// execSwitch evaluates every case: a break ends one of them, not the rest.
func (m *machine) execSwitch(n *syntax.Node) {
	for _, k := range n.Kids {
		if k == nil {
			continue
		}
		if k.Kind != syntax.Block {
			m.exec(k)
			continue
		}
		for _, s := range k.Kids {
			m.exec(s)
			m.brk = ""
		}
	}
}

// execIf evaluates both ways, unless the condition is known within a loop that
// runs for real.
func (m *machine) execIf(n *syntax.Node) {
	cond := m.eval(n.Kids[0])
	if yes, known := truth(&cond); known && cond.taint == 0 {
		if yes {
			m.exec(n.Kids[1])
			return
		}
		m.exec(n.Kids[2])
		if m.brk != "" || n.Kids[2] != nil {
			return
		}
	}
	brk := m.brk
	m.perhaps++
	from := len(m.tainted)
	m.exec(n.Kids[1])
	m.brk = brk
	then := len(m.tainted)
	m.exec(n.Kids[2])
	m.brk = brk
	m.perhaps--
	if n.Kids[2] != nil {
		m.join(m.tainted[from:then])
	}
	if m.perhaps == 0 {
		m.tainted = m.tainted[:0]
	}
}

// tainted is a variable that got what somebody else chose under a condition.
type tainted struct {
	name string
	v    value
}

// maxTainted bounds how many of them are remembered.
const maxTainted = 1 << 10

// join gives variables back what one way through a condition put into them and
// the other way did not.
func (m *machine) join(one []tainted) {
	for _, t := range one {
		if v, ok := m.vars[t.name]; ok && v.taint&(Request|Upload) == 0 {
			m.vars[t.name] = t.v
		}
	}
}

func truth(v *value) (yes, known bool) {
	switch v.kind {
	case number:
		return v.num != 0, true
	case text:
		return v.str != "" && v.str != "0", true
	case list:
		return len(v.vals) > 0, v.taint == 0
	}
	return false, false
}

func (m *machine) execLoop(n *syntax.Node) {
	if n.Kids[0] != nil {
		m.exec(n.Kids[0])
	}
	rounds, blind := 0, 2
	if m.loops >= 2 {
		blind = 1 // loops in loops would multiply
	}
	m.loops++
	defer func() { m.loops-- }()
	for m.steps > 0 && rounds < m.rounds {
		m.steps--
		known := false
		if n.Kids[1] != nil && (n.Str != "do" || rounds > 0) {
			cond := m.eval(n.Kids[1])
			var yes bool
			yes, known = truth(&cond)
			if known && !yes {
				if rounds == 0 {
					break
				}
				return
			}
		}
		m.exec(n.Kids[3])
		stop := m.brk == "break" || m.brk == "last"
		m.brk = ""
		if n.Kids[2] != nil {
			m.exec(n.Kids[2])
		}
		rounds++
		if stop && known || !known && rounds >= blind {
			return
		}
		if n.Kids[1] != nil && n.Kids[1].Kind == syntax.Num && rounds > 2000 {
			return
		}
	}
	if rounds == 0 {
		m.exec(n.Kids[3])
		m.brk = ""
	}
}

func (m *machine) execEach(n *syntax.Node) {
	subject := m.eval(n.Kids[0])
	if subject.kind == list && len(subject.vals) > 0 {
		for i, v := range subject.vals {
			if m.steps <= 0 || i >= m.rounds {
				return
			}
			m.assign(n.Kids[1], textValue(subject.keys[i]))
			m.assign(n.Kids[2], v)
			m.exec(n.Kids[3])
			stop := m.brk == "break"
			m.brk = ""
			if stop {
				return
			}
		}
		return
	}
	item := derive(subject)
	m.assign(n.Kids[1], item)
	m.assign(n.Kids[2], item)
	m.exec(n.Kids[3])
	m.brk = ""
}

// assign stores a value. A constant does not wipe out what the request may
// have put there on another way through the code.
func (m *machine) assign(target *syntax.Node, v value) {
	if target == nil {
		return
	}
	switch target.Kind {
	case syntax.Var, syntax.Name:
		if m.perhaps > 0 && v.taint == 0 && m.lang != syntax.PHP { // in PHP this would doubt every check of a list
			if old := m.vars[target.Str]; old.taint&(Request|Upload) != 0 {
				v.taint, v.kind = old.taint, unknown
			}
		}
		m.vars[target.Str] = v
		if m.perhaps > 0 && v.taint&(Request|Upload) != 0 && len(m.tainted) < maxTainted {
			m.tainted = append(m.tainted, tainted{target.Str, v})
		}
	case syntax.DynVar:
		name := m.eval(target.Kids[0])
		if s, ok := name.known(); ok {
			m.vars[s] = v
		} else if name.taint&Request != 0 {
			m.extracted = true
		}
	case syntax.Member, syntax.Static:
		m.eval(target.Kids[0])
		if strings.EqualFold(target.Str, "connectionstring") && v.taint&Request != 0 {
			m.report(DatabaseFromRequest, target, target.Str)
		}
		if target.Str != "" {
			if old := m.props[target.Str]; v.taint != 0 || old.taint == 0 {
				m.props[target.Str] = v
			}
		}
	case syntax.Index:
		m.assignIndex(target, v)
	case syntax.Call: // Basic: a(i) = v
		if len(target.Kids) > 1 && target.Kids[0] != nil {
			m.assignIndex(target, v)
		}
	case syntax.Array:
		for i, k := range target.Kids {
			item := derive(v)
			if got, ok := v.get(itoa(i)); ok {
				item = got
			}
			m.assign(k, item)
		}
	case syntax.Declare:
		m.assign(target.Kids[0], v)
	case syntax.Block:
		for _, k := range target.Kids {
			m.assign(k, v)
		}
	}
}

func (m *machine) assignIndex(target *syntax.Node, v value) {
	base := target.Kids[0]
	if base == nil {
		return
	}
	old := m.read(base)
	if len(target.Kids) < 2 || target.Kids[1] == nil {
		if len(old.vals) < 4096 {
			old.push(v)
		}
		m.assign(base, old)
		return
	}
	key := m.eval(target.Kids[1])
	k, ok := key.known()
	if base.Kind == syntax.Var && base.Str == "GLOBALS" && ok {
		m.global[k] = v
		return
	}
	if at, isNum := key.integer(); isNum && old.kind == text && v.kind == text && len(v.str) == 1 && at >= 0 && at < int64(len(old.str)) {
		if m.bytes -= len(old.str) / 16; m.bytes > 0 {
			old.str, old.built = old.str[:at]+v.str+old.str[at+1:], bump(old.built)
			m.assign(base, old)
		}
		return
	}
	if !ok || len(old.vals) > 4096 {
		old.taint |= v.taint
		m.assign(base, old)
		return
	}
	old.set(k, v)
	m.assign(base, old)
}

// read evaluates a target without the effects of calls.
func (m *machine) read(n *syntax.Node) value {
	switch n.Kind {
	case syntax.Var, syntax.Name:
		return m.vars[n.Str]
	}
	return m.eval(n)
}
