package flowtext

import (
	"time"

	"seawall/internal/evidence/atom"
)

// clock reads times; those without a zone are of the zone given.
type clock struct{ zone *time.Location }

// read reads a time.
func (c *clock) read(text []byte) (ns int64, ok bool) {
	ns, zoned, ok := atom.Moment(text)
	if ok && !zoned && c.zone != nil && c.zone != time.UTC {
		_, east := time.Unix(0, ns).In(c.zone).Zone()
		ns -= int64(east) * 1e9
	}
	return ns, ok
}
