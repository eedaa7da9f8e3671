package sbom

import (
	"seawall/internal/evidence/jsonpull"
	"seawall/internal/evidence/stream"
	"seawall/internal/inventory"
)

// readSyft reads Syft's own form.
func readSyft(in *stream.Input) {
	b, r := newBill(in), jsonpull.New(in)
	in.Source.Tool = "Syft"
	r.Values(func() {
		r.Object(func(key string) {
			switch key {
			case "artifacts":
				r.Array(func() { b.syftArtifact(r) })
			case "distro":
				b.syftSystem(r)
			case "source":
				r.Object(func(key string) {
					if key == "name" {
						b.subject = &inventory.Component{Name: r.String()}
					}
				})
			}
		})
	})
	b.flush()
	in.Ended(r)
}

func (b *bill) syftArtifact(r *jsonpull.Reader) {
	start, line := r.Offset(), r.Line()
	name, version, purl, cpe, path := "", "", "", "", ""
	r.Object(func(key string) {
		switch key {
		case "name":
			name = r.String()
		case "version":
			version = r.String()
		case "purl":
			purl = r.String()
		case "cpes":
			r.Array(func() {
				if r.Kind() == '"' {
					if c := r.String(); cpe == "" {
						cpe = c
					}
					return
				}
				r.Object(func(key string) {
					if key == "cpe" && cpe == "" {
						cpe = r.String()
					}
				})
			})
		case "locations":
			r.Array(func() {
				r.Object(func(key string) {
					if key == "path" && path == "" {
						path = r.String()
					}
				})
			})
		}
	})
	if name != "" {
		b.add(component("", "", "", name, version, purl, cpe), path, b.in.Cite(start, int(r.Offset()-start), line, name+" "+version))
	}
}

func (b *bill) syftSystem(r *jsonpull.Reader) {
	start, line := r.Offset(), r.Line()
	id, version, name := "", "", ""
	r.Object(func(key string) {
		switch key {
		case "id":
			id = r.String()
		case "versionID":
			version = r.String()
		case "prettyName":
			name = r.String()
		}
	})
	if id == "" {
		return
	}
	c := inventory.ParseSystem(name)
	c.Version, c.Distribution = version, id+"-"+version
	b.add(c, "", b.in.Cite(start, int(r.Offset()-start), line, name))
}
