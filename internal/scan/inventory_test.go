package scan

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"seawall/internal/evidence/assets"
)

// What there is does not depend on how many goroutines read.
func TestSurveysAreTheSameHoweverManyRead(t *testing.T) {
	dir := t.TempDir()
	for i := range 40 {
		host := filepath.Join(dir, fmt.Sprintf("h%02d", i), "var", "lib", "dpkg")
		if err := os.MkdirAll(host, 0o700); err != nil {
			t.Fatal(err)
		}
		var status strings.Builder
		for p := range 50 {
			fmt.Fprintf(&status, "Package: p%d\nStatus: install ok installed\nVersion: 1.%d\n\n", p, (i+p)%7)
		}
		scan := fmt.Sprintf("<nmaprun scanner=\"nmap\"><host><address addr=\"10.0.0.%d\" addrtype=\"ipv4\"/><ports><port protocol=\"tcp\" portid=\"22\"><state state=\"open\"/></port></ports></host></nmaprun>", i%20)
		for name, content := range map[string]string{filepath.Join(host, "status"): status.String(), filepath.Join(dir, fmt.Sprintf("scan%02d.xml", i)): scan} {
			if err := os.WriteFile(name, []byte(content), 0o600); err != nil {
				t.Fatal(err)
			}
		}
	}
	survey := func(jobs int) string {
		inv, problems, err := Survey(context.Background(), Options{Paths: []string{dir}, Formats: assets.Formats(), Jobs: jobs})
		if err != nil || len(problems) > 0 {
			t.Fatal(err, problems)
		}
		var b strings.Builder
		for _, d := range inv.Devices {
			fmt.Fprintln(&b, d.ID, d.Name, len(d.Software), len(d.Endpoints), len(d.Sources))
		}
		return b.String()
	}
	want := survey(1)
	if n := strings.Count(want, "\n"); n != 60 { // 40 hosts by their files, 20 by address
		t.Errorf("%d devices\n%s", n, want)
	}
	for range 3 {
		if got := survey(4); got != want {
			t.Fatalf("four goroutines find\n%s\none\n%s", got, want)
		}
	}
}
