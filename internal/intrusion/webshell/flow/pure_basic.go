package flow

import (
	"strconv"
	"strings"
)

// made returns a text that a function made of values.
func (m *machine) made(from value, result string) value {
	from.kind, from.str, from.built, from.typ = text, result, bump(from.built), ""
	m.bytes -= len(result) / 4
	return from
}

// basicPure returns the value of a function of Basic, or of its like elsewhere.
func (m *machine) basicPure(name string, args []value, all value) (value, bool) {
	var first, second value
	if len(args) > 0 {
		first = args[0]
	}
	if len(args) > 1 {
		second = args[1]
	}
	s, ok := first.known()
	switch name {
	case "ubound":
		if first.kind == list {
			return numberValue(int64(len(first.vals)) - 1), true
		}
	case "lbound":
		return numberValue(0), true
	case "isnumeric", "is_numeric":
		if ok {
			_, err := strconv.ParseFloat(strings.TrimSpace(s), 64)
			return truthValue(err == nil), true
		}
	case "instr", "strpos", "stripos":
		return position(name == "instr", args), true
	case "left", "right":
		k, is := second.integer()
		if !is || !ok || k < 0 {
			return all, true
		}
		k = min(k, int64(len(s)))
		if name == "left" {
			return m.made(all, s[:k]), true
		}
		return m.made(all, s[int64(len(s))-k:]), true
	case "hex", "dechex":
		k, is := first.integer()
		if !is {
			return all, true
		}
		return m.made(all, strings.ToUpper(strconv.FormatInt(k, 16))), true
	default:
		return value{}, false
	}
	return value{}, true
}

// basicName returns the name of a function of Basic without the letter that
// says whether it works on bytes or wide characters.
func basicName(name string) string {
	switch name {
	case "ascb", "ascw", "chrb", "chrw", "midb", "lenb", "leftb", "rightb", "instrb":
		return name[:len(name)-1]
	}
	return name
}

// position returns where a text stands in another: from 1 in Basic, where it
// may be told from where on to look, from 0 elsewhere.
func position(basic bool, args []value) value {
	from := int64(0)
	if basic && len(args) > 2 {
		k, ok := args[0].integer()
		if !ok {
			return value{}
		}
		from, args = max(0, k-1), args[1:]
	}
	if len(args) < 2 {
		return value{}
	}
	s, ok := args[0].known()
	t, ok2 := args[1].known()
	if !ok || !ok2 || from > int64(len(s)) {
		return value{}
	}
	k := strings.Index(s[from:], t)
	switch {
	case basic:
		return numberValue(max(0, int64(k)+1+from*min(1, int64(k)+1)))
	case k < 0:
		return truthValue(false)
	}
	return numberValue(int64(k))
}
