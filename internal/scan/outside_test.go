package scan

import (
	"path/filepath"
	"testing"

	"seawall/internal/inventory"
)

func TestScansThatAreSaidToBeFromOutsideAre(t *testing.T) {
	dir := t.TempDir()
	f := func(file string, vantage inventory.Vantage, want inventory.Vantage, outside ...string) {
		t.Helper()
		for i := range outside {
			outside[i] = filepath.Join(dir, outside[i])
		}
		s := &inventory.Source{Path: filepath.Join(dir, file), Vantage: vantage}
		markOutside(&inventory.Inventory{Sources: []*inventory.Source{s}}, outside)
		if s.Vantage != want {
			t.Errorf("%s: %v, want %v", file, s.Vantage, want)
		}
	}
	f("ext/nmap.xml", inventory.Elsewhere, inventory.Outside, "ext")
	f("ext/nmap.xml", inventory.Elsewhere, inventory.Outside, "other", "ext/nmap.xml")
	f("ext.zip!/nmap.xml", inventory.Elsewhere, inventory.Outside, "ext.zip")
	f("ext2/nmap.xml", inventory.Elsewhere, inventory.Elsewhere, "ext")
	f("ext/fw.conf", inventory.OnHost, inventory.OnHost, "ext")
	f("ext/nmap.xml", inventory.Elsewhere, inventory.Elsewhere)
}
