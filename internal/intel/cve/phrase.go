package cve

import "slices"

// phrase reads the ranges out of a version phrase such as "6.4.0, 6.2.0 to
// 6.2.3, 6.0.9 and below". In prose, where versions are also named for other
// reasons, only what a word of comparison stands next to counts.
type phrase struct {
	list   []token
	at     int
	prose  bool
	from   string // a lower bound that waits for its upper one
	after  bool
	ranges []Range
	all    bool // "all versions"
}

// Phrase reads a version field that holds words.
func Phrase(text string) []Range {
	p := &phrase{list: tokens(text)}
	p.read()
	if len(p.ranges) == 0 && p.all {
		return []Range{{}}
	}
	return p.ranges
}

// Prose reads a description.
func Prose(text string) []Range {
	p := &phrase{list: tokens(text), prose: true}
	p.read()
	return p.ranges
}

var (
	beforeWords = []string{"before", "prior", "below", "until", "earlier", "older", "lower", "preceding"}
	upToWords   = []string{"through", "to", "thru", "up", "upto", "–", "-", "—"}
	downWords   = []string{"below", "earlier", "prior", "older", "lower", "previous", "before", "under", "down"}
	upWords     = []string{"later", "above", "newer", "higher", "greater", "after", "onwards", "onward"}
	fromWords   = []string{"from", "since", "starting", "introduced", "between"}
	fixWords    = []string{"fixed", "patched", "resolved", "upgrade", "upgraded", "upgrading", "update", "updated", "updating", "addressed", "remediated", "corrected", "fix"}
	fillWords   = []string{"version", "versions", "the", "release", "releases", "build", "builds", "than", "to", "and", "including", "(including)", "firmware", "all", "any", "with", "inclusive", "as"}
)

func (p *phrase) read() {
	for p.at < len(p.list) {
		t := p.list[p.at]
		switch t.kind {
		case operatorToken:
			p.operator(t.text)
		case versionToken:
			p.version(t.text)
		case breakToken:
			p.at++
			if p.at < len(p.list) && p.list[p.at].kind == wordToken && p.from != "" && !p.comparisonAhead() {
				p.flush()
			}
		default:
			p.word(t.text)
		}
	}
	p.flush()
}

// flush ends a lower bound that no upper one came for.
func (p *phrase) flush() {
	if p.from != "" && !p.prose {
		p.add(Range{})
	}
	p.from, p.after = "", false
}

func (p *phrase) add(r Range) {
	if r.From == "" && p.from != "" {
		r.From, r.After = p.from, p.after
	}
	p.from, p.after = "", false
	p.ranges = append(p.ranges, r)
}

func (p *phrase) operator(op string) {
	p.at++
	p.fill()
	v, ok := p.take()
	if !ok {
		return
	}
	switch op {
	case "<":
		p.add(Range{To: v})
	case "<=":
		p.add(Range{To: v, Inclusive: true})
	case "=", "==":
		p.add(Point(v))
	default:
		p.flush()
		p.from, p.after = lowest(v), op == ">"
	}
}

// version reads a version that no word introduces, by what stands behind it.
func (p *phrase) version(v string) {
	p.at++
	start := p.at
	for n := 0; n < 4 && p.at < len(p.list) && p.list[p.at].kind == wordToken; n++ {
		w := p.list[p.at].text
		p.at++
		switch {
		case slices.Contains(upToWords, w):
			p.fill()
			if to, ok := p.take(); ok {
				p.from, p.after = "", false
				p.add(Range{From: lowest(v), To: to, Inclusive: true})
				return
			}
		case slices.Contains(beforeWords, w) && p.versionAhead():
			p.fill()
			to, _ := p.take()
			p.from, p.after = "", false
			p.add(Range{From: lowest(v), To: to})
			return
		case slices.Contains(downWords, w):
			p.from = ""
			p.add(Range{To: v, Inclusive: true})
			return
		case slices.Contains(upWords, w):
			p.ranges = append(p.ranges, Range{From: lowest(v)})
			return
		case w == "and" || w == "or" || w == "all" || w == "versions" || w == "version" || w == "any":
			continue
		}
		break
	}
	p.at = start
	if !p.prose {
		p.ranges = append(p.ranges, Point(v))
	}
}

// word reads a word and, if it is one of comparison, the version behind it.
func (p *phrase) word(w string) {
	p.at++
	switch {
	case slices.Contains(fixWords, w):
		p.skipFix()
	case w == "all":
		p.all = true
	case slices.Contains(fromWords, w):
		p.fill()
		if v, ok := p.take(); ok {
			p.flush()
			p.from = lowest(v)
			p.pair()
		}
	case slices.Contains(beforeWords, w) && p.versionAhead():
		p.fill()
		if v, ok := p.take(); ok {
			p.add(Range{To: v})
		}
	case slices.Contains(upToWords, w) && p.versionAhead():
		including := p.fill()
		if v, ok := p.take(); ok {
			p.add(Range{To: v, Inclusive: including || w != "until"})
		}
	}
}

// pair reads "and 2.0" behind "between 1.0".
func (p *phrase) pair() {
	if p.at+1 < len(p.list) && p.list[p.at].text == "and" && p.list[p.at+1].kind == versionToken && p.at >= 2 && p.list[p.at-2].text == "between" {
		p.add(Range{To: p.list[p.at+1].text, Inclusive: true})
		p.at += 2
	}
}

// skipFix passes the versions that are said to be fixed.
func (p *phrase) skipFix() {
	for n := 0; n < 6 && p.at < len(p.list); n++ {
		t := p.list[p.at]
		if t.kind == breakToken || t.kind == operatorToken {
			return
		}
		p.at++
		if t.kind == versionToken {
			return
		}
	}
}

// fill passes words that say nothing; it reports whether "including" was one.
func (p *phrase) fill() (including bool) {
	for n := 0; n < 5 && p.at < len(p.list) && p.list[p.at].kind == wordToken && slices.Contains(fillWords, p.list[p.at].text); n++ {
		including = including || p.list[p.at].text == "including"
		p.at++
	}
	return including
}

func (p *phrase) take() (string, bool) {
	if p.at < len(p.list) && p.list[p.at].kind == versionToken {
		p.at++
		return p.list[p.at-1].text, true
	}
	return "", false
}

// versionAhead reports whether a version comes next, fill words apart.
func (p *phrase) versionAhead() bool {
	for i := p.at; i < len(p.list) && i < p.at+5; i++ {
		switch t := p.list[i]; {
		case t.kind == versionToken:
			return true
		case t.kind != wordToken || !slices.Contains(fillWords, t.text):
			return false
		}
	}
	return false
}

// comparisonAhead reports whether the next words go on with a range.
func (p *phrase) comparisonAhead() bool {
	for i := p.at; i < len(p.list) && i < p.at+3; i++ {
		if t := p.list[i]; t.kind == operatorToken || slices.Contains(beforeWords, t.text) || slices.Contains(upToWords, t.text) {
			return true
		}
	}
	return false
}

// lowest is a version as a lower bound: "16.1.*" begins at 16.1.
func lowest(v string) string {
	if n := len(v); n > 2 && v[n-2:] == ".*" {
		return v[:n-2]
	}
	return v
}
