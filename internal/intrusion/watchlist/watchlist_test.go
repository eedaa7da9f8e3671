package watchlist

import (
	"net/netip"
	"strings"
	"testing"
	"time"
)

func TestIndicatorsAreReadInEveryForm(t *testing.T) {
	f := func(text string, kind Kind, value string) {
		t.Helper()
		if k, v := Classify(text); v != value || value != "" && k != kind {
			t.Errorf("%q: %s %q, want %s %q", text, k, v, kind, value)
		}
	}
	f("203.0.113.9", Address, "203.0.113.9")
	f(" 203[.]0.113[.]9 ", Address, "203.0.113.9")
	f("203.0.113.9:8011", Address, "203.0.113.9")
	f("[2001:db8::1]:443", Address, "2001:db8::1")
	f("2001:DB8::1", Address, "2001:db8::1")
	f("203.0.113.9/24", Network, "203.0.113.0/24")
	f("203.0.113.9/32", Address, "203.0.113.9")
	f("0.0.0.0/0", 0, "")
	f("127.0.0.1", 0, "")
	f("Evil.Example[.]com", Domain, "evil.example.com")
	f("*.evil.example", Domain, "evil.example")
	f("evil(dot)example", Domain, "evil.example")
	f("hxxps://evil[.]example/a/B.php?x=1", URL, "evil.example/a/B.php?x=1")
	f("http://evil.example:80/a", URL, "evil.example/a")
	f("evil.example/a", URL, "evil.example/a")
	f("https://evil.example/", Domain, "evil.example")
	f("http://203.0.113.9/", Address, "203.0.113.9")
	f("D41D8CD98F00B204E9800998ECF8427E", Digest, "d41d8cd98f00b204e9800998ecf8427e")
	f("AA:BB:CC:DD:EE:FF:00:11:22:33:44:55:66:77:88:99:AA:BB:CC:DD", Digest, "aabbccddeeff00112233445566778899aabbccdd")
	f("t12i020200_5bb0eb0ba27c_5c28f5cac5c2", JA4, "t12i020200_5bb0eb0ba27c_5c28f5cac5c2")
	f("com", 0, "")
	f("1.2.3", 0, "")
	f("just some words", 0, "")
	f("", 0, "")
}

func TestListsAreTextOrTables(t *testing.T) {
	l := New()
	odd, err := l.Read(strings.NewReader("\xef\xbb\xbf# a list\n"+
		"indicator,type,role,first seen,last seen\n"+
		"203[.]0.113[.]9,ip,\"relay, exit\",2024-01-05,2024-02-01\n"+
		"\n198.51.100.0/28\n"+
		"evil.example;panel\n"+
		"not an indicator\n"+
		"203.0.113.9\n"), "list.csv")
	if err != nil || odd != 1 || l.Len() != 3 {
		t.Fatalf("%d indicators, %d odd lines, %v", l.Len(), odd, err)
	}
	item := l.Address(netip.MustParseAddr("203.0.113.9"))
	if item == nil || item.Note != "type ip; role relay, exit" || item.Line != 3 || item.File != "list.csv" ||
		item.Since != time.Date(2024, 1, 5, 0, 0, 0, 0, time.UTC).UnixNano() || item.Until != time.Date(2024, 2, 1, 0, 0, 0, 0, time.UTC).UnixNano() {
		t.Errorf("%+v", item)
	}
}

// listed is a list of one indicator of each kind.
func listed(t testing.TB) *List {
	t.Helper()
	l := New()
	if _, err := l.Read(strings.NewReader("203.0.113.9\n198.51.100.0/28\n2001:db8::/32\n100.64.0.0/10\nevil.example\nhttp://files.example/a.exe\nd41d8cd98f00b204e9800998ecf8427e\nt12i020200_5bb0eb0ba27c_5c28f5cac5c2\n"), "x"); err != nil {
		t.Fatal(err)
	}
	return l
}

func TestWhatIsListedIsFound(t *testing.T) {
	l := listed(t)
	f := func(item *Item, value string) {
		t.Helper()
		if value == "" && item != nil || value != "" && (item == nil || item.Value != value) {
			t.Errorf("%+v, want %q", item, value)
		}
	}
	f(l.Address(netip.MustParseAddr("203.0.113.9")), "203.0.113.9")
	f(l.Address(netip.MustParseAddr("::ffff:203.0.113.9")), "203.0.113.9")
	f(l.Address(netip.MustParseAddr("198.51.100.14")), "198.51.100.0/28")
	f(l.Address(netip.MustParseAddr("198.51.100.16")), "")
	f(l.Address(netip.MustParseAddr("2001:db8:1::1")), "2001:db8::/32")
	f(l.Address(netip.Addr{}), "")
	f(l.Address(netip.MustParseAddr("100.77.1.1")), "100.64.0.0/10")
	f(l.Address(netip.MustParseAddr("100.128.1.1")), "")
	f(l.Name([]byte("a.b.EVIL.example.")), "evil.example")
	f(l.Name([]byte("notevil.example")), "")
	f(l.Name([]byte("203.0.113.9")), "203.0.113.9")
	f(l.Name(nil), "")
	f(l.Name([]byte(".")), "")
	f(l.Request([]byte("Files.example"), []byte("/a.exe?b")), "files.example/a.exe")
	f(l.Request([]byte("files.example"), []byte("/b.exe")), "")
	f(l.Fingerprint([]byte("D41D8CD98F00B204E9800998ECF8427E")), "d41d8cd98f00b204e9800998ecf8427e")
	f(l.Fingerprint([]byte("t12i020200_5bb0eb0ba27c_5c28f5cac5c2")), "t12i020200_5bb0eb0ba27c_5c28f5cac5c2")
	f(l.Hashes("SHA1=AA,MD5=D41D8CD98F00B204E9800998ECF8427E,IMPHASH=0"), "d41d8cd98f00b204e9800998ecf8427e")
	f(l.Hashes("nothing"), "")
}

func FuzzRead(f *testing.F) {
	for _, s := range []string{"203.0.113.9\n", "a;b\n", "\"", "hxxp://[", "a,b\tc\n", "1.2.3.4/33", "x.example/\x00", ".", "::"} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		l := New()
		if _, err := l.Read(strings.NewReader(string(data)), "f"); err != nil {
			t.Fatal(err)
		}
		l.Name(data)
		l.Request(data, data)
		l.Fingerprint(data)
		for i := range l.items {
			if kind, value := Classify(l.items[i].Value); value != "" && (kind != l.items[i].Kind || value != l.items[i].Value) {
				t.Errorf("%q is read again as %s %q", l.items[i].Value, kind, value)
			}
		}
	})
}

func FuzzAddFile(f *testing.F) {
	for _, s := range []string{"a.exe", `C:\a\b.exe`, "%TEMP%/x.lnk", "/opt/x.jsp", "%", "c:", `\\.`, "a*.exe", "É.exe"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		l := New()
		if !l.AddFile(text, "", "f") {
			return
		}
		value := l.items[0].Value
		for _, path := range []string{value, `x\` + strings.TrimPrefix(value, `\`), strings.ToUpper(strings.ReplaceAll(value, `\`, "/"))} {
			if strings.ContainsFunc(value, func(r rune) bool { return r >= 0x80 }) || len(path) > maxPath {
				continue // upper case is that of ASCII
			}
			if item := l.Path([]byte(path)); item == nil || item.Value != value {
				t.Errorf("%q is not found as %q", value, path)
			}
		}
	})
}

func BenchmarkMiss(b *testing.B) {
	l := listed(b)
	a, name := netip.MustParseAddr("192.0.2.7"), []byte("www.some.name.example.org")
	b.ReportAllocs()
	for b.Loop() {
		if l.Address(a) != nil || l.Name(name) != nil {
			b.Fatal("found")
		}
	}
}
