package perimeter

import "seawall/internal/coverage"

// Connections lists the logs that tell of connections, with how to collect
// them: the needs of detectors that work on connections, whoever saw them.
func Connections() []coverage.Need {
	return []coverage.Need{
		{Channel: "zeek conn", Enable: "run a sensor such as Zeek at the border and on internal segments"},
		{Channel: "suricata flow", Enable: "log flows with Suricata"},
		{Channel: "netflow", Enable: "export flows from routers and firewalls"},
		{Channel: "firewall", Enable: "log connections, accepted and refused, on the firewall"},
		{Channel: "pcap flow", Enable: "capture packets"},
	}
}
