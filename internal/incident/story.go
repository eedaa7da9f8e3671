package incident

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"
	"time"

	"seawall/internal/coverage"
	"seawall/internal/finding"
)

// tell makes the incident of findings that belong together, in order of time.
func tell(members []*node, o *Options) Incident {
	in := Incident{First: members[0].f.First}
	seen := map[string]bool{}
	users, addresses, strangers := map[string]bool{}, map[string]bool{}, map[string]bool{}
	for _, m := range members {
		f := m.f
		in.Findings = append(in.Findings, f.ID)
		in.Last = max(in.Last, f.Last)
		in.Severity = max(in.Severity, f.Severity)
		for _, t := range m.tactics {
			seen[t] = true
		}
		in.Steps = append(in.Steps, step(m))
		in.entities(m, o, users, addresses, strangers)
	}
	in.Tactics = inMatrixOrder(seen)
	in.Users, in.Addresses, in.Strangers = sortedKeys(users), sortedKeys(addresses), sortedKeys(strangers)
	switch {
	case certain(members):
		in.Confidence = finding.Certain
	case in.Severity == finding.Critical, graves(members) >= 2:
		in.Confidence = finding.Likely
	}
	in.PatientZero = patientZero(in.Steps)
	in.Entry = entry(&in)
	in.Steps = condense(members, in.Steps)
	in.consequences(members)
	in.unknowns(o)
	in.Title = title(&in, members)
	in.ID = "si" + strings.TrimPrefix(finding.StableID("incident", in.PatientZero.Finding), "sw")
	return in
}

func graves(members []*node) (n int) {
	for _, m := range members {
		if isGrave(m.f) {
			n++
		}
	}
	return n
}

func step(m *node) Step {
	s := Step{Time: m.f.First, End: m.f.Last, Host: m.host, Hosts: m.hosts, Title: m.f.Title, Finding: m.f.ID, Severity: m.f.Severity, Techniques: m.f.Techniques, Blocked: blocked(m.f)}
	if len(m.tactics) > 0 {
		s.Tactic = m.tactics[0]
	}
	return s
}

// blocked: the finding tells of something that was tried and refused.
func blocked(f *finding.Finding) bool {
	title := strings.ToLower(f.Title)
	for _, word := range [...]string{"blocked", "refused", "denied", "failed"} {
		if strings.Contains(title, word) {
			return true
		}
	}
	return false
}

// entities notes who and what a finding names.
func (in *Incident) entities(m *node, o *Options, users, addresses, strangers map[string]bool) {
	for _, e := range m.f.Entities {
		switch e.Type {
		case finding.Host:
			if !o.Known(e.Value) {
				strangers[e.Value] = true
			} else {
				in.touched(e.Value)
			}
		case finding.User:
			if account(e.Value) != "" && !strings.HasSuffix(e.Value, "$") && m.f.Severity >= finding.Medium {
				users[e.Value] = true
			}
		case finding.Address:
			if o.HostOf(e.Value) == "" && !isPrivate(e.Value) {
				addresses[e.Value] = true
			}
		}
	}
}

func isPrivate(address string) bool {
	a, err := netip.ParseAddr(address)
	return err == nil && (a.IsPrivate() || a.IsLoopback() || a.IsLinkLocalUnicast())
}

// touched notes a host once, by its longest name.
func (in *Incident) touched(host string) {
	same := func(h string) bool { return finding.ShortHost(h) == finding.ShortHost(host) }
	switch i := slices.IndexFunc(in.Hosts, same); {
	case i < 0:
		in.Hosts = append(in.Hosts, host)
	case len(host) > len(in.Hosts[i]):
		in.Hosts[i] = host
	}
}

func sortedKeys(m map[string]bool) []string {
	list := make([]string, 0, len(m))
	for k := range m {
		list = append(list, k)
	}
	slices.Sort(list)
	return list
}

// patientZero is the first step that shows the intruder inside: not a scan, not
// something that was refused, and not a guess while there is better. Of an
// exploit that was tried for a while it is what the exploit brought in, if that
// is shown.
func patientZero(steps []Step) Step {
	for _, least := range [...]finding.Severity{finding.High, finding.Medium, finding.Low} {
		for i, s := range steps {
			if s.Severity >= least && !s.Blocked && s.Tactic != "reconnaissance" && s.Tactic != "resource-development" {
				return brought(steps[i:])
			}
		}
	}
	return steps[0]
}

// brought returns the first of several steps that shows what an exploit, the
// first of them, brought in within a week; the exploit itself if none does.
func brought(steps []Step) Step {
	exploit := steps[0]
	if exploit.Tactic != "initial-access" || shows(exploit.Techniques) {
		return exploit
	}
	const soon = int64(7 * 24 * time.Hour)
	for _, s := range steps[1:] {
		sameHost := s.Host == "" || exploit.Host == "" || s.Host == exploit.Host
		if s.Severity >= finding.Medium && !s.Blocked && sameHost && s.Time-exploit.Time < soon && runs(s.Techniques) {
			if s.Host == "" {
				s.Host = exploit.Host
			}
			return s
		}
	}
	return exploit
}

// shows: what came in by the exploit is seen at work already.
func shows(techniques []string) bool {
	return slices.ContainsFunc(techniques, func(t string) bool {
		return !strings.HasPrefix(t, "T1190") && !strings.HasPrefix(t, "T1505")
	})
}

// runs: the intruder's code runs, or is there to run, and not only was an
// exploit for it tried.
func runs(techniques []string) bool {
	if slices.Contains(techniques, "T1190") {
		return false
	}
	return slices.ContainsFunc(techniques, func(t string) bool {
		return strings.HasPrefix(t, "T1505") || strings.HasPrefix(t, "T1059")
	})
}

// entry says how they came in: the first of the steps up to patient zero that
// tells of a way in, those of high severity before lesser ones.
func entry(in *Incident) string {
	how, least := "not shown by this evidence; the first sign is: "+in.PatientZero.Title, finding.Severity(0)
	for _, s := range in.Steps {
		if s.Time > in.PatientZero.Time {
			break
		}
		if way := wayIn(s.Techniques); way != "" && min(s.Severity, finding.High) > least {
			how, least = way+": "+s.Title, min(s.Severity, finding.High)
		}
	}
	return how
}

// wayIn names the way that techniques of initial access tell of, "" if none do.
func wayIn(techniques []string) string {
	for _, t := range techniques {
		switch {
		case strings.HasPrefix(t, "T1190"):
			return "through a public-facing application"
		case strings.HasPrefix(t, "T1505.003"):
			return "through a public-facing application, by way of a web shell"
		case strings.HasPrefix(t, "T1566"):
			return "by mail"
		case strings.HasPrefix(t, "T1133"):
			return "through remote access"
		case strings.HasPrefix(t, "T1078"):
			return "with valid credentials"
		}
	}
	return ""
}

// consequences lists what the intruder now has, by technique.
func (in *Incident) consequences(members []*node) {
	for _, m := range members {
		f := m.f
		has := func(prefixes ...string) bool {
			return slices.ContainsFunc(f.Techniques, func(t string) bool {
				return slices.ContainsFunc(prefixes, func(p string) bool { return strings.HasPrefix(t, p) })
			})
		}
		if f.Severity >= finding.Medium && has("T1078", "T1558", "T1003", "T1110", "T1552", "T1098", "T1136", "T1550", "T1021", "T1556") {
			for _, e := range f.Entities {
				if e.Type == finding.User && account(e.Value) != "" && !strings.HasSuffix(e.Value, "$") || e.Type == "session" {
					in.Reset = append(in.Reset, e.Value)
				}
				if e.Type == finding.Service && has("T1558.003") {
					in.Reset = append(in.Reset, e.Value)
				}
			}
		}
		line := f.Title
		if m.host != "" {
			line += " on " + m.host
		}
		switch {
		case blocked(f):
			in.Blocked = append(in.Blocked, line)
		case f.Severity < finding.Medium:
		case has("T1505", "T1053", "T1543", "T1136", "T1547", "T1546", "T1098", "T1574"):
			in.Persistence = append(in.Persistence, line)
		case has("T1041", "T1048", "T1567", "T1560", "T1074", "T1114", "T1039", "T1213", "T1005", "T1020", "T1030"):
			in.Taken = append(in.Taken, line)
		}
	}
	for _, list := range []*[]string{&in.Reset, &in.Persistence, &in.Taken, &in.Blocked} {
		slices.Sort(*list)
		*list = slices.Compact(*list)
	}
}

// unknowns says what the evidence does not tell, and what would.
func (in *Incident) unknowns(o *Options) {
	add := func(technique, text string) {
		if missing := o.Blind[technique]; missing != "" {
			text += "; it would need " + missing
		}
		in.Unknown = append(in.Unknown, text)
	}
	if strings.HasPrefix(in.Entry, "not shown") {
		add("T1190", "How they came in")
	} else if strings.Contains(in.Entry, "public-facing") {
		in.Unknown = append(in.Unknown, "The exact exploit: not provable without the bodies of the requests, which access logs leave out")
	}
	if len(in.Taken) == 0 {
		add("T1041", "Whether data left, and how much")
	}
	in.silences(o.Gaps)
	if o.Blind["T1505.003"] != "" && slices.Contains(in.Tactics, "initial-access") {
		add("T1505.003", "Whether web shells are left on disk")
	}
}

// silences are the times in which logs of the hosts touched have nothing.
func (in *Incident) silences(gaps []coverage.Gap) {
	const around = 7 * 24 * time.Hour
	told := map[string]bool{}
	for _, g := range gaps {
		touched := slices.ContainsFunc(in.Hosts, func(h string) bool { return finding.ShortHost(h) == finding.ShortHost(g.Host) })
		if !touched || told[g.Host] || g.To < in.First-int64(around) || g.From > in.Last+int64(around) {
			continue
		}
		told[g.Host] = true
		const layout = "2006-01-02 15:04"
		in.Unknown = append(in.Unknown, fmt.Sprintf("What happened on %s from %s to %s UTC: its log (%s) is silent, as after a shutdown or a deletion",
			g.Host, time.Unix(0, g.From).UTC().Format(layout), time.Unix(0, g.To).UTC().Format(layout), g.Channel))
	}
}

// title names the incident by its reach.
func title(in *Incident, members []*node) string {
	what := "Intrusion"
	if in.Confidence < finding.Likely {
		what = "Possible intrusion"
	}
	if where := place(members); len(in.Hosts) == 0 && where != "" {
		what += " in files below " + where
	}
	if n := len(in.Hosts); n == 1 {
		what += " on " + in.Hosts[0]
	} else if n > 1 {
		what += fmt.Sprintf(" across %d hosts, first seen on %s", n, firstHost(in))
	}
	return what
}

func firstHost(in *Incident) string {
	if in.PatientZero.Host != "" {
		for _, h := range in.Hosts {
			if finding.ShortHost(h) == in.PatientZero.Host {
				return h
			}
		}
	}
	return in.Hosts[0]
}
