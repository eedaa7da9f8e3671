package vulnerable

import (
	"cmp"

	"seawall/internal/intel/cve"
	"seawall/internal/inventory"
)

// place is a component where it lies: the same build may be mended in one
// archive and not in another.
type place struct {
	component *inventory.Component
	path      string
	flaw      cve.ID
}

// proofs are the flaws that somebody looked for in files, or by a login, and
// found absent: the class that is abused is not in the archive, the update is
// installed. They rule out what the version alone says.
func proofs(d *inventory.Device) map[place]bool {
	var absent map[place]bool
	for i := range d.Claims {
		c := &d.Claims[i]
		if c.Verdict != inventory.NotAffected || c.Component == nil || c.Quality < inventory.Installed {
			continue
		}
		for _, text := range c.CVEs {
			if id, ok := cve.ParseID(text); ok {
				if absent == nil {
					absent = map[place]bool{}
				}
				absent[place{c.Component, c.Path, id}] = true
			}
		}
	}
	return absent
}

// claimed returns the target that a scanner's words on a flaw belong to, when
// it names no component: the one that has the flaw already, or the one of all
// scanners that name this flaw first. Three scanners that find one flaw of one
// host tell of one thing.
func (c *collector) claimed(claim *inventory.Claim, id cve.ID) *target {
	for _, key := range c.order {
		t := c.targets[key]
		for i := range t.flaws {
			if t.flaws[i].id == id {
				return t
			}
		}
	}
	key := "claimed " + claim.CVEs[0]
	t := c.targets[key]
	if t == nil {
		t = &target{name: headline(claim.Title), product: cmp.Or(claim.Title, claim.CVEs[0]), claimed: true}
		c.targets[key] = t
		c.order = append(c.order, key)
	}
	return t
}
