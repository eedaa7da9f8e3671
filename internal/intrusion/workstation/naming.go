package workstation

import (
	"net/netip"
	"strings"

	"seawall/internal/intrusion/principal"
)

// naming is what is known of the organisation's machines and their names.
type naming struct {
	known    map[string]bool
	defaults bool // many of its machines carry the names Windows made up
}

// knownLeast machines must be known before a name can be called foreign to
// the organisation's scheme.
const knownLeast = 3

func (n *notes) naming() naming {
	out := naming{known: map[string]bool{}}
	made := 0
	for _, g := range n.known.Groups() {
		out.known[g.Key.Name] = true
		if madeUp(g.Key.Name) {
			made++
		}
	}
	out.defaults = 5*made > len(out.known)
	return out
}

// strange reports whether a client's name is not one of the organisation's.
func (n *naming) strange(name string) bool {
	if _, err := netip.ParseAddr(name); err == nil {
		return false
	}
	return name != "" && !n.known[principal.Computer(name)]
}

// attackers' names are those that tools and distributions made for attacks
// give their hosts.
var attackers = []string{"kali", "parrot", "blackarch", "commando", "pentest", "pwn", "hacker", "attacker", "redteam", "metasploit", "mimikatz", "cobaltstrike", "impacket", "nmap", "hydra"}

// attackName reports whether a name is an attack distribution's or tool's.
func attackName(name string) bool {
	for _, word := range strings.FieldsFunc(strings.ToLower(name), func(r rune) bool { return r < 'a' || r > 'z' }) {
		for _, bad := range attackers {
			if word == bad || len(bad) > 4 && strings.Contains(word, bad) {
				return true
			}
		}
	}
	return false
}

// madeUp reports whether a name is one that Windows makes up at installation:
// DESKTOP- or LAPTOP- and 7 or 8 characters, WIN- and 11.
func madeUp(name string) bool {
	prefix, rest, ok := strings.Cut(strings.ToLower(name), "-")
	if !ok || strings.Trim(rest, "abcdefghijklmnopqrstuvwxyz0123456789") != "" {
		return false
	}
	switch prefix {
	case "desktop", "laptop":
		return len(rest) == 7 || len(rest) == 8
	case "win":
		return len(rest) == 11
	}
	return false
}
