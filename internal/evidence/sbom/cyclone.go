package sbom

import (
	"strings"
	"time"

	"seawall/internal/inventory"
)

// vulnerability is what a CycloneDX document says of one.
type vulnerability struct {
	id, title, severity, fix     string
	aliases                      []string
	score                        float32
	state, justification, detail string // of the analysis
	response                     []string
	affects                      []affected
	first                        int64
	where                        inventory.Citation
}

// affected is a component that a vulnerability is in.
type affected struct {
	ref      string
	versions []affectedVersion
}

type affectedVersion struct{ version, status string }

// statuses maps the states of an analysis to those of VEX.
var statuses = map[string]string{
	"resolved": "fixed", "resolved_with_pedigree": "fixed", "exploitable": "affected", "in_triage": "under_investigation",
	"false_positive": "not_affected", "not_affected": "not_affected",
}

// judge turns the vulnerabilities of a document into claims, and into
// statements where somebody judged them.
func (b *bill) judge(list []vulnerability) {
	if len(list) == 0 {
		return
	}
	claims := &inventory.Observation{Where: list[0].where}
	b.identify(claims)
	words := &inventory.Observation{Where: list[0].where}
	for i := range list {
		v := &list[i]
		if status := statuses[v.state]; status != "" {
			words.Statements = append(words.Statements, b.statement(v, status))
			if status != "affected" {
				continue
			}
		}
		claims.Claims = append(claims.Claims, b.claims(v)...)
	}
	if len(claims.Claims) > 0 {
		b.in.Emit(claims)
	}
	if len(words.Statements) > 0 {
		b.in.Emit(words)
	}
}

// resolve finds a component by its reference, which may lead into another
// document: "urn:cdx:serial/version#ref".
func (b *bill) resolve(ref string) *inventory.Component {
	if c := b.byRef[ref]; c != nil {
		return c
	}
	if _, local, ok := strings.Cut(ref, "#"); ok {
		if c := b.byRef[local]; c != nil {
			return c
		}
		ref = local
	}
	return inventory.FromPURL(ref)
}

func (b *bill) statement(v *vulnerability, status string) inventory.Statement {
	s := inventory.Statement{
		Vulnerability: v.id, Aliases: v.aliases, Status: status, Justification: v.justification, Detail: v.detail,
		Action: strings.Join(v.response, ", "), Time: b.in.Source.Time, Where: v.where,
	}
	for _, a := range v.affects {
		s.Products = append(s.Products, a.ref)
		if c := b.resolve(a.ref); c != nil {
			s.Components = append(s.Components, c)
		}
	}
	if len(v.affects) == 0 && b.subject != nil {
		s.Components = append(s.Components, b.subject)
	}
	return s
}

func (b *bill) claims(v *vulnerability) (list []inventory.Claim) {
	claim := inventory.Claim{
		Check: "cyclonedx:" + v.id, Title: v.title, CVEs: inventory.CVEs(strings.Join(append(v.aliases, v.id), " ")), Severity: v.severity, Score: v.score,
		Verdict: inventory.Affected, Quality: inventory.Configured, Fixed: v.fix, First: v.first, Where: v.where,
	}
	if !strings.HasPrefix(v.id, "CVE-") {
		claim.Identifiers = []string{v.id}
	}
	if len(v.affects) == 0 {
		claim.Component = b.subject
		return append(list, claim)
	}
	for _, a := range v.affects {
		claim.Component = b.resolve(a.ref)
		claim.Verdict = inventory.Affected
		for _, version := range a.versions {
			if version.status == "unaffected" && claim.Component != nil && version.version == claim.Component.Version {
				claim.Verdict = inventory.NotAffected
			}
		}
		list = append(list, claim)
	}
	return list
}

// rating is a severity in our words.
func rating(text string) string {
	switch text = strings.ToLower(strings.TrimSpace(text)); text {
	case "critical", "high", "medium", "low", "info":
		return text
	case "none", "informational":
		return "info"
	}
	return ""
}

// when reads a time in RFC 3339 form; 0 if it is none.
func when(text string) int64 {
	t, err := time.Parse(time.RFC3339Nano, strings.TrimSpace(text))
	if err != nil || t.Year() <= 1970 || t.Year() >= 2262 {
		return 0
	}
	return t.UnixNano()
}
