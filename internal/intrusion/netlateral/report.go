package netlateral

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"seawall/internal/finding"
	"seawall/internal/intrusion/prose"
	"seawall/internal/intrusion/sighting"
)

const (
	maxCitations = 10
	maxEntities  = 30
)

// what says how each kind is told.
var what = [...]struct {
	title      string
	severity   finding.Severity
	confidence finding.Confidence
	techniques []string
	meaning    string
}{
	executed:   {"Programs run on other hosts by installing services or tasks", finding.High, finding.Likely, []string{"T1021.002"}, "PsExec and Impacket work so, and so do few management programs."},
	replicated: {"Secrets of the directory replicated by a host that is no domain controller", finding.High, finding.Likely, []string{"T1003.006"}, "Domain controllers replicate both ways; this host only took. Innocent would be a directory synchronisation service."},
	guessed:    {"Passwords guessed over SSH, and one got in", finding.High, finding.Likely, []string{"T1110.001", "T1021.004"}, "Treat the host as taken over until its owner explains the login."},
	objects:    {"Programs run on other hosts over DCOM, with output through a share", finding.High, finding.Likely, []string{"T1021.003", "T1021.002"}, "Impacket's wmiexec and dcomexec work so."},
	registry:   {"The registry of other hosts written or saved", finding.Medium, finding.Unsure, []string{"T1021.002"}, "Hives with password hashes are saved so; some management programs write settings."},
	guessing:   {"Passwords guessed on other hosts", finding.Medium, finding.Likely, []string{"T1110.001"}, "Innocent would be a program with an old password, which fails evenly for days."},
	swept:      {"Accounts, shares or services of many hosts listed", finding.Medium, finding.Likely, []string{"T1087.002"}, "Tools that map a domain do so, and so do inventory programs."},
	shares:     {"Administrative shares of other hosts used", finding.Medium, finding.Unsure, []string{"T1021.002"}, "Administrators and backup programs use them, too; an ordinary workstation does not."},
	spread:     {"One host opens desktops or shells on many others", finding.Medium, finding.Unsure, []string{"T1021.001"}, "Innocent would be a jump host or a terminal server's broker."},
	stopped:    {"Ports of administration of other hosts tried, and blocked", finding.Medium, finding.Unsure, []string{"T1021"}, "What was tried here may have succeeded where no firewall stands in between."},
}

// Findings implements [sighting.Notebook].
func (n *notes) Findings() []finding.Finding {
	var findings []finding.Finding
	var outside []*story
	for _, s := range n.stories() {
		if s.from && s.kind >= guessing {
			outside = append(outside, s)
			continue
		}
		findings = append(findings, s.finding())
	}
	if len(outside) > 0 {
		findings = append(findings, background(outside))
	}
	return findings
}

func (s *story) finding() finding.Finding {
	w := &what[s.kind]
	f := finding.Finding{
		ID:       finding.StableID(id, fmt.Sprint(s.kind), s.src),
		Detector: id, Question: finding.In, Title: w.title, Why: s.why(),
		Severity: w.severity, Confidence: w.confidence, Techniques: s.techniques(),
		First: s.list[0].Time, Last: s.list[len(s.list)-1].Time, Count: len(s.list),
		Entities: []finding.Entity{{Type: finding.Address, Value: s.src}}, Citations: s.cite(maxCitations),
	}
	if s.kind == executed && (s.acts[serviceDelete]+s.acts[taskDelete] > 0 || s.acts[programWritten] > 0) {
		f.Confidence = finding.Certain // installed, run and removed
	}
	for _, host := range s.hosts[:min(len(s.hosts), maxEntities)] {
		f.Entities = append(f.Entities, finding.Entity{Type: finding.Address, Value: host})
	}
	f.Mitigations = finding.MitigationsFor(append([]string{"T1021"}, f.Techniques...))
	return f
}

func (s *story) techniques() []string {
	list := slices.Clone(what[s.kind].techniques)
	if s.kind == executed {
		if s.acts[serviceCreate] > 0 {
			list = append(list, "T1543.003")
		}
		if s.acts[taskRegister] > 0 {
			list = append(list, "T1053.005")
		}
		if s.acts[programWritten] > 0 {
			list = append(list, "T1570")
		}
	}
	if s.kind == spread && s.acts[winrm] > 0 {
		list = append(list, "T1021.006")
	}
	if s.kind == stopped {
		list = []string{"T1021.002"}
	}
	return list
}

// cite quotes sightings, those of each host in turn.
func (s *story) cite(most int) (citations []finding.Citation) {
	left := slices.Clone(s.list)
	for len(left) > 0 && len(citations) < most {
		seen := map[string]bool{}
		var rest []sighting.Sighting[fact]
		for _, one := range left {
			if seen[one.Host] || len(citations) == most {
				rest = append(rest, one)
				continue
			}
			seen[one.Host] = true
			c := one.Citation
			c.Excerpt = prose.Excerpt("source", s.src, "destination", one.Host, "action", names[one.Fact.Act], "object", one.Fact.Object, "failed", map[bool]string{true: "yes"}[one.Fact.Failed])
			citations = append(citations, c)
		}
		left = rest
	}
	return citations
}

// names say what an act is.
var names = [...]string{
	serviceOpen: "service manager opened", serviceCreate: "service installed", serviceStart: "service started", serviceDelete: "service removed",
	taskRegister: "task installed", taskRun: "task run", taskDelete: "task removed",
	remoteObject: "object made over DCOM", remoteRegistry: "registry written or saved", replicate: "directory replicated",
	enumerate: "accounts, shares or sessions listed", adminShare: "administrative share mapped", programWritten: "program written",
	desktop: "desktop asked for", shell: "SSH connection", shellRefused: "SSH login failed", shellGranted: "SSH login let in",
	winrm: "WinRM used", blocked: "refused by a firewall",
}

func (s *story) why() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s acted on %s (%s) %s:", s.src, prose.Count(len(s.hosts), "host"), prose.List(s.hosts), prose.Span(s.list[0].Time, s.list[len(s.list)-1].Time))
	sep := " "
	for a := range names {
		if n := s.acts[act(a)]; n > 0 {
			fmt.Fprintf(&b, "%s%s %s", sep, names[a], times(n))
			sep = ", "
		}
	}
	b.WriteString(". ")
	if objects := s.objects(); len(objects) > 0 {
		fmt.Fprintf(&b, "Named in it: %s. ", prose.List(objects))
	}
	b.WriteString(what[s.kind].meaning)
	if s.kind == executed {
		b.WriteString(" Look for what was installed in the event logs (7045, 4698) of these hosts.")
	}
	return b.String()
}

// objects lists what shares, files and users are named.
func (s *story) objects() (list []string) {
	for _, one := range s.list {
		switch one.Fact.Act {
		case adminShare, programWritten, desktop, blocked:
			if one.Fact.Object != "" {
				list = append(list, one.Fact.Object)
			}
		}
	}
	slices.Sort(list)
	return slices.Compact(list)
}

func times(n int) string {
	if n == 1 {
		return "once"
	}
	return fmt.Sprintf("%d times", n)
}

// background sums up outside hosts that guess: that never ends on the
// internet; one that gets in is told by itself.
func background(stories []*story) finding.Finding {
	slices.SortStableFunc(stories, func(x, y *story) int { return cmp.Or(cmp.Compare(len(y.list), len(x.list)), cmp.Compare(x.src, y.src)) })
	f := finding.Finding{
		ID: finding.StableID(id, "outside"), Detector: id, Question: finding.In,
		Title: "Outside hosts guess passwords here", Severity: finding.Low, Confidence: finding.Likely,
		Techniques: []string{"T1110.001"}, Mitigations: finding.MitigationsFor([]string{"T1110", "T1133"}),
		First: stories[0].list[0].Time,
	}
	var sources, targets []string
	for i, s := range stories {
		sources, targets = append(sources, s.src), append(targets, s.hosts...)
		f.First, f.Last, f.Count = min(f.First, s.list[0].Time), max(f.Last, s.list[len(s.list)-1].Time), f.Count+len(s.list)
		if i < maxEntities {
			f.Entities = append(f.Entities, finding.Entity{Type: finding.Address, Value: s.src})
		}
		if i < maxCitations/2 {
			f.Citations = append(f.Citations, s.cite(1)...)
		}
	}
	slices.Sort(targets)
	targets = slices.Compact(targets)
	sources = distinct(sources)
	f.Why = fmt.Sprintf("%s from outside (%s) tried SSH or remote desktop of %s again and again. On the internet this never ends; close these services to the internet, or let only keys in. No login that succeeded after the guessing is among what was logged.",
		prose.Count(len(sources), "host"), prose.List(sources), prose.List(targets))
	return f
}

// distinct removes copies and keeps the order.
func distinct(list []string) (kept []string) {
	seen := map[string]bool{}
	for _, s := range list {
		if !seen[s] {
			seen[s] = true
			kept = append(kept, s)
		}
	}
	return kept
}
