package jsonscan

import (
	"encoding/binary"
	"strconv"
)

// Paths returns where each value of a shape stands: the keys that lead to it,
// and "[0]", "[1]", … for the items of arrays of objects. See [IsItem].
func Paths(shape []byte) [][]string {
	var paths [][]string
	var at []level // the objects and lists we are in
	key := ""
	for len(shape) > 0 {
		mark := shape[0]
		shape = shape[1:]
		switch mark {
		case markKey:
			n, size := binary.Uvarint(shape)
			shape = shape[size:]
			key = string(AppendString(nil, shape[:n]))
			shape = shape[n:]
			continue
		case markEnd:
			if len(at) > 0 {
				at = at[:len(at)-1]
			}
			continue
		}
		if len(at) > 0 && at[len(at)-1].list {
			top := &at[len(at)-1]
			key = "[" + strconv.Itoa(top.items) + "]"
			top.items++
		}
		if mark == markValue {
			path := make([]string, 0, len(at)+1)
			for _, l := range at {
				path = append(path, l.key)
			}
			paths = append(paths, append(path, key))
			continue
		}
		at = append(at, level{key: key, list: mark == markList})
	}
	return paths
}

// level is an object or an array of objects.
type level struct {
	key   string
	list  bool
	items int // seen so far
}

// IsItem reports whether a step of a path leads into an array.
func IsItem(step string) bool {
	return len(step) > 2 && step[0] == '[' && step[len(step)-1] == ']'
}
