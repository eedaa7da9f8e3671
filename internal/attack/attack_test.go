package attack

import "testing"

// Some names are one software's own and another's too: the order must not be
// that of a map.
func TestSoftwareIsFirstWhatHasTheNameItself(t *testing.T) {
	for id, s := range Load().Software {
		got := Load().SoftwareNamed(s.Name)
		if len(got) == 0 || Normalize(Load().Software[got[0]].Name) != Normalize(s.Name) {
			t.Errorf("%s %s: %q", id, s.Name, got)
		}
	}
}
