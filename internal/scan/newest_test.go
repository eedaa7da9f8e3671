package scan

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

func TestLogsWithoutAYearAreDatedByTheirNeighbours(t *testing.T) {
	dir := t.TempDir()
	var secure strings.Builder
	for i := range 60 {
		fmt.Fprintf(&secure, "Apr 19 02:37:%02d host1 sshd[9]: Failed password for sshuser from 192.0.2.9 port %d ssh2\n", i, 40000+i)
	}
	for name, text := range map[string]string{
		"host1/secure":     secure.String(),
		"host1/access.log": `192.0.2.9 - - [19/May/2022:02:00:00 +0000] "GET / HTTP/1.1" 200 10 "-" "x"` + "\n",
	} {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o750); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		copied := time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC)
		if err := os.Chtimes(path, copied, copied); err != nil {
			t.Fatal(err)
		}
	}
	r, err := Run(context.Background(), Options{Paths: []string{dir}, Rules: rules(t, true), Detectors: Detectors(), Now: func() time.Time { return time.Date(2026, 11, 25, 0, 0, 0, 0, time.UTC) }})
	if err != nil {
		t.Fatal(err)
	}
	guessed := false
	for _, f := range r.Findings {
		if strings.Contains(f.Title, "guessed") {
			guessed = true
			if got := time.Unix(0, f.First).UTC().Format(time.DateOnly); got != "2022-04-19" {
				t.Errorf("dated %s", got)
			}
		}
	}
	if !guessed {
		t.Error("the guessing was not found")
	}
}

func TestTheNewestDateIsRead(t *testing.T) {
	now := time.Date(2026, 11, 25, 0, 0, 0, 0, time.UTC)
	for text, want := range map[string]string{
		"2022-05-19T02:00:00Z x\n2021-01-01 00:00": "2022-05-20",
		`[19/May/2022:02:00:00 +0000]`:             "2022-05-20",
		"type=EXECVE msg=audit(1652925600.123:45)": "2022-05-20",
		"2031-01-01 00:00 in the future":           "0001-01-01",
		"of 2022-05-19":                            "0001-01-01",
	} {
		if got := latestDate([]byte(text), now).Format(time.DateOnly); got != want {
			t.Errorf("%q: %s, want %s", text, got, want)
		}
	}
}
