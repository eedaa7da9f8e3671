package advisory

import (
	"cmp"
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"seawall/internal/attack"
)

// Actor is who a document is about, or mentions.
type Actor struct {
	Name string // canonical: ATT&CK's, else the galaxy's
	// Group is the id of the ATT&CK group; "" if it has none.
	Group   string
	Aliases []string // as the document writes them, sorted
	// Candidates are the actors that the name may mean, if sources disagree.
	// Group is "" and Name as written unless ATT&CK has it for one group only.
	Candidates []string
	Mentions   int
	Sources    []Source
}

// actorWords stand near the names of actors.
var actorWords = set(`actor actors group groups apt threat aka known tracked attributed campaign intrusion operators operator hackers espionage adversary ransomware gang typhoon panda bear kitten spider
cluster dubbed called alias affiliate affiliates attackers cybercriminal state-sponsored linked`)

// companies end the names of firms that share a word with an actor.
var companies = set(`llc inc ltd corp corporation gmbh company resources holdings university bank industries technologies systems solutions foundation institute limited plc ag sa`)

// actors finds the names of actors.
func (x *extraction) actors(f *passage) {
	tables := attack.Load()
	b := f.block
	x.names.actors.among(f.words, b.Text, func(at span, keys []string) {
		if isActorName(b.Text, at) {
			x.actor(b.Text[at.start:at.end], tables.Actors[keys[0]], x.source(at.start, at.end, b))
		}
	})
	x.unlisted(f)
}

// isActorName tells the name of an actor from a word of the language.
func isActorName(text string, at span) bool {
	name := text[at.start:at.end]
	first, _ := utf8.DecodeRuneInString(name)
	if meansSoftware(text, at, name) {
		return false
	}
	after := strings.Fields(strings.ToLower(text[at.end:min(len(text), at.end+40)]))
	for _, w := range after[:min(len(after), 2)] {
		if companies[strings.Trim(w, ".,;)")] {
			return false
		}
	}
	words := countWords(name)
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
	if len(name) > 4 && !commonActors[strings.ToLower(name)] && !startsSentence(text, at.start) {
		return true
	}
	from, to := max(0, at.start-60), min(len(text), at.end+60)
	for _, w := range strings.FieldsFunc(strings.ToLower(text[from:at.start]+" "+text[at.end:to]), func(r rune) bool { return !unicode.IsLetter(r) && r != '-' }) {
		if actorWords[w] {
			return true
		}
	}
	return false
}

// meansSoftware: names that actors share with their software, or that begin its
// name, mean the actor only if the text says so.
func meansSoftware(text string, at span, name string) bool {
	key := attack.Normalize(name)
	if notActors[key] {
		return true
	}
	rest := strings.ToLower(strings.TrimLeft(text[at.end:min(len(text), at.end+24)], " \u00a0"))
	for _, word := range [...]string{"strike", "malware", "ransomware", "rat", "trojan", "backdoor", "loader", "stealer", "botnet", "payload", "banking"} {
		if strings.HasPrefix(rest, word) {
			return true
		}
	}
	_, extra := extraSoftware()[key]
	if key == "winnti" || !extra && !isMainName(name) || countWords(name) > 1 {
		return false
	}
	for _, word := range [...]string{"group", "gang", "actor", "apt", "operators", "threat actor", "team", "hackers"} {
		if strings.HasPrefix(rest, word) {
			return false
		}
	}
	return true
}

// isMainName reports whether a name is what ATT&CK calls some software.
func isMainName(name string) bool {
	for _, id := range attack.Load().SoftwareNamed(name) {
		if attack.Normalize(attack.Load().Software[id].Name) == attack.Normalize(name) {
			return true
		}
	}
	return false
}

// moreActors are names that the tables lack: the actor's name, or that of its
// group in ATT&CK.
var moreActors = map[string]string{
	"gorgon": "Gorgon Group", "fancylazarus": "Fancy Lazarus", "armadacollective": "Fancy Lazarus", "reconhellcat": "ReconHellcat", "reconhell": "ReconHellcat", "hydrojiin": "HydroJiin",
	"goldenchickens": "Golden Chickens", "darkside": "DarkSide", "silverterrier": "SilverTerrier", "lazarous": "Lazarus Group", "whitecompany": "The White Company", "viciouspanda": "Vicious Panda",
	"shathak": "TA551", "wizardspider": "Wizard Spider", "lapsus": "LAPSUS$", "cl0p": "TA505", "unc1151": "Ghostwriter", "ghostwriter": "Ghostwriter", "spectr": "Transparent Tribe",
}

// commonActors are names of actors that are also words, places, people or gods.
var commonActors = set(`silence inception equation patchwork scarlet strider cleaver machete dragonfly elderwood frankenstein sharpshooter energetic royal akira medusa cobalt mercury phosphorus
thallium hafnium zinc bismuth chromium copper cadmium iridium iron krypton neodymium osmium platinum potassium radium rubidium samarium seaborgium sodium titanium tungsten vanadium polonium actinium
bromine barium nickel manganese gallium holmium lead gold comet chimera domino dust evil flax fog fox grim hazel jewel karma kitten lotus magic mask mirage mummy night nomad ocean onyx orange
panda phantom pirate play raspberry rebel scorpion shadow sharp silver sleet snake spider star storm sweed tiger topaz tropic venom viper volt wizard sakura hydra moses oilalpha adrastea ababil
anonymous lizard impact legion infidel winter granite garnet ruby opal peach pearl plaid pumpkin purple sunglow vanilla velvet aqua aurora callisto calypso camouflage vulture candid cargo charcoal
charming cinnamon circle cotton crimson cuboid denim diamond forest gingham hurricane iceman icefog leviathan linen lunar manatee marigold mint mulberry nylon octo patched periwinkle pinstriped
pistachio satin secret seashell silk smoke spandex strawberry swirl tapestry tumbleweed twill violet wine zigzag groundbait`)

// notActors are names in the tables that texts use for something else.
var notActors = set(`alibaba sea group5 jiin cleaver lead mask temp ups maze foxmail iodine`)

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
	name = strings.TrimSuffix(strings.TrimSuffix(name, "'s"), "’s")
	who := resolve(name, entries)
	a := x.advisory
	key := cmp.Or(who.Group, "="+attack.Normalize(who.Name)) // no group has such an id
	at, ok := x.known.actors[key]
	if !ok {
		at = len(a.Actors)
		x.known.actors[key] = at
		a.Actors = append(a.Actors, who)
	}
	k := &a.Actors[at]
	k.Mentions++
	if name != k.Group && !slices.ContainsFunc(k.Aliases, func(n string) bool { return strings.EqualFold(n, name) }) {
		k.Aliases = append(k.Aliases, name)
	}
	if len(k.Sources) < maxSources {
		k.Sources = append(k.Sources, source)
	}
}

// resolve decides who is meant: one group of ATT&CK, one actor of the galaxy,
// or several candidates. Sources that call one group differently are no
// ambiguity: each of their names is looked up in turn.
func resolve(name string, entries []attack.Actor) Actor {
	tables := attack.Load()
	groups, others := map[string]bool{}, map[string]bool{}
	ambiguous := false
	for _, e := range entries {
		ambiguous = ambiguous || e.Ambiguous
		if id := groupOfName(e); id != "" {
			groups[id] = true
		} else {
			others[e.Canonical] = true
		}
	}
	who := Actor{Name: name}
	if len(entries) > 0 {
		who.Name = cmp.Or(entries[0].Canonical, entries[0].Alias)
	}
	if len(groups) == 1 {
		for id := range groups {
			who.Name, who.Group = tables.Groups[id].Name, id
		}
		if !ambiguous {
			return who
		}
	}
	if !ambiguous && len(groups) == 0 {
		return who
	}
	for id := range groups {
		who.Candidates = append(who.Candidates, tables.Groups[id].Name+" ("+id+")")
	}
	for other := range others {
		if !strings.EqualFold(other, name) {
			who.Candidates = append(who.Candidates, other)
		}
	}
	slices.Sort(who.Candidates)
	switch {
	case len(who.Candidates) < 2:
		who.Candidates = nil
	case len(groups) != 1:
		who.Name, who.Group = name, ""
	}
	return who
}

// groupOfName returns the one group of ATT&CK that an entry means, itself or by
// what its source calls the actor.
func groupOfName(e attack.Actor) string {
	tables := attack.Load()
	if tables.Groups[e.Group] != nil {
		return e.Group
	}
	id := ""
	for _, also := range tables.Actors[attack.Normalize(e.Canonical)] {
		if tables.Groups[also.Group] == nil {
			continue
		}
		if id != "" && id != also.Group {
			return ""
		}
		id = also.Group
	}
	return id
}

// numbered are the names that firms give to actors by number.
var numbered = regexp.MustCompile(`\b(?:(?:TA|UNC|FIN|APT|TAG|UAC|UAT|CTG)[ -]?\d{1,5}|APT-C-\d{1,3}|(?:Storm|DEV)-\d{4}|(?:ATK|ITG|TGR-STA-|CL-STA-)\d{2,4})\b`)

// numberEnds are how what stands before the number ends, in that expression.
var numberEnds = [...]string{"TA", "UNC", "FIN", "APT", "TAG", "UAC", "UAT", "CTG", "APT-C", "Storm", "DEV", "ATK", "ITG", "STA"}

// moreName finds the names of moreActors.
var moreName = regexp.MustCompile(`\b(?:Gorgon|F(?:ancy|ANCY) L(?:azarus|AZARUS)|Armada Collective|Recon[Hh]ell(?:[Cc]at)?|HydroJiin|Golden Chickens|DarkSide|SilverTerrier|Lazarous|White Company|Vicious Panda|Shathak|LAPSUS|Cl0p|UNC1151|Ghostwriter)\b`)

// unlisted finds actors that the tables do not have.
func (x *extraction) unlisted(f *passage) {
	b := f.block
	note := func(at span) { x.unlistedActor(b.Text[at.start:at.end], x.source(at.start, at.end, b)) }
	numberedNames(b.Text, note)
	for i := range f.hints {
		h := &f.hints[i]
		switch h.kind {
		case actorClue:
			if at := moreName.FindStringIndex(b.Text[h.start:h.end]); at != nil && at[1] == h.end-h.start && h.isWhole(b.Text) && !isVariant(b.Text[h.end:]) {
				note(h.span)
			}
		case namingClue:
			if at, ok := nameBehind(b.Text, h.span); ok && len(attack.Load().SoftwareNamed(b.Text[at.start:at.end])) == 0 {
				note(at)
			}
		case gangClue:
			if end := gangEnd(b.Text, h); end > 0 {
				name := b.Text[h.start:h.end]
				x.actor(b.Text[h.start:end], []attack.Actor{{Alias: name, Canonical: name + " gang"}}, x.source(h.start, end, b))
			}
		}
	}
}

// unlistedActor notes a name unless the tables have it: they were asked before.
func (x *extraction) unlistedActor(name string, source Source) {
	tables := attack.Load()
	key := attack.Normalize(name)
	if tables.Actors[key] != nil {
		return
	}
	canonical, ok := moreActors[key]
	if !ok {
		x.actor(name, nil, source)
		return
	}
	entries := tables.Actors[attack.Normalize(canonical)]
	if entries == nil {
		entries = []attack.Actor{{Alias: name, Canonical: canonical}}
	}
	x.actor(name, entries, source)
}

// isVariant: what follows a name makes it that of ransomware.
func isVariant(rest string) bool {
	const words = " ransomware var"
	return len(rest) >= len(words) && strings.EqualFold(rest[:len(words)], words)
}

// numberedNames finds the names that are numbers. Only around digits behind
// what such names begin with is the expression tried.
func numberedNames(text string, note func(at span)) {
	const before, behind = 14, 10
	last := 0 // end of the name before
	for i := 2; i < len(text); i++ {
		if text[i] < '0' || text[i] > '9' || text[i-1] >= '0' && text[i-1] <= '9' || !endsLikeActor(text[:i]) {
			continue
		}
		from := max(last, i-before)
		if at := numbered.FindStringIndex(text[from:min(len(text), i+behind)]); at != nil && from+at[1] > i {
			last = from + at[1]
			note(span{from + at[0], last})
			i = last
		}
	}
}

func endsLikeActor(text string) bool {
	if c := text[len(text)-1]; c == ' ' || c == '-' {
		text = text[:len(text)-1]
	}
	if c := text[len(text)-1]; c != 'm' && (c < 'A' || c > 'Z') {
		return false
	}
	for _, end := range numberEnds {
		if strings.HasSuffix(text, end) {
			return true
		}
	}
	return false
}

// The words for actors before "known as", and the form of names behind it.
var (
	subject = regexp.MustCompile(`\b(?:threat (?:actor|group)|(?:hacking|cybercrime|ransomware|espionage|APT) (?:group|gang)|actor group|adversary)s?,? (?:that )?$`)
	newName = regexp.MustCompile(`^[“"‘']?([A-Z][A-Za-z0-9]+(?:[ -][A-Z][A-Za-z0-9]+)?)`)
)

// nameBehind takes the name behind words such as "threat group known as".
func nameBehind(text string, naming span) (at span, ok bool) {
	const reach = 40
	if !subject.MatchString(text[max(0, naming.start-reach):naming.start]) {
		return at, false
	}
	m := newName.FindStringSubmatchIndex(text[naming.end:min(len(text), naming.end+2*reach)])
	if m == nil {
		return at, false
	}
	return span{naming.end + m[2], naming.end + m[3]}, true
}

// gangEnd returns where the name of a gang that is called as its malware ends;
// 0 if the text does not speak of the gang.
func gangEnd(text string, h *hint) int {
	if !h.isWhole(text) || text[h.start] < 'A' || text[h.start] > 'Z' {
		return 0
	}
	for _, word := range [...]string{" gang", " group"} {
		end := h.end + len(word)
		if strings.HasPrefix(text[h.end:], word) && (end == len(text) || !isASCIIWord(text[end])) {
			return end
		}
	}
	return 0
}
