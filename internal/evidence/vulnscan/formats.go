// Package vulnscan reads the reports of vulnerability scanners that look at
// hosts: Nessus and Tenable, OpenVAS and Greenbone, Qualys.
package vulnscan

import (
	"bytes"

	"seawall/internal/evidence"
	"seawall/internal/evidence/stream"
	"seawall/internal/evidence/table"
)

// Formats lists the reports of vulnerability scanners.
func Formats() []evidence.Format {
	return []evidence.Format{
		stream.Format(evidence.Format{
			ID: "nessus", Title: "Nessus report (.nessus)",
			Notes: "hosts with names, addresses and system; findings with port, score and CVEs; software that plugins list",
			Match: rooted("<NessusClientData_v2"),
		}, readNessus),
		stream.Format(evidence.Format{
			ID: "openvas-xml", Title: "OpenVAS or Greenbone report (XML)",
			Notes: "hosts, findings with quality of detection, port, score and CVEs, products that were detected",
			Match: matchOpenVAS,
		}, readOpenVAS),
		stream.Format(evidence.Format{
			ID: "qualys-xml", Title: "Qualys scan report (XML)",
			Notes: "hosts with system; vulnerabilities, potential ones, services and information by QID",
			Match: matchQualys,
		}, readQualys),
		stream.Format(evidence.Format{
			ID: "vulnerability-csv", Title: "Findings of a vulnerability scanner (CSV)",
			Notes: "Nessus, Tenable, Qualys and OpenVAS exports, whatever their columns are called; titles before the header and cells of several lines",
			Match: matchCSV,
		}, readCSV),
	}
}

// rooted matches XML documents in whose head an element begins.
func rooted(element string) func([]byte, string) bool {
	return func(head []byte, _ string) bool { return isXML(head) && bytes.Contains(head, []byte(element)) }
}

func isXML(head []byte) bool {
	return bytes.HasPrefix(bytes.TrimLeft(head[:min(len(head), 512)], "\xef\xbb\xbf \t\r\n"), []byte("<"))
}

func matchOpenVAS(head []byte, _ string) bool {
	if !isXML(head) {
		return false
	}
	start := head[:min(len(head), 8192)]
	return bytes.Contains(start, []byte("<report")) && (bytes.Contains(start, []byte("format_id=")) || bytes.Contains(start, []byte("<gmp>")) || bytes.Contains(start, []byte("<omp>"))) ||
		bytes.Contains(start, []byte("<get_reports_response"))
}

func matchQualys(head []byte, _ string) bool {
	if !isXML(head) {
		return false
	}
	start := head[:min(len(head), 8192)]
	return bytes.Contains(start, []byte("<SCAN value=\"scan/")) || bytes.Contains(start, []byte("scan-1.dtd")) || bytes.Contains(start, []byte("<ASSET_DATA_REPORT")) ||
		bytes.Contains(start, []byte("<HOST_LIST_VM_DETECTION_OUTPUT"))
}

// marks are words of which one stands in the header of every such table: they
// spare looking closer at most files.
var marks = [][]byte{[]byte("Plugin"), []byte("plugin"), []byte("QID"), []byte("NVT"), []byte("definition.")}

func matchCSV(head []byte, _ string) bool {
	text := stream.HeadText(head, 16<<10)
	for _, m := range marks {
		if bytes.Contains(text, m) {
			return table.Sniff(text, isFindings)
		}
	}
	return false
}
