// Package hostlist reads what tools list of a host or of many: installed
// programs and updates of Windows, systeminfo, osquery.
package hostlist

import (
	"bytes"
	"strings"

	"seawall/internal/evidence"
	"seawall/internal/evidence/jsonpull"
	"seawall/internal/evidence/stream"
	"seawall/internal/evidence/table"
	"seawall/internal/inventory"
)

// Formats lists the listings.
func Formats() []evidence.Format {
	return []evidence.Format{
		stream.Format(evidence.Format{
			ID: "software-csv", Title: "Installed programs or updates (CSV: PowerShell, WMIC, SCCM)",
			Notes: "programs with version and publisher, updates by number, of one host or many; UTF-16, type lines and semicolons are fine",
			Match: matchSoftware, Copies: true,
		}, readSoftware),
		stream.Format(evidence.Format{
			ID: "software-json", Title: "Installed programs (JSON: PowerShell)",
			Notes: "programs with version and publisher",
			Match: func(head []byte, _ string) bool {
				text := stream.HeadText(head, 16<<10)
				if !bytes.Contains(text, []byte(`"DisplayName"`)) {
					return false
				}
				keys, _ := jsonpull.Sniff(text)
				return jsonpull.Holds(keys, "DisplayName", "DisplayVersion") || jsonpull.Holds(keys, "DisplayName", "Publisher")
			},
			Copies: true,
		}, readSoftwareJSON),
		stream.Format(evidence.Format{
			ID: "wmic-text", Title: "Installed programs or updates (WMIC text)",
			Notes: "programs and updates in columns of fixed width",
			Match: matchColumns, Copies: true,
		}, readColumns),
		stream.Format(evidence.Format{
			ID: "systeminfo", Title: "Windows systeminfo",
			Notes: "name, system with build, model, addresses and updates; in any language, by the order of its lines",
			Match: matchSystemInfo, Copies: true,
		}, readSystemInfo),
		stream.Format(evidence.Format{
			ID: "dism-packages", Title: "Windows packages (DISM)",
			Notes: "build of the image and installed updates",
			Match: func(head []byte, _ string) bool {
				text := stream.HeadText(head, 8<<10)
				return bytes.Contains(text, []byte("Deployment Image Servicing")) && bytes.Contains(text, []byte("Package Identity : "))
			},
			Copies: true,
		}, readDISM),
		stream.Format(evidence.Format{
			ID: "chocolatey", Title: "Chocolatey package (nuspec)",
			Notes: "name and version of an installed package",
			Match: func(head []byte, _ string) bool {
				return bytes.Contains(head, []byte("<package")) && bytes.Contains(head, []byte("nuspec.xsd")) && bytes.Contains(head, []byte("<metadata"))
			},
			Copies: true,
		}, readNuspec),
		stream.Format(evidence.Format{
			ID: "osquery", Title: "osquery results (JSON)",
			Notes: "programs, packages, updates, system and listening ports, from snapshots, differences and single queries",
			Match: matchOSQuery, Copies: true,
		}, readOSQuery),
	}
}

func matchSoftware(head []byte, _ string) bool {
	text := stream.HeadText(head, 16<<10)
	lower := bytes.ToLower(text[:min(len(text), 4<<10)])
	for _, word := range []string{"displayname", "hotfixid", "node", "version", "softwarename", "product"} {
		if bytes.Contains(lower, []byte(word)) {
			return table.Sniff(text, isSoftware)
		}
	}
	return false
}

func matchOSQuery(head []byte, _ string) bool {
	if bytes.Contains(head, []byte(`"hostIdentifier"`)) && (bytes.Contains(head, []byte(`"columns"`)) || bytes.Contains(head, []byte(`"snapshot"`))) {
		keys, _ := jsonpull.Sniff(head)
		return jsonpull.Holds(keys, "hostIdentifier") || jsonpull.Holds(keys, "name", "action")
	}
	if !bytes.Contains(head, []byte(`"version"`)) {
		return false
	}
	keys, array := jsonpull.Sniff(head)
	return array && jsonpull.Holds(keys, "name", "version") && (jsonpull.Holds(keys, "install_location") || jsonpull.Holds(keys, "identifying_number") ||
		jsonpull.Holds(keys, "bundle_identifier") || jsonpull.Holds(keys, "revision", "arch") || jsonpull.Holds(keys, "release", "arch"))
}

// device is a host of a listing: by its name if there is one, else by the file.
func device(in *stream.Input, name string) *inventory.Observation {
	in.Source.Vantage = inventory.OnHost
	o := &inventory.Observation{}
	o.Identify(inventory.Name, name)
	if len(o.Keys) == 0 {
		place, _ := evidence.HostPlace(in.File.Path)
		o.Identify(inventory.Place, place)
	}
	return o
}

// program is an installed Windows program. A version that is missing may stand
// in the name: "WinRAR 6.22 (64-bit)".
func program(name, version, publisher string) *inventory.Component {
	c := &inventory.Component{Kind: inventory.Application, Vendor: publisher, Name: name, Version: version}
	if version == "" {
		_, rest, _ := strings.Cut(strings.TrimSpace(name), " ")
		for word := range strings.FieldsSeq(rest) {
			w := strings.Trim(word, "(),v")
			if strings.Contains(w, ".") && w[0] >= '0' && w[0] <= '9' {
				c.Version = w
				break
			}
		}
	}
	return c
}

// update finds the number of a Windows update in a text.
func update(text string) (*inventory.Component, bool) {
	i := strings.Index(strings.ToUpper(text), "KB")
	if i < 0 {
		return nil, false
	}
	n := i + 2
	for n < len(text) && text[n] >= '0' && text[n] <= '9' {
		n++
	}
	if n-i < 7 {
		return nil, false
	}
	return &inventory.Component{Kind: inventory.Update, Vendor: "Microsoft", Name: "KB" + text[i+2:n]}, true
}
