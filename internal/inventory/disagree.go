package inventory

import (
	"fmt"
	"slices"
	"strings"
)

// disagreements lists the facts on which the sources of a device differ:
// shown, never settled in silence.
func disagreements(d *Device, group []*Observation) (list []Disagreement) {
	add := func(what string, values []Fact) {
		if values = distinctFacts(values); len(values) > 1 {
			list = append(list, Disagreement{what, values})
		}
	}
	var names, serials []Fact
	for _, o := range group {
		for _, k := range o.Keys {
			fact := Fact{Value: k.Value, Where: o.Where, Source: o.Source}
			switch k.Kind {
			case FQDN, Name:
				fact.Value, _, _ = strings.Cut(k.Value, ".")
				names = append(names, fact)
			case Serial:
				serials = append(serials, fact)
			}
		}
	}
	add("name", names)
	add("serial number", serials)
	add("operating system", productFacts(d.System))
	for name, versions := range versionFacts(d.System) {
		add("version of "+name, versions)
	}
	add("model", productFacts(d.Hardware))
	for i := range d.Endpoints {
		e := &d.Endpoints[i]
		var products, states []Fact
		for _, s := range e.Sightings {
			if s.Product != "" {
				products = append(products, Fact{strings.TrimSpace(s.Product + " " + s.Version), s.Where, s.Identity, s.Source})
			}
			states = append(states, Fact{s.State, s.Where, Announced, s.Source})
		}
		add(fmt.Sprintf("product at %s/%d", e.Protocol, e.Port), products)
		add(fmt.Sprintf("state of %s/%d", e.Protocol, e.Port), states)
	}
	slices.SortFunc(list, func(a, b Disagreement) int { return strings.Compare(a.What, b.What) })
	return list
}

// distinctFacts keeps the first fact of every value, however it is written;
// one that only says less than another does not disagree.
func distinctFacts(facts []Fact) (distinct []Fact) {
	for _, f := range facts {
		if f.Value == "" {
			continue
		}
		at := slices.IndexFunc(distinct, func(known Fact) bool { return saysLess(f.Value, known.Value) || saysLess(known.Value, f.Value) })
		switch {
		case at < 0:
			distinct = append(distinct, f)
		case len(f.Value) > len(distinct[at].Value):
			distinct[at] = f
		}
	}
	return distinct
}

// saysLess reports whether b is a, or a and more, however both are written:
// "FortiGate 100F" is "FortiGate-100F", "17.9.4a" is "17.09.04a".
func saysLess(a, b string) bool {
	a, b = plain(a), plain(b)
	if a != "" && a[0] >= '0' && a[0] <= '9' {
		return strings.HasPrefix(b, a)
	}
	return strings.Contains(b, a)
}

// plain drops what is a matter of writing: case, blanks, hyphens, a "v" before
// a version, zeros before a number.
func plain(text string) string {
	text = strings.ToLower(text)
	if len(text) > 1 && text[0] == 'v' && text[1] >= '0' && text[1] <= '9' {
		text = text[1:]
	}
	var b strings.Builder
	digit := func(i int) bool { return i >= 0 && i < len(text) && text[i] >= '0' && text[i] <= '9' }
	for i := range len(text) {
		switch c := text[i]; {
		case c == ' ' || c == '-' || c == '_':
		case c == '0' && !digit(i-1) && digit(i+1):
		default:
			b.WriteByte(c)
		}
	}
	return b.String()
}

// productFacts are the names of components that are known for sure enough to
// disagree.
func productFacts(list []Software) (facts []Fact) {
	for _, s := range list {
		if s.Confidence > Guess {
			facts = append(facts, Fact{s.Component.Name, s.Where, s.Confidence, s.Source})
		}
	}
	return facts
}

// versionFacts are the versions told of each product.
func versionFacts(list []Software) map[string][]Fact {
	facts := map[string][]Fact{}
	for _, s := range list {
		if s.Confidence > Guess && s.Component.Version != "" {
			name := s.Component.Name
			facts[name] = append(facts[name], Fact{s.Component.Version, s.Where, s.Confidence, s.Source})
		}
	}
	return facts
}
