package vex

import (
	"testing"

	"seawall/internal/evidence/inventorytest"
)

const (
	openVEX = `{"@context":"https://openvex.dev/ns/v0.2.0","author":"A","timestamp":"2024-01-02T03:04:05Z","statements":[
{"vulnerability":{"name":"CVE-2023-0001","aliases":["GHSA-x"]},"products":[{"@id":"pkg:apk/alpine/a@1","subcomponents":[{"@id":"pkg:apk/alpine/b@2"}]}],"status":"not_affected","justification":"component_not_present"},
{"vulnerability":"CVE-2023-0002","products":["pkg:npm/c@1"],"status":"fixed"},{"status":"affected"}]}`
	csafDoc = `{"document":{"csaf_version":"2.0","publisher":{"name":"V"},"tracking":{"current_release_date":"2024-01-02T03:04:05Z"}},
"product_tree":{"branches":[{"category":"vendor","name":"V","branches":[{"category":"product_version","name":"1","product":{"product_id":"P1","name":"Thing 1","product_identification_helper":{"cpe":"cpe:/a:v:thing:1"}}}]}],
"relationships":[{"product_reference":"P1","relates_to_product_reference":"OS","full_product_name":{"product_id":"OS:P1","name":"Thing 1 in OS"}}]},
"vulnerabilities":[{"cve":"CVE-2023-0003","title":"t","product_status":{"known_not_affected":["P1"],"fixed":["OS:P1"]},"flags":[{"label":"vulnerable_code_not_present","product_ids":["P1"]}]}]}`
)

func TestStatements(t *testing.T) {
	r := inventorytest.Check(t, Formats(), "o.json", openVEX, `
		statement CVE-2023-0001 not_affected component_not_present [pkg:apk/alpine/a@1 pkg:apk/alpine/b@2]
		statement CVE-2023-0002 fixed [pkg:npm/c@1]`)
	if s := r.Observations[0].Statements[0]; len(s.Components) != 2 || s.Components[1].Name != "b" || s.Author != "A" || s.Time == 0 {
		t.Errorf("products are not resolved: %+v", s)
	}
	r = inventorytest.Check(t, Formats(), "c.json", csafDoc, `
		statement CVE-2023-0003 fixed [Thing 1 in OS]
		statement CVE-2023-0003 not_affected vulnerable_code_not_present [Thing 1]`)
	if s := r.Observations[0].Statements[0]; len(s.Components) != 1 || s.Components[0].Name != "thing" {
		t.Errorf("a product in another has no identity: %+v", s)
	}
}

func FuzzOpenVEX(f *testing.F) {
	inventorytest.Fuzz(f, inventorytest.Format(f, Formats(), "openvex"), openVEX)
}

func FuzzCSAF(f *testing.F) {
	inventorytest.Fuzz(f, inventorytest.Format(f, Formats(), "csaf"), csafDoc)
}
