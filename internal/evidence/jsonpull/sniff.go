package jsonpull

import "bytes"

// Sniff returns the keys of the first object in the head of a document, at
// most 64 of them; array says that the object is the first item of a list.
func Sniff(head []byte) (keys []string, array bool) {
	start := bytes.TrimLeft(head[:min(len(head), 512)], "\xef\xbb\xbf \t\r\n")
	if len(start) == 0 || start[0] != '{' && start[0] != '[' {
		return nil, false
	}
	array = start[0] == '['
	r := New(bytes.NewReader(head))
	first := true
	r.Values(func() {
		if !first {
			r.fail("enough seen")
			return
		}
		first = false
		r.Object(func(key string) {
			if len(keys) < 64 {
				keys = append(keys, key)
			}
		})
	})
	return keys, array
}

// Holds reports whether keys holds all of names.
func Holds(keys []string, names ...string) bool {
	for _, name := range names {
		found := false
		for _, k := range keys {
			found = found || k == name
		}
		if !found {
			return false
		}
	}
	return true
}
