package weblog

import (
	"testing"

	"seawall/internal/activity"
	"seawall/record"
)

// extracted returns the activities of a record of named values.
func extracted(source string, pairs ...string) []activity.Activity {
	rec := &record.Record{Time: 1}
	var names []string
	for i := 0; i < len(pairs); i += 2 {
		names = append(names, pairs[i])
		rec.Values = append(rec.Values, record.Value{Raw: []byte(pairs[i+1]), Kind: record.Text})
	}
	rec.Schema = schema(source, names)
	var found []activity.Activity
	NewExtractor().Extract(rec, func(a *activity.Activity) {
		kept := *a
		if a.HTTP != nil {
			h := *a.HTTP
			kept.HTTP = &h
		}
		if a.Authentication != nil {
			l := *a.Authentication
			kept.Authentication = &l
		}
		if a.Command != nil {
			c := *a.Command
			kept.Command = &c
		}
		found = append(found, kept)
	})
	return found
}

func TestRequestsAreFilledFromWhateverFieldsThereAre(t *testing.T) {
	f := func(want string, got []byte) {
		t.Helper()
		if string(got) != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
	h := extracted(SourceBalancer, "c-ip", "203.0.113.9:5123", "cs-method", "GET", "cs-uri", "https://h.example:443/a?b=c", "sc-status", "404", "upstream-status", "-", "sc-bytes", "12", "duration-seconds", "0.25", "cs-cookie", "s=1")[0].HTTP
	f("203.0.113.9", h.Client)
	f("h.example:443", h.Host)
	f("/a?b=c", h.Target)
	f("/a", h.Path)
	f("b=c", h.Query)
	f("Cookie: s=1", h.Headers)
	if h.Layer != activity.LayerLoadBalancer || h.Status != 404 || h.UpstreamStatus != 0 || h.Bytes != 12 || h.RequestBytes != -1 || h.Duration != 25e7 {
		t.Errorf("%+v", h)
	}
	a := extracted(SourceAccess, "c-ip", "10.0.0.1, [2001:db8::1]:443", "cs-uri-stem", "/a", "cs-uri-query", "-", "cs(User-Agent)", "x+y", "s-computername", "WEB1", "time-taken", "15")[0]
	f("2001:db8::1", a.HTTP.Client)
	f("10.0.0.1, [2001:db8::1]:443", a.HTTP.Forwarded)
	f("/a", a.HTTP.Target)
	f("x y", a.HTTP.UserAgent)
	if a.Host != "web1" || a.HTTP.Query != nil || a.HTTP.Duration != 15e6 {
		t.Errorf("%+v %+v", a, a.HTTP)
	}
	behind := func(want, peer, forwarded string) {
		t.Helper()
		f(want, extracted(SourceAccess, "c-ip", peer, "cs(X-Forwarded-For)", forwarded, "cs-uri", "/")[0].HTTP.Client)
	}
	behind("203.0.113.9", "127.0.0.1", "192.0.2.1, 203.0.113.9, 10.0.0.2") // what stands before may be made up
	behind("203.0.113.9", "203.0.113.9", "192.0.2.1")                      // so may be all of it, of a client outside
	behind("10.0.0.1", "10.0.0.1", "10.0.0.7")
	if !extracted(SourceFirewall, "cs-uri", "/", "x-action", "BLOCK")[0].HTTP.Blocked {
		t.Error("a blocked request is not")
	}
}

func TestRefusedCredentialsAreToldFromHandshakes(t *testing.T) {
	f := func(status, windows string, want bool) {
		t.Helper()
		h := extracted(SourceAccess, "cs-uri-stem", "/ews", "sc-status", status, "sc-win32-status", windows)[0].HTTP
		if h.LogonFailed != want {
			t.Errorf("%s %s: %v", status, windows, h.LogonFailed)
		}
	}
	f("401", "1326", true)
	f("401", "2148074252", true)
	f("401", "2148074254", false) // the first step of a handshake: no credentials yet
	f("401", "5", false)
	f("401", "-", false)
	f("200", "1326", false)
}

func TestLoginsAndCommandsAreTold(t *testing.T) {
	a := extracted(SourceVPN, "cs-username", "amy", "c-ip", "203.0.113.9", "x-login", "failure", "cs-uri", "-")
	if len(a) != 1 || a[0].Class != activity.Authenticated || a[0].Authentication.Kind != activity.RemoteAccess || a[0].Authentication.Success || a[0].Authentication.User != "amy" || a[0].Authentication.Address != "203.0.113.9" {
		t.Errorf("%+v", a)
	}
	a = extracted(SourceError, "cs-uri", "/a", "cs-username", "amy", "x-login", "failure")
	if len(a) != 2 || a[0].Class != activity.Request || a[1].Authentication.Kind != activity.WebLogin {
		t.Errorf("%+v", a)
	}
	a = extracted(SourceECP, "x-command", "Set-OabVirtualDirectory", "x-parameters", "p", "x-error", "")
	if len(a) != 1 || a[0].Class != activity.Cmdlet || a[0].Command.Name != "Set-OabVirtualDirectory" || a[0].Command.Failed {
		t.Errorf("%+v", a)
	}
	a = extracted(SourceUnparsed, "message", "x")
	if len(a) != 1 || a[0].Class != activity.Unparsed {
		t.Errorf("%+v", a)
	}
}
