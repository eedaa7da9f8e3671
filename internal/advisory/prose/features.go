// Package prose tells which techniques of ATT&CK a sentence describes, without
// their names: a linear model over its words, trained on annotated reports and
// on the sentences in which ATT&CK tells of groups and software.
package prose

import (
	"math"
	"slices"
	"strings"
)

// Features appends the features of a sentence to dst, sorted, each once: hashes
// of its words, and of each two that follow each other.
func Features(dst []uint32, sentence string) []uint32 {
	start := len(dst)
	previous := uint32(0)
	word := make([]byte, 0, 32)
	flush := func() {
		if len(word) == 0 {
			return
		}
		w := stem(word)
		h := hash(seed, w)
		if len(w) > 1 && !stopped[string(w)] {
			dst = append(dst, h)
		}
		if previous != 0 {
			dst = append(dst, hash(hash(previous, []byte{' '}), w))
		}
		previous = h
		word = word[:0]
	}
	for i := 0; i < len(sentence); i++ {
		c := sentence[i]
		switch {
		case c >= 'A' && c <= 'Z':
			word = append(word, c|0x20)
		case c >= 'a' && c <= 'z' || c == '_':
			word = append(word, c)
		case c >= '0' && c <= '9':
			// Numbers are alike, but for those within words, such as win32.
			if len(word) == 0 || word[len(word)-1] != '#' {
				word = append(word, '#')
			}
		default:
			flush()
			if c == '.' || c == ';' || c == ':' {
				previous = 0
			}
		}
		if len(word) > 40 {
			flush()
		}
	}
	flush()
	slices.Sort(dst[start:])
	return dst[:start+len(slices.Compact(dst[start:]))]
}

const seed = 2166136261

// hash is FNV-1a.
func hash(h uint32, b []byte) uint32 {
	for _, c := range b {
		h = (h ^ uint32(c)) * 16777619
	}
	return h
}

// stem takes the endings of verbs and plurals off.
func stem(w []byte) []byte {
	s := string(w)
	for _, ending := range [...]string{"ies", "ing", "ed", "es", "s"} {
		rest, ok := strings.CutSuffix(s, ending)
		if !ok || len(rest) < 4 || ending == "s" && strings.HasSuffix(rest, "s") {
			continue
		}
		if n := len(rest); n > 4 && rest[n-1] == rest[n-2] && rest[n-1] != 'l' && rest[n-1] != 's' {
			rest = rest[:n-1]
		}
		rest = strings.TrimRight(rest, "e")
		if ending == "ies" {
			rest += "y"
		}
		return []byte(rest)
	}
	return []byte(strings.TrimRight(s, "e"))
}

// stopped are words that stand in every sentence.
var stopped = func() map[string]bool {
	m := map[string]bool{}
	for w := range strings.FieldsSeq("the a an of to and in for on by with that this it is was wer are be as at from or its it which has hav had been also can can may not but their they them these those than then there her his he sh w our you your such other into") {
		m[w] = true
	}
	return m
}()

// Weigh returns the weights of features by how rare each is: a vector of
// length one.
func Weigh(features []uint32, rarity func(uint32) float64) []float64 {
	list := make([]float64, len(features))
	sum := 0.0
	for i, f := range features {
		list[i] = rarity(f)
		sum += list[i] * list[i]
	}
	if sum == 0 {
		return list
	}
	for i := range list {
		list[i] /= math.Sqrt(sum)
	}
	return list
}
