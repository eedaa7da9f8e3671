// Package vulnerable answers "which known flaws does this software have?". The
// answer to each is affected, not affected or possible, with the chain that led
// to it; possible names the one piece of evidence that would decide.
package vulnerable

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"sync"

	"seawall/internal/intel/cve"
	"seawall/internal/intel/eol"
	"seawall/internal/intel/exchange"
	"seawall/internal/intel/facts"
	"seawall/internal/intel/fingerprint"
	"seawall/internal/intel/likelihood"
	"seawall/internal/intel/product"
	"seawall/internal/inventory"
)

// Match is one flaw of one component.
type Match struct {
	Flaw    *facts.Vulnerability
	Product product.Key
	Version string // as compared
	Outcome Outcome
	Rule    string // what was applied to the version
	Decides string // for Possible: the evidence that would decide
	Fixed   string // the smallest version that fixes it; "" if there is none
	Note    string // a condition, such as "with SSL-VPN in use"
	Quality cve.Quality
	// Inferred says that the answer follows from support dates or trains, not
	// from a stated range.
	Inferred bool
	// Unlikely says that a possible flaw was public before the distribution's
	// release came out.
	Unlikely bool
}

// Chain writes how the answer came about, for people.
func (m *Match) Chain() string {
	s := fmt.Sprintf("%s, version %q: %s (%s)", m.Product, m.Version, m.Rule, m.Quality)
	if m.Note != "" {
		s += "; " + m.Note
	}
	if m.Decides != "" {
		s += "; to decide: " + m.Decides
	}
	return s
}

// Matcher holds the facts that components are compared with. It is safe for
// concurrent use.
type Matcher struct {
	Facts    *facts.Set
	Ends     *eol.Table
	Exchange *exchange.Table
	Model    *likelihood.Model // orders flaws; nil orders by deadline alone
	Prints   *fingerprint.Set  // names services by their banners; nil leaves that to scanners

	windows func() map[string][]windowsFix
}

// New returns a matcher on the facts that are part of the program.
func New() (*Matcher, error) {
	set, err := facts.Embedded()
	if err != nil {
		return nil, err
	}
	return NewMatcher(set)
}

// NewMatcher returns a matcher on the given facts.
func NewMatcher(set *facts.Set) (*Matcher, error) {
	ends, err := eol.Embedded()
	if err != nil {
		return nil, err
	}
	table, err := exchange.Load()
	if err != nil {
		return nil, err
	}
	model, err := likelihood.Embedded()
	if err != nil {
		return nil, err
	}
	prints, err := fingerprint.Embedded()
	if err != nil {
		return nil, err
	}
	m := &Matcher{Facts: set, Ends: ends, Exchange: table, Model: model, Prints: prints}
	m.windows = sync.OnceValue(func() map[string][]windowsFix { return windowsFixes(set) })
	return m, nil
}

// Component returns the flaws that a component has or may have, by id.
func (m *Matcher) Component(c *inventory.Component) []Match {
	if c.Kind == inventory.Hardware || c.Kind == inventory.Update {
		return nil
	}
	id := m.identify(c)
	return m.Identity(&id)
}

// exchangeRelease is a release of Exchange as people name it: "2016", "CU10 +
// Mar21SU".
var exchangeRelease = regexp.MustCompile(`(?i)\b(2013|2016|2019|SE)\b.*?\b(CU ?\d+|RTM)\b(?:.*?\b([A-Z][a-z]{2}\d\d[SH]U(?:v2)?)\b)?`)

// identify names a component; releases of Exchange that are named and not
// numbered get their number.
func (m *Matcher) identify(c *inventory.Component) Identity {
	id := Identify(m.Facts, c)
	if id.Product != "microsoft/exchange_server" || strings.HasPrefix(id.Version, "15.") || m.Exchange == nil {
		return id
	}
	if f := exchangeRelease.FindStringSubmatch(c.Name + " " + c.Version); f != nil {
		if number, ok := m.Exchange.Named(f[1], strings.ReplaceAll(f[2], " ", ""), f[3]); ok {
			id.Version = number
		}
	}
	return id
}

// Identity returns the flaws of a product and version.
func (m *Matcher) Identity(id *Identity) []Match {
	if !id.Known || !hasDigit(id.Version) {
		return nil
	}
	var matches []Match
	build := windowsBuild(id)
	for _, use := range m.Facts.Of(id.Product) {
		if build != "" && foreignBuild(use.Affected, build) {
			continue
		}
		if match, affects := m.judge(id, use, false); affects {
			matches = append(matches, match)
		}
	}
	return matches
}

// windowsBuild returns the first three numbers of a version of Windows, "" of
// anything else.
func windowsBuild(id *Identity) string {
	if id.Product != "microsoft/windows" {
		return ""
	}
	parts := strings.SplitN(id.Version, ".", 4)
	if len(parts) < 3 {
		return ""
	}
	return strings.Join(parts[:3], ".")
}

// foreignBuild reports whether all ranges are those of other builds.
func foreignBuild(ranges []cve.Range, build string) bool {
	if len(ranges) == 0 {
		return false
	}
	for i := range ranges {
		if ranges[i].From == build {
			return false
		}
	}
	return true
}

// akin reports whether a flaw may be in a product that its record does not name
// as the facts name ours: of the same name by a maker that one of the two leaves
// out, of a longer or shorter name, or named by the catalogue only.
func akin(v *facts.Vulnerability, c *inventory.Component, key product.Key) bool {
	anybody := c.Vendor == "" && c.CPE == ""
	for _, a := range v.Affects {
		x, y := a.Product.Name(), key.Name()
		same := a.Product.Vendor() == key.Vendor() || a.Product.Vendor() == "" || key.Vendor() == "" || anybody
		if same && (x == y || strings.HasPrefix(x, y+"_") || strings.HasPrefix(y, x+"_") || strings.HasSuffix(x, "_"+y) || strings.HasSuffix(y, "_"+x)) {
			return true
		}
	}
	if v.KEV == nil {
		return false
	}
	for _, part := range strings.FieldsFunc(strings.ReplaceAll(v.KEV.Product, " and ", ","), func(r rune) bool { return r == ',' || r == '/' }) {
		if product.New(v.KEV.Vendor, strings.TrimSpace(part)) == key {
			return true
		}
	}
	return false
}

// Judge answers for one flaw. Of a product that the flaw's record does not
// speak of it says not affected, if the facts know the product, and possible
// otherwise: what is unknown must never look clean.
func (m *Matcher) Judge(c *inventory.Component, flaw cve.ID) Match {
	id := m.identify(c)
	v := m.Facts.Get(flaw)
	if v == nil {
		return Match{Product: id.Product, Version: id.Version, Outcome: Possible, Rule: "nothing is known of " + flaw.String(), Decides: "facts that know the flaw: update them"}
	}
	answer := Match{Flaw: v, Product: id.Product, Version: id.Version, Outcome: NotAffected}
	found := false
	for i := range v.Affects {
		a := &v.Affects[i]
		if a.Product != id.Product || !id.Known {
			continue
		}
		match, _ := m.judge(&id, facts.Use{Vulnerability: v, Affect: a}, true)
		if !found || match.Outcome > answer.Outcome {
			answer, found = match, true
		}
	}
	switch {
	case found:
	case !id.Known || len(v.Affects) == 0:
		answer.Outcome, answer.Rule = Possible, "the product as named is not known to the facts"
		answer.Decides = "the product's name as its maker writes it, or a CPE"
	case id.Product.Vendor() == "" || akin(v, c, id.Product):
		answer.Outcome, answer.Rule = Possible, "the record may speak of it by another name: "+products(v)
		answer.Decides = "the product's maker and name, or a CPE"
	case vague(v, id.Product):
		answer.Outcome, answer.Rule = Possible, "the record speaks of products of this maker without naming them well: "+products(v)
		answer.Decides = "the vendor's advisory: whether this product is among them"
	default:
		answer.Rule = "the flaw is in other products: " + products(v)
	}
	return answer
}

// vague reports whether a record may mean a product that it does not name: it
// speaks of several of the maker's, or names no versions of what it names.
func vague(v *facts.Vulnerability, key product.Key) bool {
	for i := range v.Affects {
		a := &v.Affects[i]
		if vendor := a.Product.Vendor(); vendor != key.Vendor() && vendor != "" {
			continue
		}
		name := a.Product.Name()
		if a.Quality == cve.Unusable || strings.Contains(name, "multiple") || strings.Contains(name, "products") || strings.Contains(name, "devices") {
			return true
		}
	}
	return false
}

func products(v *facts.Vulnerability) string {
	var names []string
	for i := range v.Affects {
		if name := string(v.Affects[i].Product); !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	return strings.Join(names[:min(5, len(names))], ", ")
}

// judge answers for one flaw; clear answers are worded only if asked for.
func (m *Matcher) judge(id *Identity, use facts.Use, word bool) (Match, bool) {
	match := Match{Flaw: use.Vulnerability, Product: id.Product, Version: id.Version, Note: use.Note, Quality: use.Quality}
	if id.Product == "microsoft/exchange_server" {
		if state, why := m.Exchange.Judge(use.ID, id.Version); state != exchange.Unknown || m.tabled(use.ID) {
			match.Outcome, match.Rule, match.Quality = exchangeOutcome[state], why, cve.Curated
			if state == exchange.Unknown {
				match.Decides = "the file version of ExSetup.exe"
			}
			if fix, ok := m.Exchange.Fix(use.ID); ok {
				match.Fixed = fix.SU
			}
			return match, match.Outcome != NotAffected
		}
	}
	e := evaluator{id: id, use: use, ends: m.Ends}
	if use.Published != 0 {
		e.published = use.Published.Time()
	}
	j, ok := m.judgeWindows(id, use)
	if !ok {
		j = e.judge()
	}
	if j.outcome == Affected && installerVersion(id) {
		j.outcome, j.decides = Possible, "the version of the file clr.dll, or the list of installed updates"
	}
	if id.Distribution != "" && j.outcome == Possible {
		j.decides = "the security data of the distribution (OVAL, CSAF or tracker) for this package"
	}
	match.Outcome, match.Decides, match.Fixed, match.Inferred = j.outcome, j.decides, j.fixed, j.inferred
	match.Unlikely = j.outcome == Possible && settledBefore(id, use.Vulnerability)
	if word || j.outcome != NotAffected {
		match.Rule = j.rule()
	}
	return match, j.outcome != NotAffected
}

func (m *Matcher) tabled(id cve.ID) bool {
	_, ok := m.Exchange.Fix(id)
	return ok
}

var exchangeOutcome = [...]Outcome{exchange.Unknown: Possible, exchange.Open: Affected, exchange.Fixed: NotAffected, exchange.Foreign: NotAffected}
