package scan

import (
	"path/filepath"
	"slices"
	"strings"

	"seawall/internal/inventory"
)

// markOutside notes which scans were made from the Internet: those of files in
// the folders that the user names.
func markOutside(inv *inventory.Inventory, outside []string) {
	if len(outside) == 0 {
		return
	}
	for _, s := range inv.Sources {
		if s.Vantage == inventory.OnHost {
			continue // lists and configurations are of the inside wherever they lie
		}
		path, err := filepath.Abs(s.Path)
		if err != nil {
			continue
		}
		if slices.ContainsFunc(outside, func(o string) bool { return within(path, filepath.Clean(o)) }) {
			s.Vantage = inventory.Outside
		}
	}
}

// within reports whether path is dir, or below it, or inside it if it is an
// archive.
func within(path, dir string) bool {
	rest, ok := strings.CutPrefix(path, dir)
	return ok && (rest == "" || rest[0] == filepath.Separator || strings.HasPrefix(rest, "!"))
}
