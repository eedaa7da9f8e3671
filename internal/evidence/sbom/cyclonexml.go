package sbom

import (
	"cmp"
	"strconv"
	"strings"

	"seawall/internal/evidence/markup"
	"seawall/internal/evidence/stream"
)

// cycloneXML reads one document.
type cycloneXML struct {
	*bill
	s     *markup.Scanner
	found []vulnerability
}

func readCycloneXML(in *stream.Input) {
	c := &cycloneXML{bill: newBill(in), s: markup.New(in)}
	c.s.Children(func(string) { c.s.Children(c.top) })
	c.flush()
	c.judge(c.found)
	if open := c.s.Open(); open != "" || c.s.Err() != nil {
		in.Lost(c.s.End, c.s.Line(), "the document ends inside <"+open+">; what stands before is used")
	}
}

func (c *cycloneXML) top(name string) {
	switch name {
	case "metadata":
		c.s.Children(func(name string) {
			switch name {
			case "timestamp":
				c.in.Source.Time = when(c.s.Text())
			case "component":
				c.component(true)
			}
		})
	case "components":
		c.s.Children(func(string) { c.component(false) })
	case "vulnerabilities":
		c.s.Children(func(string) { c.vulnerability("") })
	}
}

func (c *cycloneXML) component(subject bool) {
	s := c.s
	start, line := s.Start, s.StartLine
	kind, ref := s.Attr("type"), s.Attr("bom-ref")
	vendor, group, name, version, purl, cpe, path := "", "", "", "", "", "", ""
	first := len(c.found)
	s.Children(func(tag string) {
		switch tag {
		case "publisher", "author":
			if vendor == "" {
				vendor = s.Text()
			}
		case "supplier", "manufacturer":
			s.Children(func(tag string) {
				if tag == "name" {
					vendor = s.Text()
				}
			})
		case "group":
			group = s.Text()
		case "name":
			name = s.Text()
		case "version":
			version = s.Text()
		case "purl":
			purl = s.Text()
		case "cpe":
			cpe = s.Text()
		case "components":
			s.Children(func(string) { c.component(false) })
		case "vulnerabilities": // the extension of version 1.0 to 1.3
			s.Children(func(string) { c.vulnerability(ref) })
		case "evidence":
			path = c.place()
		}
	})
	if name == "" {
		return
	}
	part := component(kind, vendor, group, name, version, purl, cpe)
	ref = cmp.Or(ref, purl, name+"@"+version)
	c.byRef[ref] = part
	for i := first; i < len(c.found); i++ {
		// Some tools give each flaw a reference that leads nowhere: it is of the
		// component it stands in.
		if v := &c.found[i]; len(v.affects) == 0 || c.resolve(v.affects[0].ref) == nil {
			v.affects = []affected{{ref: ref}}
		}
	}
	if subject {
		c.subject = part
		return
	}
	if kind != "file" && kind != "data" {
		c.add(part, path, c.in.Cite(start, int(s.End-start), line, name+" "+version))
	}
}

func (c *cycloneXML) place() (path string) {
	c.s.Children(func(name string) {
		if name != "occurrences" {
			return
		}
		c.s.Children(func(string) {
			c.s.Children(func(name string) {
				if name == "location" && path == "" {
					path = c.s.Text()
				}
			})
		})
	})
	return path
}

func (c *cycloneXML) vulnerability(ref string) {
	s := c.s
	start, line := s.Start, s.StartLine
	var v vulnerability
	if at := s.Attr("ref"); at != "" {
		ref = at
	}
	if ref != "" {
		v.affects = []affected{{ref: ref}}
	}
	s.Children(func(name string) {
		switch name {
		case "id":
			v.id = s.Text()
		case "references":
			s.Children(func(string) {
				s.Children(func(name string) {
					if name == "id" {
						v.aliases = append(v.aliases, s.Text())
					}
				})
			})
		case "ratings":
			s.Children(func(string) { c.rating(&v) })
		case "description":
			v.title = stream.Shorten(s.Text())
		case "recommendation", "recommendations":
			v.fix = stream.Shorten(s.Text())
		case "created", "published":
			if t := when(s.Text()); v.first == 0 {
				v.first = t
			}
		case "analysis":
			c.analysis(&v)
		case "affects":
			v.affects = nil
			s.Children(func(string) { c.affects(&v) })
		}
	})
	v.where = c.in.Cite(start, int(s.End-start), line, v.id)
	if v.id != "" {
		c.found = append(c.found, v)
	}
}

func (c *cycloneXML) rating(v *vulnerability) {
	s := c.s
	severity, method, score := "", "", float32(0)
	s.Children(func(name string) {
		switch name {
		case "severity":
			severity = rating(s.Text())
		case "method":
			method = s.Text()
		case "score": // the extension has <base> and others inside
			words := strings.Fields(s.Text())
			if len(words) == 0 {
				return
			}
			if f, err := strconv.ParseFloat(words[0], 32); err == nil {
				score = float32(f)
			}
		}
	})
	if v.severity == "" {
		v.severity = severity
	}
	if v.score == 0 || method == "CVSSv3" || method == "CVSSv31" || method == "CVSSv4" {
		v.score = score
	}
}

func (c *cycloneXML) analysis(v *vulnerability) {
	s := c.s
	s.Children(func(name string) {
		switch name {
		case "state":
			v.state = s.Text()
		case "justification":
			v.justification = s.Text()
		case "detail":
			v.detail = s.Text()
		case "responses":
			s.Children(func(string) { v.response = append(v.response, s.Text()) })
		}
	})
}

func (c *cycloneXML) affects(v *vulnerability) {
	s := c.s
	var a affected
	s.Children(func(name string) {
		switch name {
		case "ref":
			a.ref = s.Text()
		case "versions":
			s.Children(func(string) {
				var version affectedVersion
				s.Children(func(name string) {
					switch name {
					case "version", "range":
						version.version = s.Text()
					case "status":
						version.status = s.Text()
					}
				})
				a.versions = append(a.versions, version)
			})
		}
	})
	v.affects = append(v.affects, a)
}
