package imagescan

import (
	"strconv"
	"strings"

	"seawall/internal/evidence/jsonpull"
	"seawall/internal/evidence/stream"
	"seawall/internal/inventory"
)

func readOSV(in *stream.Input) {
	r := jsonpull.New(in)
	in.Source.Tool, in.Source.Vantage = "osv-scanner", inventory.OnHost
	r.Values(func() {
		r.Object(func(key string) {
			if key == "results" {
				r.Array(func() { osvResult(in, r) })
			}
		})
	})
	unfinished(in, r)
}

// osvResult reads the packages of one lock file.
func osvResult(in *stream.Input, r *jsonpull.Reader) {
	start, line := r.Offset(), r.Line()
	o := &inventory.Observation{}
	path := ""
	r.Object(func(key string) {
		switch key {
		case "source":
			r.Object(func(key string) {
				if key == "path" {
					path = r.String()
				}
			})
		case "packages":
			r.Array(func() { osvPackage(in, r, o) })
		}
	})
	for i := range o.Software {
		o.Software[i].Path = path
	}
	for i := range o.Claims {
		o.Claims[i].Path = path
	}
	o.Where = in.Cite(start, int(r.Offset()-start), line, path)
	o.Identify(inventory.Place, in.File.Path)
	if len(o.Software) > 0 {
		in.Emit(o)
	}
}

func osvPackage(in *stream.Input, r *jsonpull.Reader, o *inventory.Observation) {
	start, line := r.Offset(), r.Line()
	c := &inventory.Component{Kind: inventory.Library}
	first := len(o.Claims)
	r.Object(func(key string) {
		switch key {
		case "package":
			r.Object(func(key string) {
				switch key {
				case "name":
					c.Name = r.String()
				case "version":
					c.Version = r.String()
				case "ecosystem":
					ecosystem := r.String()
					c.Ecosystem = Ecosystem(ecosystem)
					if distro, release, ok := strings.Cut(strings.ToLower(ecosystem), ":"); ok {
						c.Distribution = distro + "-" + release
					}
				}
			})
		case "vulnerabilities":
			r.Array(func() { osvVulnerability(in, r, o) })
		case "groups":
			r.Array(func() { osvGroup(r, o.Claims[first:]) })
		}
	})
	if c.Ecosystem == "maven" {
		if group, name, ok := strings.Cut(c.Name, ":"); ok {
			c.Namespace, c.Name = group, name
		}
	}
	if c.Ecosystem == "deb" || c.Ecosystem == "rpm" || c.Ecosystem == "apk" {
		c.Kind = inventory.Package
	}
	for i := first; i < len(o.Claims); i++ {
		o.Claims[i].Component = c
	}
	o.Software = append(o.Software, inventory.Software{
		Component: c, Confidence: inventory.Configured, Where: in.Cite(start, int(r.Offset()-start), line, c.Name+" "+c.Version),
	})
}

func osvVulnerability(in *stream.Input, r *jsonpull.Reader, o *inventory.Observation) {
	start, line := r.Offset(), r.Line()
	claim := inventory.Claim{Verdict: inventory.Affected, Quality: inventory.Configured}
	id := ""
	r.Object(func(key string) {
		switch key {
		case "id":
			id = r.String()
		case "aliases":
			for _, alias := range r.Strings() {
				claim.Identifiers = append(claim.Identifiers, alias)
				claim.CVEs = append(claim.CVEs, inventory.CVEs(alias)...)
			}
		case "summary":
			claim.Title = r.String()
		case "database_specific":
			r.Object(func(key string) {
				if key == "severity" {
					claim.Severity = rating(r.String())
				}
			})
		}
	})
	claim.Check = "osv:" + id
	claim.CVEs = inventory.CVEs(strings.Join(append(claim.CVEs, id), " "))
	claim.Where = in.Cite(start, int(r.Offset()-start), line, id+" "+claim.Title)
	if id != "" {
		o.Claims = append(o.Claims, claim)
	}
}

// osvGroup takes the score of a group of ids of the same vulnerability.
func osvGroup(r *jsonpull.Reader, claims []inventory.Claim) {
	var ids []string
	score := float32(0)
	r.Object(func(key string) {
		switch key {
		case "ids", "aliases":
			ids = append(ids, r.Strings()...)
		case "max_severity":
			if f, err := strconv.ParseFloat(r.String(), 32); err == nil {
				score = float32(f)
			}
		}
	})
	for i := range claims {
		for _, id := range ids {
			if claims[i].Check == "osv:"+id {
				claims[i].Score = score
			}
		}
	}
}
