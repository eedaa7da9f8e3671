package scan

import (
	"path/filepath"
	"strings"

	"seawall/internal/activity"
)

// hostHints guess the host that a file of evidence came from by the folder it
// lies in: collections hold a folder or an archive for each host. It is used
// for logs only that do not name their host themselves.
type hostHints struct {
	roots    []string
	lastPath string
	last     string
	backends map[string]string // hosts behind load balancers, by the names there
}

func newHostHints(roots []string) *hostHints {
	h := &hostHints{backends: map[string]string{}}
	for _, r := range roots {
		h.roots = append(h.roots, filepath.ToSlash(filepath.Clean(r)))
	}
	return h
}

// host returns the host that an activity happened on whose log does not say:
// the server that a load balancer passed a request to, or the host of the
// folder. What sensors and firewalls see happened elsewhere.
func (h *hostHints) host(a *activity.Activity) string {
	switch a.Class {
	case activity.FlowSeen, activity.NameLookup, activity.Handshake, activity.ProtocolUse:
		return ""
	case activity.Request:
		if a.HTTP.Layer == activity.LayerSensor {
			return ""
		}
		if host := h.backend(a.HTTP.Backend); host != "" {
			return host
		}
	}
	if a.Record != nil {
		return h.of(a.Record.Origin.Path)
	}
	return h.of(a.Origin.Path)
}

// maxBackends bounds what is remembered; load balancers have fewer.
const maxBackends = 4096

func (h *hostHints) backend(name []byte) string {
	if len(name) == 0 || len(name) > 63 {
		return ""
	}
	host, ok := h.backends[string(name)]
	if !ok && len(h.backends) < maxBackends {
		if text := string(name); isHostLike(text) {
			host = strings.ToLower(text)
		}
		h.backends[string(name)] = host
	}
	return host
}

// of returns the host of a path in lower case, "" if no folder looks like one.
func (h *hostHints) of(path string) string {
	if path == h.lastPath {
		return h.last
	}
	h.lastPath, h.last = path, h.guess(filepath.ToSlash(path))
	return h.last
}

func (h *hostHints) guess(path string) string {
	rest := path
	for _, root := range h.roots {
		if below, ok := strings.CutPrefix(path, root+"/"); ok || path == root {
			if systemFolders[strings.ToLower(root[strings.LastIndexByte(root, '/')+1:])] || strings.HasPrefix(root, "/usr/") || strings.HasPrefix(root, "/etc/") {
				return ""
			}
			rest = below
			break
		}
	}
	elements := strings.Split(rest, "/")
	for _, e := range elements[:len(elements)-1] { // the last is the file
		if systemFolders[strings.ToLower(e)] {
			return "" // inside a system's own tree; nothing above named the host
		}
		e, opened := strings.CutSuffix(e, "!")
		archive := false
		for _, extension := range [...]string{".zip", ".tar.gz", ".tgz", ".tar", ".7z", ".tar.zst"} {
			if name, ok := strings.CutSuffix(e, extension); ok {
				e, archive = name, true
				break
			}
		}
		if isHostLike(e) && (archive || !opened) { // a compressed file is called for what it holds
			return strings.ToLower(e)
		}
	}
	return ""
}

// systemFolders are folders of an operating system: what lies below belongs to
// one host, whatever its folders are called.
var systemFolders = map[string]bool{
	"etc": true, "var": true, "usr": true, "opt": true, "srv": true, "lib": true, "home": true, "root": true, "boot": true, "proc": true, "tmp": true,
	"windows": true, "users": true, "program files": true, "program files (x86)": true, "programdata": true, "inetpub": true,
}

// isHostLike tells a host's name from what folders are called otherwise: it
// has a digit or a hyphen, and is neither a date, an address' part nor a
// version.
func isHostLike(e string) bool {
	letters, digits, marks := 0, 0, 0
	for _, c := range e {
		switch {
		case c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z':
			letters++
		case c >= '0' && c <= '9':
			digits++
		case c == '-' || c == '.' || c == '_':
			marks++
		default:
			return false
		}
	}
	if letters < 2 || digits == 0 && !strings.Contains(e, "-") || len(e) > 63 || digits > 6 {
		return false
	}
	lower := strings.ToLower(e)
	for _, word := range [...]string{"log", "evidence", "export", "collect", "triage", "backup", "tomcat", "apache", "nginx", "httpd", "iis", "w3svc", "zeek", "suricata", "system32", "winevt", "python", "php", "jdk", "jre", "sample", "dev-", "test-", "case", "dataset"} {
		if strings.Contains(lower, word) {
			return false
		}
	}
	return true
}
