// Package webshell answers whether a file on a web server is a web shell, and
// why.
package webshell

import (
	"sort"
	"strings"

	"seawall/internal/intrusion/webshell/flow"
	"seawall/internal/intrusion/webshell/syntax"
	"seawall/internal/intrusion/webshell/vocabulary"
)

// DefaultThreshold is the score from which a file is a web shell.
const DefaultThreshold = 60

// DefaultMaxBytes bounds how much of a file is analysed as one program.
const DefaultMaxBytes = 8 << 20

// Options configure an [Analyzer]. The zero value is usable.
type Options struct {
	MaxBytes  int // of a file; 0 is DefaultMaxBytes
	Threshold int // 0 is DefaultThreshold
}

// Part is one reason of a verdict and the bytes that show it.
type Part struct {
	What    string
	Weight  int
	Offset  int
	Length  int
	Excerpt string
}

// Verdict is the answer for one file.
type Verdict struct {
	Score    int
	Shell    bool // Score reaches the threshold
	Language string
	Parts    []Part // heaviest first
	// Incomplete says that a bound cut the analysis short.
	Incomplete bool
}

// Analyzer analyses files one after another. It is not safe for concurrent
// use: make one per goroutine.
type Analyzer struct {
	options Options
	tokens  []syntax.Token
	code    []byte
	reader  *vocabulary.Reader
	hashes  hashes
}

// NewAnalyzer returns an Analyzer.
func NewAnalyzer(o Options) *Analyzer {
	if o.MaxBytes <= 0 {
		o.MaxBytes = DefaultMaxBytes
	}
	if o.Threshold <= 0 {
		o.Threshold = DefaultThreshold
	}
	return &Analyzer{options: o, reader: vocabulary.NewReader(vocabulary.Load()), hashes: newHashes()}
}

// Analyze judges a file by its name and content. Of a file longer than the
// bound it reads the beginning and the end, and says that it did.
func (a *Analyzer) Analyze(name string, data []byte) Verdict {
	v := a.judge(name, data, a.words)
	sort.SliceStable(v.Parts, func(i, j int) bool { return v.Parts[i].Weight > v.Parts[j].Weight })
	for _, p := range v.Parts {
		v.Score += p.Weight
	}
	v.Score = max(0, min(v.Score, 100))
	v.Shell = v.Score >= a.options.Threshold
	return v
}

// judge collects the reasons; words adds those that are learned.
func (a *Analyzer) judge(name string, data []byte, words func(*Verdict, []byte, syntax.Language)) (v Verdict) {
	v.Parts = append(a.known(name, data), serverConfig(name, data)...)
	v.Parts = append(v.Parts, mailbox(name, data)...)
	if isCompiled(data) {
		v.Parts = append(v.Parts, compiledParts(name, data)...)
		return v
	}
	page, set := readable(data)
	page = decodeScripts(page)
	from, to := readableRun(page)
	page = page[from:to]
	if !candidate(page) {
		return v
	}
	lang := languageOf(name, string(page[:min(len(page), headBytes)]))
	v.Language = lang.String()
	own := len(v.Parts)
	if len(page) > a.options.MaxBytes {
		v.Incomplete = true
		half := a.options.MaxBytes / 2
		a.analyze(&v, string(page[:half]), 0, lang)
		a.analyze(&v, string(page[len(page)-half:]), len(page)-half, lang)
	} else if suspect(page, lang) {
		a.analyze(&v, string(page), 0, lang)
		v.Parts = append(v.Parts, embedded(page)...)
		words(&v, page, lang)
	}
	for i := own; i < len(v.Parts); i++ {
		p := &v.Parts[i]
		p.Offset, p.Length = set.place(from+p.Offset), set.unit*p.Length
	}
	return v
}

// analyze adds what a page, or one end of it, shows.
func (a *Analyzer) analyze(v *Verdict, src string, base int, lang syntax.Language) {
	switch lang {
	case syntax.ColdFusion:
		a.coldFusion(v, src, base)
		return
	case syntax.VBScript, syntax.VBNet, syntax.Java, syntax.CSharp, syntax.JScript:
		a.code = codeOf(a.code, src, lang)
		a.evaluate(v, src, string(a.code), base, lang)
		return
	}
	a.evaluate(v, src, src, base, lang)
}

// evaluate adds what the evaluation of the code of a page finds: code is src
// with all else blanked.
func (a *Analyzer) evaluate(v *Verdict, src, code string, base int, lang syntax.Language) {
	a.tokens = a.tokens[:0]
	switch lang {
	case syntax.PHP:
		a.tokens = syntax.LexPHP(a.tokens, src, !strings.Contains(src, "<?") && !strings.Contains(src, "<%") && !containsFold(src, "<script"))
	case syntax.Perl:
		a.tokens = syntax.LexPerl(a.tokens, src)
	case syntax.Python:
		a.tokens = syntax.LexPython(a.tokens, src)
	case syntax.VBScript, syntax.VBNet:
		a.tokens = syntax.LexBasic(a.tokens, code)
	default:
		a.tokens = syntax.LexBrace(a.tokens, code, lang)
	}
	tree, skipped := syntax.Parse(a.tokens, code, lang)
	res := flow.Run(tree, code, lang)
	v.Incomplete = v.Incomplete || skipped || res.Incomplete
	for _, f := range res.Findings {
		v.Parts = append(v.Parts, part(f, src, base, lang))
	}
}

// maxExcerpt bounds the quoted bytes of a part.
const maxExcerpt = 160

func part(f flow.Finding, src string, base int, lang syntax.Language) Part {
	from := min(max(0, int(f.Pos)), len(src))
	to := min(max(from, int(f.End)), len(src))
	what := f.Rule.Text()
	if f.Name != "" {
		what += " (" + f.Name + ")"
	}
	return Part{
		What: what, Weight: f.Rule.Weight(lang), Offset: base + from, Length: to - from,
		Excerpt: strings.Clone(src[from:min(to, from+maxExcerpt)]),
	}
}
