package inventory

import (
	"net/netip"
	"slices"
	"strings"
)

// KeyKind is how well a key tells one device from all others.
type KeyKind uint8

// The kinds of keys, strongest first.
const (
	ID      KeyKind = iota // hardware UUID, agent id, cloud instance: "aws:i-0abc", "uuid:…"
	Serial                 // serial number of the chassis
	Place                  // the folder or file in the evidence that holds the device's own files
	MAC                    // hardware address
	FQDN                   // name with a domain, lower case
	Name                   // short name, lower case
	Alias                  // name that others gave it: asset lists, reverse DNS, virtual hosts
	Address                // IP address
)

// String names the kind of key for people.
func (k KeyKind) String() string {
	return [...]string{"id", "serial number", "place", "hardware address", "full name", "name", "alias", "address"}[min(k, Address)]
}

// Key tells which device is meant. Values are normalised: see [NewKey].
type Key struct {
	Kind  KeyKind
	Value string
}

// NewKey normalises a key as the evidence writes it. ok is false for values
// that tell no device from another: placeholders, loopback, shared addresses.
func NewKey(kind KeyKind, value string) (k Key, ok bool) {
	value = strings.TrimSpace(value)
	switch kind {
	case MAC:
		value, ok = hardwareAddress(value)
	case Address:
		addr, err := netip.ParseAddr(value)
		return AddressKey(addr), err == nil && identifies(addr)
	case FQDN, Name, Alias:
		return nameKey(kind, value)
	case Serial:
		value = strings.ToUpper(value)
		ok = len(value) >= 4 && !placeholder(value)
	case ID:
		value = strings.ToLower(value)
		kind, id, _ := strings.Cut(value, ":")
		ok = kind == "artifact" && id != "" || len(id) >= 4 && !placeholder(strings.ToUpper(id))
	default:
		ok = value != ""
	}
	return Key{kind, value}, ok
}

// AddressKey is the key of an address.
func AddressKey(addr netip.Addr) Key { return Key{Address, addr.Unmap().WithZone("").String()} }

// identifies reports whether an address is one device's alone.
func identifies(a netip.Addr) bool {
	a = a.Unmap()
	return a.IsValid() && !a.IsLoopback() && !a.IsUnspecified() && !a.IsMulticast() && !a.IsLinkLocalUnicast() &&
		a != netip.AddrFrom4([4]byte{255, 255, 255, 255})
}

// nameKey tells full names from short ones.
func nameKey(kind KeyKind, value string) (Key, bool) {
	value = strings.ToLower(strings.TrimSuffix(value, "."))
	if _, err := netip.ParseAddr(value); err == nil || value == "" || strings.ContainsAny(value, " \t/\\,;\"'<>") {
		return Key{}, false
	}
	switch short, _, full := strings.Cut(value, "."); {
	case short == "localhost" || short == "" || short == "unknown" || short == "n/a" || short == "-" || short == "none":
		return Key{}, false
	case kind == Alias:
		return Key{Alias, value}, true
	case full:
		return Key{FQDN, value}, true
	}
	return Key{Name, value}, true
}

// placeholder reports whether a serial number or id is one that makers leave
// in place of a real one.
func placeholder(upper string) bool {
	switch upper {
	case "UNKNOWN", "NONE", "NULL", "N/A", "DEFAULT STRING", "TO BE FILLED BY O.E.M.", "SYSTEM SERIAL NUMBER", "NOT SPECIFIED", "NOT AVAILABLE", "123456789", "0123456789":
		return true
	}
	return strings.Trim(upper, "0-F.X ") == "" // all zeros, all ones
}

// hardwareAddress reads a MAC address in any of its spellings.
func hardwareAddress(text string) (string, bool) {
	var digits [12]byte
	n := 0
	for i := range len(text) {
		c := text[i] | 0x20
		switch {
		case c >= '0' && c <= '9' || c >= 'a' && c <= 'f':
			if n == len(digits) {
				return "", false
			}
			digits[n] = c
			n++
		case text[i] == ':' || text[i] == '-' || text[i] == '.' || text[i] == ' ':
		default:
			return "", false
		}
	}
	if n != len(digits) {
		return "", false
	}
	var b strings.Builder
	for i := 0; i < n; i += 2 {
		if i > 0 {
			b.WriteByte(':')
		}
		b.Write(digits[i : i+2])
	}
	mac := b.String()
	switch { // none at all, broadcast, multicast, and addresses that redundant gateways share
	case mac == "00:00:00:00:00:00", strings.ContainsRune("13579bdf", rune(mac[1])),
		strings.HasPrefix(mac, "00:00:5e:00:"), strings.HasPrefix(mac, "00:00:0c:07:ac"), strings.HasPrefix(mac, "00:09:0f:09:"):
		return "", false
	}
	return mac, true
}

// Identify adds a key of the device that o is about, if the value tells it
// from others.
func (o *Observation) Identify(kind KeyKind, values ...string) {
	for _, v := range values {
		if k, ok := NewKey(kind, v); ok && !slices.Contains(o.Keys, k) {
			o.Keys = append(o.Keys, k)
		}
	}
}

// IdentifyHost adds a key for what may be an address or a name.
func (o *Observation) IdentifyHost(kind KeyKind, host string) {
	host = strings.Trim(host, "[]")
	if _, err := netip.ParseAddr(host); err == nil {
		kind = Address
	}
	o.Identify(kind, host)
}
