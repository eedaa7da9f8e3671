// Package compiled answers what a compiled page refers to: it reads the
// constant pool of Java classes and the metadata of .NET assemblies, which
// name every class, method and text that the code uses.
package compiled

// Program is what a class or assembly says of itself.
type Program struct {
	Name       string   // of the class or module, with slashes or dots as stored
	Base       string   // class it extends; "" if unknown
	Types      []string // classes that it refers to
	Defined    []string // classes that an assembly defines
	Methods    []Method // methods that it calls
	Texts      []Text   // constants
	StrongName bool     // of an assembly: it is signed
}

// Method is a method that a program calls.
type Method struct {
	Class, Name string
	At          int // where the name stands in the file
}

// Text is a text constant of a program.
type Text struct {
	Value string
	At    int // where it stands in the file
}

// The bounds of what is kept of one program.
const (
	maxEntries = 1 << 16
	maxText    = 1 << 20
)
