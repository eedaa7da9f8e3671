package beacon

import (
	"fmt"
	"math"
	"strings"

	"seawall/internal/finding"
	"seawall/internal/intrusion/prose"
)

func (c *stream) title() string {
	switch {
	case c.kind == rotating:
		return "Calls at a rhythm to destinations that take turns"
	case c.direction == inward:
		return "Calls from outside at a rhythm"
	case c.direction == lateral:
		return "Calls between internal hosts at a rhythm"
	case c.kind == slow || c.kind == scant:
		return "Calls out at a slow rhythm"
	case c.kind == constant:
		return "Steady calls out around the clock"
	}
	return "Calls out at a rhythm"
}

// target names what is called.
func (c *stream) target() string {
	switch {
	case c.kind == rotating:
		names := make([]string, len(c.pairs))
		for i, p := range c.pairs {
			names[i] = addrOf(p.dst).String()
		}
		if c.name != "" {
			return fmt.Sprintf("%d names", len(c.pairs))
		}
		return prose.List(names)
	case c.name != "":
		return c.name
	}
	return c.dst.String()
}

func (c *stream) service() string {
	if c.port == 0 {
		return c.target()
	}
	name := "TCP"
	if c.protocol == 17 {
		name = "UDP"
	}
	return fmt.Sprintf("%s, %s port %d,", c.target(), name, c.port)
}

// why tells the parts the judgement is made of, each by itself.
func (s *Summary) why(c *stream) string {
	var b strings.Builder
	p := c.pairs[0]
	fmt.Fprintf(&b, "%s called %s ", c.src, c.service())
	if total := s.total(c); total > c.calls {
		fmt.Fprintf(&b, "about %s; %d calls are looked at.", prose.Count(total, "time"), c.calls)
	} else {
		fmt.Fprintf(&b, "%s in %s.", prose.Count(c.calls, "time"), prose.Count(c.bursts, "burst"))
	}
	c.writeTiming(&b)
	c.writeSize(&b)
	c.writeSpread(&b)
	s.writeNovelty(&b, p)
	c.writeDoubts(&b)
	return b.String()
}

// writeTiming explains the rhythm.
func (c *stream) writeTiming(b *strings.Builder) {
	if c.kind == constant {
		fmt.Fprintf(b, " Timing: no fixed interval, but no rest either: calls come as evenly around the clock as chance spreads them (dispersion %.1f), in %d of the 24 hours. Sleeps of random length look like this; people do not.", c.steady, hoursOf(c.pairs[0]))
		return
	}
	fmt.Fprintf(b, " Timing: %.0f %% of the gaps lie around %s (z %.1f; chance reaches 3, 7 is clear)", 100*c.share, duration(c.period), c.z)
	if c.jitter >= 0.02 {
		fmt.Fprintf(b, ", shortened by up to %.0f %%", 100*c.jitter)
	}
	b.WriteString(".")
	if c.kind == scant {
		b.WriteString(" So few calls prove little; nobody else calls there.")
	}
	if c.missed >= 0.05 {
		fmt.Fprintf(b, " A further %.0f %% are multiples of it, as missed check-ins leave.", 100*c.missed)
	}
	if c.chance-c.tiny >= 0.1 {
		fmt.Fprintf(b, " Only %.0f %% are shorter than a fifth of it, where calls at random would have %.0f %%.", 100*c.tiny, 100*c.chance)
	}
}

func (c *stream) writeSize(b *strings.Builder) {
	if !c.sizes {
		return
	}
	if c.sizeShare >= 0.5 {
		fmt.Fprintf(b, " Size: %.0f %% of the calls sent exactly %d bytes.", 100*c.sizeShare, c.size)
	} else {
		b.WriteString(" Size: varies, as padding or real use makes it.")
	}
}

func (c *stream) writeSpread(b *strings.Builder) {
	hours := hoursOf(c.pairs[0])
	fmt.Fprintf(b, " Duration: %s, in %d of the 24 hours of the day", duration(float64(c.pairs[0].last-c.pairs[0].first)/1e9), hours)
	if longest := float64(c.pairs[0].longest) / 1e3; longest >= 3600 {
		fmt.Fprintf(b, "; the longest connection lasted %s", duration(longest))
	}
	b.WriteString(".")
	who := "internal host"
	if !c.within {
		who = "outside host"
	}
	fmt.Fprintf(b, " Prevalence: %d of %s %s it, %d at a rhythm.", c.callers, prose.Count(c.hosts, who), verb(c.callers), c.rhythmic)
}

func verb(n int) string {
	if n == 1 {
		return "calls"
	}
	return "call"
}

// A pair that begins this much later than the evidence is new.
const settled = 36 * 3600

func (s *Summary) writeNovelty(b *strings.Builder, p *pair) {
	if lead := float64(p.first-s.pairs.first) / 1e9; lead >= settled {
		fmt.Fprintf(b, " First seen: %s after the evidence begins.", duration(lead))
	}
}

// writeDoubts says what else it could be.
func (c *stream) writeDoubts(b *strings.Builder) {
	if c.pairs[0].flags&sampledFlow != 0 {
		b.WriteString(" The flows are sampled: calls are missing, so the rhythm is less sure.")
	}
	if c.failed > 0.5 {
		b.WriteString(" Most calls went unanswered: what is called is gone or blocked.")
	}
	if why := explained(c.name); why != "" {
		fmt.Fprintf(b, " The name is one by which %s; a forged or fronted name looks alike.", why)
		return
	}
	if c.pairs[0].flags&loggerCall != 0 {
		b.WriteString(" One side is the device that logged this: appliances ask their makers for updates and licences, and are managed, at such rhythms, so it ranks lower. A hijacked one looks alike: compare with what its maker says it calls.")
		return
	}
	switch c.direction {
	case lateral:
		b.WriteString(" Innocent would be monitoring, backup or replication; an implant behind another one looks alike.")
	case inward:
		b.WriteString(" Innocent would be a monitoring service; an operator who works through a hijacked router or a planted web page looks alike.")
	default:
		b.WriteString(" Innocent would be a program that looks for updates or news; find the process that calls.")
	}
}

// whyShared explains a destination that many hosts call.
func (s *Summary) whyShared(callers []*stream) string {
	c := callers[0]
	names := make([]string, len(callers))
	low, high := math.Inf(1), 0.0
	for i, one := range callers {
		names[i] = one.src.String()
		low, high = min(low, one.period), max(high, one.period)
	}
	why := fmt.Sprintf("%s (%s) call %s at a rhythm, with gaps around %s", prose.Count(len(callers), "host"), prose.List(names), c.service(), duration(low))
	if high > 1.1*low {
		why += " to " + duration(high)
	}
	if c.direction == inward {
		return why + fmt.Sprintf(". Of %s from outside that call it, %d keep a rhythm, as programs that scan and guess do; that is background on the internet. It matters if one of them gets in.", prose.Count(c.callers, "host"), c.rhythmic)
	}
	why += fmt.Sprintf(". %d of the site's %s do", c.rhythmic, prose.Count(c.hosts, "host"))
	if c.sharedSeverity() <= finding.Low {
		why += ": what so many keep up is a program the site uses, so it ranks low."
	} else {
		why += ": a program that few use, or implants on several hosts."
	}
	if ordinary := explained(c.name); ordinary != "" {
		why += " The name is one by which " + ordinary + "."
	}
	return why + " If nobody knows the program, look at one of the hosts."
}

// duration writes seconds for people.
func duration(s float64) string {
	switch {
	case s < 120:
		return fmt.Sprintf("%.3g s", s)
	case s < 2*3600:
		return fmt.Sprintf("%.0f s", s)
	case s < 48*3600:
		return fmt.Sprintf("%.1f hours", s/3600)
	}
	return fmt.Sprintf("%.1f days", s/86400)
}
