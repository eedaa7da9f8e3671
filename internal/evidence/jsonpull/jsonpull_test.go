package jsonpull

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"testing/iotest"
)

// write reads a document and writes it out again, with the error at its end.
func write(doc string, slow bool) string {
	r := New(strings.NewReader(doc))
	if slow {
		r = New(iotest.OneByteReader(strings.NewReader(doc)))
	}
	var b strings.Builder
	var value func()
	value = func() {
		switch r.Kind() {
		case '{':
			b.WriteByte('{')
			r.Object(func(key string) {
				b.WriteString(key + ":")
				value()
				b.WriteByte(' ')
			})
			b.WriteByte('}')
		case '[':
			b.WriteByte('[')
			r.Array(func() { value(); b.WriteByte(' ') })
			b.WriteByte(']')
		default:
			b.WriteString(r.String())
		}
	}
	r.Values(func() { value(); b.WriteByte('|') })
	if r.Err() != nil {
		fmt.Fprintf(&b, " %v at %d line %d", r.Err(), r.Offset(), r.Line())
	}
	return b.String()
}

func TestDocumentsAreReadValueByValue(t *testing.T) {
	f := func(doc, want string) {
		t.Helper()
		for _, slow := range []bool{false, true} {
			if got := write(doc, slow); got != want {
				t.Errorf("%s: %s, want %s", doc, got, want)
			}
		}
	}
	f(`{"a":"x","b":[1,true,null,-2.5e3],"c":{"d":{}}}`, `{a:x b:[1 true  -2.5e3 ] c:{d:{} } }|`)
	f(`[{"a":1},{"a":2}]`, `{a:1 }|{a:2 }|`)
	f("{\"a\":1}\n{\"a\":2}\n", `{a:1 }|{a:2 }|`)
	f("{\"a\":1}\n,\n{\"a\":2},\n", `{a:1 }|{a:2 }|`)
	f(`"\u00e9\n\ud83d\ude00\"\\\/"`, "é\n😀\"\\/|")
	f("\xef\xbb\xbf[1]", "1|")
	f(``, ``)
	f(`[1,]`, `1|`)

	// Broken ones give what stands before.
	f(`[{"a":1},{"b":`, `{a:1 }|{b: }| the document ends unexpectedly at 14 line 1`)
	f(`[1,2`, `1|2| the document ends inside its list at 4 line 1`)
	f("{\"a\":\n\"xy", "{a: }| the document ends inside a string at 9 line 2")
	f(`{"a" 1}`, `{}| no colon after a key at 5 line 1`)
	f(`{"a":@}`, `{a: }| unexpected '@' for a value at 5 line 1`)
	if got := write(strings.Repeat("[", 1000), false); !strings.HasSuffix(got, "nested more than 256 deep at 258 line 1") {
		t.Error(got)
	}
}

func TestWhatIsNotTakenIsPassedOver(t *testing.T) {
	r := New(strings.NewReader(`{"skip":{"deep":[1,{"x":"}"}]},"n":"7","list":["a","b"],"one":"c","f":"1.5","t":true}`))
	n, list, one, f, truth := int64(0), []string(nil), []string(nil), 0.0, false
	r.Values(func() {
		r.Object(func(key string) {
			switch key {
			case "n":
				n = r.Int()
			case "list":
				list = r.Strings()
			case "one":
				one = r.Strings()
			case "f":
				f = r.Float()
			case "t":
				truth = r.Bool()
			}
		})
	})
	if n != 7 || len(list) != 2 || len(one) != 1 || f != 1.5 || !truth || r.Err() != nil {
		t.Error(n, list, one, f, truth, r.Err())
	}
}

func TestKeysAreFoundInTheHead(t *testing.T) {
	f := func(head, want string) {
		t.Helper()
		keys, array := Sniff([]byte(head))
		if got := fmt.Sprint(keys, array); got != want {
			t.Errorf("%s: %s, want %s", head, got, want)
		}
	}
	f(`{"a":1,"b":{"c":2},"d":"cut`, "[a b d] false")
	f(`[{"a":1},{"b":2}]`, "[a] true")
	f(`text`, "[] false")
}

func FuzzReader(f *testing.F) {
	f.Add(`{"a":"x","b":[1,true,null,-2.5e3],"c":{"d":{}}}`)
	f.Add("[1,\n,{\"\\u00e9\\ud83d\":\"\\")
	f.Fuzz(func(t *testing.T, doc string) {
		whole, slow := write(doc, false), write(doc, true)
		if whole != slow {
			t.Errorf("%q: %s, byte by byte %s", doc, whole, slow)
		}
		var v any
		if json.Unmarshal([]byte(doc), &v) == nil && strings.Count(doc, "[")+strings.Count(doc, "{") < maxDepth {
			if r := New(strings.NewReader(doc)); true {
				r.Values(func() {})
				if r.Err() != nil {
					t.Errorf("%q is JSON: %v", doc, r.Err())
				}
			}
		}
	})
}

func BenchmarkReader(b *testing.B) {
	doc := "[" + strings.Repeat(`{"VulnerabilityID":"CVE-2021-44228","PkgName":"log4j-core","InstalledVersion":"2.14.0","Description":"`+strings.Repeat("word ", 60)+`","References":["https://example.com/a","https://example.com/b"]},`, 1000) + "{}]"
	b.SetBytes(int64(len(doc)))
	b.ReportAllocs()
	for b.Loop() {
		r := New(strings.NewReader(doc))
		r.Values(func() {
			r.Object(func(key string) {
				if key == "PkgName" {
					_ = r.String()
				}
			})
		})
	}
}
