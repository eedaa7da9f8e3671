package advisory

import (
	"maps"
	"slices"
	"sync"

	"seawall/internal/intel/literal"
)

// clue is a text that gives something away, whatever its case: all of them are
// looked for in one walk over a block, and expressions tried only around them.
type clue struct {
	kind  clueKind
	text  string
	value string // of a command: the technique that it shows
}

type clueKind uint8

const (
	commandClue  clueKind = iota
	nicknameClue          // of a flaw
	namingClue            // "known as": an actor's name may follow
	softwareClue          // " malware": the name of some may stand before
	actorClue             // of moreActors
	gangClue
	yaraClue // and below in this list: a rule may be printed
	snortClue
	sigmaClue
)

// clueTexts are those of every kind but commands and nicknames, which have
// tables of their own.
var clueTexts = []struct {
	kind  clueKind
	texts []string
}{
	{namingClue, []string{"called ", "named ", "dubbed ", "known as ", "tracked as ", "we call ", "we track as ", "we dub "}},
	{softwareClue, []string{"ransomware", "malware", "stealer", "infostealer", "rat", "backdoor", "trojan", "botnet", "loader", "downloader", "dropper", "keylogger", "crypter", "packer", "rootkit",
		"wiper", "worm", "miner"}},
	{actorClue, []string{"gorgon", "fancy lazarus", "armada collective", "reconhell", "reconhellcat", "hydrojiin", "golden chickens", "darkside", "silverterrier", "lazarous", "white company",
		"vicious panda", "shathak", "lapsus", "cl0p", "unc1151", "ghostwriter"}},
	{gangClue, []string{"trickbot", "magecart", "dharma"}},
	{yaraClue, []string{"condition:", "condition :"}},
	{snortClue, []string{"sid:", "sid :"}},
	{sigmaClue, []string{"logsource:"}},
}

// hint is a clue and where it stands in a text.
type hint struct {
	*clue
	span
}

// clueIndex finds clues.
type clueIndex struct {
	clues []clue
	index *literal.Index
}

// clues returns the index of all clues. It is made of tables of this package.
var clues = sync.OnceValue(func() *clueIndex {
	x := &clueIndex{}
	for _, c := range commandTechniques {
		x.clues = append(x.clues, clue{commandClue, c.text, c.technique})
	}
	for _, name := range slices.Sorted(maps.Keys(nicknames)) {
		x.clues = append(x.clues, clue{kind: nicknameClue, text: name})
	}
	for _, c := range clueTexts {
		for _, t := range c.texts {
			x.clues = append(x.clues, clue{kind: c.kind, text: t})
		}
	}
	needed := make([][]string, len(x.clues))
	for i := range x.clues {
		needed[i] = []string{x.clues[i].text}
	}
	x.index = literal.New(needed)
	return x
})

// find appends the clues in a text to dst, in the order of where they end.
func (x *clueIndex) find(dst []hint, text string) []hint {
	x.index.Each(text, func(pattern, end int) {
		c := &x.clues[pattern]
		dst = append(dst, hint{c, span{end - len(c.text), end}})
	})
	return dst
}

// isWhole reports whether a clue is not part of a longer word.
func (h *hint) isWhole(text string) bool {
	return (h.start == 0 || !isASCIIWord(text[h.start-1])) && (h.end == len(text) || !isASCIIWord(text[h.end]))
}

func isASCIIWord(c byte) bool { return isWordByte(c) && c < 0x80 || c == '_' }
