package sigma

import (
	"strings"

	"seawall/record"
)

// zeekNames are other names that authors of rules use for fields of Zeek's
// logs, and those of Sigma's taxonomy for the category dns.
var zeekNames = map[string]string{
	"c-uri": "uri", "cs-uri": "uri", "c-useragent": "user_agent", "cs-method": "method", "cs-host": "host", "sc-status": "status_code",
	"src_ip": "id.orig_h", "src_port": "id.orig_p", "dst_ip": "id.resp_h", "dst_port": "id.resp_p", "record_type": "qtype_name", "answer": "answers", "QueryName": "query",
}

// packetNames is what rows read from packets are called where that is not the
// name of Zeek's log.
var packetNames = map[string]string{"conn": "flow", "ssl": "tls"}

// zeekTarget is one log of Zeek, also as it is read from packets.
func zeekTarget(log string) Target {
	packets := log
	if name, ok := packetNames[log]; ok {
		packets = name
	}
	return Target{
		Name: "zeek " + log, Kind: record.KindNetwork, Channels: []string{"zeek " + log, "pcap " + packets}, Rename: zeekNames,
		Enable: "collect Zeek's " + log + ".log, or packets",
	}
}

// firewallChannels are the logs of firewalls, by what syslog calls them.
var firewallChannels = []string{
	"cisco asa", "cisco ftd", "cisco ios", "fortinet fortigate", "palo alto pan-os", "check point firewall", "juniper junos", "juniper netscreen", "netgate pfsense", "linux netfilter", "ubiquiti unifi",
	"sonicwall sonicos", "sophos firewall", "sophos utm", "meraki mx", "mikrotik routeros", "watchguard fireware", "vmware nsx",
}

// deviceChannels maps products of network devices, as rules name them, to their
// logs.
var deviceChannels = map[string][]string{
	"cisco": {"cisco ios", "cisco ios-xr", "cisco asa", "cisco ftd"}, "fortinet": {"fortinet fortigate"}, "fortios": {"fortinet fortigate"}, "fortigate": {"fortinet fortigate"},
	"paloalto": {"palo alto pan-os"}, "juniper": {"juniper junos", "juniper netscreen"}, "checkpoint": {"check point firewall"}, "sonicwall": {"sonicwall sonicos"}, "sophos": {"sophos firewall", "sophos utm"},
	"pfsense": {"netgate pfsense"}, "meraki": {"meraki mx"}, "mikrotik": {"mikrotik routeros"}, "watchguard": {"watchguard fireware"}, "f5": {"f5 big-ip"}, "netscaler": {"citrix netscaler"}, "infoblox": {"infoblox nios"},
}

// hostChannels maps services of Linux to the logs of syslog and of the audit
// system; "" is all of them.
var hostChannels = map[string][]string{
	"":       {"openbsd openssh", "linux sudo", "linux pam", "linux cron", "linux accounts", "linux audit", "unix syslog"},
	"sshd":   {"openbsd openssh"},
	"auth":   {"openbsd openssh", "linux sudo", "linux pam", "linux accounts"},
	"sudo":   {"linux sudo"},
	"cron":   {"linux cron"},
	"auditd": {"linux audit"},
	"syslog": {"unix syslog", "openbsd openssh", "linux sudo", "linux pam", "linux cron", "linux accounts"},
}

// networkLogSource returns the targets of a log source of network sensors and
// devices, and of the syslog of hosts; nil if it is none.
func networkLogSource(product, category, service string) []Target {
	one := func(name, kind string, channels ...string) []Target {
		return []Target{{Name: name, Kind: kind, Channels: channels, Enable: "collect the syslog of " + name}}
	}
	switch {
	case product == "zeek" && service != "" && category == "":
		return []Target{zeekTarget(strings.TrimPrefix(service, "zeek-"))}
	case product == "zeek" && service == "" && category != "":
		return []Target{zeekTarget(category)}
	case product == "suricata" && service != "" && category == "":
		return []Target{{Name: "suricata " + service, Kind: record.KindNetwork, Channels: []string{"suricata " + service}, Enable: "collect Suricata's eve.json"}}
	case category == "dns" && product == "" && service == "":
		return append([]Target{zeekTarget(category)}, one("name servers", record.KindNetwork, "isc bind", "infoblox nios", "dnsmasq dnsmasq", "nlnet labs unbound", "powerdns powerdns", "microsoft dns")...)
	case category == "firewall" && product == "" && service == "":
		own := one("Windows firewall", record.KindNetwork, "windows firewall")
		own[0].Rename = map[string]string{"src_ip": "src-ip", "dst_ip": "dst-ip", "src_port": "src-port", "dst_port": "dst-port"}
		own[0].Enable = "have the Windows firewall log dropped packets and connections"
		return append(one("firewalls", record.KindNetwork, firewallChannels...), own...)
	case product == "linux" && category == "":
		if channels, ok := hostChannels[service]; ok {
			return one("linux "+service, record.KindSystem, channels...)
		}
	case deviceChannels[product] != nil && (category == "" || category == "firewall"):
		return one(product, record.KindNetwork, deviceChannels[product]...)
	}
	return nil
}
