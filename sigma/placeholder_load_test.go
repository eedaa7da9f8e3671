package sigma

import (
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
)

func TestPlaceholdersAreReadOnePerFileAndOneValuePerLine(t *testing.T) {
	got, err := LoadPlaceholders(fstest.MapFS{
		"Servers.txt": {Data: []byte("# ours\r\nweb*\r\n\r\nfile server \n")},
		"none.txt":    {Data: []byte("# nothing yet\n")},
		"notes.md":    {Data: []byte("not values")},
	})
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(Placeholders{"servers": {"web*", "file server "}}, got); diff != "" {
		t.Error(diff)
	}
	if _, ok := got.lookup("none"); ok {
		t.Error("a file without values gives a placeholder")
	}
}
