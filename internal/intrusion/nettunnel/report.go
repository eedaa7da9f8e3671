package nettunnel

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"

	"seawall/internal/finding"
	"seawall/internal/intrusion/prose"
	"seawall/internal/intrusion/sighting"
)

const maxCitations = 6

// what says how each kind is told.
var what = [...]struct {
	title      string
	severity   finding.Severity
	confidence finding.Confidence
	techniques []string
	meaning    string
}{
	ssf:     {"Tunnel as Secure Socket Funnelling makes it", finding.High, finding.Likely, []string{"T1572", "T1573.002"}, ""},
	chisel:  {"Tunnel of the program chisel", finding.High, finding.Certain, []string{"T1572", "T1071.001"}, "Chisel carries SSH inside WebSocket and through it any connection, also back into the network."},
	ssh:     {"SSH hidden on the port of another service", finding.High, finding.Likely, []string{"T1572", "T1571"}, "Who runs an SSH server there wants it to pass the firewall; through it any connection can be carried, also back into the network. Innocent would be an employee's server at home."},
	httpt:   {"Tunnel of the program httptunnel", finding.High, finding.Certain, []string{"T1572", "T1071.001"}, "Httptunnel carries a connection in the bodies of long requests and answers."},
	regeorg: {"Tunnel through a page that relays connections", finding.High, finding.Likely, []string{"T1572", "T1090.001"}, "The requests are those of reGeorg's client, which reaches internal hosts through a page on a web server. Look for the page on the server's disk."},
	service: {"Internal services published through a company's relay", finding.Medium, finding.Unsure, []string{"T1572", "T1102"}, "Developers use such programs, and so do intruders who want a way back in that needs no open port. Ask who started it."},
	socks:   {"SOCKS proxy used", finding.Low, finding.Unsure, []string{"T1090.001"}, "Intruders reach networks behind a host through such a proxy. Innocent would be a proxy that the site runs."},
	icmp:    {"Data carried in echo requests", finding.High, finding.Likely, []string{"T1095", "T1572"}, "Replies to echo requests are copies of them; these differ in size, so the other side says something of its own."},
	sshOdd:  {"SSH to outside on an unusual port", finding.Medium, finding.Unsure, []string{"T1572", "T1571"}, "Through SSH any connection can be carried, also back into the network; servers that hide from scanners use such ports, too. Innocent would be a hoster that moved SSH away from port 22."},
	vpn:     {"Virtual private network to outside", finding.Low, finding.Unsure, []string{"T1572"}, "What it carries, nobody else sees. Innocent would be the site's own, or a guest's."},
	pivot:   {"A connection goes on from one host to another", finding.High, finding.Likely, []string{"T1572", "T1090.001"}, "The same bytes went both ways over both at the same time: the host in the middle relays. Innocent would be a jump host or gateway made for it."},
}

// Findings implements [sighting.Notebook].
func (n *notes) Findings() []finding.Finding {
	var findings []finding.Finding
	for _, g := range n.signs.Groups() {
		for t := range what {
			list := sighting.Filter(g.Sightings, func(s *sighting.Sighting[sign]) bool { return s.Fact.Tunnel == tunnel(t) })
			if len(list) > 0 {
				findings = append(findings, n.finding(g.Key, tunnel(t), list))
			}
		}
	}
	for _, r := range n.pivots() {
		findings = append(findings, r.finding())
	}
	return findings
}

func (n *notes) finding(e edge, t tunnel, list []sighting.Sighting[sign]) finding.Finding {
	w := &what[t]
	f := finding.Finding{
		ID:       finding.StableID(id, fmt.Sprint(t), e.Src, e.Dst, fmt.Sprint(e.Port)),
		Detector: id, Question: finding.In, Title: w.title, Severity: w.severity, Confidence: w.confidence,
		Techniques: slices.Clone(w.techniques), Mitigations: finding.MitigationsFor([]string{"T1572"}),
		Entities: []finding.Entity{{Type: finding.Address, Value: e.Src}},
		First:    list[0].Time, Last: list[len(list)-1].Time, Count: len(list),
	}
	if e.Dst != "" {
		f.Entities = append(f.Entities, finding.Entity{Type: finding.Address, Value: e.Dst})
	}
	details := sighting.Distinct(list, func(s *sighting.Sighting[sign]) string { return s.Fact.Detail })
	var s secrets
	for _, one := range list {
		s = s.or(one.Fact.TLS)
	}
	f.Why = fmt.Sprintf("%s connected to %s%s %s. ", e.Src, n.target(e), named(details), prose.Span(f.First, f.Last))
	if t == ssf {
		f.Why += s.why()
		f.Title, f.Severity, f.Confidence = s.grade()
	} else {
		f.Why += w.meaning
	}
	for _, one := range list[:min(len(list), maxCitations)] {
		c := one.Citation
		c.Excerpt = prose.Excerpt("source", e.Src, "destination", e.Dst, "port", fmt.Sprint(e.Port), "shows", one.Fact.Detail, "tls", one.Fact.TLS.list())
		f.Citations = append(f.Citations, c)
	}
	return f
}

func (n *notes) target(e edge) string {
	if e.Dst == "" {
		return "a relay, by the name it asked for"
	}
	where := "outside"
	if a, err := netip.ParseAddr(e.Dst); err == nil && n.border.Inside(a) {
		where = "inside"
	}
	if e.Port == 0 {
		return fmt.Sprintf("%s (%s)", e.Dst, where)
	}
	return fmt.Sprintf("%s port %d (%s)", e.Dst, e.Port, where)
}

func named(details []string) string {
	if list := prose.List(details); list != "" {
		return ", which shows " + list + ","
	}
	return ""
}

func (s secrets) or(o secrets) secrets {
	return secrets{s.Certificate || o.Certificate, s.Suites || o.Suites, s.Mutual || o.Mutual, s.Inner || o.Inner}
}

// grade weighs the signs of SSF: each has other explanations, together they
// have none.
func (s secrets) grade() (string, finding.Severity, finding.Confidence) {
	title := what[ssf].title
	switch {
	case s.Certificate:
		return title, finding.Critical, finding.Certain
	case s.Mutual && s.Suites && s.Inner:
		return title, finding.Critical, finding.Likely
	case s.Suites || s.Mutual && s.Inner:
		return title, finding.High, finding.Likely
	}
	return "Certificates on both sides and one old cipher suite, as tunnels have", finding.Medium, finding.Unsure
}

func (s secrets) list() string {
	var list []string
	for _, one := range []struct {
		set  bool
		text string
	}{{s.Certificate, "published certificate"}, {s.Suites, "one suite offered"}, {s.Mutual, "certificates on both sides, no name"}, {s.Inner, "handshake inside"}} {
		if one.set {
			list = append(list, one.text)
		}
	}
	return strings.Join(list, ", ")
}

func (s secrets) why() string {
	var b strings.Builder
	b.WriteString("The handshake is that of the tunnel program Secure Socket Funnelling (SSF):")
	if s.Certificate {
		b.WriteString(" the certificate is one published with the program;")
	}
	if s.Suites {
		b.WriteString(" the client offers the one suite DHE-RSA-AES256-GCM-SHA384 and nothing else, as hardly any other program does;")
	}
	if s.Mutual {
		b.WriteString(" both sides show certificates, TLS is 1.2 with that suite, and no server name is asked for;")
	}
	if s.Inner {
		b.WriteString(" the sizes of the first records are those of a second handshake, with certificates, inside the first;")
	}
	return strings.TrimSuffix(b.String(), ";") + ". Any connection can be carried in it, also back into the network. Innocent would be a program of your own with the same settings."
}

func (r *relayed) finding() finding.Finding {
	w := &what[pivot]
	from, to := &r.from.Fact, &r.to.Fact
	f := finding.Finding{
		ID:       finding.StableID(id, "pivot", r.host, from.Peer, to.Peer, fmt.Sprint(from.Port, to.Port, r.to.Time)),
		Detector: id, Question: finding.In, Title: w.title, Severity: w.severity, Confidence: w.confidence,
		Techniques: slices.Clone(w.techniques), Mitigations: finding.MitigationsFor([]string{"T1572"}),
		First: min(r.from.Time, r.to.Time), Last: max(r.from.Time+from.Duration, r.to.Time+to.Duration), Count: 2,
	}
	for _, address := range []string{r.host, from.Peer, to.Peer} {
		f.Entities = append(f.Entities, finding.Entity{Type: finding.Address, Value: address})
	}
	f.Why = fmt.Sprintf("%s connected to port %d of %s, and within two seconds %s connected on to port %d of %s; both ended together after %d s. %d bytes went and %d came over the first, %d and %d over the second. %s",
		from.Peer, from.Port, r.host, r.host, to.Port, to.Peer, to.Duration/second, from.Out, from.In, to.Out, to.In, w.meaning)
	for _, s := range []*sighting.Sighting[hop]{&r.from, &r.to} {
		c := s.Citation
		c.Excerpt = prose.Excerpt("host", r.host, "peer", s.Fact.Peer, "port", fmt.Sprint(s.Fact.Port))
		f.Citations = append(f.Citations, c)
	}
	return f
}
