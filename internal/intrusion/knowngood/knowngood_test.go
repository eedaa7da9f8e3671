package knowngood

import (
	"crypto/md5"
	"crypto/sha256"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestACleanCopyTellsWhatDiffers(t *testing.T) {
	dir := t.TempDir()
	for _, f := range []string{"index.php", "wp-includes/js/a.js", "wp-includes/load.php"} {
		path := filepath.Join(dir, filepath.FromSlash(f))
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(f), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	s, err := Load(dir)
	if err != nil {
		t.Fatal(err)
	}
	f := func(want Answer, sure bool, root, path, content string) {
		t.Helper()
		if got := s.Check(path, []byte(content)); got != (Result{want, root, sure}) {
			t.Errorf("%s %q: %+v, want %d %q %v", path, content, got, want, root, sure)
		}
	}
	f(Good, false, "", "/any/where/x.php", "index.php")
	f(Good, true, "site.zip!/var/www", "site.zip!/var/www/wp-includes/load.php", "wp-includes/load.php")
	f(Changed, true, "site.zip!/var/www", "site.zip!/var/www/wp-includes/load.php", "other")
	f(Changed, true, "c:/www", `C:\www\WP-Includes\Load.php`, "other")
	f(Extra, true, "var/www", "/var/www/wp-includes/js/b.php", "other")
	f(Extra, false, "var/www", "/var/www/wp-includes/b.php", "other")
	f(Changed, false, "var/www", "/var/www/index.php", "other") // many folders have one
	f(Extra, false, "var/www/else", "/var/www/else/where.php", "other")
}

func TestListsOfEveryKindAreRead(t *testing.T) {
	content := []byte("content")
	m, h := fmt.Sprintf("%x", md5.Sum(content)), fmt.Sprintf("%x", sha256.Sum256(content))
	f := func(list string) {
		t.Helper()
		s := newSet()
		s.addList([]byte(list))
		if got := s.Check("/srv/other.php", content).Answer; got != Good {
			t.Errorf("%q: the content is not known", list)
		}
		if got := s.Check("/srv/www/a/b c.php", []byte("other")).Answer; got != Changed {
			t.Errorf("%q: the path is not known: %v", list, s.paths)
		}
	}
	f(m + "  a/b c.php\n")
	f(h + " *./a/b c.php\r\n")
	f("# comment\nSHA256 (a/b c.php) = " + strings.ToUpper(h) + "\n")
	f("%%%% HASHDEEP-1.0\n7," + m + "," + h + ",a/b c.php")
	s := newSet()
	s.addList([]byte("./a/b.php type=file mode=0644 sha256digest=" + h + " size=7\n"))
	if s.Check("/x/a/b.php", []byte("other")).Answer != Changed || s.Check("/y", content).Answer != Good {
		t.Errorf("mtree: %v", s.paths)
	}
	s = newSet()
	s.addList([]byte(h + "\n"))
	if s.Check("/x/y", content).Answer != Good || s.Check("/x/y", []byte("other")).Answer != Unknown {
		t.Error("a bare hash is not read")
	}
}

func TestListingsAreComparedByTheirHashes(t *testing.T) {
	s := newSet()
	s.addList([]byte(fmt.Sprintf("%x  a/b/c.php\n", md5.Sum([]byte("x")))))
	f := func(want Answer, path, hash string) {
		t.Helper()
		if got := s.CheckHash(path, hash).Answer; got != want {
			t.Errorf("%s %s: %d, want %d", path, hash, got, want)
		}
	}
	f(Good, "/r/q.php", fmt.Sprintf("%x", md5.Sum([]byte("x"))))
	f(Changed, "/r/a/b/c.php", fmt.Sprintf("%x", md5.Sum([]byte("y"))))
	f(Unknown, "/r/a/b/c.php", fmt.Sprintf("%x", sha256.Sum256([]byte("y")))) // nothing to compare with
	f(Unknown, "/r/a/b/c.php", "")
	f(Extra, "/r/a/b/d.php", "")
}

func FuzzAddList(f *testing.F) {
	f.Add([]byte("d41d8cd98f00b204e9800998ecf8427e  a/b\nSHA256 (x) = 00\n1,2,3"))
	f.Fuzz(func(_ *testing.T, data []byte) {
		s := newSet()
		s.addList(data)
		s.Check(string(data), data)
	})
}
