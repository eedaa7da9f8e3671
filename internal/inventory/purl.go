package inventory

import (
	"net/url"
	"strings"
)

// FromPURL returns the component that a package URL names, "pkg:type/namespace/
// name@version?qualifiers#subpath"; nil if the text is none.
func FromPURL(purl string) *Component {
	rest, ok := strings.CutPrefix(purl, "pkg:")
	if !ok {
		return nil
	}
	rest, _, _ = strings.Cut(strings.TrimLeft(rest, "/"), "#")
	rest, query, _ := strings.Cut(rest, "?")
	kind, rest, ok := strings.Cut(rest, "/")
	if !ok {
		return nil
	}
	c := &Component{Kind: Library, Ecosystem: strings.ToLower(kind), PURL: purl}
	if i := strings.LastIndexByte(rest, '@'); i > 0 { // a scope's "@" comes first
		rest, c.Version = rest[:i], unescape(rest[i+1:])
	}
	rest = strings.Trim(rest, "/")
	if i := strings.LastIndexByte(rest, '/'); i >= 0 {
		c.Namespace, rest = unescape(rest[:i]), rest[i+1:]
	}
	if c.Name = unescape(rest); c.Name == "" {
		return nil
	}
	switch c.Ecosystem {
	case "deb", "rpm", "apk", "alpm", "opkg":
		c.Kind = Package
	case "generic", "github", "docker", "oci", "bitnami":
		c.Kind = Application
	}
	for pair := range strings.SplitSeq(query, "&") {
		key, value, _ := strings.Cut(pair, "=")
		c.qualify(key, unescape(value))
	}
	return c
}

func (c *Component) qualify(key, value string) {
	switch key {
	case "arch":
		c.Arch = value
	case "distro":
		c.Distribution = value
	case "epoch":
		if value != "" && value != "0" && !strings.Contains(c.Version, ":") {
			c.Version = value + ":" + c.Version
		}
	case "upstream":
		name, version, _ := strings.Cut(value, "@")
		if source, ok := strings.CutSuffix(name, ".src.rpm"); ok {
			if i := strings.LastIndexByte(source, '-'); i > 0 {
				if j := strings.LastIndexByte(source[:i], '-'); j > 0 {
					name, version = source[:j], source[j+1:]
				}
			}
		}
		if name != c.Name {
			c.SourceName = name
		}
		if version != c.Version {
			c.SourceVersion = version
		}
	}
}

func unescape(text string) string {
	if plain, err := url.PathUnescape(text); err == nil {
		return plain
	}
	return text
}
