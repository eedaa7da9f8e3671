// Package prose tells which techniques of ATT&CK a sentence describes, without
// their names: a linear model over its words, trained on annotated reports and
// on the sentences in which ATT&CK tells of groups and software.
package prose

import (
	"bytes"
	"math"
	"math/bits"
	"slices"
	"strings"
)

// Features are what a sentence is told by, as hashes: its words and each two
// that follow each other; and how its words begin, which words have in common
// that were not learnt.
type Features struct {
	Words, Parts []uint32
}

// Of returns the features of a sentence, sorted, each once.
func Of(sentence string) Features {
	var f Features
	f.read(sentence)
	tidy := func(list []uint32) []uint32 {
		slices.Sort(list)
		return slices.DeleteFunc(slices.Compact(list), isStopped)
	}
	return Features{tidy(f.Words), tidy(f.Parts)}
}

// kinds of bytes: what a word is made of, and what ends the two that belong
// together.
const (
	other = iota
	letter
	digit
	stop
)

// kindOf says of each byte what it is.
var kindOf = func() (table [256]uint8) {
	for c := range table {
		switch lower := c | 0x20; {
		case lower >= 'a' && lower <= 'z' || c == '_':
			table[c] = letter
		case c >= '0' && c <= '9':
			table[c] = digit
		case c == '.' || c == ';' || c == ':':
			table[c] = stop
		}
	}
	return table
}()

// longestWord is where words are cut, in letters.
const longestWord = 41

// The bytes that a word's beginning has, and that a word must have to count as
// one.
const (
	partLength = 4
	shortest   = 3
)

// read takes the features of a sentence as they come: unsorted, and among the
// words those that stand in every sentence.
func (f *Features) read(sentence string) {
	f.Words, f.Parts = f.Words[:0], f.Parts[:0]
	var room [longestWord + 1]byte
	word := room[:0]
	previous := uint32(0)
	for i := 0; i <= len(sentence); i++ {
		kind := uint8(stop)
		if i < len(sentence) {
			kind = kindOf[sentence[i]]
		}
		switch {
		case kind == letter:
			word = append(word, lowerCase(sentence[i]))
		case kind == digit && (len(word) == 0 || word[len(word)-1] != '#'):
			// Numbers are alike, but for those within words, such as win32.
			word = append(word, '#')
		}
		if len(word) > 0 && (kind == other || kind == stop || len(word) == longestWord) {
			previous = f.word(stem(word), previous)
			word = word[:0]
		}
		if kind == stop {
			previous = 0
		}
	}
}

// word takes a word and returns its hash; previous is that of the one before.
func (f *Features) word(w []byte, previous uint32) uint32 {
	h := hash(seed, w)
	if len(w) > 1 {
		f.Words = append(f.Words, h)
	}
	if previous != 0 {
		f.Words = append(f.Words, pair(previous, h))
	}
	if len(w) >= shortest && !isStopped(h) {
		f.Parts = append(f.Parts, hash(partSeed, w[:min(len(w), partLength)]))
	}
	return h
}

func lowerCase(c byte) byte {
	if c >= 'A' && c <= 'Z' {
		return c | 0x20
	}
	return c
}

const (
	seed     = 2166136261
	partSeed = 3323198485
)

// pair is the hash of two words in their order.
func pair(first, second uint32) uint32 { return (bits.RotateLeft32(first, 5) ^ second) * 16777619 }

// hash is FNV-1a.
func hash(h uint32, b []byte) uint32 {
	for _, c := range b {
		h = (h ^ uint32(c)) * 16777619
	}
	return h
}

// stem takes the endings of verbs and plurals off, in place.
func stem(w []byte) []byte {
	switch w[len(w)-1] {
	case 's', 'g', 'd':
		for _, ending := range [...]string{"ies", "ing", "ed", "es", "s"} {
			if rest, ok := withoutEnding(w, ending); ok {
				return rest
			}
		}
	}
	return bytes.TrimRight(w, "e")
}

func withoutEnding(w []byte, ending string) (rest []byte, ok bool) {
	n := len(w) - len(ending)
	if n < 4 || string(w[n:]) != ending || ending == "s" && w[n-1] == 's' {
		return w, false
	}
	if n > 4 && w[n-1] == w[n-2] && w[n-1] != 'l' && w[n-1] != 's' {
		n--
	}
	rest = bytes.TrimRight(w[:n], "e")
	if ending == "ies" {
		rest = append(rest, 'y')
	}
	return rest, true
}

// stopped are the hashes of words that stand in every sentence.
var stopped = func() map[uint32]bool {
	m := map[uint32]bool{}
	for w := range strings.FieldsSeq("the a an of to and in for on by with that this it is was wer are be as at from or its it which has hav had been also can can may not but their they them these those than then there her his he sh w our you your such other into") {
		m[hash(seed, []byte(w))] = true
	}
	return m
}()

// stoppedBits has a bit for each of them, to tell most others at once.
var stoppedBits = func() (bits [16]uint64) {
	for h := range stopped {
		bits[h>>6&15] |= 1 << (h & 63)
	}
	return bits
}()

func isStopped(h uint32) bool { return stoppedBits[h>>6&15]>>(h&63)&1 != 0 && stopped[h] }

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
