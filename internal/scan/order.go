package scan

import (
	"cmp"
	"fmt"
	"strings"

	"seawall/internal/finding"
	"seawall/internal/intrusion/prose"
)

// compareFindings is [finding.Compare], and total even should two detectors
// give one id to different findings.
func compareFindings(a, b *finding.Finding) int {
	return cmp.Or(finding.Compare(a, b), cmp.Compare(a.Detector, b.Detector), cmp.Compare(a.Title, b.Title), cmp.Compare(a.Why, b.Why))
}

func plural(n int, noun string) string {
	switch {
	case n == 1:
		return "1 " + noun
	case strings.HasSuffix(noun, "ch"):
		noun += "e"
	}
	return fmt.Sprintf("%d %ss", n, noun)
}

// period says when, in UTC to the second.
func period(first, last int64) string {
	if a, b := prose.Stamp(first), prose.Stamp(last); a != b && last != 0 {
		return "between " + a + " and " + b
	}
	return "at " + prose.Stamp(first)
}
