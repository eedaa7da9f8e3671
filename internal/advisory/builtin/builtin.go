// Package builtin holds the facts of the advisory that the program was made
// for, in our own words.
package builtin

import (
	_ "embed"

	"seawall/internal/advisory/document"
)

//go:embed apt40.md
var apt40 []byte

// Document returns a built-in advisory by its name; ok is false if there is
// none.
func Document(name string) (d *document.Document, ok bool) {
	if name != "apt40" {
		return nil, false
	}
	d, err := document.Read("apt40.md", apt40)
	return d, err == nil
}
