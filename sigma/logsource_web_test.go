package sigma

import (
	"strings"
	"testing"

	"seawall/record"
)

// webRecord makes a record of a web log.
func webRecord(source string, pairs ...string) *record.Record {
	rec := &record.Record{}
	var fields []record.Field
	for _, p := range pairs {
		name, value, _ := strings.Cut(p, "=")
		fields = append(fields, record.Field{Name: name, Path: name})
		rec.Values = append(rec.Values, record.Value{Raw: []byte(value), Kind: record.Text})
	}
	rec.Schema = record.NewSource(record.KindWeb, source, fields)
	return rec
}

func TestRulesForWebServersAndProxiesMatchTheirLogs(t *testing.T) {
	combined := webRecord("access", "c-ip=192.0.2.1", "cs-method=GET", "cs-uri=/a/x.php?cmd=id", "cs-uri-stem=/a/x.php", "cs-uri-query=cmd=id", "sc-status=200", "cs-referer=-", "cs-user-agent=curl/8 x")
	w3c := webRecord("access", "cs-method=GET", "cs-uri-stem=/a/x.php", "cs-uri-query=cmd=id", "cs(User-Agent)=curl/8+x", "cs(Referer)=-", "sc-status=200", "cs-uri=/a/x.php?cmd=id")
	front := webRecord("exchange httpproxy", "Method=GET", "UrlStem=/a/x.php", "UrlQuery=?cmd=id", "UserAgent=curl/8 x", "HttpStatus=200")
	squid := webRecord("proxy", "c-ip=192.0.2.1", "cs-method=GET", "cs-uri=http://h/a/x.php?cmd=id", "cs-uri-stem=http://h/a/x.php", "sc-status=200")
	f := func(logsource, detection string, rec *record.Record, want bool) {
		t.Helper()
		text := strings.Replace(ruleText(detection+"\ncondition: a"), "category: process_creation", logsource, 1)
		text = strings.Replace(text, ", product: windows", "", 1)
		set := Compile(parseRules(t, text), Options{})
		if p := set.Disabled(); len(p) > 0 {
			t.Fatalf("%s %s: %v", logsource, detection, p)
		}
		if got := len(set.NewMatcher().Match(rec)) > 0; got != want {
			t.Errorf("%s %s on %s: %v, want %v", logsource, detection, rec.Schema.Source, got, want)
		}
	}
	for _, rec := range []*record.Record{combined, w3c, front} {
		f("category: webserver", "a: {cs-uri-query|contains: '/a/x.php?cmd='}", rec, true)
		f("category: webserver", "a: {cs-uri-query|endswith: 'cmd=id'}", rec, true)
		f("category: webserver", "a: {cs-uri-stem|endswith: .php, cs-method: GET, sc-status: 200}", rec, true)
		f("category: webserver", "a: {cs-user-agent: curl/8 x}", rec, true)
		f("category: webserver", "a: ['cmd=id']", rec, true)
		f("category: proxy", "a: {c-uri|contains: x.php}", rec, false)
	}
	f("product: apache", "a: {cs-uri|contains: x.php}", combined, true)
	f("product: apache", "a: [segfault]", webRecord("error", "message=child exited: segfault"), true)
	f("product: windows, service: iis", "a: {cs-method: GET}", w3c, true)
	f("category: proxy", "a: {c-uri|contains: x.php, c-uri-extension: php}", squid, true)
	f("category: webserver", "a: {cs-uri|contains: x.php}", squid, false)
	f("category: process_creation", "a: {cs-method: GET}", combined, false)
}
