package vulnscan

import (
	"net/netip"
	"slices"
	"strconv"
	"strings"

	"seawall/internal/evidence/markup"
	"seawall/internal/evidence/stream"
	"seawall/internal/inventory"
)

// qualys reads one report, in the layout of scan results (IP, CAT, VULN), of
// asset reports (HOST, VULN_INFO) or of the detection API (HOST, DETECTION).
type qualys struct {
	in *stream.Input
	s  *markup.Scanner

	waiting []*inventory.Observation // with claims whose titles come later, in a glossary
	texts   map[string]description   // by QID
}

// description is what a glossary says of a check.
type description struct {
	title    string
	cves     []string
	severity string
}

func readQualys(in *stream.Input) {
	q := &qualys{in: in, s: markup.New(in), texts: map[string]description{}}
	in.Source.Tool = "Qualys"
	q.s.Children(q.element)
	for _, o := range q.waiting {
		for i := range o.Claims {
			c := &o.Claims[i]
			if d, ok := q.texts[c.Check]; ok {
				c.Title, c.CVEs = d.title, d.cves
				if c.Severity == "" {
					c.Severity = d.severity
				}
			}
		}
		in.Emit(o)
	}
	unfinished(in, q.s)
}

func (q *qualys) element(name string) {
	s := q.s
	switch name {
	case "KEY":
		if s.Attr("value") == "DATE" {
			q.in.Source.Time = date(s.Text())
		}
	case "IP":
		q.host(s.Attr("value"), s.Attr("name"))
	case "HOST":
		q.host("", "")
	case "VULN_DETAILS":
		q.glossary()
	case "SCAN", "HEADER", "ASSET_DATA_REPORT", "HOST_LIST", "GLOSSARY", "VULN_DETAILS_LIST", "HOST_LIST_VM_DETECTION_OUTPUT", "RESPONSE":
		s.Children(q.element)
	}
}

// host reads a host and all checks on it.
func (q *qualys) host(ip, name string) {
	s := q.s
	o := &inventory.Observation{Status: inventory.Up, Where: q.in.Cite(s.Start, int(s.End-s.Start), s.StartLine, "host "+ip)}
	address := func(text string) {
		o.Identify(inventory.Address, text)
		ip = text
	}
	if ip != "" {
		address(ip)
	}
	o.Identify(inventory.Alias, name)
	kind := inventory.Unjudged
	var element func(name string)
	element = func(name string) {
		switch name {
		case "IP":
			address(s.Text())
		case "DNS":
			o.Identify(inventory.Alias, s.Text())
		case "NETBIOS", "NETBIOS_HOSTNAME":
			o.Identify(inventory.Name, s.Text())
		case "OS", "OPERATING_SYSTEM":
			where := q.in.Cite(s.Start, int(s.End-s.Start), s.StartLine, "")
			system, _, _ := strings.Cut(s.Text(), " / ")
			where.Excerpt = system
			o.Software = append(o.Software, inventory.Software{Component: inventory.ParseSystem(system), Where: where, Confidence: inventory.Announced})
		case "VULNS", "VULN_INFO_LIST", "DETECTION_LIST":
			kind = inventory.Affected
			s.Children(element)
		case "PRACTICES":
			kind = inventory.Possible
			s.Children(element)
		case "INFOS", "SERVICES":
			kind = inventory.Unjudged
			s.Children(element)
		case "CAT":
			port, _ := strconv.ParseUint(s.Attr("port"), 10, 16)
			protocol := s.Attr("protocol")
			s.Children(func(string) { q.check(o, kind, uint16(port), protocol) })
		case "VULN_INFO", "DETECTION":
			q.check(o, kind, 0, "")
		}
	}
	s.Children(element)
	a, _ := netip.ParseAddr(ip)
	for i := range o.Claims {
		o.Claims[i].Address = a
	}
	for i := range o.Services {
		o.Services[i].Address = a
	}
	switch untitled := func(c inventory.Claim) bool { return c.Title == "" }; {
	case len(o.Keys) == 0:
	case slices.ContainsFunc(o.Claims, untitled):
		q.waiting = append(q.waiting, o)
	default:
		q.in.Emit(o)
	}
}

// check reads one VULN, INFO, SERVICE, PRACTICE, VULN_INFO or DETECTION.
func (q *qualys) check(o *inventory.Observation, kind inventory.Verdict, port uint16, protocol string) {
	s := q.s
	start, line := s.Start, s.StartLine
	c := inventory.Claim{
		Check: "qualys:" + s.Attr("number"), Severity: severity(s.Attr("severity"), 1), Verdict: kind, Quality: inventory.Announced, Port: port, Protocol: protocol,
	}
	c.CVEs = inventory.CVEs(s.Attr("cveid"))
	s.Children(func(name string) {
		switch name {
		case "QID":
			c.Check = "qualys:" + s.Text()
		case "TITLE":
			c.Title = s.Text()
		case "TYPE":
			switch s.Text() {
			case "Info", "Ig":
				c.Verdict = inventory.Unjudged
			case "Potential", "Practice":
				c.Verdict = inventory.Possible
			}
		case "SEVERITY":
			c.Severity = severity(s.Text(), 1)
		case "PORT":
			if n, err := strconv.ParseUint(s.Text(), 10, 16); err == nil {
				c.Port = uint16(n)
			}
		case "PROTOCOL":
			c.Protocol = strings.ToLower(s.Text())
		case "STATUS", "VULN_STATUS":
			if s.Text() == "Fixed" {
				c.Verdict = inventory.NotAffected
			}
		case "RESULT", "RESULTS":
			c.Output = stream.Shorten(s.Text())
		case "CVSS_BASE", "CVSS3_BASE":
			c.Score = score(strings.Fields(s.Text() + " 0")[0])
		case "SOLUTION":
			c.Fixed = stream.Shorten(s.Text())
		case "CVE_ID_LIST":
			c.CVEs = append(c.CVEs, inventory.CVEs(s.Text())...)
		case "FIRST_FOUND", "FIRST_FOUND_DATETIME":
			c.First = date(s.Text())
		case "LAST_FOUND", "LAST_FOUND_DATETIME":
			q.in.Source.Time = max(q.in.Source.Time, date(s.Text()))
		}
	})
	c.Where = q.in.Cite(start, int(s.End-start), line, c.Check+" "+c.Title)
	if c.Check == "qualys:" {
		return
	}
	o.Claims = append(o.Claims, c)
	if c.Port != 0 && (c.Protocol == "tcp" || c.Protocol == "udp") {
		o.Services = append(o.Services, inventory.Service{Port: c.Port, Protocol: c.Protocol, State: "open", Identity: inventory.Guess, Where: c.Where})
	}
}

// glossary reads what a check is, in asset reports.
func (q *qualys) glossary() {
	s := q.s
	id := ""
	var d description
	s.Children(func(name string) {
		switch name {
		case "QID":
			id = s.Text()
		case "TITLE":
			d.title = s.Text()
		case "SEVERITY":
			d.severity = severity(s.Text(), 1)
		case "CVE_ID_LIST":
			d.cves = inventory.CVEs(s.Text())
		}
	})
	q.texts["qualys:"+id] = d
}
