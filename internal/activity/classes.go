package activity

// Classes is a set of classes.
type Classes uint32

// ClassesOf returns the set of the classes given.
func ClassesOf(list ...Class) Classes {
	var set Classes
	for _, c := range list {
		set |= 1 << c
	}
	return set
}

// Has reports whether c is in the set.
func (s Classes) Has(c Class) bool { return s>>c&1 != 0 }
