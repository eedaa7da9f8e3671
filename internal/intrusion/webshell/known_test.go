package webshell

import (
	"crypto/md5"
	"testing"
)

func TestKnownFilesAreAllListed(t *testing.T) {
	if n := len(newHashes()); n != 10 {
		t.Errorf("%d known files, the advisory lists 10", n)
	}
}

func TestKnownFilesAreFoundByTheirHash(t *testing.T) {
	a := NewAnalyzer(Options{})
	page := []byte("<% out.print(1); %>")
	if v := a.Analyze("a.jsp", page); v.Shell {
		t.Fatalf("an honest page is a shell: %+v", v)
	}
	a.hashes[md5.Sum(page)] = "a.jsp"
	if v := a.Analyze("a.jsp", page); !v.Shell {
		t.Errorf("not found: %+v", v)
	}
}

func TestClassesOfMemoryShellsAreFound(t *testing.T) {
	a := NewAnalyzer(Options{})
	class := classMagic + "\x00\x00\x00\x34\x00\x20\x01\x00\x20org/apache/jsp/"
	if v := a.Analyze("x.class", []byte(class+"Nova_jsp$TomcatListener"+"MemShellFromThread")); !v.Shell {
		t.Errorf("not found: %+v", v)
	}
	if v := a.Analyze("x.class", []byte(class+"index_jsp")); v.Shell {
		t.Errorf("an honest class is a shell: %+v", v)
	}
}
