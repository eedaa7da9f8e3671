package sigma

import (
	"encoding/binary"
	"strings"
	"testing"

	"seawall/record"
)

// Seeds of the fuzz targets for rules: one of every kind of document.
var ruleSeeds = []string{
	ruleText("a: {Image|endswith: '\\\\a.exe', CommandLine|contains|all: [x, y]}\nb: [p, q]\ncondition: a and not b"),
	ruleText("a:\n  - Image: a\n  - CommandLine|re|i: 'x+'\ncondition: 1 of them"),
	ruleText("a: {X|fieldref: Y, Z: null, N|gte: 7, I|cidr: 10.0.0.0/8, T|hour: 3, E|exists: true}\ncondition: a | count(X) by Y > 3\ntimeframe: 5m"),
	ruleText("'|all': [x]\ncondition: all of *"),
	"action: global\nlogsource: {product: windows}\n---\ntitle: A\ndetection: {a: {x: y}, condition: a}\n---\naction: repeat\ntitle: B\n",
	"title: C\ncorrelation: {type: event_count, rules: [a], group-by: [User], timespan: 5m, condition: {gte: 3}}\n",
	"title: F\nlogsource: {product: windows}\nfilter: {rules: any, s: {x|startswith: y}, condition: not s}\n",
	"a: &x [*x]\n", "title: [", "---\n...\n---\n",
}

func FuzzParse(f *testing.F) {
	for _, s := range ruleSeeds {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		c, problems := Parse(data, "f.yml")
		for _, p := range problems {
			if p.Line < 1 || p.What == "" || p.File != "f.yml" {
				t.Errorf("problem without a place or a reason: %#v", p)
			}
		}
		Check(&c)
		set := Compile(&c, Options{})
		set.NewMatcher().Match(sysmon(1, "Image=a", "CommandLine=x y"))
		NewCorrelations(&c)
	})
}

func FuzzCondition(f *testing.F) {
	for _, s := range []string{"a and not b", "1 of a*", "all of them", "not (a or b) and c", "((((a", "2 of x_*y", ""} {
		f.Add(s)
	}
	item := func(name string) search { return search{name: name, expr: &Expr{Op: OpItem, Search: name}} }
	searches := []search{item("a"), item("b"), item("ab"), item("_c")}
	f.Fuzz(func(t *testing.T, text string) {
		e, err := parseCondition(text, searches)
		if (e == nil) == (err == nil) {
			t.Fatalf("%q: %v, %v", text, e, err)
		}
		if e == nil {
			return
		}
		again, err := parseCondition(" ( "+text+" ) ", searches)
		if err != nil || !sameExpr(e, again) {
			t.Errorf("%q means something else in parentheses: %v", text, err)
		}
	})
}

func sameExpr(a, b *Expr) bool {
	if a.Op != b.Op || a.N != b.N || a.Search != b.Search || len(a.Kids) != len(b.Kids) {
		return false
	}
	for i := range a.Kids {
		if !sameExpr(a.Kids[i], b.Kids[i]) {
			return false
		}
	}
	return true
}

// naiveGlob matches a pattern character by character, trying everything.
func naiveGlob(p pattern, s []rune) bool {
	if len(p) == 0 {
		return len(s) == 0
	}
	switch p[0].kind {
	case partStar:
		for i := range len(s) + 1 {
			if naiveGlob(p[1:], s[i:]) {
				return true
			}
		}
		return false
	case partAny:
		return len(s) > 0 && naiveGlob(p[1:], s[1:])
	case partDash:
		return len(s) > 0 && isDash(s[0]) && naiveGlob(p[1:], s[1:])
	}
	text := []rune(p[0].text)
	if len(s) < len(text) {
		return false
	}
	for i, r := range text {
		if foldRune(r) != foldRune(s[i]) {
			return false
		}
	}
	return naiveGlob(p[1:], s[len(text):])
}

func FuzzPattern(f *testing.F) {
	f.Add("a*b?c", "axxbyc", false)
	f.Add(`\*\\*`, `*\x`, false)
	f.Add("* -f *", "x /f y", true)
	f.Add("**?*", "é", false)
	f.Fuzz(func(t *testing.T, text, subject string, windash bool) {
		if len(text) > 24 || len(subject) > 48 || strings.Count(text, "*") > 5 {
			return
		}
		p := parsePattern(strings.ToValidUTF8(text, "�"))
		if windash {
			p = p.windash()
		}
		subject = strings.ToValidUTF8(subject, "�")
		want := naiveGlob(p, []rune(subject))
		m := newStringMatch(p, false)
		for _, v := range []record.Value{textValue(subject), utf16Value(subject)} {
			if got := m.match(newText(v)); got != want {
				t.Errorf("%q on %q: %v, want %v", text, subject, got, want)
			}
		}
		if literal, at := m.literal(); want {
			folded := fold(subject)
			if !strings.Contains(folded, literal) || at&anchorStart != 0 && !strings.HasPrefix(folded, literal) || at&anchorEnd != 0 && !strings.HasSuffix(folded, literal) {
				t.Errorf("%q matches %q without its literal %q", text, subject, literal)
			}
		}
	})
}

func FuzzRegexLiterals(f *testing.F) {
	f.Add("(foo|bar)[0-9]+x?", "xFOO12")
	f.Add("(?i)a.c|d", "ABC")
	f.Add("^(a|b){2,3}$", "ab")
	f.Add(".{3,}", "ab\ncdé")
	f.Add("((?s).{3,})", "ab\ncdé")
	f.Fuzz(func(t *testing.T, expr, subject string) {
		m, err := newRegexMatch(expr, "")
		if err != nil {
			return
		}
		matched := m.match(newText(textValue(subject)))
		if want := m.re.MatchString(subject); matched != want {
			t.Errorf("%q on %q: %v, want %v", expr, subject, matched, want)
		}
		if !matched || m.literals == nil {
			return
		}
		folded := fold(subject)
		for _, literal := range m.literals {
			if strings.Contains(folded, literal) {
				return
			}
		}
		t.Errorf("%q matches %q, which has none of %q", expr, subject, m.literals)
	})
}

// eventOf cuts an event out of bytes: kinds, lengths and values of some fields.
func eventOf(data []byte) *record.Record {
	names := []string{"Image", "CommandLine", "X", "Y", "Z", "Data/Data", "Data/Data", "User"}
	fields := []eventField{{"EventID", uintValue(1)}, {"Channel", utf16Value(channelSysmon)}}
	for _, name := range names {
		if len(data) < 3 {
			break
		}
		n := min(int(binary.LittleEndian.Uint16(data[1:])), len(data)-3)
		fields = append(fields, eventField{name, record.Value{Kind: record.Kind(data[0]), Raw: data[3 : 3+n]}})
		data = data[3+n:]
	}
	return newEvent(fields...)
}

func encodedEvent(values ...record.Value) []byte {
	var out []byte
	for _, v := range values {
		out = append(out, byte(v.Kind), byte(len(v.Raw)), byte(len(v.Raw)>>8))
		out = append(out, v.Raw...)
	}
	return out
}

func FuzzMatch(f *testing.F) {
	for _, s := range ruleSeeds {
		f.Add([]byte(s), encodedEvent(utf16Value(`C:\A.exe`), utf16Value("x y 😊"), uintValue(7), hexValue(7), textValue("10.0.0.1")))
		f.Add([]byte(s), encodedEvent(textValue("a"), record.Value{Kind: record.UTF16 | record.Array, Raw: utf16Value("a\x00b").Raw}, record.Value{}))
	}
	f.Fuzz(func(t *testing.T, rules, event []byte) {
		if len(rules) > 4<<10 || len(event) > 4<<10 {
			return
		}
		c, _ := Parse(rules, "f.yml")
		set := Compile(&c, Options{})
		m := set.NewMatcher()
		rec := eventOf(event)
		hits := m.Match(rec)
		if got, want := hitNames(hits), hitNames(naive(set, rec)); got != want {
			t.Errorf("compiled %q, naive %q", got, want)
		}
		for _, rule := range set.Rules() {
			m.Explain(rec, rule)
		}
	})
}
