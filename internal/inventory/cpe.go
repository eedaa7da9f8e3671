package inventory

import (
	"net/url"
	"strings"
)

// FromCPE returns the component that a CPE names, in the 2.2 ("cpe:/a:vendor:
// product:version") or 2.3 form; nil if the text is none. A version of "*" or
// "-" is none.
func FromCPE(cpe string) *Component {
	var parts []string
	switch {
	case strings.HasPrefix(cpe, "cpe:2.3:"):
		parts = splitCPE(cpe[len("cpe:2.3:"):])
	case strings.HasPrefix(cpe, "cpe:/"):
		parts = strings.Split(cpe[len("cpe:/"):], ":")
		for i, p := range parts {
			if text, err := url.PathUnescape(p); err == nil {
				parts[i] = text
			}
		}
	default:
		return nil
	}
	if len(parts) < 3 || parts[2] == "" || parts[2] == "*" {
		return nil
	}
	c := &Component{Vendor: parts[1], Name: parts[2], CPE: cpe}
	switch parts[0] {
	case "o":
		c.Kind = System
		if strings.HasSuffix(c.Name, "_firmware") {
			c.Kind = Firmware
		}
	case "h":
		c.Kind = Hardware
	}
	if len(parts) > 3 && parts[3] != "*" && parts[3] != "-" {
		c.Version = parts[3]
	}
	if len(parts) > 4 && c.Version != "" && parts[4] != "*" && parts[4] != "-" && parts[4] != "" {
		c.Version += " " + parts[4]
	}
	return c
}

// splitCPE parts at colons that no backslash quotes, and takes the quotes away.
func splitCPE(text string) (parts []string) {
	var b strings.Builder
	for i := 0; i < len(text); i++ {
		switch c := text[i]; {
		case c == '\\' && i+1 < len(text):
			i++
			b.WriteByte(text[i])
		case c == ':':
			parts = append(parts, b.String())
			b.Reset()
		default:
			b.WriteByte(c)
		}
	}
	return append(parts, b.String())
}
