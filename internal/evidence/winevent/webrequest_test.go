package winevent

import (
	"testing"

	"seawall/internal/activity"
	"seawall/record"
)

func TestRequestsThatIISLogsAsEventsAreRequests(t *testing.T) {
	rec := &record.Record{}
	var fields []record.Field
	add := func(path, name, value string) {
		fields = append(fields, record.Field{Name: name, Path: path + name})
		rec.Values = append(rec.Values, record.Value{Raw: []byte(value), Kind: record.Text})
	}
	add("Event/System/", "Channel", "Microsoft-IIS-Logging/Logs")
	add("Event/System/", "EventID", "6200")
	add("Event/System/", "Computer", "EX1")
	for _, f := range [][2]string{{"c-ip", "203.0.113.9"}, {"cs-method", "GET"}, {"cs-uri-stem", "/autodiscover/autodiscover.json"}, {"cs-uri-query", "a=b"}, {"csUser-Agent", "x+y"}, {"sc-status", "200"}, {"time-taken", "15"}, {"cs-username", "-"}} {
		add("Event/EventData/", f[0], f[1])
	}
	rec.Schema = record.NewSchema(record.KindWindows, fields)
	seen := false
	NewExtractor().Extract(rec, func(a *activity.Activity) {
		seen = true
		h := a.HTTP
		if a.Class != activity.Request || a.Host != "ex1" || string(h.Client) != "203.0.113.9" || string(h.Target) != "/autodiscover/autodiscover.json?a=b" || string(h.UserAgent) != "x y" || h.Status != 200 || h.Duration != 15e6 || h.User != nil {
			t.Errorf("%+v %+v", a, h)
		}
	})
	if !seen {
		t.Error("no activity")
	}
}
