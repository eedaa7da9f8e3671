package prose

import "testing"

func TestListsReadAsSentencesDo(t *testing.T) {
	f := func(want string, names ...string) {
		t.Helper()
		if got := List(names); got != want {
			t.Errorf("%q: got %q, want %q", names, got, want)
		}
	}
	f("")
	f("", "")
	f("10.20.1.15", "", "10.20.1.15")
	f("a", "a")
	f("a and b", "a", "b")
	f("a, b and c", "a", "b", "", "c")
	f("a, b, c, d, e, f and 2 more", "a", "b", "c", "d", "e", "f", "g", "h")
}
