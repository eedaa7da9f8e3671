package vulnerable

import "seawall/internal/intel/facts"

// score orders flaws of one row of the directive.
func score(v *facts.Vulnerability) float64 {
	return float64(v.Score)
}
