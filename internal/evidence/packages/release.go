package packages

import (
	"path"
	"strings"

	"seawall/internal/evidence/stream"
	"seawall/internal/inventory"
)

// readRelease reads os-release, or one of the one-line files that older
// systems have.
func readRelease(in *stream.Input) {
	b := newBatch(in)
	lines := stream.NewLines(in)
	if strings.EqualFold(path.Base(in.File.Path), "hostname") {
		if lines.Next() {
			b.name(strings.TrimSpace(lines.Text), in.Cite(lines.Offset, lines.Length, lines.Number, lines.Text))
		}
		return
	}
	values := map[string]string{}
	first, where := "", inventory.Citation{}
	for lines.Next() {
		text := strings.TrimSpace(lines.Text)
		if text == "" || text[0] == '#' {
			continue
		}
		if first == "" {
			first, where = text, in.Cite(lines.Offset, lines.Length, lines.Number, text)
		}
		key, value, ok := strings.Cut(text, "=")
		if ok && len(values) < 64 {
			values[key] = strings.Trim(value, `"'`)
		}
		if key == "PRETTY_NAME" || key == "VERSION_ID" {
			where = in.Cite(lines.Offset, lines.Length, lines.Number, text)
		}
	}
	c := release(values)
	if c == nil {
		c = oldRelease(path.Base(in.File.Path), first)
	}
	if c != nil {
		b.add(c, where)
	}
	b.flush()
}

// release is the system that os-release names.
func release(values map[string]string) *inventory.Component {
	if values["ID"] == "" {
		return nil
	}
	name := values["PRETTY_NAME"]
	if name == "" {
		name = values["NAME"]
	}
	c := inventory.ParseSystem(name)
	c.Kind = inventory.System
	if values["VERSION_ID"] != "" {
		c.Version = values["VERSION_ID"]
	}
	c.CPE = values["CPE_NAME"]
	c.Distribution = values["ID"]
	if c.Version != "" {
		c.Distribution += "-" + c.Version
	}
	return c
}

// oldRelease is the system that a file such as "redhat-release" names.
func oldRelease(file, line string) *inventory.Component {
	switch {
	case line == "":
		return nil
	case file == "debian_version":
		return &inventory.Component{Kind: inventory.System, Vendor: "Debian", Name: "Debian", Version: line, Distribution: "debian-" + line}
	case file == "alpine-release":
		return &inventory.Component{Kind: inventory.System, Vendor: "Alpine", Name: "Alpine Linux", Version: line, Distribution: "alpine-" + line}
	}
	c := inventory.ParseSystem(line)
	if id := map[string]string{"Red Hat": "rhel", "CentOS": "centos", "Rocky": "rocky", "AlmaLinux": "almalinux", "Fedora": "fedora", "Oracle": "ol", "Amazon": "amzn"}[c.Vendor]; id != "" && c.Version != "" {
		c.Distribution = id + "-" + c.Version
	}
	return c
}
