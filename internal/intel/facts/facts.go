// Package facts answers "what is known of a flaw, and of a product's flaws?"
// from what CISA and the CVE programme publish: known exploitation, CISA's
// judgement, and the affected versions of each product. A compact snapshot is
// part of the program; newer facts replace it: see package update.
package facts

import (
	"slices"
	"strings"
	"time"

	"seawall/internal/intel/cve"
	"seawall/internal/intel/likelihood"
	"seawall/internal/intel/product"
)

// Day counts days since 1970; 0 is unknown.
type Day int32

// ParseDay reads the date that a text begins with.
func ParseDay(s string) Day {
	if len(s) < 10 {
		return 0
	}
	t, err := time.Parse(time.DateOnly, s[:10])
	if err != nil {
		return 0
	}
	return DayOf(t)
}

// DayOf returns the UTC day of a time.
func DayOf(t time.Time) Day { return Day(t.Unix() / 86400) }

// Time is the day's beginning.
func (d Day) Time() time.Time { return time.Unix(int64(d)*86400, 0).UTC() }

// String writes the day as 2024-04-12.
func (d Day) String() string {
	if d == 0 {
		return "unknown"
	}
	return d.Time().Format(time.DateOnly)
}

// Answer is yes, no or not known.
type Answer uint8

// The answers.
const (
	Unknown Answer = iota
	No
	Yes
)

// AnswerOf turns a truth into an answer.
func AnswerOf(b bool) Answer {
	if b {
		return Yes
	}
	return No
}

// String writes the answer.
func (a Answer) String() string { return [...]string{"unknown", "no", "yes"}[min(a, Yes)] }

// Exploitation is what CISA's analysts know of attacks.
type Exploitation uint8

// The states of exploitation.
const (
	NotJudged Exploitation = iota
	NoExploit
	Proof // a public proof of concept
	Active
)

// String names the state as SSVC does.
func (e Exploitation) String() string {
	return [...]string{"not judged", "none", "poc", "active"}[min(e, Active)]
}

// Vulnerability is what is known of one CVE.
type Vulnerability struct {
	ID          cve.ID
	Published   Day
	Score       float32 // CVSS 3 or 4 base score; 0 unknown
	Vector      string
	Exploited   Exploitation
	Automatable Answer
	Total       Answer // technical impact
	Estimated   bool   // Automatable and Total are estimated from the vector
	EPSS        float32
	Traits      likelihood.Traits // without those that the catalogue gives
	KEV         *Known            // nil if not known to be exploited
	Affects     []Affect
}

// Known is an entry of CISA's catalogue of known exploited vulnerabilities.
type Known struct {
	Added, Due      Day
	Ransomware      bool
	Disconnect      bool // CISA says that there is no fix and the product must go
	EndOfLife       bool // CISA says that the product is or may be out of support
	Vendor, Product string
	Removed         bool // was in the catalogue once; no longer known to be exploited

	description string // the catalogue's, for finding versions in where no record is at hand; not kept
}

// Affect is what a CVE says of one product.
type Affect struct {
	Product product.Key
	cve.Normal
	Note string // a condition or exception, from the curated facts
}

// Listed reports whether the CVE is known to be exploited now.
func (v *Vulnerability) Listed() bool { return v.KEV != nil && !v.KEV.Removed }

// Estimate fills in what CISA has not judged from the CVSS vector: a flaw can
// be automated if it is on the network, easy, and needs neither privileges nor
// a user; its impact is total if confidentiality and integrity are lost. On
// 72,888 judged CVEs this agrees with CISA in 96 and 95 of 100.
func (v *Vulnerability) Estimate() {
	if v.Vector == "" || v.Automatable != Unknown && v.Total != Unknown {
		return
	}
	has := func(metric string) bool { return strings.Contains(v.Vector+"/", "/"+metric+"/") }
	four := strings.HasPrefix(v.Vector, "CVSS:4")
	if v.Automatable == Unknown {
		v.Automatable = AnswerOf(has("AV:N") && has("AC:L") && has("PR:N") && has("UI:N") && (!four || has("AT:N")))
	}
	if v.Total == Unknown {
		v.Total = AnswerOf(has("C:H") && has("I:H") || four && has("VC:H") && has("VI:H"))
	}
	v.Estimated = true
}

// Feed is a source of facts and how old it is.
type Feed struct {
	Name  string // "KEV", "CVE", …
	Date  Day    // of its newest entry or release
	Count int
	From  string // where it came from, for people
}

// Set is all that is known. It is safe for concurrent reading.
type Set struct {
	Feeds           []Feed
	Vulnerabilities []Vulnerability // by id

	vendors   map[string]int // known exploited flaws of each
	products  map[product.Key]int
	byProduct map[product.Key][]Use
	byName    map[string][]product.Key // product's part of the key, for names without vendor
}

// Use is a CVE and the entry of it that speaks of the product asked for.
type Use struct {
	*Vulnerability
	*Affect
}

// NewSet orders and indexes facts. It owns the lists from then on.
func NewSet(feeds []Feed, list []Vulnerability) *Set {
	slices.SortFunc(list, func(a, b Vulnerability) int { return compare(a.ID, b.ID) })
	s := &Set{Feeds: feeds, Vulnerabilities: list, vendors: map[string]int{}, products: map[product.Key]int{}, byProduct: map[product.Key][]Use{}, byName: map[string][]product.Key{}}
	adopt(list)
	for i := range list {
		v := &list[i]
		if v.Listed() {
			s.vendors[v.maker().Vendor()]++
			s.products[v.maker()]++
		}
		for j := range v.Affects {
			key := v.Affects[j].Product
			if len(s.byProduct[key]) == 0 {
				s.byName[key.Name()] = append(s.byName[key.Name()], key)
			}
			s.byProduct[key] = append(s.byProduct[key], Use{v, &v.Affects[j]})
		}
	}
	for _, keys := range s.byName {
		slices.Sort(keys)
	}
	return s
}

// adopt gives products without a vendor, which records that name several in one
// breath leave, that of the others of the record, or else that of the only one
// who has a product of the name.
func adopt(list []Vulnerability) {
	for i := range list {
		if vendor := soleVendor(list[i].Affects); vendor != "" {
			list[i].belong(func(string) string { return vendor })
		}
	}
	owners := map[string]string{} // vendor of each product's name; "" several
	for i := range list {
		for _, a := range list[i].Affects {
			name, vendor := a.Product.Name(), a.Product.Vendor()
			switch known, ok := owners[name]; {
			case vendor == "":
			case !ok:
				owners[name] = vendor
			case known != vendor:
				owners[name] = ""
			}
		}
	}
	for i := range list {
		list[i].belong(func(name string) string { return owners[name] })
	}
}

// soleVendor is the only vendor that products have, "" if there are more.
func soleVendor(list []Affect) (vendor string) {
	for _, a := range list {
		switch v := a.Product.Vendor(); {
		case v == "" || v == vendor:
		case vendor != "":
			return ""
		default:
			vendor = v
		}
	}
	return vendor
}

// belong gives products without a vendor that of their name.
func (v *Vulnerability) belong(owner func(name string) string) {
	for i := range v.Affects {
		a := &v.Affects[i]
		if vendor := owner(a.Product.Name()); a.Product.Vendor() == "" && vendor != "" {
			a.Product = product.New(vendor, a.Product.Name())
		}
	}
}

// maker is the product that a flaw counts for in the catalogue.
func (v *Vulnerability) maker() product.Key {
	if len(v.Affects) > 0 {
		return v.Affects[0].Product
	}
	if v.KEV != nil {
		return product.New(v.KEV.Vendor, v.KEV.Product)
	}
	return ""
}

// TraitsOf returns the traits of a flaw with those that the catalogue gives it.
func (s *Set) TraitsOf(v *Vulnerability) likelihood.Traits {
	maker := v.maker()
	if maker.Vendor() == "" {
		return v.Traits
	}
	self := 0
	if v.Listed() {
		self = 1
	}
	return v.Traits.WithPriors(s.vendors[maker.Vendor()]-self, s.products[maker]-self)
}

func compare(a, b cve.ID) int {
	switch {
	case a < b:
		return -1
	case a > b:
		return 1
	}
	return 0
}

// Get returns what is known of a CVE, nil if nothing.
func (s *Set) Get(id cve.ID) *Vulnerability {
	at, ok := slices.BinarySearchFunc(s.Vulnerabilities, id, func(v Vulnerability, id cve.ID) int { return compare(v.ID, id) })
	if !ok {
		return nil
	}
	return &s.Vulnerabilities[at]
}

// Of returns the CVEs that speak of a product. The result must not be changed.
func (s *Set) Of(key product.Key) []Use { return s.byProduct[key] }

// Resolve returns the key that facts are known under for a product as named.
// A name without a vendor counts if only one vendor has such a product.
func (s *Set) Resolve(key product.Key) (product.Key, bool) {
	if len(s.byProduct[key]) > 0 {
		return key, true
	}
	if keys := s.byName[key.Name()]; key.Vendor() == "" && len(keys) == 1 && len(key.Name()) >= minLoneName {
		return keys[0], true
	}
	return key, false
}

// minLoneName is how long a product's name must be to be looked up without a
// vendor: short ones ("core", "ng", "server") mean many things.
const minLoneName = 5

// Feed returns a feed by name.
func (s *Set) Feed(name string) (Feed, bool) {
	i := slices.IndexFunc(s.Feeds, func(f Feed) bool { return f.Name == name })
	if i < 0 {
		return Feed{}, false
	}
	return s.Feeds[i], true
}
