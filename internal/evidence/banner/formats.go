// Package banner reads what devices and services say of themselves in text:
// the outputs of "show version" and its kin, and lists of banners.
package banner

import (
	"bytes"

	"seawall/internal/evidence"
	"seawall/internal/evidence/stream"
)

// Formats lists the texts.
func Formats() []evidence.Format {
	return []evidence.Format{
		stream.Format(evidence.Format{
			ID: "show-version", Title: "Version output of a network device",
			Notes: "name, model, serial number and version of Cisco, Juniper, Fortinet, Palo Alto, F5, Citrix, Check Point, Arista, Aruba, SonicWall, Zyxel, MikroTik and VMware devices",
			Match: matchVersion, Copies: true,
		}, readVersion),
		stream.Format(evidence.Format{
			ID: "banner-list", Title: "Banners of services (one a line: address, port, banner)",
			Notes: "banners for the fingerprints, with address and port where the line has them",
			Match: matchBanners, Copies: true,
		}, readBanners),
	}
}

// headLines calls each for the first lines of a file.
func headLines(head []byte, n int, each func(line []byte) (more bool)) {
	text := stream.HeadText(head, 16<<10)
	for line := range bytes.Lines(text) {
		if n--; n < 0 || !each(bytes.TrimRight(line, "\r\n")) {
			return
		}
	}
}
