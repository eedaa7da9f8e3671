package sbom

import (
	"bytes"
	"fmt"
	"io"

	"go.yaml.in/yaml/v4"

	"seawall/internal/evidence/stream"
)

// maxYAML bounds a document in YAML, which is read whole.
const maxYAML = 64 << 20

// yamlBill is the part of an SPDX document that is used.
type yamlBill struct {
	CreationInfo struct {
		Created string `yaml:"created"`
	} `yaml:"creationInfo"`
	Packages []yaml.Node `yaml:"packages"`
}

type yamlPackage struct {
	ID           string `yaml:"SPDXID"`
	Name         string `yaml:"name"`
	Version      string `yaml:"versionInfo"`
	Supplier     string `yaml:"supplier"`
	Purpose      string `yaml:"primaryPackagePurpose"`
	ExternalRefs []struct {
		Type    string `yaml:"referenceType"`
		Locator string `yaml:"referenceLocator"`
	} `yaml:"externalRefs"`
}

// readSPDXYAML reads the YAML form. One that is cut short is read up to its
// last whole package.
func readSPDXYAML(in *stream.Input) {
	b := newBill(in)
	data, err := io.ReadAll(io.LimitReader(in, maxYAML))
	if err != nil {
		return
	}
	if len(data) == maxYAML {
		in.Lost(maxYAML, 0, "the document is larger than 64 MiB; the rest is not read")
	}
	var doc yamlBill
	if err := yaml.Unmarshal(data, &doc); err != nil {
		in.Lost(0, 0, fmt.Sprintf("the document is no YAML: %v", err))
		if !salvage(data, &doc) {
			return
		}
	}
	in.Source.Time = when(doc.CreationInfo.Created)
	lines := lineOffsets(data)
	for i := range doc.Packages {
		node := &doc.Packages[i]
		var y yamlPackage
		if err := node.Decode(&y); err != nil {
			in.Lost(-1, uint64(max(node.Line, 0)), fmt.Sprintf("package cannot be read: %v", err))
			continue
		}
		line := min(max(node.Line, 1), len(lines))
		p := spdxPackage{id: y.ID, name: y.Name, version: y.Version, supplier: y.Supplier, purpose: y.Purpose, offset: lines[line-1], line: uint64(line)}
		for _, r := range y.ExternalRefs {
			p.refer(r.Type, r.Locator)
		}
		end := int64(len(data))
		if i+1 < len(doc.Packages) {
			end = max(lines[min(max(doc.Packages[i+1].Line, 1), len(lines))-1], p.offset)
		}
		b.take(&p, end)
	}
	b.flush()
}

// salvage drops lines from the end of a broken document until it can be read.
func salvage(data []byte, doc *yamlBill) bool {
	for range 64 {
		i := bytes.LastIndexByte(bytes.TrimRight(data, "\n"), '\n')
		if i <= 0 {
			return false
		}
		data = data[:i+1]
		*doc = yamlBill{}
		if yaml.Unmarshal(data, doc) == nil {
			return true
		}
	}
	return false
}

func lineOffsets(data []byte) []int64 {
	offsets := []int64{0}
	for i, c := range data {
		if c == '\n' {
			offsets = append(offsets, int64(i+1))
		}
	}
	return offsets
}
