package advisory

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"seawall/internal/advisory/indicator"
	"seawall/internal/advisory/prose"
	"seawall/internal/attack"
	"seawall/internal/intel/literal"
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
// happened, what they leave, what to fix. A slot with nothing to say is left
// out. What to fix comes last in the page but is never squeezed out.
func (a *Advisory) Takeaways() []Takeaway {
	var list []Takeaway
	add := func(name, text string, sources ...Source) {
		if text != "" {
			list = append(list, Takeaway{name, text, sources})
		}
	}
	a.what(add)
	a.who(add)
	a.with(add)
	a.howIn(add)
	taken := map[string]bool{}
	a.answer(slots, taken, add)
	a.stories(taken, add)
	a.answer(closing, taken, add)
	a.techniquesLine(add)
	a.left(add)
	a.rulesLine(add)
	a.caution(add)
	a.age(add)
	front := len(list)
	a.fix(add)
	if room := MaxTakeaways - (len(list) - front); front > room {
		list = append(list[:max(room, 0)], list[front:]...)
	}
	return list[:min(len(list), MaxTakeaways)]
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

// with lists the software that the documents name most.
func (a *Advisory) with(add adder) {
	const most = 10
	var parts []string
	var sources []Source
	for i := range a.Software[:min(len(a.Software), most)] {
		s := &a.Software[i]
		text := s.Name
		if s.ID != "" {
			text += " (" + s.ID + ")"
		}
		parts = append(parts, text)
		sources = append(sources, s.Sources[:min(len(s.Sources), 1)]...)
	}
	text := strings.Join(parts, ", ")
	if more := len(a.Software) - most; more > 0 {
		text += fmt.Sprintf(" and %d more", more)
	}
	add("Malware and tools", text, sources...)
}

// howIn lists the flaws by product, and what the document has wrong about them.
func (a *Advisory) howIn(add adder) {
	const most = 12
	var parts, conflicts []string
	var sources []Source
	for i := range a.Flaws[:min(len(a.Flaws), most)] {
		f := &a.Flaws[i]
		text := f.ID
		if len(f.Products) > 0 {
			text += " in " + strings.Join(f.Products[:min(2, len(f.Products))], ", ")
		}
		if f.Known {
			text += " (known to be exploited)"
		}
		if f.Conflict != "" {
			conflicts = append(conflicts, f.ID+" is "+f.Conflict)
		}
		parts = append(parts, text)
		sources = append(sources, f.Sources[:min(len(f.Sources), 1)]...)
	}
	text := strings.Join(parts, "; ")
	if more := len(a.Flaws) - most; more > 0 {
		text += fmt.Sprintf("; and %d more flaws", more)
	}
	add("How in", text, sources...)
	add("Error in the text", strings.Join(conflicts, "; "))
}

// techniquesLine lists the techniques in the order of the matrix, in one line.
func (a *Advisory) techniquesLine(add adder) {
	byTactic := map[string][]string{}
	count := 0
	for _, t := range a.Techniques {
		if t.Standing == Recommended || t.Evidence == ByCommand || t.Evidence == ByModel {
			continue
		}
		known := attack.Load().Techniques[t.Current]
		if known == nil || len(known.Tactics) == 0 {
			continue
		}
		name := t.ID
		if t.Current != t.ID {
			name += " (now " + t.Current + ")"
		}
		count++
		byTactic[known.Tactics[0]] = append(byTactic[known.Tactics[0]], name)
	}
	var parts []string
	for _, tactic := range attack.Tactics {
		if names := byTactic[tactic]; len(names) > 0 {
			const most = 8
			text := attack.TacticName(tactic) + " " + strings.Join(names[:min(len(names), most)], ", ")
			if more := len(names) - most; more > 0 {
				text += fmt.Sprintf(" and %d more", more)
			}
			parts = append(parts, text)
		}
	}
	if count > 0 {
		add("Techniques", fmt.Sprintf("%d: %s", count, strings.Join(parts, "; ")))
	}
}

// left counts what the intruder leaves behind.
func (a *Advisory) left(add adder) {
	counts := map[indicator.Type]int{}
	dual := 0
	var files []string
	for _, i := range a.Indicators {
		switch {
		case i.Role == Malicious && !i.InURL:
			counts[i.Type]++
			if i.Type == indicator.Filename && len(files) < 6 {
				files = append(files, i.Value)
			}
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
	if len(files) > 0 {
		text += ": " + strings.Join(files, ", ")
	}
	if dual > 0 {
		text += fmt.Sprintf("; %d more are public services that others use too", dual)
	}
	add("Indicators", text)
}

// fix lists what the document says to do, each mitigation once, several in a
// line.
func (a *Advisory) fix(add adder) {
	said := map[string]bool{}
	const wide = 300
	text, sources := "", []Source(nil)
	for _, r := range a.Recommendations {
		if r.Mitigation == "" || said[r.Mitigation] {
			continue
		}
		said[r.Mitigation] = true
		part := strings.TrimRight(strings.Join(strings.Fields(r.Text), " "), ".;")
		if len(text) > 0 && len(text)+len(part) > wide {
			add("Fix", text+".", sources...)
			text, sources = "", nil
		}
		if text != "" {
			text += "; "
		}
		text += part
		sources = append(sources, r.Source)
	}
	if text != "" {
		add("Fix", text+".", sources...)
	}
}

// rulesLine counts the rules that the document prints.
func (a *Advisory) rulesLine(add adder) {
	counts := map[string]int{}
	for _, r := range a.Rules {
		counts[r.Language]++
	}
	var parts []string
	for _, language := range [...]string{"YARA", "Sigma", "Snort"} {
		if n := counts[language]; n > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", n, language))
		}
	}
	if len(parts) > 0 {
		add("Rules", strings.Join(parts, ", ")+" printed in the document", a.Rules[0].Source)
	}
}

// caution warns of indicators that are tools of everybody.
func (a *Advisory) caution(add adder) {
	index := literal.New([][]string{{"legitimate", "benign", "dual"}})
	bits := make([]uint64, 0, 1)
	for _, d := range a.Documents {
		x := extraction{document: d}
		for i := range d.Blocks {
			b := &d.Blocks[i]
			for at, sentence := range prose.Sentences(b.Text) {
				if len(sentence) < 400 && index.Candidates(sentence, bits[:0])[0] != 0 && warning.MatchString(sentence) {
					add("Caution", strings.Join(strings.Fields(sentence), " "), x.source(at, at+len(sentence), b))
					return
				}
			}
		}
	}
}

var warning = regexp.MustCompile(`(?i)(hash|MD5|indicator|file)[^.]*\b(legitimate|benign|dual[- ]use)\b|\b(legitimate|benign)\b[^.]*\b(hash|MD5|indicators?)\b`)

var period = regexp.MustCompile(`(?i)\b(between|from|since|through)\b[^.]{0,40}\b(19|20)\d\d\b[^.]{0,40}`)

// age says from when the indicators are, if the document does.
func (a *Advisory) age(add adder) {
	const maxPeriods = 1000 // blocks tried: of a table of indicators none says it
	tried := 0
	for _, d := range a.Documents {
		x := extraction{document: d}
		for i := range d.Blocks {
			b := &d.Blocks[i]
			if !strings.Contains(strings.ToLower(b.Place.Section), "indicator") && !strings.Contains(strings.ToLower(b.Text[:min(len(b.Text), 200)]), "indicator") {
				continue
			}
			if tried++; tried > maxPeriods {
				return
			}
			if at := period.FindStringIndex(b.Text); at != nil {
				add("Age", "The indicators are "+strings.TrimSpace(b.Text[at[0]:at[1]]), x.source(at[0], at[1], b))
				return
			}
		}
	}
}
