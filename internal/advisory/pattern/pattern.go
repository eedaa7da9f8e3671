// Package pattern reads and evaluates STIX patterns (STIX 2.1, 9) over
// observations.
package pattern

import (
	"errors"
	"fmt"
	"time"
)

// Pattern is a pattern that was read.
type Pattern struct {
	root node
	// Comparisons are all comparisons of the pattern, in its order.
	Comparisons []*Comparison
}

// ErrPattern says that a text is no pattern.
var ErrPattern = errors.New("no STIX pattern")

// ErrValue says that a value of an observation cannot be compared as the
// pattern wants, such as a text with a time.
var ErrValue = errors.New("value cannot be compared")

// ErrEffort says that it would take too long to find out whether a pattern
// matches.
var ErrEffort = errors.New("too many combinations of observations")

// node is an expression over observations.
type node interface {
	// bind calls yield for the sets of observations that satisfy the
	// expression, until yield says to stop; it reports whether it was not
	// stopped.
	bind(m *matching, yield func(binding) bool) bool
	beyonder
}

// beyonder tells what values alone do not answer.
type beyonder interface{ beyond(note func(string)) }

type (
	// leaf is what stands in brackets: a condition on one observation.
	leaf struct {
		test   test
		number int
	}
	both struct {
		left, right node
		ordered     bool // FOLLOWEDBY
	}
	either  struct{ left, right node }
	repeats struct {
		inner node
		times int
	}
	within struct {
		inner node
		span  time.Duration
	}
	between struct {
		inner       node
		start, stop time.Time
	}
)

// test is an expression within brackets. It returns the objects of an
// observation that satisfy it.
type test interface {
	objects(o *Observation) (map[string]bool, error)
	beyonder
}

type (
	all         struct{ left, right test }
	alternative struct{ left, right test }
)

// Operator is how a comparison compares.
type Operator string

// The operators.
const (
	Equal      Operator = "="
	NotEqual   Operator = "!="
	Less       Operator = "<"
	LessEqual  Operator = "<="
	More       Operator = ">"
	MoreEqual  Operator = ">="
	In         Operator = "IN"
	Like       Operator = "LIKE"
	Matches    Operator = "MATCHES"
	IsSubset   Operator = "ISSUBSET"
	IsSuperset Operator = "ISSUPERSET"
	Exists     Operator = "EXISTS"
)

// Comparison compares a property of an object with constants.
type Comparison struct {
	Type     string // of the object
	Path     []Step
	Operator Operator
	Negated  bool
	Values   []Value
	compiled matcher
}

// Step is a part of a path to a property: a key or an index of a list.
type Step struct {
	Key   string
	Index int  // of a list, if Key is ""
	Every bool // [*]
}

func (c *Comparison) String() string {
	return fmt.Sprintf("%s:%v %s", c.Type, c.Path, c.Operator)
}
