package sigma

// Filter is a Sigma filter: a condition joined to that of other rules, as
// "(rule) and (filter)". A filter that is to exclude something therefore has
// to say "not".
type Filter struct {
	Meta
	LogSource LogSource
	// Rules are the ids, names or titles of the rules the filter applies to;
	// none means any rule.
	Rules []string
	// Expr is the condition over the filter's own searches.
	Expr *Expr
}
