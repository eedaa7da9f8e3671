package inventory

import (
	"cmp"
	"slices"
)

// Model collects observations. It is not safe for concurrent use: each worker
// has its own, merged at the end. Whatever the order of adding and merging,
// [Model.Resolve] gives the same.
type Model struct {
	observations []*Observation
	components   map[Component]*Component
	strings      map[string]string
}

// New returns an empty model.
func New() *Model {
	return &Model{components: map[Component]*Component{}, strings: map[string]string{}}
}

// Add takes an observation over. Equal components become the same one, and
// equal strings share their memory: ten thousand hosts have the same packages.
func (m *Model) Add(o *Observation) {
	for i := range o.Keys {
		m.intern(&o.Keys[i].Value)
	}
	for i := range o.Software {
		s := &o.Software[i]
		s.Component = m.component(s.Component)
		m.intern(&s.Path)
		s.Source = cmp.Or(s.Source, o.Source)
		m.cite(&s.Where, o)
	}
	for i := range o.Services {
		m.addService(&o.Services[i], o)
	}
	for i := range o.Claims {
		m.addClaim(&o.Claims[i], o)
	}
	for i := range o.Statements {
		s := &o.Statements[i]
		for j := range s.Components {
			s.Components[j] = m.component(s.Components[j])
		}
		s.Source = cmp.Or(s.Source, o.Source)
		m.cite(&s.Where, o)
	}
	for i := range o.Hints {
		h := &o.Hints[i]
		h.Source = cmp.Or(h.Source, o.Source)
		m.cite(&h.Where, o)
	}
	for i := range o.Interfaces {
		h := &o.Interfaces[i]
		h.Source = cmp.Or(h.Source, o.Source)
		m.cite(&h.Where, o)
	}
	if o.Policy != nil {
		o.Policy.Source = cmp.Or(o.Policy.Source, o.Source)
	}
	for _, facts := range [][]Fact{o.Roles, o.Owners} {
		for i := range facts {
			m.addFact(&facts[i], o)
		}
	}
	for i := range o.Attributes {
		m.addFact(&o.Attributes[i].Fact, o)
	}
	m.observations = append(m.observations, o)
}

func (m *Model) addService(s *Service, o *Observation) {
	for _, text := range []*string{&s.Protocol, &s.State, &s.Name, &s.Vendor, &s.Product, &s.Version, &s.Extra, &s.Process} {
		m.intern(text)
	}
	for i := range s.Banners {
		m.intern(&s.Banners[i].Kind)
		m.intern(&s.Banners[i].Text)
		m.cite(&s.Banners[i].Where, o)
	}
	s.Source = cmp.Or(s.Source, o.Source)
	if s.Time == 0 && s.Source != nil {
		s.Time = s.Source.Time
	}
	m.cite(&s.Where, o)
}

func (m *Model) addClaim(c *Claim, o *Observation) {
	for _, text := range []*string{&c.Check, &c.Title, &c.Severity, &c.Path, &c.Fixed, &c.Protocol, &c.Output} {
		m.intern(text)
	}
	for i := range c.CVEs {
		m.intern(&c.CVEs[i])
	}
	c.Component = m.component(c.Component)
	c.Source = cmp.Or(c.Source, o.Source)
	m.cite(&c.Where, o)
}

func (m *Model) addFact(f *Fact, o *Observation) {
	m.intern(&f.Value)
	f.Source = cmp.Or(f.Source, o.Source)
	m.cite(&f.Where, o)
}

// cite gives a fact without a place of its own that of its observation.
func (m *Model) cite(c *Citation, o *Observation) {
	if c.Path == "" {
		*c = o.Where
	}
	m.intern(&c.Path)
	m.intern(&c.Excerpt)
}

func (m *Model) intern(s *string) {
	if *s == "" {
		return
	}
	if known, ok := m.strings[*s]; ok {
		*s = known
		return
	}
	m.strings[*s] = *s
}

func (m *Model) component(c *Component) *Component {
	if c == nil {
		return nil
	}
	if known := m.components[*c]; known != nil {
		return known
	}
	m.components[*c] = c
	return c
}

// Merge adds what another model collected. The other one must not be used
// after.
func (m *Model) Merge(other *Model) {
	same := make(map[*Component]*Component, len(other.components))
	for _, c := range other.components {
		same[c] = m.component(c)
	}
	for _, o := range other.observations {
		for i := range o.Software {
			o.Software[i].Component = same[o.Software[i].Component]
		}
		for i := range o.Claims {
			if c := &o.Claims[i]; c.Component != nil {
				c.Component = same[c.Component]
			}
		}
		for i := range o.Statements {
			for j, c := range o.Statements[i].Components {
				o.Statements[i].Components[j] = same[c]
			}
		}
	}
	m.observations = append(m.observations, other.observations...)
}

// Len is how many observations there are.
func (m *Model) Len() int { return len(m.observations) }

// ordered returns the observations by place. Those of one place were made in
// one go, by one worker, and keep their order.
func (m *Model) ordered() []*Observation {
	slices.SortStableFunc(m.observations, func(a, b *Observation) int {
		return cmp.Or(cmp.Compare(a.Where.Path, b.Where.Path), cmp.Compare(a.Where.Offset, b.Where.Offset), cmp.Compare(a.Where.Number, b.Where.Number))
	})
	return m.observations
}
