package sigma

import (
	"bytes"
	"fmt"
	"regexp"
	"regexp/syntax"
	"strings"
)

// regexMatch is an unanchored search for a regular expression.
type regexMatch struct {
	re *regexp.Regexp
	// literals are texts without case of which every match contains one; none
	// if nothing is known.
	literals []string
	// run is set if a run of that many characters is all that is asked for.
	run   int
	lines bool // the run must be in one line
}

// newRegexMatch compiles a regular expression with the flags i, m and s.
// Sigma asks for a subset of PCRE that RE2 covers; what goes beyond it
// (look-around, back references) is an error.
func newRegexMatch(expr, flags string) (*regexMatch, error) {
	if flags != "" {
		expr = "(?" + flags + ")" + expr
	}
	re, err := regexp.Compile(expr)
	if err != nil {
		what := strings.TrimPrefix(err.Error(), "error parsing regexp: ")
		return nil, fmt.Errorf("unsupported regular expression: %s", what)
	}
	m := &regexMatch{re: re}
	if tree, err := syntax.Parse(expr, syntax.Perl); err == nil {
		m.run, m.lines, _ = runLength(tree)
		m.literals = best(requiredLiterals(tree.Simplify(), 0))
	}
	return m, nil
}

func (m *regexMatch) match(t *text) bool {
	if m.lacking(t) {
		return false
	}
	b, ends := t.get(true)
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

// maxSearches is how many literals are looked for before an expression is run.
const maxSearches = 8

// lacking reports whether it is certain that nothing in the text matches: other
// alternatives of a rule, or other fields, may have made it a candidate.
func (m *regexMatch) lacking(t *text) bool {
	if len(m.literals) == 0 || len(m.literals) > maxSearches {
		return false
	}
	b, _ := t.get(false)
	for _, lit := range m.literals {
		if bytes.Contains(b, []byte(lit)) {
			return false
		}
	}
	return true
}

func (m *regexMatch) matchBytes(b []byte) bool {
	if m.run > 0 {
		return hasRun(b, m.run, m.lines)
	}
	return m.re.Match(b)
}

func (m *regexMatch) String() string { return m.re.String() }

// literalSet is what is known of the texts an expression matches. If exact,
// each of them is a member; else each contains a member. An unknown set is
// empty and not exact.
type literalSet struct {
	members []string
	exact   bool
}

// Bounds of the literals taken out of an expression.
const (
	maxRegexLiterals = 64
	maxRegexDepth    = 200
)

func exactly(members ...string) literalSet { return literalSet{members, true} }

// best returns the members if they say anything.
func best(s literalSet) []string {
	for _, m := range s.members {
		if m == "" {
			return nil
		}
	}
	return s.members
}

// shortest is the length of the shortest member; a set of longer ones is
// the stronger condition.
func (s literalSet) shortest() int {
	if len(s.members) == 0 {
		return 0
	}
	n := len(s.members[0])
	for _, m := range s.members {
		n = min(n, len(m))
	}
	return n
}

func requiredLiterals(re *syntax.Regexp, depth int) literalSet {
	if depth > maxRegexDepth {
		return literalSet{}
	}
	switch re.Op {
	case syntax.OpEmptyMatch, syntax.OpBeginLine, syntax.OpEndLine, syntax.OpBeginText, syntax.OpEndText,
		syntax.OpWordBoundary, syntax.OpNoWordBoundary:
		return exactly("")
	case syntax.OpLiteral:
		return exactly(fold(string(re.Rune)))
	case syntax.OpCharClass:
		return classLiterals(re.Rune)
	case syntax.OpCapture:
		return requiredLiterals(re.Sub[0], depth+1)
	case syntax.OpPlus:
		return repeated(requiredLiterals(re.Sub[0], depth+1))
	case syntax.OpRepeat:
		if re.Min > 0 {
			return repeated(requiredLiterals(re.Sub[0], depth+1))
		}
	case syntax.OpQuest:
		if inner := requiredLiterals(re.Sub[0], depth+1); inner.exact && len(inner.members) < maxRegexLiterals {
			return exactly(append([]string{""}, inner.members...)...)
		}
	case syntax.OpConcat:
		return concatLiterals(re.Sub, depth)
	case syntax.OpAlternate:
		return alternateLiterals(re.Sub, depth)
	}
	return literalSet{}
}

// repeated is the set of an expression that occurs at least once.
func repeated(s literalSet) literalSet {
	return literalSet{members: s.members}
}

// classLiterals lists the members of a small character class.
func classLiterals(ranges []rune) literalSet {
	seen := map[string]bool{}
	var members []string
	for i := 0; i+1 < len(ranges); i += 2 {
		if ranges[i+1]-ranges[i] > 8 {
			return literalSet{}
		}
		for r := ranges[i]; r <= ranges[i+1]; r++ {
			if m := string(foldRune(r)); !seen[m] {
				seen[m] = true
				members = append(members, m)
			}
		}
	}
	if len(members) == 0 || len(members) > 8 {
		return literalSet{}
	}
	return exactly(members...)
}

// concatLiterals joins exact parts that follow each other and keeps the
// strongest condition among the pieces.
func concatLiterals(subs []*syntax.Regexp, depth int) literalSet {
	run, strongest := exactly(""), literalSet{}
	allExact := true
	keep := func(s literalSet) {
		if s.shortest() > strongest.shortest() {
			strongest = literalSet{members: s.members}
		}
	}
	for _, sub := range subs {
		s := requiredLiterals(sub, depth+1)
		if s.exact && len(run.members)*len(s.members) <= maxRegexLiterals {
			run = cross(run, s)
			continue
		}
		allExact = false
		keep(run)
		keep(s)
		run = exactly("")
		if s.exact {
			run = s
		}
	}
	if allExact {
		return run
	}
	keep(run)
	return strongest
}

func cross(a, b literalSet) literalSet {
	var members []string
	for _, x := range a.members {
		for _, y := range b.members {
			members = append(members, x+y)
		}
	}
	return exactly(members...)
}

func alternateLiterals(subs []*syntax.Regexp, depth int) literalSet {
	all := literalSet{exact: true}
	for _, sub := range subs {
		s := requiredLiterals(sub, depth+1)
		if len(s.members) == 0 || len(all.members)+len(s.members) > maxRegexLiterals {
			return literalSet{}
		}
		all.members = append(all.members, s.members...)
		all.exact = all.exact && s.exact
	}
	return all
}
