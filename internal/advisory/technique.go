package advisory

import (
	"slices"
	"strings"

	"seawall/internal/advisory/document"
	"seawall/internal/advisory/indicator"
	"seawall/internal/advisory/prose"
	"seawall/internal/attack"
)

// Standing is what a document says of a technique.
type Standing string

// The standings, the strongest first.
const (
	Observed    Standing = "observed"    // done in what the document tells of
	Known       Standing = "known"       // known of the actor, or in the past
	Recommended Standing = "recommended" // only to be looked for or hindered
)

// Evidence is what shows that a document means a technique, the strongest
// first.
type Evidence string

// The kinds of evidence.
const (
	ByID      Evidence = "id"
	ByName    Evidence = "name"
	ByCommand Evidence = "command"
	ByModel   Evidence = "model" // what the sentence describes, by a linear model
)

// Technique is an ATT&CK technique that a document names.
type Technique struct {
	ID       string // as written, or as the text means it
	Current  string // in ATT&CK [attack.Version]; the same as ID if nothing changed
	Name     string // of Current, with its parent's
	Evidence Evidence
	Standing Standing
	Note     string // what is odd about the id: "" if nothing
	Sources  []Source
}

// techniques finds those of a block.
func (x *extraction) techniques(f *passage) {
	standing := f.section.standing
	taken := x.techniqueIDs(f, standing)
	if f.block.Kind != document.Code {
		x.techniqueNames(f, standing, taken)
	}
	x.techniqueCommands(f, standing)
	if standing != Recommended && (f.block.Kind == document.Paragraph || f.block.Kind == document.Item || f.block.Kind == document.Cell) {
		x.techniqueSentences(f.block, standing)
	}
}

// techniqueSentences takes techniques that sentences describe without naming
// them, by a model: the weakest evidence.
func (x *extraction) techniqueSentences(b *document.Block, standing Standing) {
	model := prose.Load()
	if model == nil {
		return
	}
	for at, sentence := range prose.Sentences(b.Text) {
		if len(sentence) < shortest {
			continue
		}
		x.scores = model.Scores(x.scores[:0], sentence, &x.scratch)
		for _, s := range x.scores {
			id := prose.Classes[s.Class]
			current, _ := attack.Load().Current(id)
			x.technique(id, current, ByModel, standing, "", x.source(at, at+len(sentence), b))
		}
	}
}

// standingOf takes the standing from the section.
func standingOf(section string) Standing {
	section = strings.ToLower(section)
	for _, word := range [...]string{"mitigat", "recommend", "detection", "reference", "best practice", "hardening", "resources"} {
		if strings.Contains(section, word) {
			return Recommended
		}
	}
	for _, word := range [...]string{"histor", "background", "previous", "about "} {
		if strings.Contains(section, word) {
			return Known
		}
	}
	return Observed
}

// techniqueIDs takes the ids written out; it returns the bytes of the block
// that names before them take.
func (x *extraction) techniqueIDs(f *passage, standing Standing) (taken []span) {
	tables := attack.Load()
	for _, i := range f.indicators {
		if i.Type != indicator.Technique {
			continue
		}
		id, note := i.Value, ""
		name, at := x.nameBefore(f.block.Text[:i.Start])
		current, known := tables.Current(id)
		if at.end > 0 && !slices.ContainsFunc(name, func(n string) bool { return n == id || n == current || attack.Parent(n) == id }) {
			if better := closest(name, id); better != "" {
				note = "written " + id + ", but the name beside it is that of " + better
				id = better
				current, known = tables.Current(id)
			}
		}
		if !known {
			note = "is no technique of ATT&CK for enterprises in any version"
			if strings.HasPrefix(strings.TrimPrefix(i.Value, "T"), "0") {
				continue
			}
		}
		if at.end > 0 {
			taken = append(taken, at)
		}
		x.technique(id, current, ByID, standing, note, x.source(i.Start, i.End, f.block))
	}
	return taken
}

// span is a stretch of a text.
type span struct{ start, end int }

// nameBefore returns the techniques whose name ends a text, but for brackets.
func (x *extraction) nameBefore(text string) (ids []string, at span) {
	end := len(strings.TrimRight(text, " \t\n([\u00a0"))
	if !x.endsLikeName(text[:end]) {
		return nil, span{}
	}
	start := max(0, end-120)
	for start > 0 && start < end && text[start]&0xc0 == 0x80 {
		start++
	}
	words := text[start:end]
	for i := range words {
		if i > 0 && isWordByte(words[i-1]) || !isWordByte(words[i]) {
			continue
		}
		if ids := attack.Load().Named(words[i:]); len(ids) > 0 {
			return ids, span{start + i, end}
		}
	}
	return nil, span{}
}

// endsLikeName reports whether the last word of a text is one of names.
func (x *extraction) endsLikeName(text string) bool {
	end := len(strings.TrimRight(text, ")"))
	start := end
	for start > 0 && isASCIIWord(text[start-1]) {
		start--
	}
	return start < end && x.names.number(text[start:end]) != 0
}

func isWordByte(c byte) bool {
	return c|0x20 >= 'a' && c|0x20 <= 'z' || c >= '0' && c <= '9' || c >= 0x80
}

// closest returns the one of several techniques that an id was meant for: a
// typing error changes little.
func closest(names []string, id string) string {
	best, least := "", 4
	for _, name := range names {
		if n := differences(name, id); n < least {
			best, least = name, n
		}
	}
	return best
}

func differences(a, b string) int {
	n := max(len(a), len(b)) - min(len(a), len(b))
	for i := range min(len(a), len(b)) {
		if a[i] != b[i] {
			n++
		}
	}
	return n
}

// genericNames are names of techniques that are words of any text.
var genericNames = set(`tool malware server domains software at dns hardware credentials vulnerabilities exploits scripting ssh upload-malware python javascript serverless botnet databases
firmware keychain launchctl systemd timers cron web-services email-addresses social-media router-discovery cdns whois dynamic-resolution code-repositories search-engines employee-names
ip-addresses network-topology roles digital-certificates tools link-target chat-messages screensaver hypervisor masquerading component-firmware confluence sharepoint windows-service
virtual-private-server powershell launch-agent launch-daemon rundll32 mshta regsvr32 visual-basic web-shell phishing`)

// techniqueNames takes techniques that are called by their names, the longest
// first, unless the name is a word of any text.
func (x *extraction) techniqueNames(f *passage, standing Standing, taken []span) {
	b := f.block
	tables := attack.Load()
	x.names.techniques.among(f.words, b.Text, func(at span, ids []string) {
		for _, t := range taken {
			if at.start < t.end && t.start < at.end {
				return
			}
		}
		name := b.Text[at.start:at.end]
		if genericNames[strings.ReplaceAll(strings.ToLower(name), " ", "-")] && !isTitle(name) || len(ids) > 1 {
			return
		}
		current, _ := tables.Current(ids[0])
		x.technique(ids[0], current, ByName, standing, "", x.source(at.start, at.end, b))
	})
}

// isTitle: a name in capitals as the matrix writes it, of more than one word.
func isTitle(name string) bool {
	words := strings.Fields(name)
	if len(words) < 2 {
		return false
	}
	for _, w := range words {
		if w[0] >= 'a' && w[0] <= 'z' && len(w) > 3 {
			return false
		}
	}
	return true
}

// commandTechniques are commands and artefacts that show a technique.
var commandTechniques = []struct{ text, technique string }{
	{"ntdsutil", "T1003.003"}, {"ntds.dit", "T1003.003"}, {"comsvcs.dll", "T1003.001"}, {"procdump", "T1003.001"}, {"lsass", "T1003.001"}, {"mimikatz", "T1003.001"}, {"dcsync", "T1003.006"},
	{"getuserspns", "T1558.003"}, {"kerberoast", "T1558.003"}, {"portproxy", "T1090.001"}, {"iptables-save", "T1562.004"}, {"netsh advfirewall", "T1562.004"}, {"web shell", "T1505.003"}, {"webshell", "T1505.003"},
	{"wevtutil cl", "T1070.001"}, {"psexec", "T1569.002"}, {"schtasks", "T1053.005"}, {"secure socket funnelling", "T1572"}, {"vssadmin delete shadows", "T1490"}, {"nltest", "T1482"}, {"whoami", "T1033"},
	{"systeminfo", "T1082"}, {"ipconfig", "T1016"}, {"tasklist", "T1057"}, {"certutil", "T1105"}, {"bitsadmin", "T1197"}, {"rundll32", "T1218.011"}, {"regsvr32", "T1218.010"}, {"mshta", "T1218.005"},
	{"powershell", "T1059.001"}, {"cmd.exe", "T1059.003"}, {"pass-the-hash", "T1550.002"}, {"pass the hash", "T1550.002"}, {"password spray", "T1110.003"}, {"reg save", "T1003.002"},
}

// techniqueCommands takes techniques that the commands of a text show.
func (x *extraction) techniqueCommands(f *passage, standing Standing) {
	for i := range f.hints {
		h := &f.hints[i]
		if h.kind != commandClue || x.noted[h.clue] == f.block {
			continue
		}
		x.noted[h.clue] = f.block // once a block
		current, _ := attack.Load().Current(h.value)
		x.technique(h.value, current, ByCommand, standing, "", x.source(h.start, h.end, f.block))
	}
}

// technique notes one; of several mentions the strongest counts.
func (x *extraction) technique(id, current string, by Evidence, standing Standing, note string, source Source) {
	a := x.advisory
	at, ok := x.known.techniques[current]
	if !ok {
		x.known.techniques[current] = len(a.Techniques)
		a.Techniques = append(a.Techniques, Technique{ID: id, Current: current, Name: attack.Load().Name(current), Evidence: by, Standing: standing, Note: note, Sources: []Source{source}})
		return
	}
	t := &a.Techniques[at]
	if rank(by) < rank(t.Evidence) {
		t.ID, t.Evidence = id, by
	}
	if rankOf(standing) < rankOf(t.Standing) {
		t.Standing = standing
	}
	if t.Note == "" {
		t.Note = note
	}
	if len(t.Sources) < maxSources {
		t.Sources = append(t.Sources, source)
	}
}

func rank(e Evidence) int { return slices.Index([]Evidence{ByID, ByName, ByCommand, ByModel}, e) }

func rankOf(s Standing) int { return slices.Index([]Standing{Observed, Known, Recommended}, s) }
