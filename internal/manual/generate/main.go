// Command generate writes the pages of docs/ that are made from the program's
// tables into the folder named by its argument.
package main

import (
	"fmt"
	"os"
	"path/filepath"

	"seawall/internal/manual"
)

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "generate: want one folder to write to")
		os.Exit(1)
	}
	for _, p := range manual.Pages() {
		if err := os.WriteFile(filepath.Join(os.Args[1], p.Name), []byte(p.Text), 0o644); err != nil {
			fmt.Fprintln(os.Stderr, "generate:", err)
			os.Exit(1)
		}
	}
}
