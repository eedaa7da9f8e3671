// Package assets lists the readers of evidence of what there is: scans, bills
// of materials, package lists, configurations, asset lists.
package assets

import (
	"slices"

	"seawall/internal/evidence"
	"seawall/internal/evidence/banner"
	"seawall/internal/evidence/cmdb"
	"seawall/internal/evidence/dnszone"
	"seawall/internal/evidence/hostlist"
	"seawall/internal/evidence/imagescan"
	"seawall/internal/evidence/jar"
	"seawall/internal/evidence/netconfig"
	"seawall/internal/evidence/nmap"
	"seawall/internal/evidence/packages"
	"seawall/internal/evidence/probe"
	"seawall/internal/evidence/sbom"
	"seawall/internal/evidence/vex"
	"seawall/internal/evidence/vulnscan"
)

// Formats is the table of these formats. Their order matters where two could
// match the same content: the more special one comes first.
func Formats() []evidence.Format {
	return slices.Concat(
		packages.Formats(),  // what is installed on Unix hosts
		nmap.Formats(),      // port scanners
		probe.Formats(),     // what services answer
		imagescan.Formats(), // scanners of images and lock files
		sbom.Formats(),      // bills of materials
		vex.Formats(),       // statements on vulnerabilities
		vulnscan.Formats(),  // vulnerability scanners of hosts
		netconfig.Formats(), // configurations of network devices
		banner.Formats(),    // what devices and services say of themselves
		dnszone.Formats(),   // names and addresses
		hostlist.Formats(),  // programs and updates of hosts
		jar.Formats(),       // Java archives
		cmdb.Formats(),      // asset lists, last of the tables: their columns are anybody's
	)
}
