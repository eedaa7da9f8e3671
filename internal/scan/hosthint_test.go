package scan

import "testing"

func TestTheFolderOfACollectionNamesTheHost(t *testing.T) {
	h := newHostHints([]string{"/cases/one/", "other"})
	f := func(path, want string) {
		t.Helper()
		if got := h.of(path); got != want {
			t.Errorf("%s: %q, want %q", path, got, want)
		}
	}
	f("/cases/one/WEB01/var/log/nginx/access.log", "web01")
	f("/cases/one/portal-ext/logs/access.log", "portal-ext")
	f("/cases/one/triage.zip!/dc01/Security.csv", "dc01")
	f("/cases/one/web01.tar.gz!/var/log/secure", "web01")
	f("/cases/one/zeek/2022-07-04/conn.log", "")
	f("/cases/one/logs/W3SVC1/u_ex220704.log", "")
	f("/cases/one/apache2/access.log", "")
	f("/cases/one/access.log", "")
	f("/cases/one", "")
	f("/cases/one/doc/cgi-lib.pl.gz!/cgi-lib.pl", "")
	f("/cases/one/etc/xdg/xwayland-session.d/10-a.sh", "")
	f("/cases/one/WEB01/etc/init.d/x-1.sh", "web01")
	f("other/lb1/haproxy.log", "lb1")
	f("/cases/one/lb1/haproxy.log", "lb1")
}

func TestASystemsOwnTreeHoldsNoHosts(t *testing.T) {
	h := newHostHints([]string{"/etc", "/cases/web01/var", "/usr/share"})
	for _, path := range []string{"/etc/ca-certificates/update.d/x.sh", "/cases/web01/var/www-data/a.php", "/usr/share/gdb/auto-load/x.py"} {
		if got := h.of(path); got != "" {
			t.Errorf("%s: %q", path, got)
		}
	}
}
