package netlog

// interner makes strings of bytes, one string for equal bytes while it
// remembers them: names of hosts and users repeat.
type interner struct {
	known map[string]string
	size  int // bytes of the strings known
}

const (
	maxInterned     = 4 << 20 // bytes remembered; then it starts anew
	maxInternedItem = 1 << 10 // longer texts rarely repeat
)

func (t *interner) get(text []byte) string {
	if len(text) == 0 {
		return ""
	}
	if len(text) > maxInternedItem {
		return string(text)
	}
	if s, ok := t.known[string(text)]; ok {
		return s
	}
	const overhead = 64 // of a map entry
	if t.size += len(text) + overhead; t.size > maxInterned {
		clear(t.known)
		t.size = len(text) + overhead
	}
	s := string(text)
	t.known[s] = s
	return s
}
