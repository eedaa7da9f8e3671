package house

import (
	"go/ast"
	"go/token"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

const (
	maxFileLines     = 600
	maxFunctionLines = 120
	minDocumented    = 95 // per cent of exported names
	maxDependencies  = 25
)

func itoa(n int) string { return strconv.Itoa(n) }

func TestFilesAndFunctionsStayReadable(t *testing.T) {
	for _, s := range sources(t) {
		if s.lines > maxFileLines {
			t.Errorf("%s has %d lines, at most %d", s.path, s.lines, maxFileLines)
		}
		for _, f := range s.functions() {
			if n := s.set.Position(f.End()).Line - s.set.Position(f.Pos()).Line + 1; n > maxFunctionLines && !isTable(f) {
				t.Errorf("%s: %s has %d lines, at most %d", s.at(f), f.Name.Name, n, maxFunctionLines)
			}
		}
	}
}

// isTable reports whether a function only returns one value: a list such as
// that of the detectors reads best in one piece.
func isTable(f *ast.FuncDecl) bool {
	if f.Body == nil || len(f.Body.List) != 1 {
		return false
	}
	r, ok := f.Body.List[0].(*ast.ReturnStmt)
	if !ok || len(r.Results) != 1 {
		return false
	}
	_, ok = r.Results[0].(*ast.CompositeLit)
	return ok
}

func TestNothingHappensBeforeMain(t *testing.T) {
	for _, s := range sources(t) {
		for _, f := range s.functions() {
			if f.Name.Name == "init" && f.Recv == nil {
				t.Errorf("%s: func init: list things in a visible table instead", s.at(f))
			}
		}
	}
}

func TestNoLineOfEvidenceIsTooLong(t *testing.T) {
	for _, s := range sources(t) {
		if s.test {
			continue
		}
		s.calls("bufio", "NewScanner", func(c *ast.CallExpr) {
			t.Errorf("%s: bufio.Scanner stops for good at a line longer than its buffer", s.at(c))
		})
	}
}

func TestPanicsAreBugs(t *testing.T) {
	for _, s := range sources(t) {
		if s.test {
			continue
		}
		ast.Inspect(s.file, func(n ast.Node) bool {
			call, ok := n.(*ast.CallExpr)
			if !ok {
				return true
			}
			if f, ok := call.Fun.(*ast.Ident); ok && f.Name == "panic" && !strings.Contains(firstString(call), "bug: ") {
				t.Errorf(`%s: panic without "bug: ": only impossible states may panic`, s.at(call))
			}
			return true
		})
	}
}

// firstString is the first string literal in a call, "" if there is none.
func firstString(call *ast.CallExpr) (text string) {
	ast.Inspect(call, func(n ast.Node) bool {
		if l, ok := n.(*ast.BasicLit); ok && l.Kind == token.STRING && text == "" {
			text = l.Value
		}
		return text == ""
	})
	return text
}

func TestEveryPackageSaysWhatItIsFor(t *testing.T) {
	documented, seen := map[string]bool{}, map[string]string{}
	for _, s := range sources(t) {
		if s.test {
			continue
		}
		seen[s.dir] = s.path
		documented[s.dir] = documented[s.dir] || s.file.Doc.Text() != ""
	}
	for dir, file := range seen {
		if !documented[dir] {
			t.Errorf("package %s has no doc comment (%s)", dir, file)
		}
	}
}

func TestExportedNamesAreDocumented(t *testing.T) {
	total, missing := 0, []string{}
	count := func(s source, name *ast.Ident, doc ...*ast.CommentGroup) {
		if !name.IsExported() {
			return
		}
		total++
		for _, d := range doc {
			if d.Text() != "" {
				return
			}
		}
		missing = append(missing, s.at(name)+" "+name.Name)
	}
	for _, s := range sources(t) {
		if s.test {
			continue
		}
		for _, d := range s.file.Decls {
			switch d := d.(type) {
			case *ast.FuncDecl:
				if exportedReceiver(d) {
					count(s, d.Name, d.Doc)
				}
			case *ast.GenDecl:
				for _, spec := range d.Specs {
					switch spec := spec.(type) {
					case *ast.TypeSpec:
						count(s, spec.Name, d.Doc, spec.Doc, spec.Comment)
					case *ast.ValueSpec:
						for _, name := range spec.Names {
							count(s, name, d.Doc, spec.Doc, spec.Comment)
						}
					}
				}
			}
		}
	}
	percent := 100 * float64(total-len(missing)) / float64(total)
	t.Logf("%.1f %% of %d exported names are documented", percent, total)
	if percent < minDocumented {
		t.Errorf("want %d %%; undocumented:\n%s", minDocumented, strings.Join(missing, "\n"))
	}
}

// exportedReceiver reports whether f is no method of an unexported type.
func exportedReceiver(f *ast.FuncDecl) bool {
	if f.Recv == nil {
		return true
	}
	exported := true
	ast.Inspect(f.Recv.List[0].Type, func(n ast.Node) bool {
		if name, ok := n.(*ast.Ident); ok {
			exported = name.IsExported()
			return false
		}
		return true
	})
	return exported
}

// A fuzz target without seeds starts from nothing and finds nothing in the
// seconds that CI has.
func TestEveryFuzzTargetHasSeeds(t *testing.T) {
	targets := 0
	for _, s := range sources(t) {
		for _, f := range s.functions() {
			if !s.test || !strings.HasPrefix(f.Name.Name, "Fuzz") {
				continue
			}
			targets++
			stored, _ := filepath.Glob(filepath.Join(root, s.dir, "testdata", "fuzz", f.Name.Name, "*"))
			if len(stored) == 0 && !seeds(f) {
				t.Errorf("%s: %s has no seeds", s.at(f), f.Name.Name)
			}
		}
	}
	t.Logf("%d fuzz targets", targets)
}

// seeds reports whether a fuzz target adds seeds, itself or through a function
// it hands its *testing.F.
func seeds(f *ast.FuncDecl) (found bool) {
	param := f.Type.Params.List[0].Names[0].Name
	ast.Inspect(f.Body, func(n ast.Node) bool {
		call, ok := n.(*ast.CallExpr)
		if !ok {
			return true
		}
		if m, ok := call.Fun.(*ast.SelectorExpr); ok && m.Sel.Name == "Add" {
			if x, ok := m.X.(*ast.Ident); ok && x.Name == param {
				found = true
			}
		}
		for _, a := range call.Args {
			if x, ok := a.(*ast.Ident); ok && x.Name == param {
				found = true
			}
		}
		return true
	})
	return found
}

func TestDependenciesStayFew(t *testing.T) {
	data, err := os.ReadFile(filepath.Join(root, "go.mod"))
	if err != nil {
		t.Fatal(err)
	}
	direct := 0
	requirement := regexp.MustCompile(`^\s+\S+ v\S+$`)
	for line := range strings.Lines(string(data)) {
		if requirement.MatchString(strings.TrimRight(line, "\r\n")) {
			direct++
		}
	}
	t.Logf("%d direct dependencies", direct)
	if direct > maxDependencies {
		t.Errorf("%d direct dependencies, at most %d", direct, maxDependencies)
	}
}
