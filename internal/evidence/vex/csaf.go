package vex

import (
	"slices"

	"seawall/internal/evidence/atom"
	"seawall/internal/evidence/jsonpull"
	"seawall/internal/evidence/stream"
	"seawall/internal/inventory"
)

// csaf reads one document.
type csaf struct {
	in       *stream.Input
	r        *jsonpull.Reader
	products map[string]csafProduct
	author   string
	o        *inventory.Observation
}

// csafProduct is a product of the product tree, or of a relationship in it.
type csafProduct struct{ name, purl, cpe string }

func readCSAF(in *stream.Input) {
	c := &csaf{in: in, r: jsonpull.New(in), products: map[string]csafProduct{}, o: &inventory.Observation{}}
	r := c.r
	r.Values(func() {
		r.Object(func(key string) {
			switch key {
			case "document":
				r.Object(c.document)
			case "product_tree":
				r.Object(c.tree)
			case "vulnerabilities":
				r.Array(c.vulnerability)
			}
		})
	})
	for i := range c.o.Statements {
		c.resolve(&c.o.Statements[i])
	}
	if len(c.o.Statements) > 0 {
		in.Emit(c.o)
	}
	in.Ended(r)
}

func (c *csaf) document(key string) {
	r := c.r
	switch key {
	case "publisher":
		r.Object(func(key string) {
			if key == "name" {
				c.author = r.String()
			}
		})
	case "tracking":
		r.Object(func(key string) {
			if key == "current_release_date" {
				c.in.Source.Time = atom.RFC3339(r.String())
			}
		})
	}
}

// tree reads the product tree: branches nest, relationships join two products.
func (c *csaf) tree(key string) {
	r := c.r
	switch key {
	case "branches":
		r.Array(func() { r.Object(c.tree) })
	case "product":
		c.product("")
	case "full_product_names":
		r.Array(func() { c.product("") })
	case "relationships":
		r.Array(func() {
			part := ""
			r.Object(func(key string) {
				switch key {
				case "product_reference":
					part = r.String()
				case "full_product_name":
					c.product(part)
				}
			})
		})
	}
}

// product reads a product; one that is another as part of something has the
// identifiers of that other.
func (c *csaf) product(part string) {
	r := c.r
	id := ""
	var p csafProduct
	r.Object(func(key string) {
		switch key {
		case "product_id":
			id = r.String()
		case "name":
			p.name = r.String()
		case "product_identification_helper":
			r.Object(func(key string) {
				switch key {
				case "purl":
					p.purl = r.String()
				case "purls":
					if list := r.Strings(); len(list) > 0 {
						p.purl = list[0]
					}
				case "cpe":
					p.cpe = r.String()
				}
			})
		}
	})
	if of, ok := c.products[part]; ok && p.purl == "" && p.cpe == "" {
		p.purl, p.cpe = of.purl, of.cpe
	}
	if id != "" {
		c.products[id] = p
	}
}

// csafStatuses maps the groups of product_status to the words of VEX.
var csafStatuses = map[string]string{
	"known_not_affected": "not_affected", "fixed": "fixed", "first_fixed": "fixed", "known_affected": "affected",
	"first_affected": "affected", "last_affected": "affected", "under_investigation": "under_investigation",
}

func (c *csaf) vulnerability() {
	r := c.r
	start, line := r.Offset(), r.Line()
	id, title := "", ""
	status := map[string][]string{}
	flags := map[string]string{} // by product
	action := ""
	r.Object(func(key string) {
		switch key {
		case "cve":
			id = r.String()
		case "ids":
			r.Array(func() {
				r.Object(func(key string) {
					if key == "text" && id == "" {
						id = r.String()
					}
				})
			})
		case "title":
			title = r.String()
		case "product_status":
			r.Object(func(key string) {
				if s := csafStatuses[key]; s != "" {
					status[s] = append(status[s], r.Strings()...)
				}
			})
		case "flags":
			r.Array(func() { c.flag(flags) })
		case "remediations":
			r.Array(func() {
				r.Object(func(key string) {
					if key == "details" && action == "" {
						action = stream.Shorten(r.String())
					}
				})
			})
		}
	})
	if id == "" {
		return
	}
	where := c.in.Cite(start, int(r.Offset()-start), line, id+" "+title)
	for _, s := range []string{"affected", "fixed", "not_affected", "under_investigation"} {
		if len(status[s]) == 0 {
			continue
		}
		slices.Sort(status[s])
		statement := inventory.Statement{
			Vulnerability: id, Products: slices.Compact(status[s]), Status: s, Detail: title, Action: action, Author: c.author, Time: c.in.Source.Time, Where: where,
		}
		if s == "not_affected" && len(statement.Products) > 0 {
			statement.Justification = flags[statement.Products[0]]
		}
		c.o.Statements = append(c.o.Statements, statement)
	}
}

// flag reads why products are not affected.
func (c *csaf) flag(flags map[string]string) {
	r := c.r
	label := ""
	var ids []string
	r.Object(func(key string) {
		switch key {
		case "label":
			label = r.String()
		case "product_ids":
			ids = r.Strings()
		}
	})
	for _, id := range ids {
		flags[id] = label
	}
}

// resolve replaces the ids of a statement's products by what they are.
func (c *csaf) resolve(s *inventory.Statement) {
	for i, id := range s.Products {
		p, ok := c.products[id]
		if !ok {
			continue
		}
		if p.name != "" {
			s.Products[i] = p.name
		}
		part := inventory.FromPURL(p.purl)
		if part == nil {
			part = inventory.FromCPE(p.cpe)
		}
		if part != nil {
			s.Components = append(s.Components, part)
		}
	}
}
