package netconfig

import (
	"testing"

	"seawall/internal/evidence/inventorytest"
)

const fortiConfig = `#config-version=FGT60F-7.2.6-FW-build1575-231025:opmode=0:vdom=0:user=admin
config system global
    set admin-sport 8443
    set hostname "edge"
end
config system interface
    edit "wan1"
        set ip 203.0.113.2 255.255.255.0
        set allowaccess ping https snmp
        set role wan
    next
    edit "internal"
        set ip 10.0.0.254 255.255.255.0
        config ipv6
            set ip6-mode dhcp
        end
    next
end
config system admin
    edit "admin"
        set trusthost1 10.0.0.0 255.255.255.0
    next
end
config firewall vip
    edit "rdp"
        set extip 203.0.113.2
        set extintf "wan1"
        set portforward enable
        set mappedip "10.1.2.3"
        set extport 3390
        set mappedport 3389
    next
end
config vpn ssl settings
    set port 10443
    set source-interface "wan1"
    set source-address "all"
end
`

func TestFortiOS(t *testing.T) {
	inventorytest.Check(t, Formats(), "fw.conf", fortiConfig, `
		key name edge
		key address 203.0.113.2
		key address 10.0.0.254
		hardware Fortinet FGT60F 95
		firmware Fortinet FortiOS 7.2.6 95
		interface wan1 [203.0.113.2/24] 1 false
		interface internal [10.0.0.254/24] 2 false
		hint port forward rdp tcp 203.0.113.2/32 3390 10.1.2.3/32 3389 wan1 []
		hint management service ssl vpn tcp invalid Prefix 10443 invalid Prefix 0 wan1 [any]
		hint management service https tcp invalid Prefix 8443 invalid Prefix 0 wan1 [10.0.0.0/24]
		hint management service snmp udp invalid Prefix 161 invalid Prefix 0 wan1 [10.0.0.0/24]
		role network device
		attribute build 1575`)
}

const iosConfig = `Building configuration...
!
version 16.9
hostname rtr1
boot system bootflash:isr4300-universalk9.16.09.04.SPA.bin
license udi pid ISR4331/K9 sn FDO12345678
banner motd ^C
hostname evil
^C
interface GigabitEthernet0/0
 description to the provider
 ip address 203.0.113.9 255.255.255.252
 ip nat outside
interface GigabitEthernet0/1
 ip address 10.0.0.1 255.255.255.0
 ip nat inside
ip http secure-server
ip http access-class 23
ip nat inside source static tcp 10.0.0.5 3389 interface GigabitEthernet0/0 3390
ip nat inside source static 10.0.0.6 203.0.113.10
ip route 0.0.0.0 0.0.0.0 203.0.113.10
vstack
line vty 0 4
 transport input ssh
line vty 5 15
 access-class 7 in
 transport input telnet
end
`

const asaConfig = `: Saved
: Serial Number: JAD12345678
: Hardware:   ASA5516, 8192 MB RAM
ASA Version 9.16(4)57
hostname asa1
interface GigabitEthernet1/1
 nameif outside
 security-level 0
 ip address 203.0.113.17 255.255.255.248
interface GigabitEthernet1/2
 nameif inside
 security-level 100
 ip address 10.2.0.1 255.255.255.0
object network web
 host 10.2.0.5
object network web
 nat (inside,outside) static 203.0.113.18 service tcp https 8443
http server enable 444
http 0.0.0.0 0.0.0.0 outside
ssh 10.2.0.0 255.255.255.0 inside
route outside 0.0.0.0 0.0.0.0 203.0.113.22 1
webvpn
 enable outside
`

func TestCisco(t *testing.T) {
	inventorytest.Check(t, Formats(), "ios.cfg", iosConfig, `
		key name rtr1
		key serial number FDO12345678
		key address 203.0.113.9
		key address 10.0.0.1
		hardware Cisco ISR4331/K9 95
		firmware Cisco IOS XE 16.09.04 95
		interface GigabitEthernet0/0 to the provider [203.0.113.9/30] 1 false
		interface GigabitEthernet0/1 [10.0.0.1/24] 2 false
		hint port forward tcp invalid Prefix 3390 10.0.0.5/32 3389 GigabitEthernet0/0 []
		hint port forward 203.0.113.10/32 0 10.0.0.6/32 0 []
		hint management service smart install tcp invalid Prefix 4786 invalid Prefix 0 []
		hint management service https tcp invalid Prefix 443 invalid Prefix 0 [] guarded by 23
		hint management service ssh tcp invalid Prefix 22 invalid Prefix 0 []
		hint management service telnet tcp invalid Prefix 23 invalid Prefix 0 [] guarded by 7
		role network device
		attribute release train 16.9`)
	inventorytest.Check(t, Formats(), "asa.cfg", asaConfig, `
		key serial number JAD12345678
		key name asa1
		key address 203.0.113.17
		key address 10.2.0.1
		hardware Cisco ASA5516 95
		firmware Cisco ASA 9.16(4)57 95
		interface GigabitEthernet1/1 outside [203.0.113.17/29] 1 false
		interface GigabitEthernet1/2 inside [10.2.0.1/24] 2 false
		hint management service https tcp invalid Prefix 444 invalid Prefix 0 outside [any]
		hint management service ssh tcp invalid Prefix 22 invalid Prefix 0 inside [10.2.0.0/24]
		hint management service ssl vpn tcp invalid Prefix 443 invalid Prefix 0 outside []
		hint port forward web tcp 203.0.113.18/32 8443 10.2.0.5/32 443 outside []
		role vpn
		role network device`)
}

const junosBraces = `## Last commit: 2024-01-01
version 21.4R3-S5.4;
system {
    host-name srx1;
    services {
        ssh;
        web-management {
            https {
                interface ge-0/0/0.0;
            }
        }
    }
}
interfaces {
    ge-0/0/0 {
        unit 0 {
            family inet {
                address 203.0.113.33/28;
            }
        }
    }
}
security {
    zones {
        security-zone untrust {
            interfaces {
                ge-0/0/0.0 {
                    host-inbound-traffic {
                        system-services {
                            https;
                        }
                    }
                }
            }
        }
    }
    nat {
        destination {
            pool P { address 10.3.0.5/32 port 443; }
            rule-set RS {
                rule R1 {
                    match {
                        destination-address 203.0.113.34/32;
                        destination-port 8443;
                    }
                    then {
                        destination-nat pool P;
                    }
                }
            }
        }
    }
}
`

func TestJunosInBothForms(t *testing.T) {
	const facts = `
		key name srx1
		key address 203.0.113.33
		firmware Juniper Junos 21.4R3-S5.4 95
		interface ge-0/0/0.0 untrust [203.0.113.33/28] 1 false
		hint management service ssh tcp invalid Prefix 22 invalid Prefix 0 []
		hint management service j-web https tcp invalid Prefix 443 invalid Prefix 0 ge-0/0/0.0 []`
	inventorytest.Check(t, Formats(), "junos.conf", junosBraces, facts+`
		hint management service https tcp invalid Prefix 443 invalid Prefix 0 ge-0/0/0.0 []
		hint port forward RS/R1 203.0.113.34/32 8443 10.3.0.5/32 443 []
		role network device`)
	inventorytest.Check(t, Formats(), "junos.set", `set version 21.4R3-S5.4
set system host-name srx1
set system services ssh
set system services web-management https interface ge-0/0/0.0
set interfaces ge-0/0/0 unit 0 family inet address 203.0.113.33/28
set security zones security-zone untrust interfaces ge-0/0/0.0
set security nat destination pool P address 10.3.0.5/32 port 443
set security nat destination rule-set RS rule R1 match destination-address 203.0.113.34/32
set security nat destination rule-set RS rule R1 match destination-port 8443
set security nat destination rule-set RS rule R1 then destination-nat pool P
`, facts+`
		hint port forward RS/R1 203.0.113.34/32 8443 10.3.0.5/32 443 []
		role network device`)
}

func TestOtherMakers(t *testing.T) {
	f := func(name, content, want string) {
		t.Helper()
		inventorytest.Check(t, Formats(), name, content, want)
	}
	f("ns.conf", "#NS13.1 Build 49.13\nset ns config -IPAddress 10.0.0.5 -netmask 255.255.255.0\nset ns hostName adc1\nadd ns ip 10.0.0.6 255.255.255.0 -vServer DISABLED -mgmtAccess ENABLED\nadd lb vserver web HTTP 203.0.113.40 80\nadd vpn vserver gw SSL 203.0.113.41 443\n", `
		key name adc1
		key address 203.0.113.40
		key address 203.0.113.41
		key address 10.0.0.5
		key address 10.0.0.6
		firmware Citrix NetScaler ADC 13.1-49.13 95
		interface NSIP [10.0.0.5/24] 0 false
		interface SNIP 10.0.0.6 [10.0.0.6/24] 0 false
		hint management service https tcp invalid Prefix 443 invalid Prefix 0 NSIP []
		hint management service https tcp invalid Prefix 443 invalid Prefix 0 SNIP 10.0.0.6 []
		hint load balancer web http tcp 203.0.113.40/32 80 invalid Prefix 0 []
		hint management service gw vpn tcp 203.0.113.41/32 443 invalid Prefix 0 []
		role vpn
		role network device`)
	for content, version := range map[string]string{"BOOT_KERNEL=\"ns-14.1-36.5\"\n": "14.1-36.5", "NS13.1 Build 59.21\n": "13.1-59.21", "ns-12.1-55.329\n": "12.1-55.329"} {
		f("ns.conf", content, "firmware Citrix NetScaler ADC "+version+" 95\nrole network device")
	}
	f("loader.conf", "BOOT_KERNEL=\"nss-14.1\"\nns-1\n", "note 1: the configuration names no version…")
	f("bigip.conf", "#TMSH-VERSION: 16.1.2\nltm virtual /Common/vs1 {\n    destination /Common/203.0.113.50:443\n    ip-protocol tcp\n    pool /Common/p\n}\nsys global-settings {\n    hostname lb.example.com\n}\nnet self /Common/ext {\n    address 203.0.113.51/24\n    allow-service {\n        default\n    }\n    vlan /Common/external\n}\n", `
		key full name lb.example.com
		key address 203.0.113.51
		firmware F5 BIG-IP 16.1.2 95
		interface ext external [203.0.113.51/24] 1 false
		hint management service https tcp invalid Prefix 443 invalid Prefix 0 ext []
		hint load balancer vs1 tcp 203.0.113.50/32 443 invalid Prefix 0 []
		role network device`)
	f("mt.rsc", "# jan/02/2024 10:00:00 by RouterOS 6.49.10\n# model = RB750Gr3\n/ip address\nadd address=203.0.113.60/24 interface=ether1 comment=WAN\n/ip firewall nat\nadd action=dst-nat chain=dstnat dst-port=8080 \\\n    protocol=tcp to-addresses=10.0.0.9 to-ports=80\n/ip service\nset telnet disabled=yes\nset winbox address=10.0.0.0/8\nset ftp disabled=yes\nset www disabled=yes\nset ssh disabled=yes\nset api disabled=yes\nset api-ssl disabled=yes\n", `
		key address 203.0.113.60
		hardware MikroTik RB750Gr3 95
		firmware MikroTik RouterOS 6.49.10 95
		interface ether1 WAN [203.0.113.60/24] 1 false
		hint management service telnet tcp invalid Prefix 23 invalid Prefix 0 [] disabled
		hint management service winbox tcp invalid Prefix 8291 invalid Prefix 0 [10.0.0.0/8]
		hint management service ftp tcp invalid Prefix 21 invalid Prefix 0 [] disabled
		hint management service www tcp invalid Prefix 80 invalid Prefix 0 [] disabled
		hint management service ssh tcp invalid Prefix 22 invalid Prefix 0 [] disabled
		hint management service api tcp invalid Prefix 8728 invalid Prefix 0 [] disabled
		hint management service api-ssl tcp invalid Prefix 8729 invalid Prefix 0 [] disabled
		hint port forward tcp invalid Prefix 8080 10.0.0.9/32 80 []
		role network device`)
}

const (
	panSet = `set deviceconfig system hostname pa1
set deviceconfig system ip-address 10.9.0.1
set network interface ethernet ethernet1/1 layer3 ip 203.0.113.70/29
set network interface ethernet ethernet1/1 layer3 interface-management-profile mgmt
set network profiles interface-management-profile mgmt https yes
set zone untrust network layer3 ethernet1/1
set rulebase nat rules dnat destination 203.0.113.71
set rulebase nat rules dnat destination-translation translated-address 10.9.0.5
set rulebase nat rules dnat destination-translation translated-port 443
`
	panXML = `<?xml version="1.0"?><config version="10.1.0" urldb="paloaltonetworks" detail-version="10.1.9"><devices><entry name="localhost.localdomain">
<network><interface><ethernet><entry name="ethernet1/1"><layer3><ip><entry name="203.0.113.70/29"/></ip><interface-management-profile>mgmt</interface-management-profile></layer3></entry></ethernet></interface>
<profiles><interface-management-profile><entry name="mgmt"><https>yes</https></entry></interface-management-profile></profiles></network>
<deviceconfig><system><hostname>pa1</hostname><ip-address>10.9.0.1</ip-address></system></deviceconfig>
<vsys><entry name="vsys1"><zone><entry name="untrust"><network><layer3><member>ethernet1/1</member></layer3></network></entry></zone>
<rulebase><nat><rules><entry name="dnat"><destination-translation><translated-address>10.9.0.5</translated-address><translated-port>443</translated-port></destination-translation><destination><member>203.0.113.71</member></destination></entry></rules></nat></rulebase></entry></vsys></entry></devices></config>`
)

func TestPANOSInBothForms(t *testing.T) {
	const facts = `
		interface ethernet1/1 untrust [203.0.113.70/29] 1 false
		hint management service https tcp invalid Prefix 443 invalid Prefix 0 ethernet1/1 []
		hint port forward dnat 203.0.113.71/32 0 10.9.0.5/32 443 []
		role network device`
	const keys = `
		key name pa1
		key address 10.9.0.1
		key address 203.0.113.70`
	inventorytest.Check(t, Formats(), "pa.set", panSet, keys+"\nfirmware Palo Alto Networks PAN-OS 95"+facts)
	inventorytest.Check(t, Formats(), "pa.xml", panXML, keys+"\nfirmware Palo Alto Networks PAN-OS 10.1.9 95"+facts)
}

func FuzzFortiOS(f *testing.F) {
	inventorytest.Fuzz(f, inventorytest.Format(f, Formats(), "fortios-config"), fortiConfig+"config firewall addrgrp\nedit a\nset member a all\nnext\nend\nconfig firewall policy\nedit 1\nset srcaddr a\nset dstaddr rdp all\nset service ALL odd\nset action accept\nnext\nend\n")
}

func FuzzIOS(f *testing.F) {
	inventorytest.Fuzz(f, inventorytest.Format(f, Formats(), "ios-config"), iosConfig, "hostname a\nversion 15.2\ninterface e0\n ip access-group x in\n zone-member security z\nip access-list extended x\n 10 permit tcp any 10.0.0.0 0.0.254.3 range 1 80\n evaluate y\nzone-pair security p source z destination z\n service-policy type inspect m\npolicy-map type inspect m\n class type inspect c\n  inspect\nclass-map type inspect match-any c\n match access-group name x\n")
}

func FuzzASA(f *testing.F) {
	inventorytest.Fuzz(f, inventorytest.Format(f, Formats(), "asa-config"), asaConfig+"object-group network g\n network-object object web\n group-object g\naccess-list a extended permit tcp any object-group g eq www\naccess-group a in interface outside\n")
}

func FuzzJunos(f *testing.F) {
	inventorytest.Fuzz(f, inventorytest.Format(f, Formats(), "junos-config"), junosBraces, "set version 1\nset system host-name a\nset firewall family inet filter f term t from port [ 1 2-3 ]\nset firewall family inet filter f term t then accept\nset interfaces e0 unit 0 family inet filter input f\nset security zones security-zone z interfaces e0.0\nset security policies from-zone z to-zone z policy p match application any\nset security policies from-zone z to-zone z policy p then permit\ndelete security\n")
}

func FuzzNetScaler(f *testing.F) {
	inventorytest.Fuzz(f, inventorytest.Format(f, Formats(), "netscaler-config"), "#NS13.1 Build 49.13\nadd lb vserver a HTTP 1.2.3.4 80\nadd ns ip 1.1.1.1 255.0.0.0 -type VIP\n")
}

func FuzzBigIP(f *testing.F) {
	inventorytest.Fuzz(f, inventorytest.Format(f, Formats(), "bigip-config"), "#TMSH-VERSION: 16.1\nltm virtual /a/b {\n destination /a/1.2.3.4:443\n}\n}\n{\n")
}

func FuzzRouterOS(f *testing.F) {
	inventorytest.Fuzz(f, inventorytest.Format(f, Formats(), "routeros-config"), "# by RouterOS 6.1\n/ip firewall filter\nadd chain=forward action=jump jump-target=a\nadd chain=a action=jump jump-target=forward dst-port=!1,2-3 protocol=tcp\n/ip service set www disabled=yes\n/ip address\nadd address=\"1.2.3.4/8\" \\\n")
}

func FuzzPANSet(f *testing.F) {
	inventorytest.Fuzz(f, inventorytest.Format(f, Formats(), "panos-set"), panSet)
}

func FuzzPANBraces(f *testing.F) {
	inventorytest.Fuzz(f, inventorytest.Format(f, Formats(), "panos-braces"), "config {\n mgt-config {\n }\n devices { localhost {\n vsys { vsys1 {\n rulebase {\n security {\n rules {\n r1 {\n from [ a b ];\n action allow;\n }\n }\n }\n }\n")
}

func FuzzPANXML(f *testing.F) {
	inventorytest.Fuzz(f, inventorytest.Format(f, Formats(), "panos-config"), panXML)
}
