package version

import "regexp"

// maintenance is how Sophos and old FortiOS number maintenance releases: 18.5
// MR-3 is 18.5.3.
var maintenance = regexp.MustCompile(`(?i)(\d) ?MR-?(\d)`)

// Tidy brings spellings of versions that no order knows into a common one.
func Tidy(v string) string {
	for i := 0; i+1 < len(v); i++ {
		if lower(v[i]) == 'm' && lower(v[i+1]) == 'r' {
			return maintenance.ReplaceAllString(v, "$1.$2")
		}
	}
	return v
}

// update is how VMware names its updates: 7.0 Update 3o, 8.0 U2, ESXi80U1c.
var update = regexp.MustCompile(`(?i)^(?:ESXi?)?(\d)\.?(\d) ?(?:U|Update )(\d+)`)

// TidyVMware writes a version of VMware's with points: 7.0 Update 3o is 7.0.3o.
func TidyVMware(v string) string { return update.ReplaceAllString(v, "$1.$2.$3") }
