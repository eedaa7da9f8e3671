package fingerprint

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"seawall/internal/corpus"
)

func recog(t testing.TB) []*File {
	t.Helper()
	paths, err := filepath.Glob(filepath.Join(corpus.Dir(t, "exposure"), "recog-xml", "*.xml"))
	if err != nil || len(paths) == 0 {
		t.Skipf("SKIPPED: no fingerprints: %v", err)
	}
	var files []*File
	for _, path := range paths {
		data, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		f, err := ParseFile(strings.TrimSuffix(filepath.Base(path), ".xml"), data)
		if err != nil {
			t.Fatal(err)
		}
		files = append(files, f)
	}
	return files
}

// TestEveryExampleYieldsTheFieldsItStates holds the engine and the prefilter to
// Recog's own examples: each must be matched by its fingerprint, and be found
// through the index with the same fields.
func TestEveryExampleYieldsTheFieldsItStates(t *testing.T) {
	set, err := Embedded()
	if err != nil {
		t.Fatal(err)
	}
	examples, wrong, elsewhere, earlier := 0, 0, 0, 0
	for _, f := range recog(t) {
		db := newDatabase(f)
		for i := range f.Prints {
			for _, e := range f.Prints[i].Examples {
				banner, ok := e.Banner()
				if !ok {
					elsewhere++
					continue
				}
				examples++
				fields, matched := db.prints[i].match(banner)
				if missing := lacks(&Result{Fields: fields}, &e); !matched || missing != "" {
					if wrong++; wrong < 20 {
						t.Errorf("%s: %q on %q: matched %v, lacks %s", f.Name, f.Prints[i].Pattern, banner, matched, missing)
					}
					continue
				}
				found, ok := set.Match(f.Name, banner)
				if !ok {
					t.Errorf("%s: %q is not found through the index", f.Name, banner)
				} else if lacks(&found, &e) != "" {
					earlier++ // an earlier fingerprint of the file matches too, and tells other things
				}
			}
		}
	}
	t.Logf("%d examples, %d wrong; %d are kept in files that are not there; %d are also matched by an earlier fingerprint with other fields", examples, wrong, elsewhere, earlier)
	if examples == 0 {
		t.Error("no examples")
	}
}

func TestWhatIsNoBannerTellsNothing(t *testing.T) {
	set, err := Embedded()
	if err != nil {
		t.Fatal(err)
	}
	for kind := range Kinds {
		for _, banner := range []string{"", "\x00\xff", strings.Repeat("A", 10000), "no such thing"} {
			if r, ok := set.Match(kind, banner); ok && banner == "no such thing" {
				t.Errorf("%s: %q tells %v", kind, banner, r)
			}
		}
	}
	if r, ok := set.Match("ssh", "OpenSSH_9.2p1 Debian-2+deb12u2"); !ok || r.Get("service.version") != "9.2p1" || r.Get("service.cpe23") != "cpe:/a:openbsd:openssh:9.2p1" {
		t.Errorf("OpenSSH is not known: %v", r)
	}
	if _, ok := set.Match("no kind", "OpenSSH_9.2p1"); ok {
		t.Error("a kind that is none matches")
	}
}

func FuzzMatch(f *testing.F) {
	f.Add("ssh", "OpenSSH_9.2p1 Debian-2+deb12u2")
	f.Add("http-server", "Apache/2.4.6 (CentOS)")
	f.Fuzz(func(t *testing.T, kind, banner string) {
		set, err := Embedded()
		if err != nil {
			t.Fatal(err)
		}
		// The index must not lose what the fingerprints match one by one.
		found, ok := set.Match(kind, banner)
		banner = bare(kind, banner)
		for _, db := range set.databases[kind] {
			for i := range db.prints {
				if _, matched := db.prints[i].match(banner); matched && !ok {
					t.Errorf("%q: %q matches but is not found", db.prints[i].pattern, banner)
				} else if matched {
					return
				}
			}
		}
		if ok {
			t.Errorf("%q is found (%v) but nothing matches", banner, found)
		}
	})
}

// lacks names a field that the example states and the result does not have.
func lacks(r *Result, e *Example) string {
	for _, a := range e.Attributes {
		if !strings.HasPrefix(a.Name.Local, "_") && r.Get(a.Name.Local) != a.Value {
			return a.Name.Local + "=" + a.Value + " (got " + r.Get(a.Name.Local) + ")"
		}
	}
	return ""
}

func BenchmarkMatch(b *testing.B) {
	set, err := Embedded()
	if err != nil {
		b.Fatal(err)
	}
	for _, v := range []struct{ kind, banner string }{
		{"ssh", "OpenSSH_9.2p1 Debian-2+deb12u2"}, {"http-server", "Apache/2.4.6 (CentOS) OpenSSL/1.0.2k-fips PHP/5.4.16"},
		{"ftp", "220 ProFTPD 1.3.5 Server (ProFTPD Default Installation) [192.168.1.1]"}, {"smtp", "220 mail.example.com ESMTP Postfix (Ubuntu)"},
		{"http-server", "nobody knows this server/1.0"}, {"snmp-sysdescr", "Cisco IOS Software, C2960 Software (C2960-LANBASEK9-M), Version 12.2(55)SE12, RELEASE SOFTWARE (fc2)"},
	} {
		b.Run(v.kind+"/"+strings.Fields(v.banner)[0], func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				set.Match(v.kind, v.banner)
			}
		})
	}
}

// BenchmarkExamples matches every example of Recog once, compiled before.
func BenchmarkExamples(b *testing.B) {
	set, err := Embedded()
	if err != nil {
		b.Fatal(err)
	}
	type banner struct{ kind, text string }
	var all []banner
	for _, f := range recog(b) {
		for i := range f.Prints {
			for _, e := range f.Prints[i].Examples {
				if text, ok := e.Banner(); ok {
					all = append(all, banner{f.Name, text})
					set.Match(f.Name, text)
				}
			}
		}
	}
	i := 0
	for b.Loop() {
		set.Match(all[i%len(all)].kind, all[i%len(all)].text)
		i++
	}
}

func TestHeadersThatAreAVersionNameTheirProgram(t *testing.T) {
	set, err := Embedded()
	if err != nil {
		t.Fatal(err)
	}
	f := func(line, product, version string) {
		t.Helper()
		r, ok := set.Match("http-header", line)
		if ok != (product != "") || r.Get("service.product") != product || r.Get("service.version") != version {
			t.Errorf("%q: %v %+v", line, ok, r)
		}
	}
	f("X-OWA-Version: 15.2.1118.7", "Exchange Server", "15.2.1118.7")
	f("x-jenkins: 2.426", "Jenkins", "2.426")
	f("MicrosoftSharePointTeamServices: 16.0.0.10337: 1; RequireReadOnly", "SharePoint Server", "16.0.0.10337")
	f("X-Jenkins: unknown", "", "")
	f("Date: today", "", "")
	f("", "", "")
}
