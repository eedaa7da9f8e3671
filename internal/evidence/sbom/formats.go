// Package sbom reads software bills of materials: CycloneDX, SPDX, Syft.
package sbom

import (
	"bytes"

	"seawall/internal/evidence"
	"seawall/internal/evidence/jsonpull"
	"seawall/internal/evidence/stream"
	"seawall/internal/inventory"
)

// Formats lists the bills of materials.
func Formats() []evidence.Format {
	return []evidence.Format{
		stream.Format(evidence.Format{
			ID: "cyclonedx-json", Title: "CycloneDX bill of materials or VEX (JSON)",
			Notes: "components, nested ones too, vulnerabilities and what was judged of them",
			Match: func(head []byte, _ string) bool {
				return isJSON(head) && bytes.Contains(head, []byte(`"bomFormat"`)) && bytes.Contains(head, []byte("CycloneDX"))
			},
		}, readCycloneJSON),
		stream.Format(evidence.Format{
			ID: "cyclonedx-xml", Title: "CycloneDX bill of materials or VEX (XML)",
			Notes: "components, nested ones too, vulnerabilities and what was judged of them",
			Match: func(head []byte, _ string) bool {
				return isXML(head) && bytes.Contains(head, []byte("<bom")) && bytes.Contains(head, []byte("cyclonedx.org/schema/bom"))
			},
		}, readCycloneXML),
		stream.Format(evidence.Format{
			ID: "spdx-json", Title: "SPDX bill of materials (JSON)",
			Notes: "packages with their package URLs and CPEs",
			Match: func(head []byte, _ string) bool { return isJSON(head) && bytes.Contains(head, []byte(`"spdxVersion"`)) },
		}, readSPDXJSON),
		stream.Format(evidence.Format{
			ID: "spdx3-json", Title: "SPDX 3 bill of materials (JSON-LD)",
			Notes: "packages with their package URLs and CPEs",
			Match: func(head []byte, _ string) bool {
				return isJSON(head) && bytes.Contains(head, []byte(`spdx.org/rdf/3`)) && bytes.Contains(head, []byte(`"@graph"`))
			},
		}, readSPDX3),
		stream.Format(evidence.Format{
			ID: "spdx-tag", Title: "SPDX bill of materials (tag-value)",
			Notes: "packages with their package URLs and CPEs",
			Match: func(head []byte, _ string) bool {
				text := stream.HeadText(head, 8<<10)
				return bytes.HasPrefix(text, []byte("SPDXVersion:")) || bytes.Contains(text, []byte("\nSPDXVersion: SPDX-"))
			},
		}, readSPDXTag),
		stream.Format(evidence.Format{
			ID: "spdx-yaml", Title: "SPDX bill of materials (YAML)",
			Notes: "packages with their package URLs and CPEs",
			Match: func(head []byte, _ string) bool {
				return bytes.Contains(head, []byte("spdxVersion: ")) && !isJSON(head) && bytes.Contains(head, []byte("SPDX-2"))
			},
		}, readSPDXYAML),
		stream.Format(evidence.Format{
			ID: "spdx-rdf", Title: "SPDX bill of materials (RDF)",
			Notes: "packages with their package URLs and CPEs",
			Match: func(head []byte, _ string) bool {
				return isXML(head) && bytes.Contains(head, []byte("spdx.org/rdf/terms"))
			},
		}, readSPDXRDF),
		stream.Format(evidence.Format{
			ID: "syft", Title: "Syft bill of materials (JSON)",
			Notes: "packages with their package URLs, CPEs and places",
			Match: func(head []byte, _ string) bool {
				if !isJSON(head) || !bytes.Contains(head, []byte(`"artifacts"`)) {
					return false
				}
				keys, array := jsonpull.Sniff(head)
				return !array && jsonpull.Holds(keys, "artifacts") && bytes.Contains(head, []byte(`"purl"`))
			},
		}, readSyft),
	}
}

func isJSON(head []byte) bool {
	start := bytes.TrimLeft(head[:min(len(head), 512)], "\xef\xbb\xbf \t\r\n")
	return len(start) > 0 && (start[0] == '{' || start[0] == '[')
}

func isXML(head []byte) bool {
	return bytes.HasPrefix(bytes.TrimLeft(head[:min(len(head), 512)], "\xef\xbb\xbf \t\r\n"), []byte("<"))
}

// atOnce is how many components an observation holds.
const atOnce = 512

// bill collects the components of one bill of materials.
type bill struct {
	in      *stream.Input
	subject *inventory.Component // what the bill is of
	o       *inventory.Observation
	byRef   map[string]*inventory.Component
}

func newBill(in *stream.Input) *bill {
	in.Source.Vantage = inventory.OnHost
	return &bill{in: in, byRef: map[string]*inventory.Component{}}
}

// add notes a component; path says where it is, if the bill does.
func (b *bill) add(c *inventory.Component, path string, where inventory.Citation) {
	if b.o == nil {
		b.o = &inventory.Observation{Where: where}
	}
	b.o.Software = append(b.o.Software, inventory.Software{Component: c, Path: path, Where: where, Confidence: inventory.Configured})
	if len(b.o.Software) == atOnce {
		b.flush()
	}
}

// flush gives away what was collected, as facts about the bill's subject.
func (b *bill) flush() {
	if b.o == nil {
		return
	}
	b.identify(b.o)
	b.in.Emit(b.o)
	b.o = nil
}

// identify says what an observation is about: the subject by its own id, so
// that a scan of the same thing joins it, and else the file.
func (b *bill) identify(o *inventory.Observation) {
	o.Identify(inventory.Place, b.in.File.Path)
	if b.subject == nil || b.subject.Name == "" {
		return
	}
	name := b.subject.Name
	if b.subject.Version != "" {
		name += "@" + b.subject.Version
	}
	o.Identify(inventory.ID, "artifact:"+name)
	o.Attributes = append(o.Attributes, inventory.Attribute{Name: "artifact", Fact: inventory.Fact{Value: name, Where: o.Where, Confidence: inventory.Configured}})
}

// kinds maps the types of CycloneDX components and the purposes of SPDX
// packages.
var kinds = map[string]inventory.Kind{
	"application": inventory.Application, "framework": inventory.Library, "library": inventory.Library, "container": inventory.Application, "platform": inventory.Application,
	"operating-system": inventory.System, "device": inventory.Hardware, "firmware": inventory.Firmware,
	"OPERATING-SYSTEM": inventory.System, "DEVICE": inventory.Hardware, "FIRMWARE": inventory.Firmware, "APPLICATION": inventory.Application, "LIBRARY": inventory.Library,
	"operatingSystem": inventory.System,
}

// component joins what a bill says of a component in several ways.
func component(kind, vendor, group, name, version, purl, cpe string) *inventory.Component {
	c := inventory.FromPURL(purl)
	if c == nil {
		c = &inventory.Component{Kind: inventory.Library, Namespace: group, Name: name, PURL: purl}
		if k, ok := kinds[kind]; ok {
			c.Kind = k
		}
		if from := inventory.FromCPE(cpe); from != nil && c.Kind == inventory.Library && kind == "" {
			c.Kind = from.Kind
		}
	}
	if version != "" && c.Version == "" {
		c.Version = version
	}
	c.Vendor, c.CPE = vendor, cpe
	return c
}
