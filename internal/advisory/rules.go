package advisory

import (
	"regexp"
	"sort"
	"strings"

	"seawall/internal/advisory/document"
)

// Rule is a detection rule that a document prints.
type Rule struct {
	Language string // "YARA", "Sigma", "Snort"
	Name     string
	Text     string // verbatim, but for what the typesetting destroyed
	// Problem says why the rule may not be whole; "" if it looks so.
	Problem string
	Source  Source
}

// The bounds of what is taken for rules.
const (
	longestRule = 64 << 10 // bytes
	longestHead = 512      // likewise, up to the brace
	maxRules    = 5000     // of a document and language
	maxBroken   = 50       // beginnings of rules that do not end
)

var (
	yaraScope = regexp.MustCompile(`(?:\b(?:private|global)\s+)+$`)
	yaraHead  = regexp.MustCompile(`^rule\s+([A-Za-z_]\w*)\s*(?::\s*[\w\s]+?)?\s*\{`)
	yaraBody  = regexp.MustCompile(`\bcondition\s*:`)
	snortHead = regexp.MustCompile(`\b(?:alert|drop|reject|pass|log)\s+(?:tcp|udp|icmp|ip|http2?|tls|dns|smb|ssh|ftp)\s+\S+\s+\S+\s+(?:->|<>)\s+\S+\s+\S+\s*\(`)
	snortSID  = regexp.MustCompile(`\bsid\s*:\s*\d+\s*;`)
	snortName = regexp.MustCompile(`msg\s*:\s*"([^"]*)"`)
	sigmaName = regexp.MustCompile(`(?m)^\s*title:\s*(.+)$`)
)

// flow is the text of a document in one piece, and where its blocks begin.
type flow struct {
	text   string
	starts []int
	blocks []*document.Block
}

func flowOf(d *document.Document) *flow {
	f := &flow{}
	var b strings.Builder
	for i := range d.Blocks {
		block := &d.Blocks[i]
		if block.Kind == document.Link {
			continue
		}
		f.starts, f.blocks = append(f.starts, b.Len()), append(f.blocks, block)
		b.WriteString(block.Text)
		b.WriteByte('\n')
	}
	f.text = b.String()
	return f
}

// block returns the block that a byte of the flow is part of.
func (f *flow) block(at int) *document.Block {
	return f.blocks[max(sort.SearchInts(f.starts, at+1)-1, 0)]
}

// rules finds those that a document prints.
func (x *extraction) rules() {
	if x.printed[yaraClue] || x.printed[snortClue] {
		f := flowOf(x.document)
		if x.printed[yaraClue] {
			x.yaraRules(f)
		}
		if x.printed[snortClue] {
			x.snortRules(f)
		}
	}
	if x.printed[sigmaClue] {
		x.sigmaRules()
	}
}

func (x *extraction) yaraRules(f *flow) {
	for at, found := 0, 0; found < maxRules; {
		n := strings.Index(f.text[at:], "rule")
		if n < 0 {
			return
		}
		at += n
		m := yaraHead.FindStringSubmatchIndex(f.text[at:min(len(f.text), at+longestHead)])
		if m == nil || at > 0 && isASCIIWord(f.text[at-1]) {
			at += len("rule")
			continue
		}
		found++
		start := at - len(yaraScope.FindString(f.text[max(0, at-longestHead):at]))
		end, whole := yaraEnd(f.text, at+m[1])
		text := f.text[start:end]
		r := Rule{Language: "YARA", Name: f.text[at+m[2] : at+m[3]], Text: text}
		if !whole {
			r.Problem = "its closing brace is missing"
		}
		if yaraBody.MatchString(text) { // else the words "rule x {" of something else
			x.rule(r, f.block(start))
		}
		at = end
	}
}

func (x *extraction) snortRules(f *flow) {
	if !strings.Contains(f.text, "->") && !strings.Contains(f.text, "<>") {
		return
	}
	broken := 0
	for _, at := range snortHead.FindAllStringIndex(f.text, maxRules) {
		end := snortEnd(f.text, at[1])
		if end == 0 {
			if broken++; broken > maxBroken {
				return
			}
			continue
		}
		r := Rule{Language: "Snort", Text: f.text[at[0]:end]}
		if m := snortName.FindStringSubmatch(r.Text); m != nil {
			r.Name = m[1]
		}
		x.rule(r, f.block(at[0]))
	}
}

func (x *extraction) sigmaRules() {
	for i := range x.document.Blocks {
		b := &x.document.Blocks[i]
		if b.Kind == document.Link || !strings.Contains(b.Text, "logsource:") || !strings.Contains(b.Text, "detection:") {
			continue
		}
		if m := sigmaName.FindStringSubmatchIndex(b.Text); m != nil {
			r := Rule{Language: "Sigma", Name: strings.TrimSpace(b.Text[m[2]:m[3]]), Text: b.Text[m[0]:]}
			if !strings.Contains(r.Text, "condition:") {
				r.Problem = "it has no condition"
			} else if !strings.Contains(r.Text, "\n ") {
				r.Problem = "the indentation was lost in typesetting"
			}
			x.rule(r, b)
		}
	}
}

func (x *extraction) rule(r Rule, b *document.Block) {
	key := r
	key.Problem = ""
	if x.known.rules[key] {
		return
	}
	x.known.rules[key] = true
	r.Source = x.source(0, 0, b)
	r.Source.Text = ""
	x.advisory.Rules = append(x.advisory.Rules, r)
}

// yaraEnd returns where the rule whose body begins at a byte ends: braces in
// strings, regular expressions and comments do not count.
func yaraEnd(text string, at int) (end int, whole bool) {
	depth := 1
	limit := min(len(text), at+longestRule)
	for i := at; i < limit; i++ {
		switch c := text[i]; {
		case c == '"':
			i = closes(text, i, limit, '"')
		case c == '/' && i+1 < limit && text[i+1] == '/':
			if n := strings.IndexByte(text[i:limit], '\n'); n >= 0 {
				i += n
			} else {
				i = limit
			}
		case c == '/' && i+1 < limit && text[i+1] == '*':
			if n := strings.Index(text[i:limit], "*/"); n >= 0 {
				i += n + 1
			} else {
				i = limit
			}
		case c == '/' && isExpression(text[:i]):
			i = closes(text, i, limit, '/')
		case c == '{':
			depth++
		case c == '}':
			if depth--; depth == 0 {
				return i + 1, true
			}
		}
	}
	return limit, false
}

// snortEnd returns where the rule whose options begin at a byte ends: at the
// bracket behind the last option; 0 if there is none.
func snortEnd(text string, at int) int {
	limit := min(len(text), at+longestRule/4)
	quoted := false
	for i := at; i < limit; i++ {
		switch text[i] {
		case '\\':
			i++
		case '"':
			quoted = !quoted
		case ')':
			if !quoted && snortSID.MatchString(text[at:i]) {
				return i + 1
			}
		}
	}
	return 0
}

// isExpression: a slash after "=" begins a regular expression.
func isExpression(before string) bool {
	before = strings.TrimRight(before, " \t\n")
	return strings.HasSuffix(before, "=") || strings.HasSuffix(before, "matches")
}

// closes returns where a string or expression that begins at a byte ends, on
// its line.
func closes(text string, at, limit int, quote byte) int {
	for i := at + 1; i < limit; i++ {
		switch text[i] {
		case '\\':
			i++
		case quote:
			return i
		case '\n':
			return i
		}
	}
	return limit
}
