package evtx

import (
	"seawall/record"
)

// eventTime reads the time of an event: a FILETIME, or text in events without
// a template.
func eventTime(v record.Value) (int64, bool) {
	return v.UnixNano()
}
