// Command generate writes the bundled example's evidence into the folder named
// by its argument.
package main

import (
	"fmt"
	"os"
	"path/filepath"

	"seawall/internal/example"
)

func main() {
	if err := generate(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "generate:", err)
		os.Exit(1)
	}
}

func generate(args []string) error {
	if len(args) != 1 {
		return fmt.Errorf("want one folder to write to, got %d arguments", len(args))
	}
	files, err := example.Files()
	if err != nil {
		return err
	}
	for _, f := range files {
		path := filepath.Join(args[0], filepath.FromSlash(f.Path))
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			return err
		}
		if err := os.WriteFile(path, f.Data, 0o644); err != nil {
			return err
		}
	}
	return nil
}
