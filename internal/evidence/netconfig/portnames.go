package netconfig

// portNames are ports as Cisco devices, and others after them, write them.
var portNames = map[string]uint16{
	"aol": 5190, "bgp": 179, "chargen": 19, "cifs": 3020, "citrix-ica": 1494, "cmd": 514, "ctiqbe": 2748, "daytime": 13, "discard": 9, "domain": 53, "dns": 53,
	"echo": 7, "exec": 512, "finger": 79, "ftp": 21, "ftp-data": 20, "gopher": 70, "h323": 1720, "hostname": 101, "http": 80, "https": 443, "ident": 113,
	"imap": 143, "imap4": 143, "imaps": 993, "irc": 194, "kerberos": 750, "klogin": 543, "kshell": 544, "ldap": 389, "ldaps": 636, "login": 513,
	"lotusnotes": 1352, "lpd": 515, "microsoft-ds": 445, "msrpc": 135, "netbios-ns": 137, "netbios-dgm": 138, "netbios-ss": 139, "netbios-ssn": 139, "nfs": 2049,
	"nntp": 119, "ntp": 123, "pcanywhere-data": 5631, "pcanywhere-status": 5632, "pim-auto-rp": 496, "pop2": 109, "pop3": 110, "pop3s": 995, "pptp": 1723,
	"rdp": 3389, "rsh": 514, "rtsp": 554, "sip": 5060, "sips": 5061, "smtp": 25, "smtps": 465, "snmp": 161, "snmptrap": 162, "sqlnet": 1521, "ssh": 22,
	"sunrpc": 111, "syslog": 514, "tacacs": 49, "tacacs-ds": 49, "tacplus": 49, "talk": 517, "telnet": 23, "tftp": 69, "time": 37, "uucp": 540, "whois": 43,
	"winrm": 5985, "www": 80, "xdmcp": 177, "isakmp": 500, "ike": 500, "non500-isakmp": 4500, "radius": 1812, "radius-acct": 1813, "bootps": 67, "bootpc": 68,
	"rip": 520, "secureid-udp": 5510, "vxlan": 4789, "netbios-session": 139,
}

// udpNames are those that mean another port of UDP.
var udpNames = map[string]uint16{"biff": 512, "who": 513, "dnsix": 195, "mobile-ip": 434, "nameserver": 42, "snmp-trap": 162, "ripng": 521}
