package netscan

import (
	"cmp"
	"fmt"
	"maps"
	"net/netip"
	"slices"
	"strings"

	"seawall/internal/finding"
	"seawall/internal/intrusion/prose"
)

const (
	// Ordinary hosts try few targets in vain: what they were told to use. A
	// sequential test (Jung et al., 2004) that takes one failure in five as
	// ordinary and four in five as scanning decides by far fewer than these.
	manyHosts = 25
	manyPorts = 20
	// vain is the share of targets that must not answer.
	vain = 0.6
	// Who asks so many hosts in so short a time whether they are there does
	// not monitor them.
	echoHosts = 15
	echoWidth = 60_000_000_000 // nanoseconds
	slow      = 6 * 3600       // seconds: a scan that lasts as long stays below alarms
)

// scan is what a source's attempts amount to.
type scan struct {
	src          netip.Addr
	source       *source
	targets      int // that did not answer, about
	hosts        int // of these, by address
	ports        int
	port         Target // tried on most hosts
	portHosts    int
	host         netip.Addr // tried on most ports
	hostPorts    int
	share        float64
	denied       float64
	echo         bool
	within, home bool // the source is internal; the targets are
}

// judge says whether a source scans.
func (s *Summary) judge(a netip.Addr, src *source) (c scan, found bool) {
	c = scan{src: a, source: src, within: s.border.Inside(a)}
	hosts, ports := map[netip.Addr]map[uint16]bool{}, map[uint16]map[netip.Addr]bool{}
	home, denies := 0, 0
	for _, t := range src.tried.kept {
		if hosts[t.Dst] == nil {
			hosts[t.Dst] = map[uint16]bool{}
		}
		if ports[t.Port] == nil {
			ports[t.Port] = map[netip.Addr]bool{}
		}
		hosts[t.Dst][t.Port], ports[t.Port][t.Dst] = true, true
		if len(ports[t.Port]) > c.portHosts {
			c.portHosts, c.port = len(ports[t.Port]), t
		}
		if len(hosts[t.Dst]) > c.hostPorts {
			c.hostPorts, c.host = len(hosts[t.Dst]), t.Dst
		}
		if s.border.Inside(t.Dst) {
			home++
		}
		if t.How == denied {
			denies++
		}
	}
	n := len(src.tried.kept)
	if n == 0 {
		return c, false
	}
	factor := src.tried.factor()
	about := func(k int) int { return int(float64(k)*factor + 0.5) }
	c.targets, c.hosts, c.ports, c.portHosts, c.hostPorts = about(n), about(len(hosts)), len(ports), about(c.portHosts), about(c.hostPorts)
	c.echo = c.port.Protocol == 1 || c.port.Protocol == 58
	c.home, c.denied = 2*home >= n, float64(denies)/float64(n)
	c.share = float64(c.targets) / (float64(c.targets) + float64(len(src.reached.kept))*src.reached.factor())
	quick := c.echo && c.portHosts >= echoHosts && src.last-src.first <= echoWidth
	return c, c.share >= vain && (quick || c.portHosts >= manyHosts || c.hostPorts >= manyPorts || c.hosts >= 2*manyHosts)
}

// Findings implements [intrusion.Summary].
func (s *Summary) Findings() []finding.Finding {
	s.settle()
	var findings []finding.Finding
	var outside []scan
	for _, a := range slices.SortedFunc(maps.Keys(s.sources), netip.Addr.Compare) {
		c, found := s.judge(a, s.sources[a])
		switch {
		case !found:
		case c.within:
			findings = append(findings, c.finding())
		default:
			outside = append(outside, c)
		}
	}
	if len(outside) > 0 {
		findings = append(findings, background(outside))
	}
	return findings
}

func (c *scan) finding() finding.Finding {
	f := finding.Finding{
		ID:       finding.StableID(id, c.src.String()),
		Detector: id, Question: finding.In, Title: c.title(), Why: c.why(),
		Severity: finding.Medium, Confidence: finding.Likely,
		Techniques: []string{"T1046"}, Entities: c.entities(),
		First: c.source.first, Last: c.source.last, Count: c.targets, Citations: c.source.cite(c.src),
	}
	if c.echo || c.ports == 1 && c.port.Port == 0 {
		f.Techniques = []string{"T1018"}
	}
	if !c.home {
		f.Severity = finding.High // it attacks others: a bot
	}
	if c.denied > 0.9 {
		f.Severity = min(f.Severity, finding.Medium)
	}
	if c.targets < 2*manyHosts && c.home {
		f.Confidence = finding.Unsure
	}
	f.Mitigations = finding.MitigationsFor([]string{"T1021"})
	f.Normalize()
	return f
}

func (c *scan) vertical() bool { return c.hostPorts >= manyPorts && c.hostPorts > c.portHosts }

func (c *scan) title() string {
	what := "An internal host tries one service on many hosts"
	switch {
	case c.vertical():
		what = "An internal host tries the ports of another"
	case c.echo:
		what = "An internal host asks many addresses whether they are there"
	case c.portHosts < manyHosts:
		what = "An internal host tries many hosts and services"
	}
	if !c.home {
		what = strings.Replace(what, "many hosts", "many hosts on the internet", 1)
	}
	if c.denied > 0.9 {
		what += ", and a firewall stops it"
	}
	return what
}

func (c *scan) why() string {
	var b strings.Builder
	about := ""
	if c.source.tried.cut != uncut {
		about = "about "
	}
	fmt.Fprintf(&b, "%s tried %s%s on %s%s in vain %s", c.src, about, prose.Count(c.targets, "service"), about, prose.Count(c.hosts, "host"), prose.Span(c.source.first, c.source.last))
	switch {
	case c.vertical():
		fmt.Fprintf(&b, ", %d of them ports of %s", c.hostPorts, c.host)
	case c.echo:
		fmt.Fprintf(&b, ", most by echo requests")
	default:
		fmt.Fprintf(&b, ", most of them port %d (%d hosts)", c.port.Port, c.portHosts)
	}
	fmt.Fprintf(&b, ": %.0f %% of all it tried did not answer.", 100*c.share)
	if seconds := (c.source.last - c.source.first) / 1e9; seconds >= slow && c.targets < 5000 {
		fmt.Fprintf(&b, " It took its time (%d hours), as scans do that want to stay below alarms.", seconds/3600)
	}
	if c.denied > 0 {
		fmt.Fprintf(&b, " A firewall refused %.0f %% of the attempts: tried, blocked.", 100*c.denied)
	}
	b.WriteString(" Innocent would be an inventory or vulnerability scanner, monitoring after hosts were removed, or peer-to-peer programs.")
	return b.String()
}

const maxEntities = 12

func (c *scan) entities() []finding.Entity {
	list := []finding.Entity{{Type: finding.Address, Value: c.src.String()}}
	for _, t := range c.source.tried.kept[:min(len(c.source.tried.kept), maxEntities)] {
		list = append(list, finding.Entity{Type: finding.Address, Value: t.Dst.String()})
	}
	return list
}

func (s *source) cite(src netip.Addr) []finding.Citation {
	first, last := s.low, s.high
	first.Excerpt, last.Excerpt = prose.Excerpt("source", src.String(), "tried", s.lowText), prose.Excerpt("source", src.String(), "tried", s.highText)
	if first.Path == last.Path && first.Offset == last.Offset {
		return []finding.Citation{first}
	}
	return []finding.Citation{first, last}
}

func (t *Target) text() string {
	how := [...]string{untold: "", reached: "reached", silent: "no answer", refused: "refused", denied: "denied"}[t.How]
	if t.Protocol == 1 || t.Protocol == 58 {
		return t.Dst.String() + " by echo request"
	}
	return fmt.Sprintf("%s port %d: %s", t.Dst, t.Port, how)
}

// background sums up what outside hosts try: it never ends on the internet,
// and is told once.
func background(scans []scan) finding.Finding {
	slices.SortFunc(scans, func(x, y scan) int { return cmp.Or(cmp.Compare(y.targets, x.targets), x.src.Compare(y.src)) })
	worst := &scans[0]
	names := make([]string, len(scans))
	f := finding.Finding{
		ID: finding.StableID(id, "outside"), Detector: id, Question: finding.In,
		Title: "Outside hosts try what answers here", Severity: finding.Informational, Confidence: finding.Likely,
		Techniques: []string{"T1595.001"}, Mitigations: finding.MitigationsFor([]string{"T1133"}),
		First: worst.source.first,
	}
	for i := range scans {
		c := &scans[i]
		names[i] = c.src.String()
		f.First, f.Last, f.Count = min(f.First, c.source.first), max(f.Last, c.source.last), f.Count+c.targets
		if i < maxEntities {
			f.Entities = append(f.Entities, finding.Entity{Type: finding.Address, Value: c.src.String()})
		}
		if i < 4 {
			f.Citations = append(f.Citations, c.source.cite(c.src)...)
		}
	}
	f.Why = fmt.Sprintf("%s from outside (%s) tried services here that did not answer, %s alone about %d. On the internet this never ends and means little by itself. It matters who of them came back and was let in.",
		prose.Count(len(scans), "host"), prose.List(names), worst.src, worst.targets)
	f.Normalize()
	return f
}
