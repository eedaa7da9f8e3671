package scan

import (
	"slices"

	"seawall/internal/intrusion"
)

// Detectors is the table of everything the program looks for, in the order of
// reports.
func Detectors() []intrusion.Detector {
	return slices.Concat(
		[]intrusion.Detector{},
		intrusion.RuleDetectors(),
	)
}
