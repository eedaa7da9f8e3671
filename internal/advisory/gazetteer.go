package advisory

import (
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"

	"seawall/internal/attack"
)

// gazetteer finds names of several words in a text: the longest at each place.
type gazetteer struct {
	names   map[string][]string // by words in lower case, joined by blanks
	longest map[string]int      // number of words of the longest name, by its first word
}

func (g *gazetteer) add(name string, ids []string) {
	words := wordsOf(name)
	if len(words) == 0 {
		return
	}
	key := strings.Join(words, " ")
	g.names[key] = append(g.names[key], ids...)
	g.longest[words[0]] = max(g.longest[words[0]], len(words))
}

// find calls yield for every name in the text.
func (g *gazetteer) find(text string, yield func(at span, ids []string)) {
	g.among(wordList(text), text, yield)
}

// textWord is a word of a text: where it is, and as names are looked up.
type textWord struct {
	span
	bare string
}

// wordList returns the words of a text.
func wordList(text string) []textWord {
	spans := wordSpans(text)
	list := make([]textWord, len(spans))
	for i, s := range spans {
		list[i] = textWord{s, bareWord(text[s.start:s.end])}
	}
	return list
}

// among calls yield for every name in a text whose words are known.
func (g *gazetteer) among(words []textWord, text string, yield func(at span, ids []string)) {
	for i := 0; i < len(words); i++ {
		most := g.longest[words[i].bare]
		if most == 0 {
			continue
		}
		best, ids := 1, g.names[words[i].bare]
		if ids == nil {
			best = 0
		}
		if most > 1 {
			best, ids = g.longer(words[i:], text, most, best, ids)
		}
		if best > 0 {
			yield(span{words[i].start, words[i+best-1].end}, ids)
			i += best - 1
		}
	}
}

// longer looks for a name of several words at the beginning of some.
func (g *gazetteer) longer(words []textWord, text string, most, best int, ids []string) (int, []string) {
	var key strings.Builder
	key.WriteString(words[0].bare)
	for n := 1; n < most && n < len(words); n++ {
		if gap := text[words[n-1].end:words[n].start]; len(gap) > 4 || strings.ContainsAny(gap, ".;!?\n") {
			break
		}
		key.WriteByte(' ')
		key.WriteString(words[n].bare)
		if found := g.names[key.String()]; found != nil {
			best, ids = n+1, found
		}
	}
	return best, ids
}

// bareWord writes a word in lower case, without the end of a file or a
// possessive.
func bareWord(word string) string {
	word = strings.ToLower(word)
	if last := word[len(word)-1]; last != 'e' && last != 's' {
		return word
	}
	for _, end := range [...]string{".exe", "'s", "’s"} {
		if rest, ok := strings.CutSuffix(word, end); ok && len(rest) > 1 {
			return rest
		}
	}
	return word
}

// wordSpans returns where the words of a text are: letters and digits, with
// what holds names together in between, such as the dot in "TEMP.Periscope".
func wordSpans(text string) (words []span) {
	start := -1
	for i, r := range text {
		inside := unicode.IsLetter(r) || unicode.IsDigit(r) || r == '_'
		if !inside && (r == '.' || r == '\'' || r == '’' || r == '-') && start >= 0 {
			next, _ := utf8.DecodeRuneInString(text[i+utf8.RuneLen(r):])
			inside = unicode.IsLetter(next) || unicode.IsDigit(next)
			if r == '-' {
				inside = false
			}
		}
		if inside && start < 0 {
			start = i
		}
		if !inside && start >= 0 {
			words = append(words, span{start, i})
			start = -1
		}
	}
	if start >= 0 {
		words = append(words, span{start, len(text)})
	}
	return words
}

func wordsOf(name string) (words []string) {
	for _, s := range wordSpans(name) {
		words = append(words, strings.ToLower(name[s.start:s.end]))
	}
	return words
}

func newGazetteer() *gazetteer {
	return &gazetteer{names: map[string][]string{}, longest: map[string]int{}}
}

// techniqueGazetteer holds the names of techniques, alone and behind those of
// their parents.
var techniqueGazetteer = sync.OnceValue(func() *gazetteer {
	g := newGazetteer()
	tables := attack.Load()
	for name, ids := range tables.TechniqueNames {
		g.add(name, ids)
		for _, id := range ids {
			if full := tables.Name(id); !strings.EqualFold(full, name) {
				g.add(full, []string{id})
			}
		}
	}
	return g
})

// softwareGazetteer holds the names of software, ATT&CK's and ours, as
// normalised names.
var softwareGazetteer = sync.OnceValue(func() *gazetteer {
	g := newGazetteer()
	seen := map[string]bool{}
	add := func(name string) {
		if key := strings.Join(wordsOf(name), " "); !seen[key] {
			seen[key] = true
			g.add(name, []string{attack.Normalize(name)})
		}
	}
	for _, s := range attack.Load().Software {
		add(s.Name)
		for _, alias := range s.Aliases {
			add(alias)
		}
	}
	eachExtra(func(_ extraName, alias string) { add(alias) })
	return g
})

// actorGazetteer holds the names of actors, as keys of [attack.Tables.Actors].
var actorGazetteer = sync.OnceValue(func() *gazetteer {
	g := newGazetteer()
	for key, actors := range attack.Load().Actors {
		seen := map[string]bool{}
		for _, a := range actors {
			if words := strings.Join(wordsOf(a.Alias), " "); !seen[words] {
				seen[words] = true
				g.add(a.Alias, []string{key})
			}
		}
	}
	return g
})
