package imagescan

import (
	"strings"

	"seawall/internal/evidence/atom"
	"seawall/internal/evidence/jsonpull"
	"seawall/internal/evidence/stream"
	"seawall/internal/inventory"
)

// trivy reads one report.
type trivy struct {
	in             *stream.Input
	r              *jsonpull.Reader
	name, digest   string
	family, distro string // of the image's system
	system         *inventory.Software
}

func readTrivy(in *stream.Input) {
	t := &trivy{in: in, r: jsonpull.New(in)}
	in.Source.Tool, in.Source.Vantage = "Trivy", inventory.OnHost
	t.r.Values(func() {
		t.r.Object(t.top)
	})
	t.emitSystem()
	unfinished(in, t.r)
}

// top takes a field of the report, or of an item of the old list form.
func (t *trivy) top(key string) {
	r := t.r
	switch key {
	case "ArtifactName":
		t.name = r.String()
	case "CreatedAt":
		t.in.Source.Time = atom.RFC3339(r.String())
	case "ClusterName":
		t.name = r.String()
	case "Metadata":
		r.Object(t.metadata)
	case "Results":
		r.Array(t.result)
	case "Resources", "Vulnerabilities", "Misconfigurations", "Findings": // of a cluster; of the old form, if it names a target
		r.Array(t.resource)
	case "Target":
		t.name = r.String()
	case "Type":
		t.family = r.String()
	}
}

func (t *trivy) metadata(key string) {
	r := t.r
	switch key {
	case "OS":
		start, line := r.Offset(), r.Line()
		c := &inventory.Component{Kind: inventory.System}
		r.Object(func(key string) {
			switch key {
			case "Family":
				c.Name = r.String()
			case "Name":
				c.Version = r.String()
			}
		})
		if c.Name != "" {
			c.Distribution = c.Name + "-" + c.Version
			t.distro = c.Distribution
			t.system = &inventory.Software{Component: c, Confidence: inventory.Installed, Where: t.in.Cite(start, int(r.Offset()-start), line, c.Name+" "+c.Version)}
		}
	case "ImageID":
		t.digest = r.String()
	}
}

// emitSystem says what system the image is built on, once.
func (t *trivy) emitSystem() {
	if t.system == nil {
		return
	}
	o := &inventory.Observation{Where: t.system.Where, Software: []inventory.Software{*t.system}}
	artifact(t.in, o, t.name, t.digest)
	t.in.Emit(o)
}

// resource reads an object of a cluster, with results of its own, or, in the
// old list form, a vulnerability.
func (t *trivy) resource() {
	r := t.r
	start, line := r.Offset(), r.Line()
	kind, name, space := "", "", ""
	v := vulnerability{}
	r.Object(func(key string) {
		switch key {
		case "Namespace":
			space = r.String()
		case "Kind":
			kind = r.String()
		case "Name":
			name = r.String()
		case "Results":
			cluster := t.name
			t.name = strings.Join([]string{cluster, space, kind, name}, "/")
			r.Array(t.result)
			t.name = cluster
		default:
			v.field(r, key)
		}
	})
	if v.id != "" {
		o := t.observation(start, line)
		t.add(o, &v, t.name, t.family, start, line)
		t.in.Emit(o)
	}
}

func (t *trivy) observation(start int64, line uint64) *inventory.Observation {
	o := &inventory.Observation{Where: t.in.Cite(start, int(t.r.Offset()-start), line, t.name)}
	artifact(t.in, o, t.name, t.digest)
	return o
}

// result reads what was found in one target: the packages of the system, a
// lock file, a configuration file.
func (t *trivy) result() {
	r := t.r
	start, line := r.Offset(), r.Line()
	target, family := "", ""
	o := &inventory.Observation{}
	r.Object(func(key string) {
		switch key {
		case "Target":
			target = r.String()
		case "Type":
			family = r.String()
		case "Vulnerabilities":
			r.Array(func() {
				at, atLine := r.Offset(), r.Line()
				v := vulnerability{}
				r.Object(func(key string) { v.field(r, key) })
				t.add(o, &v, target, family, at, atLine)
			})
		case "Packages":
			r.Array(func() { t.listed(o, target, family) })
		case "Misconfigurations", "Secrets", "Licenses":
			r.Array(func() { t.weakness(o, key, target) })
		case "ExperimentalModifiedFindings":
			r.Array(func() { t.modified(o, target, family) })
		}
	})
	o.Where = t.in.Cite(start, int(r.Offset()-start), line, target)
	if len(o.Claims)+len(o.Software) > 0 {
		artifact(t.in, o, t.name, t.digest)
		t.in.Emit(o)
	}
}

// modified reads a finding that a VEX document or an ignore list took away.
func (t *trivy) modified(o *inventory.Observation, target, family string) {
	r := t.r
	start, line := r.Offset(), r.Line()
	v := vulnerability{}
	status, statement := "", ""
	r.Object(func(key string) {
		switch key {
		case "Status":
			status = r.String()
		case "Statement":
			statement = r.String()
		case "Finding":
			r.Object(func(key string) { v.field(r, key) })
		}
	})
	if v.id == "" {
		return
	}
	t.add(o, &v, target, family, start, line)
	c := &o.Claims[len(o.Claims)-1]
	c.Verdict, c.Output = inventory.NotAffected, strings.TrimSpace(status+": "+statement)
}

// vulnerability is one finding.
type vulnerability struct {
	id, pkg, path, purl, installed, fixed, title, severity, status, source string
	vendorIDs                                                              []string
	score                                                                  float32
}

func (v *vulnerability) field(r *jsonpull.Reader, key string) {
	switch key {
	case "VulnerabilityID":
		v.id = r.String()
	case "VendorIDs":
		v.vendorIDs = r.Strings()
	case "PkgName":
		v.pkg = r.String()
	case "PkgPath":
		v.path = r.String()
	case "PkgIdentifier":
		r.Object(func(key string) {
			if key == "PURL" {
				v.purl = r.String()
			}
		})
	case "InstalledVersion":
		v.installed = r.String()
	case "FixedVersion":
		v.fixed = r.String()
	case "Status":
		v.status = r.String()
	case "Title":
		v.title = r.String()
	case "Severity":
		v.severity = strings.ToLower(r.String())
	case "SeveritySource":
		v.source = r.String()
	case "CVSS":
		r.Object(func(string) {
			r.Object(func(key string) {
				if key == "V3Score" || key == "V40Score" {
					v.score = max(v.score, float32(r.Float()))
				}
			})
		})
	}
}

func (t *trivy) add(o *inventory.Observation, v *vulnerability, target, family string, start int64, line uint64) {
	if v.id == "" {
		return
	}
	c := inventory.FromPURL(v.purl)
	if c == nil {
		c = t.component(v.pkg, v.installed, family)
	}
	if c.Version == "" {
		c.Version = v.installed
	}
	path := v.path
	if path == "" && c.Kind != inventory.Package {
		path = target
	}
	where := t.in.Cite(start, int(t.r.Offset()-start), line, v.pkg+" "+v.installed+" "+v.id)
	o.Software = append(o.Software, inventory.Software{Component: c, Path: path, Where: where, Confidence: inventory.Configured})
	o.Claims = append(o.Claims, inventory.Claim{
		Check: "trivy:" + v.id, Title: v.title, CVEs: inventory.CVEs(v.id), Identifiers: v.vendorIDs, Severity: rating(v.severity), Score: v.score,
		Verdict: inventory.Affected, Quality: inventory.Configured, Component: c, Path: path, Fixed: v.fixed, Output: v.status, Where: where,
	})
}

// component is a package that has no package URL: its type tells the ecosystem.
func (t *trivy) component(name, version, family string) *inventory.Component {
	c := &inventory.Component{Kind: inventory.Library, Ecosystem: Ecosystem(family), Name: name, Version: version}
	if c.Ecosystem == "maven" {
		if group, artifact, ok := strings.Cut(name, ":"); ok {
			c.Namespace, c.Name = group, artifact
		}
	}
	switch c.Ecosystem {
	case "deb", "rpm", "apk":
		c.Kind, c.Distribution = inventory.Package, t.distro
	}
	return c
}

func (t *trivy) listed(o *inventory.Observation, target, family string) {
	r := t.r
	start, line := r.Offset(), r.Line()
	name, version, release, epoch, purl, path, source, sourceVersion, arch := "", "", "", "", "", "", "", "", ""
	r.Object(func(key string) {
		switch key {
		case "Name":
			name = r.String()
		case "Version":
			version = r.String()
		case "Release":
			release = r.String()
		case "Epoch":
			epoch = r.String()
		case "Arch":
			arch = r.String()
		case "SrcName":
			source = r.String()
		case "SrcVersion":
			sourceVersion = r.String()
		case "FilePath":
			path = r.String()
		case "Identifier":
			r.Object(func(key string) {
				if key == "PURL" {
					purl = r.String()
				}
			})
		}
	})
	c := inventory.FromPURL(purl)
	if c == nil {
		c = t.component(name, version, family)
		c.Arch = arch
		if release != "" {
			c.Version += "-" + release
		}
		if epoch != "" && epoch != "0" {
			c.Version = epoch + ":" + c.Version
		}
	}
	if source != c.Name {
		c.SourceName, c.SourceVersion = source, sourceVersion
	}
	if path == "" && c.Kind != inventory.Package {
		path = target
	}
	if c.Name != "" {
		where := t.in.Cite(start, int(r.Offset()-start), line, c.Name+" "+c.Version)
		o.Software = append(o.Software, inventory.Software{Component: c, Path: path, Where: where, Confidence: inventory.Configured})
	}
}

// weakness reads a misconfiguration, a secret or a licence.
func (t *trivy) weakness(o *inventory.Observation, kind, target string) {
	r := t.r
	start, line := r.Offset(), r.Line()
	c := inventory.Claim{Verdict: inventory.Affected, Quality: inventory.Configured, Path: target}
	id, pkg, status := "", "", ""
	r.Object(func(key string) {
		switch key {
		case "ID", "RuleID", "AVDID":
			if id == "" {
				id = r.String()
			}
		case "Title", "Name":
			if c.Title == "" {
				c.Title = r.String()
			}
		case "PkgName":
			pkg = r.String()
		case "Severity":
			c.Severity = rating(strings.ToLower(r.String()))
		case "Status":
			status = r.String()
		case "Message", "Match":
			c.Output = stream.Shorten(r.String())
		}
	})
	if status == "PASS" {
		c.Verdict = inventory.NotAffected
	}
	if id == "" {
		id = strings.ToLower(strings.TrimSuffix(kind, "s")) + ":" + pkg
	}
	c.Check = "trivy:" + id
	c.Where = t.in.Cite(start, int(r.Offset()-start), line, id+" "+c.Title)
	o.Claims = append(o.Claims, c)
}

// rating is a severity in our words.
func rating(text string) string {
	switch text = strings.ToLower(text); text {
	case "critical", "high", "medium", "low":
		return text
	case "important":
		return "high"
	case "moderate":
		return "medium"
	case "negligible", "info", "informational", "none":
		return "info"
	}
	return ""
}

// ecosystems maps names that tools give to kinds of package lists to the types
// of package URLs.
var ecosystems = map[string]string{
	"debian": "deb", "ubuntu": "deb", "dpkg": "deb", "alpine": "apk", "wolfi": "apk", "chainguard": "apk",
	"redhat": "rpm", "centos": "rpm", "rocky": "rpm", "alma": "rpm", "amazon": "rpm", "oracle": "rpm", "fedora": "rpm", "photon": "rpm", "cbl-mariner": "rpm", "azurelinux": "rpm",
	"opensuse": "rpm", "opensuse.leap": "rpm", "suse linux enterprise server": "rpm", "suse": "rpm",
	"npm": "npm", "yarn": "npm", "pnpm": "npm", "node-pkg": "npm", "javascript": "npm",
	"pip": "pypi", "pipenv": "pypi", "poetry": "pypi", "python-pkg": "pypi", "python": "pypi", "pypi": "pypi", "uv": "pypi",
	"jar": "maven", "pom": "maven", "gradle": "maven", "java-archive": "maven", "maven": "maven",
	"gomod": "golang", "gobinary": "golang", "go-module": "golang", "go": "golang",
	"bundler": "gem", "gemspec": "gem", "gem": "gem", "rubygems": "gem",
	"composer": "composer", "php-composer": "composer", "packagist": "composer",
	"cargo": "cargo", "rustbinary": "cargo", "rust-crate": "cargo", "crates.io": "cargo",
	"nuget": "nuget", "dotnet-core": "nuget", "dotnet": "nuget", "packages-props": "nuget",
	"deb": "deb", "rpm": "rpm", "apk": "apk", "conan": "conan", "pub": "pub", "hex": "hex", "swift": "swift", "cocoapods": "cocoapods",
}

// Ecosystem returns the package URL type for what a tool calls a kind of
// packages, "" if it is not known.
func Ecosystem(name string) string {
	name, _, _ = strings.Cut(strings.ToLower(name), ":") // "Debian:12" of OSV
	return ecosystems[name]
}
