package surface

import (
	"slices"
	"strings"

	"seawall/internal/finding"
	"seawall/internal/inventory"
)

// class is a kind of service that has no business on the Internet.
type class struct {
	id, title string
	names     []string // of the protocol, as scanners call it
	titles    []string // words in the title of its web page, lower case
	ports     []uint16 // where it is if nothing better is known
	severity  finding.Severity
	why       string
	instead   string // what to do
	// everywhere marks services that should not run inside either.
	everywhere bool
}

// classes is the table of these services. The first that fits is taken.
var classes = []class{
	{"smart-install", "Cisco Smart Install", []string{"smart-install"}, nil, []uint16{4786}, finding.Critical, "It lets anybody who reaches it read and replace the configuration of the switch without a password.", "Turn it off: no vstack", true},
	{"smb", "Windows file sharing (SMB)", []string{"microsoft-ds", "netbios-ssn", "smb"}, nil, []uint16{445, 139}, finding.Critical, "Worms and relays of credentials come in by it; nobody needs it over the Internet.", "Close 445 and 139 to the Internet", false},
	{"docker", "Docker's control interface", []string{"docker"}, nil, []uint16{2375, 2376}, finding.Critical, "Who reaches it can start containers that own the host.", "Close it to the Internet, and ask for certificates inside", true},
	{"kubernetes", "Kubernetes' control interface", []string{"kubernetes", "kubelet", "etcd"}, nil, []uint16{6443, 10250, 2379}, finding.High, "It controls all workloads of the cluster.", "Let only administrators' networks reach it", false},
	{"industrial", "a protocol of industrial control", []string{"modbus", "mbap", "s7comm", "iso-tsap", "bacnet", "dnp3", "ethernetip", "enip", "fox", "iec-104"}, nil, []uint16{102, 502, 20000, 44818, 47808, 1911, 2404}, finding.Critical, "It has no login: who reaches it controls the plant.", "Take it off the Internet", false},
	{"ipmi", "the server's management processor (IPMI)", []string{"asf-rmcp", "ipmi", "ipmi-rmcp"}, []string{"idrac", "integrated lights-out", "ilo ", "supermicro", "ipmi"}, []uint16{623}, finding.Critical, "It is below the operating system, gives its password hashes away and is rarely patched.", "Move it to a management network", false},
	{"redis", "Redis", []string{"redis"}, nil, []uint16{6379}, finding.Critical, "It has no password by default and can be made to write files.", "Close it to the Internet", false},
	{"database", "a database", []string{"mysql", "ms-sql-s", "ms-sql-m", "mssql", "postgresql", "oracle-tns", "oracle", "mongodb", "couchdb", "cassandra", "elasticsearch", "memcached", "memcache", "zookeeper"}, nil, []uint16{1433, 1434, 1521, 3306, 5432, 5984, 27017, 9200, 9300, 11211, 2181, 9042}, finding.High, "Its data is one guessed password or one flaw away.", "Close it to the Internet; let the application reach it only", false},
	{"telnet", "Telnet", []string{"telnet"}, nil, []uint16{23}, finding.High, "Passwords cross the wire in clear.", "Turn it off and use SSH", true},
	{"r-services", "a remote shell without encryption (rsh, rlogin, rexec)", []string{"exec", "login", "shell", "rlogin", "rsh"}, nil, []uint16{512, 513, 514}, finding.High, "It trusts addresses instead of passwords.", "Turn it off and use SSH", true},
	{"rdp", "Remote Desktop", []string{"ms-wbt-server", "rdp"}, nil, []uint16{3389}, finding.High, "Passwords are guessed at it all day, and its flaws need no login.", "Close 3389 to the Internet; reach it by a gateway that asks for a second factor", false},
	{"vnc", "VNC", []string{"vnc", "vnc-http", "rfb"}, nil, []uint16{5900, 5901, 5902, 5903}, finding.High, "It shows a desktop behind a short password at best.", "Close it to the Internet", false},
	{"winbox", "MikroTik's management (Winbox, API)", []string{"winbox", "mikrotik", "api"}, nil, []uint16{8291, 8728, 8729}, finding.High, "It is the management plane of the router, with a history of flaws before the login.", "Let only administrators' networks reach it", false},
	{"cwmp", "the provider's remote management (TR-069)", []string{"cwmp", "tr-069"}, nil, []uint16{7547}, finding.High, "Botnets of routers grew by it.", "Close it to all but the provider", false},
	{"winrm", "Windows Remote Management", []string{"wsman", "wsmans", "winrm"}, nil, []uint16{5985, 5986}, finding.High, "It runs commands for whoever has a password.", "Close it to the Internet", false},
	{"rpc", "Windows remote procedure calls", []string{"msrpc"}, nil, []uint16{135, 593}, finding.High, "It is made for the local network; flaws in it became worms.", "Close it to the Internet", false},
	{"ldap", "the directory (LDAP)", []string{"ldap", "ldapssl", "ldaps", "globalcatldap"}, nil, []uint16{389, 636, 3268, 3269}, finding.High, "It tells who is who, and lets passwords be tried.", "Close it to the Internet", false},
	{"snmp", "SNMP", []string{"snmp"}, nil, []uint16{161}, finding.High, "A guessed community reads the configuration, and often writes it.", "Close it to the Internet; use version 3 inside", false},
	{"tftp", "TFTP", []string{"tftp"}, nil, []uint16{69}, finding.High, "It hands out configurations without asking who wants them.", "Turn it off", true},
	{"java-rmi", "Java's remote calls (RMI, JMX, T3, AJP)", []string{"java-rmi", "rmiregistry", "ajp13", "ajp12", "t3", "weblogic-t3", "jdwp"}, nil, []uint16{1099, 8009, 7001}, finding.High, "Objects sent to it become code.", "Close it to the Internet", false},
	{"file", "network file systems (NFS, rsync, RPC)", []string{"nfs", "rpcbind", "mountd", "rsync", "portmapper"}, nil, []uint16{111, 2049, 873}, finding.High, "It trusts addresses.", "Close it to the Internet", false},
	{"x11", "X11", []string{"x11"}, nil, []uint16{6000}, finding.High, "Who reaches it sees and types for the user.", "Close it to the Internet", false},
	{"hypervisor", "the management of virtual machines", []string{"vmware-auth", "vmware-authd"}, []string{"vmware esxi", "vsphere", "id_vc_welcome", "proxmox", "xenserver", "nutanix"}, []uint16{902}, finding.Critical, "It controls every machine on it; ransomware starts there.", "Move it to a management network", false},
	{"admin-page", "an administration page", nil, []string{"fortigate", "pfsense", "opnsense", "routeros", "webmin", "cpanel", "phpmyadmin", "big-ip", "sonicwall - authentication", "globalprotect portal", "kibana", "jenkins", "grafana", "rabbitmq", "tomcat manager", "synology", "qnap", "edgeos", "unifi", "zyxel", "draytek", "netgear", "tp-link", "asus login", "luci"}, []uint16{10000, 15672, 5601}, finding.High, "It is the management plane: one flaw before the login and it is the intruder's.", "Let only administrators' networks reach it", false},
	{"printer", "a printer", []string{"jetdirect", "hp-pjl", "printer", "ipp"}, []string{"laserjet", "officejet", "printer"}, []uint16{9100, 515, 631}, finding.Medium, "It prints for anybody, and keeps what was printed.", "Close it to the Internet", false},
	{"slp", "the service location protocol (SLP)", []string{"svrloc"}, nil, []uint16{427}, finding.High, "Ransomware of hypervisors came in by it, and it amplifies floods.", "Turn it off", true},
	{"finger", "finger", []string{"finger"}, nil, []uint16{79}, finding.Medium, "It tells who is logged on.", "Turn it off", true},
	{"clear-mail", "mail boxes without encryption", []string{"pop3", "imap"}, nil, []uint16{110, 143}, finding.Medium, "Passwords may cross the wire in clear.", "Offer 995 and 993 only", false},
	{"ftp", "FTP", []string{"ftp"}, nil, []uint16{21}, finding.Medium, "Passwords cross the wire in clear.", "Replace it by SFTP", false},
}

// classify says which class a port's service is of, and whether it said so
// itself or only its number does.
func classify(e *inventory.Endpoint) (c *class, byNumber bool) {
	name, titles := identity(e)
	for i := range classes {
		c := &classes[i]
		if name != "" && slices.Contains(c.names, name) || hasTitle(c.titles, titles) {
			if (c.id == "clear-mail" || c.id == "ftp") && encrypted(e) {
				return nil, false
			}
			return c, false
		}
	}
	if name != "" { // it says what it is: something else
		return nil, false
	}
	for i := range classes {
		if slices.Contains(classes[i].ports, e.Port) {
			return &classes[i], true
		}
	}
	return nil, false
}

// identity is what a service is known to speak, and the titles of its pages.
func identity(e *inventory.Endpoint) (name string, titles []string) {
	for i := range e.Sightings {
		s := &e.Sightings[i]
		if name == "" && s.Identity > inventory.Guess {
			name = strings.TrimPrefix(strings.ToLower(s.Name), "ssl/")
		}
		for _, b := range s.Banners {
			if b.Kind == "http-title" {
				titles = append(titles, strings.ToLower(b.Text))
			}
		}
	}
	if name == "tcpwrapped" || name == "unknown" || name == "ssl" {
		name = ""
	}
	return name, titles
}

func hasTitle(words, titles []string) bool {
	return slices.ContainsFunc(titles, func(t string) bool {
		return slices.ContainsFunc(words, func(w string) bool { return strings.Contains(t, w) })
	})
}

func encrypted(e *inventory.Endpoint) bool {
	return slices.ContainsFunc(e.Sightings, func(s inventory.Service) bool { return s.TLS })
}
