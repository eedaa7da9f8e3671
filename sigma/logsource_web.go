package sigma

import (
	"bytes"

	"seawall/record"
)

// Logs of web servers and proxies. Their records are told apart by the source
// of their schema, which stands for the channel.
var (
	webChannels   = []string{"access", "balancer", "edge", "waf"}
	errorChannels = []string{"error"}
)

// webTargets maps categories to the logs of requests, best first.
func webTargets() map[string][]Target {
	request := Target{Name: "web log", Kind: record.KindWeb, Channels: webChannels, Derive: webDerivations, Rename: webNames, Enable: "collect the access logs of web servers and load balancers"}
	exchange := Target{Name: "Exchange HttpProxy", Kind: record.KindWeb, Channels: []string{"exchange httpproxy"}, Derive: exchangeDerivations, Rename: exchangeNames, Enable: "collect Exchange's HttpProxy logs"}
	proxy := request
	proxy.Name, proxy.Channels, proxy.Enable = "proxy log", []string{"proxy"}, "collect the logs of web proxies"
	return map[string][]Target{"webserver": {request, exchange}, "proxy": {proxy}}
}

// webProducts are the products and services whose rules without a category
// mean requests, or messages of the server's error log.
var webProducts = map[string]bool{"apache": true, "nginx": true, "iis": true, "tomcat": true, "lighttpd": true, "haproxy": true}

// webLogSource returns the targets of a log source that names a product or a
// service of web servers; nil if it does not.
func (m *Mapping) webLogSource(product, category, service string) []Target {
	if category != "" && category != "webserver" || !webProducts[product] && !webProducts[service] {
		return nil
	}
	targets := m.Categories["webserver"]
	if category == "" {
		targets = append(targets[:len(targets):len(targets)], Target{Name: "error log", Kind: record.KindWeb, Channels: errorChannels, Enable: "collect the error logs of web servers"})
	}
	return targets
}

// webNames are other names for the fields of web logs: those that Sigma's
// taxonomy has for proxies.
var webNames = map[string]string{
	"c-uri": "cs-uri", "c-uri-stem": "cs-uri-stem", "src_ip": "c-ip",
}

// webDerivations read fields that logs name differently.
var webDerivations = map[string]Derivation{
	"cs-uri-query":    uriQuery("cs-uri-query", "cs-uri"),
	"c-uri-query":     uriQuery("cs-uri-query", "cs-uri"),
	"c-uri-extension": {From: []string{"cs-uri-stem", "cs-uri"}, Append: appendExtension},
	"cs-user-agent":   userAgent, "c-useragent": userAgent, "cs-useragent": userAgent, "cs(User-Agent)": userAgent,
	"cs-referer": firstValue("cs-referer", "cs(Referer)", "cs(Referrer)"), "cs-referrer": firstValue("cs-referer", "cs(Referer)", "cs(Referrer)"),
	"cs-host":   firstValue("cs-host", "cs(Host)", "x-host-header"),
	"cs-cookie": firstValue("cs-cookie", "cs(Cookie)"),
	"r-dns":     firstValue("r-dns", "r-host", "cs-host"),
	"dst_ip":    firstValue("r-ip", "s-ip"),
}

// exchangeNames are the names in Exchange's HttpProxy logs.
var exchangeNames = map[string]string{
	"cs-method": "Method", "sc-status": "HttpStatus", "cs-uri-stem": "UrlStem", "c-uri-stem": "UrlStem", "cs-username": "AuthenticatedUser",
	"cs-host": "UrlHost", "c-ip": "ClientIpAddress", "src_ip": "ClientIpAddress", "cs-user-agent": "UserAgent", "c-useragent": "UserAgent",
}

var exchangeDerivations = map[string]Derivation{
	"cs-uri-query": {From: []string{"UrlQuery", "UrlStem"}, Append: appendQueryAndURI},
	"cs-uri":       {From: []string{"UrlQuery", "UrlStem"}, Append: appendQueryAndURI},
	"c-uri":        {From: []string{"UrlQuery", "UrlStem"}, Append: appendQueryAndURI},
}

var userAgent = Derivation{From: []string{"cs-user-agent", "cs(User-Agent)"}, Append: appendAgent}

// uriQuery reads the query as authors of rules mean it: many write whole URIs.
func uriQuery(query, uri string) Derivation {
	return Derivation{From: []string{query, uri}, Append: appendAll}
}

// firstValue reads the first field that there is.
func firstValue(names ...string) Derivation {
	return Derivation{From: names, Append: func(dst []byte, values []record.Value) ([]byte, record.Kind) {
		for _, v := range values {
			if v.Kind != record.Null {
				return v.AppendText(dst), record.Text
			}
		}
		return dst, record.Null
	}}
}

// appendAgent gives a user agent as it is and, if W3C logging turned its blanks
// into plus signs, with blanks.
func appendAgent(dst []byte, v []record.Value) ([]byte, record.Kind) {
	agent := v[0]
	if agent.Kind == record.Null {
		agent = v[1]
	}
	if agent.Kind == record.Null {
		return dst, record.Null
	}
	start := len(dst)
	dst = agent.AppendText(dst)
	raw := dst[start:len(dst):len(dst)]
	if bytes.IndexByte(raw, '+') < 0 || bytes.IndexByte(raw, ' ') >= 0 {
		return dst, record.Text
	}
	dst = append(dst, 0)
	for _, c := range raw {
		if c == '+' {
			c = ' '
		}
		dst = append(dst, c)
	}
	return dst, textItems
}

// appendQueryAndURI gives the query, and path and query together.
func appendQueryAndURI(dst []byte, v []record.Value) ([]byte, record.Kind) {
	query, stem := v[0], v[1]
	if stem.Kind == record.Null {
		return appendAll(dst, v[:1])
	}
	if blank(query) {
		return stem.AppendText(dst), record.Text
	}
	start := len(dst)
	dst = append(query.AppendText(dst), 0)
	marked := dst[start] == '?'
	dst = stem.AppendText(dst)
	if !marked {
		dst = append(dst, '?')
	}
	return query.AppendText(dst), textItems
}

// appendExtension gives the extension of the file that a path names.
func appendExtension(dst []byte, v []record.Value) ([]byte, record.Kind) {
	path := v[0]
	if path.Kind == record.Null {
		path = v[1]
	}
	if path.Kind == record.Null {
		return dst, record.Null
	}
	start := len(dst)
	dst = path.AppendText(dst)
	text := dst[start:]
	if q := bytes.IndexByte(text, '?'); q >= 0 {
		text = text[:q]
	}
	dot := bytes.LastIndexByte(text, '.')
	if dot < 0 || bytes.IndexByte(text[dot:], '/') >= 0 {
		return dst[:start], record.Text
	}
	n := copy(dst[start:], text[dot+1:])
	return dst[:start+n], record.Text
}
