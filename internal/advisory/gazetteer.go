package advisory

import (
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"

	"seawall/internal/attack"
)

// lexicon holds the names that texts are searched for. Their words have numbers
// that all share, so that each word of a text is looked up once.
type lexicon struct {
	words map[string]uint32 // in lower case; numbers are from 1
	// filter has a bit for each word by its length and ends: most words of a
	// text are in no name.
	filter [1 << 16 / 64]uint64
	// techniques are alone and behind the names of their parents.
	techniques gazetteer
	// software is ATT&CK's and ours, as normalised names.
	software gazetteer
	// actors are keys of [attack.Tables.Actors].
	actors gazetteer
}

// names returns the lexicon. It is made of tables that the program brings along.
var names = sync.OnceValue(func() *lexicon {
	l := &lexicon{words: map[string]uint32{}}
	l.addTechniques()
	l.addSoftware()
	l.addActors()
	return l
})

func (l *lexicon) addTechniques() {
	tables := attack.Load()
	for name, ids := range tables.TechniqueNames {
		l.add(&l.techniques, name, ids)
		for _, id := range ids {
			if full := tables.Name(id); !strings.EqualFold(full, name) {
				l.add(&l.techniques, full, []string{id})
			}
		}
	}
}

func (l *lexicon) addSoftware() {
	seen := map[string]bool{}
	add := func(name string) {
		if key := strings.Join(wordsOf(name), " "); !seen[key] {
			seen[key] = true
			l.add(&l.software, name, []string{attack.Normalize(name)})
		}
	}
	for _, s := range attack.Load().Software {
		add(s.Name)
		for _, alias := range s.Aliases {
			add(alias)
		}
	}
	eachExtra(func(_ extraName, alias string) { add(alias) })
}

func (l *lexicon) addActors() {
	for key, actors := range attack.Load().Actors {
		seen := map[string]bool{}
		for _, a := range actors {
			if words := strings.Join(wordsOf(a.Alias), " "); !seen[words] {
				seen[words] = true
				l.add(&l.actors, a.Alias, []string{key})
			}
		}
	}
}

// add enters a name.
func (l *lexicon) add(g *gazetteer, name string, ids []string) {
	at := int32(0)
	for _, w := range wordsOf(name) {
		number := l.words[w]
		if number == 0 {
			number = uint32(len(l.words) + 1)
			l.words[w] = number
			bit := ends(w)
			l.filter[bit/64] |= 1 << (bit % 64)
		}
		at = g.follow(at, number)
	}
	if at > 0 {
		g.ids[at] = append(g.ids[at], ids...)
	}
}

// gazetteer is a set of names: a tree of words.
type gazetteer struct {
	first []int32 // where names go on, by the number of their first word
	next  map[step]int32
	ids   [][]string // by place in the tree: whose name ends there
}

type step struct {
	from int32
	word uint32
}

// follow returns the place behind a word, which it makes if need be. The place
// of the beginning is 0.
func (g *gazetteer) follow(from int32, word uint32) int32 {
	if g.next == nil {
		g.next, g.ids = map[step]int32{}, [][]string{nil}
	}
	if to := g.next[step{from, word}]; to > 0 {
		return to
	}
	to := int32(len(g.ids))
	g.next[step{from, word}] = to
	g.ids = append(g.ids, nil)
	if from == 0 {
		for len(g.first) <= int(word) {
			g.first = append(g.first, 0)
		}
		g.first[word] = to
	}
	return to
}

// among calls yield for every name in a text whose words are known: the longest
// at each place.
func (g *gazetteer) among(words []textWord, text string, yield func(at span, ids []string)) {
	for i := 0; i < len(words); i++ {
		number := words[i].number
		if int(number) >= len(g.first) || g.first[number] == 0 {
			continue
		}
		at := g.first[number]
		best, ids := 0, g.ids[at]
		if ids != nil {
			best = 1
		}
		for n := 1; i+n < len(words) && words[i+n].number != 0 && joins(text[words[i+n-1].end:words[i+n].start]); n++ {
			if at = g.next[step{at, words[i+n].number}]; at == 0 {
				break
			}
			if g.ids[at] != nil {
				best, ids = n+1, g.ids[at]
			}
		}
		if best > 0 {
			yield(span{words[i].start, words[i+best-1].end}, ids)
			i += best - 1
		}
	}
}

// joins reports whether what stands between two words may be part of a name.
func joins(gap string) bool {
	return gap == " " || len(gap) <= 4 && !strings.ContainsAny(gap, ".;!?\n")
}

// has reports whether a word is a name.
func (l *lexicon) has(g *gazetteer, word string) bool {
	number := l.words[word]
	return number > 0 && int(number) < len(g.first) && g.ids[g.first[number]] != nil
}

// textWord is a word of a text: where it is, and its number; 0 if no name has
// it.
type textWord struct {
	span
	number uint32
}

// split appends the words of a text to dst: letters and digits, with what holds
// names together in between, such as the dot in "TEMP.Periscope".
func (l *lexicon) split(dst []textWord, text string) []textWord {
	eachWord(text, func(start, end int) {
		dst = append(dst, textWord{span{start, end}, l.number(text[start:end])})
	})
	return dst
}

// number looks a word up, without the end of a file or a possessive.
func (l *lexicon) number(word string) uint32 {
	if last := word[len(word)-1] | 0x20; last == 'e' || last == 's' {
		for _, end := range [...]string{".exe", "'s", "’s"} {
			if n := len(word) - len(end); n > 1 && strings.EqualFold(word[n:], end) {
				word = word[:n]
				break
			}
		}
	}
	var room [32]byte
	if len(word) > len(room) {
		return l.words[strings.ToLower(word)]
	}
	for i := range len(word) {
		c := word[i]
		if c >= utf8.RuneSelf {
			return l.words[strings.ToLower(word)]
		}
		if c >= 'A' && c <= 'Z' {
			c |= 0x20
		}
		room[i] = c
	}
	lower := room[:len(word)]
	if bit := ends(lower); l.filter[bit/64]&(1<<(bit%64)) == 0 {
		return 0
	}
	return l.words[string(lower)]
}

// ends hashes the length of a word and the letters at its ends.
func ends[T string | []byte](word T) uint16 {
	n := len(word)
	h := uint32(n)
	for _, c := range [...]byte{word[0], word[min(1, n-1)], word[min(2, n-1)], word[n-1], word[max(n-2, 0)], word[max(n-3, 0)]} {
		h = h*31 + uint32(c)
	}
	return uint16((h * 2654435761) >> 16)
}

// eachWord calls yield for where the words of a text are.
func eachWord(text string, yield func(start, end int)) {
	start := -1
	for i := 0; i < len(text); {
		r, size := rune(text[i]), 1
		if r >= utf8.RuneSelf {
			r, size = utf8.DecodeRuneInString(text[i:])
		}
		inside := isNameRune(r)
		if !inside && start >= 0 && (r == '.' || r == '\'' || r == '’') {
			next, _ := utf8.DecodeRuneInString(text[i+size:])
			inside = next != '_' && isNameRune(next)
		}
		switch {
		case inside && start < 0:
			start = i
		case !inside && start >= 0:
			yield(start, i)
			start = -1
		}
		i += size
	}
	if start >= 0 {
		yield(start, len(text))
	}
}

// isNameRune: letters, digits and the underscore.
func isNameRune(r rune) bool {
	if r < utf8.RuneSelf {
		return r|0x20 >= 'a' && r|0x20 <= 'z' || r >= '0' && r <= '9' || r == '_'
	}
	return unicode.IsLetter(r) || unicode.IsDigit(r)
}

// countWords returns how many words a text has.
func countWords(text string) (n int) {
	eachWord(text, func(int, int) { n++ })
	return n
}

func wordsOf(name string) (words []string) {
	eachWord(name, func(start, end int) { words = append(words, strings.ToLower(name[start:end])) })
	return words
}
