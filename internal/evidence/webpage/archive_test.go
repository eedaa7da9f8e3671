package webpage

import (
	"archive/zip"
	"bytes"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"seawall/internal/evidence"
)

// Of the classes of an archive those are handed out that could be a web shell;
// a reader of whole archives that comes first does not keep them back.
func TestClassesInArchivesAreHandedOutWhereTheyMatter(t *testing.T) {
	class := func(names ...string) string {
		return "\xca\xfe\xba\xbe\x00\x00\x00\x34\x00\x10" + strings.Join(names, "\x01\x00\x10")
	}
	path := filepath.Join(t.TempDir(), "x.war")
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for name, content := range map[string]string{
		"WEB-INF/classes/Plain.class": class("java/lang/String"),
		"WEB-INF/classes/Runs.class":  class("java/lang/Runtime", "exec"),
		"WEB-INF/classes/Long.class":  class(strings.Repeat("x", maxClass)),
		"index.jsp":                   "<%@ page %>",
	} {
		f, err := w.Create(name)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := f.Write([]byte(content)); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, b.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	var got []string
	err := evidence.Walk(t.Context(), []string{path}, Formats(), evidence.Options{}, evidence.Visitor{
		Job: func(j *evidence.Job) {
			got = append(got, strings.TrimPrefix(j.File.Path, path+"!/"))
			j.Run(evidence.Discard{})
		},
		Unrecognised: func(string, int64, string) {},
		Duplicate:    func(string, string) {},
		Problem:      func(p evidence.Problem) { t.Error(p) },
	})
	if err != nil {
		t.Fatal(err)
	}
	slices.Sort(got)
	got = slices.Compact(got) // long files come in several blocks
	want := []string{"WEB-INF/classes/Long.class", "WEB-INF/classes/Runs.class", "index.jsp"}
	if !slices.Equal(got, want) {
		t.Errorf("handed out %q, want %q", got, want)
	}
}
