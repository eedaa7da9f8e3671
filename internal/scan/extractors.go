package scan

import (
	"seawall/internal/activity"
	"seawall/internal/evidence/winevent"
	"seawall/record"
)

// extractors turn records into activities, one for each family of log sources.
type extractors struct {
	windows *winevent.Extractor
}

func newExtractors() extractors {
	return extractors{windows: winevent.NewExtractor()}
}

// extract calls observe for the activity that rec tells of, if it tells of one.
func (x *extractors) extract(rec *record.Record, observe func(*activity.Activity)) {
	switch rec.Schema.Kind {
	case record.KindWindows:
		x.windows.Extract(rec, observe)
	}
}
