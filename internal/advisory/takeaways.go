package advisory

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"seawall/internal/advisory/document"
	"seawall/internal/advisory/indicator"
	"seawall/internal/attack"
	"seawall/internal/finding"
)

// Takeaway is one line of what a busy person must know.
type Takeaway struct {
	Name    string // "Who"
	Text    string
	Sources []Source // where it was read
}

// MaxTakeaways is how many lines there are at most.
const MaxTakeaways = 25

// Takeaways says what the documents say, in slots: who, whom, how in, what
// next, what they leave, what to fix. A slot with nothing to say is left out.
func (a *Advisory) Takeaways() []Takeaway {
	var list []Takeaway
	add := func(name, text string, sources ...Source) {
		if text != "" && len(list) < MaxTakeaways {
			list = append(list, Takeaway{name, text, sources})
		}
	}
	for _, d := range a.Documents {
		add("What", strings.TrimSpace(d.Title))
	}
	a.who(add)
	a.howIn(add)
	for _, s := range a.slots() {
		add(s.name, s.text, s.source)
	}
	a.techniquesLine(add)
	a.left(add)
	a.fix(add)
	a.age(add)
	return list
}

type adder func(name, text string, sources ...Source)

func (a *Advisory) who(add adder) {
	for i, k := range a.Actors {
		if i == 3 || i > 0 && k.Mentions*4 < a.Actors[0].Mentions {
			return
		}
		text := k.Name
		if k.Group != "" {
			text += " (" + k.Group + ")"
		}
		if len(k.Candidates) > 1 {
			text += ", which may mean " + strings.Join(k.Candidates, " or ")
		}
		if others := slices.DeleteFunc(slices.Clone(k.Aliases), func(n string) bool { return strings.EqualFold(n, k.Name) }); len(others) > 0 {
			text += "; here also called " + strings.Join(others, ", ")
		}
		add("Who", text, k.Sources[:1]...)
	}
}

func (a *Advisory) howIn(add adder) {
	for i, f := range a.Flaws {
		if i == 8 {
			add("How in", fmt.Sprintf("and %d more flaws", len(a.Flaws)-i))
			return
		}
		text := f.ID
		if len(f.Products) > 0 {
			text += " in " + strings.Join(f.Products[:min(3, len(f.Products))], ", ")
		}
		if f.Known {
			text += ", known to be exploited"
		}
		if f.Conflict != "" {
			text += " (the document has it " + f.Conflict + ")"
		}
		add("How in", text, f.Sources[:1]...)
	}
}

// slot is a question that one sentence of the document answers best.
type slot struct {
	name  string
	words *regexp.Regexp
	most  int // sentences taken
}

var slots = []slot{
	{"Sponsor", regexp.MustCompile(`(?i)\b(ministry of state security|\bMSS\b|GRU\b|\bSVR\b|\bFSB\b|IRGC|\bRGB\b|state[- ]sponsored|works for|on behalf of)`), 1},
	{"Whom", regexp.MustCompile(`(?i)\b(target(s|ed|ing)?|victims?|sectors?|organi[sz]ations?)\b.*\b(government|compan|universit|industr|health|defen[cs]e|energy|telecom|critical|network|countr|australia|united states)`), 1},
	{"How fast", regexp.MustCompile(`(?i)within (hours|days)|hours or days|hours of (public )?(release|disclosure)|soon after (publication|disclosure|release)|zero-day`), 1},
	{"Infrastructure", regexp.MustCompile(`(?i)\b(SOHO|small[- ]office|home router|end-of-life devices?|operational relay|compromised (devices?|routers?|web ?sites?)|redirectors?)\b`), 1},
	{"Web shells", regexp.MustCompile(`(?i)web ?shells?`), 1},
	{"Tunnels", regexp.MustCompile(`(?i)tunnel|secure socket funnel|proxy|reverse shell`), 1},
	{"Credentials", regexp.MustCompile(`(?i)credential|password|kerberoast|\bJWTs?\b|token|\bMFA\b`), 2},
	{"Taken", regexp.MustCompile(`(?i)exfiltrat|stolen|taken|data (is|was|were) (sent|copied)`), 2},
	{"Blocked", regexp.MustCompile(`(?i)(firewalls?|segmentation)[^.]*block|were (blocked|not successful)|unsuccessful|denylist`), 1},
	{"Hidden", regexp.MustCompile(`(?i)(lack of|missing|insufficient|no) (comprehensive |historical )?log|for lack of logs|logging configuration|extent unknown`), 1},
	{"Look for", regexp.MustCompile(`(?i)(look for|hunt for|search for|detect)\b.{10,}`), 1},
}

type answer struct {
	name, text string
	source     Source
}

// slots picks the sentences that answer best: near the beginning, full of
// names and numbers, and told of what happened rather than advised.
func (a *Advisory) slots() (answers []answer) {
	taken := map[string]bool{}
	for _, s := range slots {
		type candidate struct {
			answer
			score float64
		}
		var best []candidate
		for _, d := range a.Documents {
			x := extraction{advisory: a, document: d}
			for i := range d.Blocks {
				b := &d.Blocks[i]
				if b.Kind == document.Link || b.Kind == document.Heading || b.Kind == document.Code || b.Kind == document.Fact {
					continue
				}
				for at, sentence := range sentences(b.Text) {
					text := strings.Join(strings.Fields(sentence), " ")
					if len(text) < 20 || len(text) > 320 || !s.words.MatchString(text) || taken[text] {
						continue
					}
					best = append(best, candidate{answer{s.name, text, x.source(at, at+len(sentence), b)}, worth(text, b, i, len(d.Blocks))})
				}
			}
		}
		slices.SortStableFunc(best, func(a, b candidate) int {
			switch {
			case a.score > b.score:
				return -1
			case a.score < b.score:
				return 1
			}
			return strings.Compare(a.text, b.text)
		})
		for _, c := range best[:min(len(best), s.most)] {
			taken[c.text] = true
			answers = append(answers, c.answer)
		}
	}
	return answers
}

var (
	numbers  = regexp.MustCompile(`\d`)
	capitals = regexp.MustCompile(`\b[A-Z][A-Za-z0-9-]+`)
)

func worth(text string, b *document.Block, at, of int) float64 {
	score := 1 + 0.25*float64(min(len(numbers.FindAllString(text, 8)), 8)) + 0.2*float64(min(len(capitals.FindAllString(text, 8)), 8))
	score *= 1.3 - 0.5*float64(at)/float64(max(of, 1))
	if standingOf(b) == Recommended {
		score *= 0.4
	}
	if isAside(b.Place.Section) {
		score *= 0.2
	}
	if len(text) > 220 {
		score *= 0.8
	}
	return score
}

// techniquesLine lists the techniques in the order of the matrix.
func (a *Advisory) techniquesLine(add adder) {
	byTactic := map[string][]string{}
	for _, t := range a.Techniques {
		if t.Standing == Recommended || t.Evidence == ByCommand {
			continue
		}
		name := t.ID
		if known := attack.Load().Techniques[t.Current]; known != nil {
			name = known.Name + " " + t.ID
			if t.Current != t.ID {
				name += " (now " + t.Current + ")"
			}
			if len(known.Tactics) > 0 {
				byTactic[known.Tactics[0]] = append(byTactic[known.Tactics[0]], name)
			}
		}
	}
	for _, tactic := range attack.Tactics {
		if names := byTactic[tactic]; len(names) > 0 {
			text := strings.Join(names[:min(len(names), 8)], ", ")
			if more := len(names) - 8; more > 0 {
				text += fmt.Sprintf(" and %d more", more)
			}
			add(attack.TacticName(tactic), text)
		}
	}
}

// left counts what the intruder leaves behind.
func (a *Advisory) left(add adder) {
	counts := map[indicator.Type]int{}
	dual := 0
	for _, i := range a.Indicators {
		switch {
		case i.Role == Malicious && !i.InURL:
			counts[i.Type]++
		case i.Role == DualUse:
			dual++
		}
	}
	var parts []string
	for _, t := range [...]indicator.Type{indicator.IPv4, indicator.IPv6, indicator.CIDR, indicator.Domain, indicator.URL, indicator.Email, indicator.MD5, indicator.SHA1, indicator.SHA256, indicator.SHA512, indicator.Filename, indicator.Path, indicator.Registry} {
		if n := counts[t]; n > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", n, t))
		}
	}
	text := strings.Join(parts, ", ")
	if dual > 0 {
		text += fmt.Sprintf("; %d more are public services that others use too", dual)
	}
	add("Indicators", text)
}

// fix lists what the document says to do, a line for each mitigation.
func (a *Advisory) fix(add adder) {
	said := map[string]bool{}
	for _, r := range a.Recommendations {
		if r.Mitigation == "" || said[r.Mitigation] {
			continue
		}
		said[r.Mitigation] = true
		add("Fix: "+strings.ToLower(finding.MitigationName(r.Mitigation)), r.Text, r.Source)
	}
}

var period = regexp.MustCompile(`(?i)\b(between|from|since|through)\b[^.]{0,40}\b(19|20)\d\d\b[^.]{0,40}`)

// age says from when the indicators are, if the document does.
func (a *Advisory) age(add adder) {
	for _, d := range a.Documents {
		x := extraction{advisory: a, document: d}
		for i := range d.Blocks {
			b := &d.Blocks[i]
			if !strings.Contains(strings.ToLower(b.Place.Section+b.Text[:min(len(b.Text), 200)]), "indicator") {
				continue
			}
			if at := period.FindStringIndex(b.Text); at != nil {
				add("Age", "The indicators are "+strings.TrimSpace(b.Text[at[0]:at[1]]), x.source(at[0], at[1], b))
				return
			}
		}
	}
}
