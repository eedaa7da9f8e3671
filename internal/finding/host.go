package finding

import (
	"net/netip"
	"slices"
	"strings"
)

// ShortHost is a host's name in lower case without its domain: logs differ in
// that. Addresses stay whole.
func ShortHost(host string) string {
	host = strings.ToLower(host)
	if _, err := netip.ParseAddr(host); err == nil {
		return host
	}
	name, _, _ := strings.Cut(host, ".")
	return name
}

// DistinctHosts sorts hosts and leaves each out but once: a name without a
// domain is that of a host whose whole name is there, too.
func DistinctHosts(hosts []string) []string {
	whole := map[string]bool{}
	for _, h := range hosts {
		if short := ShortHost(h); short != strings.ToLower(h) {
			whole[short] = true
		}
	}
	kept := slices.DeleteFunc(slices.Clone(hosts), func(h string) bool { return whole[strings.ToLower(h)] })
	slices.Sort(kept)
	return slices.Compact(kept)
}
