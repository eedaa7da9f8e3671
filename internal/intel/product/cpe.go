package product

import (
	"net/url"
	"strings"
)

// CPE is a name of the Common Platform Enumeration (NISTIR 7695), as far as
// products need it. Values are unquoted; "*" is any, "-" is none.
type CPE struct {
	Part, Vendor, Product, Version, Update, Edition string
	SoftwareEdition, TargetSoftware                 string
}

// ParseCPE reads a formatted string ("cpe:2.3:a:…") or a URI ("cpe:/a:…").
func ParseCPE(s string) (c CPE, ok bool) {
	var parts []string
	if rest, is := strings.CutPrefix(s, "cpe:2.3:"); is {
		parts = splitQuoted(rest)
	} else if rest, is := strings.CutPrefix(s, "cpe:/"); is {
		parts = strings.Split(rest, ":")
		for i, p := range parts {
			if plain, err := url.PathUnescape(p); err == nil {
				parts[i] = plain
			}
			if parts[i] == "" {
				parts[i] = "*"
			}
		}
	}
	if len(parts) < 3 || len(parts[0]) != 1 || !strings.Contains("aoh", parts[0]) {
		return c, false
	}
	for i, at := range []*string{&c.Part, &c.Vendor, &c.Product, &c.Version, &c.Update, &c.Edition, nil, &c.SoftwareEdition, &c.TargetSoftware} {
		if at == nil {
			continue
		}
		*at = "*"
		if i < len(parts) {
			*at = parts[i]
		}
	}
	return c, true
}

// splitQuoted splits at colons that no backslash precedes and takes the
// backslashes off.
func splitQuoted(s string) []string {
	var parts []string
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		switch {
		case s[i] == '\\' && i+1 < len(s):
			i++
			b.WriteByte(s[i])
		case s[i] == ':':
			parts = append(parts, b.String())
			b.Reset()
		default:
			b.WriteByte(s[i])
		}
	}
	return append(parts, b.String())
}

// Key is the product that the name speaks of. Its parts have no other words
// around them.
func (c CPE) Key() Key {
	vendor := c.Vendor
	if vendor == "*" || vendor == "-" {
		vendor = ""
	}
	return New(vendor, strings.TrimSuffix(c.Product, "_firmware"))
}

// Release is the version with its update, "" if the name has none: a name
// without a version matches no range.
func (c CPE) Release() string {
	if c.Version == "*" || c.Version == "-" || c.Version == "" {
		return ""
	}
	if c.Update != "*" && c.Update != "-" && c.Update != "" {
		return c.Version + " " + c.Update
	}
	return c.Version
}
