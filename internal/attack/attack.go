// Package attack holds the names of MITRE ATT&CK and of the actors that
// reports tell of, with their history: ids as written in old documents and
// what they are called today.
//
// © The MITRE Corporation. ATT&CK names and ids are reproduced and distributed
// with the permission of The MITRE Corporation. Names of actors are also from
// the MISP galaxy (CC0).
package attack

import (
	_ "embed"
	"maps"
	"slices"
	"strings"
	"sync"
)

//go:generate go run ./generate

//go:embed attack.tsv
var tables string

// Version is the version of ATT&CK that current ids are of.
const Version = "19.1"

// Technique is a technique or sub-technique.
type Technique struct {
	ID, Name string
	Tactics  []string // short names of version 19, those of version 18 for revoked ones
	Revoked  bool     // the id exists no more; see [Tables.Current]
}

// Parent returns the id of the technique that a sub-technique belongs to, its
// own for others.
func Parent(id string) string {
	parent, _, _ := strings.Cut(id, ".")
	return parent
}

// Software is malware or a tool.
type Software struct {
	ID, Name   string
	Aliases    []string
	Tool       bool // not malware in itself
	Techniques []string
}

// Group is a group of ATT&CK.
type Group struct {
	ID, Name   string
	Aliases    []string
	Techniques []string
}

// Actor is a name of an actor: several names mean one actor, and some names
// several.
type Actor struct {
	Alias     string // as its source writes it
	Canonical string // the source's main name
	Group     string // id of the ATT&CK group; "" if there is none
	Ambiguous bool   // the source itself has it for several actors
}

// Tables are all names, indexed. They are not to be changed.
type Tables struct {
	Techniques  map[string]*Technique
	Software    map[string]*Software
	Groups      map[string]*Group
	Mitigations map[string]string // names by id
	Mitigated   map[string][]string
	Actors      map[string][]Actor // by normalised name

	renumbered map[string]string
	names      map[string][]string // ids of techniques by name in lower case
	software   map[string][]string // ids by normalised name
}

// Load returns the tables; they are read once.
var Load = sync.OnceValue(func() *Tables {
	t := &Tables{
		Techniques: map[string]*Technique{}, Software: map[string]*Software{}, Groups: map[string]*Group{}, Mitigations: map[string]string{},
		Mitigated: map[string][]string{}, Actors: map[string][]Actor{}, renumbered: map[string]string{}, names: map[string][]string{}, software: map[string][]string{},
	}
	for line := range strings.Lines(tables) {
		fields := strings.Split(strings.TrimSuffix(line, "\n"), "\t")
		for len(fields) < 6 {
			fields = append(fields, "")
		}
		t.add(fields)
	}
	t.index()
	return t
})

func (t *Tables) add(f []string) {
	switch id := f[1]; f[0] {
	case "technique":
		t.Techniques[id] = &Technique{ID: id, Name: f[2], Tactics: list(f[3], ","), Revoked: f[4] != ""}
	case "renumbered":
		t.renumbered[id] = f[2]
	case "mitigated":
		t.Mitigated[id] = list(f[2], ",")
	case "mitigation":
		t.Mitigations[id] = f[2]
	case "group":
		t.Groups[id] = &Group{ID: id, Name: f[2], Aliases: list(f[3], "|"), Techniques: list(f[5], ",")}
	case "software":
		t.Software[id] = &Software{ID: id, Name: f[2], Aliases: list(f[3], "|"), Tool: f[4] == "tool", Techniques: list(f[5], ",")}
	case "actor":
		t.Actors[id] = append(t.Actors[id], Actor{Alias: f[2], Canonical: f[3], Group: f[4], Ambiguous: f[5] != ""})
	}
}

func list(s, separator string) []string {
	if s == "" {
		return nil
	}
	return strings.Split(s, separator)
}

func (t *Tables) index() {
	for id, technique := range t.Techniques {
		name := strings.ToLower(technique.Name)
		t.names[name] = append(t.names[name], id)
	}
	for _, ids := range t.names {
		slices.Sort(ids)
	}
	t.indexSoftware()
	for _, id := range slices.Sorted(maps.Keys(t.Groups)) {
		g := t.Groups[id]
		for _, name := range append([]string{g.Name, id}, g.Aliases...) {
			key := Normalize(name)
			if !slices.ContainsFunc(t.Actors[key], func(a Actor) bool { return a.Group == id }) {
				t.Actors[key] = append(t.Actors[key], Actor{Alias: name, Canonical: g.Name, Group: id})
			}
		}
	}
}

// indexSoftware finds software by its names: whose own name it is comes first,
// before those that are also called so.
func (t *Tables) indexSoftware() {
	ids := slices.Sorted(maps.Keys(t.Software))
	note := func(id, name string) {
		key := Normalize(name)
		if !slices.Contains(t.software[key], id) {
			t.software[key] = append(t.software[key], id)
		}
	}
	for _, id := range ids {
		note(id, t.Software[id].Name)
	}
	for _, id := range ids {
		for _, alias := range t.Software[id].Aliases {
			note(id, alias)
		}
	}
}

// Normalize writes a name in lower case without anything but letters and
// digits: "APT-40" and "APT 40" are one.
func Normalize(name string) string {
	var b strings.Builder
	for _, r := range strings.ToLower(name) {
		if r >= 'a' && r <= 'z' || r >= '0' && r <= '9' || r > 0x7f {
			b.WriteRune(r)
		}
	}
	return b.String()
}

// Current returns the present id of a technique: its own, or what became of
// it. known is false for ids that no version has.
func (t *Tables) Current(id string) (current string, known bool) {
	for range 4 { // renumbered more than once
		if next := t.renumbered[id]; next != "" && next != id {
			id, known = next, true
			continue
		}
		break
	}
	technique := t.Techniques[id]
	return id, known || technique != nil
}

// Name returns the name of a technique with that of its parent in front.
func (t *Tables) Name(id string) string {
	technique := t.Techniques[id]
	if technique == nil {
		return ""
	}
	if parent := t.Techniques[Parent(id)]; parent != nil && parent != technique {
		return parent.Name + ": " + technique.Name
	}
	return technique.Name
}

// Named returns the techniques of a name, without its parent's; sorted.
func (t *Tables) Named(name string) []string { return t.names[strings.ToLower(name)] }

// SoftwareNamed returns the software of a name, however it is written.
func (t *Tables) SoftwareNamed(name string) []string { return t.software[Normalize(name)] }

// TechniqueNames calls yield for the names of all techniques, in lower case,
// and the ids of those that are called so.
func (t *Tables) TechniqueNames(yield func(name string, ids []string) bool) {
	for name, ids := range t.names {
		if !yield(name, ids) {
			return
		}
	}
}

// Tactics are the short names of the tactics of ATT&CK for enterprises, in the
// order of the matrix. The one of version 18 that is no more stands in its
// place.
var Tactics = []string{
	"reconnaissance", "resource-development", "initial-access", "execution", "persistence", "privilege-escalation", "stealth", "defense-evasion", "defense-impairment",
	"credential-access", "discovery", "lateral-movement", "collection", "command-and-control", "exfiltration", "impact",
}

// TacticName returns the name of a tactic by its short name.
func TacticName(short string) string {
	words := strings.Split(short, "-")
	for i, w := range words {
		if w != "and" && w != "" {
			words[i] = strings.ToUpper(w[:1]) + w[1:]
		}
	}
	return strings.Join(words, " ")
}
