package main

import (
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"io/fs"

	"seawall/internal/intrusion/webshell"
)

// honest holds short pages of the kind that sites write themselves. The
// corpus has few of those: its clean pages are parts of large programs, so
// that without these every short page that reads the request would look like
// a shell.
//
//go:embed honest
var honest embed.FS

// honestWeight is how often each of them counts.
const honestWeight = 4

// readHonest returns the short pages as samples of the corpus.
func readHonest() ([]*sample, error) {
	a := webshell.NewAnalyzer(webshell.Options{})
	var list []*sample
	err := fs.WalkDir(honest, "honest", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		data, err := honest.ReadFile(name)
		if err != nil {
			return err
		}
		sum := sha256.Sum256(data)
		list = append(list, &sample{
			File: name, Name: d.Name(), SHA256: hex.EncodeToString(sum[:]), own: true, lesson: a.Lesson(d.Name(), data),
		})
		return nil
	})
	return list, err
}
