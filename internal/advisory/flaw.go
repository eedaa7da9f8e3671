package advisory

import (
	"cmp"
	"slices"
	"strings"

	"seawall/internal/advisory/document"
	"seawall/internal/advisory/indicator"
	"seawall/internal/intel/cve"
	"seawall/internal/intel/facts"
)

// Flaw is a vulnerability that a document names.
type Flaw struct {
	ID       string
	Products []string // by our own table; empty if it does not know the flaw
	Known    bool     // known to be exploited (CISA KEV)
	// Conflict says that the document names it beside another product.
	Conflict string
	Sources  []Source
}

// nicknames are flaws that have names of their own.
var nicknames = map[string][]string{
	"log4shell": {"CVE-2021-44228"}, "proxylogon": {"CVE-2021-26855", "CVE-2021-27065"}, "proxyshell": {"CVE-2021-34473", "CVE-2021-34523", "CVE-2021-31207"},
	"proxynotshell": {"CVE-2022-41040", "CVE-2022-41082"}, "follina": {"CVE-2022-30190"}, "zerologon": {"CVE-2020-1472"}, "printnightmare": {"CVE-2021-34527"},
	"eternalblue": {"CVE-2017-0144"}, "bluekeep": {"CVE-2019-0708"}, "citrix bleed": {"CVE-2023-4966"}, "citrixbleed": {"CVE-2023-4966"}, "toolshell": {"CVE-2025-53770"},
	"shellshock": {"CVE-2014-6271"}, "heartbleed": {"CVE-2014-0160"}, "spring4shell": {"CVE-2022-22965"}, "petitpotam": {"CVE-2021-36942"},
}

// flaws finds those of a block.
func (x *extraction) flaws(f *passage) {
	for _, k := range f.indicators {
		if k.Type == indicator.CVE {
			x.flaw(k.Value, f.block, k.Start, k.End)
		}
	}
	for i := range f.hints {
		if h := &f.hints[i]; h.kind == nicknameClue && h.isWhole(f.block.Text) {
			for _, id := range nicknames[h.text] {
				x.flaw(id, f.block, h.start, h.end)
			}
		}
	}
}

func (x *extraction) flaw(id string, b *document.Block, start, end int) {
	a := x.advisory
	at, ok := x.known.flaws[id]
	if !ok {
		at = len(a.Flaws)
		x.known.flaws[id] = at
		a.Flaws = append(a.Flaws, known(id))
	}
	f := &a.Flaws[at]
	if f.Conflict == "" {
		f.Conflict = conflict(f, b.Text, start)
	}
	if len(f.Sources) < maxSources {
		f.Sources = append(f.Sources, x.source(start, end, b))
	}
}

// known looks a flaw up.
func known(id string) Flaw {
	f := Flaw{ID: id}
	set, err := facts.Embedded()
	number, ok := cve.ParseID(id)
	if err != nil || !ok {
		return f
	}
	v := set.Get(number)
	if v == nil {
		return f
	}
	f.Known = v.KEV != nil
	for i := range v.Affects {
		if name := string(v.Affects[i].Product); !slices.Contains(f.Products, name) {
			f.Products = append(f.Products, name)
		}
	}
	slices.SortFunc(f.Products, cmp.Compare[string])
	return f
}

// rivals are products that advisories name side by side, by words that give
// each away in a text and in our table.
var rivals = []struct{ name, words string }{
	{"Microsoft Exchange", "exchange"}, {"Atlassian Confluence", "confluence"}, {"Apache Log4j", "log4j"}, {"Citrix NetScaler", "netscaler citrix"}, {"Fortinet FortiOS", "fortios fortigate fortinet"},
	{"Ivanti Connect Secure", "ivanti pulse"}, {"F5 BIG-IP", "big-ip f5"}, {"VMware", "vmware vcenter"}, {"Palo Alto PAN-OS", "pan-os globalprotect"}, {"Zimbra", "zimbra"}, {"Progress MOVEit", "moveit"}, {"Cisco", "cisco"},
	{"Oracle WebLogic", "weblogic"}, {"SonicWall", "sonicwall"}, {"Zoho ManageEngine", "zoho manageengine"}, {"Microsoft SharePoint", "sharepoint"},
}

// conflict says so if the last product named before an id is another than that
// of our table: documents misfile flaws.
func conflict(f *Flaw, text string, start int) string {
	if len(f.Products) == 0 {
		return ""
	}
	before := strings.ToLower(text[max(0, start-160):start])
	if i := strings.LastIndexAny(before, ".;"); i >= 0 && i < len(before)-1 {
		before = before[i+1:]
	}
	said, last := -1, -1
	for i, r := range rivals {
		for word := range strings.FieldsSeq(r.words) {
			if at := strings.LastIndex(before, word); at > last {
				said, last = i, at
			}
		}
	}
	if said < 0 {
		return ""
	}
	table := strings.ToLower(strings.Join(f.Products, " "))
	for word := range strings.FieldsSeq(rivals[said].words) {
		if strings.Contains(table, word) {
			return ""
		}
	}
	return "named beside " + rivals[said].name + ", but it is a flaw of " + strings.Join(f.Products[:min(2, len(f.Products))], " and ")
}
