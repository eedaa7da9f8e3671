package surface

import (
	"net/netip"
	"strings"
	"testing"

	"seawall/internal/evidence/inventorytest"
	"seawall/internal/evidence/netconfig"
	"seawall/internal/exposure"
	"seawall/internal/exposure/reach"
	"seawall/internal/finding"
	"seawall/internal/inventory"
	"seawall/record"
)

// judge assesses observations and writes the findings out.
func judge(list ...*inventory.Observation) string {
	m := inventory.New()
	for _, o := range list {
		m.Add(o)
	}
	inv := m.Resolve()
	ways := reach.New(inv, nil)
	var lines []string
	for _, f := range Assessor().Assess(&exposure.Context{Inventory: inv, Reach: ways.Of, ReachPort: ways.Endpoint, ReachManagement: ways.Management, Openings: ways.Openings}) {
		lines = append(lines, f.Severity.String()+" "+f.Title)
		if len(f.Citations) == 0 || f.Question != finding.Exposed || f.Action == "" {
			lines = append(lines, "incomplete")
		}
	}
	return strings.Join(lines, "; ")
}

func seen(name, address string, vantage inventory.Vantage, more ...func(*inventory.Observation)) *inventory.Observation {
	o := &inventory.Observation{Source: &inventory.Source{Path: "scan", Format: "test", Vantage: vantage}, Where: inventory.Citation{Origin: record.Origin{Path: "scan"}}}
	o.Identify(inventory.Name, name)
	o.Identify(inventory.Address, address)
	for _, f := range more {
		f(o)
	}
	for i := range o.Services {
		o.Services[i].Address = netip.MustParseAddr(address)
	}
	return o
}

func open(port uint16, name string, identity inventory.Confidence, banners ...inventory.Banner) func(*inventory.Observation) {
	return func(o *inventory.Observation) {
		o.Services = append(o.Services, inventory.Service{Port: port, Protocol: "tcp", State: "open", Name: name, Identity: identity, Banners: banners})
	}
}

func TestServicesAreJudgedByWhatTheyAre(t *testing.T) {
	const outside, inside = inventory.Outside, inventory.Elsewhere
	f := func(want string, list ...*inventory.Observation) {
		t.Helper()
		if got := judge(list...); got != want {
			t.Errorf("%s\nwant %s", got, want)
		}
	}
	f("high Remote Desktop answers the Internet on pc", seen("pc", "203.0.113.1", outside, open(33890, "ms-wbt-server", inventory.Product)))
	f("critical Windows file sharing (SMB) answers the Internet on pc", seen("pc", "203.0.113.1", outside, open(445, "microsoft-ds", inventory.Product), open(139, "netbios-ssn", inventory.Product)))
	f("", seen("web", "203.0.113.1", outside, open(443, "https", inventory.Product)))
	f("", seen("web", "203.0.113.1", outside, open(3389, "http", inventory.Product)))                                                         // it says that it is something else
	f("medium Remote Desktop answers the Internet on web", seen("web", "203.0.113.1", outside, open(3389, "ms-wbt-server", inventory.Guess))) // by number
	f("high An administration page answers the Internet on fw", seen("fw", "203.0.113.1", outside, open(8443, "http", inventory.Product, inventory.Banner{Kind: "http-title", Text: "FortiGate"})))
	f("", seen("pc", "10.0.0.1", inside, open(3389, "ms-wbt-server", inventory.Product))) // inside that is usual
	f("low Telnet answers on 2 hosts", seen("a", "10.0.0.1", inside, open(23, "telnet", inventory.Product)), seen("b", "10.0.0.2", inside, open(23, "telnet", inventory.Product)))
}

func TestManagementOnTheInternetSideIsTold(t *testing.T) {
	side := func(side inventory.Side, address string, peers ...string) *inventory.Observation {
		return seen("fw", "10.0.0.1", inventory.OnHost, func(o *inventory.Observation) {
			o.Interfaces = append(o.Interfaces, inventory.Interface{Name: "wan", Side: side, Prefixes: []netip.Prefix{netip.MustParsePrefix(address)}})
			o.Hints = append(o.Hints, inventory.Hint{Kind: inventory.Management, Service: "https", Interface: "wan", Peers: peers}, inventory.Hint{Kind: inventory.Management, Service: "ssl vpn", Interface: "wan"})
		})
	}
	const told = "high Management of fw is open to the Internet"
	for want, list := range map[string][]*inventory.Observation{
		told: {side(inventory.InternetSide, "203.0.113.1/24"), side(inventory.InternetSide, "10.0.0.1/24"), side(inventory.UnknownSide, "203.0.113.1/24"), side(inventory.InternetSide, "203.0.113.1/24", "any")},
		"":   {side(inventory.InnerSide, "10.0.0.1/24"), side(inventory.InternetSide, "203.0.113.1/24", "198.51.100.0/24")},
	} {
		for _, o := range list {
			if got := judge(o); got != want {
				t.Errorf("%v: %q, want %q", o.Interfaces, got, want)
			}
		}
	}
}

func TestHostsNobodyListsAreToldIfThereIsAList(t *testing.T) {
	unlisted := seen("x", "203.0.113.1", inventory.Outside, open(443, "https", inventory.Product))
	if got := judge(unlisted); got != "" {
		t.Errorf("without a list: %s", got)
	}
	listed := seen("web", "10.0.0.9", inventory.OnHost, func(o *inventory.Observation) { o.Source.Format = "asset-csv" })
	if got, want := judge(seen("x", "203.0.113.1", inventory.Outside, open(443, "https", inventory.Product)), listed), "medium x answers on the network, and no asset list names it"; got != want {
		t.Errorf("%s, want %s", got, want)
	}
}

func TestWhatRulesLetInIsToldThoughNothingWasScanned(t *testing.T) {
	const config = `version 15.7
hostname edge
interface Gi0/0
 ip address 203.0.113.2 255.255.255.0
 ip access-group IN in
 ip nat outside
interface Gi0/1
 ip address 10.0.0.1 255.255.255.0
interface Gi0/2
 ip address 198.51.100.1 255.255.255.0
ip nat inside source static tcp 10.0.0.5 3389 203.0.113.2 3390
ip nat inside source static tcp 10.0.0.6 445 203.0.113.2 4450
ip nat inside source static 10.0.0.7 203.0.113.7
ip access-list extended IN
 permit tcp any host 203.0.113.2 eq 3390
 permit ip any host 203.0.113.7
 permit tcp any 198.51.100.8 0.0.0.3 eq 443
`
	read := func(more ...*inventory.Observation) string {
		return judge(append(inventorytest.Read(t, netconfig.Formats(), "edge", []byte(config)).Observations, more...)...)
	}
	const rest = "high edge lets the Internet reach far more ports than services need: 10.0.0.7 all of tcp and 10.0.0.7 all of udp"
	const web = "informational edge lets the Internet reach 198.51.100.8/30 tcp/443"
	want := strings.Join([]string{rest, "high edge lets the Internet reach Remote Desktop at 10.0.0.5 tcp/3389", web}, "; ")
	if got := read(); got != want {
		t.Errorf("%s\nwant %s", got, want)
	}
	seenToo := seen("pc", "10.0.0.5", inventory.OnHost, open(3389, "ms-wbt-server", inventory.Product))
	want = strings.Join([]string{"high Remote Desktop answers the Internet on pc", rest, web}, "; ")
	if got := read(seenToo); got != want {
		t.Errorf("%s\nwant %s", got, want)
	}
}
