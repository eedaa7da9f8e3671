package example

// The agency's network as its papers describe it: the gateway's configuration,
// a scan from outside, the zone, what is installed.

// edgeConfig is the gateway's: two servers are published, and somebody's remote
// desktop that was meant to be for a day.
const edgeConfig = `#config-version=FGT60F-7.0.5-FW-build0304-220208:opmode=0:vdom=0:user=admin
config system global
    set admin-sport 8443
    set hostname "FW-EDGE"
end
config system interface
    edit "wan1"
        set vdom "root"
        set ip 192.0.2.1 255.255.255.240
        set allowaccess ping https
        set role wan
    next
    edit "dmz"
        set vdom "root"
        set ip 10.20.1.254 255.255.255.0
        set allowaccess ping
        set role dmz
    next
    edit "internal"
        set vdom "root"
        set ip 10.20.2.254 255.255.255.0
        set allowaccess ping https ssh
        set role lan
    next
end
config firewall vip
    edit "portal"
        set extip 192.0.2.10
        set extintf "wan1"
        set portforward enable
        set mappedip "10.20.1.15"
        set extport 443
        set mappedport 443
    next
    edit "mail"
        set extip 192.0.2.11
        set extintf "wan1"
        set portforward enable
        set mappedip "10.20.1.20"
        set extport 443
        set mappedport 443
    next
    edit "database vendor, one day only"
        set extip 192.0.2.14
        set extintf "wan1"
        set portforward enable
        set mappedip "10.20.2.20"
        set extport 3389
        set mappedport 3389
    next
end
config firewall policy
    edit 10
        set name "published"
        set srcintf "wan1"
        set dstintf "dmz"
        set srcaddr "all"
        set dstaddr "portal" "mail"
        set action accept
        set schedule "always"
        set service "HTTPS"
    next
    edit 11
        set name "vendor"
        set srcintf "wan1"
        set dstintf "internal"
        set srcaddr "all"
        set dstaddr "database vendor, one day only"
        set action accept
        set schedule "always"
        set service "RDP"
    next
    edit 20
        set name "out"
        set srcintf "dmz" "internal"
        set dstintf "wan1"
        set srcaddr "all"
        set dstaddr "all"
        set action accept
        set schedule "always"
        set service "ALL"
        set nat enable
    next
end
config vpn ssl settings
    set port 10443
    set source-interface "wan1"
    set source-address "all"
end
`

// outsideScan is what the agency's addresses answer to the Internet.
const outsideScan = `<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE nmaprun>
<nmaprun scanner="nmap" args="nmap -sV -oX outside-scan.xml 192.0.2.0/28" start="1771900200" version="7.95" xmloutputversion="1.05">
<host starttime="1771900201" endtime="1771900380"><status state="up" reason="syn-ack"/><address addr="192.0.2.1" addrtype="ipv4"/><hostnames><hostname name="vpn.cha.example" type="user"/></hostnames>
<ports><port protocol="tcp" portid="8443"><state state="open" reason="syn-ack"/><service name="https" product="Fortinet FortiGate firewall http config" tunnel="ssl" method="probed" conf="10"/></port>
<port protocol="tcp" portid="10443"><state state="open" reason="syn-ack"/><service name="https" product="Fortinet SSL VPN" tunnel="ssl" method="probed" conf="10"/></port></ports></host>
<host starttime="1771900201" endtime="1771900380"><status state="up" reason="syn-ack"/><address addr="192.0.2.10" addrtype="ipv4"/><hostnames><hostname name="portal.cha.example" type="user"/></hostnames>
<ports><port protocol="tcp" portid="443"><state state="open" reason="syn-ack"/><service name="https" product="Microsoft IIS httpd" version="10.0" tunnel="ssl" method="probed" conf="10"><cpe>cpe:/a:microsoft:internet_information_services:10.0</cpe></service></port></ports></host>
<host starttime="1771900201" endtime="1771900380"><status state="up" reason="syn-ack"/><address addr="192.0.2.11" addrtype="ipv4"/><hostnames><hostname name="mail.cha.example" type="user"/></hostnames>
<ports><port protocol="tcp" portid="443"><state state="open" reason="syn-ack"/><service name="https" product="Microsoft IIS httpd" version="10.0" tunnel="ssl" method="probed" conf="10"/><script id="http-headers" output="&#xa;  Server: Microsoft-IIS/10.0&#xa;  X-OWA-Version: 15.2.1118.7&#xa;  (Request type: GET)&#xa;"/></port></ports></host>
<host starttime="1771900201" endtime="1771900380"><status state="up" reason="syn-ack"/><address addr="192.0.2.14" addrtype="ipv4"/>
<ports><port protocol="tcp" portid="3389"><state state="open" reason="syn-ack"/><service name="ms-wbt-server" product="Microsoft Terminal Services" ostype="Windows" method="probed" conf="10"><cpe>cpe:/o:microsoft:windows</cpe></service></port></ports></host>
<runstats><finished time="1771900381" timestr="Tue Feb 24 02:33:01 2026" elapsed="181" exit="success"/><hosts up="4" down="12" total="16"/></runstats>
</nmaprun>
`

const zone = `$ORIGIN cha.example.
$TTL 3600
@       IN SOA ns1.provider.example. hostmaster.cha.example. 2026021901 7200 3600 1209600 3600
        IN NS  ns1.provider.example.
        IN MX  10 mail
portal  IN A   192.0.2.10
mail    IN A   192.0.2.11
vpn     IN A   192.0.2.1
`

// installed is what the inventory agent of two servers and a workstation reports.
const installed = "Computer,Software Name,Version,Publisher\r\n" +
	"WEB01,Microsoft .NET Framework 4.8,4.8.03761,Microsoft Corporation\r\n" +
	"WEB01,Notepad++ (64-bit x64),8.6.2,Notepad++ Team\r\n" +
	"FILE01,7-Zip 24.09 (x64),24.09,Igor Pavlov\r\n" +
	"WS07,WinRAR 6.22 (64-bit),6.22.0,win.rar GmbH\r\n" +
	"WS07,Mozilla Firefox (x64 en-GB),135.0,Mozilla\r\n"

// database is the database server, of which nobody has logs.
const database = `
Host Name:                 SQL01
OS Name:                   Microsoft Windows Server 2012 R2 Standard
OS Version:                6.3.9600 N/A Build 9600
OS Manufacturer:           Microsoft Corporation
OS Configuration:          Member Server
OS Build Type:             Multiprocessor Free
Original Install Date:     4/2/2015, 9:14:03 AM
System Boot Time:          1/18/2026, 3:02:44 AM
Domain:                    cha.example
Hotfix(s):                 1 Hotfix(s) Installed.
                           [01]: KB2919355
Network Card(s):           1 NIC(s) Installed.
                                 [01]: 10.20.2.20
`

// mailVersion is the mail server's own word on what it runs.
const mailVersion = `
Host Name:                 MAIL01
OS Name:                   Microsoft Windows Server 2019 Standard
OS Version:                10.0.17763 N/A Build 17763
OS Manufacturer:           Microsoft Corporation
OS Configuration:          Member Server
OS Build Type:             Multiprocessor Free
Domain:                    cha.example
Hotfix(s):                 1 Hotfix(s) Installed.
                           [01]: KB5012647
Network Card(s):           1 NIC(s) Installed.
                                 [01]: 10.20.1.20
`

// branch is the router of the pilot station.
const branch = `pilot-rtr#show version
Cisco IOS Software, C1900 Software (C1900-UNIVERSALK9-M), Version 15.4(3)M2, RELEASE SOFTWARE (fc2)
Technical Support: http://www.cisco.com/techsupport
ROM: System Bootstrap, Version 15.0(1r)M16, RELEASE SOFTWARE (fc1)

pilot-rtr uptime is 3 years, 11 weeks, 2 days, 4 hours, 17 minutes
System image file is "flash0:c1900-universalk9-mz.SPA.154-3.M2.bin"

Cisco CISCO1921/K9 (revision 1.0) with 491520K/32768K bytes of memory.
Processor board ID FCZ000000AA
2 Gigabit Ethernet interfaces
`

// estate are the papers, by path.
func estate() []File {
	return []File{
		{"perimeter/fw-edge.conf", []byte(edgeConfig)},
		{"perimeter/outside-scan.xml", []byte(outsideScan)},
		{"perimeter/cha.example.zone", []byte(zone)},
		{"perimeter/pilot-rtr.txt", []byte(branch)},
		{"inventory/installed.csv", []byte(installed)},
		{"inventory/sql01-systeminfo.txt", []byte(database)},
		{"inventory/mail01-systeminfo.txt", []byte(mailVersion)},
	}
}
