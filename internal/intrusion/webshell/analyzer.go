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
	words   *vocabulary.Model
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
	return &Analyzer{options: o, words: vocabulary.Load(), hashes: newHashes()}
}

// Analyze judges a file by its name and content. Of a file longer than the
// bound it reads the beginning and the end, and says that it did.
func (a *Analyzer) Analyze(name string, data []byte) Verdict {
	var v Verdict
	v.Parts = append(a.known(name, data), serverConfig(name, data)...)
	data = decodeScripts(data)
	if len(data) > a.options.MaxBytes {
		v.Incomplete = true
		half := a.options.MaxBytes / 2
		tail := data[len(data)-half:]
		lang := languageOf(name, string(data[:min(len(data), headBytes)]))
		v.Language = lang.String()
		a.analyze(&v, string(data[:half]), 0, lang)
		a.analyze(&v, string(tail), len(data)-half, lang)
	} else if candidate(data) {
		lang := languageOf(name, string(data[:min(len(data), headBytes)]))
		v.Language = lang.String()
		if suspect(data, lang) {
			a.analyze(&v, string(data), 0, lang)
		}
	}
	if len(v.Parts) > 0 {
		a.vocabulary(&v, data)
	}
	sort.SliceStable(v.Parts, func(i, j int) bool { return v.Parts[i].Weight > v.Parts[j].Weight })
	for _, p := range v.Parts {
		v.Score += p.Weight
	}
	v.Score = min(v.Score, 100)
	v.Shell = v.Score >= a.options.Threshold
	return v
}

// analyze adds what the evaluation of a page finds.
func (a *Analyzer) analyze(v *Verdict, src string, base int, lang syntax.Language) {
	code := src
	a.tokens = a.tokens[:0]
	switch lang {
	case syntax.PHP:
		a.tokens = syntax.LexPHP(a.tokens, src, false)
	case syntax.Perl:
		a.tokens = syntax.LexPerl(a.tokens, src)
	case syntax.Python:
		a.tokens = syntax.LexPython(a.tokens, src)
	case syntax.VBScript, syntax.VBNet:
		a.code = codeOf(a.code, src, lang)
		code = string(a.code)
		a.tokens = syntax.LexBasic(a.tokens, code)
	default:
		a.code = codeOf(a.code, src, lang)
		code = string(a.code)
		a.tokens = syntax.LexBrace(a.tokens, code, lang)
	}
	tree, skipped := syntax.Parse(a.tokens, code, lang)
	res := flow.Run(tree, code, lang)
	v.Incomplete = v.Incomplete || skipped || res.Incomplete
	for _, f := range res.Findings {
		v.Parts = append(v.Parts, part(f, src, base))
	}
}

// The words of a page count from wordFloor on, which few honest pages
// reach; wordStep hundredths are one point. They support a verdict and never make one:
// maxWords is far below every threshold.
const (
	wordFloor = 200
	wordStep  = 4
	maxWords  = 25
)

// vocabulary adds what the words of the page tell.
func (a *Analyzer) vocabulary(v *Verdict, data []byte) {
	sum, top := a.words.Score(data)
	points := min(maxWords, (sum-wordFloor)/wordStep)
	if points <= 0 || len(top) == 0 {
		return
	}
	words := make([]string, len(top))
	for i, h := range top {
		words[i] = string(data[h.From:h.To])
	}
	v.Parts = append(v.Parts, Part{
		What: "uses the words of web shells", Weight: points,
		Offset: top[0].From, Length: top[0].To - top[0].From, Excerpt: strings.Join(words, " "),
	})
}

// maxExcerpt bounds the quoted bytes of a part.
const maxExcerpt = 160

func part(f flow.Finding, src string, base int) Part {
	from := min(max(0, int(f.Pos)), len(src))
	to := min(max(from, int(f.End)), len(src))
	what := f.Rule.Text()
	if f.Name != "" {
		what += " (" + f.Name + ")"
	}
	return Part{
		What: what, Weight: f.Rule.Weight(), Offset: base + from, Length: to - from,
		Excerpt: strings.Clone(src[from:min(to, from+maxExcerpt)]),
	}
}
