package webshelluse

import (
	"fmt"
	"path"
	"strconv"
	"strings"
	"time"

	"seawall/internal/finding"
	"seawall/internal/intrusion/prose"
	"seawall/internal/intrusion/sketch"
)

const (
	// tunnelLeast requests of one client at tunnelRate a second, over so many
	// seconds, are a program's that carries a connection.
	tunnelLeast   = 200
	tunnelRate    = 0.5
	tunnelSeconds = 20
	// rareClients may use a page of a site that rareVisitors use, for it to be
	// one person's.
	rareClients  = 2
	rareVisitors = 50
	rareLeast    = 3 // requests
)

func number(n int64) string {
	if n < 0 {
		return ""
	}
	return strconv.FormatInt(n, 10)
}

// judge concludes from what was seen of a page.
func (p *page) judge(visitors int) (f finding.Finding, ok bool) {
	requests := p.Requests.Count(maxRequests)
	seconds := float64(p.Last-p.First) / float64(time.Second)
	clients := p.Clients.Count(maxClients)
	steady := requests >= tunnelLeast && clients <= rareClients && seconds >= tunnelSeconds && float64(requests) >= tunnelRate*seconds && !p.Referred
	switch {
	case !p.Worked:
		return f, false
	case p.TunnelWords && requests >= rareLeast || steady && p.Post && !p.Plain:
		return p.tunnel(requests, seconds), true
	case len(p.Commands.List) > 0:
		return p.commanded(requests), true
	case p.alone(requests, clients, visitors):
		return p.rare(requests, visitors), true
	}
	return f, false
}

// alone reports whether a page is one person's who never came from another
// page: the traffic of Chopper, Godzilla and Behinder.
func (p *page) alone(requests, clients, visitors int) bool {
	if !p.Post || p.Linked || clients > rareClients || requests < rareLeast || visitors < rareVisitors || ordinaryPage(p.Path) {
		return false
	}
	score := 0
	for _, sign := range []struct {
		is     bool
		weight int
	}{{!p.Get, 2}, {!p.Referred, 1}, {p.Sizes.Count(maxSizes) >= 3, 1}, {oddPlace(p.Path), 3}, {p.Upload, 2}, {toolAgent(p.Agent), 2}, {p.Missing, 1}} {
		if sign.is {
			score += sign.weight
		}
	}
	return score >= 4
}

// ordinaryPage reports whether programs call a page by design.
func ordinaryPage(name string) bool {
	base := strings.ToLower(path.Base(name))
	switch base {
	case "xmlrpc.php", "wp-cron.php", "admin-ajax.php", "index.php", "cron.php", "wp-login.php", "api.php", "rpc.php", "login.php", "ajax.php", "webhook.php", "callback.php", "notify.php", "exchange.asmx", "default.aspx", "rest.php", "server.php":
		return true
	}
	lower := strings.ToLower(name)
	return strings.Contains(lower, "/api/") || strings.Contains(lower, "webhook") || strings.HasSuffix(base, ".asmx") || strings.Contains(lower, "/ews/")
}

// oddPlace reports whether scripts have no place there: folders of uploads,
// pictures and themes.
func oddPlace(name string) bool {
	lower := strings.ToLower(name)
	for _, folder := range []string{"/upload", "/images/", "/img/", "/css/", "/js/", "/files/", "/tmp/", "/temp/", "/cache/", "/fonts/", "/media/", "/avatar", "/attach", "/aspnet_client/", "/owa/auth/", "/static/", "/assets/", "/backup", "/.well-known/", "/userfiles/", "/docs/"} {
		if strings.Contains(lower, folder) {
			return true
		}
	}
	return false
}

// toolAgent reports whether a user agent is no browser's.
func toolAgent(agent string) bool {
	lower := strings.ToLower(agent)
	if lower == "" || lower == "-" {
		return true
	}
	for _, tool := range []string{"antsword", "python-requests", "python-urllib", "go-http-client", "java/", "curl/", "wget/", "okhttp", "winhttp"} {
		if strings.Contains(lower, tool) {
			return true
		}
	}
	return false
}

// base is what all findings about a page share.
func (p *page) base(kind string, requests int, shown *sketch.Examples) finding.Finding {
	f := finding.Finding{
		ID: finding.StableID(id, kind, p.Site, p.Path), Detector: id, Question: finding.In,
		Techniques: []string{"T1505.003"}, First: p.First, Last: p.Last, Count: requests,
		Entities:  []finding.Entity{{Type: finding.File, Value: p.Path}},
		Citations: shown.Citations(),
	}
	if p.Client != "" {
		f.Entities = append(f.Entities, finding.Entity{Type: finding.Address, Value: p.Client})
	}
	if p.Site != "" && p.Site != "-" {
		f.Entities = append(f.Entities, finding.Entity{Type: finding.Service, Value: p.Site})
	}
	f.Mitigations = finding.MitigationsFor(f.Techniques)
	return f
}

func (p *page) tunnel(requests int, seconds float64) finding.Finding {
	shown := &p.Tunnel
	if len(shown.List) == 0 {
		shown = &p.Examples
	}
	f := p.base("tunnel", requests, shown)
	f.Title = "A page of the web server carries a tunnel"
	f.Severity, f.Confidence = finding.High, finding.Likely
	f.Techniques = append(f.Techniques, "T1090", "T1572")
	f.Mitigations = finding.MitigationsFor(f.Techniques)
	if p.TunnelWords && requests >= tunnelLeast {
		f.Confidence = finding.Certain
	}
	var b strings.Builder
	fmt.Fprintf(&b, "%s asked for %s about %s %s", prose.Address(p.Client), finding.Shorten(p.Path, 80), prose.Count(requests, "time"), prose.Span(p.First, p.Last))
	if seconds >= 1 {
		fmt.Fprintf(&b, ", %.1f a second", float64(requests)/seconds)
	}
	b.WriteString(".")
	if p.TunnelWords {
		b.WriteString(" The parameters are those by which Tunna, reGeorg and their kind are told to connect, read and forward.")
	}
	b.WriteString(" Through such a page an intruder reaches computers behind the web server as if from it. Innocent would be an application that polls, which loads a page first.")
	f.Why = b.String()
	return f
}

func (p *page) commanded(requests int) finding.Finding {
	f := p.base("command", requests, &p.Commands)
	f.Title = "Commands sent to a page of the web server"
	f.Severity, f.Confidence = finding.High, finding.Likely
	f.Techniques = append(f.Techniques, "T1059")
	f.Mitigations = finding.MitigationsFor(f.Techniques)
	if oddPlace(p.Path) {
		f.Severity, f.Confidence = finding.Critical, finding.Certain
	}
	f.Why = fmt.Sprintf("%s asked for %s with operating system commands in parameters, such as %q, and was answered with success %s. That is how a web shell is used. "+
		"Look at the page's file, at who wrote it, and at what the web server's account started at these times. Innocent would be a page of administration that takes commands by design.",
		prose.Address(p.Client), finding.Shorten(p.Path, 80), finding.Shorten(p.Decoded, 120), prose.Span(p.First, p.Last))
	return f
}

func (p *page) rare(requests, visitors int) finding.Finding {
	f := p.base("rare", requests, &p.Examples)
	f.Title = "A script that one client alone posts to"
	f.Severity, f.Confidence = finding.Medium, finding.Unsure
	var b strings.Builder
	fmt.Fprintf(&b, "Of about %d visitors of the site's scripts only %s used %s, with POST, %s %s, and never came from another page.", visitors, prose.Address(p.Client), finding.Shorten(p.Path, 80), prose.Count(requests, "request"), prose.Span(p.First, p.Last))
	if oddPlace(p.Path) {
		b.WriteString(" It lies in a folder where scripts have no place.")
		f.Severity, f.Confidence = finding.High, finding.Likely
	}
	if toolAgent(p.Agent) {
		b.WriteString(" The client is no browser.")
	}
	if p.Upload {
		b.WriteString(" One request sent many kilobytes and got an empty answer, as Godzilla loads its code.")
	}
	b.WriteString(" Web shells of the kind of China Chopper, Godzilla, Behinder and AntSword look like this: the commands are in the bodies, which logs do not have. Innocent would be an interface that a single partner or monitor uses.")
	f.Why = b.String()
	return f
}
