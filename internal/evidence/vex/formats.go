// Package vex reads what vendors and owners say of vulnerabilities in
// products: OpenVEX and CSAF documents.
package vex

import (
	"bytes"

	"seawall/internal/evidence"
	"seawall/internal/evidence/stream"
	"seawall/internal/inventory"
)

// Formats lists the forms of VEX that are documents of their own; CycloneDX
// documents carry theirs with the bill of materials.
func Formats() []evidence.Format {
	return []evidence.Format{
		stream.Format(evidence.Format{
			ID: "openvex", Title: "OpenVEX statements (JSON)",
			Notes: "which products are affected, fixed or not affected, and why",
			Match: func(head []byte, _ string) bool {
				return bytes.Contains(head[:min(len(head), 8<<10)], []byte("openvex.dev/ns"))
			},
		}, readOpenVEX),
		stream.Format(evidence.Format{
			ID: "csaf", Title: "CSAF advisory or VEX (JSON)",
			Notes: "which products are affected, fixed or not affected, with what to do",
			Match: func(head []byte, _ string) bool { return bytes.Contains(head, []byte(`"csaf_version"`)) },
		}, readCSAF),
	}
}

// product resolves what a statement calls a product.
func product(s *inventory.Statement, id string) {
	s.Products = append(s.Products, id)
	c := inventory.FromPURL(id)
	if c == nil {
		c = inventory.FromCPE(id)
	}
	if c != nil {
		s.Components = append(s.Components, c)
	}
}
