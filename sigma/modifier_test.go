package sigma

import (
	"strings"
	"testing"

	"seawall/record"
)

// matches compiles a rule and matches an event, both ways, which must agree.
func matches(t *testing.T, rule string, rec *record.Record) bool {
	t.Helper()
	set := Compile(parseRules(t, rule), Options{})
	for _, p := range set.Disabled() {
		t.Fatalf("%v in\n%s", p, rule)
	}
	got := set.NewMatcher().Match(rec)
	if want := naive(set, rec); hitNames(got) != hitNames(want) {
		t.Errorf("compiled: %q, naive: %q for\n%s", hitNames(got), hitNames(want), rule)
	}
	return len(got) > 0
}

// A selection on process creation, and a field of the event.
func TestModifiersMeanWhatTheSpecificationSays(t *testing.T) {
	f := func(selection, event string, want bool) {
		t.Helper()
		rec := sysmon(1, strings.Split(event, "; ")...)
		rule := ruleText("selection:\n  " + strings.ReplaceAll(selection, "\n", "\n  ") + "\ncondition: selection")
		if got := matches(t, rule, rec); got != want {
			t.Errorf("%q on %q: %v, want %v", selection, event, got, want)
		}
	}
	// Plain values: whole, without case, with wildcards.
	f(`CommandLine: whoami`, `CommandLine=WhoAmI`, true)
	f(`CommandLine: whoami`, `CommandLine=whoami /all`, false)
	f(`CommandLine: who*`, `CommandLine=whoami /all`, true)
	f(`CommandLine: who?mi`, `CommandLine=whoami`, true)
	f(`CommandLine: who?mi`, `CommandLine=whomi`, false)
	f(`CommandLine: 'a\*b'`, `CommandLine=a*b`, true)
	f(`CommandLine: 'a\*b'`, `CommandLine=axb`, false)
	f(`CommandLine: 'a\\*b'`, `CommandLine=a\xxb`, true)
	f(`CommandLine: 'c:\new'`, `CommandLine=C:\new`, true)
	f(`CommandLine: '\\\\\*\\IPC$'`, `CommandLine=\\*\IPC$`, true)
	f(`CommandLine: 'ÄRGER'`, `CommandLine=ärger`, true)
	f(`CommandLine: 'Σ'`, `CommandLine=ς`, true)
	f("CommandLine:\n  - a\n  - b", `CommandLine=b`, true)
	f(`CommandLine: 7`, `CommandLine=7`, true)
	f(`CommandLine: 7`, `CommandLine=0x7`, true)
	f(`CommandLine: '0x17'`, `CommandLine=0x00000017`, true)
	f(`CommandLine: '0x17'`, `CommandLine=23`, false)
	f(`CommandLine: true`, `CommandLine=True`, true)
	f(`commandline: x`, `CommandLine=x`, true)

	f(`CommandLine|contains: oam`, `CommandLine=WHOAMI`, true)
	f(`CommandLine|contains: 'o*m'`, `CommandLine=WHOAMI /x`, true)
	f(`CommandLine|startswith: who`, `CommandLine=WHOAMI`, true)
	f(`CommandLine|startswith: hoa`, `CommandLine=WHOAMI`, false)
	f(`CommandLine|endswith: ami`, `CommandLine=WHOAMI`, true)
	f(`CommandLine|endswith: ami`, `CommandLine=WHOAMI `, false)
	f("CommandLine|contains|all:\n  - a\n  - b", `CommandLine=xbxa`, true)
	f("CommandLine|contains|all:\n  - a\n  - b", `CommandLine=xb`, false)
	f(`CommandLine|cased: Who`, `CommandLine=Who`, true)
	f(`CommandLine|cased: Who`, `CommandLine=who`, false)
	f(`CommandLine|contains|cased: Ho`, `CommandLine=who Ho`, true)
	f(`CommandLine|exists: true`, `CommandLine=`, true)
	f(`CommandLine|exists: false`, `CommandLine=`, false)
	f(`Other|exists: false`, `CommandLine=`, true)
	f(`Other|exists: true`, `CommandLine=`, false)
	f(`CommandLine|neq: x`, `CommandLine=y`, true)
	f(`CommandLine|neq: x`, `CommandLine=X`, false)
	f(`CommandLine|contains|neq: x`, `CommandLine=axb`, false)
	f(`CommandLine: null`, `CommandLine=x`, false)
	f(`Other: null`, `CommandLine=x`, true)
	f(`CommandLine: ''`, `CommandLine=`, true)
	f(`CommandLine: ''`, `CommandLine=x`, false)
	f("CommandLine:\n  - null\n  - x", `CommandLine=x`, true)

	f(`CommandLine|fieldref: Image`, `CommandLine=A; Image=a`, true)
	f(`CommandLine|fieldref: Image`, `CommandLine=A; Image=b`, false)
	f(`CommandLine|fieldref|startswith: Image`, `CommandLine=ab; Image=a`, true)
	f(`CommandLine|fieldref|endswith: Image`, `CommandLine=ba; Image=a`, true)
	f(`CommandLine|fieldref|contains: Image`, `CommandLine=bab; Image=a`, true)
	f(`CommandLine|fieldref|contains: Image`, `CommandLine=bab; Image=c`, false)
	f(`CommandLine|fieldref: Other`, `CommandLine=a`, false)

	f(`CommandLine|lt: 10`, `CommandLine=9`, true)
	f(`CommandLine|lt: 10`, `CommandLine=10`, false)
	f(`CommandLine|lte: 10`, `CommandLine=10`, true)
	f(`CommandLine|gt: 1.5`, `CommandLine=2`, true)
	f(`CommandLine|gte: 2`, `CommandLine=1.99`, false)
	f(`CommandLine|gt: 1`, `CommandLine=abc`, false)
	f(`UtcTime|hour: 5`, `UtcTime=2026-04-17 05:24:53.079`, true)
	f(`UtcTime|minute|gte: 25`, `UtcTime=2026-04-17 05:24:53.079`, false)
	f(`UtcTime|day: 17`, `UtcTime=2026-04-17T05:24:53Z`, true)
	f(`UtcTime|week: 16`, `UtcTime=2026-04-17T05:24:53Z`, true)
	f(`UtcTime|month: 4`, `UtcTime=2026-04-17T05:24:53Z`, true)
	f(`UtcTime|year|gt: 2025`, `UtcTime=2026-04-17T05:24:53Z`, true)

	f(`IpAddress|cidr: 192.168.0.0/16`, `IpAddress=192.168.3.4`, true)
	f(`IpAddress|cidr: 192.168.0.0/16`, `IpAddress=::ffff:192.168.3.4`, true)
	f(`IpAddress|cidr: 192.168.0.0/16`, `IpAddress=192.169.3.4`, false)
	f(`IpAddress|cidr: 192.168.0.0/16`, `IpAddress=-`, false)
	f(`IpAddress|cidr: fe80::/10`, `IpAddress=fe80::1%12`, true)
	f(`IpAddress|cidr: 10.0.0.0/8`, `IpAddress=LOCAL`, false)

	f(`CommandLine|re: 'w.o'`, `CommandLine=a who`, true)
	f(`CommandLine|re: 'w.o'`, `CommandLine=a WHO`, false)
	f(`CommandLine|re|i: 'w.o'`, `CommandLine=a WHO`, true)
	f(`CommandLine|re: '^b'`, "CommandLine=a\nb", false)
	f(`CommandLine|re|m: '^b'`, "CommandLine=a\nb", true)
	f(`CommandLine|re|s: 'a.b'`, "CommandLine=a\nb", true)
	f(`CommandLine|re: '(foo|bar)\d{2}'`, "CommandLine=xbar17", true)

	f(`CommandLine|base64|contains: foo`, `CommandLine=xx Zm9v xx`, true)
	f(`CommandLine|base64offset|contains: foo`, `CommandLine=IGZvbyA`, true)
	f(`CommandLine|base64offset|contains: foobar`, `CommandLine=eGZvb2Jhcng`, true)
	f(`CommandLine|wide|base64offset|contains: ping`, `CommandLine=cABpAG4AZwA`, true)
	f(`CommandLine|utf16le|base64|contains: A`, `CommandLine=QQA=`, true)
	f(`CommandLine|utf16be|base64|contains: A`, `CommandLine=AEE=`, true)
	f(`CommandLine|utf16|base64|contains: A`, `CommandLine=//5BAA==`, true)

	f(`CommandLine|windash|contains: ' -f '`, `CommandLine=x /f y`, true)
	f(`CommandLine|windash|contains: ' -f '`, `CommandLine=x –F y`, true)
	f(`CommandLine|windash|contains: ' -f '`, `CommandLine=x ―f y`, true)
	f(`CommandLine|windash|contains: ' /f '`, `CommandLine=x -f y`, true)
	f(`CommandLine|windash|contains: ' -f '`, `CommandLine=x +f y`, false)
	f(`CommandLine|windash|contains: 'a-b'`, `CommandLine=a/b`, false)
}

func TestEncodedNumbersCompareAsNumbers(t *testing.T) {
	f := func(selection string, v record.Value, want bool) {
		t.Helper()
		rec := newEvent(eventField{"EventID", uintValue(1)}, eventField{"Channel", utf16Value(channelSysmon)}, eventField{"X", v})
		if got := matches(t, ruleText("selection: {"+selection+"}\ncondition: selection"), rec); got != want {
			t.Errorf("%s on %v: %v, want %v", selection, v, got, want)
		}
	}
	f(`X: 16`, hexValue(16), true)
	f(`X: '0x10'`, hexValue(16), true)
	f(`X: '0x00000010'`, hexValue(16), true)
	f(`X: '16'`, hexValue(16), false)
	f(`X: '16'`, uintValue(16), true)
	f(`X|gte: 17`, hexValue(16), false)
	f(`X|startswith: '0x1'`, hexValue(16), true)
	f(`X: 'a'`, record.Value{Kind: record.Array | record.UTF16, Raw: utf16Value("x\x00a\x00").Raw}, true)
	f(`X|endswith: 'x'`, record.Value{Kind: record.Array | record.UTF16, Raw: utf16Value("x\x00a\x00").Raw}, true)
	f(`X: "x\na"`, record.Value{Kind: record.Array | record.UTF16, Raw: utf16Value("x\x00a\x00").Raw}, false)
	f(`X|contains: 'x'`, record.Value{}, false)
	f(`X: null`, record.Value{}, true)
	f(`X: 'café'`, record.Value{Kind: record.ANSI, Raw: []byte("CAF\xc9")}, true)
	f(`X|startswith: 'S-1-5'`, record.Value{Kind: record.SID, Raw: []byte{1, 1, 0, 0, 0, 0, 0, 5, 18, 0, 0, 0}}, true)
}

func TestConditionsJoinSearches(t *testing.T) {
	const searches = `
a: {Image: a}
b: {CommandLine: b}
c_1: {User: c}
c_2: {Hashes: d}
_hidden: {Company: e}
list:
  - Image: a
  - CommandLine: zzz
words:
  - needle
  - thread
'|both': x
`
	body := strings.Replace(searches, "'|both': x\n", "", 1)
	f := func(condition, event string, want bool) {
		t.Helper()
		rec := sysmon(1, strings.Split(event, "; ")...)
		if got := matches(t, ruleText(body+"condition: "+condition), rec); got != want {
			t.Errorf("%q on %q: %v, want %v", condition, event, got, want)
		}
	}
	f("a and b", "Image=a; CommandLine=b", true)
	f("a and b", "Image=a; CommandLine=x", false)
	f("a or b", "Image=x; CommandLine=b", true)
	f("a and not b", "Image=a; CommandLine=b", false)
	f("a and not b", "Image=a", true)
	f("not a and b or c_1", "Image=a; User=c", true)
	f("not (a or b)", "Image=x", true)
	f("a or b and c_1", "Image=a", true)
	f("(a or b) and c_1", "Image=a", false)
	f("1 of c_*", "Hashes=d", true)
	f("all of c_*", "Hashes=d", false)
	f("all of c_*", "Hashes=d; User=c", true)
	f("2 of them", "Hashes=d; User=c", true)
	f("3 of them", "Hashes=d; User=c", false)
	f("1 of them", "Company=e", false)
	f("1 of _*", "Company=e", true)
	f("any of c_*", "User=c", true)
	f("1 of *_2", "Hashes=d", true)
	f("list", "Image=a", true)
	f("words", "User=a Needle x", true)
	f("words", "User=hay", false)
	f("[a, b]", "CommandLine=b", true)
	f("NOT a AND b", "CommandLine=b", true)
}

func TestKeywordsAreLookedForInEveryValue(t *testing.T) {
	f := func(search, event string, want bool) {
		t.Helper()
		rec := sysmon(1, strings.Split(event, "; ")...)
		if got := matches(t, ruleText("words:\n"+search+"\ncondition: words"), rec); got != want {
			t.Errorf("%q on %q: %v, want %v", search, event, got, want)
		}
	}
	f("  - foo\n  - bar", "A=x; B=the BAR is", true)
	f("  '|all':\n    - foo\n    - bar", "A=foo; B=bar", true)
	f("  '|all':\n    - foo\n    - bar", "A=foo; B=x", false)
	f("  - 'f*o'", "A=xfxxox", true)
	f("  '|re': '^bar$'", "A=foo; B=bar", true)
	f("  - 4711", "A=4711", true)
	f("  - host.example", "A=1", true)
}

func TestFieldsOfTheBodyComeFirst(t *testing.T) {
	rec := newEvent(
		eventField{"EventID", uintValue(1)}, eventField{"Channel", utf16Value(channelSysmon)},
		eventField{"Version", uintValue(5)}, eventField{"Data/Version", utf16Value("body")},
		eventField{"Data/Channel", utf16Value("body")}, eventField{"Data/EventID", utf16Value("77")},
	)
	f := func(selection string, want bool) {
		t.Helper()
		if got := matches(t, ruleText("selection: {"+selection+"}\ncondition: selection"), rec); got != want {
			t.Errorf("%s: %v, want %v", selection, got, want)
		}
	}
	f("Version: body", true)
	f("Version: 5", false)
	f("EventID: 1", true)
	f("EventID: 77", false)
}

func TestEventIDsAndChannelsAreReadFromAnySource(t *testing.T) {
	rule := ruleText("selection: {Image: a}\ncondition: selection")
	f := func(id, channel record.Value, want bool) {
		t.Helper()
		rec := newEvent(eventField{"EventID", id}, eventField{"Channel", channel}, eventField{"Image", textValue("A")})
		if got := matches(t, rule, rec); got != want {
			t.Errorf("%v %v: %v, want %v", id, channel, got, want)
		}
	}
	f(uintValue(1), utf16Value(channelSysmon), true)
	f(textValue("1"), textValue(strings.ToLower(channelSysmon)), true)
	f(utf16Value("0x1"), textValue(strings.ToUpper(channelSysmon)), true)
	f(textValue("2"), textValue(channelSysmon), false)
	f(textValue("x"), textValue(channelSysmon), false)
	f(record.Value{}, textValue(channelSysmon), false)
	f(uintValue(1), textValue("Security"), false)
	f(uintValue(1), record.Value{}, false)
}

func TestPlaceholdersAreFilledOrTheRuleIsDisabled(t *testing.T) {
	rule := ruleText("selection: {User|expand: '%admins%'}\ncondition: selection")
	c := parseRules(t, rule)
	set := Compile(c, Options{})
	if len(set.Rules()) != 0 || len(set.Disabled()) != 1 || !strings.Contains(set.Disabled()[0].What, "%admins%") {
		t.Errorf("without values: %v in use, %v", set.Rules(), set.Disabled())
	}
	set = Compile(c, Options{Placeholders: Placeholders{"admins": {"root", "adm*"}}})
	m := set.NewMatcher()
	for user, want := range map[string]int{"User=ROOT": 1, "User=admin": 1, "User=eve": 0} {
		if got := len(m.Match(sysmon(1, user))); got != want {
			t.Errorf("%s: %d hits, want %d", user, got, want)
		}
	}
}
