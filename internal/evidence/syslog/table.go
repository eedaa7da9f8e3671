package syslog

import "slices"

// products is the table of what is told apart, the surest signs first. Formats
// that name vendor and product themselves, CEF and LEEF, come before it.
var products = []product{
	{vendor: "cisco", name: "asa", match: has("%ASA-", "%PIX-", "%FWSM-"), read: asa},
	{vendor: "cisco", name: "ftd", match: either(has("%FTD-", "%NGIPS-"), by("sfims")), read: asa},
	{vendor: "cisco", name: "ucs", match: has("%UCSM-")},
	{vendor: "cisco", name: "ucm", match: has("%UC_", "%CCM_"), read: nil},
	{vendor: "cisco", name: "ios-xr", match: both(cisco, func(f *frame) bool {
		return has("%MGBL-", "%ROUTING-", "%L2-", "%PKT_INFRA-", "%SECURITY-", "%OS-", "%PLATFORM-")(f) && xrTag(f)
	}), read: ios},
	{vendor: "cisco", name: "ios", match: cisco, read: ios},
	{vendor: "palo alto", name: "pan-os", match: panCSV, read: paloalto},
	{vendor: "fortinet", name: "fortiweb", match: device("FV", "FortiWeb"), read: fortinet},
	{vendor: "fortinet", name: "fortimail", match: device("FE", "FML"), read: fortinet},
	{vendor: "fortinet", name: "fortigate", match: either(both(fields("logid", "type"), fields("devid")), both(fields("logid", "type"), fields("vd"))), read: fortinet},
	{vendor: "fortinet", name: "fortigate", match: fields("devname", "log_id", "type"), read: fortinet},
	{vendor: "fortinet", name: "fortigate", match: fields("devname", "logid"), read: fortinet},
	{vendor: "check point", name: "firewall", match: either(either(by("checkpoint"), has("originsicname=", "origin_sic_name=", `product="VPN-1`, `product="SmartDefense`, `ProductName="`, "1.3.6.1.4.1.2620")), either(fields("loguid", "origin"), both(has(`loguid:"`), has(`origin:"`)))), read: checkpoint},
	{vendor: "check point", name: "firewall", match: both(has("|product="), has("time=")), read: checkpoint},
	{vendor: "check point", name: "firewall", match: all("|hostname=", "|product="), read: checkpoint},
	{vendor: "juniper", name: "netscreen", match: has("NetScreen"), read: keyValue},
	{vendor: "juniper", name: "junos", match: either(func(f *frame) bool { return hasData(f, "[junos@2636") }, either(either(by(junosDaemons...), junosName), has("PFE_FW_SYSLOG", "RT_FLOW_SESSION", ": EVENT <"))), read: juniper},
	{vendor: "netgate", name: "pfsense", match: by("filterlog", "pf", "php-fpm", "dpinger", "pfsense*", "check_reload_status"), read: filterlog},
	{vendor: "meraki", name: "mx", match: merakiType, read: meraki},
	{vendor: "sonicwall", name: "sonicos", match: both(fields("sn", "fw", "pri"), fields("m")), read: sonicwall},
	{vendor: "sonicwall", name: "sonicos", match: both(fields("id", "sn", "time"), fields("fw")), read: sonicwall},
	{vendor: "stormshield", name: "sns", match: fields("logtype", "fw"), read: keyValue},
	{vendor: "huawei", name: "usg", match: has("%%01"), read: huawei},
	{vendor: "openvpn", name: "openvpn", match: by("openvpn*", "ovpn*"), read: openvpn},
	{vendor: "strongswan", name: "strongswan", match: by("charon*", "ipsec"), read: strongswan},
	{vendor: "sophos", name: "firewall", match: either(both(fields("device_id", "log_type"), fields("log_component")), both(fields("device_serial_id", "log_type"), fields("log_component"))), read: sophos},
	{vendor: "sophos", name: "utm", match: all(`sys="Sec`, "sub="), read: sophos},
	{vendor: "vmware", name: "nsx", match: either(by("dfwpktlogs", "nsx*"), has(" INET match ", " INET6 match ", "comp=\"nsx")), read: prose},
	{vendor: "ubiquiti", name: "unifi", match: both(netfilterLine, ubiquitiRule), read: netfilter},
	{vendor: "linux", name: "netfilter", match: netfilterLine, read: netfilter},
	{vendor: "ubiquiti", name: "unifi", match: ubiquitiTag, read: nil},
	{vendor: "mikrotik", name: "routeros", match: mikrotikLine, read: mikrotik},
	{vendor: "watchguard", name: "fireware", match: has(`msg_id="`, "(Unhandled ", "Firebox "), read: watchguard},
	{vendor: "citrix", name: "netscaler", match: either(has(": default ", " - - default ", "-PPE-", "Vserver "), by("aaatm", "sslvpn", "netscaler")), read: netscaler},
	{vendor: "f5", name: "big-ip", match: either(either(either(severityWord, dottedCode), has("f5_irule=", "F5Networks", "/Common/", "unit_hostname=", "ASM:")), by("f5", "tmm*", "mcpd", "apmd", "asm", "bigd", "audit_forwarder")), read: bigip},
	{vendor: "bluecoat", name: "proxysg", match: either(by("bluecoat", "proxysg*"), has("x-bluecoat-", "SPLV5")), read: keyValueAlert},
	{vendor: "zscaler", name: "nss", match: both(has("\t"), either(has("product=NSS", "vendor=Zscaler"), fields("event_id", "reason"))), read: tabbed},
	{vendor: "zscaler", name: "nss", match: either(has("vendor=Zscaler", "ZscalerNSS"), by("zscalernss*"))},
	{vendor: "zscaler", name: "zpa", match: both(has(`"LogTimestamp"`), either(has(`"Connector"`, `"ConnectionID"`, `"SessionID"`), has(`"Exporter"`, `"Customer"`))), read: nil},
	{vendor: "infoblox", name: "nios", match: either(either(by("threat-protect-log", "-serial_console", "serial_console"), has("Infoblox", "infoblox")), either(infobloxAudit, both(by("named"), has(": UDP: query: ", ": TCP: query: ")))), read: named},
	{vendor: "microsoft", name: "dns", match: packetLine, read: microsoftDNS},
	{vendor: "isc", name: "bind", match: either(by("named"), both(has("query: "), has("client "))), read: named},
	{vendor: "isc", name: "dhcpd", match: either(by("dhcpd"), begins("DHCPDISCOVER", "DHCPREQUEST", "DHCPACK", "DHCPOFFER", "DHCPNAK")), read: nil},
	{vendor: "dnsmasq", name: "dnsmasq", match: by("dnsmasq*", "pihole*"), read: dnsmasq},
	{vendor: "nlnet labs", name: "unbound", match: by("unbound*"), read: unbound},
	{vendor: "powerdns", name: "powerdns", match: by("pdns*"), read: powerdns},
	{vendor: "cisco", name: "ise", match: has("CISE_"), read: nil},
	{vendor: "cisco", name: "acs", match: has("CSCOacs_"), read: nil},
	{vendor: "cisco", name: "wsa", match: has(" TCP_MISS", " TCP_DENIED/", " TCP_HIT", " TCP_CLIENT_REFRESH", " TCP_MEM_HIT", " TCP_REFRESH", " NONE/5", "Firewall blocked TCP", "Firewall blocked UDP", "Firewall noted", "DEFAULT_CASE_", "BLOCK_WEBCAT", "-DefaultGroup-"), read: prose},
	{vendor: "cisco", name: "wsa", match: wsaLine},
	{vendor: "cisco", name: "meeting management", match: either(by("cmm-*"), has("local:myuser/", "/HTTP/IPv")), read: nil},
	{vendor: "cisco", name: "hyperflex", match: by("hx-*", "storfs*"), read: nil},
	{vendor: "fireeye", name: "hx", match: both(by("fenotify*", "cef"), has("HX", "hx")), read: nil},
	{vendor: "ossec", name: "ossec", match: has("Alert Level: "), read: nil},
	{vendor: "trellix", name: "epo", match: by("epoevents"), read: nil},
	{vendor: "trellix", name: "nsp", match: either(has("acl_action=", "SyslogACLLog", "SyslogAlertForwarder"), both(has("Fault :"), has("ack_information"))), read: keyValue},
	{vendor: "haproxy", name: "haproxy", match: by("haproxy"), read: nil},
	{vendor: "vmware", name: "esxi", match: by("vpxa", "hostd*", "vmkernel", "vobd", "vmkwarning", "vmauthd", "fdm", "rhttpproxy", "usbarb", "cmmdstimemachinedump", "ucs-tool-esxi-inv", "esxupdate", "vsanmgmtd", "vmkeventd", "sfcb*", "vsan*", "envoy-access", "heartbeat", "apiforwarder", "storagerm", "vsansystem", "vsanmgmtsvc", "imageconfigmanager", "hostprofiletrace", "healthd", "nfcd", "sensord", "swapobjd", "iofiltervpd", "localcli", "esxtokend", "backup.sh", "crx*", "vmx", "vsantraceurgent", "dcui", "smartd_esx", "lacp", "netcpa", "cfgagent", "kmxa"), read: nil},
	{vendor: "vmware", name: "vcenter", match: by("vmon", "vpxd*", "vcenter-server", "applmgmt*", "vsphere-ui*", "sso*", "cloudvm*", "rhttpproxy-main", "updatemgr*", "vmafdd", "vmdird", "vmcad", "vcsa*", "vsphere-client*", "vapi*", "content-library*", "eam", "perfcharts*", "trustmanagement*", "vlcm*", "vstats*", "wcp*"), read: nil},
	{vendor: "nutanix", name: "nutanix", match: func(f *frame) bool { return hasPrefixFold(f.host, "ntnx-") }, read: auditd, system: true},
	{vendor: "pulse secure", name: "connect secure", match: either(by("pulsesecure", "ivanticonnectsecure"), has("PulseSecure:", "Juniper: ", "ive - [", "- ive |")), read: ive},
	{vendor: "aruba", name: "clearpass", match: has("CPPM_", "ClearPass", " All Events "), read: nil},
	{vendor: "aruba", name: "wireless", match: arubaTag, read: nil},
	{vendor: "brocade", name: "switch", match: either(both(by("security", "system", "pim", "dot1x", "stp"), has("from USER EXEC", "from src", "PoE", "port", "Module", "User ")), has("from USER EXEC mode")), read: nil},
	{vendor: "apc", name: "ups", match: both(has("0x00"), has("UPS", "SNMP interface", "System:", "APC", "Web user", "FTP user", "logged")), read: nil},
	{vendor: "alsid", name: "alsid for ad", match: by("alsidforad", "tenablead*"), read: nil},
	{vendor: "avi networks", name: "vantage", match: has("Avi-Controller", `"virtualservice":`), read: nil},
	{vendor: "beyondtrust", name: "secure remote access", match: both(by("bg"), has("event=")), read: nil},
	{vendor: "cohesity", name: "cohesity", match: by("cohesity*", "api_audit", "dataprotection_events", "filer_audit"), read: nil},
	{vendor: "dell", name: "idrac", match: either(has("MessageID: ", "Message ID: "), by("idrac*")), read: nil},
	{vendor: "dell", name: "sonic", match: by("bgp#*", "swss#*", "syncd#*", "teamd#*", "lldp#*", "snmp#*", "pmon#*", "database#*", "dhcp_relay#*"), read: nil},
	{vendor: "github", name: "enterprise", match: all(`"actor`, `"action":`), read: nil},
	{vendor: "hpe", name: "jetdirect", match: either(both(by("printer", "scanner", "hp*"), has("source_IP=", "interface=")), has("source_IP=")), read: nil},
	{vendor: "hpe", name: "procurve", match: procurveLine, read: nil},
	{vendor: "ibm", name: "datapower", match: has("][0x"), read: nil},
	{vendor: "netmotion", name: "mobility", match: func(f *frame) bool { return hasData(f, "[nm_") || by("localityserver")(f) }, read: nil},
	{vendor: "polycom", name: "rprm", match: either(by("rprm"), has("com.polycom")), read: nil},
	{vendor: "proofpoint", name: "pps", match: either(by("filter_instance*", "pps*"), func(f *frame) bool { return hasPrefixFold(f.host, "pps") }), read: nil},
	{vendor: "palo alto", name: "prisma sd-wan", match: either(by("cgxflowlog*"), has("ION_HOST=", "cgxFlowLog")), read: prisma},
	{vendor: "qumulo", name: "storage", match: by("qumulo*"), read: nil},
	{vendor: "radware", name: "defensepro", match: either(by("defensepro", "m_0*"), has("DefensePro", "M_0", "client radware", "radware")), read: prose},
	{vendor: "rsa", name: "securid", match: has("com.rsa.", "audit.admin.", "audit.runtime.", "system.com.rsa", "AuthenticationManager", "system.ionsconsole", "authmgr"), read: nil},
	{vendor: "symantec", name: "dlp", match: by("symantecdlp*", "dlp"), read: nil},
	{vendor: "tintri", name: "vmstore", match: has("com.tintri", "tomcat: [https-jsse"), read: nil},
	{vendor: "vectra", name: "cognito", match: by("vectra*"), read: nil},
	{vendor: "forcepoint", name: "websense", match: has("vendor=Websense", "vendor=Forcepoint"), read: keyValueAlert},
	{vendor: "stealthbits", name: "stealthintercept", match: either(by("stealthintercept", "stealthdefend"), has("StealthINTERCEPT", "StealthDEFEND")), read: nil},
	{vendor: "microsoft", name: "windows", match: has("LogName=Security", "EventCode=", "MSWinEventLog"), read: nil},
	{vendor: "spectracom", name: "ntp", match: begins("[system]", "[ntp]", "[time]", "[reference]"), read: nil},
	{vendor: "balabit", name: "loggen", match: both(by("prg0*"), has("PADD")), read: nil},
	{vendor: "cisco", name: "esa", match: esaLine, read: nil},
	{vendor: "openbsd", name: "openssh", match: by("sshd*"), read: sshd, system: true},
	{vendor: "linux", name: "sudo", match: by("sudo"), read: sudo, system: true},
	{vendor: "linux", name: "audit", match: either(by("audispd", "auditd", "audit"), has("type=SYSCALL msg=audit(", "msg=audit(")), read: auditd, system: true},
	{vendor: "linux", name: "cron", match: by("cron", "crond", "anacron", "/usr/sbin/cron"), read: cron, system: true},
	{vendor: "linux", name: "accounts", match: by("useradd", "userdel", "usermod", "groupadd", "passwd", "chpasswd", "chage", "groupmod"), read: accounts, system: true},
	{vendor: "linux", name: "pam", match: has("pam_unix(", "pam_sss(", "pam_tally", "pam_faillock", "PAM-", "pam_"), read: pam, system: true},
}

// other is what nothing in the table is.
var other = product{vendor: "unix", name: "syslog", read: unknown, system: true}

// commonPrograms are the programs that hosts run everywhere. Where appliances
// run them, too, their products are among those that may be meant.
var commonPrograms = []struct {
	programs, products []string
}{
	{[]string{"sshd", "sshd-session"}, []string{"juniper junos", "infoblox nios", "openbsd openssh"}},
	{[]string{"kernel"}, []string{"ubiquiti unifi", "linux netfilter", "linux audit", "watchguard fireware"}},
	{[]string{"named"}, []string{"infoblox nios", "isc bind"}},
	{[]string{"dnsmasq", "dnsmasq-dhcp"}, []string{"dnsmasq dnsmasq"}},
	{[]string{"unbound"}, []string{"nlnet labs unbound"}},
	{[]string{"filterlog"}, []string{"netgate pfsense"}},
	{[]string{"sudo"}, []string{"linux sudo", "linux pam"}},
	{[]string{"su", "login", "gdm-password]", "systemd-logind", "polkitd", "lightdm"}, []string{"linux pam"}},
	{[]string{"CRON", "cron", "crond", "anacron"}, []string{"linux cron", "linux pam"}},
	{[]string{"audispd", "auditd", "audit"}, []string{"nutanix nutanix", "linux audit"}},
	{[]string{"useradd", "userdel", "usermod", "groupadd", "passwd", "chpasswd"}, []string{"linux accounts", "linux pam"}},
	{[]string{
		"systemd", "systemd-networkd", "systemd-resolved", "systemd-timesyncd", "systemd-udevd", "systemd-journald", "dbus-daemon", "NetworkManager", "rsyslogd", "syslog-ng", "chronyd",
		"dhclient", "snapd", "dockerd", "containerd", "kubelet", "smartd", "irqbalance", "multipathd", "udisksd", "freshclam", "fwupd", "packagekitd", "ModemManager", "avahi-daemon", "cloud-init",
	}, nil},
}

// groups are the kinds of logs that detectors ask for, whoever writes them.
var groups = []struct {
	name     string
	products []string
}{
	{"firewall", []string{
		"cisco asa", "cisco ftd", "fortinet fortigate", "palo alto pan-os", "check point firewall", "juniper junos", "juniper netscreen", "netgate pfsense", "meraki mx", "sonicwall sonicos",
		"sophos firewall", "sophos utm", "vmware nsx", "ubiquiti unifi", "linux netfilter", "mikrotik routeros", "watchguard fireware", "stormshield sns", "huawei usg",
		"palo alto networks pan-os", "fortinet fortigate-vm", "forcepoint firewall", "check point vpn-1 & firewall-1",
	}},
	{"name server", []string{"isc bind", "infoblox nios", "dnsmasq dnsmasq", "nlnet labs unbound", "powerdns powerdns", "microsoft dns"}},
}

// groupOf returns the kind of a product's log, "" if it has no name.
func groupOf(source string) string {
	for _, g := range groups {
		if slices.Contains(g.products, source) {
			return g.name
		}
	}
	return ""
}
