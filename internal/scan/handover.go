package scan

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"

	"seawall/internal/coverage"
	"seawall/internal/finding"
	"seawall/internal/intrusion"
	"seawall/internal/inventory"
)

// handOver tells, for each exposure that demands to look for an intruder, what
// was looked for on that host, what was found, and what could not be looked for.
// What answers at a public address is looked for behind it. exposed come with
// the findings of the whole scan.
func handOver(exposed, all []finding.Finding, detectors []intrusion.Detector, seen *coverage.Summary, inv *inventory.Inventory) {
	var streams map[string][]coverage.Stream
	behind := served(inv)
	for i := range exposed {
		f := &exposed[i]
		if d := behind.of(f); d != nil {
			f.Why += fmt.Sprintf(" What answers there is %s, by a port forward or load balancer.", d.Name)
			f.Entities = append(f.Entities, finding.Entity{Type: finding.Host, Value: d.Name})
			f.Normalize()
		}
		if !f.Investigate {
			continue
		}
		if streams == nil {
			streams = streamsByHost(seen)
		}
		names := deviceNames(f)
		have := slices.Clone(streams[""]) // logs of no host in particular tell of all
		for _, n := range names {
			have = append(have, streams[n]...)
		}
		f.Why += " " + lookedFor(detectors, have) + " " + found(names, all)
	}
}

// publications are the addresses that firewalls and load balancers publish, with
// the device behind; nil where several are, or may be, behind one.
type publications map[string]*inventory.Device

func served(inv *inventory.Inventory) publications {
	inside := publications{}
	for _, d := range inv.Devices {
		for _, a := range d.Addresses {
			inside.lead(a, d)
		}
	}
	p := publications{}
	for _, d := range inv.Devices {
		for i := range d.Hints {
			h := &d.Hints[i]
			published := h.Kind == inventory.Forward || h.Kind == inventory.Balance
			if published && !h.Disabled && h.Outside.IsSingleIP() && h.Inside.IsSingleIP() {
				p.lead(h.Outside.Addr(), inside[h.Inside.Addr().String()])
			}
		}
	}
	return p
}

// lead notes that an address leads to a device.
func (p publications) lead(a netip.Addr, d *inventory.Device) {
	if known, ok := p[a.String()]; ok && known != d {
		d = nil
	}
	p[a.String()] = d
}

// of returns the device behind the one address that a finding names: of a
// gateway with many, none is meant more than the others.
func (p publications) of(f *finding.Finding) *inventory.Device {
	address := ""
	for _, e := range f.Entities {
		_, err := netip.ParseAddr(e.Value)
		switch {
		case err != nil || e.Type != finding.Address && e.Type != finding.Host: // a host without a name is called by its address
		case address != "" && address != e.Value:
			return nil
		default:
			address = e.Value
		}
	}
	return p[address]
}

// streamsByHost sorts what was logged by the host that logged it, by its short
// name.
func streamsByHost(seen *coverage.Summary) map[string][]coverage.Stream {
	m := map[string][]coverage.Stream{}
	for stream := range seen.All {
		host := finding.ShortHost(stream.Host)
		m[host] = append(m[host], stream)
	}
	return m
}

// deviceNames are the names and addresses of the device that a finding is about.
func deviceNames(f *finding.Finding) (names []string) {
	for _, e := range f.Entities {
		if e.Type == finding.Host || e.Type == finding.Address {
			names = append(names, finding.ShortHost(e.Value))
		}
	}
	return names
}

// toldChecks is how many checks are named; more are counted.
const toldChecks = 4

func lookedFor(detectors []intrusion.Detector, have []coverage.Stream) string {
	var made, blind []string
	for i := range detectors {
		d := &detectors[i]
		if len(d.Needs) == 0 {
			continue
		}
		if slices.ContainsFunc(d.Needs, func(n coverage.Need) bool { return holds(have, n) }) {
			made = append(made, d.ID)
		} else {
			blind = append(blind, d.ID)
		}
	}
	if len(made) == 0 {
		return "None of the checks for an intruder could be made on it: none of its logs, nor of the network around it, are in the evidence."
	}
	text := fmt.Sprintf("Looked for on it: %s.", named(made))
	if len(blind) > 0 {
		text += fmt.Sprintf(" Not possible for lack of its logs: %s.", named(blind))
	}
	return text
}

func named(ids []string) string {
	if more := len(ids) - toldChecks; more > 0 {
		return strings.Join(ids[:toldChecks], ", ") + fmt.Sprintf(" and %d more", more)
	}
	return strings.Join(ids, ", ")
}

func holds(have []coverage.Stream, n coverage.Need) bool {
	channel := strings.ToLower(n.Channel)
	return slices.ContainsFunc(have, func(s coverage.Stream) bool {
		return s.Channel == channel && (len(n.EventIDs) == 0 || slices.Contains(n.EventIDs, s.EventID))
	})
}

// found names the worst sign of an intruder on a host.
func found(names []string, all []finding.Finding) string {
	count := 0
	var worst *finding.Finding
	for i := range all {
		f := &all[i]
		if f.Question != finding.In || f.Severity < finding.Medium || !slices.ContainsFunc(deviceNames(f), func(n string) bool { return slices.Contains(names, n) }) {
			continue
		}
		count++
		if worst == nil || finding.Compare(f, worst) < 0 {
			worst = f
		}
	}
	if worst == nil {
		return "No sign of an intruder was found on it."
	}
	return fmt.Sprintf("Found on it: %s, the worst: %s (%s).", plural(count, "sign"), worst.Title, worst.ID)
}
