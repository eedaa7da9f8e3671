package sbom

import (
	"seawall/internal/evidence/jsonpull"
	"seawall/internal/evidence/stream"
)

// cycloneJSON reads one document.
type cycloneJSON struct {
	*bill
	r     *jsonpull.Reader
	found []vulnerability
}

func readCycloneJSON(in *stream.Input) {
	c := &cycloneJSON{bill: newBill(in), r: jsonpull.New(in)}
	r := c.r
	r.Values(func() {
		r.Object(func(key string) {
			switch key {
			case "metadata":
				r.Object(c.metadata)
			case "components", "services":
				r.Array(func() { c.component(false) })
			case "vulnerabilities":
				r.Array(c.vulnerability)
			}
		})
	})
	c.flush()
	c.judge(c.found)
	in.Ended(r)
}

func (c *cycloneJSON) metadata(key string) {
	switch key {
	case "timestamp":
		c.in.Source.Time = when(c.r.String())
	case "component":
		c.component(true)
	case "tools":
		c.r.Skip()
	}
}

// component reads a component and those inside it.
func (c *cycloneJSON) component(subject bool) {
	r := c.r
	start, line := r.Offset(), r.Line()
	kind, vendor, group, name, version, purl, cpe, ref, path := "", "", "", "", "", "", "", "", ""
	r.Object(func(key string) {
		switch key {
		case "type":
			kind = r.String()
		case "publisher", "author":
			if vendor == "" {
				vendor = r.String()
			}
		case "supplier", "manufacturer":
			r.Object(func(key string) {
				if key == "name" {
					vendor = r.String()
				}
			})
		case "group":
			group = r.String()
		case "name":
			name = r.String()
		case "version":
			version = r.String()
		case "purl":
			purl = r.String()
		case "cpe":
			cpe = r.String()
		case "bom-ref":
			ref = r.String()
		case "evidence":
			path = c.place()
		case "components":
			r.Array(func() { c.component(false) })
		}
	})
	if name == "" {
		return
	}
	part := component(kind, vendor, group, name, version, purl, cpe)
	if ref != "" {
		c.byRef[ref] = part
	}
	if subject {
		c.subject = part
		return
	}
	if kind == "file" || kind == "data" {
		return
	}
	c.add(part, path, c.in.Cite(start, int(r.Offset()-start), line, name+" "+version))
}

// place reads where a component was found.
func (c *cycloneJSON) place() (path string) {
	r := c.r
	r.Object(func(key string) {
		if key != "occurrences" {
			return
		}
		r.Array(func() {
			r.Object(func(key string) {
				if key == "location" && path == "" {
					path = r.String()
				}
			})
		})
	})
	return path
}

func (c *cycloneJSON) vulnerability() {
	r := c.r
	start, line := r.Offset(), r.Line()
	var v vulnerability
	r.Object(func(key string) {
		switch key {
		case "id":
			v.id = r.String()
		case "references":
			r.Array(func() {
				r.Object(func(key string) {
					if key == "id" {
						v.aliases = append(v.aliases, r.String())
					}
				})
			})
		case "ratings":
			r.Array(func() { c.rating(&v) })
		case "description":
			v.title = stream.Shorten(r.String())
		case "recommendation":
			v.fix = stream.Shorten(r.String())
		case "created", "published":
			if t := when(r.String()); v.first == 0 {
				v.first = t
			}
		case "analysis":
			r.Object(func(key string) { c.analysis(&v, key) })
		case "affects":
			r.Array(func() { c.affects(&v) })
		}
	})
	v.where = c.in.Cite(start, int(r.Offset()-start), line, v.id)
	if v.id != "" {
		c.found = append(c.found, v)
	}
}

func (c *cycloneJSON) rating(v *vulnerability) {
	r := c.r
	severity, method, score := "", "", float32(0)
	r.Object(func(key string) {
		switch key {
		case "severity":
			severity = rating(r.String())
		case "method":
			method = r.String()
		case "score":
			score = float32(r.Float())
		}
	})
	if v.severity == "" {
		v.severity = severity
	}
	if v.score == 0 || method == "CVSSv3" || method == "CVSSv31" || method == "CVSSv4" {
		v.score = score
	}
}

func (c *cycloneJSON) analysis(v *vulnerability, key string) {
	r := c.r
	switch key {
	case "state":
		v.state = r.String()
	case "justification":
		v.justification = r.String()
	case "detail":
		v.detail = r.String()
	case "response":
		v.response = r.Strings()
	}
}

func (c *cycloneJSON) affects(v *vulnerability) {
	r := c.r
	var a affected
	r.Object(func(key string) {
		switch key {
		case "ref":
			a.ref = r.String()
		case "versions":
			r.Array(func() {
				var version affectedVersion
				r.Object(func(key string) {
					switch key {
					case "version", "range":
						version.version = r.String()
					case "status":
						version.status = r.String()
					}
				})
				a.versions = append(a.versions, version)
			})
		}
	})
	v.affects = append(v.affects, a)
}
