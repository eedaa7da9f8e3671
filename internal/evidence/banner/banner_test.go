package banner

import (
	"testing"

	"seawall/internal/evidence/inventorytest"
)

func TestVersionOutputs(t *testing.T) {
	f := func(content, want string) {
		t.Helper()
		inventorytest.Check(t, Formats(), "show.txt", content, want)
	}
	f(ios, `
		key name core1
		key serial number FCW2233A5ZV
		firmware Cisco IOS XE 17.09.04a 95
		hardware Cisco C9300-48U 95`)
	f("sw#show version\nCisco IOS Software, C2960 Software (C2960-LANBASEK9-M), Version 15.2(4)M11, RELEASE SOFTWARE (fc1)\n", "key name sw\nfirmware Cisco IOS 15.2(4)M11 95")
	f("Cisco Adaptive Security Appliance Software Version 9.16(4)57 \nSerial Number: JAD12345678\n", "key serial number JAD12345678\nfirmware Cisco ASA 9.16(4)57 95")
	f("Cisco Nexus Operating System (NX-OS) Software\n  NXOS: version 9.3(8)\n  Device name: n9k\n", "key name n9k\nfirmware Cisco NX-OS 9.3(8) 95")
	f("Hostname: srx1\nModel: srx340\nJunos: 21.4R3-S5.4\n", "key name srx1\nfirmware Juniper Junos 21.4R3-S5.4 95\nhardware Juniper srx340 95")
	f("Version: FortiGate-100F v7.2.6,build1575,231025 (GA.F)\nSerial-Number: FG100FTK20001234\nHostname: edge\n", `
		key serial number FG100FTK20001234
		key name edge
		firmware Fortinet FortiOS v7.2.6 build1575 95
		hardware Fortinet FortiGate-100F 95`)
	f("hostname: pa-1\nmodel: PA-3220\nserial: 0123456\nsw-version: 10.2.9-h1\n", `
		key name pa-1
		key serial number 0123456
		firmware Palo Alto Networks PAN-OS 10.2.9-h1 95
		hardware Palo Alto Networks PA-3220 95`)
	f("NetScaler NS13.1: Build 49.13.nc, Date: Jul 10 2023\n", "firmware Citrix NetScaler ADC 13.1-49.13 95")
	f("Sys::Version\nMain Package\n  Product     BIG-IP\n  Version     16.1.2.2\n  Build       0.0.28\n", "firmware F5 BIG-IP 16.1.2.2 95")
	f("VMware ESXi 7.0.3 build-21930508\n", "firmware VMware ESXi 7.0.3 build 21930508 95")
	f("Firmware Version: SonicOS Enhanced 6.5.4.15-116n\n", "firmware SonicWall SonicOS 6.5.4.15-116n 95")
}

const ios = `core1#show version
Cisco IOS XE Software, Version 17.09.04a
Cisco IOS Software [Cupertino], Catalyst L3 Switch Software (CAT9K_IOSXE), Version 17.9.4a, RELEASE SOFTWARE (fc3)
core1 uptime is 3 weeks
cisco C9300-48U (X86) processor with 1331521K/6147K bytes of memory.
Processor board ID FCW2233A5ZV
`

func TestBanners(t *testing.T) {
	inventorytest.Check(t, Formats(), "b.txt", "192.0.2.5:22 SSH-2.0-OpenSSH_9.2p1 Debian-2+deb12u2\n192.0.2.5 80/tcp Server: Apache/2.4.49 (Unix)\n220 mail ESMTP Postfix\n", `
		key address 192.0.2.5
		service 192.0.2.5 22/tcp open ssh 30
		banner ssh SSH-2.0-OpenSSH_9.2p1 Debian-2+deb12u2
		key address 192.0.2.5
		service 192.0.2.5 80/tcp open http 30
		banner http-server Apache/2.4.49 (Unix)
		service invalid IP 0/tcp open smtp 30
		banner smtp mail ESMTP Postfix`)
	for _, text := range []string{"192.0.2.1 80 GET /\n192.0.2.1 443 GET /\n", "Jan 1 host sshd: SSH-2.0\n", "a,b\n"} {
		if r := inventorytest.Read(t, Formats(), "x.log", []byte(text)); len(r.Formats) > 0 {
			t.Errorf("%q is taken for %v", text, r.Formats)
		}
	}
}

func FuzzVersion(f *testing.F) {
	inventorytest.Fuzz(f, inventorytest.Format(f, Formats(), "show-version"), ios, "Version: FortiGate-1 v7,build1\nfw# show version\n")
}

func FuzzBanners(f *testing.F) {
	inventorytest.Fuzz(f, inventorytest.Format(f, Formats(), "banner-list"), "192.0.2.5:22 SSH-2.0-x\n[2001:db8::1]:80 Server: x\n220 x\n")
}
