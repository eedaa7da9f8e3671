package sigma

import (
	"cmp"
	"math"
	"strconv"
	"strings"

	"seawall/record"
)

// predicate is what one value of an item asks of a text. match must report
// whether an item of the text, which is not null, meets it.
type predicate interface {
	match(t *text) bool
	// String is what an analyst is told was looked for.
	String() string
}

// anyMatch is met if one of several predicates is.
type anyMatch []predicate

func (m anyMatch) match(t *text) bool {
	for _, p := range m {
		if p.match(t) {
			return true
		}
	}
	return false
}

func (m anyMatch) String() string {
	var words []string
	for _, p := range m {
		words = append(words, p.String())
	}
	return strings.Join(words, " or ")
}

func (m *stringMatch) String() string { return m.source.String() }

// numberMatch is equality with a number, however the record writes it, or
// else with its text.
type numberMatch struct {
	number int64
	text   *stringMatch
}

func (m *numberMatch) match(t *text) bool {
	if t.value.Kind&record.Array == 0 {
		if n, ok := intOf(t.value); ok {
			return n == m.number
		}
		return false
	}
	return anyValue(t, func(v record.Value) bool {
		n, ok := intOf(v)
		return ok && n == m.number
	})
}

func (m *numberMatch) String() string { return m.text.String() }

// hexMatch is equality with a number that the rule writes as hexadecimal
// text. The record may pad it, but must write it in hexadecimal too.
type hexMatch struct {
	number uint64
	text   string
}

func newHexMatch(s string) (*hexMatch, bool) {
	n, ok := parseHex([]byte(s))
	return &hexMatch{n, s}, ok
}

func (m *hexMatch) match(t *text) bool {
	b, ends := t.get(false)
	if ends == nil {
		return m.matchBytes(b)
	}
	for i := range ends {
		if m.matchBytes(item(b, ends, i)) {
			return true
		}
	}
	return false
}

func (m *hexMatch) matchBytes(b []byte) bool {
	n, ok := parseHex(b)
	return ok && n == m.number
}

func (m *hexMatch) String() string { return m.text }

// digits are the text that every way of writing the number ends with.
func (m *hexMatch) digits() string { return strconv.FormatUint(m.number, 16) }

// compareMatch orders numbers.
type compareMatch struct {
	op       string // lt, lte, gt, gte
	number   float64
	integer  int64
	integral bool
	part     timePart // if set, that part of a time is compared
}

func newCompareMatch(op, text string, part timePart) (*compareMatch, bool) {
	m := &compareMatch{op: op, part: part}
	var err error
	if m.integer, err = strconv.ParseInt(text, 0, 64); err == nil {
		m.integral, m.number = true, float64(m.integer)
		return m, true
	}
	m.number, err = strconv.ParseFloat(text, 64)
	return m, err == nil && !math.IsNaN(m.number)
}

func (m *compareMatch) match(t *text) bool {
	return anyValue(t, func(v record.Value) bool {
		if m.part != "" {
			n, ok := m.part.of(v)
			return ok && m.holds(cmp.Compare(float64(n), m.number))
		}
		if n, ok := intOf(v); ok && m.integral {
			return m.holds(cmp.Compare(n, m.integer))
		}
		f, ok := floatOf(v)
		return ok && m.holds(cmp.Compare(f, m.number))
	})
}

func (m *compareMatch) holds(order int) bool {
	switch m.op {
	case "lt":
		return order < 0
	case "lte":
		return order <= 0
	case "gt":
		return order > 0
	case "gte":
		return order >= 0
	}
	return order == 0
}

func (m *compareMatch) String() string {
	s := m.op + " " + strconv.FormatFloat(m.number, 'g', -1, 64)
	return strings.TrimSpace(string(m.part) + " " + s)
}

// anyValue reports whether f holds for one of the items of a text, as encoded.
func anyValue(t *text, f func(record.Value) bool) bool {
	if t.value.Kind&record.Array == 0 {
		return f(t.value)
	}
	found := false
	t.value.Items(func(v record.Value) bool {
		found = f(v)
		return !found
	})
	return found
}
