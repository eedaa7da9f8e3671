package sigma

import (
	"time"
)

// CorrelationType says what a correlation measures in a window of time.
type CorrelationType string

// The correlation types (Sigma correlation rules specification 2.1).
const (
	EventCount      CorrelationType = "event_count"      // distinct events
	ValueCount      CorrelationType = "value_count"      // distinct values of the fields
	ValueSum        CorrelationType = "value_sum"        // sum of a numeric field
	ValueAvg        CorrelationType = "value_avg"        // mean of a numeric field
	ValueMedian     CorrelationType = "value_median"     // median of a numeric field
	ValuePercentile CorrelationType = "value_percentile" // percentile of a numeric field, or share of a value
	ValueMin        CorrelationType = "value_min"        // smallest value: legacy min() only
	ValueMax        CorrelationType = "value_max"        // largest value: legacy max() only
	Temporal        CorrelationType = "temporal"         // distinct rules
	TemporalOrdered CorrelationType = "temporal_ordered" // distinct rules, in the order of Rules
)

// Correlation is a Sigma correlation rule: it is true of a group of events
// that other rules match within a timespan.
type Correlation struct {
	Meta
	Type CorrelationType
	// Rules are the ids, names or titles of the rules correlated, as written.
	// Each may be a rule or another correlation.
	Rules []string
	// GroupBy are the fields, or aliases, whose values events must share.
	// Events that lack one of them are left out.
	GroupBy []string
	Aliases []Alias
	// Timespan is the length of the window. A window is closed: events exactly
	// one timespan apart are in one.
	Timespan  time.Duration
	Condition CorrelationCondition
	// Generate says that the correlated rules report their own matches too.
	Generate bool
}

// Alias is a name for a field that each correlated rule calls differently.
type Alias struct {
	Name   string
	Fields []AliasField
}

// AliasField is the field that an alias stands for in the events of one rule.
type AliasField struct {
	Rule  string // as in Correlation.Rules
	Field string
}

// CorrelationCondition is what the measure of a window must meet.
type CorrelationCondition struct {
	// Bounds must all hold; several make a range.
	Bounds []Bound
	// Fields are the measured fields. With several, value_count counts
	// distinct combinations.
	Fields []string
	// Percentile is the rank value_percentile looks at, 0 to 100. Without one
	// the measure is the share of one value among all, in percent.
	Percentile    float64
	HasPercentile bool
	// Expr is the condition of an extended temporal correlation over the
	// rules that occur in the window; nil for others.
	Expr *RuleExpr
}

// Bound compares a measure: gt, gte, lt, lte, eq or neq.
type Bound struct {
	Op    string
	Value float64
}

// RuleExpr is a node of an extended temporal condition.
type RuleExpr struct {
	Op   Op          // OpItem for a rule
	Rule string      // reference, if Op is OpItem
	Kids []*RuleExpr // one for OpNot
}

// Holds reports whether a measure meets the bound.
func (b Bound) Holds(measure float64) bool {
	switch b.Op {
	case "gt":
		return measure > b.Value
	case "gte":
		return measure >= b.Value
	case "lt":
		return measure < b.Value
	case "lte":
		return measure <= b.Value
	case "eq":
		return measure == b.Value
	case "neq":
		return measure != b.Value
	}
	return false
}

// Holds reports whether a measure meets all bounds.
func (c *CorrelationCondition) Holds(measure float64) bool {
	for _, b := range c.Bounds {
		if !b.Holds(measure) {
			return false
		}
	}
	return true
}

// rising reports whether a larger measure can never break the condition.
func (c *CorrelationCondition) rising() bool {
	for _, b := range c.Bounds {
		if b.Op != "gt" && b.Op != "gte" {
			return false
		}
	}
	return true
}
