package reach

import (
	"net/netip"
	"strconv"
	"strings"
	"testing"

	"seawall/internal/evidence/inventorytest"
	"seawall/internal/evidence/netconfig"
	"seawall/internal/inventory"
)

// check reads configurations, puts a server with an open port behind them for
// each row, and compares what is said of it: "10.0.0.5 tcp 443 yes: part of the
// reason".
func check(t *testing.T, name string, configs []string, rows ...string) {
	t.Helper()
	for _, row := range rows {
		question, reason, _ := strings.Cut(row, ": ")
		w := strings.Fields(question)
		m := inventory.New()
		for i, c := range configs {
			r := inventorytest.Read(t, netconfig.Formats(), "device"+strconv.Itoa(i), []byte(c))
			if len(r.Observations) == 0 {
				t.Fatalf("%s: nothing was read of configuration %d", name, i)
			}
			for _, o := range r.Observations {
				m.Add(o)
			}
		}
		port, _ := strconv.Atoi(w[2])
		server := host("server", w[0])
		server.Source.Vantage = inventory.OnHost
		server.Services = []inventory.Service{{Address: netip.MustParseAddr(w[0]), Port: uint16(port), Protocol: w[1], State: "open"}}
		m.Add(server)
		inv := m.Resolve()
		model := New(inv, nil)
		for _, d := range inv.Devices {
			if d.Name != "server" {
				continue
			}
			got := model.Endpoint(d, &d.Endpoints[0])
			if got.Exposed.String() != w[3] || !strings.Contains(got.Why, reason) {
				t.Errorf("%s: %s: %v, %s", name, row, got.Exposed, got.Why)
			}
			if got.Exposed.String() == "yes" && len(got.Where) == 0 {
				t.Errorf("%s: %s cites nothing", name, row)
			}
		}
	}
}

const iosEdge = `version 15.7
hostname edge
interface Gi0/0
 ip address 203.0.113.2 255.255.255.0
 ip access-group IN in
 ip nat outside
interface Gi0/1
 ip address 10.0.0.1 255.255.255.0
 ip nat inside
interface Gi0/2
 ip address 198.51.100.1 255.255.255.0
 ip access-group DMZ out
ip nat inside source static tcp 10.0.0.5 443 203.0.113.2 8443
ip nat inside source static tcp 10.0.0.6 22 203.0.113.2 2222
ip nat inside source static 10.0.0.7 203.0.113.7
object-group network admins
 host 192.0.2.9
 192.0.2.64 255.255.255.192
ip access-list extended IN
 deny ip 10.0.0.0 0.255.255.255 any
 permit tcp any host 203.0.113.2 eq 8443
 permit tcp object-group admins host 203.0.113.2 eq 2222
 deny tcp any host 203.0.113.7 range 1 1023
 permit ip any host 203.0.113.7
 permit tcp any any established
 permit tcp any 198.51.100.0 0.0.0.254 eq www 443
 permit udp any host 198.51.100.8 gt 1023
ip access-list extended DMZ
 deny tcp any host 198.51.100.6
 permit ip any any
`

func TestIOSListsStandOnBothSidesOfTranslation(t *testing.T) {
	check(t, "IOS", []string{iosEdge},
		`10.0.0.5 tcp 443 yes: "permit tcp any host 203.0.113.2 eq 8443" lets anybody in`,
		"10.0.0.5 tcp 80 no: leads nobody",
		"10.0.0.6 tcp 22 unknown: lets 192.0.2.9, 192.0.2.64/26 in only",
		`10.0.0.7 tcp 445 no: by "deny tcp any host 203.0.113.7 range 1 1023"`,
		"10.0.0.7 tcp 8080 yes: permit ip any host 203.0.113.7",
		"10.0.0.9 tcp 22 no: leads nobody from the Internet to 10.0.0.9",
		"198.51.100.4 tcp 443 yes: eq www 443",
		"198.51.100.5 tcp 443 no: keeps the Internet out",
		`198.51.100.6 tcp 80 no: "deny tcp any host 198.51.100.6"`,
		"198.51.100.8 udp 5000 yes",
		"198.51.100.8 udp 161 no",
		"172.16.0.9 tcp 22 unknown: no evidence",
		"192.0.2.7 tcp 22 unknown")
}

const asaEdge = `ASA Version 9.16(4)
hostname asa
interface Gi0/0
 nameif outside
 security-level 0
 ip address 203.0.113.2 255.255.255.0
interface Gi0/1
 nameif dmz
 security-level 50
 ip address 10.1.0.1 255.255.255.0
interface Gi0/2
 nameif inside
 security-level 100
 ip address 10.2.0.1 255.255.255.0
object network web
 host 10.1.0.5
 nat (dmz,outside) static 203.0.113.5
object network mail
 host 10.1.0.6
 nat (dmz,outside) static interface service tcp 25 2525
object network db
 host 10.2.0.9
 nat (inside,outside) static 203.0.113.9
object-group service web-ports tcp
 port-object eq www
 port-object range 8000 8010
object-group service mixed
 service-object tcp destination eq smtp
 service-object udp destination eq domain
object-group network servers
 network-object object web
 network-object host 10.1.0.6
access-list OUT extended permit tcp any object web object-group web-ports
access-list OUT extended permit object-group mixed any object-group servers
access-list OUT extended permit tcp any object web eq 3389 inactive
access-list OUT extended permit tcp any object undefined-group eq 9999
access-list OUT extended deny ip any any
access-group OUT in interface outside
`

func TestASAListsSpeakOfRealAddresses(t *testing.T) {
	check(t, "ASA", []string{asaEdge},
		"10.1.0.5 tcp 80 yes: object-group web-ports", "10.1.0.5 tcp 8005 yes", "10.1.0.5 tcp 443 no: deny ip any any", "10.1.0.5 tcp 3389 no", "10.1.0.5 udp 53 yes",
		"10.1.0.6 tcp 25 yes: object-group mixed", "10.1.0.6 udp 53 no: leads nobody", "10.1.0.5 tcp 9999 unknown: it turns on the group undefined-group", "10.2.0.9 tcp 443 no: deny ip any any")
	old := strings.NewReplacer("9.16(4)", "8.2(5)", "access-group OUT in interface outside\n", "").Replace(asaEdge)
	check(t, "ASA before 8.3", []string{old + "static (dmz,outside) 203.0.113.50 10.1.0.50 netmask 255.255.255.255\naccess-list O2 extended permit tcp any host 203.0.113.50 eq https\naccess-group O2 in interface outside\n"},
		"10.1.0.50 tcp 443 yes: host 203.0.113.50 eq https", "10.1.0.50 tcp 80 no: the end of O2")
	none := strings.Replace(asaEdge, "access-group OUT in interface outside\n", "", 1)
	check(t, "ASA without a list", []string{none}, "10.1.0.5 tcp 80 no: security levels")
}

const fortiEdge = `#config-version=FGT60F-7.0.12-FW-build0523-230000:opmode=0:vdom=0
config system global
    set hostname "forti"
end
config system interface
    edit "wan1"
        set ip 203.0.113.2 255.255.255.0
        set role wan
    next
    edit "dmz"
        set ip 198.51.100.1 255.255.255.0
    next
    edit "lan"
        set ip 10.0.0.1 255.255.255.0
    next
end
config system zone
    edit "inner"
        set interface "lan"
    next
end
config firewall address
    edit "all"
    next
    edit "bad"
        set subnet 192.0.2.0 255.255.255.0
    next
    edit "dmz-web"
        set type iprange
        set start-ip 198.51.100.10
        set end-ip 198.51.100.12
    next
    edit "named"
        set type fqdn
        set fqdn "www.example.com"
    next
end
config firewall service custom
    edit "odd"
        set tcp-portrange 8443 9000-9010:1024-65535
    next
end
config firewall vip
    edit "rdp"
        set extip 203.0.113.2
        set extintf "wan1"
        set portforward enable
        set mappedip "10.0.0.5"
        set extport 3390
        set mappedport 3389
    next
    edit "unused"
        set extip 203.0.113.7
        set mappedip "10.0.0.7"
        set extintf "any"
    next
    edit "pair"
        set extip 203.0.113.20-203.0.113.21
        set mappedip "10.0.0.20-10.0.0.21"
        set extintf "wan1"
    next
    edit "farm"
        set type server-load-balance
        set extip 203.0.113.30
        set extintf "wan1"
        set server-type tcp
        set extport 443
        config realservers
            edit 1
                set ip 10.0.0.31
                set port 8443
            next
            edit 2
                set ip 10.0.0.32
                set port 8443
                set status disable
            next
        end
    next
end
config firewall vipgrp
    edit "group"
        set interface "wan1"
        set member "pair" "farm"
    next
end
config firewall policy
    edit 9
        set srcintf "wan1"
        set dstintf "inner"
        set srcaddr "bad"
        set dstaddr "all"
        set schedule "always"
        set service "ALL"
    next
    edit 3
        set srcintf "wan1"
        set dstintf "any"
        set srcaddr "all"
        set dstaddr "all"
        set schedule "always"
        set service "ALL"
    next
    edit 1
        set srcintf "wan1"
        set dstintf "inner"
        set srcaddr "all"
        set dstaddr "rdp"
        set action accept
        set schedule "always"
        set service "RDP"
    next
    edit 2
        set srcintf "wan1"
        set dstintf "lan"
        set srcaddr "all"
        set dstaddr "group"
        set action accept
        set schedule "always"
        set service "ALL"
    next
end
`

func TestFortiOSVirtualAddressesPassOnlyByPoliciesThatNameThem(t *testing.T) {
	check(t, "FortiOS", []string{fortiEdge},
		`10.0.0.5 tcp 3389 yes: "policy 1"`, "10.0.0.7 tcp 443 no", "10.0.0.21 tcp 22 yes", "10.0.0.31 tcp 8443 yes: load balancer", "10.0.0.32 tcp 8443 no", "10.0.0.99 tcp 22 no: leads nobody",
		`198.51.100.10 tcp 443 no: "policy 3"`)
	matching := strings.Replace(fortiEdge, "    edit 3\n", "    edit 3\n        set match-vip enable\n", 1)
	check(t, "FortiOS, a deny that matches virtual addresses", []string{matching}, `10.0.0.5 tcp 3389 no: "policy 3"`, "10.0.0.21 tcp 22 no")
	newer := strings.Replace(fortiEdge, "7.0.12", "7.4.3", 1)
	check(t, "FortiOS 7.4, where the default depends", []string{newer}, "10.0.0.5 tcp 3389 unknown: it turns on whether policy 3 matches virtual addresses")
	open := strings.Replace(fortiEdge, "    edit 3\n", `    edit 4
        set srcintf "wan1"
        set dstintf "dmz"
        set srcaddr "all"
        set dstaddr "dmz-web"
        set action accept
        set schedule "always"
        set service "odd" "HTTPS"
    next
    edit 5
        set srcintf "wan1"
        set dstintf "dmz"
        set srcaddr "all"
        set dstaddr "named"
        set action accept
        set schedule "always"
        set service "SSH"
    next
    edit 6
        set status disable
        set srcintf "any"
        set dstintf "any"
        set srcaddr "all"
        set dstaddr "all"
        set action accept
        set schedule "always"
        set service "ALL"
    next
    edit 3
`, 1)
	check(t, "FortiOS, direct", []string{open},
		`198.51.100.10 tcp 443 yes: "policy 4"`, `198.51.100.12 tcp 9005 yes: "policy 4"`, `198.51.100.13 tcp 443 no: "policy 3"`, "198.51.100.13 tcp 22 unknown: the address named of type fqdn", "198.51.100.10 tcp 80 no")
	central := strings.Replace(fortiEdge, "config system zone", "config system settings\n    set central-nat enable\nend\nconfig system zone", 1)
	check(t, "FortiOS with central translation", []string{central}, `10.0.0.5 tcp 3389 no: "policy 3"`)
}

const panEdge = `set deviceconfig system hostname pa
set network interface ethernet ethernet1/1 layer3 ip 203.0.113.2/24
set network interface ethernet ethernet1/2 layer3 ip 10.0.0.1/24
set network interface ethernet ethernet1/3 layer3 ip 10.1.0.1/24
set zone untrust network layer3 ethernet1/1
set zone trust network layer3 ethernet1/2
set zone dmz network layer3 ethernet1/3
set address web ip-netmask 203.0.113.5
set address web-inner ip-netmask 10.1.0.5/32
set service tcp-8443 protocol tcp port 8443
set service-group web-services members [ tcp-8443 service-https ]
set application-group apps members [ web-browsing ssl ]
set rulebase nat rules web from untrust
set rulebase nat rules web to untrust
set rulebase nat rules web source any
set rulebase nat rules web destination web
set rulebase nat rules web service any
set rulebase nat rules web destination-translation translated-address web-inner
set rulebase nat rules rdp from untrust
set rulebase nat rules rdp to untrust
set rulebase nat rules rdp destination 203.0.113.6
set rulebase nat rules rdp service any
set rulebase nat rules rdp destination-translation translated-address 10.0.0.6
set rulebase security rules off disabled yes
set rulebase security rules off from any
set rulebase security rules off to any
set rulebase security rules off source any
set rulebase security rules off destination any
set rulebase security rules off application any
set rulebase security rules off service any
set rulebase security rules off action allow
set rulebase security rules web from untrust
set rulebase security rules web to dmz
set rulebase security rules web source any
set rulebase security rules web destination web
set rulebase security rules web application apps
set rulebase security rules web service application-default
set rulebase security rules web action allow
set rulebase security rules alt from untrust
set rulebase security rules alt to dmz
set rulebase security rules alt source any
set rulebase security rules alt destination web
set rulebase security rules alt application any
set rulebase security rules alt service web-services
set rulebase security rules alt action allow
set rulebase security rules game from untrust
set rulebase security rules game to dmz
set rulebase security rules game source any
set rulebase security rules game destination web
set rulebase security rules game application some-game
set rulebase security rules game service any
set rulebase security rules game action allow
set rulebase security rules wrong from untrust
set rulebase security rules wrong to untrust
set rulebase security rules wrong source any
set rulebase security rules wrong destination 203.0.113.6
set rulebase security rules wrong application any
set rulebase security rules wrong service any
set rulebase security rules wrong action allow
`

func TestPANOSSeesSentAddressesAndTheZoneBehindTheTranslation(t *testing.T) {
	check(t, "PAN-OS", []string{panEdge},
		`10.1.0.5 tcp 443 yes: "web" lets`, "10.1.0.5 tcp 80 yes", `10.1.0.5 tcp 8443 yes: "alt" lets`, "10.1.0.5 tcp 22 unknown: the application some-game",
		"10.0.0.6 tcp 3389 no: the end of the security rules", "10.0.0.9 tcp 22 no: leads nobody")
	behind := strings.Replace(panEdge, "rules wrong to untrust", "rules wrong to trust", 1)
	check(t, "PAN-OS, zone behind", []string{behind}, "10.0.0.6 tcp 3389 yes")
}

const srxEdge = `set version 21.4R3
set system host-name srx
set system services ssh
set interfaces ge-0/0/0 unit 0 family inet address 203.0.113.2/24
set interfaces ge-0/0/1 unit 0 family inet address 10.0.0.1/24
set interfaces ge-0/0/2 unit 0 family inet address 198.51.100.1/24
set interfaces ge-0/0/0 unit 0 family inet filter input edge
set policy-options prefix-list bad 192.0.2.0/24
set firewall family inet filter edge term bad from source-prefix-list bad
set firewall family inet filter edge term bad then discard
set firewall family inet filter edge term noise from protocol tcp
set firewall family inet filter edge term noise from destination-port [ 445 135-139 ]
set firewall family inet filter edge term noise then discard
set firewall family inet filter edge term rest then accept
set security zones security-zone untrust interfaces ge-0/0/0.0
set security zones security-zone trust interfaces ge-0/0/1.0
set security zones security-zone trust address-book address web 10.0.0.5/32
set security zones security-zone dmz interfaces ge-0/0/2.0
set security address-book global address www 198.51.100.10/32
set security address-book global address-set fronts address www
set security nat destination pool web address 10.0.0.5/32 port 8443
set security nat destination rule-set in from zone untrust
set security nat destination rule-set in rule r match destination-address 203.0.113.2/32
set security nat destination rule-set in rule r match destination-port 443
set security nat destination rule-set in rule r then destination-nat pool web
set applications application alt protocol tcp
set applications application alt destination-port 8443
set security policies from-zone untrust to-zone trust policy web match source-address any
set security policies from-zone untrust to-zone trust policy web match destination-address web
set security policies from-zone untrust to-zone trust policy web match application alt
set security policies from-zone untrust to-zone trust policy web then permit
set security policies from-zone untrust to-zone dmz policy all match source-address any
set security policies from-zone untrust to-zone dmz policy all match destination-address fronts
set security policies from-zone untrust to-zone dmz policy all match application any
set security policies from-zone untrust to-zone dmz policy all then permit
`

func TestJunosFiltersThenTranslatesThenAsksItsPolicies(t *testing.T) {
	check(t, "Junos", []string{srxEdge},
		"10.0.0.5 tcp 8443 yes: policy web", "10.0.0.5 tcp 443 no", "10.0.0.9 tcp 22 no",
		"198.51.100.10 tcp 22 yes: policy all", "198.51.100.10 tcp 445 no: term noise", "198.51.100.11 tcp 22 no: the end of the policies between zones")
	check(t, "Junos, deactivated", []string{srxEdge + "deactivate security policies from-zone untrust to-zone trust policy web\n"}, "10.0.0.5 tcp 8443 no: the end of the policies")
	check(t, "Junos, an application that is not known", []string{strings.Replace(srxEdge, "application any", "application junos-odd", 1)}, "198.51.100.10 tcp 22 unknown: the application junos-odd")
}

const routerEdge = `# jan/02/2024 10:00:00 by RouterOS 7.11
/interface list member
add interface=ether1 list=WAN
add interface=bridge list=LAN
/ip address
add address=203.0.113.2/24 interface=ether1
add address=10.0.0.1/24 interface=bridge
/ip firewall address-list
add address=192.0.2.0/28 list=admins
/ip firewall filter
add action=accept chain=forward connection-state=established,related
add action=jump chain=forward in-interface-list=WAN jump-target=from-wan
add action=drop chain=from-wan comment="no rdp" dst-port=3389 protocol=tcp
add action=accept chain=from-wan dst-address=10.0.0.6 src-address-list=admins
add action=return chain=from-wan dst-address=10.0.0.8
add action=drop chain=from-wan connection-nat-state=!dstnat
add action=drop chain=from-wan dst-address=10.0.0.6
add action=drop chain=forward dst-address=10.0.0.8
add action=accept chain=input protocol=icmp
add action=drop chain=input in-interface-list=!LAN
/ip firewall nat
add action=dst-nat chain=dstnat dst-port=80,8000-8010 in-interface-list=WAN protocol=tcp to-addresses=10.0.0.5
add action=dst-nat chain=dstnat dst-port=3389 in-interface-list=WAN protocol=tcp to-addresses=10.0.0.5
add action=dst-nat chain=dstnat dst-port=2222 in-interface=ether1 protocol=tcp to-addresses=10.0.0.6 to-ports=22
add action=dst-nat chain=dstnat dst-port=8081 in-interface=ether1 protocol=tcp to-addresses=10.0.0.8 to-ports=80
`

func TestRouterOSAsksItsChains(t *testing.T) {
	check(t, "RouterOS", []string{routerEdge},
		"10.0.0.5 tcp 80 yes", "10.0.0.5 tcp 8005 yes", "10.0.0.5 tcp 8011 no", "10.0.0.5 tcp 3389 no: no rdp", "10.0.0.6 tcp 22 unknown: lets 192.0.2.0/28 in only", "10.0.0.8 tcp 80 no", "10.0.0.9 tcp 22 no: leads nobody")
}

func TestServersBehindBalancersAreReachedThroughWhatStandsBefore(t *testing.T) {
	const bigip = `#TMSH-VERSION: 16.1.2
ltm pool /Common/web {
    members {
        /Common/10.5.0.5:8080 {
            address 10.5.0.5
        }
        /Common/10.5.0.6:8080 {
            address 10.5.0.6
            session user-disabled
        }
    }
}
ltm virtual /Common/vs {
    destination /Common/10.1.0.5:443
    ip-protocol tcp
    pool /Common/web
}
sys global-settings {
    hostname lb.example.com
}
`
	opened := strings.Replace(asaEdge, "port-object eq www", "port-object eq https", 1)
	check(t, "BIG-IP behind ASA", []string{opened, bigip}, "10.5.0.5 tcp 8080 yes: a load balancer of lb.example.com leads there from 10.1.0.5 port 443; a port forward of asa", "10.5.0.6 tcp 8080 unknown")
	check(t, "BIG-IP behind a closed ASA", []string{asaEdge, bigip}, "10.5.0.5 tcp 8080 unknown")
	const netscaler = `#NS13.1 Build 49.13
add server s1 10.5.0.7
add service svc s1 HTTP 8081
add serviceGroup grp HTTP
bind serviceGroup grp s1 8082
add lb vserver inner HTTP 0.0.0.0 0
add cs vserver front SSL 203.0.113.40 443
bind lb vserver inner svc
bind lb vserver inner grp
bind cs vserver front -lbvserver inner
`
	check(t, "NetScaler", []string{netscaler}, "10.5.0.7 tcp 8081 yes: load balancer", "10.5.0.7 tcp 8082 yes", "10.5.0.7 tcp 22 unknown")
	check(t, "NetScaler with lists", []string{netscaler + "add ns acl a DENY -srcIP = 192.0.2.1\n"}, "10.5.0.7 tcp 8081 unknown: who the device's lists let in only")
}

func TestManagementIsJudgedByTheFiltersBeforeIt(t *testing.T) {
	f := func(name, config, service, want string) {
		t.Helper()
		r := inventorytest.Read(t, netconfig.Formats(), "device", []byte(config))
		m := inventory.New()
		for _, o := range r.Observations {
			m.Add(o)
		}
		inv := m.Resolve()
		model := New(inv, nil)
		d := inv.Devices[0]
		got := "none"
		for i := range d.Hints {
			if h := &d.Hints[i]; h.Kind == inventory.Management && h.Service == service {
				got = model.Management(d, h).Exposed.String()
			}
		}
		if got != want {
			t.Errorf("%s, %s: %s, want %s", name, service, got, want)
		}
	}
	f("RouterOS with an input chain", routerEdge, "winbox", "no")
	f("RouterOS without", strings.Replace(routerEdge, "in-interface-list=!LAN", "in-interface-list=LAN", 1), "winbox", "yes")
	const ios = "version 15.7\nhostname r\ninterface Gi0/0\n ip address 203.0.113.2 255.255.255.0\nline vty 0 4\n access-class 10 in\n transport input ssh\nline vty 5 15\n transport input telnet\n"
	f("IOS with a list for terminals", ios+"access-list 10 permit 192.0.2.0 0.0.0.255\n", "ssh", "unknown")
	f("IOS with a list that lets all in", ios+"access-list 10 permit any\n", "ssh", "yes")
	f("IOS with a list that is not there", ios, "ssh", "yes")
	f("IOS terminals without a list", ios+"access-list 10 permit 192.0.2.0 0.0.0.255\n", "telnet", "yes")
	f("IOS behind its own list", ios+"interface Gi0/0\n ip access-group IN in\nip access-list extended IN\n deny tcp any host 203.0.113.2\n permit ip any any\n", "telnet", "no")
	f("SRX whose zone lets nothing in", srxEdge, "ssh", "no")
	f("SRX whose zone lets it in", srxEdge+"set security zones security-zone untrust host-inbound-traffic system-services ssh\n", "ssh", "yes")
	local := strings.Replace(fortiEdge, "        set role wan\n", "        set role wan\n        set allowaccess https ping\n", 1)
	f("FortiOS", local, "https", "yes")
	f("FortiOS with a local policy", local+"config firewall local-in-policy\n    edit 1\n        set intf \"wan1\"\n        set srcaddr \"all\"\n        set dstaddr \"all\"\n        set service \"HTTPS\"\n        set schedule \"always\"\n    next\nend\n", "https", "no")
}
