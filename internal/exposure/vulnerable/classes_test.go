package vulnerable

import (
	"strings"
	"testing"

	"seawall/internal/intel/cve"
	"seawall/internal/inventory"
)

// TestClassesOfVersionsThatNaiveMatchersGetWrong asks about versions on both
// sides of what decides: fixes in trains, hotfixes, editions, holes, editions
// of one name, back-ports, and versions that say too little.
func TestClassesOfVersionsThatNaiveMatchersGetWrong(t *testing.T) {
	m := matcher(t)
	gates(asker(t, m))
	servers(asker(t, m))
	programs(asker(t, m))
}

// ask asks for the answer on versions of a product as named.
type ask func(flaw string, want Outcome, named string, versions ...string)

func asker(t *testing.T, m *Matcher) ask {
	return func(flaw string, want Outcome, named string, versions ...string) {
		t.Helper()
		id, ok := cve.ParseID(flaw)
		if !ok {
			t.Fatalf("%q is no CVE", flaw)
		}
		for _, v := range versions {
			match := m.Judge(seen(named, v), id)
			if match.Outcome != want {
				t.Errorf("%s %q, %s: %s, want %s: %s", named, v, flaw, match.Outcome, want, match.Chain())
			}
			if match.Outcome == Possible && match.Decides == "" {
				t.Errorf("%s %q, %s: nothing is named that would decide", named, v, flaw)
			}
			if match.Rule == "" {
				t.Errorf("%s %q, %s: no rule is named", named, v, flaw)
			}
		}
	}
}

// gates are firewalls, gateways and other devices.
func gates(f ask) {
	// Palo Alto Networks: hotfixes come behind their release, trains are apart.
	f("CVE-2024-3400", Affected, "Palo Alto Networks PAN-OS", "10.2.9", "10.2.0", "11.0.4", "11.1.2-h1", "11.1.0", "10.2.8-h2")
	f("CVE-2024-3400", NotAffected, "Palo Alto Networks PAN-OS", "10.2.9-h1", "10.2.10", "11.0.4-h1", "11.1.2-h3", "11.1.3", "11.2.0", "9.1.14", "10.1.14", "10.2.8-h3", "10.2.7-h8")
	f("CVE-2024-3400", Possible, "PAN-OS", "10.2", "")
	f("CVE-2019-1579", Affected, "paloaltonetworks pan-os", "7.1.18", "8.0.11", "8.1.2")
	f("CVE-2019-1579", NotAffected, "paloaltonetworks pan-os", "7.1.19", "8.0.12-h1", "8.1.3", "9.0.1")
	// Fortinet.
	f("CVE-2022-42475", Affected, "FortiOS", "v7.2.2,build1255,220930 (GA.F)", "7.0.8", "6.4.10", "6.2.11", "5.6.14")
	f("CVE-2022-42475", NotAffected, "FortiOS", "7.2.3", "7.0.9", "6.4.11", "6.2.12", "7.4.0")
	f("CVE-2023-27997", Affected, "FortiGate", "7.2.4", "7.0.11", "6.4.12")
	f("CVE-2023-27997", NotAffected, "FortiGate", "7.2.5", "7.0.12", "6.4.13", "7.4.0")
	f("CVE-2024-21762", Affected, "Fortinet FortiOS", "7.4.2", "7.2.6", "7.0.13", "6.4.14", "6.2.15", "6.0.18")
	f("CVE-2024-21762", NotAffected, "Fortinet FortiOS", "7.4.3", "7.2.7", "7.0.14", "6.4.15", "7.6.0")
	f("CVE-2024-55591", Affected, "FortiOS", "7.0.16")
	f("CVE-2024-55591", NotAffected, "FortiOS", "7.0.17", "7.2.0", "7.4.1")
	f("CVE-2022-40684", Affected, "FortiProxy", "7.2.0", "7.0.6")
	f("CVE-2022-40684", NotAffected, "FortiProxy", "7.2.1", "7.0.7")
	// Citrix: build behind the train, certified editions, trains without a fix.
	f("CVE-2023-4966", Affected, "Citrix ADC", "NS13.1: Build 48.47.nc", "13.0-92.18", "12.1-65.39", "14.1-8.49", "13.1-FIPS 37.163")
	f("CVE-2023-4966", NotAffected, "Citrix ADC", "14.1-8.50", "13.1-49.15", "13.0-92.19", "13.1-FIPS 37.164", "12.1-FIPS 55.300")
	f("CVE-2023-4966", Possible, "NetScaler ADC", "13.1-37.164", "13.1", "")
	f("CVE-2023-3519", Affected, "NetScaler Gateway", "13.1-37.150", "12.1-55.100", "11.1-65.23")
	f("CVE-2023-3519", NotAffected, "NetScaler", "14.1-8.50", "NS13.0: Build 91.13.nc")
	f("CVE-2019-19781", Affected, "Citrix NetScaler ADC", "10.5-70.11", "11.1-63.14", "12.0-63.12", "12.1-55.17", "13.0-47.23")
	f("CVE-2019-19781", NotAffected, "Citrix NetScaler ADC", "11.1-63.15", "12.1-55.18", "13.0-47.24", "13.1-4.43")
	f("CVE-2025-5777", Affected, "NetScaler ADC", "14.1-43.50", "13.1-58.21", "13.0-92.31", "12.1-65.39")
	f("CVE-2025-5777", NotAffected, "NetScaler ADC", "14.1-43.56", "13.1-58.32")
	// Ivanti.
	f("CVE-2025-22457", Affected, "Ivanti Connect Secure", "22.7R2.5", "22.6R2.3", "9.1R18.9")
	f("CVE-2025-22457", NotAffected, "Ivanti Connect Secure", "22.7R2.6", "22.7R2.10", "22.8R1")
	f("CVE-2023-46805", Affected, "Ivanti Connect Secure", "9.1R14.3", "9.1R18.2", "9.1R17.1", "22.4R2.1", "22.5R1", "9.1R16", "22.3R1")
	f("CVE-2023-46805", NotAffected, "Ivanti Connect Secure", "9.1R14.4", "9.1R17.2", "9.1R18.3", "22.5R1.1", "22.5R2.2", "22.4R2.2", "22.7R2")
	f("CVE-2019-11510", Affected, "Pulse Connect Secure", "9.0R3.3", "8.3R7", "8.2R12", "9.0R1")
	f("CVE-2019-11510", NotAffected, "Pulse Connect Secure", "9.0R3.4", "8.3R7.1", "8.2R12.1", "9.1R1")
}

// servers are what waits for callers behind them.
func servers(f ask) {
	// Atlassian: what the record leaves out.
	f("CVE-2022-26134", Affected, "Atlassian Confluence Server", "7.4.16", "7.12.5", "7.13.6", "7.18.0", "6.15.9")
	f("CVE-2022-26134", NotAffected, "Confluence Data Center", "7.4.17", "7.13.7", "7.18.1", "7.19.0", "8.0.0", "7.4.18")
	f("CVE-2023-22515", Affected, "Confluence", "8.0.0", "8.1.2", "8.3.2", "8.4.2", "8.5.1")
	f("CVE-2023-22515", NotAffected, "Confluence", "7.19.16", "8.3.3", "8.4.3", "8.5.2", "8.6.0")
	f("CVE-2021-26084", Affected, "Confluence Server", "6.13.22", "7.4.10", "7.11.5", "7.12.4", "7.8.0")
	f("CVE-2021-26084", NotAffected, "Confluence Server", "6.13.23", "7.4.11", "7.11.6", "7.12.5", "7.13.0")
	f("CVE-2023-22518", Affected, "Confluence", "7.19.15", "8.5.2", "8.6.0", "7.13.0")
	f("CVE-2023-22518", NotAffected, "Confluence", "7.19.16", "8.5.3", "8.6.1", "8.3.4")
	f("CVE-2023-22527", Affected, "Confluence Data Center", "8.4.5", "8.5.3", "8.0.0")
	f("CVE-2023-22527", NotAffected, "Confluence Data Center", "8.5.4", "8.6.0", "7.19.17", "8.7.1")
	// F5, SonicWall, Zyxel, Juniper, Cisco.
	f("CVE-2023-46747", Affected, "F5 BIG-IP", "17.1.0.2", "16.1.4", "13.1.5")
	f("CVE-2024-40766", Affected, "SonicOS", "7.0.1-5035", "6.5.4.14-109n", "5.9.2.14-12o")
	f("CVE-2023-28771", Affected, "Zyxel ATP series firmware", "V5.35(ABPS.0)", "4.60")
	f("CVE-2023-28771", NotAffected, "Zyxel ATP series firmware", "V5.36(ABPS.0)", "5.37")
	f("CVE-2023-28771", Affected, "Zyxel ZyWALL/USG series firmware", "V4.73(AAPJ.0)")
	f("CVE-2023-28771", NotAffected, "Zyxel ZyWALL/USG series firmware", "4.73 Patch 1")
	f("CVE-2023-36846", Affected, "Juniper Junos OS", "20.4R3-S7", "21.4R3-S4", "22.4R2", "21.1R3")
	f("CVE-2023-36846", NotAffected, "Juniper Junos OS", "20.4R3-S8", "21.4R3-S5.4", "22.4R2-S1", "22.4R3", "23.2R1")
	f("CVE-2023-20198", Affected, "Cisco IOS XE Software", "17.09.04", "17.9.3", "16.12.10", "17.6.6", "17.3.8", "17.12.1")
	f("CVE-2023-20198", NotAffected, "Cisco IOS XE", "17.09.04a", "17.9.5", "16.12.10a", "17.6.6a", "17.3.8a", "17.12.2", "17.13.1")
	f("CVE-2018-0171", Possible, "Cisco IOS", "15.2(4)E3")
	f("CVE-2020-3452", Affected, "Cisco ASA", "9.8(4)19", "9.12(3)11", "9.14(1)9", "9.6(4)41")
	f("CVE-2020-3452", NotAffected, "Cisco Adaptive Security Appliance Software", "9.8(4)20", "9.12(3)12", "9.14(1)10", "9.15(1)")
	// Microsoft Exchange: updates of updates.
	f("CVE-2021-26855", Affected, "Microsoft Exchange Server 2016", "15.1.2106.2", "15.1.1531.3", "15.2.792.5", "15.0.1497.2")
	f("CVE-2021-26855", NotAffected, "Microsoft Exchange Server 2016", "15.1.2176.9", "15.1.2242.4", "15.2.792.10", "15.0.1497.12", "15.1.1531.12")
	f("CVE-2021-34473", Affected, "Microsoft Exchange Server", "15.1.1531.12", "15.1.2176.9", "15.2.792.10")
	f("CVE-2021-34473", NotAffected, "Microsoft Exchange Server", "15.1.2176.12", "15.1.2308.8", "15.2.858.10", "15.02.0858.010")
	f("CVE-2022-41040", Possible, "Microsoft Exchange Server", "Version 15.1 (Build 2507.6)", "15.1.2507")
	f("CVE-2021-26855", Affected, "Microsoft Exchange Server", "15.1.1261", "15.2.221")
	f("CVE-2021-26855", NotAffected, "Microsoft Exchange Server", "15.2.1544.9", "15.2.2562.17")
}

// programs are everything else, and names that nobody knows.
func programs(f ask) {
	// Log4j and its relatives.
	f("CVE-2021-45046", Affected, "log4j-core", "2.15.0", "2.12.1", "2.3")
	f("CVE-2021-45046", NotAffected, "log4j-core", "2.16.0", "2.12.2", "2.3.1", "1.2.17", "2.17.0")
	f("CVE-2021-44832", Affected, "log4j-core", "2.17.0", "2.12.3")
	f("CVE-2021-44832", NotAffected, "log4j-core", "2.17.1", "2.12.4", "2.3.2")
	// Packages of distributions are decided by the distribution alone.
	f("CVE-2024-6387", Possible, "OpenSSH", "9.2p1 Debian-2", "8.7p1-10.fc36")
	f("CVE-2024-6387", Affected, "OpenSSH", "9.2p1 Debian-2+deb12u2", "8.7p1-38.el9", "8.9p1 Ubuntu-3ubuntu0.7", "9.2p1 Debian 2+deb12u2")
	f("CVE-2024-6387", NotAffected, "OpenSSH", "9.2p1 Debian-2+deb12u3", "8.7p1-38.el9_4.1", "8.9p1 Ubuntu-3ubuntu0.10")
	f("CVE-2024-6387", Affected, "OpenSSH", "9.2p1", "8.5p1", "9.7p1", "4.3p2")
	f("CVE-2024-6387", NotAffected, "OpenSSH", "9.8p1", "8.4p1", "7.4", "8.2p1 Ubuntu-4ubuntu0.11")
	f("CVE-2021-41773", NotAffected, "Apache httpd", "2.4.48", "2.4.50", "2.4.6")
	f("CVE-2021-41773", Affected, "Apache HTTP Server", "2.4.49")
	f("CVE-2021-42013", Affected, "Apache HTTP Server", "2.4.49", "2.4.50")
	f("CVE-2021-42013", NotAffected, "Apache HTTP Server", "2.4.51")
	f("CVE-2021-41773", Possible, "Apache httpd", "", "2.4")
	// Transfer, help desk and the like.
	f("CVE-2023-34362", Affected, "Progress MOVEit Transfer", "2021.0.5", "13.0.5", "2023.0.0", "15.0.0", "2022.1.4", "14.1.4", "2020.1.9", "12.0.2")
	f("CVE-2023-34362", NotAffected, "MOVEit Transfer", "2021.0.6", "13.0.6", "2021.0.7", "2023.0.1", "15.0.1", "2022.1.5", "2020.1.10", "2023.1.0")
	f("CVE-2024-1709", Affected, "ConnectWise ScreenConnect", "23.9.7", "23.9.7.8804", "22.4")
	f("CVE-2024-1709", NotAffected, "ConnectWise ScreenConnect", "23.9.8", "23.9.8.8811", "24.1")
	f("CVE-2023-27350", Affected, "PaperCut NG", "20.1.6", "21.2.10", "22.0.8", "21.0.4", "19.2.7")
	f("CVE-2023-27350", NotAffected, "PaperCut MF", "20.1.7", "21.2.11", "22.0.9", "22.1.1", "23.0.1")
	f("CVE-2022-47966", Affected, "Zoho ManageEngine ServiceDesk Plus", "14003", "14.0 Build 14003", "13.0 build 13000")
	f("CVE-2022-47966", NotAffected, "ManageEngine ServiceDesk Plus", "14004", "14.0 Build 14105")
	f("CVE-2021-40539", Affected, "ManageEngine ADSelfService Plus", "6113", "6.1 Build 6113")
	f("CVE-2021-40539", NotAffected, "ManageEngine ADSelfService Plus", "6114", "6.2 Build 6200")
	f("CVE-2023-38831", Affected, "WinRAR 6.22 (64-bit)", "6.22.0")
	f("CVE-2018-7600", Affected, "Drupal", "7.57", "8.3.8", "8.4.5", "8.5.0")
	f("CVE-2018-7600", NotAffected, "Drupal", "7.58", "8.3.9", "8.4.6", "8.5.1", "9.0.0")
	f("CVE-2017-5638", Affected, "Apache Struts", "2.3.31", "2.5.10", "2.3.5")
	f("CVE-2017-5638", NotAffected, "Apache Struts", "2.3.32", "2.5.10.1", "2.5.13")
	f("CVE-2021-22205", Affected, "GitLab", "13.8.7", "13.9.5", "13.10.2", "12.0.0")
	f("CVE-2021-22205", NotAffected, "GitLab", "13.8.8", "13.9.6", "13.10.3", "14.0.0", "11.8.0")
	f("CVE-2021-21972", Affected, "VMware vCenter Server", "7.0 U1b", "7.0.1", "6.7 Update 3k", "6.5 U3m")
	f("CVE-2021-21972", NotAffected, "VMware vCenter Server", "7.0 U1c", "7.0 Update 2", "6.7 U3l", "8.0.0")
	f("CVE-2023-34048", Affected, "vCenter Server", "7.0 U3n", "8.0 U1c")
	f("CVE-2023-34048", NotAffected, "vCenter Server", "7.0 U3o", "8.0 U2", "8.0 U1d")
	f("CVE-2024-37085", Affected, "VMware ESXi", "8.0 U2", "8.0.2-22380479", "7.0 U3q", "7.0.3-23794027")
	f("CVE-2024-37085", NotAffected, "VMware ESXi", "8.0.3-24022510", "ESXi80U3b-24280767")
	f("CVE-2024-37085", Possible, "VMware ESXi", "8.0 U3", "8.0")
	f("CVE-2021-21974", Affected, "VMware ESXi", "7.0.1-17325020", "6.7.0-17167734")
	f("CVE-2021-21974", NotAffected, "VMware ESXi", "ESXi70U1c-17325551", "6.7.0-17499825", "8.0.0-20513097")
	f("CVE-2022-1040", Affected, "Sophos Firewall", "18.5 MR3", "18.5.3", "18.0.5")
	f("CVE-2022-1040", NotAffected, "Sophos Firewall", "18.5 MR4", "19.0.0")
	f("CVE-2023-26360", Affected, "Adobe ColdFusion", "2021 Update 5", "2021.0.05.330109", "2018 Update 15")
	f("CVE-2023-26360", NotAffected, "Adobe ColdFusion", "2021 Update 6", "2021.0.06.330132", "2023")
	f("CVE-2023-35078", Affected, "Ivanti EPMM", "11.10.0.1", "11.8.1.0")
	f("CVE-2023-35078", NotAffected, "Ivanti EPMM", "11.10.0.2", "11.8.1.1")
	f("CVE-2024-28995", Affected, "SolarWinds Serv-U", "15.4.2.126", "15.3.1")
	f("CVE-2024-28995", NotAffected, "SolarWinds Serv-U", "15.4.2.157")
	f("CVE-2024-4885", Affected, "Progress WhatsUp Gold", "2023.1.2", "23.1.2")
	f("CVE-2024-4885", NotAffected, "Progress WhatsUp Gold", "2023.1.3", "23.1.3")
	f("CVE-2024-38094", Affected, "Microsoft SharePoint Server", "16.0.5455.1000", "16.0.10411.20000")
	f("CVE-2024-38094", NotAffected, "Microsoft SharePoint Server", "16.0.5456.1000", "16.0.10412.20001")
	f("CVE-2021-26855", NotAffected, "Microsoft Exchange Server 2016", "CU10 + Mar21SU")
	f("CVE-2021-34473", Affected, "Microsoft Exchange Server 2016", "CU10 + Mar21SU", "CU 10")
	f("CVE-2022-41082", NotAffected, "Exchange Server 2019 CU12", "Nov22SU")
	// Windows: records that name no revisions, decided by cumulative updates.
	f("CVE-2020-1472", NotAffected, "Microsoft Windows Server 2019", "10.0.17763.7137")
	f("CVE-2020-1472", Possible, "Microsoft Windows Server 2019", "10.0.17763", "10.0.17763.1300")
	f("CVE-2021-40444", NotAffected, "Microsoft Windows 10", "10.0.19042.1237")
	f("CVE-2021-40444", Affected, "Microsoft Windows 10", "10.0.19042.1202")
	f("CVE-2024-24919", Possible, "Check Point Quantum Security Gateway", "R81.20", "R80.40")
	f("CVE-2024-24919", NotAffected, "Check Point Quantum Security Gateway", "R82")
	f("CVE-2022-30525", Affected, "Zyxel ATP firmware", "5.21", "V5.21(ABPS.1)")
	f("CVE-2022-30525", NotAffected, "Zyxel ATP firmware", "5.30")
	f("CVE-2025-32756", Possible, "FortiVoice", "7.2.0")
	f("CVE-2020-8515", Possible, "DrayTek Vigor2960", "1.3.1")
	f("CVE-2024-47575", NotAffected, "FortiOS", "7.4.3")
	f("CVE-2024-4577", Affected, "PHP", "8.1.28", "8.2.19", "8.3.7", "7.4.33", "8.0.30", "5.6.40")
	f("CVE-2024-4577", NotAffected, "PHP", "8.1.29", "8.2.20", "8.3.8", "8.4.0")
	f("CVE-2023-2868", Affected, "Barracuda Email Security Gateway", "9.2.0.006", "8.1.0.003")
	f("CVE-2023-2868", NotAffected, "Barracuda Email Security Gateway", "9.2.0.008", "9.2.1.001")
	f("CVE-2023-0669", Affected, "Fortra GoAnywhere MFT", "7.1.1", "6.8.6")
	f("CVE-2023-0669", NotAffected, "Fortra GoAnywhere MFT", "7.1.2")
	f("CVE-2023-46604", Affected, "Apache ActiveMQ", "5.15.15", "5.16.6", "5.17.5", "5.18.2")
	f("CVE-2023-46604", NotAffected, "Apache ActiveMQ", "5.15.16", "5.16.7", "5.17.6", "5.18.3", "6.0.0")
	f("CVE-2023-42793", Affected, "JetBrains TeamCity", "2023.05.3", "2022.10")
	f("CVE-2023-42793", NotAffected, "JetBrains TeamCity", "2023.05.4", "2023.11.1")
	// What is not known must not look clean.
	f("CVE-2024-3400", Possible, "Some Gate Nobody Knows", "1.0")
	f("CVE-2099-99999", Possible, "FortiOS", "7.0.0")
}

func TestPackagesOfLanguagesAreNotTakenForProductsOfTheSameName(t *testing.T) {
	m := matcher(t)
	for _, c := range []inventory.Component{
		{Kind: inventory.Library, Name: "jira", Version: "2.0.0", Ecosystem: "pypi"},
		{Kind: inventory.Library, Name: "express", Version: "4.0.0", Ecosystem: "npm"},
		{Kind: inventory.Library, Name: "log4j-api", Version: "2.14.1", Ecosystem: "maven", Namespace: "org.apache.logging.log4j"},
		{Kind: inventory.Library, Name: "log4j-to-slf4j", Version: "2.14.1", Ecosystem: "maven"},
	} {
		if matches := m.Component(&c); len(matches) > 0 {
			t.Errorf("%s %s has %d flaws, want none", c.Ecosystem, c.Name, len(matches))
		}
	}
	c := inventory.Component{Kind: inventory.Library, Name: "log4j-core", Version: "2.14.1", Ecosystem: "maven", Namespace: "org.apache.logging.log4j"}
	if matches := m.Component(&c); len(matches) < 4 {
		t.Errorf("log4j-core 2.14.1 has %d flaws, want at least 4", len(matches))
	}
}

func TestPackagesOfDistributionsAreNeverAffectedWithoutTheirData(t *testing.T) {
	m := matcher(t)
	for _, c := range []inventory.Component{
		{Kind: inventory.Package, Name: "httpd", Version: "2.4.49-3.el7", Ecosystem: "rpm", Distribution: "centos-7"},
		{Kind: inventory.Package, Name: "openssh-server", SourceName: "openssh", Version: "1:9.2p1-2+deb12u2", Ecosystem: "deb", Distribution: "debian-12"},
		{Kind: inventory.Package, Name: "php", Version: "8.1.2-r0", Ecosystem: "apk", Distribution: "alpine-3.15"},
	} {
		for _, match := range m.Component(&c) {
			if match.Flaw.ID.String() == "CVE-2024-6387" && match.Outcome == Affected && c.SourceName == "openssh" {
				continue // decided by Debian's own data
			}
			if match.Outcome == Affected || !strings.Contains(match.Decides, "distribution") {
				t.Errorf("%s: %s: %s", c.Name, match.Flaw.ID, match.Chain())
			}
		}
	}
}
