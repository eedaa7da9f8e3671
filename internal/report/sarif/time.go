package sarif

import "time"

// stamp writes a time as SARIF wants it (2.1.0, 3.9).
func stamp(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05.000Z") }
