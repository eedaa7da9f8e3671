// Picture makes the pictures of the report in docs/: it loads a report in a
// headless Chromium and writes what a window of a size shows.
//
//	go run ./internal/report/browser/picture seawall-report/report.html docs/report.png 1280x1600
//
// A fourth argument is an expression of JavaScript, evaluated before.
package main

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"maps"
	"net/url"
	"os"
	"path/filepath"
	"slices"

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
	small, err := reduce(picture)
	if err != nil {
		return err
	}
	return os.WriteFile(args[1], small, 0o644)
}

// reduce writes a picture anew with its 256 most frequent colours: a report has
// few, and the edges of letters hardly show it.
func reduce(picture []byte) ([]byte, error) {
	full, err := png.Decode(bytes.NewReader(picture))
	if err != nil {
		return nil, err
	}
	counts := map[color.RGBA]int{}
	bounds := full.Bounds()
	at := func(x, y int) color.RGBA { return color.RGBAModel.Convert(full.At(x, y)).(color.RGBA) }
	for y := bounds.Min.Y; y < bounds.Max.Y; y++ {
		for x := bounds.Min.X; x < bounds.Max.X; x++ {
			counts[at(x, y)]++
		}
	}
	colours := slices.SortedFunc(maps.Keys(counts), func(a, b color.RGBA) int {
		return cmp.Or(cmp.Compare(counts[b], counts[a]), cmp.Compare(a.R, b.R), cmp.Compare(a.G, b.G), cmp.Compare(a.B, b.B))
	})
	var palette color.Palette
	for _, c := range colours[:min(len(colours), 256)] {
		palette = append(palette, c)
	}
	index := map[color.RGBA]uint8{}
	for _, c := range colours {
		index[c] = uint8(palette.Index(c))
	}
	out := image.NewPaletted(bounds, palette)
	for y := bounds.Min.Y; y < bounds.Max.Y; y++ {
		for x := bounds.Min.X; x < bounds.Max.X; x++ {
			out.SetColorIndex(x, y, index[at(x, y)])
		}
	}
	var small bytes.Buffer
	encoder := png.Encoder{CompressionLevel: png.BestCompression}
	err = encoder.Encode(&small, out)
	return small.Bytes(), err
}
