// Package webshelluse answers: is a page of the web server used as a web shell
// or as a tunnel into the network?
package webshelluse

import (
	"bytes"
	"encoding/gob"
	"fmt"

	"seawall/internal/activity"
	"seawall/internal/coverage"
	"seawall/internal/finding"
	"seawall/internal/intrusion"
	"seawall/internal/intrusion/ownserver"
	"seawall/internal/intrusion/sketch"
	"seawall/record"
)

const id = "webshelluse"

// Detector describes the detector.
func Detector() intrusion.Detector {
	readme, _ := intrusion.Readme(id)
	return intrusion.Detector{
		ID: id, Title: "Web shells in use",
		Techniques: []string{"T1059", "T1090", "T1505.003", "T1572"},
		Needs: []coverage.Need{
			{Channel: "access", Enable: "access logs of every web server, with user agent and referrer"},
			{Channel: "zeek http", Enable: "Zeek's http log in front of the servers"},
			{Channel: "waf", Enable: "audit log of the web application firewall"},
		},
		Readme:  readme,
		Classes: activity.ClassesOf(activity.Request),
		New:     func(site *intrusion.Site) intrusion.Summary { return &summary{servers: ownserver.New(site)} },
	}
}

// Limits of what is kept.
const (
	maxPages    = 1 << 12
	maxClients  = 16  // told apart on one page
	maxRequests = 128 // told apart on one page, before they are estimated
	maxSizes    = 16
	maxVisitors = 256 // of all script pages
	maxExamples = 4
	maxPath     = 200
)

// page is what was seen of one script.
type page struct {
	Path, Site          string
	Clients, Agents     sketch.Distinct
	Requests, Sizes     sketch.Distinct
	First, Last         int64
	Get, Post           bool // asked for by GET without a query, by POST
	Plain               bool // some GET was answered with success
	Referred, Linked    bool // some request had a referrer; one of another page
	Worked, Missing     bool // answered with success; with 404
	Commands, Tunnel    sketch.Examples
	Examples            sketch.Examples
	TunnelWords, Upload bool
	Client, Agent       string // of the earliest request
	Decoded             string // the smallest command, for a stable choice
}

// summary implements [intrusion.Summary].
type summary struct {
	Pages    sketch.Table[page]
	Visitors sketch.Distinct // of script pages

	servers ownserver.Judge
}

// state is a summary as it is written: gob would call its methods.
type state summary

// Observe implements [intrusion.Summary].
func (s *summary) Observe(a *activity.Activity) {
	if a.Class != activity.Request || a.Recovered != record.Live || !s.servers.Own(a.HTTP) {
		return
	}
	h := a.HTTP
	path, query := h.Path, h.Query
	if path == nil {
		path, query, _ = bytes.Cut(h.Target, []byte("?"))
	}
	end, ok := scriptEnd(path)
	if !ok {
		return
	}
	path = path[:end]
	client := sketch.Hash(h.Client)
	s.Visitors.Add(client, maxVisitors)
	p := s.Pages.Get(sketch.Join(sketch.Hash(path), sketch.Hash(h.Host)), maxPages)
	if p == nil {
		return
	}
	if p.Path == "" {
		p.Path, p.Site = string(path[:min(len(path), maxPath)]), string(h.Host)
	}
	p.observe(a, h, query, client)
}

// observe notes a request of the page.
func (p *page) observe(a *activity.Activity, h *activity.HTTP, query []byte, client uint64) {
	p.Clients.Add(client, maxClients)
	p.Agents.Add(sketch.Hash(h.UserAgent), maxClients)
	p.Requests.Add(sketch.Join(sketch.Join(client, uint64(a.Time)), uint64(a.Origin.Offset)), maxRequests)
	if h.Bytes >= 0 {
		p.Sizes.Add(sketch.Join(7, uint64(h.Bytes)), maxSizes)
	}
	post := len(h.Method) == 4 && h.Method[0] == 'P'
	p.Post = p.Post || post
	p.Get = p.Get || !post && len(query) == 0
	good := h.Status/100 == 2
	p.Worked = p.Worked || good
	p.Plain = p.Plain || good && !post && len(query) == 0
	p.Missing = p.Missing || h.Status == 404
	if len(h.Referer) > 1 {
		p.Referred = true
		p.Linked = p.Linked || !bytes.Contains(h.Referer, []byte(p.Path))
	}
	if p.First == 0 || a.Time < p.First || a.Time == p.First && string(h.Client) < p.Client {
		p.First, p.Client, p.Agent = a.Time, string(h.Client), string(h.UserAgent[:min(len(h.UserAgent), maxPath)])
	}
	p.Last = max(p.Last, a.Time)
	p.Upload = p.Upload || good && post && h.RequestBytes > 20<<10 && h.Bytes >= 0 && h.Bytes < 16
	if good && p.Examples.Wants(a, maxExamples) {
		p.Examples.Add(a, excerpt(h, ""), maxExamples)
	}
	if len(query) > 1 {
		p.observeQuery(a, h, query)
	}
}

// observeQuery looks for commands and for the words of tunnels.
func (p *page) observeQuery(a *activity.Activity, h *activity.HTTP, query []byte) {
	if tunnelWords(query) {
		p.TunnelWords = true
		if p.Tunnel.Wants(a, maxExamples) {
			p.Tunnel.Add(a, excerpt(h, ""), maxExamples)
		}
	}
	if command := commandIn(query); command != "" && h.Status < 400 {
		if p.Decoded == "" || command < p.Decoded {
			p.Decoded = command
		}
		p.Commands.Add(a, excerpt(h, command), maxExamples)
	}
}

// Merge implements [intrusion.Summary].
func (s *summary) Merge(other intrusion.Summary) {
	o, ok := other.(*summary)
	if !ok {
		panic("bug: summaries of different detectors are merged")
	}
	s.Visitors.Merge(&o.Visitors, maxVisitors)
	s.Pages.Merge(&o.Pages, maxPages, func(mine, theirs *page) { mine.merge(theirs) })
}

func (p *page) merge(o *page) {
	if p.Path == "" {
		p.Path, p.Site = o.Path, o.Site
	}
	p.Clients.Merge(&o.Clients, maxClients)
	p.Agents.Merge(&o.Agents, maxClients)
	p.Requests.Merge(&o.Requests, maxRequests)
	p.Sizes.Merge(&o.Sizes, maxSizes)
	p.Get, p.Post, p.Plain = p.Get || o.Get, p.Post || o.Post, p.Plain || o.Plain
	p.Referred, p.Linked = p.Referred || o.Referred, p.Linked || o.Linked
	p.Worked, p.Missing = p.Worked || o.Worked, p.Missing || o.Missing
	p.TunnelWords, p.Upload = p.TunnelWords || o.TunnelWords, p.Upload || o.Upload
	if o.First != 0 && (p.First == 0 || o.First < p.First || o.First == p.First && o.Client < p.Client) {
		p.First, p.Client, p.Agent = o.First, o.Client, o.Agent
	}
	p.Last = max(p.Last, o.Last)
	p.Commands.Merge(&o.Commands, maxExamples)
	p.Tunnel.Merge(&o.Tunnel, maxExamples)
	p.Examples.Merge(&o.Examples, maxExamples)
	if p.Decoded == "" || o.Decoded != "" && o.Decoded < p.Decoded {
		p.Decoded = o.Decoded
	}
}

// Findings implements [intrusion.Summary].
func (s *summary) Findings() []finding.Finding {
	s.Pages.Settle(maxPages)
	visitors := s.Visitors.Count(maxVisitors)
	var findings []finding.Finding
	for _, key := range s.Pages.Keys() {
		if f, ok := s.Pages.Entries[key].judge(visitors); ok {
			f.Normalize()
			findings = append(findings, f)
		}
	}
	return findings
}

// MarshalBinary implements [intrusion.Summary].
func (s *summary) MarshalBinary() ([]byte, error) {
	var out bytes.Buffer
	if err := gob.NewEncoder(&out).Encode((*state)(s)); err != nil {
		return nil, fmt.Errorf("write summary: %w", err)
	}
	return out.Bytes(), nil
}

// UnmarshalBinary implements [intrusion.Summary].
func (s *summary) UnmarshalBinary(data []byte) error {
	if err := gob.NewDecoder(bytes.NewReader(data)).Decode((*state)(s)); err != nil {
		return fmt.Errorf("read summary: %w", err)
	}
	return nil
}
