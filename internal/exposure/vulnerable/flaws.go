package vulnerable

import (
	"cmp"
	"regexp"
	"slices"
	"strings"

	"seawall/internal/exposure"
	"seawall/internal/exposure/decision"
	"seawall/internal/intel/cve"
	"seawall/internal/intel/facts"
	"seawall/internal/inventory"
)

// flaw is one known flaw of one device, whoever says so.
type flaw struct {
	id         cve.ID
	match      Match // ours; without a rule if only a scanner says so
	scanner    string
	confidence inventory.Confidence
	where      inventory.Citation
	decision   decision.Decision
	score      Score
}

// target is what flaws of a device are grouped by: the product that must be
// dealt with.
type target struct {
	name     string // for people: "FortiOS 7.0.5"
	product  string // without the version: what actions are grouped by
	version  string
	claimed  bool // named by a scanner's title only
	packaged bool // a distribution's package
	flaws    []flaw
	silent   []string // flaws that a vendor's or owner's statement rules out
}

// collector gathers the flaws of one device by target.
type collector struct {
	matcher *Matcher
	device  *inventory.Device
	reach   exposure.Reach
	vex     statements
	cache   map[*inventory.Component][]Match // the same packages are on many devices
	absent  map[place]bool                   // proven not to be there
	targets map[string]*target
	order   []string
}

func (c *collector) target(name, product, version string) *target {
	key := product + "\x00" + version
	t := c.targets[key]
	if t == nil {
		t = &target{name: name, product: product, version: version}
		c.targets[key] = t
		c.order = append(c.order, key)
	}
	return t
}

// collect gathers what our own matching and the scanners say.
func (c *collector) collect() []*target {
	c.absent = proofs(c.device)
	for _, list := range [][]inventory.Software{c.device.System, c.device.Software} {
		for i := range list {
			c.software(&list[i])
		}
	}
	for i := range c.device.Endpoints {
		c.endpoint(&c.device.Endpoints[i])
	}
	for i := range c.device.Claims {
		c.claim(&c.device.Claims[i])
	}
	var targets []*target
	for _, key := range c.order {
		if t := c.targets[key]; len(t.flaws) > 0 || len(t.silent) > 0 {
			targets = append(targets, t)
		}
	}
	return targets
}

func (c *collector) software(s *inventory.Software) {
	if s.Confidence <= inventory.Guess {
		return
	}
	c.matches(s.Component, s.Path, s.Confidence, s.Where)
}

// endpoint matches what a service says it is: by its banners, which are its own
// words, and by what scanners made of them. A name that comes from the port
// number never names a flaw.
func (c *collector) endpoint(e *inventory.Endpoint) {
	if !e.Open() {
		return
	}
	for i := range e.Sightings {
		for j := range e.Sightings[i].Banners {
			c.banner(&e.Sightings[i].Banners[j])
		}
	}
	s := e.Best()
	if s.Identity <= inventory.Product || s.Version == "" {
		return
	}
	component := &inventory.Component{Kind: inventory.Application, Vendor: s.Vendor, Name: s.Product, Version: strings.TrimSpace(s.Version + " " + distributionWords(s.Extra))}
	for _, text := range s.CPEs {
		if strings.HasPrefix(text, "cpe:/a:") || strings.HasPrefix(text, "cpe:2.3:a:") {
			component.CPE = text
			break
		}
	}
	c.matches(component, "", s.Identity, s.Where)
}

// banner matches what fingerprints make of a banner. The words around the
// version stay with it: they tell a distribution's build.
func (c *collector) banner(b *inventory.Banner) {
	if c.matcher.Prints == nil || len(b.Text) > maxBanner {
		return
	}
	r, ok := c.matcher.Prints.Match(b.Kind, b.Text)
	if !ok || r.Get("service.version") == "" {
		return
	}
	c.matches(&inventory.Component{
		Kind: inventory.Application, Vendor: r.Get("service.vendor"), Name: r.Get("service.product"), CPE: r.Get("service.cpe23"),
		Version: strings.TrimSpace(r.Get("service.version") + " " + distributionWords(b.Text)),
	}, "", inventory.Announced, b.Where)
}

// maxBanner is how long a banner may be to be looked at.
const maxBanner = 4096

var distributionWord = regexp.MustCompile(`(?i)\b(?:debian|ubuntu|raspbian)[- ]\S+`)

// distributionWords keeps what a text says of a distribution's build:
// "Debian-2+deb12u2".
func distributionWords(text string) string { return distributionWord.FindString(text) }

func (c *collector) matches(component *inventory.Component, path string, confidence inventory.Confidence, where inventory.Citation) {
	matches, known := c.cache[component]
	if !known {
		matches = c.matcher.Component(component)
		c.cache[component] = matches
	}
	if len(matches) == 0 {
		return
	}
	named := *component
	if component.Kind == inventory.Package { // a source makes many packages, and is updated as one
		named.Name = cmp.Or(component.SourceName, component.Name)
	}
	t := c.target(label(&named), cmp.Or(named.Name, string(matches[0].Product)), component.Version)
	t.packaged = component.Kind == inventory.Package
	for _, m := range matches {
		if m.Outcome == Possible && (!m.Flaw.Listed() || m.Unlikely || kernel(component) && component.Kind != inventory.Package) {
			continue // told only where exploitation is known and the flaw may well be there, and of kernels only by their package
		}
		if c.absent[place{component, path, m.Flaw.ID}] || c.vex.rulesOut(m.Flaw.ID, component) {
			t.silent = append(t.silent, m.Flaw.ID.String())
			continue
		}
		t.add(flaw{id: m.Flaw.ID, match: m, confidence: confidence, where: where})
	}
}

// label names a component: "Fortinet FortiOS 7.0.5". Lists of installed
// programs repeat themselves ("win.rar GmbH", "WinRAR 6.22 (64-bit)", "6.22.0");
// a vendor whose first word the name begins with, one that is a company in full,
// and a version that the name has are said once.
func label(c *inventory.Component) string {
	name := strings.TrimPrefix(c.Name, c.Vendor+" ")
	vendor, _, _ := strings.Cut(c.Vendor, " ")
	words := strings.Fields(name)
	company := len(c.Vendor) > len(vendor) && companyForm.MatchString(c.Vendor)
	if vendor != "" && !company && (len(words) == 0 || !strings.EqualFold(words[0], vendor)) {
		name = c.Vendor + " " + name
	}
	versioned := slices.ContainsFunc(words, func(w string) bool {
		return w == c.Version || strings.Contains(w, ".") && strings.HasPrefix(c.Version, w+".")
	})
	if !versioned {
		name += " " + c.Version
	}
	return strings.TrimSpace(name)
}

// companyForm ends a company's name.
var companyForm = regexp.MustCompile(`(?i)\b(gmbh|corporation|corp|inc|ltd|limited|llc|ag|sa|bv|team|foundation|project)\.?$`)

// claim takes what a scanner says of flaws that facts know, or that it proved
// itself.
func (c *collector) claim(claim *inventory.Claim) {
	if claim.Verdict == inventory.NotAffected || claim.Verdict == inventory.Unjudged && len(claim.CVEs) == 0 {
		return
	}
	name, product, version := "", "", ""
	named := claim.Component != nil && claim.Component.Name != ""
	if named {
		name, product, version = label(claim.Component), claim.Component.Name, claim.Component.Version
	}
	for _, text := range claim.CVEs {
		id, ok := cve.ParseID(text)
		if !ok {
			continue
		}
		var t *target
		if named {
			t = c.target(name, product, version)
			t.packaged = claim.Component.Kind == inventory.Package
		} else {
			t = c.claimed(claim, id)
		}
		if c.vex.rulesOut(id, claim.Component) {
			t.silent = append(t.silent, id.String())
			continue
		}
		known := c.matcher.Facts.Get(id)
		if known == nil {
			known = &facts.Vulnerability{ID: id, Score: claim.Score}
		}
		outcome := Affected
		if claim.Verdict == inventory.Possible || claim.Quality < inventory.Announced && claim.Quality != 0 {
			outcome = Possible
		}
		scanner := claim.Check
		if claim.Source != nil {
			scanner = cmp.Or(claim.Source.Tool, claim.Source.Format) + " " + claim.Check
		}
		t.add(flaw{
			id: id, match: Match{Flaw: known, Outcome: outcome, Version: version, Fixed: fixedIn(claim, version)},
			scanner: strings.TrimSpace(scanner), confidence: cmp.Or(claim.Quality, inventory.Announced), where: claim.Where,
		})
	}
}

// add joins what several sources say of the same flaw: the surer answer stays,
// and our own chain is preferred.
func (t *target) add(f flaw) {
	at := slices.IndexFunc(t.flaws, func(o flaw) bool { return o.id == f.id })
	if at < 0 {
		t.flaws = append(t.flaws, f)
		return
	}
	old := &t.flaws[at]
	old.scanner = cmp.Or(old.scanner, f.scanner)
	if f.match.Outcome > old.match.Outcome || f.match.Outcome == old.match.Outcome && old.match.Rule == "" {
		scanner := old.scanner
		*old = f
		old.scanner = cmp.Or(f.scanner, scanner)
	}
	old.confidence = max(old.confidence, f.confidence)
}
