package jsonscan

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
)

// flat is an object as "path=kind:text" lines.
func flat(data string) ([]string, error) {
	var s Scanner
	n, err := s.Object([]byte(data))
	if err != nil {
		return nil, err
	}
	if strings.TrimSpace(data[n:]) != "" {
		return nil, fmt.Errorf("stopped at %d", n)
	}
	var lines []string
	paths := Paths(s.Shape)
	if len(paths) != len(s.Values) {
		return nil, fmt.Errorf("%d paths of %d values", len(paths), len(s.Values))
	}
	for i, v := range s.Values {
		lines = append(lines, fmt.Sprintf("%s=%d:%s", strings.Join(paths[i], "."), v.Kind, v.Text(nil)))
	}
	return lines, nil
}

func TestObjectsAreFlattened(t *testing.T) {
	f := func(data string, want ...string) {
		t.Helper()
		got, err := flat(data)
		if err != nil || !slices.Equal(got, want) {
			t.Errorf("%s: %q %v, want %q", data, got, err, want)
		}
	}
	f(`{}`)
	f(` {}`[1:])
	f(`{"a":1,"b":"x","c":null,"d":true}`, "a=2:1", "b=3:x", "c=0:", "d=1:true")
	f("{ \"a\" : {\r\n\t\"b\" : { \"c\" : -1.5e3 } } , \"d\" : [ ] }", "a.b.c=2:-1.5e3", "d=4:")
	f(`{"a":["x",1,null,["y"]],"b":[{"c":1},{"d":[2]}]}`, "a=4:x\x001\x00\x00y", "b.[0].c=2:1", "b.[1].d=4:2")
	f(`{"b":[{"c":1},2,"x",[{"e":3}]]}`, "b.[0].c=2:1", "b.[1]=2:2", "b.[2]=3:x", "b.[3].[0].e=2:3")
	f(`{"":1,"a":{"":2}}`, "=2:1", "a.=2:2")
	f(`{"\u0061\"":"\\\"\ud83d\ude00\ud800x\/\n"}`, "a\"=3:\\\"😀\ufffdx/\n")
}

func TestBrokenObjectsAreRefused(t *testing.T) {
	f := func(want error, data string) {
		t.Helper()
		var s Scanner
		if _, err := s.Object([]byte(data)); !errors.Is(err, want) {
			t.Errorf("%s: %v, want %v", data, err, want)
		}
	}
	for _, data := range []string{`{`, `{"a`, `{"a"`, `{"a":`, `{"a":1`, `{"a":"x`, `{"a":"x\"`, `{"a":[`, `{"a":["x"`, `{"a":{`, `{"a":[{}`, `{"a":1,`} {
		f(ErrShort, data)
	}
	for _, data := range []string{``, `x`, `[]`, `{a:1}`, `{"a" 1}`, `{"a":}`, `{"a":1 "b":2}`, `{"a":x}`, `{"a":1,}`, "{\"a\":\"x\n\"}", `{"a":[{} {}]}`} {
		f(ErrSyntax, data)
	}
	f(ErrDepth, strings.Repeat(`{"a":`, 100))
	f(ErrDepth, strings.Repeat(`{"a":[`, 100))
}

func TestShapesDifferWhereObjectsDo(t *testing.T) {
	shape := func(data string) string {
		var s Scanner
		if _, err := s.Object([]byte(data)); err != nil {
			t.Fatal(err)
		}
		return string(s.Shape)
	}
	if shape(`{"a":1,"b":"x"}`) != shape(`{ "a": "y", "b":null }`) {
		t.Error("values change the shape")
	}
	seen := map[string]string{}
	for _, data := range []string{`{}`, `{"a":1}`, `{"a":{}}`, `{"a":[{}]}`, `{"a":{},"b":1}`, `{"a":{"b":1}}`, `{"a\u0000":1}`, `{"a":1,"b":1}`, `{"ab":1}`} {
		if other, ok := seen[shape(data)]; ok {
			t.Errorf("%s and %s have one shape", data, other)
		}
		seen[shape(data)] = data
	}
}

// expected flattens a decoded value the way the scanner does.
func expected(dec *json.Decoder, at []string, lines *[]string) error {
	token, err := dec.Token()
	if err != nil {
		return err
	}
	add := func(kind Kind, text string) {
		*lines = append(*lines, fmt.Sprintf("%s=%d:%s", strings.Join(at, "."), kind, text))
	}
	switch v := token.(type) {
	case json.Delim:
		if v == '{' {
			for dec.More() {
				key, err := dec.Token()
				if err != nil {
					return err
				}
				if err := expected(dec, append(slices.Clone(at), key.(string)), lines); err != nil {
					return err
				}
			}
			_, err := dec.Token()
			return err
		}
		return errors.New("array")
	case nil:
		add(Null, "")
	case bool:
		add(Bool, fmt.Sprint(v))
	case json.Number:
		add(Number, v.String())
	case string:
		add(String, v)
	}
	return nil
}

func FuzzObject(f *testing.F) {
	for _, seed := range []string{
		`{"EventID":4624,"Channel":"Security","Message":"a\r\n\t\"b\\","n":{"x":[1,{"y":null}]},"l":[{"Name":"a"},{"Name":"b"}]}`,
		"{\"a\" :\n true , \"b\":-1.5E+3}", `{"\ud83d\ude00":"\u00e9\ud800"}`, `{"a":[{"b":1},[2],"x"]}`, `{"a":"\`, `{}`, "{\"a\":\"\xff\"}",
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		var s Scanner
		n, err := s.Object(data)
		if err != nil {
			if len(data) > 0 && data[0] == '{' && json.Valid(data) && !errors.Is(err, ErrDepth) {
				t.Fatalf("%q is valid but refused: %v", data, err)
			}
			return
		}
		if m, err := Skip(data); err != nil || m != n {
			t.Fatalf("%q: Skip gives %d %v, Object %d", data, m, err, n)
		}
		paths := Paths(s.Shape)
		if len(paths) != len(s.Values) {
			t.Fatalf("%q: %d paths, %d values", data, len(paths), len(s.Values))
		}
		for _, v := range s.Values {
			if text := v.Text(nil); len(text) > len(v.Raw) {
				t.Fatalf("%q is longer than %q", text, v.Raw)
			}
		}
		if !json.Valid(data[:n]) {
			return
		}
		var want []string
		dec := json.NewDecoder(strings.NewReader(string(data[:n])))
		dec.UseNumber()
		if expected(dec, nil, &want) != nil {
			return
		}
		for i, v := range s.Values {
			// encoding/json replaces what is not UTF-8.
			got := string([]rune(fmt.Sprintf("%s=%d:%s", strings.Join(paths[i], "."), v.Kind, v.Text(nil))))
			if got != want[i] {
				t.Fatalf("%q: value %d is %q, want %q", data, i, got, want[i])
			}
		}
		if len(want) != len(s.Values) {
			t.Fatalf("%q: %d values, want %d", data, len(s.Values), len(want))
		}
	})
}

func BenchmarkObject(b *testing.B) {
	line := []byte(`{"EventID":5156,"Channel":"Security","Hostname":"ws1.example","EventTime":"2026-02-23 10:00:00","SourceName":"Microsoft-Windows-Security-Auditing","ProcessID":"812","Application":"\\device\\harddiskvolume1\\windows\\system32\\svchost.exe","Direction":"%%14593","SourceAddress":"10.0.0.1","SourcePort":"546","DestAddress":"10.0.0.2","DestPort":"445","Protocol":"6","FilterRTID":"65853","LayerName":"%%14611","Message":"The Windows Filtering Platform has permitted a connection.\r\n\r\nApplication Information:\r\n\tProcess ID:\t\t812\r\n\tApplication Name:\t\\device\\harddiskvolume1\\windows\\system32\\svchost.exe\r\n"}`)
	var s Scanner
	b.SetBytes(int64(len(line)))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := s.Object(line); err != nil {
			b.Fatal(err)
		}
	}
}
