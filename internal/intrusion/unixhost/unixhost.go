// Package unixhost answers: did somebody work on a Unix host or an appliance as
// intruders do? It reads the commands that auditd, sudo and shells log.
package unixhost

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"seawall/internal/activity"
	"seawall/internal/coverage"
	"seawall/internal/finding"
	"seawall/internal/intrusion"
	"seawall/internal/intrusion/prose"
	"seawall/internal/intrusion/sighting"
)

const id = "unixhost"

// Detector describes the detector.
func Detector() intrusion.Detector {
	readme, _ := intrusion.Readme(id)
	return intrusion.Detector{
		ID: id, Title: "Commands of intruders on Unix hosts and appliances",
		Techniques: []string{"T1003.008", "T1033", "T1059.004", "T1070.002", "T1082", "T1098", "T1105", "T1136.001", "T1496", "T1562.004", "T1571", "T1572"},
		Needs:      []coverage.Need{{Channel: "linux audit", Enable: "log the start of programs with auditd (execve), and collect audit.log, secure and auth.log"}, {Channel: "linux sudo", Enable: "collect secure and auth.log"}},
		Readme:     readme,
		Classes:    activity.ClassesOf(activity.ProcessStart, activity.AccountChange),
		New:        func(*intrusion.Site) intrusion.Summary { return sighting.NewSummary(newNotes) },
	}
}

// act is a command that shows a sign.
type act struct {
	Sign int // index into signs
	Line string
	User string
}

// glance is a command that looks around.
type glance struct {
	Name, Technique, Line, User string
	Parent                      string // what a web server started it with, "" if none did
	Unattended                  bool   // outside of any person's session
}

// password is that of an account, changed.
type password struct{ Account, By string }

type notes struct {
	acts      *sighting.Book[string, act] // by host
	glances   *sighting.Book[string, glance]
	passwords *sighting.Book[string, password]
}

func newNotes() *notes {
	return &notes{
		acts:      sighting.New[string, act](sighting.Limits{Total: 1 << 15, PerGroup: 1 << 11}),
		glances:   sighting.New[string, glance](sighting.Limits{Total: 1 << 16, PerGroup: 1 << 12, Grain: int64(time.Minute)}),
		passwords: sighting.New[string, password](sighting.Limits{Total: 1 << 12, PerGroup: 1 << 8}),
	}
}

// Shelves implements [sighting.Notebook].
func (n *notes) Shelves() []sighting.Shelf {
	return []sighting.Shelf{n.acts, n.glances, n.passwords}
}

// maxLine cuts what is kept of a command line.
const maxLine = 240

// Observe implements [sighting.Notebook].
func (n *notes) Observe(a *activity.Activity) {
	switch {
	case a.EventID != 0: // a Windows event: other detectors read these
	case a.Class == activity.ProcessStart:
		n.started(a)
	case a.Class == activity.AccountChange && strings.HasPrefix(a.Account.Operation, "password"):
		n.passwords.Add(a.Host, password{a.Account.Name, a.Actor.User}, a)
	}
}

func (n *notes) started(a *activity.Activity) {
	line := a.Process.CommandLine
	if line == "" {
		line = a.Process.Image
	}
	if _, account, ok := strings.Cut(line, "password changed for "); ok { // passwd says it in a message
		account, _, _ = strings.Cut(account, " ")
		n.passwords.Add(a.Host, password{strings.Trim(account, "'\""), ""}, a)
		return
	}
	for part := range commands(line) {
		c := newCommand(part)
		kept := finding.Shorten(line, maxLine)
		if i := slices.IndexFunc(signs, func(s sign) bool { return s.shows(&c) }); i >= 0 {
			n.acts.Add(a.Host, act{i, kept, a.Actor.User}, a)
			continue
		}
		if name, technique := lookOf(&c); technique != "" {
			n.glances.Add(a.Host, glance{name, technique, kept, a.Actor.User, webServer(a.Process.ParentImage), a.Process.Unattended}, a)
		}
	}
}

// commands calls yield for the whole line, and for each command that a shell
// is given to run in it.
func commands(line string) func(func(string) bool) {
	return func(yield func(string) bool) {
		_, given, isShell := strings.Cut(line, " -c ")
		first, _, _ := strings.Cut(line, " ")
		base := first[strings.LastIndexByte(first, '/')+1:]
		if !isShell || !slices.Contains([]string{"sh", "bash", "dash", "ash", "ksh", "zsh", "csh", "busybox"}, base) {
			yield(line)
			return
		}
		given = strings.Trim(given, `"' `)
		for _, part := range strings.FieldsFunc(given, func(r rune) bool { return r == ';' || r == '&' || r == '\n' }) {
			if part = strings.TrimSpace(part); part != "" && !yield(part) {
				return
			}
		}
		if strings.ContainsAny(given, "|;&>") { // signs that several parts make together
			yield(given)
		}
	}
}

// Findings implements [sighting.Notebook].
func (n *notes) Findings() (findings []finding.Finding) {
	for _, g := range n.acts.Groups() {
		findings = append(findings, acted(g.Key, g.Sightings)...)
	}
	for _, g := range n.glances.Groups() {
		findings = append(findings, looked(g.Key, g.Sightings)...)
	}
	for _, g := range n.passwords.Groups() {
		for _, s := range g.Sightings {
			findings = append(findings, changed(g.Key, &s))
		}
	}
	return findings
}

// acted makes a finding of each sign and day on a host.
func acted(host string, list []sighting.Sighting[act]) (findings []finding.Finding) {
	type key struct {
		sign int
		day  int64
	}
	at := map[key]int{}
	for _, s := range list {
		k := key{s.Fact.Sign, s.Time / int64(24*time.Hour)}
		i, ok := at[k]
		if !ok {
			i = len(findings)
			at[k] = i
			is := &signs[s.Fact.Sign]
			findings = append(findings, finding.Finding{
				ID: finding.StableID(id, host, is.name, fmt.Sprint(k.day)), Detector: id, Question: finding.In, Title: is.title, Severity: is.severity, Confidence: finding.Likely,
				Techniques: slices.Clone(is.techniques), First: s.Time, Entities: []finding.Entity{{Type: finding.Host, Value: host}},
				Why: fmt.Sprintf("On %s%s ran: %s. %s", prose.Host(host), by(s.Fact.User), s.Fact.Line, is.why),
			})
		}
		f := &findings[i]
		f.Last, f.Count = max(f.Last, s.Time), f.Count+1
		add(f, s.Fact.User, s.Citation, "command", s.Fact.Line)
	}
	return finish(findings)
}

func by(user string) string {
	if user == "" {
		return ""
	}
	return ", as " + user + ","
}

func add(f *finding.Finding, user string, c finding.Citation, name, excerpt string) {
	if user != "" {
		f.Entities = append(f.Entities, finding.Entity{Type: finding.User, Value: user})
	}
	if len(f.Citations) < 20 {
		c.Excerpt = prose.Excerpt(name, excerpt)
		f.Citations = append(f.Citations, c)
	}
}

func finish(findings []finding.Finding) []finding.Finding {
	for i := range findings {
		findings[i].Mitigations = finding.MitigationsFor(findings[i].Techniques)
		findings[i].Normalize()
	}
	return findings
}

// A burst is this many different commands that look around, within this time,
// by one user.
const (
	burst     = 4
	burstTime = int64(30 * time.Minute)
)

// looked finds bursts on a host.
func looked(host string, list []sighting.Sighting[glance]) (findings []finding.Finding) {
	byUser := map[string][]sighting.Sighting[glance]{}
	for _, s := range list {
		byUser[s.Fact.User] = append(byUser[s.Fact.User], s)
	}
	for user, seen := range byUser {
		var bursts []finding.Finding
		for start := 0; start < len(seen); {
			end := start + 1
			for end < len(seen) && seen[end].Time-seen[end-1].Time < burstTime {
				end++
			}
			if f, ok := oneBurst(host, user, seen[start:end]); ok {
				bursts = append(bursts, f)
			}
			start = end
		}
		if days(bursts) >= habitual {
			for i := range bursts {
				bursts[i].Severity, bursts[i].Confidence = finding.Low, finding.Unsure
				bursts[i].Why += " The same recurs on three or more days, as of a program that watches the host."
			}
		}
		findings = append(findings, bursts...)
	}
	return finish(findings)
}

// habitual is on how many days bursts of one user are a habit.
const habitual = 3

func days(bursts []finding.Finding) int {
	seen := map[int64]bool{}
	for i := range bursts {
		seen[bursts[i].First/int64(24*time.Hour)] = true
	}
	return len(seen)
}

func oneBurst(host, user string, seen []sighting.Sighting[glance]) (f finding.Finding, ok bool) {
	var names, techniques []string
	for _, s := range seen {
		if !slices.Contains(names, s.Fact.Name) {
			names = append(names, s.Fact.Name)
			techniques = append(techniques, s.Fact.Technique)
		}
	}
	if len(names) < burst {
		return f, false
	}
	f = finding.Finding{
		ID: finding.StableID(id, host, "burst", user, fmt.Sprint(seen[0].Time)), Detector: id, Question: finding.In, Title: "Burst of commands that look around", Severity: finding.Medium, Confidence: finding.Unsure,
		Techniques: append(techniques, "T1059.004"), First: seen[0].Time, Last: seen[len(seen)-1].Time, Count: len(seen), Entities: []finding.Entity{{Type: finding.Host, Value: host}},
	}
	what := "Administrators look for faults like this; intruders look around first."
	parent := slices.IndexFunc(seen, func(s sighting.Sighting[glance]) bool { return s.Fact.Parent != "" })
	switch {
	case parent >= 0:
		f.Severity, f.Confidence = finding.High, finding.Likely
		f.Title, f.Techniques = "A web server's program looked around on its host", append(f.Techniques, "T1505.003")
		what = fmt.Sprintf("They were started by %s: a web shell or an exploit gives such commands.", seen[parent].Fact.Parent)
	case unattended(seen) && user != "" && user != "root":
		f.Severity, f.Confidence = finding.High, finding.Likely
		f.Title = "A service's account looked around on its host"
		what = "They ran outside of any person's session, as a service starts programs, and services do not look around: a web shell or an exploit gives such commands."
	case isService(user):
		f.Severity, f.Confidence = finding.High, finding.Likely
		f.Title = "A service's account looked around on its host"
		what = "It is the account of a service, which does not look around: a web shell or an exploit gives such commands."
	}
	f.Why = fmt.Sprintf("On %s%s ran %s, %s. %s", prose.Host(host), by(user), prose.List(names), prose.Span(f.First, f.Last), what)
	for _, s := range seen {
		add(&f, user, s.Citation, "command", s.Fact.Line)
	}
	return f, true
}

// isService tells accounts of services by their names.
func unattended(seen []sighting.Sighting[glance]) bool {
	return !slices.ContainsFunc(seen, func(s sighting.Sighting[glance]) bool { return !s.Fact.Unattended })
}

// webServer returns the base name of a program that answers requests, "" of
// others. Java and interpreters are among them where they start shells.
func webServer(image string) string {
	name := strings.ToLower(image[strings.LastIndexByte(image, '/')+1:])
	switch name {
	case "java", "httpd", "apache2", "nginx", "lighttpd", "php", "php-fpm", "node", "catalina", "beam.smp", "w3wp.exe", "gunicorn", "uwsgi":
		return name
	}
	if strings.HasPrefix(name, "php-fpm") {
		return name
	}
	return ""
}

func isService(user string) bool {
	switch strings.ToLower(user) {
	case "www-data", "apache", "nginx", "tomcat", "httpd", "nobody", "horizon", "jetty", "jboss", "wildfly", "weblogic", "confluence", "jira", "mysql", "postgres", "oracle", "nsroot", "web", "_www", "daemon", "zimbra":
		return true
	}
	return false
}

func changed(host string, s *sighting.Sighting[password]) finding.Finding {
	f := finding.Finding{
		ID: finding.StableID(id, host, "password", s.Fact.Account, fmt.Sprint(s.Time)), Detector: id, Question: finding.In, Title: "Password of a local account changed", Severity: finding.Medium, Confidence: finding.Unsure,
		Techniques: []string{"T1098"}, First: s.Time, Last: s.Time, Count: 1,
		Entities: []finding.Entity{{Type: finding.Host, Value: host}, {Type: finding.User, Value: s.Fact.Account}},
		Why:      fmt.Sprintf("On %s the password of %s was changed%s. On appliances local accounts are changed by nobody, as a rule; an intruder makes a way back of them.", prose.Host(host), s.Fact.Account, by(s.Fact.By)),
	}
	add(&f, "", s.Citation, "account", s.Fact.Account)
	return finish([]finding.Finding{f})[0]
}
