package reach

import (
	"net/netip"
	"reflect"
	"strings"
	"testing"

	"seawall/internal/activity"
	"seawall/internal/exposure"
	"seawall/internal/intel/facts"
	"seawall/internal/inventory"
	"seawall/record"
)

// host makes an observation of a device with an address.
func host(name, address string, more ...func(*inventory.Observation)) *inventory.Observation {
	o := &inventory.Observation{Source: &inventory.Source{Path: name, Format: "test"}, Where: inventory.Citation{Origin: record.Origin{Path: name}}}
	o.Identify(inventory.Name, name)
	o.Identify(inventory.Address, address)
	for _, f := range more {
		f(o)
	}
	return o
}

func answers(vantage inventory.Vantage, address string, port uint16) func(*inventory.Observation) {
	return func(o *inventory.Observation) {
		o.Source.Vantage = vantage
		o.Services = append(o.Services, inventory.Service{Address: netip.MustParseAddr(address), Port: port, Protocol: "tcp", State: "open", Identity: inventory.Guess})
	}
}

func hint(h inventory.Hint) func(*inventory.Observation) {
	return func(o *inventory.Observation) { o.Hints = append(o.Hints, h) }
}

func iface(name string, side inventory.Side, prefix string) func(*inventory.Observation) {
	return func(o *inventory.Observation) {
		o.Interfaces = append(o.Interfaces, inventory.Interface{Name: name, Side: side, Prefixes: []netip.Prefix{netip.MustParsePrefix(prefix)}})
	}
}

// ask resolves observations and says what reaches the device that is named.
func ask(name string, inbound *Inbound, list ...*inventory.Observation) exposure.Reach {
	m := inventory.New()
	for _, o := range list {
		m.Add(o)
	}
	inv := m.Resolve()
	model := New(inv, inbound)
	for _, d := range inv.Devices {
		if d.Name == name {
			return model.Of(d)
		}
	}
	return exposure.Reach{Why: "no such device"}
}

func prefix(s string) netip.Prefix { return netip.MustParsePrefix(s) }

func TestReachIsComputedStrongestEvidenceFirst(t *testing.T) {
	f := func(what string, got exposure.Reach, answer facts.Answer, why string) {
		t.Helper()
		if got.Exposed != answer || !strings.Contains(got.Why, why) {
			t.Errorf("%s: %v, %s; want %v, %s", what, got.Exposed, got.Why, answer, why)
		}
	}
	port := func(n uint16) inventory.PortRange { return inventory.PortRange{First: n, Last: n} }
	forward := inventory.Hint{Kind: inventory.Forward, Protocol: "tcp", Outside: prefix("203.0.113.2/32"), Outer: port(3390), Inside: prefix("10.0.0.5/32"), Inner: port(3389)}
	with := func(change func(*inventory.Hint)) *inventory.Observation {
		h := forward
		change(&h)
		return host("fw", "10.0.0.1", hint(h), iface("wan", inventory.InternetSide, "203.0.113.2/24"), iface("lan", inventory.InnerSide, "10.0.0.1/24"))
	}
	web := func() *inventory.Observation { return host("web", "10.0.0.5") }

	f("private only", ask("web", nil, web()), facts.Unknown, "no evidence")
	f("carrier", ask("web", nil, host("web", "100.64.1.1")), facts.Unknown, "no evidence")
	f("seen outside", ask("web", nil, host("web", "203.0.113.9", answers(inventory.Outside, "203.0.113.9", 443))), facts.Yes, "seen open from outside")
	f("scanned at public address", ask("web", nil, host("web", "203.0.113.9", answers(inventory.Elsewhere, "203.0.113.9", 443))), facts.Yes, "answered at the public address")
	f("scanned inside", ask("web", nil, host("web", "10.0.0.5", answers(inventory.Elsewhere, "10.0.0.5", 443))), facts.Unknown, "no evidence")
	f("public address", ask("web", nil, host("web", "203.0.113.9")), facts.Yes, "has the public address")
	f("forwarded", ask("web", nil, web(), with(func(*inventory.Hint) {})), facts.Yes, "a port forward of fw leads there from 203.0.113.2 port 3390")
	f("forward off", ask("web", nil, web(), with(func(h *inventory.Hint) { h.Disabled = true })), facts.Unknown, "no evidence")
	f("forward of another", ask("web", nil, web(), with(func(h *inventory.Hint) { h.Inside = prefix("10.0.0.6/32") })), facts.Unknown, "no evidence")
	f("forward inside", ask("web", nil, web(), with(func(h *inventory.Hint) { h.Outside = prefix("10.9.9.9/32") })), facts.Unknown, "no evidence")
	f("forward of the wide side", ask("web", nil, web(), with(func(h *inventory.Hint) { h.Outside, h.Interface = netip.Prefix{}, "wan" })), facts.Yes, "the Internet side")
	f("forward of the inner side", ask("web", nil, web(), with(func(h *inventory.Hint) { h.Outside, h.Interface = netip.Prefix{}, "lan" })), facts.Unknown, "no evidence")
	f("forward for some", ask("web", nil, web(), with(func(h *inventory.Hint) { h.Peers = []string{"198.51.100.0/24"} })), facts.Unknown, "for 198.51.100.0/24 only")
	record := &inventory.Observation{Hints: []inventory.Hint{{Kind: inventory.DNSRecord, Name: "web.example.com", Outside: prefix("203.0.113.9/32")}}}
	f("named", ask("web.example.com", nil, host("web.example.com", "10.0.0.5"), record), facts.Yes, "the DNS gives web.example.com")
	inner := &inventory.Observation{Hints: []inventory.Hint{{Kind: inventory.DNSRecord, Name: "web.example.com", Outside: prefix("10.0.0.5/32")}}}
	f("named inside", ask("web.example.com", nil, host("web.example.com", "10.0.0.5"), inner), facts.Unknown, "no evidence")
	f("visited", ask("web", visits(flow("198.51.100.7", "10.0.0.5", activity.FlowEstablished)), web()), facts.Yes, "198.51.100.7 connected to tcp/443")
	f("refused", ask("web", visits(flow("198.51.100.7", "10.0.0.5", activity.FlowDenied)), web()), facts.Unknown, "no evidence")
	f("visited from inside", ask("web", visits(flow("10.0.0.9", "10.0.0.5", activity.FlowEstablished)), web()), facts.Unknown, "no evidence")
	f("management", ask("fw", nil, host("fw", "10.0.0.1", hint(inventory.Hint{Kind: inventory.Management, Service: "https", Interface: "wan"}), iface("wan", inventory.InternetSide, "203.0.113.2/24"))), facts.Yes, "lets https in")
}

func TestAPortIsReachedOnlyWhereTheEvidenceSpeaksOfIt(t *testing.T) {
	m := inventory.New()
	m.Add(host("web", "203.0.113.9", answers(inventory.Outside, "203.0.113.9", 443)))
	m.Add(host("web", "203.0.113.9", answers(inventory.OnHost, "203.0.113.9", 3306)))
	inv := m.Resolve()
	model := New(inv, nil)
	d := inv.Devices[0]
	for i := range d.Endpoints {
		e := &d.Endpoints[i]
		want := facts.Unknown // it listens; a firewall may stand before it
		if e.Port == 443 {
			want = facts.Yes
		}
		if got := model.Endpoint(d, e); got.Exposed != want {
			t.Errorf("port %d: %v, %s", e.Port, got.Exposed, got.Why)
		}
	}
}

func flow(from, to string, state activity.FlowState) *activity.Activity {
	return &activity.Activity{Class: activity.FlowSeen, Time: 1, Flow: &activity.Flow{
		Source: netip.MustParseAddr(from), Destination: netip.MustParseAddr(to), DestinationPort: 443, Protocol: 6, State: state,
	}}
}

func visits(list ...*activity.Activity) *Inbound {
	in := NewInbound()
	for _, a := range list {
		in.Observe(a)
	}
	return in
}

func TestVisitsMergeInAnyOrder(t *testing.T) {
	a := flow("198.51.100.7", "10.0.0.5", activity.FlowEstablished)
	b := flow("198.51.100.8", "10.0.0.5", activity.FlowEstablished)
	b.Time = 2
	one, two := visits(a), visits(b)
	one.Merge(two)
	other := visits(b)
	other.Merge(visits(a))
	x, y := one.proofs(), other.proofs()
	key := netip.MustParseAddr("10.0.0.5")
	if len(x[key]) != 1 || !reflect.DeepEqual(x[key], y[key]) {
		t.Errorf("%v, %v", x, y)
	}
}
