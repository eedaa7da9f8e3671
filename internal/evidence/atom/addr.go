package atom

import "net/netip"

// Addr reads an IPv4 or IPv6 address. A zone behind '%' is dropped. IPv4
// addresses written inside IPv6 become IPv4.
func Addr(text []byte) (netip.Addr, bool) {
	if len(text) < 2 || len(text) > 64 {
		return netip.Addr{}, false
	}
	if a, ok := addr4(text); ok {
		return netip.AddrFrom4(a), true
	}
	for i, c := range text {
		if c == '%' {
			text = text[:i]
			break
		}
	}
	a, ok := addr6(text)
	if !ok {
		return netip.Addr{}, false
	}
	return netip.AddrFrom16(a).Unmap(), true
}

func addr4(text []byte) (a [4]byte, ok bool) {
	if len(text) < 7 || len(text) > 15 {
		return a, false
	}
	part, n, digits := 0, uint(0), 0
	for _, c := range text {
		if d := uint(c - '0'); d <= 9 {
			n = n*10 + d
			if digits++; digits > 3 {
				return a, false
			}
			continue
		}
		if c != '.' || digits == 0 || part == 3 || n > 255 {
			return a, false
		}
		a[part] = byte(n)
		part, n, digits = part+1, 0, 0
	}
	if part != 3 || digits == 0 || n > 255 {
		return a, false
	}
	a[3] = byte(n)
	return a, true
}

// addr6 reads the forms of RFC 4291 section 2.2.
func addr6(text []byte) (a [16]byte, ok bool) {
	at, gap := 0, -1 // bytes written; where "::" stands
	i := 0
	if len(text) >= 2 && text[0] == ':' {
		if text[1] != ':' {
			return a, false
		}
		gap, i = 0, 2
	}
	for i < len(text) {
		if at == 16 {
			return a, false
		}
		start, n := i, uint32(0)
		for ; i < len(text) && i-start < 5; i++ {
			d := hexDigit(text[i])
			if d > 15 {
				break
			}
			n = n<<4 | uint32(d)
		}
		if i == start || i-start > 4 {
			return a, false
		}
		if i < len(text) && text[i] == '.' { // the last four bytes in the way of IPv4
			v4, ok := addr4(text[start:])
			if !ok || at > 12 {
				return a, false
			}
			at += copy(a[at:], v4[:])
			break
		}
		a[at], a[at+1] = byte(n>>8), byte(n)
		at += 2
		if i == len(text) {
			break
		}
		if text[i] != ':' || i+1 == len(text) {
			return a, false
		}
		i++
		if text[i] == ':' {
			if gap >= 0 {
				return a, false
			}
			gap = at
			i++
		}
	}
	if gap < 0 {
		return a, at == 16
	}
	if at == 16 {
		return a, false
	}
	moved := copy(a[16-(at-gap):], a[gap:at])
	clear(a[gap : 16-moved])
	return a, true
}
