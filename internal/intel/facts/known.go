package facts

import (
	"seawall/internal/intel/cve"
	"seawall/internal/intel/kev"
)

// KnownOf returns what the catalogue says of each flaw.
func KnownOf(c *kev.Catalogue) map[cve.ID]*Known {
	m := make(map[cve.ID]*Known, len(c.Entries))
	for i := range c.Entries {
		e := &c.Entries[i]
		m[e.ID] = &Known{
			Added: ParseDay(e.Added), Due: ParseDay(e.Due), Ransomware: e.Ransomware == "Known",
			Disconnect: e.Disconnect(), EndOfLife: e.EndOfLife(), Vendor: e.Vendor, Product: e.Product,
			description: e.Description,
		}
	}
	return m
}
