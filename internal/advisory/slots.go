package advisory

import (
	"cmp"
	"regexp"
	"slices"
	"strings"

	"seawall/internal/advisory/document"
	"seawall/internal/advisory/prose"
	"seawall/internal/intel/literal"
)

// slot is a question that one sentence of the document answers best.
type slot struct {
	name  string
	words *regexp.Regexp
	// needs are texts of which one is in every sentence that the expression
	// matches: it is tried on those only.
	needs []string
}

// slots come before the stories, closing after them.
var (
	slots = []slot{
		{"Sponsor", regexp.MustCompile(`(?i)\b(ministry of state security|\bMSS\b|GRU\b|\bSVR\b|\bFSB\b|IRGC|\bRGB\b|state[- ]sponsored|works for|on behalf of)`),
			[]string{"ministry", "mss", "gru", "svr", "fsb", "irgc", "rgb", "sponsored", "works", "behalf"}},
		{"Whom", regexp.MustCompile(`(?i)\b(target(s|ed|ing)?|victims?|sectors?|organi[sz]ations?)\b.*\b(governments?|compan|universit|industr|health|hospital|defen[cs]e|energy|telecom|critical|countr|australia|united states)`),
			[]string{"target", "victim", "sector", "organi"}},
		{"How", regexp.MustCompile(`(?i)within (hours|days)|hours or days|hours of (public )?(release|disclosure)|proof[- ]of[- ]concept|\bPoCs?\b|public-facing|zero-day|phishing emails?`),
			[]string{"hours", "days", "proof", "poc", "public-facing", "zero-day", "phishing"}},
		{"Infrastructure", regexp.MustCompile(`(?i)\b(SOHO|small[- ]office|home router|end-of-life devices?|operational relay|compromised (devices?|routers?|web ?sites?)|redirectors?|botnet of)\b`),
			[]string{"soho", "office", "home", "end-of-life", "relay", "compromised", "redirector", "botnet"}},
		{"Persistence", regexp.MustCompile(`(?i)web ?shells?\b.*\b(early|persisten)|persisten\w*.*(web ?shell|scheduled task|service|registry)`), []string{"persisten", "early"}},
		{"Credentials", regexp.MustCompile(`(?i)\b(values?|priz|prefer|obtain|steal|harvest|dump|captur)\w*\b.*\b(credentials?|passwords?|tokens?)`), []string{"credential", "password", "token"}},
	}
	closing = []slot{
		{"Look for", regexp.MustCompile(`(?i)\b(look for|hunt for|search for|detect)\b.{10,}`), []string{"look", "hunt", "search", "detect"}},
	}
)

type candidate struct {
	text   string
	source Source
	score  float64
}

// answer picks the sentences that answer best: near the beginning, full of
// names and numbers, and told of what happened rather than advised.
func (a *Advisory) answer(slots []slot, taken map[string]bool, add adder) {
	lists := a.candidates(slots)
	for i, s := range slots {
		best := slices.DeleteFunc(lists[i], func(c candidate) bool { return taken[c.text] })
		if len(best) == 0 {
			continue
		}
		c := slices.MinFunc(best, func(a, b candidate) int {
			return cmp.Or(cmp.Compare(b.score, a.score), strings.Compare(a.text, b.text))
		})
		taken[c.text] = true
		add(s.name, c.text, c.source)
	}
}

// Sentences of other lengths tell nothing, or too much.
const (
	shortest = 20
	longest  = 340
)

// candidates returns the sentences that may answer each of some slots.
func (a *Advisory) candidates(slots []slot) [][]candidate {
	needs := make([][]string, len(slots))
	for i := range slots {
		needs[i] = slots[i].needs
	}
	index := literal.New(needs)
	lists := make([][]candidate, len(slots))
	var bits []uint64
	for _, d := range a.Documents {
		x := extraction{document: d}
		for i := range d.Blocks {
			b := &d.Blocks[i]
			if b.Kind != document.Paragraph && b.Kind != document.Item && b.Kind != document.Cell {
				continue
			}
			for at, sentence := range prose.Sentences(b.Text) {
				if bits = index.Candidates(sentence, bits[:0]); bits[0] == 0 || len(sentence) > longestRaw {
					continue
				}
				text := oneLine(sentence)
				if len(text) < shortest || len(text) > longest || strings.ContainsAny(text, "{}=") || strings.HasPrefix(text, "Click ") {
					continue
				}
				for k := range slots {
					if bits[0]&(1<<k) != 0 && len(lists[k]) < maxCandidates && slots[k].words.MatchString(text) && tells(text) {
						lists[k] = append(lists[k], candidate{text, x.source(at, at+len(sentence), b), worth(text, b, i, len(d.Blocks))})
					}
				}
			}
		}
	}
	return lists
}

// maxCandidates bounds the sentences compared for a slot: the best stand near
// the beginning. longestRaw bounds them with their blanks.
const (
	maxCandidates = 2000
	longestRaw    = 4 * longest
)

var (
	digits   = regexp.MustCompile(`\d`)
	capitals = regexp.MustCompile(`\b[A-Z][A-Za-z0-9-]+`)
	ids      = regexp.MustCompile(`[\[(]?\bTA?\d{4}(\.\d{3})?\b[\])]?`)
)

// tells reports whether a text says more than the name of a technique.
func tells(text string) bool {
	rest := ids.ReplaceAllString(text, "")
	lexicon := names()
	lexicon.techniques.among(lexicon.split(nil, rest), rest, func(at span, _ []string) {
		rest = rest[:at.start] + strings.Repeat(".", at.end-at.start) + rest[at.end:]
	})
	words := 0
	for _, w := range strings.Fields(rest) {
		if strings.Trim(w, ".[]():,;&") != "" {
			words++
		}
	}
	return words >= 3
}

func worth(text string, b *document.Block, at, of int) float64 {
	score := 1 + 0.15*float64(min(len(digits.FindAllString(text, 8)), 8)) + 0.15*float64(min(len(capitals.FindAllString(text, 8)), 8))
	score *= 1.3 - 0.5*float64(at)/float64(max(of, 1))
	if standingOf(b.Place.Section) == Recommended {
		score *= 0.4
	}
	if isAside(b.Place.Section) {
		score *= 0.2
	}
	if b.Kind == document.Cell {
		score *= 0.6
	}
	if len(text) > 260 {
		score *= 0.8
	}
	return score
}
