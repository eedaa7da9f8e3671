package intrusion

import (
	"archive/zip"
	"bytes"
	_ "embed"
	"fmt"
	"io/fs"
)

//go:generate go run ./pack

//go:embed builtin.bin
var builtin []byte

// Builtin returns the built-in rules, facts and READMEs as a read-only file tree:
// <detector id>/README.md, <detector id>/rules/*.yml and <detector id>/facts/*.facts.
func Builtin() (fs.FS, error) {
	archive, err := zip.NewReader(bytes.NewReader(builtin), int64(len(builtin)))
	if err != nil {
		return nil, fmt.Errorf("open built-in rules: %w", err)
	}
	return archive, nil
}

// Readme returns the README of the detector id, and whether there is one.
func Readme(id string) (string, bool) {
	files, err := Builtin()
	if err != nil {
		return "", false
	}
	data, err := fs.ReadFile(files, id+"/README.md")
	return string(data), err == nil
}
