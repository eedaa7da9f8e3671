package jar

import (
	"archive/zip"
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"seawall/internal/evidence"
	"seawall/internal/evidence/inventorytest"
)

// file is a file in an archive.
type file struct{ name, content string }

// archiveOf makes a zip archive.
func archiveOf(t testing.TB, files ...file) string {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for _, f := range files {
		w, err := z.Create(f.name)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write([]byte(f.content)); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

const (
	core     = "META-INF/maven/org.apache.logging.log4j/log4j-core/pom.properties"
	coreText = "groupId=org.apache.logging.log4j\nartifactId=log4j-core\nversion=2.14.0\n"
	class    = "\xca\xfe\xba\xbe"
)

func TestLog4jIsJudgedByItsClasses(t *testing.T) {
	lookup := file{"org/apache/logging/log4j/core/lookup/JndiLookup.class", class}
	manager := file{"org/apache/logging/log4j/core/net/JndiManager.class", class + string(markConstructor)}
	newManager := file{"org/apache/logging/log4j/core/net/JndiManager.class", class + "x"}
	f := func(name string, content string, want ...string) {
		t.Helper()
		r := inventorytest.Read(t, Formats(), name, []byte(content))
		var got []string
		for _, c := range r.Claims() {
			got = append(got, strings.TrimPrefix(c.CVEs[0], "CVE-2021-")+" "+c.Verdict.String())
		}
		if strings.Join(got, ", ") != strings.Join(want, ", ") {
			t.Errorf("%s: %v, want %v", name, got, want)
		}
	}
	vulnerable := []string{"44228 affected", "45046 affected"}
	safe := []string{"44228 not affected", "45046 not affected"}
	f("2.14.jar", archiveOf(t, file{core, coreText}, lookup, manager), vulnerable...)
	f("2.15.jar", archiveOf(t, lookup, newManager), "44228 not affected", "45046 affected")
	f("2.16.jar", archiveOf(t, file{lookup.name, class + "isJndiEnabled"}, newManager), safe...)
	f("2.0.jar", archiveOf(t, file{lookup.name, class + "javax/naming/InitialContext"}), vulnerable...)
	f("mended.jar", archiveOf(t, file{core, coreText}, manager), safe...)
	f("shaded.jar", archiveOf(t, file{"com/shop/shaded/lookup/JndiLookup.class", class}, file{"com/shop/shaded/net/JndiManager.class", class + string(markConstructor)}), vulnerable...)
	f("api.jar", archiveOf(t, file{"META-INF/maven/x/pom.properties", "groupId=org.apache.logging.log4j\nartifactId=log4j-api\nversion=2.14.0\n"}))
	f("1.2.jar", archiveOf(t, file{"META-INF/maven/x/pom.properties", "groupId=log4j\nartifactId=log4j\nversion=1.2.17\n"}))
	f("alike.jar", archiveOf(t, file{"lookup/JndiLookupOther.class", class}, manager))

	inner := archiveOf(t, file{core, coreText}, lookup, manager)
	f("app.ear", archiveOf(t, file{"web.war", archiveOf(t, file{"WEB-INF/lib/log4j-core-2.14.0.jar", inner})}), vulnerable...)
	f("run", "#!/bin/sh\nexec java -jar $0\n"+inner, vulnerable...)
	f("mod.jmod", "JM\x01\x00"+inner, vulnerable...)
	f("cut.jar", inner[:len(inner)/2])
}

func TestArchivesSayWhichLibrariesTheyHold(t *testing.T) {
	f := func(name, content, want string) {
		t.Helper()
		inventorytest.Check(t, Formats(), name, content, want)
	}
	f("x.jar", archiveOf(t, file{core, coreText}, file{"META-INF/maven/a/b/pom.properties", "# comment\nversion = 1\nartifactId: b\n"}), `
		library b 1 maven 100
		library org.apache.logging.log4j log4j-core 2.14.0 maven 100
		claim log4j-classes:CVE-2021-44228 [CVE-2021-44228] critical 0 not affected log4j-core@2.14.0 2.17.1 0/
		claim log4j-classes:CVE-2021-45046 [CVE-2021-45046] critical 0 not affected log4j-core@2.14.0 2.17.1 0/`)
	f("commons-io-2.11.0.jar", archiveOf(t, file{"META-INF/MANIFEST.MF", "Manifest-Version: 1.0\r\nBundle-SymbolicName: org.apache.commons.commo\r\n ns-io\r\nImplementation-Version: 2.11.0\r\n\r\nName: x\r\n"}),
		"library org.apache.commons commons-io 2.11.0 maven 100")
	f("plain-1.0.jar", archiveOf(t, file{"a.class", class}), "library plain 1.0 maven 100")
	f("plain.jar", archiveOf(t, file{"a.class", class}), "")
}

// What a finding cites can be read again: classes, too.
func TestCitedClassesCanBeReadAgain(t *testing.T) {
	path := filepath.Join(t.TempDir(), "x.jar")
	content := archiveOf(t, file{"a/JndiLookup.class", class}, file{"a/JndiManager.class", class + string(markConstructor)})
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	claims := inventorytest.Walk(t, Formats(), evidence.Options{}, path).Claims()
	if len(claims) != 2 {
		t.Fatalf("%d claims", len(claims))
	}
	where := claims[0].Where
	data, err := evidence.ReadCitation(t.Context(), evidence.Place{Path: where.Path, Offset: where.Offset, Length: where.Length}, evidence.Options{})
	if err != nil || string(data) != class {
		t.Errorf("%q, %v", data, err)
	}
}

// A vulnerable copy counts wherever it lies.
func TestCopiesAreReadToo(t *testing.T) {
	dir := t.TempDir()
	content := archiveOf(t, file{core, coreText})
	for _, name := range []string{"a.jar", "b.jar"} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if n := len(inventorytest.Walk(t, Formats(), evidence.Options{}, dir).Observations); n != 2 {
		t.Errorf("%d archives, want 2", n)
	}
}

func FuzzArchive(f *testing.F) {
	f.Add([]byte(archiveOf(f, file{core, coreText}, file{"a/JndiLookup.class", class}, file{"META-INF/MANIFEST.MF", "A: b\n c\n"})))
	f.Add([]byte("PK\x03\x04"))
	f.Fuzz(func(t *testing.T, data []byte) {
		inventorytest.Read(t, Formats(), "x.jar", data)
	})
}
