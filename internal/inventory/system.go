package inventory

import "strings"

// systemVendors names the vendors of the systems whose names start so. The
// first that fits is taken.
var systemVendors = []struct {
	prefix, name, vendor string
	kind                 Kind
}{
	{"microsoft windows", "Windows", "Microsoft", System},
	{"windows", "Windows", "Microsoft", System},
	{"red hat enterprise linux", "Red Hat Enterprise Linux", "Red Hat", System},
	{"rhel", "Red Hat Enterprise Linux", "Red Hat", System},
	{"red hat", "Red Hat Enterprise Linux", "Red Hat", System},
	{"centos", "CentOS", "CentOS", System},
	{"rocky linux", "Rocky Linux", "Rocky", System},
	{"almalinux", "AlmaLinux", "AlmaLinux", System},
	{"oracle linux", "Oracle Linux", "Oracle", System},
	{"ubuntu", "Ubuntu", "Canonical", System},
	{"debian", "Debian", "Debian", System},
	{"suse linux enterprise", "SUSE Linux Enterprise Server", "SUSE", System},
	{"amazon linux", "Amazon Linux", "Amazon", System},
	{"alpine linux", "Alpine Linux", "Alpine", System},
	{"fedora", "Fedora", "Fedora", System},
	{"freebsd", "FreeBSD", "FreeBSD", System},
	{"vmware esxi", "ESXi", "VMware", System},
	{"esxi", "ESXi", "VMware", System},
	{"mac os x", "macOS", "Apple", System},
	{"macos", "macOS", "Apple", System},
	{"fortios", "FortiOS", "Fortinet", Firmware},
	{"fortinet fortios", "FortiOS", "Fortinet", Firmware},
	{"pan-os", "PAN-OS", "Palo Alto Networks", Firmware},
	{"palo alto networks pan-os", "PAN-OS", "Palo Alto Networks", Firmware},
	{"cisco ios xe", "IOS XE", "Cisco", Firmware},
	{"cisco ios-xe", "IOS XE", "Cisco", Firmware},
	{"ios-xe", "IOS XE", "Cisco", Firmware},
	{"ios xe", "IOS XE", "Cisco", Firmware},
	{"cisco ios", "IOS", "Cisco", Firmware},
	{"cisco nx-os", "NX-OS", "Cisco", Firmware},
	{"nx-os", "NX-OS", "Cisco", Firmware},
	{"cisco asa", "ASA", "Cisco", Firmware},
	{"cisco adaptive security appliance", "ASA", "Cisco", Firmware},
	{"junos", "Junos", "Juniper", Firmware},
	{"juniper junos", "Junos", "Juniper", Firmware},
	{"big-ip", "BIG-IP", "F5", Firmware},
	{"f5 big-ip", "BIG-IP", "F5", Firmware},
	{"citrix adc", "NetScaler ADC", "Citrix", Firmware},
	{"netscaler", "NetScaler ADC", "Citrix", Firmware},
	{"sonicos", "SonicOS", "SonicWall", Firmware},
	{"sonicwall sonicos", "SonicOS", "SonicWall", Firmware},
	{"routeros", "RouterOS", "MikroTik", Firmware},
	{"mikrotik routeros", "RouterOS", "MikroTik", Firmware},
	{"arubaos", "ArubaOS", "Aruba", Firmware},
	{"arista eos", "EOS", "Arista", Firmware},
	{"gaia", "Gaia", "Check Point", Firmware},
	{"check point gaia", "Gaia", "Check Point", Firmware},
	{"dsm", "DSM", "Synology", Firmware},
	{"qts", "QTS", "QNAP", Firmware},
}

// ParseSystem reads the name of an operating system or firmware as people and
// tools write it: "Ubuntu 20.04 LTS", "Microsoft Windows Server 2016 Standard
// Build 14393", "FortiOS v7.2.6 build1575". What is not known keeps its name.
func ParseSystem(text string) *Component {
	text = strings.Join(strings.Fields(text), " ")
	lower := strings.ToLower(text)
	for _, s := range systemVendors {
		if !strings.HasPrefix(lower, s.prefix) {
			continue
		}
		c := &Component{Kind: s.kind, Vendor: s.vendor, Name: s.name}
		rest := strings.TrimSpace(text[len(s.prefix):])
		if s.name == "Windows" {
			windows(c, rest)
			return c
		}
		c.Version, c.Edition = versionIn(rest)
		return c
	}
	c := &Component{Kind: System, Name: text}
	if name, rest, ok := cutVersion(text); ok {
		c.Name = name
		c.Version, c.Edition = versionIn(rest)
	}
	return c
}

// cutVersion parts a name from what starts with a digit, "v" and a digit, or
// "(" after a blank.
func cutVersion(text string) (name, rest string, ok bool) {
	for i := 1; i < len(text); i++ {
		if text[i-1] == ' ' && startsVersion(text[i:]) {
			return strings.TrimSpace(text[:i]), text[i:], true
		}
	}
	return text, "", false
}

func startsVersion(s string) bool {
	if len(s) > 1 && s[0]|0x20 == 'v' {
		s = s[1:]
	}
	return s != "" && s[0] >= '0' && s[0] <= '9'
}

// versionIn takes the version out of what follows a system's name: the first
// word that starts like one, with the build that some write behind it.
func versionIn(rest string) (version, edition string) {
	words := strings.Fields(rest)
	for i, w := range words {
		w = strings.Trim(w, ",;")
		if strings.EqualFold(w, "version") || strings.EqualFold(w, "release") || strings.EqualFold(w, "linux") || strings.EqualFold(w, "software") {
			continue
		}
		if !startsVersion(w) && !(len(w) > 2 && w[0]|0x20 == 'r' && w[1] >= '0' && w[1] <= '9') {
			if edition == "" && version == "" {
				edition = w
			}
			continue
		}
		version = w
		if i+1 < len(words) && strings.HasPrefix(strings.ToLower(words[i+1]), "build") {
			version = strings.Join(words[i:min(i+2, len(words))], " ")
			if strings.EqualFold(words[i+1], "build") && i+2 < len(words) {
				version += " " + words[i+2]
			}
		}
		return version, edition
	}
	return "", edition
}

// windows reads what follows "Windows": the release belongs to the name, the
// version is the build.
func windows(c *Component, rest string) {
	lower := strings.ToLower(rest)
	if i := strings.Index(lower, "build "); i >= 0 {
		number, _, _ := strings.Cut(rest[i+len("build "):], " ")
		if number = strings.Trim(number, ",;()"); startsVersion(number) {
			c.Version = number
			if !strings.Contains(number, ".") || strings.Count(number, ".") == 1 {
				c.Version = "10.0." + number
				if n := strings.SplitN(number, ".", 2)[0]; len(n) == 4 {
					c.Version = "6." + map[byte]string{'6': "1", '7': "1", '9': "2"}[n[0]] + "." + number
				}
			}
		}
		rest = strings.TrimSpace(strings.TrimRight(rest[:i], " ,("))
	}
	if i := strings.Index(rest, "10.0."); i >= 0 {
		number, _, _ := strings.Cut(rest[i:], " ")
		if c.Version == "" {
			c.Version = strings.Trim(number, "(),;")
		}
		rest = strings.TrimRight(rest[:i], " (")
	}
	for _, edition := range []string{"Datacenter", "Standard", "Enterprise", "Professional", "Pro", "Home", "Education"} {
		if i := strings.Index(rest, " "+edition); i > 0 {
			c.Edition = edition
			rest = strings.TrimSpace(rest[:i] + rest[i+1+len(edition):])
			break
		}
	}
	c.Name = strings.TrimSpace("Windows " + strings.TrimSuffix(strings.TrimSpace(rest), "Version"))
}
