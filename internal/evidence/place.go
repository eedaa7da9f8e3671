package evidence

import (
	"path"
	"strings"
)

// systemFiles are files that every system keeps at the same place: what stands
// before is the root of the system's files in the evidence.
var systemFiles = []string{
	"/var/lib/dpkg/status", "/etc/os-release", "/usr/lib/os-release", "/etc/hostname", "/lib/apk/db/installed", "/usr/lib/opkg/status",
	"/etc/redhat-release", "/etc/debian_version", "/etc/alpine-release", "/nsconfig/ns.conf", "/nsconfig/loader.conf", "/flash/boot/loader.conf",
}

// systemFolders are folders at the root of a system that evidence of something
// else rarely has in its path.
var systemFolders = []string{
	"/var/lib/", "/var/log/", "/usr/share/", "/usr/lib/", "/usr/local/", "/opt/", "/etc/", "/srv/",
	"/program files/", "/program files (x86)/", "/programdata/", "/inetpub/", "/windows/", "/users/",
}

// HostPlace returns the part of a path that stands for the device whose file
// it is: the folder of its root, with a slash at its end. Files of one device
// that were collected with their paths share it. known is false if the path
// does not show where the device's files begin: the place is then the file
// itself, or the outermost Java archive it is in.
func HostPlace(name string) (place string, known bool) {
	slashed := outsideJava(strings.ReplaceAll(name, "\\", "/"))
	lower := strings.ToLower(slashed)
	for _, f := range systemFiles {
		if i := strings.Index(lower, f); i >= 0 { // at the very start: this computer
			return slashed[:i+1], true
		}
	}
	first := -1
	for _, f := range systemFolders {
		if i := strings.Index(lower, f); i > 0 && (first < 0 || i < first) {
			first = i
		}
	}
	if first > 0 {
		return slashed[:first+1], true
	}
	return slashed, false
}

// outsideJava cuts a path behind the outermost Java archive in it.
func outsideJava(name string) string {
	for at := 0; ; {
		i := strings.Index(name[at:], "!/")
		if i < 0 {
			return name
		}
		at += i
		if isJava(name[:at]) {
			return name[:at]
		}
		at += len("!/")
	}
}

// HostFolder is HostPlace for files that many of one device lie together: the
// folder, or the archive around it, if the path does not show more.
func HostFolder(name string) string {
	place, known := HostPlace(name)
	if known {
		return place
	}
	if i := strings.LastIndex(place, "!/"); i > 0 {
		return place[:i]
	}
	return path.Dir(place)
}
