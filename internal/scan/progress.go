package scan

import (
	"sync/atomic"

	"seawall/internal/evidence"
)

// Progress counts what a scan has done. It may be read while the scan runs.
type Progress struct {
	evidence.Progress
	Records atomic.Int64 // decoded
	Matches atomic.Int64 // rules that matched one
}
