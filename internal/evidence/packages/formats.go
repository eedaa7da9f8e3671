// Package packages reads what is installed on a Unix host: the databases of
// dpkg, opkg, apk and rpm, listings made from them, and os-release.
package packages

import (
	"bytes"
	"strings"

	"seawall/internal/evidence"
	"seawall/internal/evidence/stream"
	"seawall/internal/inventory"
)

// Formats lists the databases and listings.
func Formats() []evidence.Format {
	return []evidence.Format{
		stream.Format(evidence.Format{
			ID: "dpkg-status", Title: "Debian package database (dpkg, opkg)",
			Notes: "installed packages with source package and version; removed ones that left files behind are not installed",
			Match: matchStatus, Copies: true,
		}, readStatus),
		stream.Format(evidence.Format{
			ID: "apk-installed", Title: "Alpine package database (apk)",
			Notes: "installed packages with their origin",
			Match: matchAPK, Copies: true,
		}, readAPK),
		{
			ID: "rpmdb", Title: "RPM database (Berkeley DB, ndb, SQLite)",
			Notes: "installed packages with epoch and source package",
			Match: matchRPMDB, Copies: true, Sequential: true, Open: openRPMDB,
		},
		stream.Format(evidence.Format{
			ID: "os-release", Title: "Unix system identification (os-release, hostname)",
			Notes: "distribution and version of a host",
			Match: matchRelease, Copies: true,
		}, readRelease),
		stream.Format(evidence.Format{
			ID: "package-list", Title: "Package listing (dpkg -l, apt list, rpm -qa, apk list)",
			Notes: "installed packages; \"rpm -qa\" leaves epochs out, which is noted",
			Match: matchList, Copies: true,
		}, readList),
	}
}

// atOnce is how many packages an observation holds: large enough to be cheap,
// small enough that a broken file loses little.
const atOnce = 512

// batch collects the packages of one host.
type batch struct {
	in    *stream.Input
	o     *inventory.Observation
	place string
}

func newBatch(in *stream.Input) *batch {
	in.Source.Vantage = inventory.OnHost
	place, _ := evidence.HostPlace(in.File.Path)
	return &batch{in: in, place: place}
}

// add notes a package.
func (b *batch) add(c *inventory.Component, where inventory.Citation) {
	if b.o == nil {
		b.o = &inventory.Observation{Where: where, Software: make([]inventory.Software, 0, 64)}
		b.o.Identify(inventory.Place, b.place)
	}
	b.o.Software = append(b.o.Software, inventory.Software{Component: c, Where: where, Confidence: inventory.Installed})
	if len(b.o.Software) == atOnce {
		b.flush()
	}
}

// name notes what the system is called.
func (b *batch) name(host string, where inventory.Citation) {
	b.o = &inventory.Observation{Where: where}
	b.o.Identify(inventory.Place, b.place)
	b.o.Identify(inventory.Name, host)
	b.flush()
}

func (b *batch) flush() {
	if b.o != nil {
		b.in.Emit(b.o)
		b.o = nil
	}
}

func matchStatus(head []byte, name string) bool {
	if strings.HasSuffix(name, "-old") { // dpkg's copy of what was installed before
		return false
	}
	text := bytes.TrimLeft(head[:min(len(head), 16<<10)], "\xef\xbb\xbf\r\n")
	if !bytes.HasPrefix(text, []byte("Package: ")) {
		return false
	}
	paragraph, _, _ := bytes.Cut(text, []byte("\n\n"))
	return bytes.Contains(paragraph, []byte("\nVersion:")) || bytes.Contains(paragraph, []byte("\nStatus:"))
}

func matchAPK(head []byte, _ string) bool {
	text := bytes.TrimLeft(head[:min(len(head), 8<<10)], "\r\n")
	if len(text) < 3 || text[1] != ':' {
		return false
	}
	paragraph, _, _ := bytes.Cut(append([]byte("\n"), text...), []byte("\n\n"))
	return bytes.Contains(paragraph, []byte("\nP:")) && bytes.Contains(paragraph, []byte("\nV:"))
}

// isHostname reports whether a file holds one name and nothing else.
func isHostname(head []byte) bool {
	name := bytes.TrimSpace(head)
	return len(name) > 0 && len(name) <= 253 && !bytes.ContainsFunc(name, func(c rune) bool {
		return !(c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '-' || c == '.' || c == '_')
	})
}

func matchRelease(head []byte, name string) bool {
	if len(head) > 4096 {
		return false
	}
	text := "\n" + strings.TrimPrefix(string(head), "\ufeff")
	if strings.Contains(text, "\nID=") && (strings.Contains(text, "\nNAME=") || strings.Contains(text, "\nVERSION_ID=") || strings.Contains(text, "\nPRETTY_NAME=")) {
		return true
	}
	switch strings.ToLower(name) {
	case "hostname":
		return isHostname(head)
	case "redhat-release", "centos-release", "system-release", "debian_version", "alpine-release", "suse-release":
		return bytes.Count(head, []byte("\n")) <= 4
	}
	return false
}
