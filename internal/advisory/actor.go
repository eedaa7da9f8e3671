package advisory

import (
	"cmp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"seawall/internal/advisory/document"
	"seawall/internal/attack"
)

// Actor is who a document is about, or mentions.
type Actor struct {
	Name string // canonical: ATT&CK's, else the galaxy's
	// Group is the id of the ATT&CK group; "" if it has none.
	Group   string
	Aliases []string // as the document writes them, sorted
	// Candidates are the actors that the name may mean, if it means several:
	// then Name is as written and Group is "".
	Candidates []string
	Mentions   int
	Sources    []Source
}

// Software is malware or a tool that a document names.
type Software struct {
	ID, Name string
	Tool     bool
	Mentions int
	Sources  []Source
}

// actorWords stand near the names of actors.
var actorWords = set(`actor actors group groups apt threat aka known tracked attributed campaign intrusion operators operator hackers espionage adversary ransomware gang typhoon panda bear kitten spider
cluster dubbed called alias affiliate affiliates attackers cybercriminal state-sponsored linked`)

// companies end the names of firms that share a word with an actor.
var companies = set(`llc inc ltd corp corporation gmbh company resources holdings university bank industries technologies systems solutions foundation institute limited plc ag sa`)

// actors finds the names of actors.
func (x *extraction) actors() {
	tables := attack.Load()
	for i := range x.blocks {
		b := x.blocks[i].block
		if b.Kind == document.Link {
			continue
		}
		actorGazetteer().find(b.Text, func(at span, keys []string) {
			name := b.Text[at.start:at.end]
			if !isActorName(b.Text, at) {
				return
			}
			entries := tables.Actors[keys[0]]
			x.actor(name, entries, x.source(at.start, at.end, b))
		})
	}
}

// isActorName tells the name of an actor from a word of the language.
func isActorName(text string, at span) bool {
	name := text[at.start:at.end]
	first, _ := utf8.DecodeRuneInString(name)
	after := strings.Fields(strings.ToLower(text[at.end:min(len(text), at.end+40)]))
	for _, w := range after[:min(len(after), 2)] {
		if companies[strings.Trim(w, ".,;)")] {
			return false
		}
	}
	words := len(wordSpans(name))
	distinct := strings.ContainsAny(name, "0123456789") || words > 1 || strings.ToUpper(name) == name && len(name) > 4 || hasInnerCapital(name)
	if words > 1 && !unicode.IsUpper(first) && !unicode.IsDigit(first) {
		return false
	}
	if distinct && len(name) > 3 {
		return true
	}
	if len(name) < 3 || !unicode.IsUpper(first) {
		return false
	}
	from, to := max(0, at.start-60), min(len(text), at.end+60)
	for _, w := range strings.FieldsFunc(strings.ToLower(text[from:at.start]+" "+text[at.end:to]), func(r rune) bool { return !unicode.IsLetter(r) && r != '-' }) {
		if actorWords[w] {
			return true
		}
	}
	return false
}

func hasInnerCapital(s string) bool {
	for i, r := range s {
		if i > 0 && unicode.IsUpper(r) && strings.ToUpper(s) != s {
			return true
		}
	}
	return false
}

// actor notes a mention.
func (x *extraction) actor(name string, entries []attack.Actor, source Source) {
	canonical, group, candidates := resolve(entries)
	if len(candidates) > 1 {
		canonical, group = name, ""
	} else {
		candidates = nil
	}
	a := x.advisory
	at := slices.IndexFunc(a.Actors, func(k Actor) bool {
		return group != "" && k.Group == group || group == "" && k.Group == "" && attack.Normalize(k.Name) == attack.Normalize(canonical)
	})
	if at < 0 {
		at = len(a.Actors)
		a.Actors = append(a.Actors, Actor{Name: canonical, Group: group, Candidates: candidates})
	}
	k := &a.Actors[at]
	k.Mentions++
	if !slices.ContainsFunc(k.Aliases, func(n string) bool { return strings.EqualFold(n, name) }) {
		k.Aliases = append(k.Aliases, name)
	}
	if len(k.Sources) < maxSources {
		k.Sources = append(k.Sources, source)
	}
}

// resolve decides who is meant: one group of ATT&CK, one actor of the galaxy,
// or several candidates.
func resolve(entries []attack.Actor) (name, group string, candidates []string) {
	groups := map[string]bool{}
	ambiguous := false
	for _, e := range entries {
		if e.Group != "" {
			groups[e.Group] = true
		}
		ambiguous = ambiguous || e.Ambiguous
	}
	tables := attack.Load()
	if len(groups) == 1 && !ambiguous {
		for id := range groups {
			if g := tables.Groups[id]; g != nil {
				return g.Name, id, nil
			}
		}
	}
	for id := range groups {
		if g := tables.Groups[id]; g != nil {
			candidates = append(candidates, g.Name+" ("+id+")")
		}
	}
	for _, e := range entries {
		if e.Group == "" && (ambiguous || len(groups) == 0) && !slices.Contains(candidates, e.Canonical) {
			candidates = append(candidates, e.Canonical)
		}
	}
	slices.Sort(candidates)
	if len(entries) > 0 {
		name = cmp.Or(entries[0].Canonical, entries[0].Alias)
	}
	// Sources that name one actor differently are no ambiguity of the name.
	if !ambiguous && len(groups) <= 1 {
		candidates = nil
	}
	return name, "", candidates
}

// commonSoftware are names of software that are words of any text, or programs
// of every system.
var commonSoftware = set(`at net ping reg arp tor page pay2key down new_core hi-zor cobalt felix matrix disco hope sword ice route ftp cmd expand tasklist systeminfo netstat ipconfig nbtstat certutil
esentutl dsquery nltest netsh schtasks sdelete wevtutil forfiles attrib anchor stealbit chaos epic crimson orz play royal havoc medusa doki siloscape machete hydraq raindrop teardrop remsec cannon
pipemon seasalt nimble bonadan ebury linfo skidmap shark milan inception ember prestige amadey pacu roadtools empire brave nova samurai maze industroyer exaramel helminth rover derusbi
trojan ninja squirrelwaffle cuba conti diavol babuk egregor kevin snip3 cherry emissary dark komplex winnti wiper dealer misdat`)

// softwares finds the names of software.
func (x *extraction) softwares() {
	tables := attack.Load()
	for i := range x.blocks {
		b := x.blocks[i].block
		if b.Kind == document.Link {
			continue
		}
		softwareGazetteer().find(b.Text, func(at span, ids []string) {
			name := b.Text[at.start:at.end]
			if !isSoftwareName(b.Text, at, name) {
				return
			}
			x.software(tables.Software[ids[0]], x.source(at.start, at.end, b))
		})
		for _, i := range x.blocks[i].indicators {
			if s := tables.Software[i.Value]; s != nil && i.Type == "attack-entity" {
				x.software(s, x.source(i.Start, i.End, b))
			}
		}
	}
}

func isSoftwareName(text string, at span, name string) bool {
	first, _ := utf8.DecodeRuneInString(name)
	if commonSoftware[strings.ToLower(name)] {
		// Only beside its own id, which is taken anyway, or the word for what it is.
		after := strings.ToLower(strings.TrimSpace(text[at.end:min(len(text), at.end+24)]))
		for _, w := range [...]string{"malware", "backdoor", "ransomware", "trojan", "implant", "rat", "loader", "framework", "web shell", "c2"} {
			if strings.HasPrefix(after, w) && unicode.IsUpper(first) {
				return true
			}
		}
		return false
	}
	if len(name) < 3 {
		return false
	}
	return unicode.IsUpper(first) || unicode.IsDigit(first) || len(wordSpans(name)) > 1 || len(name) > 6
}

func (x *extraction) software(s *attack.Software, source Source) {
	a := x.advisory
	at := slices.IndexFunc(a.Software, func(k Software) bool { return k.ID == s.ID })
	if at < 0 {
		at = len(a.Software)
		a.Software = append(a.Software, Software{ID: s.ID, Name: s.Name, Tool: s.Tool})
	}
	k := &a.Software[at]
	k.Mentions++
	if len(k.Sources) < maxSources {
		k.Sources = append(k.Sources, source)
	}
}
