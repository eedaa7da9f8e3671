package vulnerable

import (
	"cmp"
	"regexp"
	"strings"

	"seawall/internal/intel/facts"
	"seawall/internal/intel/product"
	"seawall/internal/intel/version"
	"seawall/internal/inventory"
)

// Identity is a component as facts know it.
type Identity struct {
	Product      product.Key
	Version      string // for comparing: without epoch and revision of a distribution's package
	Full         string // as the evidence has it
	Edition      string // "FIPS", "NDCPP"; "" is the ordinary one or unknown
	Scheme       version.Scheme
	Distribution string // whose package it is, "" if it is the maker's own build
	Known        bool   // facts speak of the product
}

// Identify names the product and the version of a component.
func Identify(set *facts.Set, c *inventory.Component) Identity {
	id := Identity{Full: c.Version, Edition: strings.ToUpper(c.Edition)}
	id.Product, id.Known = resolve(set, c)
	id.Scheme = id.Product.Scheme()
	if s, ok := version.Parse(c.Ecosystem); ok && c.Kind == inventory.Library {
		id.Scheme = s
	}
	id.Version = c.Version
	if cpe, ok := product.ParseCPE(c.CPE); ok && id.Version == "" {
		id.Version = cpe.Release()
		id.Full = id.Version
	}
	id.Distribution = distribution(c)
	if id.Distribution != "" {
		id.Version = upstream(id.Version)
	}
	if e := editionIn(c.Version); e != "" {
		id.Edition = e
	}
	switch id.Edition {
	case "FIPS", "NDCPP":
	default:
		id.Edition = ""
	}
	id.Version = version.Tidy(tidy(id.Product, id.Version))
	return id
}

// resolve finds the product that facts are known under: by CPE, by vendor and
// name, by name.
func resolve(set *facts.Set, c *inventory.Component) (product.Key, bool) {
	first := product.Key("")
	try := func(key product.Key) bool {
		known, ok := set.Resolve(key)
		if ok || first == "" && key.Name() != "" {
			first = known
		}
		return ok
	}
	if cpe, ok := product.ParseCPE(c.CPE); ok && c.Kind != inventory.Library && try(cpe.Key()) {
		return first, true
	}
	if c.Kind == inventory.Library {
		key, ok := libraries[c.Ecosystem+"/"+strings.ToLower(c.Name)]
		if !ok {
			return product.New(c.Namespace, c.Name), false
		}
		known, ok := set.Resolve(key)
		return known, ok
	}
	if kernelImage.MatchString(strings.ToLower(c.Name)) && c.Kind == inventory.Package && try("linux/kernel") {
		return first, true
	}
	names := []string{c.Name, c.SourceName}
	if companion(c) {
		names = names[:1]
	}
	for _, name := range names {
		if name != "" && (try(product.New(c.Vendor, name)) || try(product.New("", name))) && first.Vendor() != "" {
			return first, true
		}
		if maker, rest, ok := strings.Cut(name, " "); ok && c.Vendor == "" && c.Kind != inventory.Package { // "Google Chrome"
			if known, ok := set.Resolve(product.New(maker, rest)); ok && known.Vendor() != "" {
				return known, true
			}
		}
	}
	return first, len(set.Of(first)) > 0
}

// distribution returns whose package a component is, "" if nobody's.
func distribution(c *inventory.Component) string {
	switch c.Ecosystem {
	case "deb", "rpm", "apk", "opkg", "alpm":
		return cmp.Or(c.Distribution, "a "+c.Ecosystem+" distribution")
	}
	if c.Kind == inventory.Package || kernel(c) {
		return cmp.Or(c.Distribution, "a distribution")
	}
	return vendorBuild(c.Version)
}

// kernel reports whether a component is the Linux kernel: what devices and
// distributions run is their own build of it, whatever its number.
func kernel(c *inventory.Component) bool {
	name := strings.ToLower(c.Vendor + " " + c.Name)
	return strings.Contains(name, "linux") && (strings.Contains(name, "kernel") || strings.TrimSpace(name) == "linux" || strings.TrimSpace(name) == "linux linux")
}

var vendorBuilds = []struct {
	pattern *regexp.Regexp
	name    string
}{
	{regexp.MustCompile(`(?i)\bdebian\b|\+deb\d+u\d+|~deb\d+`), "debian"},
	{regexp.MustCompile(`(?i)\bubuntu\b|ubuntu\d`), "ubuntu"},
	{regexp.MustCompile(`\.el\d+|\.fc\d+|\.amzn\d`), "a Red Hat family distribution"},
	{regexp.MustCompile(`(?i)\braspbian\b`), "raspbian"},
}

// vendorBuild tells the builds of distributions by what they add to versions.
func vendorBuild(v string) string {
	for _, b := range vendorBuilds {
		if b.pattern.MatchString(v) {
			return b.name
		}
	}
	return ""
}

// upstream takes the epoch and the distribution's revision off a version.
func upstream(v string) string {
	if at := strings.IndexByte(v, ':'); at > 0 && strings.Trim(v[:at], "0123456789") == "" {
		v = v[at+1:]
	}
	v, _, _ = strings.Cut(v, " ")
	if at := strings.LastIndexByte(v, '-'); at > 0 {
		v = v[:at]
	}
	for _, mark := range []string{"+dfsg", "+ds", "~dfsg", "+really", "+deb", "~deb"} {
		v, _, _ = strings.Cut(v, mark)
	}
	return v
}

func editionIn(v string) string {
	upper := strings.ToUpper(v)
	switch {
	case strings.Contains(upper, "NDCPP"):
		return "NDCPP"
	case strings.Contains(upper, "FIPS"):
		return "FIPS"
	}
	return ""
}

// coldFusion is how ColdFusion writes the number of its update: 2021.0.05.330109.
var coldFusion = regexp.MustCompile(`^(20\d\d)[.,]0[.,]0*(\d+)\b`)

var exchangeDisplay = regexp.MustCompile(`(?i)(?:version\s+)?(\d+\.\d+)\s*\(build\s+(\d+)\.(\d+)\)`)

// tidy brings what products print as their version into the form that facts
// have.
func tidy(key product.Key, v string) string {
	v = strings.TrimSpace(v)
	switch key {
	case "microsoft/exchange_server":
		// AdminDisplayVersion does not change with security updates: only its
		// first three numbers tell anything.
		if m := exchangeDisplay.FindStringSubmatch(v); m != nil {
			return m[1] + "." + m[2]
		}
	case "microsoft/windows":
		v = strings.TrimSuffix(v, " N/A")
	case "openbsd/openssh":
		v = strings.TrimPrefix(strings.TrimPrefix(v, "OpenSSH_"), "for_Windows_")
	case "vmware/esxi", "vmware/vcenter_server":
		return version.TidyVMware(v)
	case "adobe/coldfusion":
		if m := coldFusion.FindStringSubmatch(v); m != nil {
			return m[1] + " Update " + m[2]
		}
	case "zimbra/collaboration":
		return zimbraPatch.ReplaceAllString(v, "$1 Patch $2")
	case "progress/whatsup_gold":
		if len(v) > 2 && v[2] == '.' && v[0] >= '1' && v[0] <= '3' { // 23.1.2 is 2023.1.2
			return "20" + v
		}
	}
	if key.Vendor() == "zoho" {
		return zohoBuild(v)
	}
	return v
}

// zimbraPatch is how Zimbra writes the number of its patch: "8.8.15 P34",
// "8.8.15_GA_3869.UBUNTU18.64 Patch 34".
var zimbraPatch = regexp.MustCompile(`(?i)^(\d+\.\d+\.\d+)(?:[ _.]ga[^ ]*)?[ _.-]*p(?:atch)?[ _.-]*(\d+).*`)

var zohoNumber = regexp.MustCompile(`(?i)(?:build[^0-9]*)?\b(\d{4,6})\b`)

// zohoBuild finds the build number that Zoho's advisories count by.
func zohoBuild(v string) string {
	if strings.Count(v, ".") >= 2 && !strings.Contains(strings.ToLower(v), "build") {
		return v
	}
	if m := zohoNumber.FindAllStringSubmatch(v, -1); m != nil {
		return m[len(m)-1][1]
	}
	return v
}
