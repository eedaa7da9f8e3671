package vex

import (
	"seawall/internal/evidence/atom"
	"seawall/internal/evidence/jsonpull"
	"seawall/internal/evidence/stream"
	"seawall/internal/inventory"
)

func readOpenVEX(in *stream.Input) {
	r := jsonpull.New(in)
	o := &inventory.Observation{}
	author := ""
	r.Values(func() {
		r.Object(func(key string) {
			switch key {
			case "author":
				author = r.String()
			case "tooling":
				in.Source.Tool = r.String()
			case "timestamp", "last_updated":
				in.Source.Time = max(in.Source.Time, atom.RFC3339(r.String()))
			case "statements":
				r.Array(func() { openStatement(in, r, o) })
			}
		})
	})
	for i := range o.Statements {
		s := &o.Statements[i]
		s.Author = author
		if s.Time == 0 {
			s.Time = in.Source.Time
		}
	}
	if len(o.Statements) > 0 {
		in.Emit(o)
	}
	in.Ended(r)
}

func openStatement(in *stream.Input, r *jsonpull.Reader, o *inventory.Observation) {
	start, line := r.Offset(), r.Line()
	var s inventory.Statement
	r.Object(func(key string) {
		switch key {
		case "vulnerability":
			if r.Kind() == '"' { // before version 0.2
				s.Vulnerability = r.String()
				return
			}
			r.Object(func(key string) {
				switch key {
				case "name", "@id":
					if name := r.String(); key == "name" || s.Vulnerability == "" {
						s.Vulnerability = name
					}
				case "aliases":
					s.Aliases = r.Strings()
				}
			})
		case "products":
			r.Array(func() { openProduct(r, &s) })
		case "status":
			s.Status = r.String()
		case "justification":
			s.Justification = r.String()
		case "impact_statement", "status_notes":
			if s.Detail == "" {
				s.Detail = r.String()
			}
		case "action_statement":
			s.Action = r.String()
		case "timestamp", "last_updated":
			s.Time = max(s.Time, atom.RFC3339(r.String()))
		}
	})
	s.Where = in.Cite(start, int(r.Offset()-start), line, s.Vulnerability+" "+s.Status)
	if s.Vulnerability != "" && s.Status != "" {
		o.Statements = append(o.Statements, s)
	}
}

// openProduct reads a product: its id, other identifiers, and the parts of it
// that the statement is about.
func openProduct(r *jsonpull.Reader, s *inventory.Statement) {
	if r.Kind() == '"' {
		product(s, r.String())
		return
	}
	r.Object(func(key string) {
		switch key {
		case "@id":
			product(s, r.String())
		case "identifiers":
			r.Object(func(string) { product(s, r.String()) })
		case "subcomponents":
			r.Array(func() { openProduct(r, s) })
		}
	})
}
