package advisory

import (
	"slices"
	"testing"

	"seawall/internal/advisory/document"
)

func TestFilesThatTell(t *testing.T) {
	f := func(text string, want ...string) {
		t.Helper()
		d, err := document.Read("a.txt", []byte(text))
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, k := range Read(d).Files() {
			got = append(got, k.Value)
		}
		if !slices.Equal(got, want) {
			t.Errorf("%s: %q, want %q", text, got, want)
		}
	}
	f("The loader mfjdieks.exe was dropped as %APPDATA%\\Adobe\\updt.lnk.", "mfjdieks.exe", `%APPDATA%\Adobe\updt.lnk`)
	f("It reads report.docx, starts setup.exe and svchost.exe, and writes into C:\\Windows\\Temp\\.")
	f("They used cmd.exe and C:\\Windows\\System32\\rundll32.exe; mt.exe is short.")
}
