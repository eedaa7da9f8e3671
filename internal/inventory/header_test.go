package inventory

import "testing"

func TestHeadersTellWhatAnswered(t *testing.T) {
	f := func(line, kind, text string) {
		t.Helper()
		b, ok := HeaderBanner(line)
		if ok != (kind != "") || ok && (b.Kind != kind || b.Text != text) {
			t.Errorf("%q: %v %+v", line, ok, b)
		}
	}
	f("  Server: nginx/1.24\r\n", "http-server", "nginx/1.24")
	f("X-OWA-Version: 15.2.1118.7", "http-header", "X-OWA-Version: 15.2.1118.7")
	f("WWW-Authenticate: Basic realm=\"a: b\"", "http-www-authenticate", "Basic realm=\"a: b\"")
	f("Date: now", "", "")
	f("(Request type: GET)", "", "")
	f("", "", "")
}
