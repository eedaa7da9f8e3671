package sigma

import (
	"strings"
	"testing"
)

func TestRulesThatMetNoEventWithTheirFieldsAreListed(t *testing.T) {
	f := func(detection, want string, matchers ...[]string) {
		t.Helper()
		set := Compile(parseRules(t, ruleText(detection)), Options{})
		all := set.NewMatcher()
		for _, fields := range matchers {
			m := set.NewMatcher()
			m.Match(sysmon(1, fields...))
			all.MergeLacks(m)
		}
		var got []string
		for _, l := range all.Lacks() {
			got = append(got, strings.Join(l.Fields, "+"))
		}
		if s := strings.Join(got, " "); s != want {
			t.Errorf("%s: %q, want %q", detection, s, want)
		}
	}
	both := "a: {Image: x, Hashes|contains: y}\ncondition: a"
	f(both, "Hashes", []string{"Image=x"})
	f(both, "Hashes+Image", []string{"User=eve"})
	f(both, "Hashes+Image", []string{"Image=x"}, []string{"User=eve"})
	f(both, "", []string{"Image=z", "Hashes=z"})
	f(both, "", []string{"Image=x"}, []string{"Image=z", "Hashes=z"})
	f(both, "", []string{"Image=z", "Hashes=z"}, []string{"Image=x"})
	f(both, "")
	f("a: {Image: x}\nb: {Hashes: y}\ncondition: a or b", "", []string{"Image=z"})
	f("a: {Image: x}\nb: {Hashes: y}\ncondition: a and not b", "", []string{"Image=z"})
	f("a: {EventID: 3, Hashes: y}\ncondition: a", "", []string{"Image=z"})
}
