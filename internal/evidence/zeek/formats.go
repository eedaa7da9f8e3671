// Package zeek reads the logs of the Zeek network monitor: the tab-separated
// form with its header lines, and JSON. Every log of every script package is
// read; fields have Zeek's names. The source of a record is "zeek conn",
// "zeek dns", after the log's path.
package zeek

import "seawall/internal/evidence"

// Formats is the table of formats that hold Zeek logs.
func Formats() []evidence.Format {
	return []evidence.Format{TSV(), JSON()}
}
