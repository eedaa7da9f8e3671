package sigma

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// test is what the modifiers and values of an item amount to: a field meets it
// if any of its predicates (or, for all, each) is met by one of the field's
// texts. null, exists and references are of the field, not of a text.
type test struct {
	all   bool // values are joined with AND
	not   bool // neq
	preds []predicate
	null  bool // null is among the values
	// exists is 1 for exists: true, -1 for exists: false.
	exists int8
	refs   []fieldRef
	// placeholder says that values hold placeholders, so that there is no test
	// until they are known.
	placeholder bool
}

// fieldRef is a comparison with another field of the same record.
type fieldRef struct {
	field string
	shape shape
	cased bool
}

// modified is a value on its way through the modifiers.
type modified struct {
	literal Literal
	pattern pattern
	origin  int // index of the value as written
}

// chain is the state of an item's modifiers.
type chain struct {
	kind       string // how values are compared: "" string, re, cidr, fieldref, exists, lt, lte, gt, gte
	flags      string // of re
	part       timePart
	before     bool // a star goes before the value
	after      bool
	cased      bool
	all, not   bool
	expand     bool
	stringOnly string // a modifier that needs string values
	values     []modified
}

// maxValues bounds what an item's values may grow to.
const maxValues = 1 << 16

// parsePlaceholders stands for the values of placeholders while a rule is
// parsed: they are not known yet.
var errPlaceholder = errors.New("placeholder")

// compile turns an item into its test. lookup gives the values of
// placeholders; nil leaves items that have some for later.
func (it *Item) compile(lookup func(name string) ([]string, bool)) (test, error) {
	c := chain{}
	for i, v := range it.Values {
		c.values = append(c.values, modified{v, parsePattern(v.Text), i})
	}
	for _, name := range it.Modifiers {
		if strings.EqualFold(name, "expand") {
			c.expand = true
			expanded, err := expandAll(it.Values, lookup)
			if errors.Is(err, errPlaceholder) && lookup == nil {
				return test{placeholder: true}, nil
			}
			if err != nil {
				return test{}, err
			}
			c.values = expanded
			continue
		}
		if err := c.apply(strings.ToLower(name)); err != nil {
			return test{}, err
		}
		if len(c.values) > maxValues {
			return test{}, fmt.Errorf("modifiers make more than %d values", maxValues)
		}
	}
	if it.Field == "" {
		if c.kind != "" && c.kind != "re" {
			return test{}, fmt.Errorf("modifier %q needs a field", c.kind)
		}
		c.before, c.after = true, true
	}
	return c.finish()
}

// apply applies one modifier.
func (c *chain) apply(name string) error {
	switch name {
	case "contains":
		c.before, c.after = true, true
	case "startswith":
		c.after = true
	case "endswith":
		c.before = true
	case "all":
		c.all = true
	case "cased":
		c.cased = true
	case "neq":
		c.not = true
	case "equalsfield":
		return c.setKind("fieldref")
	case "endswithfield":
		c.before = true
		return c.setKind("fieldref")
	case "re", "cidr", "fieldref", "exists":
		return c.setKind(name)
	case "lt", "lte", "gt", "gte":
		return c.setKind(name)
	case "i", "m", "s":
		if c.kind != "re" {
			return fmt.Errorf("modifier %q goes with re only", name)
		}
		c.flags += name
	case "minute", "hour", "day", "week", "month", "year":
		c.part = timePart(name)
	case "windash":
		c.stringOnly = name
		for i := range c.values {
			c.values[i].pattern = c.values[i].pattern.windash()
		}
	case "base64", "base64offset", "wide", "utf16le", "utf16be", "utf16":
		c.stringOnly = name
		return c.encode(name)
	default:
		return fmt.Errorf("unknown modifier %q", name)
	}
	return nil
}

func (c *chain) setKind(kind string) error {
	if c.kind != "" && c.kind != kind {
		return fmt.Errorf("modifiers %s and %s exclude each other", c.kind, kind)
	}
	c.kind = kind
	return nil
}

// encode replaces each value by its encodings.
func (c *chain) encode(name string) error {
	var out []modified
	for _, v := range c.values {
		plain, ok := v.pattern.literal()
		if !ok {
			return fmt.Errorf("%s cannot encode the wildcards in %q", name, v.literal.Text)
		}
		for _, enc := range encodings(name, plain) {
			out = append(out, modified{Literal{LiteralString, v.literal.Text, v.literal.Line}, literalPattern(enc), v.origin})
		}
	}
	c.values = out
	return nil
}

func (c *chain) finish() (test, error) {
	t := test{all: c.all, not: c.not}
	if c.part != "" && c.kind != "" && !isOrder(c.kind) {
		return t, fmt.Errorf("modifiers %s and %s exclude each other", c.part, c.kind)
	}
	from := 0
	for i, v := range c.values {
		if i > 0 && v.origin != c.values[i-1].origin {
			t.joinAlternatives(from)
			from = len(t.preds)
		}
		if err := c.add(&t, v); err != nil {
			return t, err
		}
	}
	t.joinAlternatives(from)
	return t, nil
}

// joinAlternatives makes the predicates of one value, of which any will do,
// into one where each value has to be met.
func (t *test) joinAlternatives(from int) {
	if t.all && len(t.preds)-from > 1 {
		alternatives := slices.Clone(t.preds[from:])
		t.preds = append(t.preds[:from], anyMatch(alternatives))
	}
}

// isOrder reports whether a modifier orders numbers.
func isOrder(name string) bool {
	return name == "lt" || name == "lte" || name == "gt" || name == "gte"
}

func (c *chain) add(t *test, v modified) error {
	lit := v.literal
	if c.stringOnly != "" && lit.Kind != LiteralString && lit.Kind != LiteralNumber {
		return fmt.Errorf("%s needs a string", c.stringOnly)
	}
	switch {
	case c.kind == "exists":
		return t.addExists(lit)
	case lit.Kind == LiteralNull:
		t.null = true
		return nil
	case c.kind == "re":
		m, err := newRegexMatch(lit.Text, c.flags)
		if err != nil {
			return err
		}
		t.preds = append(t.preds, m)
		return nil
	case c.kind == "cidr":
		m, err := newCIDRMatch(lit.Text)
		if err != nil {
			return err
		}
		t.preds = append(t.preds, m)
		return nil
	case c.kind == "fieldref":
		s := [2][2]shape{{shapeExact, shapePrefix}, {shapeSuffix, shapeContains}}[b2i(c.before)][b2i(c.after)]
		t.refs = append(t.refs, fieldRef{lit.Text, s, c.cased})
		return nil
	case c.kind != "" || c.part != "":
		op := c.kind
		m, ok := newCompareMatch(op, lit.Text, c.part)
		if !ok {
			return fmt.Errorf("%q is not a number", lit.Text)
		}
		t.preds = append(t.preds, m)
		return nil
	}
	t.addString(c, v)
	return nil
}

func (t *test) addExists(lit Literal) error {
	want, err := strconv.ParseBool(strings.ToLower(lit.Text))
	if err != nil {
		return fmt.Errorf("exists is %q, want true or false", lit.Text)
	}
	t.exists = -1
	if want {
		t.exists = 1
	}
	return nil
}

// addString adds comparisons with text. Whole numbers are compared as such.
func (t *test) addString(c *chain, v modified) {
	p := v.pattern.surround(c.before, c.after)
	m := newStringMatch(p, c.cased)
	t.preds = append(t.preds, m)
	if m.shape != shapeExact || c.cased {
		return
	}
	if v.literal.Kind == LiteralNumber {
		if n, ok := parseNumber(v.literal.Text); ok {
			t.preds[len(t.preds)-1] = &numberMatch{n, m}
		}
		return
	}
	if h, ok := newHexMatch(v.literal.Text); ok {
		t.preds[len(t.preds)-1] = h
	}
}

func parseNumber(s string) (int64, bool) {
	if s == "" {
		return 0, false
	}
	return parseInt([]byte(s))
}

// holds evaluates the test on a field: the texts of its slots, none if the
// record has no such field, and those of the fields in refs.
func (t *test) holds(texts []*text, refs [][]*text) bool {
	return t.positive(texts, refs) != t.not
}

func (t *test) positive(texts []*text, refs [][]*text) bool {
	if t.exists != 0 {
		return (len(texts) > 0) == (t.exists > 0)
	}
	if t.null && allNull(texts) != t.all {
		return !t.all
	}
	for _, p := range t.preds {
		if matchAny(p, texts) != t.all {
			return !t.all
		}
	}
	for i := range t.refs {
		if t.refs[i].holds(texts, refs[i]) != t.all {
			return !t.all
		}
	}
	return t.all
}

func allNull(texts []*text) bool {
	for _, x := range texts {
		if !x.null() {
			return false
		}
	}
	return true
}

func matchAny(p predicate, texts []*text) bool {
	for _, x := range texts {
		if !x.null() && p.match(x) {
			return true
		}
	}
	return false
}
