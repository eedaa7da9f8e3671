package markup

import (
	"fmt"
	"strings"
	"testing"
	"testing/iotest"
)

// write reads a document and writes it out again, with the element it ends in.
func write(doc string, slow bool) string {
	s := New(strings.NewReader(doc))
	if slow {
		s = New(iotest.OneByteReader(strings.NewReader(doc)))
	}
	var b strings.Builder
	var element func(name string)
	element = func(name string) {
		fmt.Fprintf(&b, "(%s@%d", name, s.Start)
		if a := s.Attr("a"); a != "" {
			b.WriteString(" a=" + a)
		}
		if name == "t" {
			b.WriteString(" " + s.Text())
		} else {
			s.Children(element)
		}
		b.WriteByte(')')
	}
	s.Children(element)
	if s.Open() != "" {
		b.WriteString(" in " + s.Open())
	}
	return b.String()
}

func TestDocumentsAreReadElementByElement(t *testing.T) {
	f := func(doc, want string) {
		t.Helper()
		for _, slow := range []bool{false, true} {
			if got := write(doc, slow); got != want {
				t.Errorf("%s: %s, want %s", doc, got, want)
			}
		}
	}
	f(`<r><x a="1"/><x a='2>3'><y/></x></r>`, `(r@0(x@3 a=1)(x@13 a=2>3(y@24)))`)
	f(`<?xml version="1.0"?><!DOCTYPE r [<!ENTITY e "<x>">]><!-- <c> --><r><t>a &amp; b&#10;&#x41;<![CDATA[<&>]]></t></r>`, `(r@65(t@68 a & b`+"\n"+`A<&>))`)
	f(`<n:r xmlns:n="u"><n:x n:a="1"/></n:r>`, `(r@0(x@17 a=1))`)
	f(`<t>one<b>two</b> three</t>`, `(t@0 one two  three)`)
	f(`<t>&unknown; &#0; &;</t>`, `(t@0 &unknown; &#0; &;)`)
	f("<t>caf\xe9</t>", `(t@0 café)`)

	// Broken ones give what stands before.
	f(`<r><x/><y>`, `(r@0(x@3)(y@7)) in y`)
	f(`<r><x></r><z/>`, `(r@0(x@3))(z@10)`)
	f(`<r></x><y/></r>`, `(r@0(y@7))`)
	f(`<r><x a="1`, `(r@0) in r`)
	f(`text <r>`, `(r@5) in r`)
	f(``, ``)
	f(`< r><1 =></>`, `(1@4) in 1`)
}

func TestWhatIsNotLookedIntoIsPassedOver(t *testing.T) {
	s := New(strings.NewReader(`<r><a><b><c/></b></a><d x="1">t</d></r>`))
	got := ""
	s.Children(func(string) {
		s.Children(func(name string) {
			if name == "d" {
				got = s.Attr("x") + s.Text()
			}
		})
	})
	if got != "1t" || s.Open() != "" {
		t.Errorf("%q, in %q", got, s.Open())
	}
}

func FuzzScanner(f *testing.F) {
	f.Add(`<r><x a="1"/><x a='2>3'><y/></x></r>`)
	f.Add(`<!DOCTYPE r [<!ENTITY e "<x>">]><r><t>&amp;<![CDATA[x]]></t><!--`)
	f.Fuzz(func(t *testing.T, doc string) {
		if whole, slow := write(doc, false), write(doc, true); whole != slow {
			t.Errorf("%q: %s, byte by byte %s", doc, whole, slow)
		}
	})
}

func BenchmarkScanner(b *testing.B) {
	doc := "<r>" + strings.Repeat(`<ReportItem port="443" svc_name="www" protocol="tcp" severity="3" pluginID="1"><cve>CVE-2021-44228</cve><description>`+strings.Repeat("word ", 60)+`</description></ReportItem>`, 1000) + "</r>"
	b.SetBytes(int64(len(doc)))
	b.ReportAllocs()
	for b.Loop() {
		s := New(strings.NewReader(doc))
		s.Children(func(string) {
			s.Children(func(string) {
				s.Children(func(name string) {
					if name == "cve" {
						_ = s.Text()
					}
				})
			})
		})
	}
}
