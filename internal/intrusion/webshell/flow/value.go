// Package flow answers what a page does with what its visitor sent: it
// evaluates the tree of a page over values that are known or only known to
// come from the request, and reports where such a value reaches a function
// that runs code or commands. Nothing is executed: the evaluator knows a fixed
// set of pure functions, and its work is bounded.
package flow

import (
	"slices"
	"strconv"

	"seawall/internal/intrusion/webshell/syntax"
)

// Taint says where a value comes from.
type Taint uint16

// The origins of values.
const (
	Request  Taint = 1 << iota // chosen by the visitor
	Upload                     // the description or content of an uploaded file
	Remote                     // fetched from another host
	Self                       // read from the page's own file
	Part                       // with constant text around it
	Unpacked                   // went through a decoder whose input is unknown
	Unset                      // a variable of the page that nothing sets
	Lead                       // with constant text only behind it
)

// kind is what is known of a value.
type kind uint8

const (
	unknown kind = iota
	text
	number
	list
	closure
)

// value is what the evaluator knows of a value at run time.
type value struct {
	kind    kind
	taint   Taint
	built   uint8 // steps by which the text was put together
	decoded uint8 // decoders it went through
	num     int64
	str     string // the text, or its known beginning
	end     string // the known end of a text of which more is unknown
	typ     string // class, or the dotted name that led here
	keys    []string
	vals    []value
	used    *int // how many items of the shared list are in use
	fn      *syntax.Node
	object  bool // of the page's own class typ
	empty   bool // a variable of Basic that nothing has set: an empty text, and 0
}

func textValue(s string) value  { return value{kind: text, str: s} }
func numberValue(n int64) value { return value{kind: number, num: n} }

// known reports whether the value's text is known, and the text.
func (v *value) known() (string, bool) {
	switch v.kind {
	case text:
		return v.str, true
	case number:
		return strconv.FormatInt(v.num, 10), true
	}
	return "", v.empty
}

// integer returns the value as a number.
func (v *value) integer() (int64, bool) {
	switch v.kind {
	case number:
		return v.num, true
	case text:
		n, err := strconv.ParseInt(v.str, 10, 64)
		if err != nil && len(v.str) > 2 && v.str[0] == '&' && v.str[1]|0x20 == 'h' {
			n, err = strconv.ParseInt(v.str[2:], 16, 64) // of Basic
		}
		return n, err == nil
	}
	return 0, v.empty
}

func (v *value) get(key string) (value, bool) {
	for i := len(v.keys) - 1; i >= 0; i-- {
		if v.keys[i] == key {
			return v.vals[i], true
		}
	}
	return value{}, false
}

// set changes a copy of the list, so that values may be shared.
func (v *value) set(key string, val value) {
	v.kind = list
	v.taint |= val.taint &^ Part
	for i, k := range v.keys {
		if k == key {
			v.vals = slices.Clone(v.vals)
			v.vals[i] = val
			v.used = nil
			return
		}
	}
	v.add(key, val)
}

// add appends an item. Copies of a list share its items; the one that is as
// long as what is in use of them may grow in place, the others move first.
func (v *value) add(key string, val value) {
	if v.used == nil || *v.used != len(v.vals) || len(v.keys) != len(v.vals) {
		room := 2*len(v.vals) + 4
		v.keys = append(make([]string, 0, room), v.keys...)
		v.vals = append(make([]value, 0, room), v.vals...)
		v.used = new(int)
	}
	v.keys = append(v.keys, key)
	v.vals = append(v.vals, val)
	*v.used = len(v.vals)
}

// push appends an item under the next number.
func (v *value) push(val value) {
	v.kind = list
	v.taint |= val.taint &^ Part
	v.add(strconv.Itoa(len(v.vals)), val)
}

// derive returns an unknown value with the origins of its sources.
func derive(vals ...value) value {
	var out value
	for i := range vals {
		out.taint |= vals[i].taint
		out.built = max(out.built, vals[i].built)
		out.decoded = max(out.decoded, vals[i].decoded)
	}
	return out
}

func bump(n uint8) uint8 {
	if n < 255 {
		n++
	}
	return n
}
