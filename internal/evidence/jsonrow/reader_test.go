package jsonrow

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"seawall/internal/evidence/openrow"
	"seawall/record"
)

// rowText reads one object and returns its fields that are not null, sorted.
func rowText(r *Reader, data, source string) ([]string, error) {
	schema, values, n, err := r.Row([]byte(data), source)
	if err != nil {
		return nil, err
	}
	var fields []string
	for i, v := range values {
		if v.Kind != record.Null {
			fields = append(fields, schema.Fields[i].Name+"="+strings.ReplaceAll(v.String(), "\n", "|"))
		}
	}
	if rest := strings.TrimSpace(data[n:]); rest != "" {
		fields = append(fields, "rest="+rest)
	}
	slices.Sort(fields)
	return fields, nil
}

func TestObjectsAreRowsWhateverTheirFields(t *testing.T) {
	r := NewReader(openrow.NewCatalog(record.KindNetwork))
	f := func(data string, want ...string) {
		t.Helper()
		if got, err := rowText(r, data, "log"); err != nil || !slices.Equal(got, want) {
			t.Errorf("%s: %q %v, want %q", data, got, err, want)
		}
	}
	f(`{"a":1,"b":"x","c":null,"d":true}`, "a=1", "b=x", "d=true")
	f(`{"b":"y"}`, "b=y") // nothing is left of the row before
	f(` {}`[1:])
	f(`{"a":{"b":{"c":-1.5e3}},"d":[]}`, "a.b.c=-1.5e3")
	f(`{"d":["x",1,null,["y"]],"e":["z"]}`, "d=x|1", "e=z")
	f(`{"q":[{"n":"a","t":1},{"n":"b"},{"n":"c","t":2}]}`, "q.n=a|b|c", "q.t=1|2")
	f(`{"q":[{"n":["a","b"]},{"n":"c"}]}`, "q.n=a|b|c")
	f(`{"s":"a\"\\\u0041\n","k\u0065y":"v"} tail`, "key=v", `rest=tail`, `s=a"\A|`)
	f(`{ "a" : 1 , "b" : { "c" : "d" } }`, "a=1", "b.c=d")
	f(`{"a":"1","a":"2"}`, "a=1|2") // both count
	f(`{"b":"x","a":1}`, "a=1", "b=x")
}

func TestBrokenObjectsAreRefused(t *testing.T) {
	r := NewReader(openrow.NewCatalog(record.KindNetwork))
	f := func(want error, list ...string) {
		t.Helper()
		for _, data := range list {
			if _, err := rowText(r, data, "log"); !errors.Is(err, want) {
				t.Errorf("%s: %v, want %v", data, err, want)
			}
		}
	}
	f(ErrShort, `{`, `{"a`, `{"a"`, `{"a":`, `{"a":1`, `{"a":"x`, `{"a":["x"`, `{"a":{"b":1`, `{"a":1,`)
	f(ErrSyntax, ``, `x`, `[]`, `{a:1}`, `{"a" 1}`, `{"a":}`, `{"a":1 "b":2}`, `{"a":[{} {}]}`)
	f(ErrDepth, strings.Repeat(`{"a":`, 100)+"1", `{"a":`+strings.Repeat(`[{"a":`, 100)+"1")
}

func TestFieldsAreBounded(t *testing.T) {
	r := NewReader(openrow.NewCatalog(record.KindNetwork))
	var b strings.Builder
	for i := range 3 * openrow.MaxFields {
		fmt.Fprintf(&b, `,"f%d":%d`, i, i)
	}
	fields, err := rowText(r, "{"+b.String()[1:]+"}", "log")
	if err != nil || len(fields) != openrow.MaxFields {
		t.Errorf("%d fields, %v", len(fields), err)
	}
}

func TestReadersAgreeOnTheFieldsTheyShare(t *testing.T) {
	c := openrow.NewCatalog(record.KindNetwork)
	a, b := NewReader(c), NewReader(c)
	first, _, _, _ := a.Row([]byte(`{"x":1,"y":2}`), "log")
	second, _, _, _ := b.Row([]byte(`{"y":1,"x":2,"z":3}`), "log")
	third, _, _, _ := a.Row([]byte(`{"z":1}`), "log")
	if !slices.Equal(first.Lookup("y"), second.Lookup("y")) || second != third {
		t.Error("readers of one catalog number fields differently, or do not share schemas")
	}
}

func TestNothingIsAllocatedForKnownFields(t *testing.T) {
	r := NewReader(openrow.NewCatalog(record.KindNetwork))
	row := []byte(`{"a":1,"b":"x\ty","c":["p","q"],"d":{"e":[{"f":1},{"f":2}]}}`)
	_, _, _, _ = r.Row(row, "log")
	_, _, _, _ = r.Row(row, "log")
	if n := testing.AllocsPerRun(100, func() { _, _, _, _ = r.Row(row, "log") }); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

// flatten lists the scalars of a decoded object as the reader names them.
func flatten(path []string, v any, into map[string][]string) {
	name := strings.Join(path, ".")
	switch v := v.(type) {
	case map[string]any:
		for k, inner := range v {
			flatten(append(slices.Clone(path), k), inner, into)
		}
	case string:
		into[name] = append(into[name], v)
	case bool:
		into[name] = append(into[name], fmt.Sprint(v))
	case json.Number:
		into[name] = append(into[name], v.String())
	}
}

// Objects without arrays and keys that come twice are read as encoding/json
// reads them.
func FuzzReader(f *testing.F) {
	for _, seed := range []string{`{"a":1,"b":{"c":"x\u0041"}}`, `{"":"","a.b":1,"t":true,"n":null}`, `{"a":"\ud83d\ude00","b":-1e5}`, `{"a":[{"b":[1,{"c":2}]}]}`} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		r := NewReader(openrow.NewCatalog(record.KindNetwork))
		schema, values, n, err := r.Row(data, "log")
		if err != nil {
			return
		}
		again, same, m, err := r.Row(data, "log")
		if err != nil || m != n || len(same) != len(again.Fields) || len(values) > len(same) {
			t.Fatalf("%q: a second reading differs: %v", data, err)
		}
		if !json.Valid(data[:n]) || strings.ContainsAny(string(data[:n]), "[.") || strings.ContainsRune(string(data[:n]), '\ufffd') {
			return
		}
		var object map[string]any
		dec := json.NewDecoder(strings.NewReader(string(data[:n])))
		dec.UseNumber()
		if dec.Decode(&object) != nil {
			return
		}
		want := map[string][]string{}
		flatten(nil, object, want)
		for name, texts := range want {
			slots := again.Lookup(name)
			if len(slots) == 0 || same[slots[0]].Kind == record.Text && string([]rune(same[slots[0]].String())) != texts[0] {
				t.Fatalf("%q: field %q is missing or not %q (%v)", data, name, texts, schema.Fields)
			}
		}
	})
}
