package html

import (
	"bytes"
	"context"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"seawall/internal/report/reporttest"
	"seawall/internal/verdict"
)

// browser returns the program named by the environment's CHROMIUM, or the
// first of the usual names in PATH.
func browser(t *testing.T) string {
	if path := os.Getenv("CHROMIUM"); path != "" {
		return path
	}
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome", "chrome"} {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	t.Skip("SKIPPED: browser: no chromium in PATH, and CHROMIUM is not set; the report was not loaded")
	return ""
}

// load opens a report in a browser at the named finding, and returns the document
// as it is after its script ran, and what was logged.
func load(t *testing.T, r *verdict.Result, fragment string) (dom, log string) {
	t.Helper()
	chromium := browser(t)
	path := filepath.Join(t.TempDir(), "report.html")
	if err := os.WriteFile(path, []byte(report(t, r)), 0o644); err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithTimeout(context.Background(), 2*time.Minute)
	defer stop()
	args := []string{
		"--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync",
		"--user-data-dir=" + t.TempDir(), "--enable-logging=stderr", "--virtual-time-budget=10000", "--dump-dom",
	}
	file := url.URL{Scheme: "file", Path: filepath.ToSlash(path), Fragment: fragment}
	command := exec.CommandContext(ctx, chromium, append(args, file.String())...)
	var stdout, stderr bytes.Buffer
	command.Stdout, command.Stderr = &stdout, &stderr
	if err := command.Run(); err != nil {
		t.Fatalf("%s: %v\n%s", chromium, err, stderr.String())
	}
	return stdout.String(), stderr.String()
}

var console = regexp.MustCompile(`(?m)^.*(CONSOLE|JAVASCRIPT DIALOG|Refused to|Uncaught).*$`)

func TestBrowserRunsNothingTheEvidenceHolds(t *testing.T) {
	r := reporttest.HostileResult()
	dom, log := load(t, r, "")
	for _, line := range console.FindAllString(log, -1) {
		t.Errorf("the browser complains: %s", line)
	}
	// Every finding but the suppressed one is among the first 40 rows.
	if rows, want := strings.Count(dom, `aria-rowindex="`), len(r.Findings)-r.Suppressed(); rows != want {
		t.Errorf("%d rows are shown, want %d", rows, want)
	}
	if images := strings.Count(dom, "<img"); images != 0 {
		t.Errorf("%d images were made from evidence", images)
	}
	if !strings.Contains(dom, `\x1b[2J\x1b]0;owned\x07`) {
		t.Error("control characters are not spelled out")
	}
}

func TestBrowserShowsFortyRowsOfAHundredThousand(t *testing.T) {
	dom, log := load(t, reporttest.Large(100_000), "")
	for _, line := range console.FindAllString(log, -1) {
		t.Errorf("the browser complains: %s", line)
	}
	if rows := strings.Count(dom, `aria-rowindex="`); rows != 40 {
		t.Errorf("%d rows are in the document, want 40", rows)
	}
	if !strings.Contains(dom, "100,000 of 100,000 findings") {
		t.Error("the table does not say how many findings there are")
	}
}

func TestBrowserShowsTheBytesThatProveAFinding(t *testing.T) {
	r := reporttest.HostileResult()
	for i := range r.Findings {
		r.Findings[i].ID = "f" + string(rune('a'+i)) // hostile ids make no address
	}
	// Every hostile text once in the details: nothing of it may act there.
	for i := range r.Findings {
		f := &r.Findings[i]
		if f.Suppressed != "" || i%4 != 0 {
			continue
		}
		dom, log := load(t, r, f.ID)
		for _, line := range console.FindAllString(log, -1) {
			t.Errorf("%s: the browser complains: %s", f.ID, line)
		}
		_, details, _ := strings.Cut(dom, `id="details"`)
		details, _, _ = strings.Cut(details, "</section>")
		if strings.Count(details, "<pre>") != len(f.Citations) || !strings.Contains(details, "<dd>"+f.ID+"</dd>") {
			t.Errorf("%s: the details are %s", f.ID, details)
		}
	}
}
