// Package jar answers "which Java libraries are in this archive, and can Log4j
// in it be made to load code?" for jar, war and ear files, by their content.
package jar

import (
	"archive/zip"
	"bytes"
	"path"
	"strings"

	"seawall/internal/evidence"
	"seawall/internal/inventory"
	"seawall/record"
)

// Formats lists the one format that looks at Java archives.
func Formats() []evidence.Format {
	return []evidence.Format{{
		ID: "java-archive", Title: "Java archive (jar, war, ear, jmod)",
		Notes:   "libraries by Maven properties, manifest or name, nested and shaded ones too; Log4j by the content of its classes",
		Match:   func([]byte, string) bool { return false }, // archives are shown to Archive
		Archive: read,
	}}
}

// maxEntry bounds what is read of one file inside an archive: far more than
// any of those looked at has.
const maxEntry = 4 << 20

// maxLibraries bounds the properties files read of one archive.
const maxLibraries = 4096

// archive is what was read of one archive.
type archive struct {
	path      string
	libraries []library
	manifest  map[string]string
	where     inventory.Citation // of the manifest
	log4j     log4j
	problems  []evidence.Problem
}

// library is a library as its Maven properties name it.
type library struct {
	group, artifact, version string
	where                    inventory.Citation
}

func read(file *evidence.File, a *evidence.Archive) evidence.Decoder {
	r := &archive{path: file.Path}
	for _, f := range a.Files {
		kind := classify(f.Name)
		if kind == other || f.UncompressedSize64 > 64*maxEntry {
			continue
		}
		if kind == properties && len(r.libraries) >= maxLibraries {
			continue
		}
		content, err := a.Read(f, maxEntry)
		if err != nil {
			r.problems = append(r.problems, evidence.Problem{Path: file.Path + "!/" + f.Name, Offset: -1, Lost: true, What: "cannot be decompressed: " + err.Error()})
		}
		r.take(kind, f, content)
	}
	if !r.telling() {
		return nil
	}
	return r
}

type entry uint8

const (
	other entry = iota
	properties
	manifest
	lookupClass
	managerClass
)

// classify says what a file in an archive is by its name. Shaded copies keep
// the names of classes but not their folders.
func classify(name string) entry {
	name = strings.ReplaceAll(name, "\\", "/")
	switch path.Base(name) {
	case "pom.properties":
		return properties
	case "MANIFEST.MF":
		if strings.EqualFold(name, "META-INF/MANIFEST.MF") {
			return manifest
		}
	case "JndiLookup.class":
		return lookupClass
	case "JndiManager.class":
		return managerClass
	}
	return other
}

func (r *archive) take(kind entry, f *zip.File, content []byte) {
	where := inventory.Citation{Origin: record.Origin{Path: r.path + "!/" + f.Name, Length: len(content)}}
	switch kind {
	case properties:
		values := keyValues(content)
		l := library{group: values["groupid"], artifact: values["artifactid"], version: values["version"], where: where}
		l.where.Excerpt = l.group + ":" + l.artifact + ":" + l.version
		if l.artifact != "" {
			r.libraries = append(r.libraries, l)
		}
	case manifest:
		r.manifest = manifestValues(content)
		r.where = where
	case lookupClass:
		r.log4j.lookup(content, where)
	case managerClass:
		r.log4j.manager(content, where)
	}
}

// telling reports whether there is anything to say.
func (r *archive) telling() bool {
	_, own := r.own()
	return own || len(r.libraries) > 0 || r.log4j.seen() || len(r.problems) > 0
}

// Decode says what was read when the archive was opened.
func (r *archive) Decode(_ *evidence.Block, sink evidence.Sink) {
	for _, p := range r.problems {
		sink.Problem(p)
	}
	source := &inventory.Source{Path: r.path, Format: "java-archive", Vantage: inventory.OnHost}
	o := &inventory.Observation{Source: source, Where: inventory.Citation{Origin: record.Origin{Path: r.path}}}
	o.Identify(inventory.Place, evidence.HostFolder(r.path))
	for _, l := range r.libraries {
		o.Software = append(o.Software, r.software(l))
	}
	if own, ok := r.own(); ok && len(r.libraries) == 0 {
		o.Software = append(o.Software, r.software(own))
	}
	r.log4j.judge(r, o)
	if len(o.Software)+len(o.Claims) > 0 {
		sink.Inventory(o)
	}
}

// Close does nothing: all is said at once.
func (r *archive) Close(evidence.Sink) {}

func (r *archive) software(l library) inventory.Software {
	return inventory.Software{
		Component: &inventory.Component{
			Kind: inventory.Library, Ecosystem: "maven", Namespace: l.group, Name: l.artifact, Version: l.version,
		},
		Path: r.path, Where: l.where, Confidence: inventory.Installed,
	}
}

// own is what the archive itself is, by its manifest and file name.
func (r *archive) own() (library, bool) {
	if len(r.manifest) == 0 && !strings.HasSuffix(strings.ToLower(r.path), ".jar") {
		return library{}, false
	}
	base := path.Base(strings.ReplaceAll(r.path, "\\", "/"))
	name, version := splitName(strings.TrimSuffix(base, path.Ext(base)))
	m := r.manifest
	l := library{artifact: name, version: version, where: r.where}
	if l.where.Path == "" {
		l.where = inventory.Citation{Origin: record.Origin{Path: r.path}}
	}
	l.group = firstOf(m["implementation-vendor-id"], groupOf(m["bundle-symbolicname"]), groupOf(m["automatic-module-name"]))
	l.version = firstOf(l.version, m["implementation-version"], m["bundle-version"], m["specification-version"], m["plugin-version"])
	if group, known := strings.CutSuffix(l.group, "."+l.artifact); known {
		l.group = group
	}
	if len(m) == 0 || l.version == "" || l.artifact == "" {
		return l, l.version != "" && l.artifact != ""
	}
	l.where.Excerpt = l.artifact + " " + l.version
	return l, true
}

func firstOf(values ...string) string {
	for _, v := range values {
		if v = strings.TrimSpace(v); v != "" && !strings.HasPrefix(v, "${") {
			return v
		}
	}
	return ""
}

// groupOf takes the group out of a symbolic name such as
// "org.apache.logging.log4j.core;singleton:=true".
func groupOf(symbolic string) string {
	symbolic, _, _ = strings.Cut(symbolic, ";")
	if symbolic = strings.TrimSpace(symbolic); strings.Count(symbolic, ".") < 1 || strings.ContainsAny(symbolic, " ${}") {
		return ""
	}
	return symbolic
}

// splitName parts "commons-io-2.11.0" into name and version.
func splitName(base string) (name, version string) {
	for i := 0; i+1 < len(base); i++ {
		if base[i] == '-' && base[i+1] >= '0' && base[i+1] <= '9' {
			return base[:i], base[i+1:]
		}
	}
	return base, ""
}

// keyValues reads a Java properties file; keys in lower case.
func keyValues(content []byte) map[string]string {
	values := map[string]string{}
	for line := range bytes.Lines(content) {
		line = bytes.TrimSpace(line)
		if len(line) == 0 || line[0] == '#' || line[0] == '!' {
			continue
		}
		i := bytes.IndexAny(line, "=:")
		if i > 0 {
			values[strings.ToLower(string(bytes.TrimSpace(line[:i])))] = string(bytes.TrimSpace(line[i+1:]))
		}
	}
	return values
}

// manifestValues reads the main section of a manifest; keys in lower case. A
// line that starts with a blank goes on with the one before.
func manifestValues(content []byte) map[string]string {
	values := map[string]string{}
	key := ""
	for line := range bytes.Lines(content) {
		line = bytes.TrimRight(line, "\r\n")
		switch {
		case len(line) == 0:
			if len(values) > 0 {
				return values
			}
		case line[0] == ' ':
			if key != "" {
				values[key] += string(line[1:])
			}
		default:
			name, value, ok := bytes.Cut(line, []byte(":"))
			if key = ""; ok && len(values) < 256 {
				key = strings.ToLower(string(bytes.TrimSpace(name)))
				values[key] = string(bytes.TrimSpace(value))
			}
		}
	}
	return values
}
