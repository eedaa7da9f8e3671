// Package intern makes strings of bytes, one string for equal bytes: names of
// hosts and users repeat from record to record.
package intern

// Table remembers strings, in bounded memory. The zero value is ready. Not safe
// for concurrent use.
type Table struct {
	known map[string]string
	size  int // bytes of the strings known
}

const (
	maxSize = 4 << 20 // bytes remembered; then it starts anew
	maxItem = 1 << 10 // longer texts rarely repeat
)

// Get returns text as a string.
func (t *Table) Get(text []byte) string {
	if len(text) == 0 {
		return ""
	}
	if len(text) > maxItem {
		return string(text)
	}
	if s, ok := t.known[string(text)]; ok {
		return s
	}
	const overhead = 64 // of a map entry
	if t.size += len(text) + overhead; t.size > maxSize {
		clear(t.known)
		t.size = len(text) + overhead
	}
	if t.known == nil {
		t.known = map[string]string{}
	}
	s := string(text)
	t.known[s] = s
	return s
}
