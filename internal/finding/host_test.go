package finding

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestAHostIsNamedOnceWhateverLogsCallIt(t *testing.T) {
	got := DistinctHosts([]string{"web1", "dc01.cha.example", "WEB1.cha.example", "10.0.0.1", "web1", "db1"})
	if diff := cmp.Diff([]string{"10.0.0.1", "WEB1.cha.example", "db1", "dc01.cha.example"}, got); diff != "" {
		t.Error(diff)
	}
	for host, want := range map[string]string{"WEB1.cha.example": "web1", "10.0.0.1": "10.0.0.1", "2001:db8::1": "2001:db8::1", "": ""} {
		if got := ShortHost(host); got != want {
			t.Errorf("%q: %q", host, got)
		}
	}
}
