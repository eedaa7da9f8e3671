package house

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"
	"testing"
)

const root = "../.."

// source is one Go file of the module.
type source struct {
	path  string // "internal/scan/scan.go"
	dir   string // "internal/scan"
	test  bool
	lines int
	file  *ast.File
	set   *token.FileSet
}

// sources parses every Go file of the module.
func sources(t *testing.T) []source {
	t.Helper()
	var all []source
	set := token.NewFileSet()
	err := fs.WalkDir(os.DirFS(root), ".", func(name string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && name != "." && (strings.HasPrefix(d.Name(), ".") || d.Name() == "testdata"):
			return fs.SkipDir
		case path.Ext(name) != ".go":
			return nil
		}
		file, err := parser.ParseFile(set, filepath.Join(root, name), nil, parser.ParseComments|parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		all = append(all, source{
			path: name, dir: path.Dir(name), test: strings.HasSuffix(name, "_test.go"),
			lines: set.File(file.FileStart).LineCount(), file: file, set: set,
		})
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// at is where a node stands, for messages.
func (s source) at(n ast.Node) string {
	p := s.set.Position(n.Pos())
	return s.path + ":" + itoa(p.Line)
}

// functions are the functions and methods of a file.
func (s source) functions() (all []*ast.FuncDecl) {
	for _, d := range s.file.Decls {
		if f, ok := d.(*ast.FuncDecl); ok {
			all = append(all, f)
		}
	}
	return all
}

// calls reports every call written as package.name.
func (s source) calls(pkg, name string, found func(*ast.CallExpr)) {
	ast.Inspect(s.file, func(n ast.Node) bool {
		call, ok := n.(*ast.CallExpr)
		if !ok {
			return true
		}
		if f, ok := call.Fun.(*ast.SelectorExpr); ok && f.Sel.Name == name {
			if p, ok := f.X.(*ast.Ident); ok && p.Name == pkg {
				found(call)
			}
		}
		return true
	})
}
