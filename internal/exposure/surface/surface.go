// Package surface answers "what is open that need not be?": services that have
// no business on the Internet, by what they are rather than by their port,
// management planes on the Internet side, and hosts that nobody answers for.
package surface

import (
	"cmp"
	_ "embed"
	"fmt"
	"slices"
	"strings"

	"seawall/internal/exposure"
	"seawall/internal/exposure/reach"
	"seawall/internal/finding"
	"seawall/internal/intel/facts"
	"seawall/internal/inventory"
)

// ID is the assessor's.
const ID = "surface"

//go:embed README.md
var readme string

// Assessor returns the assessor of needlessly open services.
func Assessor() exposure.Assessor {
	return exposure.Assessor{ID: ID, Title: "Services that need not be open, and management within reach of the Internet", Readme: readme, Assess: assess}
}

func assess(ctx *exposure.Context) []finding.Finding {
	a := assessment{Context: ctx, inside: map[*class][]sighted{}}
	for _, d := range ctx.Inventory.Devices {
		a.services(d)
		a.management(d)
	}
	a.openings()
	a.insiders()
	a.ownerless()
	return a.findings
}

type assessment struct {
	*exposure.Context
	findings []finding.Finding
	inside   map[*class][]sighted // of classes that are wrong everywhere
}

// sighted is a service of a device.
type sighted struct {
	device   *inventory.Device
	endpoint *inventory.Endpoint
}

// services looks at what answers on a device.
func (a *assessment) services(d *inventory.Device) {
	type found struct {
		endpoints []*inventory.Endpoint
		reach     exposure.Reach
		byNumber  bool
	}
	byClass := map[*class]*found{}
	var order []*class
	for i := range d.Endpoints {
		e := &d.Endpoints[i]
		if !e.Open() {
			continue
		}
		c, byNumber := classify(e)
		if c == nil {
			continue
		}
		r := a.ReachPort(d, e)
		if r.Exposed != facts.Yes {
			if c.everywhere && !byNumber && !e.Address.IsLoopback() {
				a.inside[c] = append(a.inside[c], sighted{d, e})
			}
			continue
		}
		f := byClass[c]
		if f == nil {
			f = &found{reach: r, byNumber: true}
			byClass[c] = f
			order = append(order, c)
		}
		f.endpoints = append(f.endpoints, e)
		f.byNumber = f.byNumber && byNumber
	}
	for _, c := range order {
		f := byClass[c]
		a.add(exposed(d, c, f.endpoints, f.reach, f.byNumber))
	}
}

func (a *assessment) add(f finding.Finding) {
	f.Detector, f.Question = ID, finding.Exposed
	f.Mitigations = append(finding.MitigationsFor(f.Techniques), "unused-services")
	f.Normalize()
	a.findings = append(a.findings, f)
}

// exposed tells of a class of services of one device that the Internet reaches.
func exposed(d *inventory.Device, c *class, endpoints []*inventory.Endpoint, r exposure.Reach, byNumber bool) finding.Finding {
	var ports []string
	f := finding.Finding{
		Title: fmt.Sprintf("%s answers the Internet on %s", capital(c.title), d.Name), Severity: c.severity, Confidence: finding.Certain,
		Techniques: []string{"T1133"}, Entities: exposure.Entities(d), Count: len(endpoints), Action: c.action(), Reachable: true,
		ID: finding.StableID(ID, c.id, d.ID),
	}
	for _, e := range endpoints {
		ports = append(ports, fmt.Sprintf("%s/%d", e.Protocol, e.Port))
		f.Citations = append(f.Citations, exposure.Cite(e.Best().Where, ports[len(ports)-1]))
		f.Entities = append(f.Entities, finding.Entity{Type: finding.Service, Value: d.Name + ":" + ports[len(ports)-1]})
		f.Last = max(f.Last, e.Best().Time)
	}
	f.First = f.Last
	for _, c := range r.Where {
		f.Citations = append(f.Citations, exposure.Cite(c, r.Why))
	}
	f.Why = fmt.Sprintf("%s has %s on %s, and the Internet reaches it: %s. %s", d.Name, c.title, list(ports), r.Why, c.why)
	if byNumber {
		f.Confidence = finding.Unsure
		f.Severity = min(f.Severity, finding.Medium)
		f.Why += " That it is this service is known from the port number only: look at what answers before closing it."
	}
	return f
}

// management tells of management that a configuration opens to the Internet.
func (a *assessment) management(d *inventory.Device) {
	var open []*inventory.Hint
	var deciding []inventory.Citation
	for i := range d.Hints {
		h := &d.Hints[i]
		if h.Kind == inventory.Management && !h.Disabled && !strings.Contains(h.Service, "vpn") && h.Service != "ikev2" && reach.Anybody(h.Peers) && onInternetSide(d, h) {
			if r := a.ReachManagement(d, h); r.Exposed == facts.Yes {
				open = append(open, h)
				deciding = append(deciding, r.Where...)
			}
		}
	}
	if len(open) == 0 {
		return
	}
	var services []string
	f := finding.Finding{
		Title: "Management of " + d.Name + " is open to the Internet", Severity: finding.High, Confidence: finding.Likely, Techniques: []string{"T1133", "T1190"},
		Entities: exposure.Entities(d), Count: len(open), Reachable: true, Action: "Let only administrators' networks reach the management of network devices", ID: finding.StableID(ID, "management", d.ID),
	}
	for _, h := range open {
		services = append(services, h.Service)
		f.Citations = append(f.Citations, exposure.Cite(h.Where, h.Service))
		if h.Service == "telnet" || h.Service == "smart install" {
			f.Severity = finding.Critical
		}
	}
	for _, c := range deciding {
		if !slices.ContainsFunc(open, func(h *inventory.Hint) bool { return h.Where == c }) {
			f.Citations = append(f.Citations, exposure.Cite(c, "the rule that lets it in"))
		}
	}
	slices.Sort(services)
	services = slices.Compact(services)
	f.Why = fmt.Sprintf("The configuration of %s lets anybody on its Internet side reach %s. The management plane of an edge device is what state actors look for first: one flaw before the login, or one password, and the device is theirs, with everything behind it.", d.Name, list(services))
	a.add(f)
}

// onInternetSide reports whether a management service is on an interface that
// faces the Internet, by name or by a public address.
func onInternetSide(d *inventory.Device, h *inventory.Hint) bool {
	for i := range d.Interfaces {
		f := &d.Interfaces[i]
		if f.Down || h.Interface != "" && f.Name != h.Interface && f.Label != h.Interface {
			continue
		}
		for _, p := range f.Prefixes {
			if exposure.Public(p.Addr()) {
				return true
			}
		}
		if f.Side == inventory.InternetSide && h.Interface != "" {
			return true
		}
	}
	return false
}

// maxListed bounds what one finding lists of many devices.
const maxListed = 50

// insiders tells of services that are wrong inside, too: one finding for each
// kind, not one for each host.
func (a *assessment) insiders() {
	for i := range classes {
		c := &classes[i]
		all := a.inside[c]
		if len(all) == 0 {
			continue
		}
		f := finding.Finding{
			Title: fmt.Sprintf("%s answers on %s", capital(c.title), count(all)), Severity: finding.Low, Confidence: finding.Likely,
			Techniques: []string{"T1210"}, Count: len(all), Action: c.action(), ID: finding.StableID(ID, "inside", c.id),
			Why: fmt.Sprintf("%s answers on %s. No evidence tells whether the Internet reaches it; inside, an intruder does. %s", capital(c.title), count(all), c.why),
		}
		for _, s := range all[:min(len(all), maxListed)] {
			f.Entities = append(f.Entities, finding.Entity{Type: finding.Host, Value: s.device.Name})
			if len(f.Citations) < 10 {
				f.Citations = append(f.Citations, exposure.Cite(s.endpoint.Best().Where, c.title))
			}
		}
		a.add(f)
	}
}

func count(all []sighted) string {
	hosts := map[string]bool{}
	for _, s := range all {
		hosts[s.device.ID] = true
	}
	if len(hosts) == 1 {
		return all[0].device.Name
	}
	return fmt.Sprintf("%d hosts", len(hosts))
}

// ownerless tells of devices that answer on the network and that no asset list
// names, if there is an asset list.
func (a *assessment) ownerless() {
	listed := 0
	var unknown []*inventory.Device
	exposedOnes := 0
	for _, d := range a.Inventory.Devices {
		fromList := len(d.Owners) > 0 || slices.ContainsFunc(d.Sources, func(s *inventory.Source) bool { return s.Format == "asset-csv" })
		if fromList {
			listed++
			continue
		}
		if len(d.Addresses) > 0 && slices.ContainsFunc(d.Endpoints, func(e inventory.Endpoint) bool { return e.Open() }) {
			unknown = append(unknown, d)
		}
	}
	if listed == 0 || len(unknown) == 0 {
		return
	}
	slices.SortStableFunc(unknown, func(x, y *inventory.Device) int {
		return cmp.Compare(a.Reach(y).Exposed, a.Reach(x).Exposed)
	})
	for _, d := range unknown {
		if a.Reach(d).Exposed == facts.Yes {
			exposedOnes++
		}
	}
	f := finding.Finding{
		Title: fmt.Sprintf("%d hosts answer on the network that no asset list names", len(unknown)), Severity: finding.Low, Confidence: finding.Likely,
		Techniques: []string{"T1133"}, Count: len(unknown), Action: "Find who answers for unknown hosts, or take them off the network", ID: finding.StableID(ID, "ownerless"),
		Why: fmt.Sprintf("The asset lists name %d devices. %d more were seen to answer; the Internet reaches %d of them. Nobody patches what nobody owns.", listed, len(unknown), exposedOnes),
	}
	if len(unknown) == 1 {
		f.Title = unknown[0].Name + " answers on the network, and no asset list names it"
	}
	if exposedOnes > 0 {
		f.Severity = finding.Medium
	}
	for _, d := range unknown[:min(len(unknown), maxListed)] {
		f.Entities = append(f.Entities, finding.Entity{Type: finding.Host, Value: d.Name})
		if len(f.Citations) < 10 {
			i := slices.IndexFunc(d.Endpoints, func(e inventory.Endpoint) bool { return e.Open() })
			f.Citations = append(f.Citations, exposure.Cite(d.Endpoints[i].Best().Where, "open"))
		}
	}
	a.add(f)
}

// list joins words for a sentence.
func list(words []string) string {
	switch n := len(words); n {
	case 0:
		return ""
	case 1:
		return words[0]
	default:
		return strings.Join(words[:n-1], ", ") + " and " + words[n-1]
	}
}

func capital(text string) string {
	return strings.ToUpper(text[:1]) + text[1:]
}

// action names the service: "Redis: close it to the Internet". Services that
// are mended in the same way stay actions of their own.
func (c *class) action() string {
	return capital(c.title) + ": " + strings.ToLower(c.instead[:1]) + c.instead[1:]
}
