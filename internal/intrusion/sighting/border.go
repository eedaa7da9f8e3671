package sighting

import (
	"encoding/gob"

	"seawall/internal/intrusion"
	"seawall/internal/intrusion/perimeter"
)

// Border is a [perimeter.Border] that stands on a notebook's shelf.
type Border struct{ *perimeter.Border }

// NewBorder returns the border of a site.
func NewBorder(site *intrusion.Site) Border { return Border{perimeter.New(site)} }

func (b Border) merge(other Shelf) {
	o, ok := other.(Border)
	if !ok {
		panic("bug: a border is merged with something else")
	}
	b.Border.Merge(o.Border)
}

func (b Border) encode(e *gob.Encoder) error { return b.Encode(e) }
func (b Border) decode(d *gob.Decoder) error { return b.Decode(d) }
