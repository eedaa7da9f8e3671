// Package watchlist holds indicators of compromise that the user supplies:
// addresses, networks, domains, URLs, and fingerprints of files, certificates
// and TLS clients, with what their list says of them.
package watchlist

import (
	"bytes"
	"net/netip"
	"slices"
	"strings"

	"seawall/internal/evidence/atom"
)

// Kind is what an indicator is.
type Kind uint8

// The kinds.
const (
	Address Kind = iota
	Network
	Domain
	URL
	Digest // of a file, a certificate, or a TLS client (JA3): hexadecimal
	JA4
	File // by its name or path: as its list has it, in lower case, with backslashes
)

var kindNames = [...]string{"address", "network", "domain", "URL", "fingerprint", "JA4", "file name"}

// String returns the kind's name.
func (k Kind) String() string { return kindNames[k] }

// Item is one indicator.
type Item struct {
	Kind  Kind
	Value string // in plain form: not defanged, lower case
	Note  string // what the list says of it: role, malware, description
	Since int64  // first and last seen, by the list; nanoseconds since 1970, 0 unknown
	Until int64
	File  string // that lists it
	Line  int
}

// List is a set of indicators. It is not changed once it is read, and safe for
// concurrent use.
type List struct {
	items    []Item
	index    map[string]int // by value, of all kinds but networks and addresses
	address  map[netip.Addr]int
	networks map[netip.Prefix]int
	lengths  [2][]int         // of networks' prefixes, IPv4 and IPv6, longest first
	files    map[string][]int // items, by the last part of paths
	counts   [File + 1]int    // of items, by kind
	near     [1 << 10]uint64  // which first halves of addresses are listed, one bit each
}

// half numbers the part of an address that [List.near] goes by: 16 bits of an
// IPv4 address, 32 of an IPv6 address folded into as many.
func half(a netip.Addr) uint16 {
	if a.Is4() {
		b := a.As4()
		return uint16(b[0])<<8 | uint16(b[1])
	}
	b := a.As16()
	return (uint16(b[0])<<8 | uint16(b[1])) ^ (uint16(b[2])<<8 | uint16(b[3]))
}

// mark notes that addresses in p are listed.
func (l *List) mark(p netip.Prefix) {
	first := half(p.Addr())
	switch {
	case p.Addr().Is4() && p.Bits() < 16:
		for n := range 1 << (16 - p.Bits()) {
			l.near[(int(first)+n)>>6&1023] |= 1 << ((int(first) + n) & 63)
		}
	case p.Addr().Is6() && p.Bits() < 32:
		for i := range l.near {
			l.near[i] = ^uint64(0)
		}
	default:
		l.near[first>>6] |= 1 << (first & 63)
	}
}

// New returns an empty list.
func New() *List {
	return &List{index: map[string]int{}, address: map[netip.Addr]int{}, networks: map[netip.Prefix]int{}}
}

// Len returns the number of indicators.
func (l *List) Len() int { return len(l.items) }

// add adds an indicator; of those listed twice the first stays.
func (l *List) add(item Item) {
	n := len(l.items)
	switch item.Kind {
	case Address:
		a := netip.MustParseAddr(item.Value)
		if _, known := l.address[a]; known {
			return
		}
		l.address[a] = n
		l.mark(netip.PrefixFrom(a, a.BitLen()))
	case Network:
		p := netip.MustParsePrefix(item.Value)
		if _, known := l.networks[p]; known {
			return
		}
		l.networks[p] = n
		l.mark(p)
		family := &l.lengths[family(p.Addr())]
		if !slices.Contains(*family, p.Bits()) {
			*family = append(*family, p.Bits())
			slices.SortFunc(*family, func(x, y int) int { return y - x })
		}
	default:
		if _, known := l.index[item.Value]; known {
			return
		}
		l.index[item.Value] = n
	}
	l.items = append(l.items, item)
	l.counts[item.Kind]++
}

func family(a netip.Addr) int {
	if a.Is4() {
		return 0
	}
	return 1
}

// Address returns the indicator that an address or its network is; nil if
// there is none.
func (l *List) Address(a netip.Addr) *Item {
	if !a.IsValid() {
		return nil
	}
	a = a.Unmap()
	if h := half(a); l.near[h>>6]>>(h&63)&1 == 0 {
		return nil
	}
	if n, found := l.address[a]; found {
		return &l.items[n]
	}
	for _, bits := range l.lengths[family(a)] {
		if p, err := a.Prefix(bits); err == nil {
			if n, found := l.networks[p]; found {
				return &l.items[n]
			}
		}
	}
	return nil
}

// Name returns the indicator that a domain name, or one above it, is; nil if
// there is none. Names that are addresses are looked up as such.
func (l *List) Name(name []byte) *Item {
	if len(name) == 0 || len(name) > 255 {
		return nil
	}
	if l.counts[Address]+l.counts[Network]+l.counts[Domain] == 0 {
		return nil
	}
	name = bytes.TrimSuffix(name, []byte("."))
	if a, ok := atom.Addr(name); ok {
		return l.Address(a)
	}
	if l.counts[Domain] == 0 {
		return nil
	}
	var buffer [256]byte
	for rest := appendLower(buffer[:0], name); len(rest) > 0; {
		if n, found := l.index[string(rest)]; found && l.items[n].Kind == Domain {
			return &l.items[n]
		}
		dot := bytes.IndexByte(rest, '.')
		if dot < 0 {
			break
		}
		rest = rest[dot+1:]
	}
	return nil
}

// Request returns the indicator that a URL is, with or without its query; nil
// if there is none.
func (l *List) Request(host, target []byte) *Item {
	if l.counts[URL] == 0 || len(host) == 0 || len(host)+len(target) > 2000 {
		return nil
	}
	var buffer [2048]byte
	url := append(appendLower(buffer[:0], host), target...)
	if n, found := l.index[string(url)]; found && l.items[n].Kind == URL {
		return &l.items[n]
	}
	if i := bytes.IndexByte(url, '?'); i > 0 {
		if n, found := l.index[string(url[:i])]; found && l.items[n].Kind == URL {
			return &l.items[n]
		}
	}
	return nil
}

// Fingerprint returns the indicator that a digest or JA4 is, written with or
// without colons; nil if there is none.
func (l *List) Fingerprint(text []byte) *Item {
	if len(text) < 32 || len(text) > 128 {
		return nil
	}
	var buffer [128]byte
	plain := buffer[:0]
	for _, c := range text {
		if c != ':' {
			plain = append(plain, lower(c))
		}
	}
	if n, found := l.index[string(plain)]; found && (l.items[n].Kind == Digest || l.items[n].Kind == JA4) {
		return &l.items[n]
	}
	return nil
}

// Hashes returns the indicator that one of the hashes of a Windows event is,
// as in "SHA1=…,MD5=…"; nil if there is none.
func (l *List) Hashes(text string) *Item {
	for part := range strings.SplitSeq(text, ",") {
		if _, value, ok := strings.Cut(part, "="); ok {
			if item := l.Fingerprint([]byte(value)); item != nil {
				return item
			}
		}
	}
	return nil
}

func appendLower(dst, text []byte) []byte {
	for _, c := range text {
		dst = append(dst, lower(c))
	}
	return dst
}

func lower(c byte) byte {
	if c >= 'A' && c <= 'Z' {
		return c + 'a' - 'A'
	}
	return c
}
