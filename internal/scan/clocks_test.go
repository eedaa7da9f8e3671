package scan

import (
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"seawall/internal/clock"
	"seawall/internal/simulate"
)

// The application server of the first case is seven minutes fast; the proxy
// before it logs the same requests.
func TestTheClockOfAFastServerIsMeasured(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "case")
	if _, err := simulate.Write(t.Context(), simulate.Options{Case: "case1", Dir: dir, Size: 2 << 20, Seed: 3}); err != nil {
		t.Fatal(err)
	}
	var first []clock.Offset
	for jobs := range 3 {
		r := scanned(t, Options{Paths: []string{filepath.Join(dir, "evidence", "portal2-ext")}, Jobs: jobs + 1})
		if len(r.Clocks) != 1 {
			t.Fatalf("%d jobs: %v, want one clock", jobs+1, r.Clocks)
		}
		o := r.Clocks[0]
		if off := time.Duration(o.Ahead) - 7*time.Minute; off.Abs() > time.Second || !strings.HasSuffix(o.Series, "tomcat/localhost_access_log.txt") || !strings.HasSuffix(o.Reference, "nginx/access.log") {
			t.Errorf("%d jobs: %v", jobs+1, o)
		}
		if first == nil {
			first = r.Clocks
		}
		if diff := cmp.Diff(first, r.Clocks); diff != "" {
			t.Errorf("%d jobs: %s", jobs+1, diff)
		}
	}
	t.Log(first[0])
}
