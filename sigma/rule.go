package sigma

import (
	"fmt"
	"time"
)

// Collection holds what a set of rule files defines, in file and document
// order.
type Collection struct {
	Rules        []*Rule
	Correlations []*Correlation
	Filters      []*Filter
}

// Meta is what every kind of Sigma document says about itself.
type Meta struct {
	Title  string
	ID     string
	Name   string // unique, may stand for the id in references
	Status string // stable, test, experimental, deprecated, unsupported
	Level  Level

	Description    string
	Author         string
	License        string // SPDX id
	Date           string // as written
	Modified       string // as written
	Taxonomy       string
	Tags           []string
	References     []string
	FalsePositives []string
	// Fields are those an analyst wants to see of a matching event.
	Fields  []string
	Related []Related

	// File and Line say where the document starts.
	File string
	Line int
}

// Related is a reference to another rule.
type Related struct {
	ID   string
	Type string // derived, obsolete, merged, renamed, similar
}

// Level is the severity of a rule's match: informational, low, medium, high or
// critical; "" if the rule has none.
type Level string

// LogSource names the log a rule is about. Fields are as written; compare
// without case.
type LogSource struct {
	Category   string
	Product    string
	Service    string
	Definition string
}

// Rule is a Sigma rule: one event matches it or not.
type Rule struct {
	Meta
	LogSource LogSource
	// Expr is the condition over the searches, resolved to field conditions.
	Expr *Expr
	// Aggregation is the legacy "| count() by ..." part of the condition. A
	// rule that has one is true of groups of events, not of one event.
	Aggregation *Aggregation

	unused []search // searches that the condition does not name
}

// Key is what other documents refer to a rule by: its id, else its name, else
// its title.
func (m *Meta) Key() string {
	switch {
	case m.ID != "":
		return m.ID
	case m.Name != "":
		return m.Name
	}
	return m.Title
}

// Op is the operator of an [Expr].
type Op uint8

// The operators.
const (
	OpItem    Op = iota // Item holds
	OpAnd               // all Kids hold; true if there are none
	OpOr                // any of Kids holds; false if there are none
	OpNot               // Kids[0] does not hold
	OpAtLeast           // at least N of Kids hold
)

// Expr is a node of a rule's logic. Nodes are immutable once parsed and may be
// shared: a search that the condition names twice appears twice.
type Expr struct {
	Op   Op
	N    int // of OpAtLeast
	Kids []*Expr
	Item *Item
	// Search is the name of the search identifier this node is the root of,
	// "" for other nodes.
	Search string
}

// And returns the conjunction of expressions; it is how a filter is joined to
// a rule.
func And(kids ...*Expr) *Expr { return &Expr{Op: OpAnd, Kids: kids} }

// Item is one condition on the record: "field|modifiers: values", or, if Field
// is empty, keywords looked for in all values of the record.
type Item struct {
	Field     string
	Modifiers []string // as written, in order
	Values    []Literal
	Line      int

	test test // what modifiers and values amount to
}

// LiteralKind is the YAML type of a [Literal].
type LiteralKind uint8

// The kinds of literals.
const (
	LiteralNull LiteralKind = iota
	LiteralString
	LiteralNumber
	LiteralBool
)

// Literal is one value of a rule as written, before modifiers.
type Literal struct {
	Kind LiteralKind
	Text string
	Line int
}

// Aggregation is the legacy aggregation of a condition: "| Func(Field) by By
// Op Value" within Timeframe.
type Aggregation struct {
	Func      string // count, min, max, avg, sum
	Field     string // "" counts events
	By        string // "" is one group; several fields are separated by commas
	Op        string // gt, gte, lt, lte, eq, neq
	Value     float64
	Timeframe time.Duration // 0 if the rule has none
}

// Problem is a defect of a rule file, or a reason why a rule is not used.
type Problem struct {
	File string
	Line int
	Rule string // key of the rule it is about, if it is known
	What string
}

// Error gives the problem in one line: file:line: what.
func (p Problem) Error() string {
	return fmt.Sprintf("%s:%d: %s", p.File, p.Line, p.What)
}
