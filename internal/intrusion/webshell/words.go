package webshell

import (
	"bytes"
	"strings"

	"seawall/internal/intrusion/webshell/syntax"
	"seawall/internal/intrusion/webshell/vocabulary"
)

// What the words of a page count: perLogit points for each logit that the
// model gives, and evenWords where it is undecided. Both were chosen by cross
// validation, so that words alone reach the threshold where honest pages do
// not.
const (
	perLogit  = 12
	evenWords = 65
	maxWords  = 100
	// minWords is how much the words of honest pages may take from weak signs.
	// From strong ones they take nothing: an intruder can add words.
	minWords   = -60
	strongSign = 60
	// unsigned is taken off where the evaluation found nothing.
	unsigned = 3
	// innocent is taken off besides where the evaluation of a page shorter than
	// shortPage found nothing.
	innocent  = 12
	shortPage = 2 << 10
	// supportWords is the most that words count in languages of which the
	// model knows no honest pages.
	supportWords = 30
)

// minRun is the shortest run of text in an image that is taken for code.
const minRun = 12

// readableRun returns where the text of a page stands: all of it, or, of images,
// the longest run of text behind a mark of code, which chance does not make.
func readableRun(page []byte) (from, to int) {
	if head := page[:min(len(page), binaryHead)]; !isImage(head) || bytes.IndexByte(head, 0) < 0 {
		return 0, len(page)
	}
	for at := 0; at < len(page); {
		k := bytes.IndexByte(page[at:], '<')
		if k < 0 || at+k+2 >= len(page) {
			break
		}
		at += k
		if c := page[at+1]; c != '?' && c != '%' && c|0x20 != 's' {
			at++
			continue
		}
		end, plain := at, 0
		for end < len(page) && (page[end] >= ' ' || page[end] == '\n' || page[end] == '\r' || page[end] == '\t') {
			if page[end] < 0x80 {
				plain++
			}
			end++
		}
		if plain*4 <= (end-at)*3 { // noise behind the code
			if k := max(bytes.LastIndex(page[at:end], []byte("?>")), bytes.LastIndex(page[at:end], []byte("%>"))); k > 0 {
				end = at + k + 2
				plain = plainBytes(page[at:end])
			}
		}
		if end-at >= minRun && plain*4 > (end-at)*3 && end-at > to-from {
			from, to = at, end
		}
		at = max(at+1, end)
	}
	return from, to
}

func plainBytes(text []byte) (n int) {
	for _, c := range text {
		if c < 0x80 {
			n++
		}
	}
	return n
}

// isImage reports whether a file begins as an image.
func isImage(head []byte) bool {
	for _, magic := range [...]string{"GIF8", "\xff\xd8\xff", "\x89PNG", "RIFF", "BM", "\x00\x00\x01\x00"} {
		if bytes.HasPrefix(head, []byte(magic)) {
			return true
		}
	}
	return false
}

// binaryHead is how much of a file tells whether it is binary.
const binaryHead = 4 << 10

// words adds what the words of a page tell.
func (a *Analyzer) words(v *Verdict, page []byte, lang syntax.Language) {
	company := a.company(v, page, lang)
	if company.Idle {
		return
	}
	logit, hits := a.reader.Score(a.page(page, lang))
	points := WordPoints(logit, company)
	if !learned(lang) {
		points = max(0, min(points, supportWords))
	}
	if points == 0 || len(hits) == 0 {
		return
	}
	text := make([]string, 0, len(hits))
	for _, h := range hits {
		text = append(text, string(page[h.From:h.To]))
	}
	what := "uses the words of web shells"
	if points < 0 {
		what = "otherwise uses the words of honest pages"
	}
	v.Parts = append(v.Parts, Part{
		What: what, Weight: points, Offset: hits[0].From, Length: hits[0].To - hits[0].From, Excerpt: strings.Join(text, " "),
	})
}

// learned reports whether the model knows honest pages of a language.
func learned(lang syntax.Language) bool {
	return lang != syntax.ColdFusion && lang != syntax.Perl && lang != syntax.Python
}

// Company is what stands beside the words of a page.
type Company struct {
	Strongest int // weight of the strongest sign
	// Understood says that the page is so short that its evaluation, which came
	// to its end without a sign, says all of it.
	Understood bool
	// Idle says that there is no sign, and that the code of the page does
	// nothing that a web shell must: its words count nothing, for tables of
	// characters and of fonts read like anything.
	Idle bool
}

func (a *Analyzer) company(v *Verdict, page []byte, lang syntax.Language) (c Company) {
	for _, p := range v.Parts {
		c.Strongest = max(c.Strongest, p.Weight)
	}
	if len(v.Parts) == 0 {
		c.Understood = !v.Incomplete && len(page) < shortPage
		c.Idle = !acts(a.tokens, lang)
	}
	return c
}

// WordPoints returns what the words of a page count, of which the model says
// logit hundredths of a logit.
func WordPoints(logit int, c Company) int {
	if c.Idle {
		return 0
	}
	points := evenWords + perLogit*logit/100
	if c.Strongest == 0 {
		points -= unsigned
	}
	if c.Understood {
		points -= innocent
	}
	points = min(maxWords, max(minWords, points))
	if c.Strongest >= strongSign {
		points = max(0, points)
	}
	return points
}

// page is what the model sees of a page.
func (a *Analyzer) page(page []byte, lang syntax.Language) vocabulary.Page {
	var t role
	switch lang {
	case syntax.PHP:
		a.code = phpCode(a.code, page)
		t = phpTraits(page)
	case syntax.VBScript, syntax.VBNet, syntax.Java, syntax.CSharp, syntax.JScript:
		a.code = codeOf(a.code, string(page), lang)
		t = pageTraits(page, lang)
	default:
		a.code = append(a.code[:0], page...)
		t = pageTraits(page, lang)
	}
	return vocabulary.Page{Text: page, Code: a.code, Traits: uint32(t & (source | sink | effect | indirect))}
}

// phpCode returns a page with all blanked that stands outside of PHP's tags.
func phpCode(dst, page []byte) []byte {
	dst = append(dst[:0], page...)
	if !bytes.Contains(page, []byte("<?")) {
		return dst
	}
	for at := 0; at < len(page); {
		open := bytes.Index(page[at:], []byte("<?"))
		if open < 0 {
			blank(dst[at:], '\n')
			break
		}
		blank(dst[at:at+open+2], '\n')
		at += open + 2
		size := bytes.Index(page[at:], []byte("?>"))
		if size < 0 {
			break
		}
		at += size
	}
	return dst
}

// Lesson is what a file tells the program that learns the weights.
type Lesson struct {
	Score    int // of the signs that are not learned
	Company  Company
	Asked    bool     // whether a verdict on the file would ask the model
	Features []uint32 // what the model sees, each once
}

// Lesson reads a file as [Analyzer.Analyze] does, for learning.
func (a *Analyzer) Lesson(name string, data []byte) (l Lesson) {
	v := a.judge(name, data, func(v *Verdict, page []byte, lang syntax.Language) {
		l.Asked, l.Company = learned(lang), a.company(v, page, lang)
	})
	for _, p := range v.Parts {
		l.Score += p.Weight
	}
	page, _ := readable(data)
	page = decodeScripts(page)
	seen := map[uint32]bool{}
	vocabulary.Features(a.page(page, languageOf(name, string(page[:min(len(page), headBytes)]))), func(hash uint32, _, _ int) {
		if !seen[hash] {
			seen[hash] = true
			l.Features = append(l.Features, hash)
		}
	})
	return l
}
