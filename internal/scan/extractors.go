package scan

import (
	"seawall/internal/activity"
	"seawall/internal/evidence/netlog"
	"seawall/internal/evidence/weblog"
	"seawall/internal/evidence/winevent"
	"seawall/record"
)

// extractors turn records into activities, one for each family of log sources.
type extractors struct {
	windows *winevent.Extractor
	web     *weblog.Extractor
	network *netlog.Extractor
}

func newExtractors() extractors {
	return extractors{windows: winevent.NewExtractor(), web: weblog.NewExtractor(), network: netlog.NewExtractor()}
}

// extract calls observe for the activity that rec tells of, if it tells of one.
func (x *extractors) extract(rec *record.Record, observe func(*activity.Activity)) {
	switch rec.Schema.Kind {
	case record.KindWindows:
		x.windows.Extract(rec, observe)
	case record.KindWeb:
		x.web.Extract(rec, observe)
	case record.KindNetwork, record.KindSystem:
		x.network.Extract(rec, observe)
	}
}
