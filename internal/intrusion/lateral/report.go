package lateral

import (
	"fmt"
	"slices"
	"strings"

	"seawall/internal/finding"
	"seawall/internal/intrusion/principal"
	"seawall/internal/intrusion/prose"
	"seawall/internal/intrusion/sighting"
)

const (
	maxCitations = 10
	maxEntities  = 20
)

// techniquesOf maps the kinds of steps to ATT&CK.
var techniquesOf = map[kind][]string{
	shareWrite: {"T1021.002", "T1570"}, shareOutput: {"T1021.002"}, hiveRead: {"T1003.002", "T1021.002"}, profileRead: {"T1021.002", "T1555"},
	serviceControl: {"T1021.002", "T1569.002"}, service: {"T1021.002", "T1569.002"}, serviceChild: {"T1569.002"}, consolePipe: {"T1021.002", "T1569.002"},
	taskControl: {"T1021.002", "T1053.005"}, task: {"T1053.005"}, wmiChild: {"T1047"}, shellChild: {"T1021.006"}, comChild: {"T1021.003"},
	command: {"T1021"}, adminShare: {"T1021.002"},
}

func kindOf(s *trace) string { return s.Fact.Kind.String() }

func (m *movement) has(k kind) bool {
	is := func(s trace) bool { return s.Fact.Kind == k }
	return slices.ContainsFunc(m.anchors, is) || slices.ContainsFunc(m.remote, is)
}

// tools lists the marks of tools, sorted.
func (m *movement) tools() []string {
	marked := sighting.Filter(m.traces(), func(s *trace) bool { return s.Fact.Tool != "" })
	return sighting.Distinct(marked, func(s *trace) string { return s.Fact.Tool })
}

func (m *movement) title() string {
	switch {
	case m.has(hiveRead):
		return "Credential stores fetched from a computer over the network"
	case m.has(profileRead):
		return "Users' stored credentials read over the network"
	case m.address == "":
		return m.unlinkedTitle()
	case m.has(service), m.has(consolePipe), m.has(serviceChild):
		return "Lateral movement through a remote service"
	case m.has(task):
		return "Lateral movement through a scheduled task"
	case m.has(wmiChild):
		return "Lateral movement through WMI"
	case m.has(shellChild):
		return "Lateral movement through Windows Remote Management"
	case m.has(comChild):
		return "Lateral movement through a COM object"
	case m.has(shareOutput):
		return "Remote shell over an administrative share"
	case m.has(shareWrite):
		return "Program copied to another computer"
	}
	return "Service or task control opened from another computer"
}

// unlinkedTitle is that of what nothing ties to another host.
func (m *movement) unlinkedTitle() string {
	switch {
	case m.has(consolePipe), m.has(serviceChild):
		return "Program run by a tool for remote execution"
	case m.has(service):
		return "Service installed as tools for remote execution do"
	case m.has(task):
		return "Scheduled task made as tools for remote execution do"
	case m.has(wmiChild):
		return "Command run through WMI as tools for remote execution do"
	}
	return "Command run as by another computer"
}

func (m *movement) grade() (finding.Severity, finding.Confidence) {
	severity, confidence := finding.Medium, finding.Unsure
	switch {
	case m.has(hiveRead), m.has(shareOutput):
		severity, confidence = finding.High, finding.Certain
	case m.has(profileRead), len(m.tools()) > 0, m.has(serviceControl) && m.has(shareWrite):
		severity, confidence = finding.High, finding.Likely
	case len(m.commands) > 0:
		severity, confidence = finding.High, finding.Likely
	case len(m.anchors) > 0:
		confidence = finding.Likely
	}
	if m.byLogon && severity == finding.High {
		confidence = finding.Certain
	}
	if m.product() != "" {
		return finding.Low, finding.Unsure
	}
	if m.habit && !m.has(hiveRead) && !m.has(shareOutput) {
		severity, confidence = severity-1, finding.Unsure
	}
	return severity, confidence
}

func (m *movement) finding() finding.Finding {
	all := m.traces()
	f := finding.Finding{
		ID: finding.StableID(id, "movement", m.host, m.address), Detector: id, Question: finding.In,
		Title: m.title(), Why: m.why(all),
		First: all[0].Time, Last: all[len(all)-1].Time, Count: len(all) + len(m.commands),
		Entities:  []finding.Entity{{Type: finding.Host, Value: prose.Host(m.host)}},
		Citations: m.citations(),
	}
	f.Severity, f.Confidence = m.grade()
	if m.address != "" {
		f.Entities = append(f.Entities, finding.Entity{Type: finding.Address, Value: m.address})
	}
	for i := range all {
		for _, technique := range techniquesOf[all[i].Fact.Kind] {
			if m.address != "" || !strings.HasPrefix(technique, "T1021") {
				f.Techniques = append(f.Techniques, technique)
			}
		}
		f.Entities = append(f.Entities, stepEntities(m.host, &all[i])...)
	}
	for i := range m.commands {
		f.Entities = append(f.Entities, finding.Entity{Type: finding.Host, Value: m.commands[i].host})
		f.Entities = append(f.Entities, stepEntities(m.commands[i].host, &m.commands[i].trace)...)
		f.First, f.Last = min(f.First, m.commands[i].Time), max(f.Last, m.commands[i].Time)
	}
	f.Mitigations = finding.MitigationsFor(append(f.Techniques, "T1021"))
	return f
}

func stepEntities(host string, s *trace) (list []finding.Entity) {
	if s.Fact.Account != "" && !principal.Nobody(s.Fact.Account) && principal.Computer(s.Fact.Account) != principal.Computer(host) {
		list = append(list, finding.Entity{Type: finding.User, Value: s.Fact.Account})
	}
	if s.Fact.Logon != 0 {
		list = append(list, finding.Entity{Type: finding.Logon, Value: fmt.Sprintf("%s 0x%x", host, s.Fact.Logon)})
	}
	switch s.Fact.Kind {
	case service:
		list = append(list, finding.Entity{Type: finding.Service, Value: s.Fact.Name})
	case task:
		list = append(list, finding.Entity{Type: finding.Task, Value: s.Fact.Name})
	}
	return list
}

// citations takes one trace of each kind first, then the rest in order.
func (m *movement) citations() []finding.Citation {
	var first, rest []finding.Citation
	seen := map[kind]bool{}
	for _, s := range append(slices.Clone(m.anchors), m.remote...) {
		if seen[s.Fact.Kind] {
			rest = append(rest, cite(&s))
			continue
		}
		seen[s.Fact.Kind] = true
		first = append(first, cite(&s))
	}
	for i := range m.commands[:min(len(m.commands), 2)] {
		first = append(first, cite(&m.commands[i].trace))
	}
	all := append(first, rest...)
	return all[:min(len(all), maxCitations)]
}

func cite(s *trace) finding.Citation {
	c := s.Citation
	logon := ""
	if s.Fact.Logon != 0 {
		logon = fmt.Sprintf("0x%x", s.Fact.Logon)
	}
	c.Excerpt = prose.Excerpt("EventID", fmt.Sprint(s.Fact.EventID), "Step", s.Fact.Kind.String(), "User", s.Fact.Account, "Name", s.Fact.Name, "Detail", s.Fact.Detail, "LogonId", logon)
	return c
}

func (m *movement) why(all []trace) string {
	var b strings.Builder
	accounts := accountsOf(all)
	who := prose.List(accounts)
	if who == "" {
		who = "An unnamed account"
	}
	if m.address != "" {
		fmt.Fprintf(&b, "%s acted on %s from %s %s: ", who, prose.Host(m.host), m.address, prose.Span(all[0].Time, all[len(all)-1].Time))
	} else {
		fmt.Fprintf(&b, "On %s, %s: ", prose.Host(m.host), prose.Span(all[0].Time, all[len(all)-1].Time))
	}
	told := sighting.Filter(all, func(s *trace) bool { return s.Fact.Kind != networkLogon })
	b.WriteString(prose.List(sighting.Distinct(told, kindOf)) + ".")
	if s := m.telling(); s != nil {
		fmt.Fprintf(&b, " Telling is %s (%s): %s.", finding.Shorten(s.Fact.Name, 60), s.Fact.Kind, finding.Shorten(s.Fact.Detail, 160))
	}
	if tools := m.tools(); len(tools) > 0 {
		fmt.Fprintf(&b, " It bears the mark of %s.", prose.List(tools))
	}
	switch {
	case m.byLogon:
		b.WriteString(" The logon id ties what happened on the host to the session that came over the network.")
	case m.address != "" && len(m.anchors) > 0:
		b.WriteString(" What came over the network and what happened on the host fit in kind and time; no logon id ties them.")
	case m.address == "":
		b.WriteString(" The evidence does not tell whether, and from where, another host caused it, or a program here that sought more rights; collect logon and share events of this host.")
	}
	for i := range m.commands[:min(len(m.commands), 2)] {
		c := &m.commands[i]
		fmt.Fprintf(&b, " On %s the command was given at %s (%s).", prose.Host(c.host), prose.Stamp(c.Time), c.Fact.Tool)
	}
	if name := m.product(); name != "" {
		fmt.Fprintf(&b, " Service and folder are those of %s; make sure that it came from its server.", name)
	}
	if m.habit {
		b.WriteString(" The same was seen on three or more days, which speaks for an administrator's routine.")
	} else {
		b.WriteString(" Innocent would be an administrator at work, or software distribution, from a place meant for it.")
	}
	return b.String()
}

// telling returns the trace that says most, nil if none says anything.
func (m *movement) telling() *trace {
	var best *trace
	for _, list := range [][]trace{m.anchors, m.remote} {
		for i := range list {
			s := &list[i]
			if s.Fact.Detail != "" && (best == nil || best.Fact.Tool == "" && s.Fact.Tool != "") {
				best = s
			}
		}
	}
	return best
}

// accountsOf names who acted: the host's own account, which 4688 gives for what
// services start, is nobody.
func accountsOf(steps []trace) []string {
	named := sighting.Filter(steps, func(s *trace) bool {
		return s.Fact.Account != "" && principal.Computer(s.Fact.Account) != principal.Computer(s.Host) && !principal.Nobody(s.Fact.Account)
	})
	return sighting.Distinct(named, func(s *trace) string { return s.Fact.Account })
}

// sentOnly reports commands to hosts whose own evidence shows nothing.
func (n *notes) sentOnly(explained map[finding.Citation]bool) []finding.Finding {
	var findings []finding.Finding
	for _, g := range n.sources.Groups() {
		alone := sighting.Filter(g.Sightings, func(s *trace) bool { return !explained[s.Citation] })
		if len(alone) == 0 {
			continue
		}
		f := finding.Finding{
			ID: finding.StableID(id, "sent", g.Key.Host), Detector: id, Question: finding.In,
			Title:    "Commands sent to other computers",
			Severity: finding.Medium, Confidence: finding.Unsure,
			Techniques: []string{"T1021"}, Mitigations: finding.MitigationsFor([]string{"T1021"}),
			First: alone[0].Time, Last: alone[len(alone)-1].Time, Count: len(alone),
			Entities: []finding.Entity{{Type: finding.Host, Value: prose.Host(g.Key.Host)}},
		}
		targets := sighting.Distinct(alone, func(s *trace) string { return s.Fact.Name })
		for i := range alone[:min(len(alone), maxEntities)] {
			f.Entities = append(f.Entities, stepEntities(g.Key.Host, &alone[i])...)
			f.Entities = append(f.Entities, finding.Entity{Type: finding.Host, Value: alone[i].Fact.Name})
			if i < maxCitations {
				f.Citations = append(f.Citations, cite(&alone[i]))
			}
		}
		f.Why = fmt.Sprintf("On %s, %s used %s against %s (%s) %s, for example: %s. The targets' own logs show no result, or are not part of the evidence; look there. Innocent would be an administrator at work from a computer meant for it.",
			prose.Host(g.Key.Host), prose.List(accountsOf(alone)), prose.List(sighting.Distinct(alone, func(s *trace) string { return s.Fact.Tool })),
			prose.Count(len(targets), "other host"), prose.List(targets), prose.Span(f.First, f.Last), finding.Shorten(alone[0].Fact.Detail, 160))
		if sighting.Periods(alone, day) >= habitualDays {
			f.Severity = finding.Low
			f.Why += " It recurs on three or more days."
		}
		findings = append(findings, f)
	}
	return findings
}
