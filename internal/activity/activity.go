// Package activity holds what happened, in OCSF's vocabulary, whatever log
// told of it.
package activity

import "seawall/record"

// Class is the OCSF event class of an activity.
type Class uint8

// Activity is one thing that happened. Decoders and extractors reuse one
// Activity; detectors copy what they keep. Its strings are safe to keep.
type Activity struct {
	Class  Class
	Time   int64          // nanoseconds since 1970 UTC
	Host   string         // the computer that logged it, lower case, as logged
	Record *record.Record // the record it was read from, borrowed; nil for conclusions about files
	Origin record.Origin
}
