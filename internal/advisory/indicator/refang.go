package indicator

import (
	"sort"
	"strings"
)

// refanged is a text with the author's defanging undone, and where its bytes
// come from.
type refanged struct {
	text  string
	edits []edit // in the order of the text
}

// edit is a place where text and original part ways: from at on, a byte of the
// text is shift bytes further on in the original.
type edit struct {
	at      int // in text
	shift   int
	defang  bool // the author's doing, not the typesetter's
	through int  // end in text of what replaced the original
}

// origin returns the original position of a position in the text.
func (r *refanged) origin(at int) int {
	n := sort.Search(len(r.edits), func(i int) bool { return r.edits[i].at > at })
	if n == 0 {
		return at
	}
	return at + r.edits[n-1].shift
}

// changed reports whether defanging was undone between two positions.
func (r *refanged) changed(start, end int) bool {
	n := sort.Search(len(r.edits), func(i int) bool { return r.edits[i].at > start })
	for ; n < len(r.edits) && r.edits[n].through <= end; n++ {
		if r.edits[n].defang {
			return true
		}
	}
	return false
}

// substitute is one way of writing, and what is meant. The longest match wins:
// longer ones stand before shorter ones that they begin with.
type substitute struct {
	from, to string
	defang   bool
	when     func(before, after string) bool // nil: always
}

// The ways of defanging (facts collected from advisories and from the test
// suites of extractors), and characters that typesetters put in.
var substitutes = [256][]substitute{
	'[': {
		{"[dot]", ".", true, nil}, {"[punto]", ".", true, nil}, {"[at]", "@", true, nil}, {"[://]", "://", true, nil}, {"[:]//", "://", true, nil},
		{"[. ]", ".", true, nil}, {"[ .]", ".", true, nil}, {"[.]", ".", true, nil}, {"[:]", ":", true, nil}, {"[@]", "@", true, nil}, {"[/]", "/", true, nil},
		{"[.", ".", true, midName}, {"[", "", true, halfBracket},
	},
	'(': {{"(dot)", ".", true, nil}, {"(at)", "@", true, nil}, {"(.)", ".", true, nil}, {"(@)", "@", true, nil}, {"(:)", ":", true, nil}},
	'{': {{"{dot}", ".", true, nil}, {"{at}", "@", true, nil}, {"{.}", ".", true, nil}, {"{@}", "@", true, nil}, {"{:}", ":", true, nil}},
	'<': {{"<dot>", ".", true, nil}, {"<.>", ".", true, nil}},
	' ': {
		{" [dot] ", ".", true, midName}, {" [.] ", ".", true, midName}, {" (dot) ", ".", true, midName}, {" [at] ", "@", true, midName}, {" (at) ", "@", true, midName}, {" [@] ", "@", true, midName},
	},
	'.':  {{".]", ".", true, midName}},
	'\\': {{`\.`, ".", true, midLabel}},
	'h':  {{"hxxps", "https", true, scheme}, {"hxxp", "http", true, scheme}, {"h**ps", "https", true, scheme}, {"h**p", "http", true, scheme}, {"hxtps", "https", true, scheme}, {"hxtp", "http", true, scheme}, {"httx", "http", true, scheme}},
	'f':  {{"fxps", "ftps", true, scheme}, {"fxp", "ftp", true, scheme}},
	'm':  {{"meows", "https", true, scheme}, {"meow", "http", true, scheme}},
	0xc2: {{"\u00ad", "", false, nil}, {"\u00a0", " ", false, nil}},
	0xe2: {{"\u200b", "", false, nil}, {"\u200c", "", false, nil}, {"\u200d", "", false, nil}, {"\u2060", "", false, nil}, {"\u2010", "-", false, nil}, {"\u2011", "-", false, nil}},
	0xe3: {{"\u3002", ".", true, midLabel}},
	0xef: {{"\ufeff", "", false, nil}, {"\uff0e", ".", true, midLabel}},
}

// seconds are the bytes that may follow the first one of something to be
// replaced: few texts have any, and this tells in one look.
var seconds = func() (table [256][4]uint64) {
	for first, list := range substitutes {
		for _, sub := range list {
			for c := range 256 {
				if len(sub.from) == 1 || lower(byte(c)) == lower(sub.from[1]) {
					table[first][c/64] |= 1 << (c % 64)
				}
			}
		}
	}
	return table
}()

func lower(c byte) byte {
	if c >= 'A' && c <= 'Z' {
		return c | 0x20
	}
	return c
}

// midName: between two parts of a name.
func midName(before, after string) bool {
	return before != "" && after != "" && isWord(before[len(before)-1]) && isWord(after[0])
}

// midLabel: the same, and the name before has no backslash, as paths have.
func midLabel(before, after string) bool {
	if !midName(before, after) {
		return false
	}
	word := before[strings.LastIndexAny(before, " \t\n")+1:]
	return !strings.Contains(word, `:\`) && !strings.Contains(word, `\\`)
}

// halfBracket: a bracket that the author forgot to close: 198.51.100.[23.
func halfBracket(before, after string) bool {
	if !strings.HasSuffix(before, ".") || after == "" || !isDigit(after[0]) {
		return false
	}
	n := span(after, isDigit)
	return n <= 3 && (n == len(after) || after[n] != ']')
}

// scheme: what follows makes it that of a URL.
func scheme(before, after string) bool {
	if before != "" && isWord(before[len(before)-1]) {
		return false
	}
	for _, p := range [...]string{"://", "[:]", "[://]", "(:)", "{:}", ":\\\\", ":/"} {
		if strings.HasPrefix(after, p) {
			return true
		}
	}
	return false
}

// refang undoes defanging.
func refang(text string) refanged {
	var out strings.Builder
	r := refanged{}
	from := 0
	for i := 0; i < len(text); {
		c := lower(text[i])
		if substitutes[c] == nil || i+1 == len(text) || seconds[c][text[i+1]/64]&(1<<(text[i+1]%64)) == 0 {
			i++
			continue
		}
		sub := substitutionAt(text, i, c)
		if sub == nil {
			i++
			continue
		}
		out.WriteString(text[from:i])
		at := out.Len()
		out.WriteString(sub.to)
		i += len(sub.from)
		from = i
		r.edits = append(r.edits, edit{at: at + len(sub.to), shift: i - out.Len(), defang: sub.defang, through: out.Len()})
	}
	if from == 0 {
		r.text = text
		return r
	}
	out.WriteString(text[from:])
	r.text = out.String()
	return r
}

func substitutionAt(text string, i int, c byte) *substitute {
	list := substitutes[c]
	const reach = 256 // conditions look at the word around
	near := text[max(0, i-reach):i]
	for k := range list {
		sub := &list[k]
		if len(text)-i >= len(sub.from) && strings.EqualFold(text[i:i+len(sub.from)], sub.from) &&
			(sub.when == nil || sub.when(near, text[i+len(sub.from):])) {
			return sub
		}
	}
	return nil
}
