package nmap

import (
	"testing"

	"seawall/internal/evidence/inventorytest"
)

const scan = `<?xml version="1.0"?>
<!DOCTYPE nmaprun [<!ENTITY x "y">]>
<!-- a comment with <host> in it -->
<nmaprun scanner="nmap" args="nmap -sV" start="1700000000" version="7.94">
<scaninfo type="syn" protocol="tcp" services="1-1024"/>
<host starttime="1700000001" endtime="1700000009"><status state="up"/>
<address addr="192.0.2.7" addrtype="ipv4"/><address addr="00:11:22:33:44:55" addrtype="mac" vendor="Acme &amp; Co"/>
<hostnames><hostname name="web.example.com" type="PTR"/></hostnames>
<ports><extraports state="closed" count="1020"/>
<port protocol="tcp" portid="22"><state state="open"/><service name="ssh" product="OpenSSH" version="9.2p1" method="probed" conf="10"><cpe>cpe:/a:openbsd:openssh:9.2p1</cpe></service><script id="banner" output="SSH-2.0-OpenSSH_9.2p1&#xa;more"/></port>
<port protocol="tcp" portid="8080"><state state="open"/><service name="http-proxy" method="table" conf="3"/></port>
<port protocol="tcp" portid="443"><state state="filtered"/></port>
<port protocol="tcp" portid="445"><state state="open"/><service name="microsoft-ds" method="table" conf="3"/></port>
</ports>
<os><osmatch name="Linux 5.X" accuracy="98"><osclass type="general purpose" vendor="Linux" osfamily="Linux" osgen="5.X"><cpe>cpe:/o:linux:linux_kernel:5</cpe></osclass></osmatch><osmatch name="Printer" accuracy="70"/></os>
<hostscript><script id="smb-vuln-ms17-010" output="VULNERABLE"><table key="CVE-2017-0143"><elem key="title">Remote code</elem><elem key="state">VULNERABLE</elem><table key="ids"><elem>CVE:CVE-2017-0143</elem></table></table></script></hostscript>
</host>
<host><status state="down"/><address addr="192.0.2.8" addrtype="ipv4"/></host>
`

const scanned = `
key address 192.0.2.7
key hardware address 00:11:22:33:44:55
key alias web.example.com
operating system Linux Linux 5.X 10
service 192.0.2.7 22/tcp open ssh OpenSSH 9.2p1 70
banner raw SSH-2.0-OpenSSH_9.2p1
service 192.0.2.7 8080/tcp open http-proxy 10
service 192.0.2.7 443/tcp filtered 10
service 192.0.2.7 445/tcp open microsoft-ds 10
claim nmap:smb-vuln-ms17-010 [CVE-2017-0143] 0 affected 0/
attribute hardware address vendor Acme & Co
key address 192.0.2.8
down
`

func TestScansAreReadWholeAndUnfinished(t *testing.T) {
	f := func(name, content, want string) {
		t.Helper()
		inventorytest.Check(t, Formats(), name, content, want)
	}
	f("whole.xml", scan+"</nmaprun>", scanned)
	f("unfinished.xml", scan, scanned+"lost 19: the scan is unfinished…")
	f("in-host.xml", scan+`<host><address addr="192.0.2.9" addrtype="ipv4"/><ports><port protocol="tcp" portid="80"><state state="open"/>`, scanned+`
		key address 192.0.2.9
		service 192.0.2.9 80/tcp open 10
		lost 19: the scan is unfinished…`)
	f("loopback.xml", `<nmaprun scanner="nmap"><host><address addr="127.0.0.1" addrtype="ipv4"/><ports><port protocol="tcp" portid="80"><state state="open"/></port></ports></host></nmaprun>`,
		"service 127.0.0.1 80/tcp open 10")
	f("headers.xml", `<nmaprun><host><address addr="192.0.2.9" addrtype="ipv4"/><ports><port protocol="tcp" portid="443"><state state="open"/><script id="http-headers" output="&#xa;  Server: Microsoft-IIS/10.0&#xa;  Date: now&#xa;  X-OWA-Version: 15.2.1118.7&#xa;"/></port></ports></host></nmaprun>`, `
		key address 192.0.2.9
		service 192.0.2.9 443/tcp open 10
		banner http-server Microsoft-IIS/10.0
		banner http-header X-OWA-Version: 15.2.1118.7`)
	f("vulners.xml", `<nmaprun><host><address addr="192.0.2.9" addrtype="ipv4"/><ports><port protocol="tcp" portid="80"><state state="open"/><script id="vulners" output="x"><table><table><elem key="id">CVE-2020-1</elem></table><table><elem key="id">CVE-2020-11111</elem></table></table></script></port></ports></host></nmaprun>`, `
		key address 192.0.2.9
		service 192.0.2.9 80/tcp open 10
		claim nmap:vulners [CVE-2020-1] 0 possible 80/tcp
		claim nmap:vulners [CVE-2020-11111] 0 possible 80/tcp`)
	f("a.gnmap", "# Nmap 7.94 scan initiated as: nmap -oG a\nHost: 192.0.2.7 (web.example.com)\tPorts: 22/open/tcp//ssh//OpenSSH 9.2/, 443/open/tcp//ssl|http///\n", `
		key address 192.0.2.7
		key alias web.example.com
		service 192.0.2.7 22/tcp open ssh 30
		service 192.0.2.7 443/tcp open http 10`)
}

func TestMasscanIsReadInAllItsForms(t *testing.T) {
	f := func(name, content, want string) {
		t.Helper()
		inventorytest.Check(t, Formats(), name, content, want)
	}
	const items = `[
{   "ip": "192.0.2.1",   "timestamp": "1700000000", "ports": [ {"port": 80, "proto": "tcp", "status": "open", "reason": "syn-ack", "ttl": 64} ] }
,
{   "ip": "192.0.2.1",   "timestamp": "1700000001", "ports": [ {"port": 22, "proto": "tcp", "service": {"name": "ssh", "banner": "SSH-2.0-x"}} ] },
`
	const want = `
		key address 192.0.2.1
		service 192.0.2.1 80/tcp open 10
		key address 192.0.2.1
		service 192.0.2.1 22/tcp open ssh 30
		banner ssh SSH-2.0-x`
	f("whole.json", items+"]\n", want)
	f("unfinished.json", items, want+"\nlost 5: the scan is unfinished…")
	f("list.txt", "#masscan\nopen tcp 80 192.0.2.1 1700000000\nbanner tcp 22 192.0.2.1 1700000001 ssh SSH-2.0-x y\nnonsense\n# end\n", `
		key address 192.0.2.1
		service 192.0.2.1 80/tcp open 10
		key address 192.0.2.1
		service 192.0.2.1 22/tcp open ssh 30
		banner ssh SSH-2.0-x y
		lost 4: line is none of masscan's`)
}

func FuzzXML(f *testing.F) {
	inventorytest.Fuzz(f, inventorytest.Format(f, Formats(), "nmap-xml"), scan, scan+"</nmaprun>", "<nmaprun><host></port></nmaprun>")
}

func FuzzMasscan(f *testing.F) {
	inventorytest.Fuzz(f, inventorytest.Format(f, Formats(), "masscan-json"), `[{"ip":"192.0.2.1","ports":[{"port":80,"proto":"tcp"}]},]`)
}

func FuzzList(f *testing.F) {
	inventorytest.Fuzz(f, inventorytest.Format(f, Formats(), "masscan-list"), "open tcp 80 192.0.2.1 1700000000\nbanner tcp 22 192.0.2.1 1 ssh x\n")
}

func FuzzGrepable(f *testing.F) {
	inventorytest.Fuzz(f, inventorytest.Format(f, Formats(), "nmap-grepable"), "# Nmap\nHost: 192.0.2.7 (a)\tPorts: 22/open/tcp//ssh///\n")
}
