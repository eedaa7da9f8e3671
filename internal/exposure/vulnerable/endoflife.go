package vulnerable

import (
	"time"

	"seawall/internal/intel/eol"
	"seawall/internal/inventory"
)

// EndOfLife says whether the maker still supports a component: by its release,
// or, for devices, by its model.
func (m *Matcher) EndOfLife(c *inventory.Component, now time.Time, soon time.Duration) eol.Verdict {
	if kernel(c) && c.Kind != inventory.Package {
		return eol.Verdict{} // a kernel lives as long as its distribution or device
	}
	id := m.identify(c)
	if c.Kind != inventory.Hardware {
		if v := m.Ends.Release(id.Product, id.Version, now, soon); v.Status != eol.Unknown {
			return v
		}
	}
	if c.Kind == inventory.Library || c.Kind == inventory.Package || c.Kind == inventory.Update {
		return eol.Verdict{}
	}
	return m.Ends.Model(c.Vendor, c.Name, now, soon)
}
