// Command generate writes the end-of-life table that the program carries, from
// the products of endoflife.date and lists of devices out of support.
package main

import (
	"encoding/csv"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/klauspost/compress/zstd"

	"seawall/internal/intel/feed"
)

func main() {
	dir := flag.String("from", "../../../../shared/data/exposure", "folder of the feeds")
	out := flag.String("out", "table.bin", "file to write")
	flag.Parse()
	if err := run(*dir, *out); err != nil {
		fmt.Fprintln(os.Stderr, "generate:", err)
		os.Exit(1)
	}
}

func run(dir, out string) error {
	data, err := os.ReadFile(filepath.Join(dir, "facts", "eol_endoflife_date.json"))
	if err != nil {
		return err
	}
	text, err := feed.EndOfLife(data)
	if err != nil {
		return err
	}
	more, err := devices(filepath.Join(dir, "facts", "eol_devices.csv"))
	if err != nil {
		return err
	}
	z, err := zstd.NewWriter(nil, zstd.WithEncoderLevel(zstd.SpeedBestCompression), zstd.WithEncoderConcurrency(1))
	if err != nil {
		return err
	}
	return os.WriteFile(out, z.EncodeAll([]byte(text+more), nil), 0o644)
}

// modelName finds what looks like a model in the words of a record.
var modelName = regexp.MustCompile(`\b[A-Z][A-Za-z]{0,6}(?:-[A-Z]{1,4})?-?[0-9]{2,5}[A-Z0-9]{0,4}(?:-[A-Z0-9]{2,6})?\b`)

// devices reads the list of models. Rows that name no model are of no use.
func devices(path string) (string, error) {
	f, err := os.Open(path)
	if err != nil {
		return "", err
	}
	defer f.Close()
	r := csv.NewReader(f)
	r.FieldsPerRecord = -1
	rows, err := r.ReadAll()
	if err != nil {
		return "", err
	}
	var b strings.Builder
	seen := map[string]bool{}
	for _, row := range rows[1:] {
		vendor, name, model, end, source, confidence := row[0], row[1], row[2], row[3], row[7], row[8]
		if end == "" {
			end = "asserted " + row[4]
		}
		sure := "unsure"
		if confidence == "official-statement" || strings.HasPrefix(confidence, "verified") {
			sure = "sure"
		}
		if evidence := row[6]; strings.HasPrefix(evidence, "CVE-") {
			source += " " + evidence
		}
		models := []string{model}
		if model == "" {
			models = modelName.FindAllString(name, -1)
		}
		if vendor == "" || strings.Contains(vendor, " and ") || general(model) {
			continue
		}
		for _, m := range models {
			line := strings.Join([]string{"device", vendor, m, clean(end), clean(source), sure}, "\t") + "\n"
			if m != "" && !seen[vendor+m] {
				seen[vendor+m] = true
				b.WriteString(line)
			}
		}
	}
	return b.String(), nil
}

// general reports whether a row speaks of software that the release lines cover.
func general(model string) bool {
	return slices.ContainsFunc([]string{"FortiOS", "ESXi", "Exchange"}, func(p string) bool { return strings.HasPrefix(model, p) })
}

func clean(s string) string { return strings.Join(strings.Fields(s), " ") }
