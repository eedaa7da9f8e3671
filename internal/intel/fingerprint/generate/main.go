// Command generate packs the fingerprints of the Recog project for the program
// to carry.
package main

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/klauspost/compress/zstd"

	"seawall/internal/intel/fingerprint"
)

func main() {
	dir := flag.String("from", "../../../../shared/data/exposure/recog-xml", "folder of Recog's XML files")
	out := flag.String("out", "prints.bin", "file to write")
	flag.Parse()
	if err := run(*dir, *out); err != nil {
		fmt.Fprintln(os.Stderr, "generate:", err)
		os.Exit(1)
	}
}

func run(dir, out string) error {
	paths, err := filepath.Glob(filepath.Join(dir, "*.xml"))
	if err != nil || len(paths) == 0 {
		return fmt.Errorf("no fingerprints in %s: %w", dir, err)
	}
	var files []*fingerprint.File
	for _, path := range paths {
		data, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		f, err := fingerprint.ParseFile(strings.TrimSuffix(filepath.Base(path), ".xml"), data)
		if err != nil {
			return err
		}
		files = append(files, f)
	}
	z, err := zstd.NewWriter(nil, zstd.WithEncoderLevel(zstd.SpeedBestCompression), zstd.WithEncoderConcurrency(1))
	if err != nil {
		return err
	}
	return os.WriteFile(out, z.EncodeAll([]byte(fingerprint.Pack(files)), nil), 0o644)
}
