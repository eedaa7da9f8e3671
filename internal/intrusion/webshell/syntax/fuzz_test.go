package syntax

import "testing"

// inside fails if a token lies outside of the source or before its
// predecessor.
func inside(t *testing.T, src string, tokens []Token) {
	t.Helper()
	last := int32(0)
	for _, k := range tokens {
		if k.Pos < last || k.End < k.Pos || int(k.End) > len(src) {
			t.Fatalf("token %+v in %d bytes, behind %d", k, len(src), last)
		}
		last = k.Pos
	}
}

func FuzzLexPHP(f *testing.F) {
	f.Add("<p><?php $a = \"x$b[c]{$d->e}\\x41\"; # c\n f('\\'', `ls $a`, 0x1f, <<<X\n $z\n X . 'y');?></p><?= 1", false)
	f.Add("$a['k']{0} ??= fn(...$x) => $x <=> 1; __halt_compiler(); rest", true)
	f.Fuzz(func(t *testing.T, src string, code bool) { inside(t, src, LexPHP(nil, src, code)) })
}

func FuzzLexBrace(f *testing.F) {
	for _, lang := range [...]Language{Java, CSharp, JScript, ColdFusion} {
		f.Add("@\"c:\\\" + $\"a{b}\" + 'c' /* d */ + `e` // f\n x >>>= 0x1fL; \"\"\"t\"\"\" \\u0041b", uint8(lang))
	}
	f.Fuzz(func(t *testing.T, src string, lang uint8) {
		inside(t, src, LexBrace(nil, src, Language(lang%uint8(Python+1))))
	})
}

func FuzzLexBasic(f *testing.F) {
	f.Add("dim a : a = \"b\"\"c\" & chr(&H41) _\n & 1.5 ' rest\nrem more\n[odd name] <> \"x\"c")
	f.Fuzz(func(t *testing.T, src string) { inside(t, src, LexBasic(nil, src)) })
}

func FuzzLexPerl(f *testing.F) {
	f.Add("my %h = (a => q{b}, c => qx(d $e)); $x =~ s/a/b/e; print <<EOT;\n$y\nEOT\n=pod\nx\n=cut\n")
	f.Fuzz(func(t *testing.T, src string) { inside(t, src, LexPerl(nil, src)) })
}

func FuzzLexPython(f *testing.F) {
	f.Add("def f(a):\n\tif a:\n\t\treturn '''b''' + r\"\\c\" # d\n\telse:\n\t\tpass\nf(\n1)")
	f.Fuzz(func(t *testing.T, src string) { inside(t, src, LexPython(nil, src)) })
}

// Whatever the tokens are, the parsers come to an end and keep every node
// within the source.
func FuzzParse(f *testing.F) {
	f.Add("if (a) { b(c[1]) } else for (x in y) z = function(q) { return q ? 1 : 2 }", uint8(JScript))
	f.Add("sub f(a)\nif a then b = c(1) else exit sub\nend sub", uint8(VBScript))
	f.Fuzz(func(t *testing.T, src string, lang uint8) {
		check(t, ParseSource(src, Language(lang%uint8(Python+1))), len(src))
	})
}

func check(t *testing.T, n *Node, size int) {
	if n == nil {
		return
	}
	if n.Pos < 0 || n.End < n.Pos || int(n.End) > size {
		t.Fatalf("node %d at %d to %d of %d bytes", n.Kind, n.Pos, n.End, size)
	}
	for _, k := range n.Kids {
		check(t, k, size)
	}
}
