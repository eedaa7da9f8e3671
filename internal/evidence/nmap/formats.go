// Package nmap reads what port scanners found: nmap's XML and grepable output
// and the outputs of masscan.
package nmap

import (
	"bytes"

	"seawall/internal/evidence"
	"seawall/internal/evidence/stream"
)

// Formats lists the outputs of port scanners.
func Formats() []evidence.Format {
	return []evidence.Format{
		stream.Format(evidence.Format{
			ID: "nmap-xml", Title: "nmap and masscan scan (XML)",
			Notes: "hosts, names, hardware addresses, ports with service and version, operating system guesses, results of scripts; unfinished scans too",
			Match: matchXML,
		}, readXML),
		stream.Format(evidence.Format{
			ID: "nmap-grepable", Title: "nmap scan (grepable)",
			Notes: "hosts and ports with service and version",
			Match: func(head []byte, _ string) bool {
				return bytes.HasPrefix(head, []byte("# Nmap ")) && (bytes.Contains(head, []byte("\nHost: ")) || bytes.Contains(head, []byte(" -oG ")))
			},
		}, readGrepable),
		stream.Format(evidence.Format{
			ID: "masscan-json", Title: "masscan scan (JSON)",
			Notes: "open ports and banners; unfinished scans too",
			Match: func(head []byte, _ string) bool {
				start := bytes.TrimLeft(head[:min(len(head), 512)], "[ \t\r\n,")
				return bytes.HasPrefix(start, []byte("{")) && bytes.Contains(start, []byte(`"ip"`)) && bytes.Contains(start, []byte(`"ports"`)) && bytes.Contains(start, []byte(`"proto"`))
			},
		}, readMasscanJSON),
		stream.Format(evidence.Format{
			ID: "masscan-list", Title: "masscan scan (list)",
			Notes: "open ports and banners",
			Match: func(head []byte, _ string) bool {
				return bytes.HasPrefix(head, []byte("#masscan")) || isMasscanLine(head)
			},
		}, readMasscanList),
	}
}

func matchXML(head []byte, _ string) bool {
	return bytes.HasPrefix(bytes.TrimLeft(head, "\xef\xbb\xbf \t\r\n"), []byte("<")) && bytes.Contains(head, []byte("<nmaprun"))
}
