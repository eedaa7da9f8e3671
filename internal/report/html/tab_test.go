package html

import (
	"bytes"
	"net/url"
	"os"
	"path/filepath"
	"testing"

	"seawall/internal/report/browser"
	"seawall/internal/verdict"
)

// The widths the report must be good at.
var windows = []struct {
	name          string
	width, height int
}{{"desktop", 1280, 900}, {"phone", 390, 844}}

// tab is a page of a browser that fails its test by itself.
type tab struct {
	*browser.Page
	t *testing.T
}

func openTab(t *testing.T, width, height int) tab {
	t.Helper()
	program := browser.Find()
	if program == "" {
		t.Skip("SKIPPED: browser: no chromium in PATH, and CHROMIUM is not set; the report was not loaded")
	}
	page, err := browser.Open(program, width, height)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(page.Close)
	return tab{page, t}
}

// show loads a report at a place in it, and waits for its table.
func (p tab) show(r *verdict.Result, v *verdict.Verdict, fragment string) {
	p.t.Helper()
	var out bytes.Buffer
	if err := Write(&out, r, v); err != nil {
		p.t.Fatal(err)
	}
	path := filepath.Join(p.t.TempDir(), "report.html")
	if err := os.WriteFile(path, out.Bytes(), 0o644); err != nil {
		p.t.Fatal(err)
	}
	file := url.URL{Scheme: "file", Path: filepath.ToSlash(path), Fragment: fragment}
	if err := p.Load(file.String()); err != nil {
		p.t.Fatal(err)
	}
	p.wait(`document.getElementById("state").textContent.includes(" findings")`)
}

func (p tab) wait(expression string) {
	p.t.Helper()
	if err := p.Wait(expression); err != nil {
		p.t.Fatal(err)
	}
}

func (p tab) do(expression string) {
	p.t.Helper()
	if err := p.Eval(expression, nil); err != nil {
		p.t.Fatal(err)
	}
}

func (p tab) text(expression string) (s string) {
	p.t.Helper()
	if err := p.Eval("String("+expression+")", &s); err != nil {
		p.t.Fatal(err)
	}
	return s
}

func (p tab) keys(names ...string) {
	p.t.Helper()
	for _, name := range names {
		if err := p.Key(name); err != nil {
			p.t.Fatal(err)
		}
	}
}

// quiet fails if the browser complained, or if the page is wider than its window.
func (p tab) quiet() {
	p.t.Helper()
	for _, complaint := range p.Complaints {
		p.t.Errorf("the browser complains: %.400s", complaint)
	}
	if wide := p.text(`[...document.querySelectorAll("body *")].filter(e => document.documentElement.scrollWidth > innerWidth && e.getBoundingClientRect().right > innerWidth && !e.closest(".scroll")).map(e => e.tagName + "." + e.getAttribute("class")).slice(0, 8)`); wide != "" {
		p.t.Errorf("wider than the window: %s", wide)
	}
}
