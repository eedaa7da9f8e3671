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

// namesOfSoftware finds the names of software in a block. What is also a word
// is decided on at the end of the document.
func (x *extraction) namesOfSoftware(f *passage) {
	x.names.software.among(f.words, f.block.Text, func(at span, keys []string) {
		x.mentions = append(x.mentions, mention{f.block, at, keys[0]})
	})
	x.softwareIDs(f)
	x.unknownSoftware(f)
}

// softwares decides what was named. A name that is also a word counts if the
// document says somewhere what it is the name of.
func (x *extraction) softwares() {
	said := map[string]bool{}
	for i := range x.mentions {
		m := &x.mentions[i]
		said[m.key] = said[m.key] || m.isExplained()
	}
	for i := range x.mentions {
		m := &x.mentions[i]
		name := m.block.Text[m.at.start:m.at.end]
		if isSoftwareName(m.block.Text, m.at, name, said[m.key]) {
			x.software(m.key, name, x.source(m.at.start, m.at.end, m.block))
		}
	}
}

// softwareIDs takes software by its id of ATT&CK.
func (x *extraction) softwareIDs(f *passage) {
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
	return unicode.IsUpper(first) || unicode.IsDigit(first) || countWords(name) > 1 || len(name) > 5 || lower == "curl"
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
	about := cmp.Or(s.ID, "="+attack.Normalize(s.Name))
	at, known := x.known.software[about]
	if !known {
		at = len(a.Software)
		x.known.software[about] = at
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

// noNames are words in capitals before such words that name something else.
var noNames = set(`AND THE A NEW APT ATM IOT IOS PC PHP PDF DLL VBA VBS JS SQL XML RDP VPN DNS HTTP HTTPS SSL TLS SSH SMB FTP C2 CNC POS MBR UEFI BIOS IP USB US UK EU DDOS DOS SMS API AI ML PE ELF COM OLE HTA LNK ISO WMI BEC AV EDR CPU GPU
PowerShell JavaScript MacOS macOS Win32 Win64 Windows10 VBScript AutoIt GitHub OneDrive DropBox LinkedIn YouTube WhatsApp iOS TypeScript NET Microsoft RaaS MaaS IoT PoS HTML5 ICS OT IT CISA FBI NSA DLLs McAfee CrowdStrike FireEye SentinelOne ESET
ThreatLabZ ThreatLabz ZScaler BitDefender TrendMicro SonicWall QuoIntelligence Intel471 Lab52 COVID COVID-19 ID`)

// unknownSoftware finds names that nobody has listed yet, by the word for what
// they are behind: "NiiJ Stealer", "MirrorBlast malware".
func (x *extraction) unknownSoftware(f *passage) {
	text := f.block.Text
	for i := range f.hints {
		h := &f.hints[i]
		if h.kind != softwareClue || !isKindWord(text, h) {
			continue
		}
		at := span{h.start - 1, h.start - 1}
		for at.start > 0 && isASCIIWord(text[at.start-1]) {
			at.start--
		}
		name := text[at.start:at.end]
		if !isCoined(name) || noNames[name] || noNames[strings.ToUpper(name)] || len(name) < 4 {
			continue
		}
		lower := strings.ToLower(name)
		key := attack.Normalize(name)
		if x.names.has(&x.names.software, lower) || extraWords[lower] || attack.Load().Actors[key] != nil || moreActors[key] != "" {
			continue
		}
		x.software(key, name, x.source(at.start, at.end, f.block))
	}
}

// isKindWord: a word for what software is, as it is written behind a name.
func isKindWord(text string, h *hint) bool {
	if h.start < 2 || strings.IndexByte(" \t\n\r", text[h.start-1]) < 0 || !h.isWhole(text) {
		return false
	}
	switch word := text[h.start:h.end]; word {
	case "RAT", "Stealer", "Trojan", "Loader", "Crypter":
		return true
	case "rat":
		return false
	default:
		return word == h.text
	}
}

// isCoined: a capital, and another or a digit within, as no word has.
func isCoined(name string) bool {
	return name != "" && name[0] >= 'A' && name[0] <= 'Z' && strings.ContainsFunc(name[1:], func(r rune) bool { return r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || r == '_' })
}
