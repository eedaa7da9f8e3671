package vulnscan

import (
	"strings"
	"testing"

	"seawall/internal/evidence/inventorytest"
)

const nessusReport = `<?xml version="1.0" ?>
<NessusClientData_v2><Policy><policyName>x</policyName></Policy><Report name="r">
<ReportHost name="10.0.0.5"><HostProperties><tag name="Credentialed_Scan">true</tag><tag name="host-fqdn">web.example.com</tag><tag name="netbios-name">WEB</tag>
<tag name="mac-address">00:11:22:33:44:55
00:11:22:33:44:66</tag><tag name="operating-system">Microsoft Windows Server 2016 Standard Build 14393</tag><tag name="cpe-0">cpe:/a:openbsd:openssh:7.4 -&gt; OpenBSD OpenSSH</tag></HostProperties>
<ReportItem port="443" svc_name="www" protocol="tcp" severity="3" pluginID="1" pluginName="Old &lt;thing&gt;" pluginFamily="f"><cve>CVE-2021-44228</cve><cve>CVE-2021-45046</cve><cvss_base_score>9.3</cvss_base_score><cvss3_base_score>10.0</cvss3_base_score><plugin_type>remote</plugin_type><solution>upgrade</solution></ReportItem>
<ReportItem port="445" svc_name="cifs?" protocol="tcp" severity="0" pluginID="2" pluginName="Info"></ReportItem>
<ReportItem port="0" svc_name="general" protocol="tcp" severity="0" pluginID="20811" pluginName="Software"><plugin_output>
The following software are installed :

7-Zip 19.00 (x64)  [version 19.00]
</plugin_output></ReportItem>
<ReportItem port="0" svc_name="general" protocol="tcp" severity="0" pluginID="22869" pluginName="Packages"><plugin_output>
  ii  acl  2.2.53-4  amd64  x
</plugin_output></ReportItem>
</ReportHost>
</Report></NessusClientData_v2>`

func TestReportsOfNessus(t *testing.T) {
	const want = `
		key address 10.0.0.5
		key alias web.example.com
		key name web
		key hardware address 00:11:22:33:44:55
		key hardware address 00:11:22:33:44:66
		operating system Microsoft Windows Server 2016 10.0.14393 Standard 100
		application openbsd openssh 7.4 100
		application 7-Zip 19.00 (x64) 19.00 100
		package acl 2.2.53-4 deb amd64 100
		service 10.0.0.5 443/tcp open http 30
		service 10.0.0.5 445/tcp open cifs 10
		claim nessus:1 [CVE-2021-44228 CVE-2021-45046] high 10 affected upgrade 443/tcp
		claim nessus:2 [] info 0 information 445/tcp
		claim nessus:20811 [] info 0 information 0/tcp
		claim nessus:22869 [] info 0 information 0/tcp`
	inventorytest.Check(t, Formats(), "a.nessus", nessusReport, want)
	cut := nessusReport[:strings.Index(nessusReport, "</ReportHost>")]
	inventorytest.Check(t, Formats(), "cut.nessus", cut, want+"\nlost 16: the report is unfinished…")
}

func TestTablesOfFindingsWhateverTheirColumns(t *testing.T) {
	f := func(name, content, want string) {
		t.Helper()
		inventorytest.Check(t, Formats(), name, content, want)
	}
	f("nessus.csv", "Plugin ID,CVE,CVSS,Risk,Host,Protocol,Port,Name,Plugin Output\n11,CVE-2020-0001,5.0,Medium,10.0.0.1,tcp,80,\"One, two\",\"line 1\nline \"\"2\"\"\"\n12,,,None,10.0.0.1,tcp,0,Info,\n,,,,,,,,\n", `
		key address 10.0.0.1
		service 10.0.0.1 80/tcp open 10
		claim nessus:11 [CVE-2020-0001] medium 5 affected 80/tcp
		key address 10.0.0.1
		claim nessus:12 [] info 0 information 0/tcp`)
	f("tenable.csv", "age_in_days;asset.display_ipv4_address;asset.name;asset.operating_system;definition.cve;definition.cvss3.base_score;definition.id;definition.name;port;protocol;severity\n3;10.0.0.2;srv;FortiOS 7.0.1;CVE-2022-40684;9.8;165763;Forti;443;TCP;CRITICAL\n", `
		key address 10.0.0.2
		key alias srv
		firmware Fortinet FortiOS 7.0.1 70
		service 10.0.0.2 443/tcp open 10
		claim nessus:165763 [CVE-2022-40684] critical 9.8 affected 443/tcp`)
	f("qualys.csv", "\"Report\",\"04 Feb 2026\",\"1\"\n\"Company\"\n\n\"QID\",\"Title\",\"Severity\",\"Type Detected\",\"Port\",\"Protocol\",\"Asset Name\",\"Asset IPV4\",\"Status\"\n\"1\",\"A\",\"5\",\"Confirmed\",\"22\",\"TCP\",\"h\",\"10.0.0.3\",\"FIXED\"\n\"2\",\"B\",\"3\",\"Potential\",\"\",\"\",\"h\",\"10.0.0.3\",\"ACTIVE\"\n", `
		key address 10.0.0.3
		key alias h
		service 10.0.0.3 22/tcp open 10
		claim qualys:1 [] critical 0 not affected 22/tcp
		key address 10.0.0.3
		key alias h
		claim qualys:2 [] medium 0 possible 0/`)
	f("openvas.csv", "IP,Hostname,Port,Port Protocol,CVSS,Severity,QoD,NVT Name,Specific Result,NVT OID,CVEs\n10.0.0.4,x,443,tcp,7.5,High,70,Old TLS,text,1.3.6,\"CVE-2020-0002,CVE-2020-0003\"\n", `
		key address 10.0.0.4
		key alias x
		service 10.0.0.4 443/tcp open 10
		claim openvas:1.3.6 [CVE-2020-0002 CVE-2020-0003] high 7.5 affected 443/tcp`)
	utf16 := "\xff\xfe"
	for _, c := range "Plugin ID,Risk,Host,Protocol,Port,Name\n1,High,10.0.0.9,tcp,1,Ä\n" {
		utf16 += string([]byte{byte(c), byte(c >> 8)})
	}
	f("wide.csv", utf16, `
		key address 10.0.0.9
		service 10.0.0.9 1/tcp open 10
		claim nessus:1 [] high 0 affected 1/tcp`)
}

const openvasReport = `<report id="1" format_id="2"><report id="3"><scan_start>2023-01-01T00:00:00Z</scan_start><results>
<result id="4"><name>Weak</name><host>10.0.0.8<asset asset_id="5"/><hostname>db</hostname></host><port>3306/tcp</port><nvt oid="1.2.3"><refs><ref type="cve" id="CVE-2019-0001"/></refs></nvt><threat>High</threat><severity>9.1</severity><qod><value>80</value></qod></result>
</results><host><ip>10.0.0.8</ip><detail><name>best_os_txt</name><value>Ubuntu 20.04</value></detail><detail><name>App</name><value>cpe:/a:mysql:mysql:5.7.1</value></detail></host></report></report>`

func TestReportsOfOpenVASAndQualys(t *testing.T) {
	inventorytest.Check(t, Formats(), "o.xml", openvasReport, `
		key address 10.0.0.8
		key alias db
		service 10.0.0.8 3306/tcp open 10
		claim openvas:1.2.3 [CVE-2019-0001] critical 9.1 affected 3306/tcp
		key address 10.0.0.8
		operating system Canonical Ubuntu 20.04 70
		application mysql mysql 5.7.1 70`)
	inventorytest.Check(t, Formats(), "q.xml", qualysReport, `
		key address 10.0.0.6
		key alias h.example.com
		operating system Canonical Ubuntu 11 70
		service 10.0.0.6 22/tcp open 10
		claim qualys:38 [CVE-2018-0001] high 0 affected 22/tcp
		claim qualys:82040 [] info 0 information 0/`)
}

const qualysReport = `<?xml version="1.0"?><!DOCTYPE SCAN SYSTEM "https://x/scan-1.dtd"><SCAN value="scan/1"><HEADER><KEY value="DATE">2019-04-02T10:14:53Z</KEY></HEADER>
<IP value="10.0.0.6" name="h.example.com"><OS><![CDATA[Ubuntu 11]]></OS>
<VULNS><CAT value="x" port="22" protocol="tcp"><VULN number="38" severity="4" cveid="CVE-2018-0001"><TITLE><![CDATA[T]]></TITLE></VULN></CAT></VULNS>
<INFOS><CAT value="TCP/IP"><INFO number="82040" severity="1"><TITLE>ICMP</TITLE></INFO></CAT></INFOS></IP></SCAN>`

func FuzzNessus(f *testing.F) {
	inventorytest.Fuzz(f, inventorytest.Format(f, Formats(), "nessus"), nessusReport)
}

func FuzzOpenVAS(f *testing.F) {
	inventorytest.Fuzz(f, inventorytest.Format(f, Formats(), "openvas-xml"), openvasReport)
}

func FuzzQualys(f *testing.F) {
	inventorytest.Fuzz(f, inventorytest.Format(f, Formats(), "qualys-xml"), qualysReport)
}

func FuzzCSV(f *testing.F) {
	inventorytest.Fuzz(f, inventorytest.Format(f, Formats(), "vulnerability-csv"), "Plugin ID,Risk,Host,Name\n1,High,10.0.0.9,\"a\nb\"\n", "QID;Title;IP\n1;x;10.0.0.1\n")
}
