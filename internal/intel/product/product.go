// Package product answers "are these two names the same product?". Records,
// scanners and people write vendors and products in many ways; a [Key] is one
// of them, chosen once, that all others lead to.
package product

import (
	"strings"

	"seawall/internal/intel/version"
)

// Key names a product: "citrix/netscaler", "fortinet/fortios". The part before
// the slash is empty if the vendor is not known.
type Key string

// New returns the key of a product as somebody wrote it. The vendor may be
// empty, or part of the name.
func New(vendor, name string) Key {
	v := vendorOf(vendor)
	words := fields(name)
	if v == "" {
		v, words = leadingVendor(words)
	}
	whole := strings.Join(words, "_")
	words = trimVendor(words, v)
	text := strings.Join(words, "_")
	if v == "microsoft" {
		return Key(v + "/" + microsoft(text))
	}
	for i := range aliases {
		a := &aliases[i]
		if v != "" && v != a.vendor && !a.anyVendor {
			continue
		}
		if a.match(text) || text != whole && a.match(whole) {
			return Key(a.vendor + "/" + a.product)
		}
	}
	return Key(v + "/" + trimNoise(words))
}

// Keys returns the keys that a list of products in one field stands for:
// "Fortinet FortiOS, FortiProxy, FortiSwitchManager".
func Keys(vendor, name string) []Key {
	if !strings.ContainsAny(name, ",;") && !strings.Contains(name, " and ") {
		return []Key{New(vendor, name)}
	}
	var keys []Key
	for _, part := range strings.FieldsFunc(strings.ReplaceAll(name, " and ", ","), func(r rune) bool { return r == ',' || r == ';' }) {
		if part = strings.TrimSpace(part); part == "" {
			continue
		}
		k := New(vendor, part)
		if k.Name() == "" || strings.HasPrefix(k.Name(), "other_") {
			continue
		}
		keys = append(keys, k)
	}
	return keys
}

// Vendor and Name are the parts of a key.
func (k Key) Vendor() string { v, _, _ := strings.Cut(string(k), "/"); return v }

// Name is the product's part of the key.
func (k Key) Name() string { _, n, _ := strings.Cut(string(k), "/"); return n }

// Scheme returns how the product numbers its versions.
func (k Key) Scheme() version.Scheme {
	switch k {
	case "citrix/netscaler":
		return version.NetScaler
	case "juniper/junos", "juniper/junos_evolved":
		return version.Junos
	case "sonicwall/sonicos":
		return version.SonicOS
	case "vmware/esxi", "vmware/vcenter_server":
		return version.VMware
	case "progress/moveit_transfer":
		return version.MOVEit
	case "apache/log4j":
		return version.Maven
	}
	switch k.Vendor() {
	case "cisco":
		return version.Cisco
	case "zyxel":
		return version.ZLD
	}
	return version.Dotted
}

// fields splits a name into lower-case words; underscores, hyphens and
// brackets separate.
func fields(name string) []string {
	return strings.FieldsFunc(strings.ToLower(name), func(r rune) bool {
		return !(r >= 'a' && r <= 'z' || r >= '0' && r <= '9' || r == '+' || r == '#' || r > 127)
	})
}

// vendorOf returns the one name of a vendor, "" for none.
func vendorOf(vendor string) string {
	words := fields(vendor)
	for len(words) > 1 && corporate[words[len(words)-1]] {
		words = words[:len(words)-1]
	}
	v := strings.Join(words, "_")
	switch v {
	case "n_a", "none", "unknown", "na", "a":
		return ""
	}
	if known := vendors[v]; known != "" {
		return known
	}
	return v
}

// leadingVendor finds a known vendor in the first words of a product's name.
func leadingVendor(words []string) (string, []string) {
	for n := min(4, len(words)-1); n > 0; n-- {
		if v := vendors[strings.Join(words[:n], "_")]; v != "" {
			return v, words
		}
	}
	return "", words
}

// VendorIn finds a known vendor among the first words of a text, "" if there is
// none: "An issue in Mitel 6800 phones".
func VendorIn(text string) string {
	const look = 16
	words := fields(text[:min(len(text), 160)])
	for i := range words[:min(len(words), look)] {
		for n := min(3, len(words)-i); n > 0; n-- {
			if v := vendors[strings.Join(words[i:i+n], "_")]; v != "" && v != "php" && v != "sap" {
				return v
			}
		}
	}
	return ""
}

// trimVendor takes the vendor's names off the front of a product's name.
func trimVendor(words []string, vendor string) []string {
	if vendor == "" {
		return words
	}
	for n := min(4, len(words)-1); n > 0; n-- {
		v := strings.Join(words[:n], "_")
		if v == vendor || vendors[v] == vendor {
			words = words[n:]
			for len(words) > 1 && corporate[words[0]] {
				words = words[1:]
			}
			return words
		}
	}
	return words
}

// trimNoise takes off words that people add or leave out.
func trimNoise(words []string) string {
	kept := words[:0:0]
	for i, w := range words {
		if noise[w] && (len(kept) > 0 || i+1 < len(words)) {
			continue
		}
		kept = append(kept, w)
	}
	if len(kept) == 0 {
		kept = words
	}
	return strings.Join(kept, "_")
}

var noise = map[string]bool{"software": true, "firmware": true, "the": true, "server": false, "series": true, "project": true, "edition": true, "version": true, "versions": true, "r": true, "tm": true}

var corporate = map[string]bool{
	"inc": true, "ltd": true, "gmbh": true, "corporation": true, "corp": true, "co": true, "llc": true, "limited": true, "company": true,
	"foundation": true, "software": true, "networks": true, "systems": true, "technologies": true, "technology": true, "communications": true,
	"ag": true, "se": true, "sa": true, "bv": true, "oy": true, "pty": true, "project": true, "organization": true, "group": true, "international": true,
}

// Trains reports whether the product's releases are kept up in several lines at
// once, so that a fix in one says nothing of another.
func (k Key) Trains() bool {
	switch k {
	case "rarlab/winrar", "openbsd/openssh", "connectwise/screenconnect", "7zip/7zip", "fortra/goanywhere_mft":
		return false
	}
	return k.Vendor() != "zoho"
}

// ForsakesOldTrains reports whether the maker's advisories leave out trains
// that are out of support although the flaw is in them, as a rule.
func (k Key) ForsakesOldTrains() bool {
	switch k {
	case "citrix/netscaler", "ivanti/connect_secure", "ivanti/policy_secure", "php/php":
		return true
	}
	return false
}

// Numbers is how many numbers a full version of the product has at least, as
// far as we know: what has fewer names a train. 0 is not known.
func (k Key) Numbers() int {
	switch k {
	case "microsoft/windows", "citrix/netscaler", "vmware/esxi":
		return 4
	case "fortinet/fortios", "fortinet/fortiproxy", "fortinet/fortimanager", "paloaltonetworks/pan_os", "f5/big_ip", "juniper/junos", "cisco/ios_xe", "cisco/asa",
		"atlassian/confluence", "atlassian/jira", "atlassian/bitbucket", "gitlab/gitlab", "apache/http_server", "apache/tomcat", "php/php", "sonicwall/sonicos", "vmware/vcenter_server":
		return 3
	}
	return 0
}
