package inventory

import (
	"path"
	"strings"
)

// name chooses what to call the device, and its stable id. Keys that people
// know come first; a file is called by its own name, never by its whole path.
func (d *Device) name() {
	strongest := d.Keys[0]
	d.ID = strongest.Kind.String() + ":" + strongest.Value
	for _, kind := range []KeyKind{FQDN, Name, Alias, Address, Serial} {
		for _, k := range d.Keys {
			if k.Kind == kind {
				d.Name = k.Value
				return
			}
		}
	}
	for _, k := range d.Keys {
		if d.Name = artifactName(k); d.Name != "" {
			return
		}
	}
	for _, kind := range []KeyKind{Place, MAC, ID} {
		for _, k := range d.Keys {
			if k.Kind != kind {
				continue
			}
			d.Name = k.Value
			if kind == Place {
				d.Name = lastPart(k.Value)
				if k.Value == "/" {
					d.Name = "this computer"
				}
			}
			return
		}
	}
}

// artifactName is what an application or image is called by: what its bill of
// materials or scan is of. "" if the key is of something else, or only says
// "here".
func artifactName(k Key) string {
	if k.Kind != ID {
		return ""
	}
	if name, ok := strings.CutPrefix(k.Value, "artifact:"); ok {
		name = strings.Trim(name, `"' `)
		if isPath(name) {
			return lastPart(name)
		}
		if name, digest, pinned := strings.Cut(name, "@sha256:"); pinned {
			return name + "@" + short(digest)
		}
		return name
	}
	if digest, ok := strings.CutPrefix(k.Value, "image:sha256:"); ok {
		return "image " + short(digest)
	}
	return ""
}

// short is the beginning of a digest, as the tools of containers show it.
func short(digest string) string { return digest[:min(len(digest), 12)] }

// isPath tells a file's path from the name of an image, which may have slashes
// too: "registry.example.org/shop:1".
func isPath(name string) bool {
	drive := len(name) > 2 && name[1] == ':' && name[2] == '\\'
	return name == "" || drive || name[0] == '/' || name[0] == '.' || name[0] == '\\' || strings.HasPrefix(name, "file:")
}

// lastPart is the last part of a path that says anything, "" if none does. Of a
// folder named only for a version, the part above stays with it.
func lastPart(name string) string {
	name = strings.TrimRight(strings.ReplaceAll(name, `\`, "/"), "/!")
	base := path.Base(name)
	switch {
	case base == "" || strings.Trim(base, "./") == "":
		return ""
	case base[0] >= '0' && base[0] <= '9' && !strings.ContainsAny(base, "abcdefghijklmnopqrstuvwxyz"):
		if above := path.Base(path.Dir(name)); strings.Trim(above, "./") != "" {
			return above + "@" + base
		}
	}
	return base
}

// distinguish adds the folder to the names of devices that are called by files
// of the same name.
func distinguish(devices []*Device) {
	same := map[string]int{}
	for _, d := range devices {
		same[d.Name]++
	}
	for _, d := range devices {
		if same[d.Name] < 2 {
			continue
		}
		for _, k := range d.Keys {
			if k.Kind == Place && lastPart(k.Value) == d.Name {
				above := path.Base(path.Dir(strings.TrimRight(k.Value, "/!")))
				if above = strings.TrimRight(above, "!"); strings.Trim(above, "./") != "" {
					d.Name += " (" + above + ")"
				}
				break
			}
		}
	}
}
