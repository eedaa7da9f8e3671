package syntax

// Kind is the kind of a node.
type Kind uint8

// The kinds of nodes. What Kids holds is said behind each.
const (
	Bad       Kind = iota
	Const          // a string constant: Str
	Num            // a number: Num
	Name           // a bare word: Str
	Var            // $Str
	DynVar         // ${Kids[0]}
	Join           // Kids joined to one string
	Command        // Kids joined and run by the shell
	Index          // Kids[0][Kids[1]]; Kids[1] may be missing
	Member         // Kids[0].Str, or Kids[0].{Kids[1]} if Str is empty
	Static         // Kids[0]::Str, or Kids[0]::{Kids[1]}
	Call           // Kids[0](Kids[1:]...)
	New            // new Str(Kids[1:]...); Kids[0] is the class if it is an expression, else nil
	Binary         // Kids[0] Op Kids[1]
	Unary          // Op Kids[0]
	Assign         // Kids[0] Op= Kids[1]; Op 0 is plain
	Step           // Kids[0]++ or --
	Choose         // Kids[0] ? Kids[1] : Kids[2]; Kids[1] nil is ?:
	Array          // Kids: values or Pair; Str is the element type, if named
	Pair           // Kids[0] => Kids[1]
	Func           // function Str(Kids[:n-1]) Kids[n-1]; parameters are Var
	Class          // class Str: Kids
	Block          // Kids
	If             // if Kids[0] Kids[1] else Kids[2]
	Loop           // init Kids[0]; cond Kids[1]; step Kids[2]; body Kids[3]
	Each           // foreach Kids[0] as Kids[1] => Kids[2] do Kids[3]; Kids[1] may be nil
	Return         // Kids[0] may be nil
	Echo           // Kids
	Include        // Kids[0]; Str is the word
	Spread         // ...Kids[0]
	Cast           // (Str) Kids[0]
	Break          // Str: break or continue
	Declare        // Kids[0] assigned in a declaration of type Str
	Directive      // attributes of a page; Str is the text
)

// Node is a node of the tree. Strings are parts of the source wherever they
// could be; they live as long as the source.
type Node struct {
	Kind     Kind
	Op       Op
	Pos, End int32
	Num      int64
	Str      string
	Kids     []*Node
}
