package inventory

import "net/netip"

// Inventory is what a model says once its sources are joined. All lists are in
// a fixed order.
type Inventory struct {
	Devices    []*Device
	Statements []Statement // vendors' and owners' words on vulnerabilities, of all devices
	Hints      []Hint      // that belong to no device: DNS records, firewall rules are with their firewall
	Sources    []*Source
}

// Device is one device, whatever sources tell of it.
type Device struct {
	ID   string // stable: from its strongest key
	Name string // the best there is to call it by
	Keys []Key  // sorted by strength, then value

	Addresses     []netip.Addr
	System        []Software // operating systems and firmware, surest first
	Hardware      []Software // models, surest first
	Software      []Software // everything else, by name; the same from several sources stands side by side
	Endpoints     []Endpoint
	Claims        []Claim
	Hints         []Hint
	Interfaces    []Interface
	Policies      []*Policy // one for each configuration that was read
	Roles         []Fact
	Owners        []Fact
	Attributes    []Attribute
	Sources       []*Source
	Disagreements []Disagreement
	Down          bool // a scanner looked and found nothing, and no source says otherwise
}

// Endpoint is one port of a device, as all sources see it.
type Endpoint struct {
	Address   netip.Addr
	Port      uint16
	Protocol  string
	Sightings []Service // surest identity first
}

// Open reports whether any source found the port open or listening.
func (e *Endpoint) Open() bool {
	for i := range e.Sightings {
		if e.Sightings[i].State == "open" {
			return true
		}
	}
	return false
}

// Best is the sighting that identifies the service best.
func (e *Endpoint) Best() *Service { return &e.Sightings[0] }

// Disagreement is a fact on which sources differ.
type Disagreement struct {
	What   string // "name", "operating system", "firmware version", "tcp/443 product"
	Values []Fact
}
