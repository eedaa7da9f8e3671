// Package likelihood answers "which flaws will be attacked next?" with a model
// that can be recomputed by hand: every trait of a flaw adds or takes points.
package likelihood

import (
	"strings"
	"sync"

	"seawall/internal/intel/literal"
	"seawall/internal/intel/product"
)

// Traits is a set of what can be said of a flaw, one bit each.
type Traits uint64

// The traits. Their order is that of the weights: append only.
const (
	Unauthenticated Traits = 1 << iota
	NeedsAccount
	RunsCode
	InjectsCommands
	BypassesLogin
	WritesOrReadsFiles
	Deserialises
	InjectsSQL
	ScriptsPages
	ForgesRequests
	DeniesService
	RaisesPrivileges
	CorruptsMemory
	SeenInTheWild
	OnGateway
	OnMail
	OnManagement
	OnTransfer
	OnBrowserOrSystem
	OnVirtualisation
	OnDevice
	OnBackup
	OnPlugin
	OfKernel
	OfCollector // assigned by a database that anybody may report to
	OfVendor    // assigned by the maker itself
	OnNetwork
	NoPrivileges
	NoUser
	Easy
	Changed // scope
	FullImpact
	ScoreCritical // 9.8 and above
	ScoreHigh     // 7 to 9.7
	ScoreLow      // below 7
	NoScore
	JudgedAutomatable
	JudgedTotal
	JudgedProof
	ManyReferences
	WeakInjection // CWE-77, 78, 94, 917, 1336
	WeakLogin     // CWE-287, 288, 306, 798, 863
	WeakPath      // CWE-22, 23, 36, 434
	WeakMemory    // CWE-416, 787, 119, 122, 843
	WeakObject    // CWE-502, 611, 918
	WeakPage      // CWE-79, 352
	VendorListed  // the vendor has entries among the exploited flaws
	VendorListedOften
	ProductListed
	ProductListedOften
	AutomatableTotal // both
	OpenServer       // a server product, without login
	ListedServer     // a server product of a vendor attacked before
	ListedSystem     // a browser or system attacked often
	numTraits        = iota
)

// Names says what each trait means, in the order of the bits.
var Names = [numTraits]string{
	"needs no login", "needs an account", "runs code", "injects commands", "bypasses login", "reads or writes files", "deserialises", "injects SQL",
	"scripts in pages", "forges requests", "denies service", "raises privileges", "corrupts memory", "seen in the wild", "on a gateway or VPN", "on a mail server",
	"on management software", "on file transfer", "on a browser or operating system", "on virtualisation", "on a small device", "on backup software", "in a plug-in",
	"in the Linux kernel", "reported to a collector", "announced by the maker", "over the network", "without privileges", "without a user", "easy", "beyond the program",
	"full impact", "CVSS 9.8 or more", "CVSS 7 to 9.7", "CVSS below 7", "no CVSS yet", "automatable", "total impact", "public proof", "many references",
	"injection (CWE)", "missing or broken login (CWE)", "path or upload (CWE)", "memory (CWE)", "objects or requests (CWE)", "pages (CWE)",
	"maker attacked before", "maker attacked often", "product attacked before", "product attacked often",
	"automatable with total impact", "server without login", "server of a maker attacked before", "browser or system attacked often",
}

// Description is what traits are drawn from.
type Description struct {
	Text        string // the record's own words
	Assigner    string
	Vendor      string
	Products    []string
	Weaknesses  []string
	Vector      string
	Score       float32
	References  int
	Automatable bool
	Total       bool
	Proof       bool
}

// Of draws the traits of a flaw. What only the catalogue of exploited flaws
// tells is added by [Traits.WithPriors].
func Of(d *Description) Traits {
	t := words(strings.ToLower(d.Text[:min(len(d.Text), readWords)])) | class(d) | vector(d) | weaknesses(d.Weaknesses)
	t.set(JudgedProof, d.Proof)
	t.set(ManyReferences, d.References >= 4)
	// What CISA has not judged is estimated from the vector.
	t.set(JudgedAutomatable, d.Automatable || t.all(OnNetwork|Easy|NoPrivileges|NoUser))
	t.set(JudgedTotal, d.Total || t.all(FullImpact))
	t.set(AutomatableTotal, t.all(JudgedAutomatable|JudgedTotal))
	t.set(OpenServer, t&servers != 0 && t&(Unauthenticated|NoPrivileges|BypassesLogin) != 0)
	return t
}

// readWords is how much of a record's words are read: what a flaw is stands at
// the beginning.
const readWords = 600

// servers are the classes of products that wait for callers.
const servers = OnGateway | OnMail | OnManagement | OnTransfer | OnVirtualisation | OnBackup

func (t Traits) all(traits Traits) bool { return t&traits == traits }

// Scored are the traits that only a CVSS vector or CISA's judgement tells: a
// flaw that has just come out has none of them.
const Scored = OnNetwork | NoPrivileges | NoUser | Easy | Changed | FullImpact | ScoreCritical | ScoreHigh | ScoreLow |
	JudgedAutomatable | JudgedTotal | JudgedProof | AutomatableTotal

// Late are the traits that change as time passes: a record as it is today tells
// nothing of what they were.
const Late = JudgedProof | ManyReferences

func (t *Traits) set(trait Traits, on bool) {
	if on {
		*t |= trait
	}
}

// phrases are what tells of a trait in a record's words.
var phrases = []struct {
	trait Traits
	any   []string
}{
	{Unauthenticated, []string{"unauthenticated", "without authentication", "pre-auth", "no authentication", "unauthorized attacker", "without prior authentication", "non-authenticated"}},
	{NeedsAccount, []string{" authenticated", "logged-in", "logged in", "administrator privileges", "admin privileges", "high privileged", "low privileged", "valid credentials", "contributor-level", "subscriber-level"}},
	{RunsCode, []string{"remote code execution", "arbitrary code", "execute code", "arbitrary commands", "execute commands", " rce"}},
	{InjectsCommands, []string{"command injection", "os command", "code injection", "template injection", "ognl", "arbitrary command"}},
	{BypassesLogin, []string{"authentication bypass", "bypass authentication", "improper authentication", "missing authentication", "bypass of authentication", "security feature bypass", "hard-coded", "hardcoded"}},
	{WritesOrReadsFiles, []string{"path traversal", "directory traversal", "arbitrary file", "file upload", "file inclusion", "traversal"}},
	{Deserialises, []string{"deseriali"}},
	{InjectsSQL, []string{"sql injection", "sqli"}},
	{ScriptsPages, []string{"cross-site scripting", "xss", "script injection"}},
	{ForgesRequests, []string{"cross-site request forgery", "csrf"}},
	{DeniesService, []string{"denial of service", "denial-of-service", " dos ", "crash", "null pointer", "infinite loop"}},
	{RaisesPrivileges, []string{"elevation of privilege", "privilege escalation", "escalate privilege", "elevate privilege", "gain privileges"}},
	{CorruptsMemory, []string{"use after free", "use-after-free", "out-of-bounds write", "out of bounds write", "heap overflow", "buffer overflow", "type confusion", "memory corruption"}},
	{SeenInTheWild, []string{"in the wild", "been exploited", "actively exploited", "may have been exploited"}},
}

// phraseIndex finds the phrases; its patterns are their numbers.
var phraseIndex = sync.OnceValue(func() *literal.Index {
	needed := make([][]string, len(phrases))
	for i := range phrases {
		needed[i] = phrases[i].any
	}
	return literal.New(needed)
})

func words(text string) (t Traits) {
	var room [1]uint64
	found := phraseIndex().Candidates(text, room[:0])[0]
	for i := range phrases {
		if found&(1<<i) == 0 {
			continue
		}
		for _, phrase := range phrases[i].any {
			if strings.Contains(text, phrase) {
				t |= phrases[i].trait
				break
			}
		}
	}
	return t
}

// classes are words in the names of products that tell what they are for.
var classes = []struct {
	trait Traits
	any   []string
}{
	{OnGateway, []string{"vpn", "gateway", "firewall", "fortios", "fortiproxy", "pan-os", "pan os", "connect secure", "policy secure", "netscaler", "adaptive security", "sonicos", "big-ip", "ios xe", "globalprotect", "expressway", "sma100", "sma 100", "application delivery", "edge gateway", "access manager", "cloud services appliance"}},
	{OnMail, []string{"exchange", "zimbra", "roundcube", "webmail", "mail", "outlook"}},
	{OnManagement, []string{"manager", "management", "orchestrat", "endpoint", "screenconnect", "teamcity", "jenkins", "help desk", "helpdesk", "servicenow", "whatsup", "monitor", "console", "remote support", "sharepoint", "confluence", "jira", "ofbiz", "solr", "panel", "rmm"}},
	{OnTransfer, []string{"moveit", "ftp", "file transfer", "goanywhere", "cleo", "harmony", "lexicom", "vltrader", "aspera", "file server", "hfs"}},
	{OnBrowserOrSystem, []string{"windows", "chrome", "chromium", "v8", "webkit", "safari", "ios and ipados", "macos", "android", "firefox", "internet explorer", "edge"}},
	{OnVirtualisation, []string{"esxi", "vcenter", "vsphere", "workstation", "hyper-v"}},
	{OnDevice, []string{"router", "camera", "dir-", "dns-", "nas", "firmware", "dvr", "nvr", "archer", "access point", "gpon", "modem"}},
	{OnBackup, []string{"veeam", "backup", "nakivo", "commvault"}},
	{OnPlugin, []string{"plugin", "wordpress", "theme", "elementor", "woocommerce"}},
}

// collectors assign numbers for flaws in other people's products.
var collectors = map[string]bool{"vuldb": true, "patchstack": true, "wordfence": true, "wpscan": true, "mitre": true, "github_m": true, "snyk": true, "hackerone": true, "huntr": true, "huntr_ai": true, "@huntr_ai": true, "zdi": true, "twcert": true, "icscert": true, "incibe": true}

var classIndex = sync.OnceValue(func() *literal.Index {
	needed := make([][]string, len(classes))
	for i := range classes {
		needed[i] = classes[i].any
	}
	return literal.New(needed)
})

func class(d *Description) (t Traits) {
	names := strings.ToLower(d.Vendor + " " + strings.Join(d.Products[:min(len(d.Products), 8)], " "))
	if d.Vendor == "" || strings.EqualFold(d.Vendor, "n/a") {
		names += " " + strings.ToLower(d.Text[:min(len(d.Text), 120)])
	}
	var room [1]uint64
	found := classIndex().Candidates(names, room[:0])[0]
	for i := range classes {
		if found&(1<<i) == 0 {
			continue
		}
		for _, word := range classes[i].any {
			if strings.Contains(names, word) {
				t |= classes[i].trait
				break
			}
		}
	}
	assigner := strings.ToLower(d.Assigner)
	t.set(OfKernel, assigner == "linux")
	t.set(OnPlugin, assigner == "patchstack" || assigner == "wordfence" || assigner == "wpscan")
	t.set(OfCollector, collectors[assigner])
	t.set(OfVendor, assigner != "" && !collectors[assigner] && assigner != "linux" && product.New(d.Vendor, "x").Vendor() == product.New(d.Assigner, "x").Vendor())
	return t
}

func vector(d *Description) (t Traits) {
	has := func(metric string) bool { return strings.Contains(d.Vector+"/", "/"+metric+"/") }
	t.set(OnNetwork, has("AV:N"))
	t.set(NoPrivileges, has("PR:N"))
	t.set(NoUser, has("UI:N"))
	t.set(Easy, has("AC:L") && !has("AT:P"))
	t.set(Changed, has("S:C"))
	t.set(FullImpact, has("C:H") && has("I:H") && has("A:H") || has("VC:H") && has("VI:H") && has("VA:H"))
	switch {
	case d.Score == 0:
		t |= NoScore
	case d.Score >= 9.8:
		t |= ScoreCritical
	case d.Score >= 7:
		t |= ScoreHigh
	default:
		t |= ScoreLow
	}
	return t
}

var weaknessTraits = map[string]Traits{
	"CWE-77": WeakInjection, "CWE-78": WeakInjection, "CWE-94": WeakInjection, "CWE-917": WeakInjection, "CWE-1336": WeakInjection,
	"CWE-287": WeakLogin, "CWE-288": WeakLogin, "CWE-306": WeakLogin, "CWE-798": WeakLogin, "CWE-863": WeakLogin,
	"CWE-22": WeakPath, "CWE-23": WeakPath, "CWE-36": WeakPath, "CWE-434": WeakPath,
	"CWE-416": WeakMemory, "CWE-787": WeakMemory, "CWE-119": WeakMemory, "CWE-122": WeakMemory, "CWE-843": WeakMemory,
	"CWE-502": WeakObject, "CWE-611": WeakObject, "CWE-918": WeakObject, "CWE-79": WeakPage, "CWE-352": WeakPage,
}

func weaknesses(ids []string) (t Traits) {
	for _, id := range ids {
		t |= weaknessTraits[id]
	}
	return t
}

// Counts of listed flaws that count as often.
const (
	vendorOften  = 12
	productOften = 3
)

// WithPriors adds the traits that the catalogue of exploited flaws gives a
// flaw, by how many others of its vendor and product are in it.
func (t Traits) WithPriors(vendor, products int) Traits {
	t.set(VendorListed, vendor > 0)
	t.set(VendorListedOften, vendor >= vendorOften)
	t.set(ProductListed, products > 0)
	t.set(ProductListedOften, products >= productOften)
	t.set(ListedServer, t&servers != 0 && vendor > 0)
	t.set(ListedSystem, t.all(OnBrowserOrSystem|VendorListedOften))
	return t
}
