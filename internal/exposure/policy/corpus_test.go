package policy

import (
	"encoding/json"
	"fmt"
	"net/netip"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"seawall/internal/corpus"
	"seawall/internal/evidence/inventorytest"
	"seawall/internal/evidence/netconfig"
	"seawall/internal/inventory"
	"seawall/internal/ipset"
)

// readPolicy reads the policy of a configuration.
func readPolicy(t *testing.T, name string, content []byte) (*inventory.Policy, *inventory.Observation) {
	t.Helper()
	r := inventorytest.Read(t, netconfig.Formats(), name, content)
	for _, o := range r.Observations {
		if o.Policy != nil {
			return o.Policy, o
		}
	}
	t.Fatalf("%s has no policy: %v", name, r.Unrecognised)
	return nil, nil
}

// services are the ports that the corpus' solver was asked about.
var services = map[string]inventory.Traffic{
	"smb": tcp(445), "netbios": tcp(139), "msrpc": tcp(135), "rdp": tcp(3389), "ssh": tcp(22), "telnet": tcp(23), "winrm": tcp(5985), "ldap": tcp(389),
	"kerberos": tcp(88), "mssql": tcp(1433), "http": tcp(80), "snmp": {Protocol: "udp", Ports: inventory.PortRange{First: 161, Last: 161}},
}

func tcp(port uint16) inventory.Traffic {
	return inventory.Traffic{Protocol: "tcp", Ports: inventory.PortRange{First: port, Last: port}}
}

// solved is what the solver says of a list and a service: the destinations that
// 8.8.8.8:50000 reaches, and by which lines.
type solved struct {
	Intervals [][2]netip.Addr `json:"intervals"`
	Lines     map[string]any  `json:"permitting_lines"`
}

func TestListsOfACampusLetPassWhatASolverFound(t *testing.T) {
	dir := filepath.Join(corpus.Dir(t, "posture"), "reach", "stanford")
	data, err := os.ReadFile(filepath.Join(dir, "truth_service_exposure.json"))
	if err != nil {
		t.Fatal(err)
	}
	var routers map[string]struct {
		ACLs map[string]map[string]solved `json:"acls"`
	}
	if err := json.Unmarshal(data, &routers); err != nil {
		t.Fatal(err)
	}
	asked, wrong, lists := 0, 0, 0
	for file, router := range routers {
		content, err := os.ReadFile(filepath.Join(dir, file))
		if err != nil {
			t.Fatal(err)
		}
		var names []string
		for name := range router.ACLs { // ask each list on an interface of its own
			names = append(names, name)
			content = fmt.Appendf(content, "\ninterface Test%d\n ip access-group %s in\n", len(names), name)
		}
		policy, o := readPolicy(t, file, content)
		for i, name := range names {
			lists++
			at := slices.IndexFunc(o.Interfaces, func(f inventory.Interface) bool { return f.Name == "Test"+strconv.Itoa(i+1) })
			for service, want := range router.ACLs[name] {
				for _, point := range probes(want.Intervals) {
					asked++
					if !agrees(policy, &o.Interfaces[at], services[service], point, want) {
						wrong++
						if wrong < 10 {
							t.Errorf("%s list %s, %s to %v", file, name, service, point)
						}
					}
				}
			}
		}
	}
	t.Logf("%d lists, %d questions, %d answered otherwise than by the solver", lists, asked, wrong)
	if lists == 0 {
		t.Error("no lists were read")
	}
}

// agrees asks the policy about one destination.
func agrees(p *inventory.Policy, in *inventory.Interface, s inventory.Traffic, to netip.Addr, want solved) bool {
	target := Target{to, s.Ports.First}
	sender := netip.MustParseAddr("8.8.8.8")
	got := Ask(p, &Packet{In: in, Out: &inventory.Interface{Name: "another"}, Protocol: s.Protocol, SourcePort: 50000, Sent: target, Arrives: target}, ipset.OfAddr(sender))
	expected := slices.ContainsFunc(want.Intervals, func(i [2]netip.Addr) bool { return !to.Less(i[0]) && !i[1].Less(to) })
	if got.Allowed.Contains(sender) != expected || len(got.Unclear) > 0 {
		return false
	}
	if !expected || len(got.Deciding) == 0 || got.Deciding[0].Rule == nil {
		return true
	}
	_, cited := want.Lines[strconv.FormatUint(got.Deciding[0].Rule.Where.Number, 10)]
	return cited
}

// probes are the ends of intervals and the addresses beside them.
func probes(intervals [][2]netip.Addr) (list []netip.Addr) {
	list = []netip.Addr{netip.IPv4Unspecified(), netip.MustParseAddr("171.64.0.1"), netip.MustParseAddr("255.255.255.255")}
	for _, i := range intervals {
		for _, a := range []netip.Addr{i[0].Prev(), i[0], i[1], i[1].Next()} {
			if a.IsValid() && a.Is4() {
				list = append(list, a)
			}
		}
	}
	return list
}

// TestWhatLabsMeasured compares with what was measured at devices in labs.
func TestWhatLabsMeasured(t *testing.T) {
	dir := filepath.Join(corpus.Dir(t, "posture"), "reach", "measured")
	f := func(lab, config, in, out string, rows ...string) {
		t.Helper()
		content, err := os.ReadFile(filepath.Join(dir, lab, "configs", config))
		if err != nil {
			t.Fatal(err)
		}
		policy, o := readPolicy(t, "device", content)
		iface := func(name string) *inventory.Interface {
			for i := range o.Interfaces {
				if o.Interfaces[i].Name == name {
					return &o.Interfaces[i]
				}
			}
			t.Fatalf("%s has no interface %s", lab, name)
			return nil
		}
		for _, row := range rows {
			w := strings.Fields(row) // from, to, protocol, port, verdict, what the address is translated to
			port, _ := strconv.Atoi(w[3])
			from, to := netip.MustParseAddr(w[0]), Target{netip.MustParseAddr(w[1]), uint16(port)}
			packet := &Packet{In: iface(in), Out: iface(out), Protocol: w[2], SourcePort: 50000, Sent: to, Arrives: to}
			if len(w) > 5 {
				packet.Translated, packet.Arrives.Addr = true, netip.MustParseAddr(w[5])
			}
			got := Ask(policy, packet, ipset.OfAddr(from))
			if got.Allowed.Contains(from) != (w[4] == "reachable") || len(got.Unclear) > 0 {
				t.Errorf("%s: %s: %v, %v", lab, row, got.Allowed, got.Unclear)
			}
		}
	}
	f("iosxe_connectivity_sample", "iosxe_acl/show_running-config.txt", "GigabitEthernet1", "GigabitEthernet2",
		"192.168.123.1 192.168.123.6 tcp 9100 reachable", "192.168.123.1 192.168.123.6 tcp 9101 unreachable",
		"192.168.123.1 192.168.123.6 udp 9200 reachable", "192.168.123.1 192.168.123.6 udp 9201 unreachable",
		"192.168.123.1 192.168.123.6 udp 9202 reachable", "192.168.123.1 192.168.123.6 icmp 1 reachable")
	f("fortios_fw_policy_basic", "fw/show.txt", "port2", "port3",
		"192.168.123.1 192.168.123.6 tcp 9100 reachable", "192.168.123.1 192.168.123.6 tcp 9101 unreachable",
		"192.168.123.1 192.168.123.6 udp 9200 reachable", "192.168.123.1 192.168.123.6 udp 9201 unreachable", "192.168.123.1 192.168.123.6 icmp 1 reachable")
	f("palo_alto_nat_3", "pa", "ethernet1/1", "ethernet1/3", "10.11.11.2 10.13.13.2 icmp 0 reachable")
	f("palo_alto_nat_4", "pa", "ethernet1/1", "ethernet1/5", "10.11.11.2 10.13.13.2 icmp 0 reachable 10.15.15.2")
	f("palo_alto_nat_5", "pa", "ethernet1/1", "ethernet1/5", "10.11.11.2 10.13.13.2 icmp 0 unreachable 10.15.15.2")
}

// TestOnePolicyInTheWordsOfFourMakersIsOne compares what a generator made of
// one policy for IOS, NX-OS, Junos and ASA. ASA keeps state, so the generator
// wrote there without a condition what elsewhere is for open connections only.
func TestOnePolicyInTheWordsOfFourMakersIsOne(t *testing.T) {
	dir := filepath.Join(corpus.Dir(t, "posture"), "acl-equiv", "aerleon", "compiled")
	makers := []struct{ file, before, in string }{
		{"acl", "hostname a\nversion 15.2\ninterface E0\n ip address 203.0.113.1 255.255.255.0\n ip access-group edge-inbound in\n", "E0"},
		{"nxacl", "hostname a\nversion 9.3(5)\ninterface E0\n ip address 203.0.113.1/24\n ip access-group edge-inbound in\n", "E0"},
		{"jcl", "version 21.1R1;\nsystem {\n host-name a;\n}\ninterfaces { e0 { unit 0 { family inet { filter { input edge-inbound; } address 203.0.113.1/24; } } } }\n", "e0.0"},
		{"asa", "ASA Version 9.16\ninterface E0\n nameif outside\n ip address 203.0.113.1 255.255.255.0\naccess-group asa_in in interface outside\n", "E0"},
	}
	answers := map[string]map[string]string{}
	for _, m := range makers {
		content, err := os.ReadFile(filepath.Join(dir, "sample_multitarget."+m.file+".ref"))
		if err != nil {
			t.Fatal(err)
		}
		policy, o := readPolicy(t, "device", append([]byte(m.before), content...))
		at := slices.IndexFunc(o.Interfaces, func(f inventory.Interface) bool { return f.Name == m.in })
		answers[m.file] = map[string]string{}
		for _, to := range []string{"200.1.1.1", "200.1.1.2", "200.1.1.3", "200.1.1.4", "200.1.1.5", "200.1.1.6", "10.0.0.1", "8.8.8.8"} {
			for _, protocol := range []string{"tcp", "udp"} {
				for _, port := range []uint16{22, 25, 53, 80, 443, 465, 587, 995, 3389, 60000} {
					target := Target{netip.MustParseAddr(to), port}
					got := Ask(policy, &Packet{In: &o.Interfaces[at], Out: &inventory.Interface{Name: "inner"}, Protocol: protocol, SourcePort: 50000, Sent: target, Arrives: target}, ipset.All4())
					answers[m.file][fmt.Sprint(to, " ", protocol, " ", port)] = got.Allowed.String() + "; " + got.Unclear.String()
				}
			}
		}
	}
	open := 0
	for question, want := range answers["acl"] {
		if want != "; " {
			open++
		}
		for _, m := range makers[1:] {
			stateful := m.file == "asa" && strings.Contains(question, "tcp") && strings.HasPrefix(question, "200.1.1.")
			if got := answers[m.file][question]; got != want && !stateful {
				t.Errorf("%s, %s: %s, IOS %s", m.file, question, got, want)
			}
		}
	}
	if open == 0 {
		t.Error("nothing is open")
	}
}
