package facts

import (
	"slices"
	"strings"

	"seawall/internal/intel/cve"
	"seawall/internal/intel/likelihood"
	"seawall/internal/intel/product"
	"seawall/internal/intel/version"
)

// Compile turns a CVE record into facts. The entry of the KEV catalogue, if
// there is one, names the product where the record does not.
func Compile(r *cve.Record, kev *Known) Vulnerability {
	id, _ := cve.ParseID(r.ID)
	v := Vulnerability{ID: id, Published: ParseDay(r.Published), Score: r.Score, Vector: r.Vector, KEV: kev}
	v.Exploited, v.Automatable, v.Total = judged(r.Exploited, r.Automatable, r.Impact)
	v.Affects = affects(r, kev)
	d := Describe(r)
	v.Traits = likelihood.Of(&d)
	return v
}

func judged(exploited, automatable, impact string) (e Exploitation, a, t Answer) {
	switch exploited {
	case "none":
		e = NoExploit
	case "poc":
		e = Proof
	case "active":
		e = Active
	}
	switch automatable {
	case "yes":
		a = Yes
	case "no":
		a = No
	}
	switch impact {
	case "total":
		t = Yes
	case "partial":
		t = No
	}
	return e, a, t
}

// Where a statement comes from, most trusted first.
const (
	fromAuthority = iota
	fromCISA
	fromApplicability
	origins
)

// candidate is all that a record says of one product.
type candidate struct {
	key    product.Key
	merged [origins]cve.Statement
	said   [origins]bool
}

func affects(r *cve.Record, kev *Known) []Affect {
	candidates := gather(r)
	if len(candidates) == 0 && kev != nil {
		for _, key := range product.Keys(kev.Vendor, kev.Product) {
			candidates = append(candidates, &candidate{key: key})
		}
	}
	text := r.Description
	if text == "" && kev != nil {
		text = kev.description
	}
	var prose []cve.Range
	if needsProse(text, candidates) {
		prose = cve.Prose(text)
	}
	list := make([]Affect, 0, len(candidates))
	for _, c := range candidates {
		a := Affect{Product: c.key, Normal: c.best()}
		if a.Quality == cve.Unusable && len(prose) > 0 && len(candidates) == 1 && len(a.Safe) == 0 {
			a.Normal = fromProse(prose)
		}
		reconcile(&a.Normal, prose)
		if c.key.Scheme() == version.VMware {
			withPoints(&a.Normal)
		}
		wholeTrains(a.Product, &a.Normal)
		if c.key == "microsoft/windows" || c.key == "microsoft/exchange_server" {
			byBuild(&a.Normal)
		}
		if c.key == "microsoft/sharepoint_server" {
			sharePoint(&a.Normal)
		}
		if a.Quality == cve.Unusable && len(a.Affected) == 0 && onlySafe(&a.Normal) {
			continue
		}
		list = append(list, a)
	}
	return list
}

// needsProse reports whether the description must be read: for lack of versions
// elsewhere, or because it names one of them as affected that a row may exclude.
func needsProse(text string, candidates []*candidate) bool {
	rows, named := 0, false
	for _, c := range candidates {
		for origin := range c.merged {
			for i := range c.merged[origin].Rows {
				r := &c.merged[origin].Rows[i]
				rows++
				named = named || r.Less != "" && strings.Contains(text, r.Less)
				if rows > manyRows {
					return named
				}
			}
		}
	}
	return named || rows <= manyRows
}

// manyRows is how many version rows make the description needless.
const manyRows = 3

func onlySafe(n *cve.Normal) bool {
	return len(n.Safe) > 0 && !slices.ContainsFunc(n.Safe, func(r cve.Range) bool { return r.From != "" || r.To != "" })
}

// gather brings the statements of a record together by product.
func gather(r *cve.Record) []*candidate {
	var list []*candidate
	find := func(key product.Key) *candidate {
		for _, c := range list {
			if c.key == key {
				return c
			}
		}
		c := &candidate{key: key}
		list = append(list, c)
		return c
	}
	for i := range r.Statements {
		s := &r.Statements[i]
		origin := fromAuthority
		switch {
		case s.Applicability:
			origin = fromApplicability
		case s.CISA:
			origin = fromCISA
		}
		for _, key := range keysOf(s) {
			c := find(key)
			m := &c.merged[origin]
			if !c.said[origin] {
				c.said[origin] = true
				*m = cve.Statement{Vendor: s.Vendor, Product: s.Product, Default: s.Default, CPEs: s.CPEs}
			}
			if m.Default != s.Default {
				m.Default = ""
			}
			m.Rows = append(m.Rows, s.Rows...)
		}
	}
	return list
}

// keysOf returns the products that a statement speaks of.
func keysOf(s *cve.Statement) []product.Key {
	if named(s.Product) {
		vendor := s.Vendor
		if !named(vendor) {
			vendor = ""
		}
		return product.Keys(vendor, s.Product)
	}
	var keys []product.Key
	for _, text := range s.CPEs {
		if c, ok := product.ParseCPE(text); ok {
			if key := c.Key(); !slices.Contains(keys, key) {
				keys = append(keys, key)
			}
		}
	}
	return keys
}

func named(s string) bool {
	switch strings.ToLower(strings.TrimSpace(s)) {
	case "", "n/a", "na", "none", "unknown", "-":
		return false
	}
	return true
}

// best returns what the most trusted source that is of use says.
func (c *candidate) best() (best cve.Normal) {
	scheme := c.key.Scheme()
	for origin := range origins {
		if !c.said[origin] {
			continue
		}
		n := c.merged[origin].Normalize(scheme)
		if origin == fromAuthority || n.Quality > best.Quality && poor(best.Quality) {
			best = n
		}
	}
	return best
}

// poor reports whether ranges are so vague that another source's are better:
// points, and lists of trains that are said to be unaffected.
func poor(q cve.Quality) bool { return q <= cve.Widened || q == cve.Inverted }

func fromProse(ranges []cve.Range) cve.Normal {
	n := cve.Normal{Affected: slices.Clone(ranges), Quality: cve.Described}
	cve.BoundTrains(n.Affected)
	return n
}

// reconcile makes an end inclusive that the record excludes while its own
// description says "through" or "and earlier": where the two disagree, the
// version is taken as affected.
func reconcile(n *cve.Normal, prose []cve.Range) {
	for i := range n.Affected {
		r := &n.Affected[i]
		if r.To == "" || r.Inclusive {
			continue
		}
		through := slices.ContainsFunc(prose, func(p cve.Range) bool { return p.To == r.To && p.Inclusive && p.From == r.From })
		before := slices.ContainsFunc(prose, func(p cve.Range) bool { return p.To == r.To && !p.Inclusive })
		if through && !before {
			r.Inclusive = true
			n.Quality = min(n.Quality, cve.Described)
		}
	}
}

// withPoints writes VMware's updates as numbers.
func withPoints(n *cve.Normal) {
	for _, list := range [][]cve.Range{n.Affected, n.Safe} {
		for i := range list {
			list[i].From, list[i].To = version.TidyVMware(list[i].From), version.TidyVMware(list[i].To)
		}
	}
}

// wholeTrains takes a single "7.0" of a product whose versions have more numbers
// as all of 7.0.
func wholeTrains(key product.Key, n *cve.Normal) {
	for _, list := range [][]cve.Range{n.Affected, n.Safe} {
		for i := range list {
			r := &list[i]
			if r.From == "" || r.From != r.To || !r.Inclusive || key.Numbers() < 3 || strings.Count(r.To, ".") != 1 || strings.Trim(r.To, "0123456789.") != "" {
				continue
			}
			r.To += ".*"
		}
	}
}

// sharePoint gives ranges of SharePoint the beginning of their edition: 2016,
// 2019 and Subscription Edition all count from 16.0.
func sharePoint(n *cve.Normal) {
	for i := range n.Affected {
		r := &n.Affected[i]
		switch {
		case !strings.HasPrefix(r.To, "16.0."):
		case version.Dotted.Compare(r.To, "16.0.14000") >= 0:
			r.From = "16.0.14000"
		case version.Dotted.Compare(r.To, "16.0.10000") >= 0:
			r.From = "16.0.10000"
		default:
			r.From = "16.0.4000"
		}
	}
}

// byBuild cuts ranges of Windows and Exchange down to the build that they speak
// of: what is fixed in 10.0.17763.3887 says nothing of 10.0.19045.
func byBuild(n *cve.Normal) {
	for i := range n.Affected {
		r := &n.Affected[i]
		parts := strings.Split(r.To, ".")
		if len(parts) == 4 {
			r.From = strings.Join(parts[:3], ".")
		}
	}
	n.Affected = slices.DeleteFunc(n.Affected, func(r cve.Range) bool { return strings.Count(r.To, ".") != 3 })
	if len(n.Affected) == 0 {
		n.Quality = cve.Unusable
	}
}

// Describe draws from a record what its likelihood of being attacked is judged
// by.
func Describe(r *cve.Record) likelihood.Description {
	d := likelihood.Description{
		Text: r.Description, Assigner: r.Assigner, Weaknesses: r.Weaknesses, Vector: r.Vector, Score: r.Score, References: r.References,
		Automatable: r.Automatable == "yes", Total: r.Impact == "total", Proof: r.Exploited == "poc",
	}
	for i := range r.Statements {
		s := &r.Statements[i]
		if s.CISA || s.Applicability {
			continue
		}
		if d.Vendor == "" {
			d.Vendor = s.Vendor
		}
		d.Products = append(d.Products, s.Product)
	}
	if !named(d.Vendor) {
		d.Vendor = product.VendorIn(d.Text)
		d.Products = []string{d.Text[:min(len(d.Text), 80)]}
	}
	return d
}
