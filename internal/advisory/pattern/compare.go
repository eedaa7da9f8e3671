package pattern

import (
	"cmp"
	"fmt"
	"net/netip"
	"regexp"
	"strings"

	"golang.org/x/text/unicode/norm"
)

// matcher is what a comparison needs besides its constants.
type matcher struct {
	expression *regexp.Regexp
	latin      bool // the expression has only characters that bytes can be
	network    netip.Prefix
}

// compile checks a comparison and prepares it.
func (c *Comparison) compile() error {
	for i := range c.Values {
		if c.Values[i].Kind != c.Values[0].Kind {
			return fmt.Errorf("%w: a set of constants of several types", ErrPattern)
		}
	}
	switch c.Operator {
	case Less, LessEqual, More, MoreEqual:
		if c.Values[0].Kind == Bool {
			return fmt.Errorf("%w: truth has no order", ErrPattern)
		}
	case Like, Matches, IsSubset, IsSuperset:
		if c.Values[0].Kind != Text {
			return fmt.Errorf("%w: %s needs a text", ErrPattern, c.Operator)
		}
	}
	var err error
	switch c.Operator {
	case Like:
		c.compiled.expression, err = regexp.Compile("(?s)^" + likeExpression(norm.NFC.String(c.Values[0].Text)) + "$")
	case Matches:
		c.compiled.expression, err = regexp.Compile(norm.NFC.String(c.Values[0].Text))
	case IsSubset, IsSuperset:
		c.compiled.network, err = network(c.Values[0].Text)
	default:
		return nil
	}
	if err != nil {
		return fmt.Errorf("%w: %w", ErrPattern, err)
	}
	c.compiled.latin = isLatin(c.Values[0].Text)
	return nil
}

// likeExpression writes the pattern of LIKE as a regular expression.
func likeExpression(s string) string {
	var b strings.Builder
	for _, r := range s {
		switch r {
		case '%':
			b.WriteString(".*")
		case '_':
			b.WriteByte('.')
		default:
			b.WriteString(regexp.QuoteMeta(string(r)))
		}
	}
	return b.String()
}

// network reads an address or a network.
func network(s string) (netip.Prefix, error) {
	if !strings.Contains(s, "/") {
		a, err := netip.ParseAddr(s)
		if err != nil {
			return netip.Prefix{}, err
		}
		return netip.PrefixFrom(a, a.BitLen()), nil
	}
	p, err := netip.ParsePrefix(s)
	return p.Masked(), err
}

// holds reports whether a value satisfies a comparison.
func (c *Comparison) holds(v Value) (bool, error) {
	if c.Operator == Exists {
		return !c.Negated, nil
	}
	ok, err := c.compare(v)
	return ok != c.Negated, err
}

func (c *Comparison) compare(v Value) (bool, error) {
	switch c.Operator {
	case In:
		for i := range c.Values {
			order, comparable, err := compareValues(v, c.Values[i])
			if err != nil {
				return false, err
			}
			if comparable && order == 0 {
				return true, nil
			}
		}
		return false, nil
	case Like, Matches:
		return c.fits(v), nil
	case IsSubset, IsSuperset:
		if v.Kind != Text {
			return false, nil
		}
		n, err := network(v.Text)
		if err != nil {
			return false, nil
		}
		if c.Operator == IsSubset {
			return inside(n, c.compiled.network), nil
		}
		return inside(c.compiled.network, n), nil
	}
	order, comparable, err := compareValues(v, c.Values[0])
	if err != nil {
		return false, err
	}
	if !comparable {
		return c.Operator == NotEqual, nil
	}
	switch c.Operator {
	case Equal:
		return order == 0, nil
	case NotEqual:
		return order != 0, nil
	case Less:
		return order < 0, nil
	case LessEqual:
		return order <= 0, nil
	case More:
		return order > 0, nil
	}
	return order >= 0, nil
}

// fits reports whether a text is as LIKE or MATCHES wants it.
func (c *Comparison) fits(v Value) bool {
	switch v.Kind {
	case Text:
		return c.compiled.expression.MatchString(norm.NFC.String(v.Text))
	case Binary:
		return c.compiled.latin && c.compiled.expression.MatchString(v.Text)
	}
	return false
}

func inside(small, large netip.Prefix) bool {
	return small.Bits() >= large.Bits() && large.Contains(small.Addr())
}

// compareValues orders a property and a constant; comparable says whether their
// types allow that.
func compareValues(v, constant Value) (order int, comparable bool, err error) {
	text := v.Kind == Text || v.Kind == Binary
	switch {
	case constant.Kind == Time && text:
		at, err := parseTime(v.Text)
		return at.Compare(constant.Time), err == nil, err
	case text && (constant.Kind == Text || constant.Kind == Binary):
		if v.Kind != constant.Kind && !(isLatin(v.Text) && isLatin(constant.Text)) {
			return 0, false, nil // one is bytes, and the other cannot be
		}
		return strings.Compare(v.Text, constant.Text), true, nil
	case v.Kind == Number && constant.Kind == Number:
		return cmp.Compare(v.Number, constant.Number), true, nil
	case v.Kind == Bool && constant.Kind == Bool:
		if v.Bool == constant.Bool {
			return 0, true, nil
		}
		return 1, true, nil
	}
	return 0, false, nil
}
