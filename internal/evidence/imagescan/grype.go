package imagescan

import (
	"strings"

	"seawall/internal/evidence/atom"
	"seawall/internal/evidence/jsonpull"
	"seawall/internal/evidence/stream"
	"seawall/internal/inventory"
)

// grype reads one report. What was looked at stands behind the matches, so
// they wait for it.
type grype struct {
	in           *stream.Input
	r            *jsonpull.Reader
	o            *inventory.Observation
	name, digest string
	distro       string
}

func readGrype(in *stream.Input) {
	g := &grype{in: in, r: jsonpull.New(in), o: &inventory.Observation{}}
	in.Source.Tool, in.Source.Vantage = "Grype", inventory.OnHost
	r := g.r
	r.Values(func() {
		r.Object(func(key string) {
			switch key {
			case "matches":
				r.Array(func() { g.match(inventory.Affected) })
			case "ignoredMatches":
				r.Array(func() { g.match(inventory.NotAffected) })
			case "source":
				r.Object(g.source)
			case "distro":
				g.system()
			case "descriptor":
				r.Object(func(key string) {
					switch key {
					case "version":
						in.Source.Tool = "Grype " + r.String()
					case "timestamp":
						in.Source.Time = atom.RFC3339(r.String())
					}
				})
			}
		})
	})
	if len(g.o.Claims)+len(g.o.Software) > 0 {
		g.o.Where = in.Cite(0, 0, 1, g.name)
		artifact(in, g.o, g.name, g.digest)
		for i := range g.o.Software {
			if c := g.o.Software[i].Component; c.Kind == inventory.Package && c.Distribution == "" {
				c.Distribution = g.distro
			}
		}
		in.Emit(g.o)
	}
	unfinished(in, r)
}

func (g *grype) source(key string) {
	r := g.r
	if key != "target" {
		return
	}
	if r.Kind() == '"' {
		g.name = r.String()
		return
	}
	r.Object(func(key string) {
		switch key {
		case "userInput":
			g.name = r.String()
		case "imageID":
			g.digest = r.String()
		}
	})
}

func (g *grype) system() {
	r := g.r
	start, line := r.Offset(), r.Line()
	c := &inventory.Component{Kind: inventory.System}
	r.Object(func(key string) {
		switch key {
		case "name":
			c.Name = r.String()
		case "version":
			c.Version = r.String()
		}
	})
	if c.Name == "" {
		return
	}
	g.distro = c.Name + "-" + c.Version
	c.Distribution = g.distro
	g.o.Software = append(g.o.Software, inventory.Software{
		Component: c, Confidence: inventory.Installed, Where: g.in.Cite(start, int(r.Offset()-start), line, c.Name+" "+c.Version),
	})
}

func (g *grype) match(verdict inventory.Verdict) {
	r := g.r
	start, line := r.Offset(), r.Line()
	c := inventory.Claim{Verdict: verdict, Quality: inventory.Configured}
	id, path, state, loose := "", "", "", false
	var component *inventory.Component
	r.Object(func(key string) {
		switch key {
		case "vulnerability":
			r.Object(func(key string) {
				switch key {
				case "id":
					id = r.String()
				case "severity":
					c.Severity = rating(r.String())
				case "description":
					c.Title = stream.Shorten(r.String())
				case "cvss":
					g.scores(&c)
				case "fix":
					c.Fixed, state = g.fix()
				}
			})
		case "relatedVulnerabilities":
			r.Array(func() {
				r.Object(func(key string) {
					switch key {
					case "id":
						c.CVEs = append(c.CVEs, inventory.CVEs(r.String())...)
					case "cvss":
						if c.Score == 0 {
							g.scores(&c)
						}
					}
				})
			})
		case "matchDetails":
			r.Array(func() {
				r.Object(func(key string) {
					if key == "type" {
						loose = loose || r.String() == "cpe-match"
					}
				})
			})
		case "artifact":
			component, path = g.artifact()
		}
	})
	if id == "" || component == nil {
		return
	}
	c.Check = "grype:" + id
	c.CVEs = inventory.CVEs(strings.Join(append(c.CVEs, id), " "))
	if c.Title == "" {
		c.Title = id
	}
	if !strings.HasPrefix(id, "CVE-") {
		c.Identifiers = []string{id}
	}
	if loose && verdict == inventory.Affected {
		c.Verdict = inventory.Possible // by product name: versions of packages are not compared with the distribution's
	}
	c.Component, c.Path, c.Output = component, path, state
	c.Where = g.in.Cite(start, int(r.Offset()-start), line, component.Name+" "+component.Version+" "+id)
	g.o.Claims = append(g.o.Claims, c)
	g.o.Software = append(g.o.Software, inventory.Software{Component: component, Path: path, Where: c.Where, Confidence: inventory.Configured})
}

func (g *grype) scores(c *inventory.Claim) {
	r := g.r
	r.Array(func() {
		version, score := "", float32(0)
		r.Object(func(key string) {
			switch key {
			case "version":
				version = r.String()
			case "metrics":
				r.Object(func(key string) {
					if key == "baseScore" {
						score = float32(r.Float())
					}
				})
			}
		})
		if c.Score == 0 || version >= "3" {
			c.Score = score
		}
	})
}

func (g *grype) fix() (versions, state string) {
	r := g.r
	r.Object(func(key string) {
		switch key {
		case "versions":
			versions = strings.Join(r.Strings(), ", ")
		case "state":
			state = r.String()
		}
	})
	return versions, state
}

func (g *grype) artifact() (c *inventory.Component, path string) {
	r := g.r
	name, version, kind, purl := "", "", "", ""
	var cpes []string
	r.Object(func(key string) {
		switch key {
		case "name":
			name = r.String()
		case "version":
			version = r.String()
		case "type":
			kind = r.String()
		case "purl":
			purl = r.String()
		case "cpes":
			cpes = r.Strings()
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
	if c = inventory.FromPURL(purl); c == nil {
		c = &inventory.Component{Kind: inventory.Library, Ecosystem: Ecosystem(kind), Name: name}
		if c.Ecosystem == "deb" || c.Ecosystem == "rpm" || c.Ecosystem == "apk" {
			c.Kind = inventory.Package
		}
	}
	if version != "" {
		c.Version = version
	}
	if len(cpes) > 0 {
		c.CPE = cpes[0]
	}
	return c, path
}
