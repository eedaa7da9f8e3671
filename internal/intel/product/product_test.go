package product

import (
	"strings"
	"testing"
)

func TestNamesOfAProductLeadToOneKey(t *testing.T) {
	f := func(want Key, names ...string) {
		t.Helper()
		for _, n := range names {
			vendor, name, _ := strings.Cut(n, "|")
			if got := New(vendor, name); got != want {
				t.Errorf("%q is %s, want %s", n, got, want)
			}
		}
	}
	f("citrix/netscaler", "Citrix|NetScaler ADC", "|Citrix NetScaler Gateway", "NetScaler|NetScaler ADC and NetScaler Gateway", "citrix|application_delivery_controller", "Cloud Software Group|NetScaler ADC", "Citrix|Citrix ADC")
	f("ivanti/connect_secure", "Ivanti|ICS", "pulsesecure|pulse_connect_secure", "|Pulse Connect Secure", "Ivanti|Connect Secure", "Pulse Secure|Pulse Connect Secure")
	f("atlassian/confluence", "Atlassian|Confluence Server", "atlassian|confluence_data_center", "|Atlassian Confluence Data Center")
	f("f5/big_ip", "F5|BIG-IP", "F5 Networks|BIG-IP (all modules)", "f5|big-ip_access_policy_manager", "|F5 BIG-IP")
	f("apache/log4j", "Apache Software Foundation|Apache Log4j2", "|log4j-core", "|Apache Log4j log4j-core", "org.apache.logging.log4j|log4j-core", "apache|log4j")
	f("apache/http_server", "Apache|HTTP Server", "|Apache httpd", "Apache Software Foundation|Apache HTTP Server", "apache|http_server")
	f("paloaltonetworks/pan_os", "Palo Alto Networks|PAN-OS", "paloaltonetworks|pan-os", "|Palo Alto Networks PAN-OS", "|PAN-OS")
	f("fortinet/fortios", "Fortinet|FortiOS", "|Fortinet FortiOS", "Fortinet, Inc.|FortiGate-60F", "|FortiOS")
	f("cisco/ios_xe", "Cisco|Cisco IOS XE Software", "|Cisco IOS XE", "Cisco Systems|IOS-XE")
	f("cisco/asa", "Cisco|Adaptive Security Appliance (ASA) Software", "cisco|adaptive_security_appliance_software", "|Cisco ASA")
	f("microsoft/exchange_server", "Microsoft|Microsoft Exchange Server 2016 Cumulative Update 19", "microsoft|exchange_server", "|Microsoft Exchange Server")
	f("microsoft/windows", "Microsoft|Windows 10 Version 1809", "|Microsoft Windows Server 2019 (Server Core installation)", "Microsoft Corporation|Microsoft Windows 11")
	f("juniper/junos", "Juniper Networks|Junos OS", "juniper|junos")
	f("juniper/junos_evolved", "Juniper Networks|Junos OS Evolved")
	f("rarlab/winrar", "RARLAB|WinRAR", "win.rar GmbH|WinRAR 6.22 (64-bit)", "|WinRAR 6.22 (64-bit)")
	f("openbsd/openssh", "OpenBSD|OpenSSH", "OpenSSH|OpenSSH", "|openssh-server", "|OpenSSH")
	f("connectwise/screenconnect", "ConnectWise|ScreenConnect", "|ConnectWise ScreenConnect", "ScreenConnect Software|ScreenConnect")
	f("papercut/papercut", "PaperCut|NG", "PaperCut|MF", "|PaperCut NG")
	f("linux/kernel", "Linux|Linux Kernel", "|Linux Kernel", "Linux|Linux")
	f("amazon/linux", "amazon|linux")
	f("example/some_thing", "Example Inc.|Some Thing", "example|some-thing_firmware")
}

func TestListsOfProductsAreTakenApart(t *testing.T) {
	got := Keys("Fortinet", "Fortinet FortiOS, FortiProxy, FortiSwitchManager")
	if len(got) != 3 || got[0] != "fortinet/fortios" || got[1] != "fortinet/fortiproxy" || got[2] != "fortinet/fortiswitchmanager" {
		t.Errorf("%v", got)
	}
}

func TestCPENamesAreReadInBothForms(t *testing.T) {
	f := func(text, key, release string) {
		t.Helper()
		c, ok := ParseCPE(text)
		if !ok || string(c.Key()) != key || c.Release() != release {
			t.Errorf("%q: %v, key %s, release %q; want %s %q", text, ok, c.Key(), c.Release(), key, release)
		}
	}
	f("cpe:2.3:o:fortinet:fortios:7.0.5:*:*:*:*:*:*:*", "fortinet/fortios", "7.0.5")
	f(`cpe:2.3:o:cisco:ios:15.2\(4\)m11:*:*:*:*:*:*:*`, "cisco/ios", "15.2(4)m11")
	f("cpe:2.3:a:microsoft:exchange_server:2016:cumulative_update_23:*:*:*:*:*:*", "microsoft/exchange_server", "2016 cumulative_update_23")
	f("cpe:/a:openbsd:openssh:9.2p1", "openbsd/openssh", "9.2p1")
	f("cpe:/a:apache:http_server:2.4.6%20beta", "apache/http_server", "2.4.6 beta")
	f("cpe:2.3:o:zyxel:atp100_firmware:-:*:*:*:*:*:*:*", "zyxel/atp100", "")
	f(`cpe:2.3:a:a\:b:c:*:*:*:*:*:*:*:*`, "a_b/c", "")
	for _, text := range []string{"", "cpe:", "cpe:2.3:x:a:b", "cpe:2.3:a", "cpe:/z:a:b", "pkg:npm/x"} {
		if c, ok := ParseCPE(text); ok {
			t.Errorf("%q is taken for %+v", text, c)
		}
	}
}

func FuzzNames(f *testing.F) {
	f.Add("Citrix", "NetScaler ADC", "cpe:2.3:o:cisco:ios:15.2\\(4\\)m11:*:*:*:*:*:*:*")
	f.Add("", "a, b and c", "cpe:/a:b:c")
	f.Fuzz(func(t *testing.T, vendor, name, cpe string) {
		key := New(vendor, name)
		if strings.Count(string(key), "/") != 1 {
			t.Errorf("key %q", key)
		}
		Keys(vendor, name)
		key.Scheme()
		if c, ok := ParseCPE(cpe); ok {
			c.Key()
			_ = c.Release()
		}
	})
}
