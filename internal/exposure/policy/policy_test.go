package policy

import (
	"fmt"
	"net/netip"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"seawall/internal/intel/facts"
	"seawall/internal/inventory"
	"seawall/internal/ipset"
)

var (
	outside = &inventory.Interface{Name: "eth0", Label: "outside"}
	inside  = &inventory.Interface{Name: "eth1", Label: "inside"}
)

// sender draws from eight addresses.
func sender(t *rapid.T) netip.Addr {
	return netip.AddrFrom4([4]byte{8, 8, 8, byte(rapid.IntRange(0, 7).Draw(t, "sender"))})
}

func senders(t *rapid.T, name string) ipset.Set {
	if rapid.Bool().Draw(t, name+" any") {
		return ipset.All()
	}
	return ipset.Of(ipset.Range{First: sender(t), Last: sender(t)}, ipset.Range{First: sender(t), Last: sender(t)})
}

func drawRule(t *rapid.T, depth int) inventory.Rule {
	actions := []inventory.Action{inventory.Deny, inventory.Allow, inventory.Return, inventory.Call}
	r := inventory.Rule{Action: rapid.SampledFrom(actions[:3+depth]).Draw(t, "action"), Source: senders(t, "source"), Destination: ipset.All()}
	if rapid.IntRange(0, 3).Draw(t, "elsewhere") == 0 {
		r.Destination = ipset.OfPrefixes(netip.MustParsePrefix("10.9.0.0/16"))
	}
	if rapid.Bool().Draw(t, "ports") {
		r.Services = []inventory.Traffic{{Protocol: rapid.SampledFrom([]string{"", "tcp", "udp"}).Draw(t, "protocol"), Ports: inventory.PortRange{First: 400, Last: uint16(rapid.IntRange(400, 500).Draw(t, "last"))}}}
	}
	if rapid.IntRange(0, 4).Draw(t, "clear") == 0 {
		r.Unclear = "a condition that is not known"
	}
	if r.Action == inventory.Call {
		r.Chain = drawRules(t, depth-1)
	}
	return r
}

func drawRules(t *rapid.T, depth int) []inventory.Rule {
	return rapid.SliceOfN(rapid.Custom(func(t *rapid.T) inventory.Rule { return drawRule(t, depth) }), 0, 6).Draw(t, "rules")
}

func drawPolicy(t *rapid.T) *inventory.Policy {
	return &inventory.Policy{Filters: rapid.SliceOfN(rapid.Custom(func(t *rapid.T) inventory.Filter {
		f := inventory.Filter{Rules: drawRules(t, 1), Default: inventory.Action(rapid.IntRange(0, 1).Draw(t, "default"))}
		if rapid.Bool().Draw(t, "out") {
			f.Out = []string{rapid.SampledFrom([]string{"inside", "elsewhere"}).Draw(t, "by")}
		}
		return f
	}), 1, 2).Draw(t, "filters")}
}

func packet(t *rapid.T) *Packet {
	to := Target{netip.MustParseAddr("10.0.0.5"), 443}
	p := &Packet{In: outside, Out: inside, Protocol: "tcp", Sent: to, Arrives: to}
	if rapid.IntRange(0, 3).Draw(t, "way known") == 0 {
		p.Out = nil
	}
	return p
}

// plain decides on one sender the way a device does, one rule after another,
// with every doubt settled by chance. It is what [Ask] is checked against.
type plain struct {
	packet *Packet
	from   netip.Addr
	doubt  func() bool // whether an unclear condition holds
	out    bool        // an unknown interface is the one that is named
}

func (s *plain) passes(p *inventory.Policy) bool {
	for i := range p.Filters {
		f := &p.Filters[i]
		if len(f.Out) > 0 && (s.packet.Out == nil && !s.out || s.packet.Out != nil && f.Out[0] != s.packet.Out.Label) {
			continue
		}
		action, decided := s.chain(f.Rules)
		if !decided {
			action = f.Default
		}
		if action == inventory.Deny {
			return false
		}
	}
	return true
}

func (s *plain) chain(rules []inventory.Rule) (inventory.Action, bool) {
	for i := range rules {
		r := &rules[i]
		fits := r.Source.Contains(s.from) && r.Destination.Contains(s.packet.Arrives.Addr)
		if len(r.Services) > 0 {
			t := r.Services[0]
			fits = fits && (t.Protocol == "" || t.Protocol == s.packet.Protocol) && t.Ports.Holds(s.packet.Arrives.Port)
		}
		if !fits || r.Unclear != "" && !s.doubt() {
			continue
		}
		switch r.Action {
		case inventory.Call:
			if a, decided := s.chain(r.Chain); decided {
				return a, true
			}
		case inventory.Return:
			return 0, false
		default:
			return r.Action, true
		}
	}
	return 0, false
}

func TestWhatIsCertainHoldsHoweverDoubtsAreSettled(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p, pack := drawPolicy(t), packet(t)
		all := ipset.OfPrefixes(netip.MustParsePrefix("8.8.8.0/29"))
		got := Ask(p, pack, all)
		from := sender(t)
		s := &plain{packet: pack, from: from, doubt: func() bool { return rapid.Bool().Draw(t, "doubt") }, out: rapid.Bool().Draw(t, "leaves there")}
		passes := s.passes(p)
		allowed, unclear := got.Allowed.Contains(from), got.Unclear.Contains(from)
		if allowed && !passes || !allowed && !unclear && passes || allowed && unclear {
			t.Errorf("%v: allowed %v, unclear %v; the device lets it pass: %v", from, allowed, unclear, passes)
		}
	})
}

func TestWithoutDoubtsNothingIsUnclear(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p, pack := drawPolicy(t), packet(t)
		pack.Out = inside
		var settle func([]inventory.Rule)
		settle = func(rules []inventory.Rule) {
			for i := range rules {
				rules[i].Unclear = ""
				settle(rules[i].Chain)
			}
		}
		for i := range p.Filters {
			settle(p.Filters[i].Rules)
		}
		if got := Ask(p, pack, ipset.All4()); len(got.Unclear) > 0 {
			t.Errorf("unclear: %v", got.Unclear)
		}
	})
}

func TestADenyBeforeNeverOpensAndAnAllowBeforeNeverCloses(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p, pack := drawPolicy(t), packet(t)
		before := Ask(p, pack, ipset.All4())
		extra := drawRule(t, 0)
		extra.Action = inventory.Action(rapid.IntRange(0, 1).Draw(t, "extra"))
		f := &p.Filters[0]
		f.Rules = append([]inventory.Rule{extra}, f.Rules...)
		after := Ask(p, pack, ipset.All4())
		lost := before.Allowed.Minus(after.Allowed)
		if extra.Action == inventory.Deny && len(after.Allowed.Minus(before.Allowed)) > 0 {
			t.Errorf("a deny let in %v", after.Allowed.Minus(before.Allowed))
		}
		if extra.Action == inventory.Allow && len(lost) > 0 {
			t.Errorf("an allow kept out %v", lost)
		}
	})
}

func TestTheFirstRuleThatMatchesDecidesAndIsCited(t *testing.T) {
	rule := func(name string, a inventory.Action, source ipset.Set) inventory.Rule {
		return inventory.Rule{Name: name, Action: a, Source: source, Destination: ipset.All()}
	}
	few := ipset.OfPrefixes(netip.MustParsePrefix("198.51.100.0/24"))
	to := Target{netip.MustParseAddr("10.0.0.5"), 443}
	f := func(want facts.Answer, decides string, rules ...inventory.Rule) {
		t.Helper()
		p := &inventory.Policy{Filters: []inventory.Filter{{Name: "list", Rules: rules}}}
		got := Ask(p, &Packet{In: outside, Out: inside, Protocol: "tcp", Sent: to, Arrives: to}, Internet(to.Addr))
		var names []string
		for _, d := range got.Deciding {
			name := "end"
			if d.Rule != nil {
				name = d.Rule.Name
			}
			names = append(names, fmt.Sprint(name, " ", d.Action == inventory.Allow))
		}
		if got.Anybody() != want || strings.Join(names, ", ") != decides {
			t.Errorf("%v by %q, want %v by %q", got.Anybody(), names, want, decides)
		}
	}
	f(facts.No, "end false")
	f(facts.Yes, "b true", rule("a", inventory.Deny, few), rule("b", inventory.Allow, ipset.All()))
	f(facts.No, "a false", rule("a", inventory.Deny, ipset.All()), rule("b", inventory.Allow, ipset.All()))
	f(facts.No, "a true", rule("a", inventory.Allow, few), rule("b", inventory.Deny, ipset.All()))
	unclear := rule("u", inventory.Deny, ipset.All())
	unclear.Unclear = "a schedule"
	f(facts.Unknown, "", unclear, rule("b", inventory.Allow, ipset.All()))
	f(facts.No, "end false", unclear)
}

func TestSendersChooseTheirPort(t *testing.T) {
	to := Target{netip.MustParseAddr("10.0.0.5"), 3389}
	from20 := []inventory.Traffic{{Protocol: "tcp", SourcePorts: inventory.PortRange{First: 20, Last: 20}}}
	f := func(want facts.Answer, sourcePort uint16, a inventory.Action) {
		t.Helper()
		p := &inventory.Policy{Filters: []inventory.Filter{{Default: 1 - a, Rules: []inventory.Rule{{Action: a, Source: ipset.All(), Destination: ipset.All(), Services: from20}}}}}
		got := Ask(p, &Packet{In: outside, Out: inside, Protocol: "tcp", SourcePort: sourcePort, Sent: to, Arrives: to}, Internet(to.Addr))
		if got.Anybody() != want {
			t.Errorf("%v, want %v", got.Anybody(), want)
		}
	}
	f(facts.Yes, 0, inventory.Allow)
	f(facts.No, 50000, inventory.Allow)
	f(facts.Yes, 0, inventory.Deny)
	f(facts.No, 20, inventory.Deny)
}
