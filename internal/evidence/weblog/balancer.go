package weblog

import (
	"bytes"

	"seawall/record"
)

// Logs of load balancers and reverse proxies.

// albPattern is the access log of Amazon's application load balancer. The list
// has grown at its end over the years.
var albPattern = compile(SourceBalancer, `%{type} %{date-time} %{elb} %{c-ip} %{s-backend} %{request-processing-time:number} %{target-processing-time:number} %{response-processing-time:number} %{sc-status} %{upstream-status} %{cs-bytes} %{sc-bytes} "%{request}" "%{cs-user-agent}" %{ssl-cipher} %{ssl-protocol} %{target-group-arn} "%{trace-id}" "%{cs-host}" "%{chosen-cert-arn}" %{matched-rule-priority}?? %{request-creation-time} "%{x-action}" "%{redirect-url}" "%{error-reason}" "%{target-list}" "%{target-status-list}" "%{classification}" "%{classification-reason}" %{conn-trace-id} "%{transformed-host}" "%{transformed-uri}" "%{request-transform-status}" %{more:rest}`)

// elbPattern is that of Amazon's classic load balancer.
var elbPattern = compile(SourceBalancer, `%{date-time} %{elb} %{c-ip:address} %{s-backend} %{request-processing-time:number} %{backend-processing-time:number} %{response-processing-time:number} %{sc-status} %{upstream-status} %{cs-bytes} %{sc-bytes} "%{request}"?? "%{cs-user-agent}" %{ssl-cipher} %{ssl-protocol}`)

func readALB(r *row, line []byte) *record.Schema {
	if len(line) < 40 {
		return nil
	}
	switch line[0] {
	case 'h', 'w', 'g': // http, https, h2, ws, wss, grpcs
		return albPattern.read(r, line)
	case '1', '2':
		if line[4] == '-' {
			return elbPattern.read(r, line)
		}
	}
	return nil
}

// HAProxy's HTTP log, its TCP log, and lines about connections that failed.
var (
	haproxyHTTP = []*pattern{
		compile(SourceBalancer, `%{c-ip:address} [%{date-time}] %{x-frontend} %{x-backend}/%{s-backend} %{time-request:number}/%{time-queue:number}/%{time-connect:number}/%{time-response:number}/%{duration-ms} %{sc-status:number} %{sc-bytes} %{cs-cookie} %{sc-cookie} %{x-termination} %{actconn}/%{feconn}/%{beconn}/%{srvconn}/%{retries} %{srv-queue}/%{backend-queue} {%{cs-captured:text+}} {%{sc-captured:text+}} "%{request}"?? %{more:rest}`),
		compile(SourceBalancer, `%{c-ip:address} [%{date-time}] %{x-frontend} %{x-backend}/%{s-backend} %{time-request:number}/%{time-queue:number}/%{time-connect:number}/%{time-response:number}/%{duration-ms} %{sc-status:number} %{sc-bytes} %{cs-cookie} %{sc-cookie} %{x-termination} %{actconn}/%{feconn}/%{beconn}/%{srvconn}/%{retries} %{srv-queue}/%{backend-queue} {%{cs-captured:text+}} "%{request}"?? %{more:rest}`),
		compile(SourceBalancer, `%{c-ip:address} [%{date-time}] %{x-frontend} %{x-backend}/%{s-backend} %{time-request:number}/%{time-queue:number}/%{time-connect:number}/%{time-response:number}/%{duration-ms} %{sc-status:number} %{sc-bytes} %{cs-cookie} %{sc-cookie} %{x-termination} %{actconn}/%{feconn}/%{beconn}/%{srvconn}/%{retries} %{srv-queue}/%{backend-queue} "%{request}"?? %{more:rest}`),
	}
	haproxyTCP   = compile(SourceBalancer, `%{c-ip:address} [%{date-time}] %{x-frontend} %{x-backend}/%{s-backend} %{time-queue:number}/%{time-connect:number}/%{duration-ms} %{sc-bytes} %{x-termination} %{actconn}/%{feconn}/%{beconn}/%{srvconn}/%{retries} %{srv-queue}/%{backend-queue}`)
	haproxyError = compile(SourceError, `%{c-ip:address} [%{date-time}] %{x-frontend}/%{x-backend}: %{message:rest}`)
)

// haproxyNotice is what HAProxy says of itself.
var haproxyNotice = schema(SourceApplication, []string{"message"})

func readHAProxyNotice(r *row, line []byte) *record.Schema {
	for _, begins := range []string{"Proxy ", "Server ", "Stopping ", "backend ", "Health check for "} {
		if bytes.HasPrefix(line, []byte(begins)) && line[len(line)-1] == '.' {
			r.put(line)
			return haproxyNotice
		}
	}
	return nil
}

func readHAProxy(r *row, line []byte) *record.Schema {
	open := bytes.IndexByte(line, '[')
	for open >= 0 && open < 48 && open+4 < len(line) && line[open+3] != '/' { // an IPv6 address
		n := bytes.IndexByte(line[open+1:], '[')
		if n < 0 {
			return nil
		}
		open += n + 1
	}
	if open < 4 || open > 64 || line[open-1] != ' ' || !address(line[:open-1]) || bytes.IndexByte(line[:open-1], ':') < 0 {
		return nil
	}
	line = r.closed(line)
	for _, p := range haproxyHTTP {
		if s := p.read(r, line); s != nil {
			return s
		}
		r.values = r.values[:0]
	}
	if s := haproxyTCP.read(r, line); s != nil {
		return s
	}
	r.values = r.values[:0]
	return haproxyError.read(r, line)
}

// closed returns a line whose request was cut off with the quote it lacks.
func (r *row) closed(line []byte) []byte {
	if line[len(line)-1] == '"' || bytes.Count(line, []byte{'"'})%2 == 0 {
		return line
	}
	r.room(len(line) + 1)
	start := len(r.scratch)
	r.scratch = append(append(r.scratch, line...), '"')
	return r.scratch[start:len(r.scratch):len(r.scratch)]
}

// envoyPatterns are Envoy's default format, and Istio's.
var envoyPatterns = []*pattern{
	compile(SourceBalancer, `[%{date-time}] "%{request}" %{sc-status} %{response-flags} %{cs-bytes} %{sc-bytes} %{duration-ms:number} %{upstream-time} "%{x-forwarded-for}" "%{cs-user-agent}" "%{request-id}" "%{cs-host}" "%{s-backend}"?? %{upstream-cluster} %{upstream-local-address} %{downstream-local-address} %{c-ip} %{requested-server-name} %{route-name}`),
	compile(SourceBalancer, `[%{date-time}] "%{request}" %{sc-status} %{response-flags} %{response-details} %{termination-details} "%{upstream-failure:text}" %{cs-bytes} %{sc-bytes} %{duration-ms:number} %{upstream-time} "%{x-forwarded-for}" "%{cs-user-agent}" "%{request-id}" "%{cs-host}" "%{s-backend}"?? %{upstream-cluster} %{upstream-local-address} %{downstream-local-address} %{c-ip} %{requested-server-name} %{route-name}`),
}

func readEnvoy(r *row, line []byte) *record.Schema {
	if len(line) < 24 || line[0] != '[' || line[5] != '-' {
		return nil
	}
	return firstOf(r, line, envoyPatterns)
}

// firstOf reads a line with the first pattern that fits.
func firstOf(r *row, line []byte, patterns []*pattern) *record.Schema {
	for _, p := range patterns {
		if s := p.read(r, line); s != nil {
			return s
		}
		r.values = r.values[:0]
	}
	return nil
}

// Nginx Proxy Manager's formats for proxied hosts and for all others, that of
// NPMplus, and Zoraxy's.
var (
	npmPatterns = []*pattern{
		compile(SourceBalancer, `[%{date-time}] %{upstream-cache-status} %{upstream-status:text} %{sc-status} - %{cs-method} %{scheme} %{cs-host} "%{uri:uri}" [Client %{c-ip}] [Length %{sc-bytes}] [Gzip %{gzip-ratio}] [Sent-to %{s-backend}] "%{cs-user-agent}" "%{cs-referer}"`),
		compile(SourceBalancer, `[%{date-time}] %{sc-status} - %{cs-method} %{scheme} %{cs-host} "%{uri:uri}" [Client %{c-ip}] [Length %{sc-bytes}] [Gzip %{gzip-ratio}] "%{cs-user-agent}" "%{cs-referer}"`),
	}
	npmplusPattern = compile(SourceBalancer, `[%{date-time}] %{cs-host} %{c-ip} %{duration-seconds:number} "%{request}" %{sc-status} %{sc-bytes} %{bytes-sent:number} %{cs-referer} %{cs-user-agent:rest}`)
	zoraxyPattern  = compile(SourceBalancer, `[%{date-time}] [router:%{router}] [origin:%{cs-host}] [client: %{c-ip}] [useragent: %{cs-user-agent:text+}] %{cs-method} %{uri:uri} %{sc-status}`)
)

func readNPM(r *row, line []byte) *record.Schema {
	if len(line) < 40 || line[0] != '[' || line[3] != '/' {
		return nil
	}
	if s := firstOf(r, line, npmPatterns); s != nil {
		return s
	}
	return npmplusPattern.read(r, line)
}

func readZoraxy(r *row, line []byte) *record.Schema {
	open := bytes.Index(line[:min(len(line), 24)], []byte(" ["))
	if open < 0 || !bytes.Contains(line[:min(len(line), 80)], []byte("[router:")) {
		return nil
	}
	return zoraxyPattern.read(r, line[open+1:])
}

// uwsgiPattern is the request log of uWSGI.
var uwsgiPattern = compile(SourceAccess, `[pid: %{pid}|app: %{app}|req: %{request-number}] %{c-ip} (%{cs-username}) {%{vars:text+}} [%{date-time}] %{cs-method} %{uri:uri} => generated %{sc-bytes} bytes in %{time:number} %{unit} (%{cs-version} %{sc-status}) %{more:rest}`)

func readUWSGI(r *row, line []byte) *record.Schema {
	if len(line) < 40 || string(line[:5]) != "[pid:" {
		return nil
	}
	return uwsgiPattern.read(r, line)
}

// squidPatterns are Squid's native log, with and without its additions.
var squidPatterns = []*pattern{
	compile(SourceProxy, `%{date-time} %{time-taken} %{c-ip} %{s-action}/%{sc-status} %{sc-bytes} %{cs-method} %{uri:uri} %{cs-username} %{s-hierarchy}/%{r-ip} %{sc-content-type}?? %{more:rest}`),
}

func readSquid(r *row, line []byte) *record.Schema {
	if len(line) < 40 || line[0]-'0' > 9 || line[10] != '.' {
		return nil
	}
	r.room(len(line))
	start, blank := len(r.scratch), false
	for _, c := range line { // the duration is padded
		if c != ' ' || !blank {
			r.scratch = append(r.scratch, c)
		}
		blank = c == ' '
	}
	return firstOf(r, r.scratch[start:len(r.scratch):len(r.scratch)], squidPatterns)
}
