package winevent

import (
	"bytes"
	"strconv"

	"seawall/internal/activity"
	"seawall/record"
)

// webRequest is a request and the texts of its fields.
type webRequest struct {
	http  activity.HTTP
	texts [webFields][]byte
}

// The fields of event 6200 that tell of the request.
const (
	webClient = iota
	webHost
	webMethod
	webStem
	webQuery
	webVersion
	webAgent
	webReferer
	webUser
	webStatus
	webSent
	webReceived
	webTaken
	webTarget // stem and query together
	webFields
)

// webNames are the names of the fields. Colons and brackets of W3C logs are
// left out of some.
var webNames = [webTarget][]string{
	{"c-ip"}, {"cs-host", "csHost"}, {"cs-method"}, {"cs-uri-stem"}, {"cs-uri-query"}, {"cs-version"}, {"csUser-Agent", "cs(User-Agent)"}, {"csReferer", "cs(Referer)"},
	{"cs-username"}, {"sc-status"}, {"sc-bytes"}, {"cs-bytes"}, {"time-taken"},
}

// readWebRequest reads a request that IIS logged as an event
// (Microsoft-IIS-Logging 6200).
func readWebRequest(e *event) bool {
	w := &e.web
	for i, names := range webNames {
		w.texts[i] = e.named(w.texts[i][:0], names)
	}
	if len(w.texts[webStem]) == 0 {
		return false
	}
	w.texts[webTarget] = append(w.texts[webTarget][:0], w.texts[webStem]...)
	if len(w.texts[webQuery]) > 0 {
		w.texts[webTarget] = append(append(w.texts[webTarget], '?'), w.texts[webQuery]...)
	}
	for i, c := range w.texts[webAgent] {
		if c == '+' {
			w.texts[webAgent][i] = ' '
		}
	}
	w.http = activity.HTTP{
		Layer: activity.LayerOrigin, Client: w.text(webClient), Host: w.text(webHost), Method: w.text(webMethod), Target: w.text(webTarget), Path: w.text(webStem),
		Query: w.text(webQuery), Version: w.text(webVersion), UserAgent: w.text(webAgent), Referer: w.text(webReferer), User: w.text(webUser),
		Status: int(w.number(webStatus, 0)), Bytes: w.number(webSent, -1), RequestBytes: w.number(webReceived, -1), Duration: w.number(webTaken, -1),
	}
	if w.http.Duration > 0 {
		w.http.Duration *= 1e6 // logged in milliseconds
	}
	e.Class, e.HTTP = activity.Request, &w.http
	return true
}

// named appends the text of the first field of these names, nothing for a
// dash.
func (e *event) named(dst []byte, names []string) []byte {
	for _, name := range names {
		for _, slot := range e.Record.Schema.Lookup(name) {
			v := e.Record.Values[slot]
			if v.Kind == record.Null {
				continue
			}
			if dst = v.AppendText(dst); bytes.Equal(dst, []byte("-")) {
				dst = dst[:0]
			}
			return dst
		}
	}
	return dst
}

// text returns a field, nil if it is empty.
func (w *webRequest) text(field int) []byte {
	if len(w.texts[field]) == 0 {
		return nil
	}
	return w.texts[field]
}

func (w *webRequest) number(field int, none int64) int64 {
	n, err := strconv.ParseInt(string(w.texts[field]), 10, 64)
	if err != nil || n < 0 || n > 1<<40 {
		return none
	}
	return n
}
