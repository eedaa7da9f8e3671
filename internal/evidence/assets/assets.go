// Package assets lists the readers of evidence of what there is: scans, bills
// of materials, package lists, configurations, asset lists.
package assets

import (
	"slices"

	"seawall/internal/evidence"
	"seawall/internal/evidence/jar"
	"seawall/internal/evidence/nmap"
)

// Formats is the table of these formats. Their order matters where two could
// match the same content: the more special one comes first.
func Formats() []evidence.Format {
	return slices.Concat(
		nmap.Formats(), // port scanners
		jar.Formats(),  // Java archives
	)
}
