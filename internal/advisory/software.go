package advisory

import (
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"seawall/internal/advisory/document"
	"seawall/internal/attack"
)

// Software is malware or a tool that a document names.
type Software struct {
	ID       string // of ATT&CK; "" if it has none
	Name     string
	Tool     bool
	Aliases  []string // as the document writes them
	Mentions int
	Sources  []Source
}

// mention is a place where a text may name software.
type mention struct {
	block *document.Block
	at    span
	key   string // normalised name
}

// softwares finds the names of software. A name that is also a word counts if
// the document says somewhere what it is the name of.
func (x *extraction) softwares() {
	var mentions []mention
	said := map[string]bool{}
	for i := range x.blocks {
		b := x.blocks[i].block
		if b.Kind == document.Link {
			continue
		}
		softwareGazetteer().among(x.blocks[i].words, b.Text, func(at span, keys []string) {
			m := mention{b, at, keys[0]}
			mentions = append(mentions, m)
			said[m.key] = said[m.key] || m.isExplained()
		})
		x.softwareIDs(&x.blocks[i])
		x.unknownSoftware(&x.blocks[i])
	}
	for _, m := range mentions {
		name := m.block.Text[m.at.start:m.at.end]
		if isSoftwareName(m.block.Text, m.at, name, said[m.key]) {
			x.software(m.key, name, x.source(m.at.start, m.at.end, m.block))
		}
	}
}

// softwareIDs takes software by its id of ATT&CK.
func (x *extraction) softwareIDs(f *found) {
	for _, i := range f.indicators {
		if s := attack.Load().Software[i.Value]; s != nil && i.Type == "attack-entity" {
			x.software(attack.Normalize(s.Name), s.Name, x.source(i.Start, i.End, f.block))
		}
	}
}

// isExplained reports whether the word for what it is stands beside a name.
func (m *mention) isExplained() bool {
	text := m.block.Text
	first, _ := utf8.DecodeRuneInString(text[m.at.start:])
	if !unicode.IsUpper(first) && !unicode.IsDigit(first) {
		return strings.HasPrefix(strings.ToLower(text[m.at.end:min(len(text), m.at.end+4)]), ".exe")
	}
	after := strings.FieldsFunc(strings.ToLower(text[m.at.end:min(len(text), m.at.end+30)]), notLetter)
	if len(after) > 0 && (kinds[after[0]] || len(after) > 1 && kinds[after[1]] && after[0] != "and") {
		return true
	}
	before := strings.FieldsFunc(strings.ToLower(text[max(0, m.at.start-30):m.at.start]), notLetter)
	return len(before) > 0 && kinds[before[len(before)-1]]
}

func notLetter(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) }

// isSoftwareName tells the name of software from a word of the language.
func isSoftwareName(text string, at span, name string, explained bool) bool {
	first, _ := utf8.DecodeRuneInString(name)
	lower := strings.ToLower(name)
	program := strings.HasSuffix(lower, ".exe")
	key := strings.ReplaceAll(strings.TrimSuffix(lower, ".exe"), " ", "-")
	switch {
	case key == "cmd" || at.start > 0 && text[at.start-1] == '.':
		return false // every report names the shell; .NET
	case program:
		return true
	case systemTools[key]:
		return false
	case extraWords[key]:
		return unicode.IsUpper(first) && (explained || !startsSentence(text, at.start) && kindNear(text, at))
	}
	if entries := attack.Load().Actors[attack.Normalize(name)]; len(entries) > 0 && !explained {
		return false // rather the actor
	}
	if len(name) < 3 || strings.HasPrefix(strings.ToLower(text[at.end:min(len(text), at.end+6)]), " group") {
		return false
	}
	return unicode.IsUpper(first) || unicode.IsDigit(first) || len(wordSpans(name)) > 1 || len(name) > 5 || lower == "curl"
}

// systemTools are programs of every system: they count where they are written
// as programs, and as commands elsewhere.
var systemTools = set(`at net reg route arp ftp ping expand attrib cmd ssh tor netstat tasklist schtasks ipconfig systeminfo nbtstat netsh whoami`)

// startsSentence: a capital says nothing there.
func startsSentence(text string, at int) bool {
	before := strings.TrimRight(text[:at], " \t\n\"'“‘*(")
	return before == "" || strings.ContainsAny(before[len(before)-1:], ".:!?")
}

// kindNear reports whether a word for what software is stands near a name.
func kindNear(text string, at span) bool {
	const reach = 80
	for _, w := range strings.FieldsFunc(strings.ToLower(text[max(0, at.start-reach):at.start]+" "+text[at.end:min(len(text), at.end+reach)]), notLetter) {
		switch w {
		case "malware", "ransomware", "trojan", "trojans", "stealer", "stealers", "infostealer", "infostealers", "botnet", "backdoor", "rat", "rats", "keylogger", "loader":
			return true
		}
	}
	return false
}

// software notes a mention.
func (x *extraction) software(key, name string, source Source) {
	s := Software{Name: name}
	tables := attack.Load()
	if extra, ok := extraSoftware()[key]; ok {
		s.ID, s.Name, s.Tool = extra.id, extra.name, extra.tool
	} else if ids := tables.SoftwareNamed(key); len(ids) > 0 {
		known := tables.Software[ids[0]]
		s.ID, s.Name, s.Tool = known.ID, known.Name, known.Tool
	}
	a := x.advisory
	at := slices.IndexFunc(a.Software, func(k Software) bool {
		return s.ID != "" && k.ID == s.ID || s.ID == "" && k.ID == "" && attack.Normalize(k.Name) == attack.Normalize(s.Name)
	})
	if at < 0 {
		at = len(a.Software)
		a.Software = append(a.Software, s)
	}
	k := &a.Software[at]
	k.Mentions++
	if !slices.ContainsFunc(k.Aliases, func(n string) bool { return strings.EqualFold(n, name) }) {
		k.Aliases = append(k.Aliases, name)
	}
	if len(k.Sources) < maxSources {
		k.Sources = append(k.Sources, source)
	}
}

// unknownName finds names that nobody has listed yet, by the word for what they
// are: "NiiJ Stealer", "MirrorBlast malware".
var unknownName = regexp.MustCompile(`\b([A-Z][A-Za-z0-9_]*[A-Z0-9_][A-Za-z0-9_]*|[A-Z][a-z]+[A-Z][A-Za-z0-9]*)\s(ransomware|malware|stealer|Stealer|infostealer|RAT|backdoor|trojan|Trojan|botnet|loader|Loader|downloader|dropper|keylogger|crypter|Crypter|packer|rootkit|wiper|worm|miner)\b`)

// noNames are words in capitals before such words that name something else.
var noNames = set(`AND THE A NEW APT ATM IOT IOS PC PHP PDF DLL VBA VBS JS SQL XML RDP VPN DNS HTTP HTTPS SSL TLS SSH SMB FTP C2 CNC POS MBR UEFI BIOS IP USB US UK EU DDOS DOS SMS API AI ML PE ELF COM OLE HTA LNK ISO WMI BEC AV EDR CPU GPU
PowerShell JavaScript MacOS macOS Win32 Win64 Windows10 VBScript AutoIt GitHub OneDrive DropBox LinkedIn YouTube WhatsApp iOS TypeScript NET Microsoft RaaS MaaS IoT PoS HTML5 ICS OT IT CISA FBI NSA DLLs McAfee CrowdStrike FireEye SentinelOne ESET
ThreatLabZ ThreatLabz ZScaler BitDefender TrendMicro SonicWall QuoIntelligence Intel471 Lab52 COVID COVID-19 ID`)

func (x *extraction) unknownSoftware(f *found) {
	b := f.block
	if !f.has(" ransomware", " malware", "stealer", " rat", " backdoor", " trojan", " botnet", "loader", " dropper", " keylogger", " crypter", " packer", " rootkit", " wiper", " worm", " miner") {
		return
	}
	for _, at := range unknownName.FindAllStringSubmatchIndex(b.Text, -1) {
		name := b.Text[at[2]:at[3]]
		if noNames[name] || noNames[strings.ToUpper(name)] || len(name) < 4 {
			continue
		}
		key := attack.Normalize(name)
		if _, known := softwareGazetteer().names[strings.Join(wordsOf(name), " ")]; known || extraWords[strings.ToLower(name)] {
			continue
		}
		if attack.Load().Actors[key] != nil || moreActors[key] != "" {
			continue
		}
		x.software(key, name, x.source(at[2], at[3], b))
	}
}
