package perimeter

import "seawall/internal/coverage"

// Connections lists the logs that tell of connections, with how to collect
// them: the needs of detectors that work on connections, whoever saw them.
func Connections() []coverage.Need {
	needs := []coverage.Need{
		{Channel: "zeek conn", Enable: "run a sensor such as Zeek at the border and on internal segments"},
		{Channel: "suricata flow", Enable: "log flows with Suricata"},
		{Channel: "pcap flow", Enable: "capture packets"},
	}
	for _, name := range []string{"netflow", "ipfix", "sflow", "nfdump", "argus", "silk", "vpc", "goflow", "pmacct", "vflow"} {
		needs = append(needs, coverage.Need{Channel: name, Enable: "export flows from routers and firewalls"})
	}
	for _, name := range []string{
		"cisco asa", "cisco ftd", "cisco ios", "fortinet fortigate", "palo alto pan-os", "check point firewall", "juniper junos", "juniper netscreen",
		"netgate pfsense", "linux netfilter", "sonicwall sonicos", "sophos firewall", "sophos utm", "meraki mx", "watchguard fireware", "mikrotik routeros", "stormshield sns", "huawei usg",
	} {
		needs = append(needs, coverage.Need{Channel: name, Enable: "log connections, accepted and refused, on the firewall"})
	}
	return needs
}
