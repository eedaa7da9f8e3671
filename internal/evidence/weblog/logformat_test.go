package weblog

import "testing"

func TestDirectivesGiveTheFieldsTheirNames(t *testing.T) {
	f := func(directive, line string, want ...string) {
		t.Helper()
		formats := Formats(nil, directive)
		format := formats[0]
		if !format.Match([]byte(line+"\n"), "x") {
			t.Fatalf("%s does not match %s", directive, line)
		}
		s := &seen{extract: NewExtractor()}
		decodeAs(t, &format, []byte(line+"\n"), 1<<20, s)
		if len(s.records) != 1 || s.unparsed != 0 {
			t.Fatalf("%s does not read %s", directive, line)
		}
		for i := 0; i < len(want); i += 2 {
			if got := s.records[0][want[i]]; got != want[i+1] {
				t.Errorf("%s: %s is %q, want %q\n%q", directive, want[i], got, want[i+1], s.records[0])
			}
		}
	}
	f(`LogFormat "%v;%h;%t;%m;%U;%q;%>s;%D;\"%{X-Api}i\"" odd`, `h.example;203.0.113.9;[01/May/2024:10:00:00 +0000];GET;/a;?b=c;200;1500;"${jndi:x} \"y\""`,
		"cs-host", "h.example", "c-ip", "203.0.113.9", "cs-uri-stem", "/a", "sc-status", "200", "duration-us", "1500", "request.headers.x-api", `${jndi:x} "y"`, "(target)", "/a?b=c")
	f(`log_format timed escape=default '$time_iso8601|$remote_addr|' '$request_method $request_uri|$status|$request_time|$http_user_agent|$upstream_addr';`,
		`2024-05-01T10:00:00+00:00|203.0.113.9|POST /a?b|404|0.012|curl x|10.0.0.1:80, 10.0.0.2:80`,
		"c-ip", "203.0.113.9", "cs-uri-query", "b", "duration-seconds", "0.012", "cs-user-agent", "curl x", "s-backend", "10.0.0.1:80, 10.0.0.2:80", "(time)", "2024-05-01T10:00:00Z")
}

func TestDirectivesThatCannotBeReadAreRefused(t *testing.T) {
	for _, d := range []string{"", "combined", `LogFormat "%h%l" x`, `LogFormat "%{x" y`, `LogFormat "%h %" y`, "log_format x '$a$b'"} {
		if ParseLogFormat(d) == nil {
			t.Errorf("%q is taken", d)
		}
	}
	for _, d := range []string{`%h %l %u %t "%r" %>s %b`, `$remote_addr - $remote_user [$time_local] "$request" $status`} {
		if err := ParseLogFormat(d); err != nil {
			t.Errorf("%q: %v", d, err)
		}
	}
}

// FuzzLogFormat compiles directives and reads with them.
func FuzzLogFormat(f *testing.F) {
	f.Add(`LogFormat "%v;%h;%t;%m;%U;%>s;%D;\"%{X-Api}i\"" odd`, `h;203.0.113.9;[01/May/2024:10:00:00 +0000];GET;/a;200;15;"x"`)
	f.Add(`log_format a '$time_iso8601|$remote_addr|' '$request_uri|$status';`, `2024-05-01T10:00:00+00:00|203.0.113.9|/a|404`)
	f.Fuzz(func(t *testing.T, directive, line string) {
		p, err := compileLogFormat(directive)
		if err != nil || line == "" {
			return
		}
		r := (&formats{layouts: &layouts{}}).row()
		r.reset([]byte(line))
		if s := p.read(r, []byte(line)); s != nil && len(r.values) != len(s.Fields) {
			t.Fatalf("%d values of %d fields", len(r.values), len(s.Fields))
		}
	})
}
