// Package winevent reads Windows events, from event logs and from what other
// tools make of them, and tells what activities they record. Whatever the
// file, fields have the names that Windows gives them and that authors of
// Sigma rules use.
package winevent

import (
	"time"

	"seawall/internal/evidence"
)

// Formats is the table of formats that hold Windows events. zone is that of
// times without one.
func Formats(zone *time.Location) []evidence.Format {
	s := &textFormats{zone: zone, layouts: newLayouts()}
	return []evidence.Format{
		EVTX(),
		{
			ID: "event-xml", Title: "Windows events in XML (wevtutil, Event Viewer)",
			Notes: "with or without a root element, in UTF-8 or UTF-16",
			Match: matchXML, Cut: cutXML, Open: s.open(readXML),
		},
		{
			ID: "event-csv", Title: "Windows events in CSV (Event Viewer, PowerShell)",
			Notes: "fields of the event are read from its English message, as far as it names them; Event Viewer leaves out the computer",
			Match: matchCSV, Cut: cutCSV, Open: s.openCSV,
		},
		s.json("event-json", "nested", "Windows events in JSON (evtx_dump, Velociraptor, Chainsaw)", "objects with the structure of the event's XML, one or several per file"),
		s.json("winlogbeat", "winlogbeat", "Windows events of winlogbeat", "as written to a file, or exported from Elasticsearch; also the layout before version 7"),
		s.json("nxlog", "nxlog", "Windows events in flat JSON (NXLog, Security Datasets)", "fields of header and event side by side"),
		s.json("powershell-json", "powershell", "Windows events in JSON of PowerShell (Get-WinEvent)", "fields of the event are read from its English message, as far as it names them"),
		s.json("splunk-events", "splunk", "Windows events exported from Splunk", "the raw XML event if there is one, else the fields of the export"),
		s.json("hayabusa", "hayabusa", "Timeline of Hayabusa in JSON", "events that its rules matched, as far as its profile wrote their fields"),
		s.json("wazuh-events", "wazuh", "Windows events of Wazuh", "archives and alerts with the event in data.win"),
	}
}

// json makes the format of one dialect of JSON.
func (s *textFormats) json(id, dialect, title, notes string) evidence.Format {
	return evidence.Format{ID: id, Title: title, Notes: notes, Match: matchJSON(dialect), Cut: cutJSON, Open: s.open(readJSON)}
}
