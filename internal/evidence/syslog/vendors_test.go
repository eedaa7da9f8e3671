package syslog

import (
	"strings"
	"testing"
	"time"

	"seawall/internal/evidence"
	"seawall/internal/evidence/evidencetest"
	"seawall/record"
)

// columnsOf returns the values of some columns of one message, "" if null.
func columnsOf(t testing.TB, message string, names ...string) []string {
	t.Helper()
	formats := Formats(time.UTC, func() time.Time { return noon })
	c := &cells{}
	evidencetest.Decode(t, &formats[1], "x", []byte(message), 1<<20, c)
	list := []string{c.source}
	for _, name := range names {
		list = append(list, c.values[name])
	}
	return list
}

func TestFirewallsTellConnections(t *testing.T) {
	// message, then source log, outcome, protocol, source, destination, action
	f := func(message, want string) {
		t.Helper()
		got := columnsOf(t, message, "seen_event", "seen_outcome", "protocol", "src_ip", "src_port", "dst_ip", "dst_port", "action")
		text := got[0] + ": " + got[1] + " " + got[2] + " " + got[3] + " " + got[4] + ":" + got[5] + ">" + got[6] + ":" + got[7] + " " + got[8]
		if text != want {
			t.Errorf("%s\n got %s\nwant %s", message, text, want)
		}
	}
	const asa = "<166>Nov 23 2026 14:05:06 fw1 : "
	f(asa+"%ASA-6-302013: Built outbound TCP connection 17 for outside:192.0.2.9/443 (192.0.2.9/443) to inside:10.1.1.7/50123 (198.51.100.2/50123)", "cisco asa: flow open TCP 10.1.1.7:50123>192.0.2.9:443 Built")
	f(asa+"%ASA-6-302013: Built inbound TCP connection 18 for outside:192.0.2.9/40000 (192.0.2.9/40000) to dmz:10.1.2.8/443 (198.51.100.3/443)", "cisco asa: flow open TCP 192.0.2.9:40000>10.1.2.8:443 Built")
	f(asa+"%ASA-6-302014: Teardown TCP connection 17 for outside:192.0.2.9/443 to inside:10.1.1.7/50123 duration 0:01:05 bytes 5930 TCP FINs", "cisco asa: flow close TCP 10.1.1.7:50123>192.0.2.9:443 Teardown")
	f(asa+"%ASA-6-302016: Teardown UDP connection 19 for outside:192.0.2.53/53 to inside:10.1.1.7/50999 duration 0:00:01 bytes 120", "cisco asa: flow close UDP 10.1.1.7:50999>192.0.2.53:53 Teardown")
	f(asa+"%ASA-6-302020: Built inbound ICMP connection for faddr 192.0.2.9/0 gaddr 198.51.100.3/0 laddr 10.1.2.8/0 type 8 code 0", "cisco asa: flow open ICMP 192.0.2.9:8>10.1.2.8:0 Built")
	f(asa+`%ASA-4-106023: Deny tcp src outside:192.0.2.9/40001 dst inside:10.1.1.7/22 by access-group "outside_in" [0x0, 0x0]`, "cisco asa: flow deny tcp 192.0.2.9:40001>10.1.1.7:22 Deny")
	f(asa+"%ASA-6-106100: access-list inside_in denied tcp inside/10.1.1.7(50123) -> outside/192.0.2.9(25) hit-cnt 1 first hit [0x1, 0x0]", "cisco asa: flow deny tcp 10.1.1.7:50123>192.0.2.9:25 denied")
	f(asa+"%ASA-2-106001: Inbound TCP connection denied from 192.0.2.9/40002 to 198.51.100.3/23 flags SYN on interface outside", "cisco asa: flow deny TCP 192.0.2.9:40002>198.51.100.3:23 denied")
	f(asa+"%ASA-2-106006: Deny inbound UDP from 192.0.2.9/53 to 198.51.100.3/40003 on interface outside", "cisco asa: flow deny UDP 192.0.2.9:53>198.51.100.3:40003 Deny")
	f(asa+"%ASA-6-106015: Deny TCP (no connection) from 192.0.2.9/443 to 198.51.100.3/40004 flags RST on interface outside", "cisco asa: flow deny TCP 192.0.2.9:443>198.51.100.3:40004 Deny")
	f(asa+"%ASA-3-710003: UDP access denied by ACL from 192.0.2.9/161 to outside:198.51.100.3/161", "cisco asa: flow deny UDP 192.0.2.9:161>198.51.100.3:161 denied")
	f(asa+"%ASA-3-106014: Deny inbound icmp src outside:192.0.2.9 dst inside:10.1.1.7 (type 8, code 0)", "cisco asa: flow deny icmp 192.0.2.9:8>10.1.1.7:0 Deny")
	f(asa+"%ASA-4-338004: Dynamic filter dropped blacklisted TCP traffic from inside:10.1.1.7/50123 (198.51.100.2/50123) to outside:192.0.2.9/443 (192.0.2.9/443), destination 192.0.2.9 resolved", "cisco asa: flow deny TCP 10.1.1.7:50123>192.0.2.9:443 dropped")
	f("<14>Nov 23 14:05:06 srx1 RT_FLOW: %USER-6-RT_FLOW_SESSION_DENY: session denied 192.0.2.9/40000->10.1.1.7/23 junos-telnet 6(0) default untrust trust", "juniper junos: flow deny 6 192.0.2.9:40000>10.1.1.7:23 DENY")
	f("<134>1 1795442706.1 MX84 l7_firewall src=10.1.1.7 dst=192.0.2.9 protocol=tcp sport=50123 dport=443 decision=blocked", "meraki mx: flow deny tcp 10.1.1.7:50123>192.0.2.9:443 blocked")
	f(`<13>id=firewall time="2026-11-23 14:05:06" fw="FW1" tz=+0100 pri=5 srcif="out" src=192.0.2.9 srcport=40000 dst=10.1.1.7 dstport=22 ipproto=tcp action=block logtype="filter"`, "stormshield sns: flow deny tcp 192.0.2.9:40000>10.1.1.7:22 block")
	f("<190>Nov 23 2026 14:05:06 USG %%01POLICY/6/POLICYDENY(l):vsys=public, protocol=6, source-ip=192.0.2.9, source-port=40000, destination-ip=10.1.1.7, destination-port=23, rule-name=default.", "huawei usg: flow deny 6 192.0.2.9:40000>10.1.1.7:23 DENY")
	f("<165>123: rtr1: 000045: *Nov 23 14:05:06.123 UTC: %SEC-6-IPACCESSLOGP: list 101 denied udp 192.0.2.9(5353) -> 10.1.1.7(53), 1 packet", "cisco ios: flow deny udp 192.0.2.9:5353>10.1.1.7:53 denied")
	f("<165>123: rtr1: 000046: *Nov 23 14:05:06.123 UTC: %SEC-6-IPACCESSLOGDP: list 101 permitted icmp 192.0.2.9 -> 10.1.1.7 (8/0), 1 packet", "cisco ios: flow allow icmp 192.0.2.9:>10.1.1.7: permitted")
	f("<189>date=2026-11-23 time=14:05:06 devname=\"FG1\" devid=\"FG100E0000000001\" logid=\"0000000013\" type=\"traffic\" subtype=\"forward\" level=\"notice\" vd=\"root\" srcip=10.1.1.7 srcport=50123 srcintf=\"lan\" dstip=192.0.2.9 dstport=443 proto=6 action=\"close\" policyid=7 service=\"HTTPS\" duration=65 sentbyte=100 rcvdbyte=200 sentpkt=3 rcvdpkt=4",
		"fortinet fortigate: flow close 6 10.1.1.7:50123>192.0.2.9:443 close")
	f("<189>date=2026-11-23 time=14:05:06 devname=\"FG1\" devid=\"FG100E0000000001\" logid=\"0000000013\" type=\"traffic\" subtype=\"forward\" vd=\"root\" srcip=10.1.1.7 srcport=50123 dstip=192.0.2.9 dstport=25 proto=6 action=\"deny\" policyid=0", "fortinet fortigate: flow deny 6 10.1.1.7:50123>192.0.2.9:25 deny")
	pan := "<14>Nov 23 14:05:06 pa1 1,2026/11/23 14:05:06,007200001056,TRAFFIC,drop,2305,2026/11/23 14:05:06,192.0.2.9,10.1.1.7,0.0.0.0,0.0.0.0,\"deny, all\",,,not-applicable,vsys1,untrust,trust,ethernet1/1,,fwd,2026/11/23 14:05:06,0,1,40000,3389,0,0,0x0,tcp,deny,74,74,0,1,2026/11/23 14:05:05,0,any"
	f(pan, "palo alto pan-os: flow deny tcp 192.0.2.9:40000>10.1.1.7:3389 deny")
	f("<85>1 2026-11-23T14:05:06Z cp1 CheckPoint 1234 - [action:\"Drop\"; ifdir:\"inbound\"; loguid:\"{0x1}\"; origin:\"198.51.100.1\"; product:\"VPN-1 & FireWall-1\"; proto:\"6\"; s_port:\"40000\"; service:\"23\"; src:\"192.0.2.9\"; dst:\"10.1.1.7\"]", "check point firewall: flow deny 6 192.0.2.9:40000>10.1.1.7:23 Drop")
	f("<14>1 2026-11-23T14:05:06.000Z srx1 RT_FLOW - RT_FLOW_SESSION_DENY [junos@2636.1.1.1.2.129 source-address=\"192.0.2.9\" source-port=\"40000\" destination-address=\"10.1.1.7\" destination-port=\"22\" service-name=\"junos-ssh\" protocol-id=\"6\" policy-name=\"default\"] session denied", "juniper junos: flow deny 6 192.0.2.9:40000>10.1.1.7:22 DENY")
	f("<14>Nov 23 14:05:06 srx1 RT_FLOW: RT_FLOW_SESSION_CLOSE: session closed TCP FIN: 10.1.1.7/50123->192.0.2.9/443 junos-https 198.51.100.2/50123->192.0.2.9/443 None None 6 out trust untrust 200 12(1234) 10(5678) 20", "juniper junos: flow close 6 10.1.1.7:50123>192.0.2.9:443 CLOSE")
	f("<134>Nov 23 14:05:06 pf1 filterlog[123]: 5,,,1000000103,igb0,match,block,in,4,0x0,,239,54321,0,none,6,tcp,44,192.0.2.9,198.51.100.3,40000,23,0,S,123456,,1024,,mss", "netgate pfsense: flow deny tcp 192.0.2.9:40000>198.51.100.3:23 block")
	f("<134>Nov 23 14:05:06 pf1 filterlog[123]: 7,,,0,igb0,match,pass,out,6,0x00,0x00000,64,UDP,17,60,2001:db8::1,2001:db8::2,5353,53,40", "netgate pfsense: flow allow udp 2001:db8::1:5353>2001:db8::2:53 pass")
	f("<4>Nov 23 14:05:06 web1 kernel: [12345.678] [UFW BLOCK] IN=eth0 OUT= MAC=00:11 SRC=192.0.2.9 DST=10.1.1.7 LEN=60 TOS=0x00 PREC=0x00 TTL=50 ID=1 DF PROTO=TCP SPT=40000 DPT=22 WINDOW=64240 RES=0x00 SYN URGP=0", "linux netfilter: flow deny TCP 192.0.2.9:40000>10.1.1.7:22 BLOCK")
	f("<4>Nov 23 14:05:06 usg kernel: [WAN_IN-4000-D]IN=eth0 OUT=eth1 SRC=192.0.2.9 DST=10.1.1.7 LEN=60 PROTO=UDP SPT=40000 DPT=161 LEN=40", "ubiquiti unifi: flow deny UDP 192.0.2.9:40000>10.1.1.7:161 drop")
	f("<134>id=firewall sn=0000 time=\"2026-11-23 14:05:06 UTC\" fw=198.51.100.1 pri=5 c=64 m=36 msg=\"TCP packet dropped\" n=1 src=192.0.2.9:40000:X1 dst=198.51.100.1:23:X1 proto=tcp/telnet", "sonicwall sonicos: flow deny tcp 192.0.2.9:40000>198.51.100.1:23 dropped")
	f("<30>device=\"SFW\" date=2026-11-23 time=14:05:06 timezone=\"GMT\" device_name=\"XG\" device_id=C1 log_id=010102600002 log_type=\"Firewall\" log_component=\"Firewall Rule\" log_subtype=\"Denied\" status=\"Deny\" priority=Information fw_rule_id=0 protocol=\"TCP\" src_ip=192.0.2.9 src_port=40000 dst_ip=10.1.1.7 dst_port=445 sent_bytes=0 recv_bytes=0",
		"sophos firewall: flow deny TCP 192.0.2.9:40000>10.1.1.7:445 Denied")
	f("<30>2026:11:23-14:05:06 utm1 ulogd[123]: id=\"2001\" severity=\"info\" sys=\"SecureNet\" sub=\"packetfilter\" name=\"Packet dropped\" action=\"drop\" fwrule=\"60001\" srcip=\"192.0.2.9\" dstip=\"10.1.1.7\" proto=\"6\" srcport=\"40000\" dstport=\"23\"", "sophos utm: flow deny 6 192.0.2.9:40000>10.1.1.7:23 drop")
	f("<134>1 1795442706.123456789 MX84 flows src=10.1.1.7 dst=192.0.2.9 mac=00:11:22:33:44:55 protocol=tcp sport=50123 dport=25 pattern: deny all", "meraki mx: flow deny tcp 10.1.1.7:50123>192.0.2.9:25 deny")
	f("<134>1 1795442706.123456789 MX84 ip_flow_end src=10.1.1.7 dst=192.0.2.9 protocol=udp sport=50123 dport=53 translated_src_ip=198.51.100.2 translated_port=50123", "meraki mx: flow close udp 10.1.1.7:50123>192.0.2.9:53 ")
	f("<134>Nov 23 14:05:06 mt1 firewall,info drop-in: in:ether1 out:(unknown 0), src-mac 00:11:22:33:44:55, proto TCP (SYN), 192.0.2.9:40000->198.51.100.3:8291, len 44", "mikrotik routeros: flow deny TCP 192.0.2.9:40000>198.51.100.3:8291 drop")
	f("<140>Nov 23 14:05:06 wg1 firewall: msg_id=\"3000-0148\" Deny 0-External Firebox 52 tcp 20 113 192.0.2.9 198.51.100.3 40000 23 offset 8 S 123 win 32 (Unhandled External Packet-00)", "watchguard fireware: flow deny tcp 192.0.2.9:40000>198.51.100.3:23 Deny")
	f(`<142>May 10 15:19:06 Firebox 80F (2026-11-23T09:49:05) firewall: msg_id="3000-0151" Allow 1-Trusted 0-External tcp 10.1.1.7 192.0.2.9 50123 80 app_id="63" duration="80" sent_bytes="652" rcvd_bytes="423" (HTTP-00)`, "watchguard fireware: flow allow tcp 10.1.1.7:50123>192.0.2.9:80 Allow")
	f(`Jan  3 13:45:43 192.0.2.1 id=firewall sn=0000 time="2026-01-03 14:48:14" fw=192.0.2.1 pri=5 c=256 m=38 msg="ICMP packet dropped" n=2 src=192.0.2.9:1026:WAN dst=198.51.100.1:6822:WAN  type=3 code=1`, "sonicwall sonicos: flow deny ICMP 192.0.2.9:3>198.51.100.1:1 dropped")
	f(asa+"%ASA-5-106100: access-list acl_in est-allowed tcp inside/10.1.1.7(49840) -> outside/192.0.2.9(40443) hit-cnt 1 first hit [0x1, 0x0]", "cisco asa: flow allow tcp 10.1.1.7:49840>192.0.2.9:40443 est-allowed")
	f(asa+"%ASA-4-313004: Denied ICMP type=0, from laddr 10.1.1.7 on interface inside to 192.0.2.9: no matching session", "cisco asa: flow deny ICMP 10.1.1.7:0>192.0.2.9: Denied")
	f(asa+`%ASA-6-302013: Built inbound TCP connection 27 for internet:192.0.2.9/49926 (203.0.113.4/49926)(LOCAL\alice) to dmz:10.1.1.7/80 (198.51.100.7/80) (alice)`, "cisco asa: flow open TCP 192.0.2.9:49926>10.1.1.7:80 Built")
	f(asa+"%ASA-6-302013: Built inbound TCP connection 28 for DMZ:webhost/5802 (webhost/5802) to SERVERS:10.1.1.7/80 (10.1.1.7/80)", "cisco asa:   TCP :>: ") // names of hosts are no addresses
	f(asa+"%ASA-6-302021: Teardown ICMP connection for faddr 192.0.2.9/0 gaddr 10.1.1.7/17233 laddr 10.1.1.7/17233", "cisco asa: flow close ICMP 192.0.2.9:>10.1.1.7: Teardown")
	f(`<134>1 2026-01-21T09:36:10Z cp1 CheckPoint 16953 - [action:"Drop"; loguid:"{0x1}"; origin:"198.51.100.1"; __policy_id_tag:"product=VPN-1 & FireWall-1[db_tag={1};policy_name=Standard\]"; packets:" <192.0.2.9,59912,10.1.1.7,1990,6;eth0> <192.0.2.9,40252,10.1.1.8,999,6;eth0>"]`, "check point firewall: flow deny 6 192.0.2.9:59912>10.1.1.7:1990 Drop")
	f("<134>1 948136486.721741837 MX60 vpn_firewall src=10.1.1.7 dst=10.2.2.7 protocol=udp sport=9562 dport=53 pattern: Group Policy Allow", "meraki mx: flow allow udp 10.1.1.7:9562>10.2.2.7:53 Allow")
	f(`<85>1 2026-01-13T10:10:16--5:00 198.51.100.1 CP-GW - Log [Fields@1.3.6.1.4.1.2620 src="192.0.2.9" dst="10.1.1.7" proto="6" xlatesrc="" ProductName="VPN-1 & FireWall-1" action="Drop" svc="443" sport_svc="56530" ]`, "check point firewall: flow deny 6 192.0.2.9:56530>10.1.1.7:443 Drop")
	f(`<134>1 2026-03-01T07:58:40Z gw CheckPoint 16700 - [action:"Accept"; loguid:"{0x1}"; origin:"198.51.100.1"; dst:"10.0.0.1"; icmp_code:"0"; icmp_type:"8"; product:"VPN-1 & FireWall-1"; proto:"1"; service_id:"echo-request"; src:"10.0.0.2"]`, "check point firewall: flow allow 1 10.0.0.2:8>10.0.0.1:0 Accept")
	f("<134>Nov 23 14:05:06 esx1 dfwpktlogs: 1234 INET match DROP domain-c7/1002 IN 60 TCP 192.0.2.9/40000->10.1.1.7/22 S", "vmware nsx: flow deny TCP 192.0.2.9:40000>10.1.1.7:22 DROP")
	f("<134>Nov 23 14:05:06 ns1 11/23/2026:14:05:06 GMT ns1 0-PPE-0 : default TCP CONN_TERMINATE 1 0 :  Source 10.1.1.7:50123 - Destination 192.0.2.9:443 - Start Time 11/23/2026:14:04:01 GMT - End Time 11/23/2026:14:05:06 GMT - Total_bytes_send 100 - Total_bytes_recv 200", "citrix netscaler: flow close TCP 10.1.1.7:50123>192.0.2.9:443 ")
	f("<134>Nov 23 14:05:06 fw1 CEF:0|Forcepoint|Firewall|6.3|70018|Connection_Allowed|0|act=Allow src=10.1.1.7 spt=50123 dst=192.0.2.9 dpt=443 proto=6 msg=some text = more rt=Nov 23 2026 14:05:06", "forcepoint firewall: flow allow 6 10.1.1.7:50123>192.0.2.9:443 Allow")
	f("<134>Nov 23 14:05:06 fw1 LEEF:2.0|Vendor|FW|1|deny|^|src=192.0.2.9^dst=10.1.1.7^srcPort=40000^dstPort=22^proto=TCP^action=block", "vendor fw: flow deny TCP 192.0.2.9:40000>10.1.1.7:22 block")
	f("<134>Nov 23 14:05:06 fw1 NetScreen device_id=fw1  [Root]system-notification-00257(traffic): start_time=\"2026-11-23 14:05:06\" duration=0 policy_id=320001 service=tcp/port:23 proto=6 src zone=Untrust dst zone=Trust action=Deny sent=0 rcvd=0 src=192.0.2.9 dst=10.1.1.7 src_port=40000 dst_port=23", "juniper netscreen: flow deny 6 192.0.2.9:40000>10.1.1.7:23 Deny")
}

func TestGatewaysAndHostsTellLogins(t *testing.T) {
	f := func(message, want string) {
		t.Helper()
		got := columnsOf(t, message, "seen_event", "seen_login", "seen_outcome", "account", "src_ip")
		if text := got[0] + ": " + strings.Join(got[1:], " "); text != want {
			t.Errorf("%s\n got %s\nwant %s", message, text, want)
		}
	}
	const asa = "<166>Nov 23 2026 14:05:06 fw1 : "
	f(asa+"%ASA-6-113004: AAA user authentication Successful : server =  10.1.1.5 : user = alice", "cisco asa: login vpn success alice ")
	f(asa+"%ASA-6-113005: AAA user authentication Rejected : reason = AAA failure : server = 10.1.1.5 : user = bob : user IP = 192.0.2.9", "cisco asa: login vpn failure bob 192.0.2.9")
	f(asa+"%ASA-6-113039: Group <VPN> User <alice> IP <192.0.2.9> AnyConnect parent session started.", "cisco asa: login vpn success alice 192.0.2.9")
	f(asa+"%ASA-4-113019: Group = VPN, Username = alice, IP = 192.0.2.9, Session disconnected. Session Type: SSL, Duration: 1h:02m:03s, Bytes xmt: 10, Bytes rcv: 20, Reason: User Requested", "cisco asa: logout vpn  alice 192.0.2.9")
	f(asa+`%ASA-6-605005: Login permitted from 10.1.1.9/50123 to inside:10.1.1.1/ssh for user "admin"`, "cisco asa: login console success admin 10.1.1.9")
	f("<189>123: rtr1: Nov 23 14:05:06: %SEC_LOGIN-4-LOGIN_FAILED: Login failed [user: root] [Source: 192.0.2.9] [localport: 22] [Reason: Login Authentication Failed]", "cisco ios: login console failure root 192.0.2.9")
	f("<189>date=2026-11-23 time=14:05:06 devname=\"FG1\" devid=\"FG1\" logid=\"0101039424\" type=\"event\" subtype=\"vpn\" vd=\"root\" action=\"tunnel-up\" remip=192.0.2.9 user=\"alice\" msg=\"SSL tunnel established\"", "fortinet fortigate: login vpn success alice 192.0.2.9")
	f("<189>date=2026-11-23 time=14:05:06 devname=\"FG1\" devid=\"FG1\" logid=\"0101039426\" type=\"event\" subtype=\"vpn\" vd=\"root\" action=\"ssl-login-fail\" remip=192.0.2.9 user=\"alice\"", "fortinet fortigate: login vpn failure alice 192.0.2.9")
	f("<189>date=2026-11-23 time=14:05:06 devname=\"FG1\" devid=\"FG1\" logid=\"0100032002\" type=\"event\" subtype=\"system\" vd=\"root\" user=\"admin\" ui=\"https(192.0.2.9)\" action=\"login\" status=\"failed\"", "fortinet fortigate: login console failure admin 192.0.2.9")
	f("<14>Nov 23 14:05:06 pa1 1,2026/11/23 14:05:06,1,GLOBALPROTECT,0,2305,2026/11/23 14:05:06,vsys1,gateway-auth,login,Cookie,,alice,US,PC1,192.0.2.9,0.0.0.0,0.0.0.0,0.0.0.0,id,SN,5.2,Windows,10,1,,,,success,,0", "palo alto pan-os: login vpn success alice 192.0.2.9")
	f("Nov 23 14:05:06 1,2026/11/23 14:05:06,1,GLOBALPROTECT,0,2305,2026/11/23 14:05:06,vsys1,gateway-auth,login,Other,,alice,US,PC1,192.0.2.9,0.0.0.0,0.0.0.0,0.0.0.0,id,SN,5.2,Windows,10,1,,,,failure,,0", "palo alto pan-os: login vpn failure alice 192.0.2.9")
	f("Nov 23 14:05:06 1,2026/11/23 14:05:06,1,GLOBALPROTECT,0,2305,2026/11/23 14:05:06,vsys1,portal-prelogin,before-login,,,,US,,192.0.2.9,0.0.0.0,0.0.0.0,0.0.0.0,id,SN,5.2,Windows,10,1,,,,success,,0", "palo alto pan-os:     192.0.2.9")
	f("<14>Nov 23 14:05:06 pa1 1,2026/11/23 14:05:06,1,SYSTEM,auth,2305,2026/11/23 14:05:06,,auth-fail,,0,0,general,medium,\"failed authentication for user 'admin'. Reason: Invalid username/password. From: 192.0.2.9.\"", "palo alto pan-os: login console failure admin 192.0.2.9")
	f("<134>Nov 23 14:05:06 mt1 system,error,critical login failure for user root from 192.0.2.9 via ssh", "mikrotik routeros: login console failure root 192.0.2.9")
	f(`id=firewall sn=0000 time="2026-01-03 14:48:07" fw=198.51.100.1 pri=1 c=32 m=30 msg="Administrator login denied due to bad credentials" n=7 src=192.0.2.9:36701:WAN dst=198.51.100.1:50000:WAN usr="admin"`, "sonicwall sonicos: login console failure admin 192.0.2.9")
	f("<134>Nov 23 14:05:06 ns1 11/23/2026:14:05:06 GMT ns1 0-PPE-0 : default SSLVPN LOGIN 1 0 : Context alice@192.0.2.9 - SessionId: 5 - User alice - Client_ip 192.0.2.9 - Nat_ip \"Mapped Ip\" - Vserver 198.51.100.3:443", "citrix netscaler: login vpn success alice 192.0.2.9")
	f("<134>1 2026-11-23T14:05:06Z vpn1 PulseSecure: - - - id=firewall ive - [192.0.2.9] alice(Users)[] - Login failed using auth server AD", "pulse secure connect secure: login vpn failure alice 192.0.2.9")
	f("<29>Nov 23 14:05:06 vpn1 openvpn[1]: 192.0.2.9:1194 [alice] Peer Connection Initiated with [AF_INET]192.0.2.9:1194", "openvpn openvpn: login vpn success alice 192.0.2.9")
	f("<29>Nov 23 14:05:06 vpn1 charon: 05[IKE] authentication of 'alice' with EAP successful", "strongswan strongswan: login vpn success alice ")
	f("<38>Nov 23 14:05:06 web1 sshd[123]: Accepted publickey for alice from 192.0.2.9 port 50123 ssh2: RSA SHA256:x", "openbsd openssh: login ssh success alice 192.0.2.9")
	f("<38>Nov 23 14:05:06 web1 sshd[123]: Failed password for invalid user from from 192.0.2.9 port 50123 ssh2", "openbsd openssh: login ssh failure from 192.0.2.9")
	f("<38>Nov 23 14:05:06 web1 sshd-session[123]: Invalid user oracle from 192.0.2.9 port 50123", "openbsd openssh: login ssh failure oracle 192.0.2.9")
	f("<86>Nov 23 14:05:06 web1 sudo:    alice : TTY=pts/0 ; PWD=/home/alice ; USER=root ; COMMAND=/bin/cat /etc/shadow", "linux sudo: command   alice ")
	f("<86>Nov 23 14:05:06 web1 su: pam_unix(su:session): session opened for user root(uid=0) by alice(uid=1000)", "linux pam: login local success root ")
	f("type=USER_LOGIN msg=audit(1795442706.123:45): pid=1 uid=0 auid=4294967295 ses=1 msg='op=login acct=\"alice\" exe=\"/usr/sbin/sshd\" hostname=? addr=192.0.2.9 terminal=ssh res=failed'", "linux audit: login ssh failure alice 192.0.2.9")
}

func TestNameServersTellLookups(t *testing.T) {
	f := func(message, want string) {
		t.Helper()
		got := columnsOf(t, message, "seen_event", "src_ip", "query", "record_type", "rcode")
		if text := got[0] + ": " + strings.Join(got[1:], " "); text != want {
			t.Errorf("%s\n got %s\nwant %s", message, text, want)
		}
	}
	f("<30>Nov 23 14:05:06 ns1 named[1]: client @0x7f0c 10.1.1.7#50123 (a.example): query: a.example IN TXT +E(0)K (10.1.1.5)", "isc bind: dns 10.1.1.7 a.example TXT ")
	f("23-Nov-2026 14:05:06.123 queries: info: client @0x7f0c 2001:db8::7#50123 (a.example): view internal: query: a.example IN AAAA + (10.1.1.5)", "isc bind: dns 2001:db8::7 a.example AAAA ")
	f("<30>Nov 23 14:05:06 ns1 named[1]: 23-Nov-2026 14:05:06.123 client 10.1.1.7#50123: UDP: query: a.example IN A response: NXDOMAIN +", "infoblox nios: dns 10.1.1.7 a.example A NXDOMAIN")
	f("Nov 23 14:05:06 dnsmasq[123]: query[TXT] a.example from 10.1.1.7", "dnsmasq dnsmasq: dns 10.1.1.7 a.example TXT ")
	f("Nov 23 14:05:06 ns1 unbound[123]: [123:0] info: 10.1.1.7 a.example. NULL IN", "nlnet labs unbound: dns 10.1.1.7 a.example. NULL ")
}

// cells keeps the columns of the last message.
type cells struct {
	evidence.Discard
	source string
	values map[string]string
}

// Record keeps the text of every column.
func (c *cells) Record(rec *record.Record) {
	c.source, c.values = rec.Schema.Source, map[string]string{}
	for i, f := range rec.Schema.Fields {
		c.values[f.Name] = rec.Values[i].String()
	}
}

func TestMessagesOfUnknownProgramsTellLogins(t *testing.T) {
	f := func(message, want string) {
		t.Helper()
		got := columnsOf(t, message, "seen_event", "seen_login", "seen_outcome", "account", "src_ip")
		if text := strings.TrimSpace(strings.Join(got[1:], " ")); text != want {
			t.Errorf("%s\n got %q\nwant %q", message, text, want)
		}
	}
	f(`<134>Nov 23 14:05:06 gw1 accessd[7]: type="event" subtype="vpn" action="tunnel-up" user="alice" remip=192.0.2.9 msg="session tunnel-up"`, "login vpn success alice 192.0.2.9")
	f(`<134>Nov 23 14:05:06 gw1 accessd[7]: action=ssl-login-fail user=bob remip=192.0.2.9`, "login vpn failure bob 192.0.2.9")
	f("<134>Nov 23 14:05:06 uag1 esmanager: User alice authenticated from 192.0.2.9 by RADIUS, session created", "login vpn success alice 192.0.2.9")
	f("<134>Nov 23 14:05:06 app1 intranet: login failed for user 'bob' from 192.0.2.9: invalid password", "login local failure bob 192.0.2.9")
	f("<134>Nov 23 14:05:06 app1 intranet: user alice logged out, client 192.0.2.9", "logout local  alice 192.0.2.9")
	// Without an address or a name nothing is told, nor of what is no login.
	f("<134>Nov 23 14:05:06 app1 intranet: login page rendered in 20 ms", "")
	f("<134>Nov 23 14:05:06 app1 backup: session 7 to 10.0.0.9 started", "")
	f("<134>Nov 23 14:05:06 app1 intranet: request from 192.0.2.9 for /index.html served", "")
}

func TestTheErrorLogOfSQLServerTellsLogins(t *testing.T) {
	log := "2026-11-23 14:00:00.10 Server      Microsoft SQL Server 2019\r\n\tCopyright (c)\r\n" +
		"2026-11-23 14:05:06.20 Logon       Login succeeded for user 'CORP\\app'. Connection made using Windows authentication. [CLIENT: 192.0.2.9]\r\n" +
		"2026-11-23 14:05:07.30 Logon       Login failed for user 'sa'. Reason: Password did not match. [CLIENT: <local machine>]\r\n"
	wide := []byte("\xff\xfe")
	for _, c := range []byte(log) {
		wide = append(wide, c, 0)
	}
	formats := Formats(time.UTC, func() time.Time { return noon })
	format := &formats[len(formats)-1]
	for name, content := range map[string][]byte{"one byte a letter": []byte(log), "two": wide} {
		if !format.Match(content, "ERRORLOG") {
			t.Errorf("%s: not recognised", name)
		}
		rows := &evidencetest.Rows{}
		evidencetest.Decode(t, format, "ERRORLOG", content, 1<<20, rows)
		last := int64(0)
		for _, at := range rows.Times {
			last = max(last, at)
		}
		if len(rows.Times) != 3 || time.Unix(0, last).UTC().Format("15:04:05.00") != "14:05:07.30" {
			t.Errorf("%s: %v", name, rows.Times)
		}
	}
	c := &cells{}
	evidencetest.Decode(t, format, "ERRORLOG", []byte(log[:strings.Index(log, "2026-11-23 14:05:07")]), 1<<20, c)
	if got := c.values["seen_login"] + " " + c.values["seen_outcome"] + " " + c.values["account_domain"] + " " + c.values["account"] + " " + c.values["src_ip"]; got != "database success CORP app 192.0.2.9" {
		t.Error(got)
	}
	if format.Match([]byte("2026-11-23 14:00:00.10 INFO  started\n2026-11-23 14:00:00.10 WARN  slow\n"), "app.log") {
		t.Error("a program's log is taken for SQL Server's")
	}
}

func TestRecordsOfOneAuditEventAreJoined(t *testing.T) {
	syscall := func(id, uid, auid string) string {
		return "type=SYSCALL msg=audit(1795442706.123:" + id + "): arch=c000003e syscall=59 success=yes ppid=700 pid=701 auid=" + auid + " uid=" + uid + " tty=(none) ses=4294967295 comm=\"sh\" exe=\"/usr/bin/dash\"\n"
	}
	const server = "type=SYSCALL msg=audit(1795442705.123:44): arch=c000003e syscall=257 ppid=1 pid=700 auid=4294967295 uid=91 tty=(none) comm=\"java\" exe=\"/usr/bin/java\"\n"
	execve := func(id string) string {
		return "type=EXECVE msg=audit(1795442706.123:" + id + "): argc=3 a0=\"sh\" a1=\"-c\" a2=\"id\"\n"
	}
	f := func(log, want string) {
		t.Helper()
		got := columnsOf(t, log, "account", "parent_exe", "unattended", "command")
		if text := strings.Join(got[1:], "|"); text != want {
			t.Errorf("%s\n got %q\nwant %q", log, text, want)
		}
	}
	f(server+syscall("45", "91", "4294967295")+execve("45"), "uid 91|/usr/bin/java|yes|sh -c id")
	f(syscall("45", "0", "1000")+execve("45"), "root|||sh -c id")
	f(syscall("45", "91", "4294967295")+execve("46"), "|||sh -c id")
}
