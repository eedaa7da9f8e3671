package inventory

import "net/netip"

// HintKind is what kind of evidence of reachability a [Hint] is.
type HintKind uint8

// The kinds of hints, strongest evidence of exposure first.
const (
	Forward    HintKind = iota // NAT or port forward: Outside leads to Inside
	Permit                     // firewall rule that lets Peers reach Inside
	Balance                    // load balancer: Outside is served by Inside
	Management                 // the device's own management service on an interface
	DNSRecord                  // Name resolves to Outside
)

// String names the kind of hint for people.
func (k HintKind) String() string {
	return [...]string{"port forward", "firewall rule", "load balancer", "management service", "DNS record"}[min(k, DNSRecord)]
}

// Hint is configuration from which reachability can be computed.
type Hint struct {
	Kind     HintKind
	Name     string       // of the rule, virtual server or record
	Protocol string       // "tcp", "udp"; "" any
	Outside  netip.Prefix // address(es) reached from outside; invalid: that of the interface, unknown
	Outer    PortRange    // zero: all ports
	Inside   netip.Prefix // address(es) it leads to; invalid: the device itself
	Inner    PortRange    // zero: as outside
	// Peers are who may use it: "any", prefixes, names of groups. Empty means
	// not said, which for most devices is any.
	Peers     []string
	Interface string // it is bound to or comes in by; "" unknown
	Service   string // "https", "ssh", "ssl vpn", "snmp", "smart install"
	// Guard names the filter of the device's policy that a management service
	// asks besides those of the interface; "" none.
	Guard    string
	Disabled bool
	Where    Citation
	Source   *Source
}

// PortRange is a range of ports, both ends included; zero means all.
type PortRange struct{ First, Last uint16 }

// Holds reports whether the range holds a port.
func (r PortRange) Holds(port uint16) bool {
	return r == PortRange{} || port >= r.First && port <= max(r.First, r.Last)
}

// Interface is a network interface of a device.
type Interface struct {
	Name     string // "port1", "GigabitEthernet0/0", "ge-0/0/0.0"
	Label    string // name of its zone or role: "outside", "wan", "untrust"
	Side     Side
	Prefixes []netip.Prefix // addresses with their networks
	MAC      string
	Down     bool
	Where    Citation
	Source   *Source
}

// Side is which side of the perimeter an interface is on.
type Side uint8

// The sides.
const (
	UnknownSide  Side = iota
	InternetSide      // the configuration says so: "outside", "wan", "untrust", default route
	InnerSide
)
