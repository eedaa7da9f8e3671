package scan

import (
	"slices"

	"seawall/internal/intrusion"
	"seawall/internal/intrusion/asreproast"
	"seawall/internal/intrusion/beacon"
	"seawall/internal/intrusion/captured"
	"seawall/internal/intrusion/dcsync"
	"seawall/internal/intrusion/directorywalk"
	"seawall/internal/intrusion/disguise"
	"seawall/internal/intrusion/dnstunnel"
	"seawall/internal/intrusion/indicator"
	"seawall/internal/intrusion/kerberoast"
	"seawall/internal/intrusion/lateral"
	"seawall/internal/intrusion/logintegrity"
	"seawall/internal/intrusion/longconn"
	"seawall/internal/intrusion/netlateral"
	"seawall/internal/intrusion/netscan"
	"seawall/internal/intrusion/nettunnel"
	"seawall/internal/intrusion/newcomer"
	"seawall/internal/intrusion/outflow"
	"seawall/internal/intrusion/passwordspray"
	"seawall/internal/intrusion/recon"
	"seawall/internal/intrusion/relay"
	"seawall/internal/intrusion/shareread"
	"seawall/internal/intrusion/trail"
	"seawall/internal/intrusion/unixhost"
	"seawall/internal/intrusion/webabuse"
	"seawall/internal/intrusion/webexploit"
	"seawall/internal/intrusion/webshell"
	"seawall/internal/intrusion/webshelluse"
	"seawall/internal/intrusion/workstation"
)

// Detectors is the table of everything the program looks for, in the order of
// reports.
func Detectors() []intrusion.Detector {
	return slices.Concat(
		[]intrusion.Detector{
			kerberoast.Detector(),
			asreproast.Detector(),
			captured.Detector(),
			passwordspray.Detector(),
			dcsync.Detector(),
			disguise.Detector(),
			logintegrity.Detector(),
			lateral.Detector(),
			recon.Detector(),
			directorywalk.Detector(),
			shareread.Detector(),
			workstation.Detector(),
			unixhost.Detector(),
			webexploit.Detector(),
			webshelluse.Detector(),
			webabuse.Detector(),
			beacon.Detector(),
			longconn.Detector(),
			dnstunnel.Detector(),
			nettunnel.Detector(),
			outflow.Detector(),
			netscan.Detector(),
			netlateral.Detector(),
			relay.Detector(),
			newcomer.Detector(),
			indicator.Detector(),
			trail.Detector(),
			webshell.Detector(),
		},
		intrusion.RuleDetectors(),
	)
}
