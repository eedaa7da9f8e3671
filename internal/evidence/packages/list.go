package packages

import (
	"bytes"
	"strings"

	"seawall/internal/evidence/stream"
	"seawall/internal/inventory"
)

// matchList recognises listings by their first lines: most must be lines that
// such tools write.
func matchList(head []byte, _ string) bool {
	text := stream.HeadText(head, 16<<10)
	if bytes.HasPrefix(text, []byte("Desired=Unknown/Install/Remove/Purge/Hold")) {
		return true
	}
	good, bad, sure := 0, 0, 0
	for line := range bytes.Lines(text) {
		if len(line) == 0 || line[len(line)-1] != '\n' && len(text) >= 16<<10 { // cut off
			break
		}
		trimmed := strings.TrimSpace(string(line))
		switch {
		case trimmed == "" || strings.HasPrefix(trimmed, "WARNING:") || trimmed == "Listing..." || trimmed == "Listing... Done" || strings.HasPrefix(trimmed, "Installed Packages"):
			continue
		case isPackageLine(trimmed):
			good++
			if hasArch(trimmed) {
				sure++
			}
		case line[len(line)-1] != '\n': // the file is cut off in it
		default:
			bad++
		}
		if good+bad >= 40 {
			break
		}
	}
	return sure >= 1 && good >= 1 && good >= 9*bad
}

func isPackageLine(line string) bool {
	_, ok := ListLine(line)
	return ok
}

// readList reads a listing, whatever tool made it.
func readList(in *stream.Input) {
	b := newBatch(in)
	lines := stream.NewLines(in)
	arch := false // lines name the architecture
	for lines.Next() {
		text := strings.TrimSpace(lines.Text)
		if text == "" {
			continue
		}
		c, ok := ListLine(text)
		if !ok {
			if strings.Contains(text, "-") && !strings.HasPrefix(text, "+++-") && !strings.HasPrefix(text, "||/") && !strings.HasPrefix(text, "|") && !strings.HasPrefix(text, "rc ") && !strings.HasPrefix(text, "un ") && !strings.HasPrefix(text, "Listing") {
				in.Note(lines.Offset, lines.Number, "line names no package")
			}
			continue
		}
		if lines.Cut && arch && c.Arch == "" {
			in.Lost(lines.Offset, lines.Number, "the listing ends inside a line, which is not used")
			break
		}
		arch = arch || c.Arch != ""
		b.add(c, in.Cite(lines.Offset, lines.Length, lines.Number, text))
	}
	b.flush()
}

// ListLine reads a line of "dpkg -l", "apt list --installed", "apk list -I",
// "rpm -qa", or of "rpm -qa --qf" with the usual fields. Packages that are not
// installed are no packages.
func ListLine(line string) (*inventory.Component, bool) {
	line = strings.TrimSpace(line)
	fields := strings.FieldsFunc(line, func(c rune) bool { return c == ' ' || c == '\t' || c == '|' || c == ',' || c == ';' })
	switch {
	case len(fields) >= 3 && (fields[0] == "ii" || fields[0] == "hi"):
		return dpkgLine(fields)
	case len(fields) >= 3 && len(fields[0]) <= 3 && strings.Trim(fields[0], "uirphncHUFWtR") == "": // dpkg: removed, half installed
		return nil, false
	case strings.HasSuffix(line, "]") && strings.Contains(line, "[installed"):
		return installedLine(fields)
	case len(fields) == 1:
		return rpmName(fields[0])
	case len(fields) >= 2 && len(fields) <= 6:
		if c, ok := rpmFields(fields); ok {
			return c, true
		}
		// "rpm -qa --last", Nessus: the name, then when it was installed.
		if c, ok := rpmName(fields[0]); ok && hasDist(c.Version) {
			return c, true
		}
	case len(fields) > 6:
		if c, ok := rpmName(fields[0]); ok && hasDist(c.Version) {
			return c, true
		}
	}
	return nil, false
}

// dpkgLine reads "ii  libc6:amd64  2.36-9+deb12u4  amd64  GNU C Library".
func dpkgLine(f []string) (*inventory.Component, bool) {
	name, arch, _ := strings.Cut(f[1], ":")
	if !startsWithDigit(f[2]) {
		return nil, false
	}
	if arch == "" && len(f) > 3 && arches[f[3]] {
		arch = f[3]
	}
	return &inventory.Component{Kind: inventory.Package, Ecosystem: "deb", Name: name, Version: f[2], Arch: arch}, true
}

// installedLine reads "acl/stable,now 2.3.1-3 amd64 [installed]" of apt and
// "musl-1.2.4-r2 x86_64 {musl} (MIT) [installed]" of apk.
func installedLine(f []string) (*inventory.Component, bool) {
	if name, _, ok := strings.Cut(f[0], "/"); ok {
		for i := 1; i+1 < len(f); i++ {
			if arches[f[i+1]] {
				return &inventory.Component{Kind: inventory.Package, Ecosystem: "deb", Name: name, Version: f[i], Arch: f[i+1]}, true
			}
		}
		return nil, false
	}
	name, version, ok := cutAPK(f[0])
	if !ok || len(f) < 2 {
		return nil, false
	}
	c := &inventory.Component{Kind: inventory.Package, Ecosystem: "apk", Name: name, Version: version, Arch: f[1]}
	if len(f) > 2 && strings.HasPrefix(f[2], "{") {
		if origin := strings.Trim(f[2], "{}"); origin != name {
			c.SourceName = origin
		}
	}
	return c, true
}

// cutAPK parts "busybox-1.36.1-r2".
func cutAPK(text string) (name, version string, ok bool) {
	release := strings.LastIndex(text, "-r")
	if release <= 0 {
		return "", "", false
	}
	i := strings.LastIndexByte(text[:release], '-')
	if i <= 0 {
		return "", "", false
	}
	return text[:i], text[i+1:], true
}

// rpmName reads "openssl-libs-1.0.2k-19.el7.x86_64": a name that may hold
// hyphens, a version and a release that may not. The epoch is not in it.
func rpmName(text string) (*inventory.Component, bool) {
	text = strings.TrimSuffix(text, ".rpm")
	c := &inventory.Component{Kind: inventory.Package, Ecosystem: "rpm", EpochUnknown: true}
	if i := strings.LastIndexByte(text, '.'); i > 0 && arches[text[i+1:]] {
		text, c.Arch = text[:i], text[i+1:]
	}
	release := strings.LastIndexByte(text, '-')
	if release <= 0 {
		return nil, false
	}
	version := strings.LastIndexByte(text[:release], '-')
	if version <= 0 || !rpmWord(text[:version], "+._-") || !rpmWord(text[version+1:], "+._-~^:") || release+1 >= len(text) {
		return nil, false
	}
	if c.Arch == "" && !hasDist(text) && text[:version] != "gpg-pubkey" {
		return nil, false
	}
	c.Name, c.Version = text[:version], text[version+1:]
	if epoch, rest, ok := strings.Cut(c.Version, ":"); ok { // name-epoch:version-release, of --nevra
		c.Version, c.EpochUnknown = epoch+":"+rest, false
	}
	return c, startsWithDigitOrLetter(c.Version)
}

// rpmFields reads the fields of a query format: name, perhaps epoch, version,
// release, perhaps architecture, or the three in the middle as one.
func rpmFields(f []string) (*inventory.Component, bool) {
	c := &inventory.Component{Kind: inventory.Package, Ecosystem: "rpm", Name: f[0], EpochUnknown: true}
	if !rpmWord(f[0], "+._-") {
		return nil, false
	}
	f = f[1:]
	if n := len(f); arches[f[n-1]] {
		c.Arch, f = f[n-1], f[:n-1]
	} else if n > 1 && arches[f[n-2]] { // a source package or date behind it
		c.Arch = f[n-2]
		if source, ok := strings.CutSuffix(f[n-1], ".src.rpm"); ok {
			if s, ok := rpmName(source + ".noarch"); ok {
				c.SourceName, c.SourceVersion = s.Name, s.Version
			}
		}
		f = f[:n-2]
	}
	switch len(f) {
	case 1:
		c.Version = f[0]
		if !strings.Contains(f[0], "-") || c.Arch == "" && !hasDist(f[0]) {
			return nil, false
		}
	case 2:
		c.Version = f[0] + "-" + f[1]
		if c.Arch == "" && !hasDist(f[1]) {
			return nil, false
		}
	case 3:
		c.EpochUnknown = false
		c.Version = f[1] + "-" + f[2]
		if f[0] != "(none)" && f[0] != "0" {
			if strings.Trim(f[0], "0123456789") != "" {
				return nil, false
			}
			c.Version = f[0] + ":" + c.Version
		}
		if c.Arch == "" && !hasDist(f[2]) {
			return nil, false
		}
	default:
		return nil, false
	}
	if rest, ok := strings.CutPrefix(c.Version, "(none):"); ok {
		c.Version, c.EpochUnknown = rest, false
	} else if epoch, rest, ok := strings.Cut(c.Version, ":"); ok && strings.Trim(epoch, "0123456789") == "" {
		c.EpochUnknown = false
		if epoch == "0" {
			c.Version = rest
		}
	}
	return c, startsWithDigitOrLetter(c.Version) && rpmWord(c.Version, "+._-~^:")
}

var arches = map[string]bool{
	"x86_64": true, "amd64": true, "noarch": true, "all": true, "any": true, "i386": true, "i486": true, "i586": true, "i686": true, "aarch64": true, "arm64": true, "armhf": true, "armv7": true, "armv7hl": true,
	"ppc64le": true, "ppc64": true, "ppc": true, "s390x": true, "riscv64": true, "mips": true, "(none)": true, "x86": true, "armel": true,
}

// hasArch reports whether a line names an architecture, or a distribution in
// its version: what ordinary text does not.
func hasArch(line string) bool {
	for _, f := range strings.FieldsFunc(line, func(c rune) bool { return c == ' ' || c == '\t' || c == '|' || c == ',' || c == '.' }) {
		if arches[f] && f != "any" && f != "all" {
			return true
		}
	}
	return hasDist(line) || strings.HasPrefix(line, "ii ")
}

// distTags mark the releases of rpm packages with their distribution.
var distTags = []string{".el5", ".el6", ".el7", ".el8", ".el9", ".el10", ".fc", ".amzn", ".suse", "lp15", "-150", ".mga", ".oe", ".cm", ".azl", ".ph", ".module"}

func hasDist(text string) bool {
	for _, tag := range distTags {
		if strings.Contains(text, tag) {
			return true
		}
	}
	return false
}

func rpmWord(text, also string) bool {
	for i := range len(text) {
		c := text[i]
		if !(c >= '0' && c <= '9' || c|0x20 >= 'a' && c|0x20 <= 'z' || strings.IndexByte(also, c) >= 0) {
			return false
		}
	}
	return text != ""
}

func startsWithDigit(s string) bool { return s != "" && s[0] >= '0' && s[0] <= '9' }

func startsWithDigitOrLetter(s string) bool {
	return startsWithDigit(s) || s != "" && s[0]|0x20 >= 'a' && s[0]|0x20 <= 'z'
}
