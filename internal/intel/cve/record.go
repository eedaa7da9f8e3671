package cve

import (
	"errors"
	"slices"
	"strconv"
	"strings"

	"seawall/internal/evidence/jsonscan"
)

// Record is what a CVE record says that bears on "are we affected, and how
// bad is it?". Its free text is read to find versions in and not kept.
type Record struct {
	ID        string // "CVE-2024-3400"
	Published string // RFC 3339, as written; "" unknown
	Assigner  string
	Rejected  bool
	Tags      []string // "unsupported-when-assigned", "disputed", …

	Statements  []Statement // of the numbering authority, then of CISA
	Description string      // in English; for finding versions in

	Vector      string // CVSS 3.x or 4.0, the authority's before CISA's
	Score       float32
	Weaknesses  []string // "CWE-78"
	References  int
	Exploited   string // "none", "poc", "active"; "" not judged by CISA
	Automatable string // "yes", "no"
	Impact      string // "partial", "total"
	KEVAdded    string // "2024-04-12", from CISA's container
}

// Statement is one entry of a record's list of affected products.
type Statement struct {
	Vendor, Product string
	Default         string // "affected", "unaffected", "unknown"; "" is unknown
	Platforms       []string
	CPEs            []string
	Rows            []Row
	CISA            bool // from CISA's container, not the authority's
	Applicability   bool // from the CPE configurations, not the product list
}

// Row is one version entry as written.
type Row struct {
	Version, Less, LessEqual, Status, Kind string
	Changes                                []Change
}

// Change is a version within a row's range at which the status changes.
type Change struct{ At, Status string }

// ErrNoRecord says that a file holds JSON but no CVE record.
var ErrNoRecord = errors.New("this is no CVE record")

// Parse reads a record of version 5.0 to 5.2. The result does not share memory
// with data.
func Parse(data []byte) (*Record, error) {
	r := &Record{}
	c := &cursor{data: data}
	p := parser{cursor: c, record: r}
	c.members(func(key []byte) {
		switch string(key) {
		case "cveMetadata":
			c.members(p.metadata)
		case "containers":
			c.members(func(key []byte) {
				switch string(key) {
				case "cna":
					c.members(p.container)
				case "adp":
					c.items(p.adp)
				default:
					c.skip()
				}
			})
		default:
			c.skip()
		}
	})
	if c.err != nil {
		return nil, c.err
	}
	if !strings.HasPrefix(r.ID, "CVE-") {
		return nil, ErrNoRecord
	}
	return r, nil
}

type parser struct {
	*cursor
	record *Record
	cisa   bool
}

func (p *parser) string() string { return unescape(p.text()) }

func unescape(raw []byte) string {
	for _, c := range raw {
		if c == '\\' {
			return string(jsonscan.AppendString(make([]byte, 0, len(raw)), raw))
		}
	}
	return string(raw)
}

func (p *parser) strings() (list []string) {
	p.items(func() { list = append(list, p.string()) })
	return list
}

func (p *parser) metadata(key []byte) {
	switch string(key) {
	case "cveId":
		p.record.ID = p.string()
	case "assignerShortName":
		p.record.Assigner = p.string()
	case "datePublished":
		p.record.Published = p.string()
	case "state":
		p.record.Rejected = string(p.text()) == "REJECTED"
	default:
		p.skip()
	}
}

// adp reads a container of somebody who is not the numbering authority. Only
// CISA's adds to what is affected; others add references.
func (p *parser) adp() {
	start := p.i
	name := ""
	p.members(func(key []byte) {
		if string(key) != "providerMetadata" {
			p.skip()
			return
		}
		p.members(func(key []byte) {
			if string(key) == "shortName" {
				name = p.string()
				return
			}
			p.skip()
		})
	})
	if name != "CISA-ADP" || p.err != nil {
		return
	}
	end := p.i
	p.i, p.cisa = start, true
	p.members(p.container)
	p.i, p.cisa = end, false
}

func (p *parser) container(key []byte) {
	r := p.record
	switch string(key) {
	case "affected":
		p.items(p.statement)
	case "cpeApplicability":
		p.items(p.applicability)
	case "metrics":
		p.items(func() { p.members(p.metric) })
	case "tags":
		r.Tags = append(r.Tags, p.strings()...)
	case "descriptions":
		p.items(p.description)
	case "problemTypes":
		p.items(func() { p.members(p.problemType) })
	case "references":
		p.items(func() {
			r.References++
			p.skip()
		})
	default:
		p.skip()
	}
}

func (p *parser) description() {
	lang, text := "", ""
	p.members(func(key []byte) {
		switch string(key) {
		case "lang":
			lang = p.string()
		case "value":
			text = p.string()
		default:
			p.skip()
		}
	})
	if strings.HasPrefix(lang, "en") && p.record.Description == "" {
		p.record.Description = text
	}
}

func (p *parser) problemType(key []byte) {
	if string(key) != "descriptions" {
		p.skip()
		return
	}
	p.items(func() {
		p.members(func(key []byte) {
			if string(key) != "cweId" {
				p.skip()
				return
			}
			if id := p.string(); id != "" && !slices.Contains(p.record.Weaknesses, id) {
				p.record.Weaknesses = append(p.record.Weaknesses, id)
			}
		})
	})
}

func (p *parser) metric(key []byte) {
	switch string(key) {
	case "cvssV3_0", "cvssV3_1", "cvssV4_0":
		p.score()
	case "other":
		p.other()
	default:
		p.skip()
	}
}

// score takes the first score, which is the authority's own if it gives one.
func (p *parser) score() {
	vector, score := "", float32(0)
	p.members(func(key []byte) {
		switch string(key) {
		case "vectorString":
			vector = p.string()
		case "baseScore":
			f, err := strconv.ParseFloat(string(p.scalar()), 32)
			if err == nil {
				score = float32(f)
			}
		default:
			p.skip()
		}
	})
	if p.record.Vector == "" {
		p.record.Vector, p.record.Score = vector, score
	}
}

// other reads CISA's judgement (SSVC) and its note of known exploitation.
func (p *parser) other() {
	p.members(func(key []byte) {
		if string(key) != "content" {
			p.skip()
			return
		}
		p.members(func(key []byte) {
			switch string(key) {
			case "options":
				p.items(func() { p.members(p.option) })
			case "dateAdded":
				p.record.KEVAdded = p.string()
			default:
				p.skip()
			}
		})
	})
}

// option reads one decision point. Case varies in the records, and "rapid" of
// an older version of the scheme means yes.
func (p *parser) option(key []byte) {
	name := string(key)
	value := strings.ToLower(p.string())
	switch name {
	case "Exploitation":
		p.record.Exploited = value
	case "Automatable":
		if value == "rapid" {
			value = "yes"
		}
		p.record.Automatable = value
	case "Technical Impact":
		p.record.Impact = value
	}
}

func (p *parser) statement() {
	s := Statement{CISA: p.cisa}
	p.members(func(key []byte) {
		switch string(key) {
		case "vendor":
			s.Vendor = p.string()
		case "product":
			s.Product = p.string()
		case "packageName":
			if name := p.string(); s.Product == "" {
				s.Product = name
			}
		case "defaultStatus":
			s.Default = p.string()
		case "platforms":
			s.Platforms = p.strings()
		case "cpes":
			s.CPEs = p.strings()
		case "versions":
			p.items(func() { s.Rows = append(s.Rows, p.row()) })
		default:
			p.skip()
		}
	})
	p.record.Statements = append(p.record.Statements, s)
}

func (p *parser) row() (r Row) {
	p.members(func(key []byte) {
		switch string(key) {
		case "version":
			r.Version = p.string()
		case "lessThan":
			r.Less = p.string()
		case "lessThanOrEqual":
			r.LessEqual = p.string()
		case "status":
			r.Status = p.string()
		case "versionType":
			r.Kind = p.string()
		case "changes":
			p.items(func() { r.Changes = append(r.Changes, p.change()) })
		default:
			p.skip()
		}
	})
	return r
}

func (p *parser) change() (c Change) {
	p.members(func(key []byte) {
		switch string(key) {
		case "at":
			c.At = p.string()
		case "status":
			c.Status = p.string()
		default:
			p.skip()
		}
	})
	return c
}

// applicability reads CPE configurations. Platforms that must be present but
// are not vulnerable themselves ("running on") are left out.
func (p *parser) applicability() {
	p.members(func(key []byte) {
		if string(key) != "nodes" {
			p.skip()
			return
		}
		p.items(func() {
			p.members(func(key []byte) {
				if string(key) != "cpeMatch" {
					p.skip()
					return
				}
				p.items(p.criterion)
			})
		})
	})
}

func (p *parser) criterion() {
	vulnerable := true
	s := Statement{CISA: p.cisa, Applicability: true, Default: "unaffected"}
	row := Row{Status: "affected"}
	after := ""
	p.members(func(key []byte) {
		switch string(key) {
		case "vulnerable":
			vulnerable = string(p.scalar()) == "true"
		case "criteria":
			s.CPEs = []string{p.string()}
		case "versionStartIncluding":
			row.Version = p.string()
		case "versionStartExcluding":
			after = p.string()
		case "versionEndExcluding":
			row.Less = p.string()
		case "versionEndIncluding":
			row.LessEqual = p.string()
		default:
			p.skip()
		}
	})
	if !vulnerable || len(s.CPEs) == 0 {
		return
	}
	if after != "" {
		row.Version = "> " + after
	}
	s.Rows = []Row{row}
	p.record.Statements = append(p.record.Statements, s)
}
