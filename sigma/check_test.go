package sigma

import (
	"strings"
	"testing"
)

func TestCheckFindsWhatIsDoubtful(t *testing.T) {
	const head = "title: T\nid: 6f1d2f5a-8a1b-4d7c-9a2e-0c7d5a1b2c3d\nlevel: low\nlogsource: {category: process_creation, product: windows}\n"
	f := func(text string, want ...string) {
		t.Helper()
		var got []string
		for _, p := range Check(parseRules(t, text)) {
			got = append(got, p.What)
		}
		if len(got) != len(want) {
			t.Errorf("got %q, want %q in\n%s", got, want, text)
			return
		}
		for i := range want {
			if !strings.Contains(got[i], want[i]) {
				t.Errorf("got %q, want %q in\n%s", got[i], want[i], text)
			}
		}
	}
	f(head + "detection: {a: {Image: x}, condition: a}")
	f(strings.Replace(head, "level: low\n", "", 1)+"detection: {a: {Image: x}, condition: a}", "no level")
	f(strings.Replace(head, "level: low", "level: bad", 1)+"detection: {a: {Image: x}, condition: a}", `level "bad"`)
	f(strings.Replace(head, "id: 6f1d2f5a", "id: x6f1d2f5a", 1)+"detection: {a: {Image: x}, condition: a}", "not a UUID")
	f(strings.Replace(head, "id: 6f1d2f5a-8a1b-4d7c-9a2e-0c7d5a1b2c3d\n", "", 1)+"detection: {a: {Image: x}, condition: a}", "no id")
	f(head+"detection: {a: {Image: x}, condition: a}\n---\n"+head+"detection: {a: {Image: x}, condition: a}", "same id")
	f(head+"detection: {a: {Image: x}, b: {Image: y}, condition: a}", `search "b"`)
	f(head + "detection: {a: {Image: x}, _b: {Image: y}, condition: a}")
	f(head+"detection: {a: {Image: x}, condition: a and not a}", "never hold")
	f(head+"detection: {a: {Image: x}, b: {CommandLine: y}, condition: a and not 1 of them}", "never hold")
	f(head+"detection: {a: {'Image|all': [x, y]}, condition: a}", "cannot be all", "never hold")
	f(head+"detection: {a: {'Image|contains|all': x}, condition: a}", "single value")
	f(head+"detection: {a: {Image: [x, null]}, condition: a}", "null in a list")
	f(head+"detection: {a: {Image: [x, X]}, condition: a}", "twice")
	f(head+"detection: {a: {ScriptBlockText: x}, condition: a}", "no field ScriptBlockText")
	f(head+"detection: {a: {'Image|re': '.*x'}, condition: a}", ".* at an end")
	f(head+"detection: {a: {'Image|re': 'x?'}, condition: a}", "matches everything")
	f(head+"detection: {a: {EventID: 4624}, condition: a}", "other events")
	f(strings.Replace(head, "category: process_creation", "service: security", 1)+"detection: {a: {Channel: System}, condition: a}", "channel that the log source")
	f(strings.Replace(head, "category: process_creation", "category: database", 1)+"detection: {a: {x: y}, condition: a}", "database logs")
	f(head+"detection: {a: {Image: x}, condition: 'a | count() > 5'}", "without a timeframe")
}

func TestPublishedRulesAreMostlyFreeOfDoubt(t *testing.T) {
	c, _ := Load(archived(t, sigmaHQArchive))
	kinds := map[string]int{}
	for _, p := range Check(c) {
		kinds[strings.Join(strings.Fields(p.What)[:min(3, len(strings.Fields(p.What)))], " ")]++
		if strings.Contains(p.What, "never hold") || strings.Contains(p.What, "other events") {
			t.Errorf("%v", p)
		}
	}
	n := 0
	for _, count := range kinds {
		n += count
	}
	t.Logf("%d rules, %d doubts", len(c.Rules), n)
	if n > len(c.Rules)/5 {
		t.Errorf("too many to be believed: %v", kinds)
	}
}
