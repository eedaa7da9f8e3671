// Package principal compares the names of accounts, hosts and addresses that
// different logs write differently.
package principal

import (
	"net/netip"
	"strings"
)

// Account returns the account of a user name without domain or realm, in lower
// case: "alice" for "CORP\Alice" and "alice@CORP.EXAMPLE".
func Account(user string) string {
	if i := strings.LastIndexByte(user, '\\'); i >= 0 {
		user = user[i+1:]
	}
	if i := strings.IndexByte(user, '@'); i > 0 {
		user = user[:i]
	}
	return strings.ToLower(user)
}

// Machine reports whether a user name is that of a computer account.
func Machine(user string) bool {
	return strings.HasSuffix(Account(user), "$")
}

// Nobody reports whether a user name stands for no person or service of the
// domain: built-in identities and anonymous sessions.
func Nobody(user string) bool {
	switch name := Account(user); name {
	case "", "-", "anonymous logon", "system", "local service", "network service", "iusr", "guest", "umfd-0", "umfd-1", "dwm-1", "dwm-2", "defaultappool":
		return true
	default:
		return strings.HasPrefix(name, "dwm-") || strings.HasPrefix(name, "umfd-")
	}
}

// Computer returns the short name of a host, in lower case: "web01" for
// "WEB01.corp.example", "WEB01$" and "\\WEB01".
func Computer(host string) string {
	host = strings.ToLower(strings.TrimLeft(host, `\`))
	if _, err := netip.ParseAddr(host); err == nil {
		return host
	}
	host, _, _ = strings.Cut(host, ".")
	return strings.TrimSuffix(host, "$")
}

// Reach is how far away an address is.
type Reach uint8

// The reaches.
const (
	Unknown Reach = iota // no address
	Self                 // loopback
	Link                 // link-local: autoconfigured, as tunnels often are
	Inside               // private or shared address space
	Public
)

// Shared is the address space of carrier-grade NAT, RFC 6598: not public.
var Shared = netip.MustParsePrefix("100.64.0.0/10")

// ReachOf tells how far away address is.
func ReachOf(address string) Reach {
	if i := strings.IndexByte(address, '%'); i >= 0 {
		address = address[:i]
	}
	ip, err := netip.ParseAddr(address)
	if err != nil || ip.IsUnspecified() || ip.IsMulticast() {
		return Unknown
	}
	ip = ip.Unmap()
	switch {
	case ip.IsLoopback():
		return Self
	case ip.IsLinkLocalUnicast():
		return Link
	case ip.IsPrivate() || Shared.Contains(ip):
		return Inside
	}
	return Public
}

// Qualified returns DOMAIN\user as logged; the user alone if the domain is
// unknown or is a realm's DNS name, which is not how Windows writes accounts.
func Qualified(domain, user string) string {
	if domain == "" || domain == "-" || user == "" || strings.ContainsAny(user, `\@`) || strings.Contains(domain, ".") {
		return user
	}
	return domain + `\` + user
}
