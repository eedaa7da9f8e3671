package scan

import (
	"cmp"
	"strings"

	"seawall/internal/coverage"
	"seawall/internal/finding"
)

// hostNames are the whole names of hosts, by the short names that other logs
// and the folders of the evidence call them by. A short name that two hosts
// share is not among them: which one is meant cannot be told.
type hostNames map[string]string

func newHostNames(seen *coverage.Summary, findings []finding.Finding) hostNames {
	names, shared := hostNames{}, map[string]bool{}
	add := func(host string) {
		host = strings.ToLower(host)
		short := finding.ShortHost(host)
		if short == host {
			return
		}
		if known, ok := names[short]; ok && known != host {
			shared[short] = true
		}
		names[short] = host
	}
	for _, host := range seen.Hosts() {
		add(host)
	}
	for i := range findings {
		for _, e := range findings[i].Entities {
			if e.Type == finding.Host {
				add(e.Value)
			}
		}
	}
	for short := range shared {
		delete(names, short)
	}
	return names
}

// of returns the whole name of a host, or the name it has.
func (n hostNames) of(host string) string { return cmp.Or(n[strings.ToLower(host)], host) }

// apply calls every host by its whole name.
func (n hostNames) apply(findings []finding.Finding) {
	for i := range findings {
		f := &findings[i]
		for j := range f.Entities {
			if e := &f.Entities[j]; e.Type == finding.Host {
				e.Value = n.of(e.Value)
			}
		}
		f.Normalize()
	}
}
