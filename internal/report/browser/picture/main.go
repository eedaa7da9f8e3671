// Picture makes the pictures of the report in docs/: it loads a report in a
// headless Chromium and writes what a window of a size shows.
//
//	go run ./internal/report/browser/picture seawall-report/report.html docs/report.png 1280x1600
//
// A fourth argument is an expression of JavaScript, evaluated before.
package main

import (
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"

	"seawall/internal/report/browser"
)

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "picture:", err)
		os.Exit(1)
	}
}

func run(args []string) error {
	if len(args) < 3 {
		return errors.New("usage: picture REPORT PNG WIDTHxHEIGHT [EXPRESSION]")
	}
	var width, height int
	if _, err := fmt.Sscanf(args[2], "%dx%d", &width, &height); err != nil {
		return fmt.Errorf("size %q: %w", args[2], err)
	}
	path, err := filepath.Abs(args[0])
	if err != nil {
		return err
	}
	page, err := browser.Open(browser.Find(), width, height)
	if err != nil {
		return err
	}
	defer page.Close()
	address := url.URL{Scheme: "file", Path: filepath.ToSlash(path)}
	if err := page.Load(address.String()); err != nil {
		return err
	}
	if err := page.Wait(`document.getElementById("state").textContent.includes("findings")`); err != nil {
		return err
	}
	for _, expression := range args[3:] {
		if err := page.Eval(expression, nil); err != nil {
			return err
		}
	}
	picture, err := page.Picture(false)
	if err != nil {
		return err
	}
	for _, complaint := range page.Complaints {
		fmt.Fprintln(os.Stderr, "picture:", complaint)
	}
	return os.WriteFile(args[1], picture, 0o644)
}
