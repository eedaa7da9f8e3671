package sigma

import (
	"fmt"
	"slices"
	"strings"

	"go.yaml.in/yaml/v4"
)

// Bounds of one document. Real rules stay far below them.
const (
	maxDepth = 64      // of YAML and of conditions
	maxNodes = 200_000 // YAML nodes, aliases followed
)

// search is a search identifier and what it means.
type search struct {
	name string
	line int
	expr *Expr
}

// errorAt is an error that knows its place.
func errorAt(n *yaml.Node, format string, args ...any) error {
	return Problem{Line: n.Line, What: fmt.Sprintf(format, args...)}
}

// detection is what a detection section says.
type detection struct {
	expr        *Expr
	aggregation *Aggregation
	unused      []search // that the condition does not name
}

// parseDetection reads a mapping of search identifiers with a condition and,
// for legacy rules, a timeframe. Keys in skip are the caller's.
func parseDetection(n *yaml.Node, skip ...string) (d detection, err error) {
	if n.Kind != yaml.MappingNode {
		return d, errorAt(n, "detection is not a mapping")
	}
	p := detectionParser{}
	var searches []search
	var condition, timeframe *yaml.Node
	for i := 0; i+1 < len(n.Content); i += 2 {
		key, value := n.Content[i], n.Content[i+1]
		switch {
		case key.Value == "condition":
			condition = value
		case key.Value == "timeframe":
			timeframe = value
		case slices.Contains(skip, key.Value):
		case slices.ContainsFunc(searches, func(s search) bool { return s.name == key.Value }):
			return d, errorAt(key, "search identifier %q is defined twice", key.Value)
		default:
			expr, err := p.search(value, 0)
			if err != nil {
				return d, err
			}
			expr.Search = key.Value
			searches = append(searches, search{key.Value, key.Line, expr})
		}
	}
	if len(searches) == 0 {
		return d, errorAt(n, "detection has no search identifiers")
	}
	if condition == nil {
		return d, errorAt(n, "detection has no condition")
	}
	if d.expr, d.aggregation, err = parseConditions(condition, timeframe, searches); err != nil {
		return d, err
	}
	used := map[string]bool{}
	d.expr.searches(used)
	d.unused = slices.DeleteFunc(searches, func(s search) bool { return used[s.name] })
	return d, nil
}

// searches collects the names of the searches in an expression.
func (e *Expr) searches(used map[string]bool) {
	if e.Search != "" {
		used[e.Search] = true
	}
	for _, kid := range e.Kids {
		kid.searches(used)
	}
}

type detectionParser struct {
	nodes int
}

// enter bounds the work on a document.
func (p *detectionParser) enter(n *yaml.Node, depth int) (*yaml.Node, error) {
	for n.Kind == yaml.AliasNode && n.Alias != nil {
		n = n.Alias
	}
	if p.nodes++; p.nodes > maxNodes {
		return nil, errorAt(n, "document has more than %d nodes", maxNodes)
	}
	if depth > maxDepth {
		return nil, errorAt(n, "nested deeper than %d levels", maxDepth)
	}
	return n, nil
}

// search reads the value of a search identifier: a mapping of field
// conditions (AND), or a list (OR) of mappings, keywords, or lists.
func (p *detectionParser) search(n *yaml.Node, depth int) (*Expr, error) {
	n, err := p.enter(n, depth)
	if err != nil {
		return nil, err
	}
	switch n.Kind {
	case yaml.MappingNode:
		return p.mapping(n, depth)
	case yaml.ScalarNode:
		return p.item(&Item{Values: []Literal{literal(n)}, Line: n.Line}, n)
	case yaml.SequenceNode:
		return p.list(n, depth)
	}
	return nil, errorAt(n, "search identifier is neither a mapping nor a list")
}

// list joins the members of a list with OR; its keywords become one item.
func (p *detectionParser) list(n *yaml.Node, depth int) (*Expr, error) {
	or := &Expr{Op: OpOr}
	var keywords *Item
	for _, kid := range n.Content {
		resolved, err := p.enter(kid, depth)
		if err != nil {
			return nil, err
		}
		if resolved.Kind == yaml.ScalarNode {
			if keywords == nil {
				keywords = &Item{Line: resolved.Line}
			}
			keywords.Values = append(keywords.Values, literal(resolved))
			continue
		}
		expr, err := p.search(resolved, depth+1)
		if err != nil {
			return nil, err
		}
		or.Kids = append(or.Kids, expr)
	}
	if keywords != nil {
		expr, err := p.item(keywords, n)
		if err != nil {
			return nil, err
		}
		or.Kids = append(or.Kids, expr)
	}
	if len(or.Kids) == 0 {
		return nil, errorAt(n, "search identifier is an empty list")
	}
	return or, nil
}

func (p *detectionParser) mapping(n *yaml.Node, depth int) (*Expr, error) {
	and := &Expr{Op: OpAnd}
	for i := 0; i+1 < len(n.Content); i += 2 {
		key := n.Content[i]
		value, err := p.enter(n.Content[i+1], depth)
		if err != nil {
			return nil, err
		}
		expr, err := p.field(key, value, depth)
		if err != nil {
			return nil, err
		}
		and.Kids = append(and.Kids, expr)
	}
	if len(and.Kids) == 0 {
		return nil, errorAt(n, "search identifier is an empty mapping")
	}
	return and, nil
}

// field reads "field|modifiers: values".
func (p *detectionParser) field(key, value *yaml.Node, depth int) (*Expr, error) {
	parts := strings.Split(key.Value, "|")
	it := &Item{Field: strings.TrimSpace(parts[0]), Modifiers: parts[1:], Line: key.Line}
	switch value.Kind {
	case yaml.ScalarNode:
		it.Values = []Literal{literal(value)}
	case yaml.SequenceNode:
		for _, kid := range value.Content {
			resolved, err := p.enter(kid, depth)
			if err != nil {
				return nil, err
			}
			if resolved.Kind != yaml.ScalarNode {
				return nil, errorAt(kid, "%s: values must be strings or numbers", key.Value)
			}
			it.Values = append(it.Values, literal(resolved))
		}
	default:
		return nil, errorAt(value, "%s: value is a mapping, not a string, number or list", key.Value)
	}
	return p.item(it, key)
}

func (p *detectionParser) item(it *Item, at *yaml.Node) (*Expr, error) {
	if len(it.Values) == 0 {
		return nil, errorAt(at, "%s has no values", it.name())
	}
	var err error
	if it.test, err = it.compile(nil); err != nil {
		return nil, errorAt(at, "%s: %v", it.name(), err)
	}
	return &Expr{Op: OpItem, Item: it}, nil
}

// name writes the item's key as the rule does.
func (it *Item) name() string {
	if it.Field == "" && len(it.Modifiers) == 0 {
		return "keywords"
	}
	return strings.Join(append([]string{it.Field}, it.Modifiers...), "|")
}

func literal(n *yaml.Node) Literal {
	lit := Literal{Kind: LiteralString, Text: n.Value, Line: n.Line}
	switch n.ShortTag() {
	case "!!null":
		lit.Kind, lit.Text = LiteralNull, ""
	case "!!int", "!!float":
		lit.Kind = LiteralNumber
	case "!!bool":
		lit.Kind = LiteralBool
	}
	return lit
}
