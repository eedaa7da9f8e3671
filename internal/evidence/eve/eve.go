// Package eve reads the event log that Suricata writes as JSON (EVE). Fields
// have Suricata's names, joined with dots where objects are nested. The source
// of a record is "suricata flow", "suricata dns", after the type of the event.
package eve

import (
	"strings"
	"sync"

	"seawall/internal/evidence"
	"seawall/internal/evidence/atom"
	"seawall/internal/evidence/jsonrow"
	"seawall/internal/evidence/openrow"
	"seawall/record"
)

// Formats is the table of formats that hold Suricata's events.
func Formats() []evidence.Format {
	log := &jsonrow.Log{
		Catalog: openrow.NewCatalog(record.KindNetwork), TimeField: "timestamp", Time: timestamp,
		Source: newSources().source,
	}
	return []evidence.Format{{
		ID: "eve", Title: "Suricata events (EVE JSON)",
		Notes: "every type of event, of all versions, as Suricata writes them to eve.json",
		Match: match, Cut: evidence.CutLines, Open: log.Open,
	}}
}

func match(head []byte, _ string) bool {
	if len(jsonrow.Key(head[:min(len(head), 16<<10)], typeKey)) == 0 {
		return false
	}
	rec, ok := jsonrow.First(head)
	if !ok {
		return false
	}
	_, isTime := timestamp(rec.Get("timestamp").Raw)
	return isTime && len(rec.Get("event_type").Raw) > 0
}

const typeKey = `"event_type"`

// timestamp reads "2024-01-01T12:00:00.123456+0100".
func timestamp(text []byte) (int64, bool) {
	ns, _, ok := atom.Date(text)
	return ns, ok
}

// sources names the logs of events. Safe for concurrent use.
type sources struct {
	mu    sync.RWMutex
	known map[string]string // by type of event
}

func newSources() *sources { return &sources{known: map[string]string{}} }

const maxTypes = 256

func (s *sources) source(line []byte) string {
	kind := jsonrow.Key(line, typeKey)
	if kind == nil {
		return ""
	}
	s.mu.RLock()
	source, ok := s.known[string(kind)]
	s.mu.RUnlock()
	if ok {
		return source
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.known) > maxTypes {
		clear(s.known)
	}
	source = "suricata " + strings.ToLower(string(kind))
	s.known[string(kind)] = source
	return source
}
