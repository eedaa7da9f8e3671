package sigma

import (
	"fmt"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"seawall/record"
)

// Few words and few fields, so that rules and events meet often.
var (
	drawnFields     = []string{"Image", "Image", "CommandLine", "CommandLine", "CommandLine", "Data", "Version", "EventID", "Channel", "IntegrityLevel"}
	drawnTexts      = []string{"", "a", "ab", "ba", "aba", "A", "é", "Éa", "ſ", "K", "\U0001F60A", "漢字", "-f", "/F", "–f", "7", "0x7", "0x07", "10.0.0.1", "::ffff:10.0.0.1", "S-1-16-12288", "High", "a*b", "a b"}
	drawnValues     = []string{"a", "ab", "b", "'*a'", "'a*'", "'a*b'", "'?b'", "''", "null", "7", "'0x7'", "é", "s", "k", "'\U0001F60A'", "'漢'", "'-f'", "High", "'a\\*b'", "[a, b]", "[ab, é, null]", "['*a', 7]"}
	drawnKeys       = []string{"", "|contains", "|startswith", "|endswith", "|contains|all", "|all", "|cased", "|contains|cased", "|windash", "|contains|windash", "|neq", "|base64offset|contains", "|wide|contains"}
	drawnConditions = []string{
		"a", "a", "a", "a", "a and b", "a or b", "b or c", "not a", "a and not b", "a and not (b or c)", "1 of them", "all of them", "2 of them",
		"not 1 of b*", "a or not c", "(a or b) and (b or c)", "not (not a)", "[a, b]",
	}
	drawnSources = []string{
		"{category: process_creation, product: windows}", "{product: windows}", "{product: windows, service: sysmon}",
		"{product: windows, service: security}", "{category: process_creation, product: windows, service: security}",
	}
)

func drawItem(t *rapid.T) string {
	field := rapid.SampledFrom(drawnFields).Draw(t, "field")
	switch rapid.IntRange(0, 9).Draw(t, "kind") {
	case 0:
		return fmt.Sprintf("'%s|re': '%s'", field, rapid.SampledFrom([]string{"a.*b", "^a$", "(a|b)b", "[ab]{2}", "é", "b?"}).Draw(t, "regex"))
	case 1:
		return fmt.Sprintf("'%s|exists': %v", field, rapid.Bool().Draw(t, "exists"))
	case 2:
		return fmt.Sprintf("'%s|fieldref%s': %s", field, rapid.SampledFrom([]string{"", "|contains", "|endswith"}).Draw(t, "relation"), rapid.SampledFrom(drawnFields).Draw(t, "other"))
	case 3:
		return fmt.Sprintf("'%s|%s': 7", field, rapid.SampledFrom([]string{"lt", "gte"}).Draw(t, "order"))
	case 4:
		return fmt.Sprintf("'%s|cidr': 10.0.0.0/8", field)
	}
	key := field + rapid.SampledFrom(drawnKeys).Draw(t, "modifiers")
	value := rapid.SampledFrom(drawnValues).Draw(t, "value")
	if strings.ContainsAny(value, "*?") && (strings.Contains(key, "base64") || strings.Contains(key, "wide")) {
		value = "a"
	}
	return fmt.Sprintf("'%s': %s", key, value)
}

func drawSearch(t *rapid.T) string {
	if rapid.IntRange(0, 7).Draw(t, "keywords") == 0 {
		return rapid.SampledFrom([]string{"[a, zzz]", "['a*b', é]", "{'|all': [a, b]}", "['\U0001F60A']"}).Draw(t, "words")
	}
	items := rapid.SliceOfNDistinct(rapid.Custom(drawItem), 1, 2, func(s string) string { return s[:strings.Index(s, ":")] }).Draw(t, "items")
	return "{" + strings.Join(items, ", ") + "}"
}

func drawRule(t *rapid.T, n int) string {
	return fmt.Sprintf("title: R%d\nlogsource: %s\ndetection:\n  a: %s\n  b: %s\n  b2: %s\n  c: %s\n  condition: %s\n", n,
		rapid.SampledFrom(drawnSources).Draw(t, "source"), drawSearch(t), drawSearch(t), drawSearch(t), drawSearch(t),
		rapid.SampledFrom(drawnConditions).Draw(t, "condition"))
}

func drawValue(t *rapid.T) record.Value {
	text := rapid.SampledFrom(drawnTexts).Draw(t, "text")
	switch rapid.IntRange(0, 9).Draw(t, "encoding") {
	case 0:
		return record.Value{}
	case 1:
		return uintValue(7)
	case 2:
		return hexValue(7)
	case 3:
		return record.Value{Kind: record.UTF16 | record.Array, Raw: utf16Value(text + "\x00a\x00" + text).Raw}
	case 4:
		return record.Value{Kind: record.ANSI, Raw: []byte("A\xc9")}
	case 5, 6:
		return textValue(text)
	}
	return utf16Value(text)
}

func drawEvent(t *rapid.T) *record.Record {
	var fields []eventField
	if rapid.IntRange(0, 9).Draw(t, "header") > 0 {
		fields = append(fields,
			eventField{"EventID", rapid.SampledFrom([]record.Value{uintValue(1), textValue("1"), uintValue(4688), utf16Value("7")}).Draw(t, "id")},
			eventField{"Channel", rapid.SampledFrom([]record.Value{utf16Value(channelSysmon), textValue("SECURITY"), utf16Value("a")}).Draw(t, "channel")})
	}
	names := append([]string{"CommandLine", "Image", "Data/Version", "NewProcessName", "MandatoryLabel", "NewProcessId", "Data/EventID"}, drawnFields...)
	for range rapid.IntRange(1, 7).Draw(t, "fields") {
		name := rapid.SampledFrom(names).Draw(t, "name")
		fields = append(fields, eventField{name, drawValue(t)})
	}
	rec := newEvent(fields...)
	for i := range rec.Schema.Fields {
		if rapid.IntRange(0, 7).Draw(t, "fixed") == 0 {
			fixed := append([]record.Field(nil), rec.Schema.Fields...)
			fixed[i].Fixed, fixed[i].Const = true, rec.Values[i]
			rec.Schema = record.NewSchema(record.KindWindows, fixed)
		}
	}
	return rec
}

func TestAnyRulesMatchAnyEventsLikeANaiveReading(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var text []string
		for i := range rapid.IntRange(1, 5).Draw(t, "rules") {
			text = append(text, drawRule(t, i))
		}
		c, problems := Parse([]byte(strings.Join(text, "---\n")), "rules.yml")
		for _, p := range problems {
			if !strings.Contains(p.What, "exclude each other") && !strings.Contains(p.What, "needs a string") && !strings.Contains(p.What, "goes with") {
				t.Fatalf("%v in\n%s", p, strings.Join(text, "---\n"))
			}
		}
		set := Compile(&c, Options{})
		m := set.NewMatcher()
		for range 4 { // programs and texts must not carry over
			rec := drawEvent(t)
			got, want := hitNames(m.Match(rec)), hitNames(naive(set, rec))

			if got != want {
				t.Fatalf("compiled %q, naive %q\n%s\n%v", got, want, strings.Join(text, "---\n"), rec.Values)
			}
		}
	})
}
