package weblog

import "testing"

// TestFormatsOfTheirOwnAreRead reads lines of formats that directives of
// Apache and nginx commonly define.
func TestFormatsOfTheirOwnAreRead(t *testing.T) {
	f := func(line string, want ...string) {
		t.Helper()
		s, format := decode(t, []byte(line+"\n"), 1<<20)
		if format == nil || len(s.records) != 1 || s.unparsed != 0 {
			t.Errorf("%s: not read", line)
			return
		}
		for i := 0; i < len(want); i += 2 {
			if got := s.records[0][want[i]]; got != want[i+1] {
				t.Errorf("%s:\n%s is %q, want %q\n%q", line, want[i], got, want[i+1], s.records[0])
			}
		}
	}
	f(`2024-05-01T10:00:00+02:00 www.example.com 203.0.113.7 "GET /a?b=c HTTP/2.0" 404 162 0.003 "https://x.example/" "curl/8.0"`,
		"cs-host", "www.example.com", "c-ip", "203.0.113.7", "cs-uri-query", "b=c", "sc-status", "404", "sc-bytes", "162", "duration-seconds", "0.003", "cs-referer", "https://x.example/", "cs-user-agent", "curl/8.0", "(time)", "2024-05-01T08:00:00Z")
	f(`10.0.0.1 [01/May/2024:10:00:00 +0000] "POST /login HTTP/1.1" 302 0 "-" "-" rt=0.120 uct="0.000" urt="0.119"`,
		"c-ip", "10.0.0.1", "cs-method", "POST", "sc-status", "302", "sc-bytes", "0", "urt", "0.119", "cs-user-agent", "-")
	f(`2001:db8::1 | 01/May/2024:10:00:00 +0000 | "GET / HTTP/1.1" | 200 | 5`, "c-ip", "2001:db8::1", "sc-status", "200")
	f(`Mar 24 14:02:50 web1 tomcat.log: 127.0.0.1 - - "GET /bad.foo HTTP/1.1" 404 65508 4.386`, "c-ip", "127.0.0.1", "sc-status", "404", "sc-bytes", "65508", "duration-seconds", "4.386")
	f(`TLSv1.3 AES 10.0.0.1 - "GET /x HTTP/1.1" 500 12`, "c-ip", "10.0.0.1", "sc-status", "500", "sc-bytes", "12")
}
