package weblog

import (
	"fmt"
	"strings"
	"testing"
	"unicode/utf16"
)

// reads checks the last record of lines of one format.
func reads(t *testing.T, format, lines string, want ...string) {
	t.Helper()
	s, found := decode(t, []byte(lines), 1<<20)
	if found == nil || found.ID != format {
		t.Errorf("%s: recognised as %v, want %s", lines, found, format)
		return
	}
	if s.unparsed != 0 || len(s.records) == 0 {
		t.Errorf("%s: %d of %d lines not read", lines, s.unparsed, len(s.records))
		return
	}
	last := s.records[len(s.records)-1]
	for i := 0; i < len(want); i += 2 {
		if got := last[want[i]]; got != want[i+1] {
			t.Errorf("%s:\n%s is %q, want %q\n%q", lines, want[i], got, want[i+1], last)
		}
	}
}

func TestGatewaysTellOfLoginsAndSessions(t *testing.T) {
	f := func(line string, want ...string) { t.Helper(); reads(t, "vpn", line+"\n", want...) }
	f(`<134> 10/24/2023:02:11:09 GMT adc1 0-PPE-1 : default SSLVPN LOGIN 4823 0 : Context amy@198.51.100.7 - SessionId: 71 - User amy - Client_ip 203.0.113.9 - Nat_ip "Mapped Ip" - Vserver 192.0.2.1:443 - Browser_type "Mozilla/5.0 - x" - SSLVPN_client_type ICA - Group(s) "N/A"`,
		"cs-username", "amy", "x-context-ip", "198.51.100.7", "c-ip", "203.0.113.9", "x-session", "71", "cs-user-agent", "Mozilla/5.0 - x", "x-login", "success", "(time)", "2023-10-24T02:11:09Z")
	f(`Apr 20 10:11:12 gw PulseSecure: - - - 2021-04-20 10:11:12 - gw - [203.0.113.9] Root::amy(Users)[Staff, VPN][sid0a1b] - Primary authentication failed for amy/Users from 203.0.113.9`,
		"c-ip", "203.0.113.9", "cs-username", "amy", "x-realm", "Users", "x-roles", "Staff, VPN", "x-session", "sid0a1b", "x-login", "failure")
	f(`gw PulseSecure: - - - 2021-04-20 10:11:12 - gw - [203.0.113.9] amy(Users)[Staff] - WebRequest completed, GET to https://in.example/a from 203.0.113.9 result=200 sent=10 received=512 in 1 seconds`,
		"cs-method", "GET", "cs-uri", "https://in.example/a", "sc-status", "200", "sc-bytes", "512")
	f(`05/01/2024:10:11:12 GMT adc1 0-PPE-0 : default SSLVPN HTTPREQUEST 99 0 : Context amy@203.0.113.9 - SessionId: 71 - in.example User amy : Group(s) N/A : Vserver 192.0.2.1:443 - 05/01/2024:10:11:12 GMT GET /vpns/portal/scripts/x.pl - -`,
		"cs-username", "amy", "cs-method", "GET", "cs-uri", "/vpns/portal/scripts/x.pl", "x-session", "71")
	f(`date=2024-02-10 time=10:11:12 devname="fg" devid="FG1" logid="0101039424" type="event" subtype="vpn" eventtime=1707556272000000000 tz="+0000" logdesc="SSL VPN tunnel up" action="tunnel-up" tunneltype="ssl-web" remip=203.0.113.9 user="amy" msg="SSL tunnel established"`,
		"c-ip", "203.0.113.9", "cs-username", "amy", "x-login", "success", "(time)", "2024-02-10T09:11:12Z")
	f(`1,2024/02/10 10:11:12,0011,GLOBALPROTECT,0,2562,2024/02/10 10:11:10,vsys1,gateway-auth,login,LDAP,,corp\amy,DE,PC1,203.0.113.9,0.0.0.0,0.0.0.0,0.0.0.0,id,sn,6.0,Windows,10,1,bad password,,,failure,"Site, one",0,,0`,
		"cs-username", `corp\amy`, "c-ip", "203.0.113.9", "x-login", "failure")
}

func TestExchangeLogsAreReadByTheirHeaders(t *testing.T) {
	reads(t, "exchange", "DateTime,RequestId,UrlHost,UrlStem,AuthenticatedUser,UserAgent,ClientIpAddress,HttpStatus,Method,UrlQuery\r\n#Software: Microsoft Exchange Server\r\n#Version: 15.01\r\n#Fields: DateTime,RequestId,UrlHost,UrlStem,AuthenticatedUser,UserAgent,ClientIpAddress,HttpStatus,Method,UrlQuery\r\n2021-03-03T02:11:09.182Z,9a,mail.example,/ecp/proxyLogon.ecp,,python,203.0.113.9,241,POST,?a=b\r\n",
		"UrlStem", "/ecp/proxyLogon.ecp", "HttpStatus", "241", "(host)", "mail.example", "(target)", "/ecp/proxyLogon.ecp?a=b", "(time)", "2021-03-03T02:11:09.182Z")
	reads(t, "exchange", "#TYPE Selected.System.Management.Automation.PSCustomObject\n\"DateTime\",\"UrlStem\",\"HttpStatus\"\n\"2021-03-03T02:11:09.182Z\",\"/owa/a,b\",\"200\"\n", "UrlStem", "/owa/a,b", "HttpStatus", "200")
	reads(t, "exchange", `2021-03-03T02:11:09.182Z,EX1,ECP,"S:CMD=Set-OabVirtualDirectory.ExternalUrl=''http://f/<script language=""JScript"">;x</script>''.Identity=''9''";S:EX=`+"\n",
		"x-command", "Set-OabVirtualDirectory", "x-error", "")
	reads(t, "exchange", "2021-03-03T02:11:09.182Z,OAB,Download failed and temporary file 'C:\\inetpub\\wwwroot\\aspnet_client\\x.aspx' needs to be removed\n", "x-path", `C:\inetpub\wwwroot\aspnet_client\x.aspx`)
}

func TestServersAndProxiesAreRead(t *testing.T) {
	reads(t, "web-balancer", `203.0.113.9:53 [01/May/2024:10:00:00.143] fe~ be/srv 0/0/7/14/15 404 114 - - ---- 2/1/0/0/0 0/0 {h.example|x y} "GET /a HTTP/1.1" 0/0000/0/0/0 TLSv1.3`+"\n", "c-ip", "203.0.113.9:53", "sc-status", "404", "cs-captured", "h.example|x y", "s-backend", "srv", "duration-ms", "15")
	reads(t, "web-balancer", `203.0.113.9:53 [01/May/2024:10:00:00.143] fe be/srv 0/0/15 114 -- 2/1/0/0/0 0/0`+"\n", "sc-bytes", "114")
	reads(t, "web-firewall", `<131>May  1 10:00:00 waf CEF:0|F5|ASM|15.1|2|SQL \| Injection|5|src=203.0.113.9 request=/a?b\=c d requestMethod=GET act=blocked outcome=403 rt=1714557600000 dhost=h.example`+"\n",
		"name", "SQL | Injection", "c-ip", "203.0.113.9", "cs-uri-query", "b=c d", "cs-method", "GET", "sc-status", "403", "(host)", "h.example", "(time)", "2024-05-01T10:00:00Z")
	reads(t, "web-application", `May  1 10:00:00 waf ASM:unit_hostname="w",ip_client="203.0.113.9",method="GET",uri="/a",query_string="x=1",response_code="403",request_status="blocked",date_time="2024-05-01 10:00:00"`+"\n", "c-ip", "203.0.113.9", "cs-uri", "/a?x=1", "x-action", "blocked", "sc-status", "403")
	reads(t, "web-proxy", "1700000000.123    345 10.0.0.1 TCP_MISS/200 4512 GET http://a.example/x?y=1 amy HIER_DIRECT/192.0.2.5 text/html\n", "sc-status", "200", "cs-uri-query", "y=1", "cs-username", "amy", "r-ip", "192.0.2.5", "(time)", "2023-11-14T22:13:20.123Z")
	reads(t, "web-error", `2024/05/01 10:00:00 [error] 31#31: *46 user "amy" was not found in "/etc/x", client: 203.0.113.9, server: s, request: "GET /a?b HTTP/1.1", upstream: "http://127.0.0.1/", host: "h.example"`+"\n",
		"cs-username", "amy", "x-login", "failure", "cs-uri", "/a?b", "cs-host", "h.example", "s-backend", "http://127.0.0.1/")
	reads(t, "web-error", "[Thu Oct 13 12:24:49.880562 2022] [core:error] [pid 10:tid 14] [client 203.0.113.9:50229] AH00126: Invalid URI in request GET /../../etc HTTP/1.1\n", "c-ip", "203.0.113.9", "code", "AH00126", "module", "core")
	reads(t, "web-json", `{"timestamp":1576280412771,"formatVersion":1,"terminatingRuleId":"r","action":"BLOCK","httpRequest":{"clientIp":"203.0.113.9","country":"DE","headers":[{"name":"Host","value":"h.example"}],"uri":"/a","args":"x=1","httpVersion":"HTTP/1.1","httpMethod":"GET","requestId":"1"}}`+"\n",
		"c-ip", "203.0.113.9", "cs-uri", "/a?x=1", "cs-method", "GET", "x-action", "BLOCK", "(host)", "h.example", "(time)", "2019-12-13T23:40:12.771Z")
	reads(t, "web-json", `{"transaction":{"client_ip":"203.0.113.9","time_stamp":"Fri Dec 13 23:40:12 2019","unique_id":"1","request":{"method":"POST","http_version":1.1,"uri":"/a?b","body":"q=1","headers":{"Host":"h.example","User-Agent":"x"}},"response":{"http_code":403},"messages":[{"message":"m","details":{"ruleId":"1"}}]}}`+"\n",
		"cs-uri", "/a?b", "cs-body", "q=1", "cs-host", "h.example", "sc-status", "403", "(time)", "2019-12-13T23:40:12Z")
	reads(t, "web-json", `{"transaction":{"time":"13/Dec/2019:23:40:12 +0000","transaction_id":"1","remote_address":"203.0.113.9"},"request":{"request_line":"GET /a?b HTTP/1.1","headers":{"Host":"h.example","User-Agent":"x"}},"response":{"protocol":"HTTP/1.1","status":403},"audit_data":{"messages":["m"],"action":{"intercepted":true}}}`+"\n",
		"cs-uri", "/a?b", "cs-method", "GET", "c-ip", "203.0.113.9", "x-action", "true", "(time)", "2019-12-13T23:40:12Z")
	reads(t, "web-json", `{"timeStamp":"2024-05-01T10:00:00+00:00","operationName":"ApplicationGatewayAccess","properties":{"clientIP":"203.0.113.9","httpMethod":"POST","requestUri":"/a","requestQuery":"x=1","userAgent":"curl","httpStatus":200,"httpVersion":"HTTP/1.1","receivedBytes":10,"sentBytes":20,"timeTaken":0.2,"host":"h.example","serverStatus":"200"}}`+"\n",
		"c-ip", "203.0.113.9", "cs-uri", "/a?x=1", "sc-bytes", "20", "upstream-status", "200")
	reads(t, "web-json", `{"httpRequest":{"requestMethod":"GET","requestUrl":"https://h.example/a?b=c","status":404,"userAgent":"x","remoteIp":"203.0.113.9","latency":"0.1s"},"timestamp":"2024-05-01T10:00:00.5Z"}`+"\n",
		"(host)", "h.example", "sc-status", "404", "(target)", "/a?b=c")
	reads(t, "web-access", `[01/May/2024:10:00:00 +0000] amy http-nio-8090-exec-5 203.0.113.9 POST /rest/a?b HTTP/1.1 200 34ms 512 http://wiki.example/ Mozilla/5.0 (X11; Linux) x`+"\n",
		"cs-username", "amy", "c-ip", "203.0.113.9", "cs-uri", "/rest/a?b", "duration-ms", "34", "cs-user-agent", "Mozilla/5.0 (X11; Linux) x")
	reads(t, "web-access", `203.0.113.9 600x12x1 amy [01/May/2024:10:00:00 +0000] "GET /secure/a HTTP/1.1" 200 1234 0.0150 "https://jira.example/" "Mozilla/5.0 (x)" "1abc"`+"\n",
		"cs-username", "amy", "time-taken", "0.0150", "cs-user-agent", "Mozilla/5.0 (x)", "x-session", "1abc")
	reads(t, "web-access", `192.0.2.1 www.example.com - [01/May/2024:10:00:00 +0000] "GET /a HTTP/1.1" 200 5 "-" "x"`+"\n", "c-ip", "192.0.2.1", "cs-host", "www.example.com")
	reads(t, "web-access", `[2001:db8::5]:443 2001:db8::1 - - [01/May/2024:10:00:00 +0000] "GET /a HTTP/1.1" 200 5`+"\n", "c-ip", "2001:db8::1", "cs-host", "[2001:db8::5]:443")
	reads(t, "web-access", `192.0.2.1 - - [01/May/2024:10:00:00 +0000] "GET /a HTTP/1.1" 200 5 "-" "x" 412 0.013 [ns-svc-80] [] 10.0.0.7:80 5 0.013 200 4be1`+"\n", "cs-bytes", "412", "s-backend", "10.0.0.7:80", "upstream-status", "200")
	reads(t, "web-access", `192.0.2.1 - - [01/May/2024:10:00:00 +0000] "GET /a HTTP/1.1" 200 5 "-" "x" "203.0.113.9, 10.0.0.1"`+"\n", "x-forwarded-for", "203.0.113.9, 10.0.0.1")
	reads(t, "web-access", `192.0.2.1 - - [01/May/2024:10:00:00 +0000] "GET /a\"b\\c\x27\n HTTP/1.1" 200 5 "-" "a \"b\" c"`+"\n", "cs-uri", "/a\"b\\c'\n", "cs-user-agent", `a "b" c`)
}

func TestColumnsOfW3CLogsMayChangeAndHeadersMayLack(t *testing.T) {
	reads(t, "web-w3c", "#Fields: date time cs-method cs-uri-stem cs-uri-query sc-status c-ip\r\n2024-05-01 10:00:00 GET /a - 200 203.0.113.9\r\n#Fields: date time c-ip cs-method cs-uri-stem cs-uri-query sc-status X-Forwarded-For\r\n2024-05-01 10:00:01 203.0.113.9 POST /b x=1 500 192.0.2.1,+10.0.0.1\r\n",
		"cs-method", "POST", "cs-uri", "/b?x=1", "sc-status", "500", "c-ip", "203.0.113.9", "X-Forwarded-For", "192.0.2.1,+10.0.0.1")
	reads(t, "web-w3c", "2024-05-01 10:00:01 10.0.0.5 POST /b x=1 443 - fe80::1%5 Mozilla/5.0+(x) - 500 0 0 15\r\n", "sc-status", "500", "time-taken", "15", "c-ip", "fe80::1%5")
	reads(t, "web-w3c", "#Fields: date time c-ip cs-uri cs-method cs-uri-query sc-status sc-action\n\"2024-05-01\" \"10:00:00\" \"203.0.113.9\" \"www.example.com/a\" \"GET\" \"x=1\" \"403\" \"REQ_BLOCKED_ACL\"\n", "(host)", "www.example.com", "(target)", "/a?x=1")
	reads(t, "web-w3c", "#Fields: date time time-taken c-ip sc-status s-action cs-method cs-host cs-uri-path cs-uri-query cs-username r-ip\n2024-05-01 10:00:00 5 10.0.0.9 200 TCP_MISS GET www.example.com /a ?x=1 amy 192.0.2.1\n", "(host)", "www.example.com", "(target)", "/a?x=1")
	wide := []byte{0xff, 0xfe}
	for _, u := range utf16.Encode([]rune("#Fields: date time cs-method cs-uri-stem cs-uri-query sc-status c-ip\r\n2024-05-01 10:00:00 GET /ä - 200 203.0.113.9\r\n")) {
		wide = append(wide, byte(u), byte(u>>8))
	}
	reads(t, "web-w3c", string(wide), "cs-uri-stem", "/ä", "sc-status", "200")
}

func TestWhatCollectorsWrapAroundLinesIsTakenOff(t *testing.T) {
	const line = `203.0.113.9 - - [01/May/2024:10:00:00 +0000] "GET /a HTTP/1.1" 200 5 "-" "x"`
	f := func(wrapped string) {
		t.Helper()
		reads(t, "web-access", wrapped+"\n", "c-ip", "203.0.113.9", "sc-status", "200", "cs-user-agent", "x")
	}
	f(line)
	f(`"` + line + `"`)
	f(`"` + strings.ReplaceAll(line, `"`, `""`) + `"`)
	f("2024-05-01T10:00:00.123456789Z stdout F " + line)
	f(`{"log":"` + strings.ReplaceAll(line, `"`, `\"`) + `\n","stream":"stdout","time":"2024-05-01T10:00:00Z"}`)
	f("May  1 10:00:00 web1 nginx: " + line)
	f("<190>May  1 10:00:00 web1 nginx[12]: " + line)
	f("<190>1 2024-05-01T10:00:00Z web1 nginx 12 - - " + line)
	f("2024-05-01T10:00:00.123+00:00 web1 nginx: " + line)
	f("web-1  | " + line)
	reads(t, "web-other", `2024-05-01T10:00:00.5Z stdout F 203.0.113.9 "GET /a HTTP/1.1" 200 5`+"\n", "c-ip", "203.0.113.9", "(time)", "2024-05-01T10:00:00.5Z")
}

func TestBrokenLinesAreCountedAndYieldedAsTheyAre(t *testing.T) {
	const line = `203.0.113.9 - - [01/May/2024:10:00:00 +0000] "GET /a HTTP/1.1" 200 5 "-" "x"` + "\n"
	data := line + line + "GET /${jndi:ldap://x}\n" + line + "\x00\x00\x00\n" + line + "\xff\xfe broken\n" + strings.Repeat("a", 1<<20) + "\n" + line
	s, _ := decode(t, []byte(data), 1<<16)
	if s.unparsed != 3 || len(s.problems) != 1 || len(s.records) != 8 {
		t.Fatalf("%d of %d lines not read, problems %v", s.unparsed, len(s.records), s.problems)
	}
	if p := s.problems[0]; p.Line != 3 || !strings.Contains(p.What, "3 lines") {
		t.Errorf("problem %v", p)
	}
	cr := strings.ReplaceAll(strings.Repeat(line, 3), "\n", "\r")
	if s, _ := decode(t, []byte(cr), 100); len(s.records) != 3 || s.unparsed != 0 {
		t.Errorf("with carriage returns alone: %d lines, %d not read", len(s.records), s.unparsed)
	}
}

func TestAuditLogsAreReadByTransaction(t *testing.T) {
	const audit = "--a1b2-A--\n[01/May/2024:10:00:00 +0000] Zx1 203.0.113.9 5123 192.0.2.1 80\n--a1b2-B--\nPOST /a?x=1 HTTP/1.1\nHost: h.example\nUser-Agent: y\nX-Api: ${jndi:x}\n\n--a1b2-C--\nq=--a1b2-\n--a1b2-F--\nHTTP/1.1 403 Forbidden\nContent-Type: text/html\n\n--a1b2-H--\nMessage: Access denied with code 403 (phase 2). [id \"949110\"]\nAction: Intercepted (phase 2)\n\n--a1b2-Z--\n\n"
	for _, block := range []int{10, 300, 1 << 20} {
		s, format := decode(t, []byte(audit+"--c3-A--\ncut off\n"+audit), block)
		if format == nil || format.ID != "modsec-audit" || len(s.records) != 3 || s.unparsed != 1 || len(s.problems) != 1 {
			t.Fatalf("%v: %d records, %d not whole, %v", format, len(s.records), s.unparsed, s.problems)
		}
		want := map[string]string{"c-ip": "203.0.113.9", "cs-method": "POST", "cs-uri": "/a?x=1", "cs-host": "h.example", "cs-body": "q=--a1b2-", "sc-status": "403", "x-action": "denied", "rule-id": "949110", "sc-content-type": "text/html", "(time)": "2024-05-01T10:00:00Z"}
		for name, value := range want {
			if got := s.records[0][name]; got != value {
				t.Errorf("%s is %q, want %q", name, got, value)
			}
		}
	}
}

func TestExportsInJSONNeedNotKeepToLines(t *testing.T) {
	object := func(status int) string {
		return fmt.Sprintf("{\n  \"ClientIP\": \"203.0.113.9\",\n  \"ClientRequestMethod\": \"GET\",\n  \"ClientRequestURI\": \"/a?{}\",\n  \"EdgeResponseStatus\": %d\n}", status)
	}
	f := func(data string, want int) {
		t.Helper()
		for _, block := range []int{1, 40, 1 << 20} {
			s, format := decode(t, []byte(data), block)
			if format == nil || format.ID != "web-json-array" || len(s.records) != want || s.unparsed != 0 {
				t.Fatalf("%s: %v", data, format)
			}
			if last := s.records[want-1]; last["sc-status"] != "404" || last["c-ip"] != "203.0.113.9" || last["cs-uri-query"] != "{}" {
				t.Errorf("%q", last)
			}
		}
	}
	f("["+object(200)+",\n"+object(404)+"]\n", 2)
	f("{ \"records\": [ "+object(200)+", "+object(200)+", "+object(404)+" ] }", 3)
	f(object(200)+"\n"+object(404)+"\n", 2)
}

func TestMixedMessagesOfDevicesAreLeftToOthers(t *testing.T) {
	const login = `date=2024-02-10 time=10:11:12 devid="F" logid="1" type="event" subtype="vpn" action="tunnel-up" remip=203.0.113.9 user="amy"` + "\n"
	const flow = `date=2024-02-10 time=10:11:12 devid="F" logid="2" type="traffic" subtype="forward" srcip=10.0.0.1 dstip=192.0.2.1 action="accept"` + "\n"
	if f := formatOf([]byte(login+flow+flow+login), "fortigate.log"); f != nil {
		t.Errorf("taken for %s", f.ID)
	}
	if f := formatOf([]byte(login+login), "fortigate.log"); f == nil || f.ID != "vpn" {
		t.Errorf("taken for %v", f)
	}
}

func TestOverlongLinesAreOneProblemAndNotTheEnd(t *testing.T) {
	const line = `203.0.113.9 - - [01/May/2024:10:00:00 +0000] "GET /a HTTP/1.1" 200 5 "-" "x"` + "\n"
	data := line + line + strings.Repeat("a", 2*maxPiece+5) + "\n" + line
	for _, block := range []int{1 << 16, 1 << 20} {
		s, _ := decode(t, []byte(data), block)
		if s.unparsed != 3 || len(s.records) != 6 || len(s.problems) != 1 || s.problems[0].Line != 3 {
			t.Errorf("%d of %d lines not read, %v", s.unparsed, len(s.records), s.problems)
		}
	}
}
