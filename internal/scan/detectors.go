package scan

import (
	"slices"

	"seawall/internal/intrusion"
	"seawall/internal/intrusion/asreproast"
	"seawall/internal/intrusion/dcsync"
	"seawall/internal/intrusion/kerberoast"
	"seawall/internal/intrusion/passwordspray"
)

// Detectors is the table of everything the program looks for, in the order of
// reports.
func Detectors() []intrusion.Detector {
	return slices.Concat(
		[]intrusion.Detector{
			kerberoast.Detector(),
			asreproast.Detector(),
			passwordspray.Detector(),
			dcsync.Detector(),
		},
		intrusion.RuleDetectors(),
	)
}
