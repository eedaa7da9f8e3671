package flow

import (
	"strings"

	"seawall/internal/intrusion/webshell/syntax"
)

// The bounds of one evaluation: steps grow with the file, up to a fixed sum.
const (
	baseSteps = 200_000
	stepsByte = 10
	maxSteps  = 3_000_000
	maxCalls  = 6     // calls of the page's own functions within each other
	fewCalls  = 3     // the same in functions that the page never calls
	maxDepth  = 400   // nesting of the tree
	maxLayers = 12    // code within code
	maxLoop   = 20000 // rounds of a loop whose condition is known
	fewRounds = 4     // the same in functions that the page never calls: no input is known there
	maxText   = 8 << 20
)

// Result is what an evaluation found.
type Result struct {
	Findings []Finding
	// Incomplete says that the bounds ended the evaluation.
	Incomplete bool
	// Layers holds the code that was hidden in the page, outermost first.
	Layers []string
}

// machine evaluates one page.
type machine struct {
	lang   syntax.Language
	src    string
	steps  int
	bytes  int
	depth  int
	calls  int
	layer  int
	rounds int // of a loop, at most
	// perhaps counts the conditions around what is evaluated of which nobody
	// knows whether they hold.
	perhaps int
	tainted []tainted // within these conditions
	loops   int       // around what is evaluated, of which the end is not known
	nested  int       // calls of the page's own functions, at most
	vars    map[string]value
	shared  []string // of vars, those that are global
	global  map[string]value
	props   map[string]value
	funcs   map[string]*syntax.Node
	classes map[string]*syntax.Node // of PHP
	called  map[*syntax.Node]bool
	open    map[*syntax.Node]openCall
	ret     value
	brk     string
	res     Result
	buffers []*syntax.Node // functions that are given what the page shows
	anchor  *syntax.Node   // what findings in hidden code point to
	seen    [numRules]bool
	files   map[string]bool
	// shell is where the command interpreter is started, socket where a
	// connection is made; nil if nowhere.
	shell, socket *syntax.Node
	accepts       *syntax.Node // where connections are accepted
	// included is set once another file may have set variables.
	included bool
	// extracted is set once request parameters became variables.
	extracted bool
}

// Run evaluates the tree of a page in lang.
func Run(tree *syntax.Node, src string, lang syntax.Language) Result {
	m := machine{
		lang: lang, src: src, rounds: maxLoop, nested: maxCalls,
		steps: min(maxSteps, baseSteps+stepsByte*len(src)), bytes: maxText,
		vars: map[string]value{}, props: map[string]value{}, funcs: map[string]*syntax.Node{},
		called: map[*syntax.Node]bool{}, open: map[*syntax.Node]openCall{}, files: map[string]bool{},
	}
	m.global = m.vars
	m.define(tree, 0)
	m.exec(tree)
	m.rounds, m.nested = fewRounds, fewCalls
	m.runUncalled(tree, 0)
	if m.shell != nil && m.socket != nil {
		m.report(ReverseShell, m.shell, "")
	}
	if m.accepts != nil && m.socket != nil && m.lang == syntax.PHP {
		m.report(Relays, m.accepts, "")
	}
	if m.steps <= 0 || m.bytes <= 0 {
		m.res.Incomplete = true
	}
	return m.res
}

func (m *machine) fold(name string) string {
	if m.lang == syntax.PHP || m.lang == syntax.VBScript || m.lang == syntax.VBNet || m.lang == syntax.ColdFusion {
		return strings.ToLower(name)
	}
	return name
}

// define notes every function of the tree by its name.
func (m *machine) define(n *syntax.Node, depth int) {
	if n == nil || depth > maxDepth {
		return
	}
	if n.Kind == syntax.Func && n.Str != "" {
		name := m.fold(n.Str)
		if _, ok := m.funcs[name]; !ok {
			m.funcs[name] = n
		}
	}
	if n.Kind == syntax.Class && m.lang == syntax.PHP && n.Str != "" {
		if m.classes == nil {
			m.classes = map[string]*syntax.Node{}
		}
		m.classes[m.fold(n.Str)] = n
	}
	for _, k := range n.Kids {
		m.define(k, depth+1)
	}
}

// methodOf returns a method of a class of the page; nil if it has none.
func (m *machine) methodOf(class, name string) *syntax.Node {
	c := m.classes[class]
	if c == nil || len(c.Kids) == 0 || c.Kids[0] == nil {
		return nil
	}
	for _, k := range c.Kids[0].Kids {
		if f := funcIn(k); f != nil && strings.EqualFold(f.Str, name) {
			return f
		}
	}
	return nil
}

// funcIn returns the function that a statement declares.
func funcIn(n *syntax.Node) *syntax.Node {
	for n != nil && n.Kind == syntax.Declare && len(n.Kids) > 0 {
		n = n.Kids[0]
	}
	if n != nil && n.Kind == syntax.Func {
		return n
	}
	return nil
}

// runUncalled evaluates the functions that the page itself never called: the
// server, or a hook, may.
func (m *machine) runUncalled(n *syntax.Node, depth int) {
	if n == nil || depth > maxDepth {
		return
	}
	if n.Kind == syntax.Func && !m.called[n] {
		m.invoke(n, nil)
	}
	for _, k := range n.Kids {
		m.runUncalled(k, depth+1)
	}
}

func (m *machine) report(rule Rule, n *syntax.Node, name string) {
	if rule == FilesFromRequest {
		if m.files[name] {
			return
		}
		m.files[name] = true
	} else if m.seen[rule] {
		return
	}
	m.seen[rule] = true
	if m.anchor != nil {
		n = m.anchor
	}
	m.res.Findings = append(m.res.Findings, Finding{Rule: rule, Pos: n.Pos, End: n.End, Name: name})
}

// openCall is what came of calls of a function of which not all arguments were
// known. More than maxPlain of them with nothing known at all, or maxOpen with
// something, would tell nothing new.
type openCall struct {
	count int
	ret   value
}

const (
	maxPlain = 3
	maxOpen  = 12
)

// allowed says how often a function may be evaluated with such arguments; 0 is
// without a bound: decoders are called for every letter.
func allowed(args []value) int {
	bound := 0
	if len(args) == 0 {
		bound = maxPlain
	}
	for i := range args {
		switch a := &args[i]; {
		case a.kind != unknown:
		case a.taint != 0 || a.typ != "":
			return maxOpen
		default:
			bound = maxPlain
		}
	}
	return bound
}

// invoke calls a function of the page.
func (m *machine) invoke(fn *syntax.Node, args []value) value {
	m.called[fn] = true
	if m.calls >= m.nested || m.steps <= 0 {
		return derive(args...)
	}
	bound := allowed(args)
	if bound == 0 {
		return m.enter(fn, args)
	}
	p := m.open[fn]
	if p.count >= bound {
		out := p.ret
		out.taint |= derive(args...).taint
		return out
	}
	p.count++
	m.open[fn] = p // calls of itself count, too
	ret := m.enter(fn, args)
	p = m.open[fn]
	p.ret = ret
	m.open[fn] = p
	return ret
}

// enter evaluates the body of a function.
func (m *machine) enter(fn *syntax.Node, args []value) value {
	m.calls++
	vars, ret, shared := m.vars, m.ret, m.shared
	m.vars, m.shared = make(map[string]value, 8), nil
	m.ret = value{}
	params := fn.Kids[:len(fn.Kids)-1]
	for i, p := range params {
		if p == nil {
			continue
		}
		if i < len(args) {
			m.vars[p.Str] = args[i]
		} else if v, ok := vars[p.Str]; ok && fn.Str == "" {
			m.vars[p.Str] = v // captured by a closure
		}
	}
	if m.lang != syntax.PHP {
		for k, v := range vars {
			if _, ok := m.vars[k]; !ok {
				m.vars[k] = v
			}
		}
	}
	if m.basic() {
		m.vars[fn.Str] = value{kind: text} // what the function returns, if it sets nothing
	}
	m.exec(fn.Kids[len(fn.Kids)-1])
	out := m.ret
	inner := m.vars
	for _, name := range m.shared {
		if v, ok := inner[name]; ok && (v.taint != 0 || v.kind != unknown) {
			m.global[name] = v
		}
	}
	m.vars, m.ret, m.shared, m.brk = vars, ret, shared, ""
	if m.lang != syntax.PHP && m.calls == 1 {
		for k, v := range inner {
			if v.taint != 0 {
				m.vars[k] = v
			}
		}
	}
	m.calls--
	return out
}

// runCode evaluates code that the page holds as text.
func (m *machine) runCode(code string, n *syntax.Node, v value) {
	if m.layer >= maxLayers || len(code) > m.steps*8 || code == "" {
		return
	}
	if m.lang == syntax.Java {
		return
	}
	m.steps -= len(code)
	m.layer++
	anchor := m.anchor
	if anchor == nil {
		m.anchor = n
	}
	if v.decoded > 0 && len(m.res.Layers) < maxLayers {
		m.res.Layers = append(m.res.Layers, code)
	}
	tree := syntax.ParseSource(code, m.lang)
	if m.lang == syntax.PHP && strings.Contains(code, "<?") {
		toks := syntax.LexPHP(nil, code, !strings.HasPrefix(strings.TrimSpace(code), "<"))
		tree, _ = syntax.Parse(toks, code, m.lang)
	}
	before := len(m.res.Findings)
	m.define(tree, 0)
	m.exec(tree)
	m.runUncalled(tree, 0)
	if v.decoded > 0 && (len(m.res.Findings) > before || v.decoded > 1 || hides(code)) {
		m.report(CodeUnpacked, n, "")
	}
	m.anchor = anchor
	m.layer--
}

// hides reports whether decoded code names a function or variable that is not
// worth hiding in honest code.
func hides(code string) bool {
	low := strings.ToLower(code)
	for _, w := range [...]string{"$_post", "$_get", "$_request", "$_cookie", "$_files", "shell_exec", "passthru", "base64_decode", "assert(", "eval(", "fsockopen", "error_reporting(0"} {
		if strings.Contains(low, w) {
			return true
		}
	}
	return false
}
