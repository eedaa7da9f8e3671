package document

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// read returns the blocks of a document as "kind section: text".
func read(t *testing.T, name, data string) []string {
	t.Helper()
	d, err := Read(name, []byte(data))
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	var list []string
	for _, b := range d.Blocks {
		kind := [...]string{"text", "heading", "item", "cell", "code", "link", "fact"}[b.Kind]
		list = append(list, kind+" "+b.Place.Section+": "+b.Text)
	}
	return list
}

func TestEveryFormIsReadIntoBlocks(t *testing.T) {
	f := func(name, data string, want ...string) {
		t.Helper()
		if diff := cmp.Diff(want, read(t, name, data)); diff != "" {
			t.Errorf("%s (-want +got)\n%s", name, diff)
		}
	}
	f("a.md", "# Advisory\n\nFirst line\nsecond line\n\n## Indicators\n\n* evil[.]example\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n```\ncode here\n```\n",
		"heading : Advisory", "text Advisory: First line\nsecond line", "heading Advisory: Indicators", "item Advisory > Indicators: evil[.]example",
		"cell Advisory > Indicators: a", "cell Advisory > Indicators: b", "cell Advisory > Indicators: 1", "cell Advisory > Indicators: 2", "code Advisory > Indicators: code here")
	f("a.html", "<html><head><title>T</title><script>var a = '<p>no</p>'</script></head><body><nav>menu</nav><h1>Advisory</h1><p>One &amp; two<br>three</p><table><tr><td>x</td><td><p>y</p></td></tr></table><a href=\"https://a.example/b\">here</a></body></html>",
		"heading : Advisory", "text Advisory: One & two\nthree", "cell Advisory: x", "cell Advisory: y", "text Advisory: here", "link Advisory: https://a.example/b")
	f("a.csv", "type,value\nip,192.0.2.1\ndomain,a.example\n", "cell : type", "cell : value", "cell : ip", "cell : 192.0.2.1", "cell : domain", "cell : a.example")
	f("bundle.json", `{"type":"bundle","objects":[{"type":"indicator","name":"n","pattern":"[ipv4-addr:value = '192.0.2.1' OR file:hashes.'SHA-256' = 'ab']"},{"type":"intrusion-set","name":"APT40","aliases":["Leviathan"]}]}`,
		"text indicator: n", "code indicator: [ipv4-addr:value = '192.0.2.1' OR file:hashes.'SHA-256' = 'ab']", "fact : 192.0.2.1", "fact : ab", "text intrusion-set: APT40", "text intrusion-set: Leviathan")
	f("event.json", `{"Event":{"info":"An event","Attribute":[{"type":"ip-dst|port","value":"192.0.2.1|443"}],"Tag":[{"name":"misp-galaxy:threat-actor=\"APT40\""}],"Object":[{"Attribute":[{"type":"md5","value":"d41d8cd98f00b204e9800998ecf8427e"}]}]}}`,
		"heading : An event", "fact : 192.0.2.1", "fact : 443", "text tags: APT40", "fact : d41d8cd98f00b204e9800998ecf8427e")
	f("stix.xml", `<stix:STIX_Package xmlns:stix="http://stix.mitre.org/stix-1"><stix:Title>T</stix:Title><AddressObj:Address_Value condition="Equals">192.0.2.1##comma##192.0.2.2</AddressObj:Address_Value></stix:STIX_Package>`,
		"heading Title: T", "fact Address_Value: 192.0.2.1", "fact Address_Value: 192.0.2.2")
}

func TestWhatCannotBeReadIsSaid(t *testing.T) {
	f := func(name, data, want string) {
		t.Helper()
		if _, err := Read(name, []byte(data)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %q", name, err, want)
		}
	}
	f("a.txt", "", "empty")
	f("a.bin", "MZ\x00\x00\x01", "known format")
	f("a.docx", "PK\x03\x04rubbish", "damaged zip")
	f("a.json", `{"a":1}`, "no known kind")
	d, err := Read("cut.json", []byte(`{"type":"bundle","objects":[{"type":"ipv4-addr","value":"192.0.2.1"},{"type":"ipv4-a`))
	if err != nil || len(d.Blocks) != 1 || len(d.Notes) != 1 {
		t.Errorf("a bundle cut in half: %v, %+v", err, d)
	}
}

func TestPatternsGiveTheirValues(t *testing.T) {
	f := func(pattern string, want ...PatternValue) {
		t.Helper()
		if diff := cmp.Diff(want, PatternValues(pattern)); diff != "" {
			t.Errorf("%s\n%s", pattern, diff)
		}
	}
	f("[domain-name:value = 'a.example']", PatternValue{"domain-name:value", "a.example"})
	f("[ipv4-addr:value IN ('192.0.2.1', '192.0.2.2')]", PatternValue{"ipv4-addr:value", "192.0.2.1"}, PatternValue{"ipv4-addr:value", "192.0.2.2"})
	f("[file:name != 'x' AND file:size > 10 AND file:hashes.MD5 = 'aa']", PatternValue{"file:hashes.MD5", "aa"})
	f(`[file:name = 'it\'s']`, PatternValue{"file:name", "it's"})
	f("[file:name LIKE '%.exe']")
	f("[ipv4-addr:value ISSUBSET '192.0.2.0/24' OR file:name >= 'a']", PatternValue{"ipv4-addr:value", "192.0.2.0/24"})
	f("[")
	f("")
}

func FuzzRead(f *testing.F) {
	for _, seed := range []string{"# a\n\n* b\n", "<html><p>x<table><tr><td>", `{"type":"bundle","objects":[{"type":"indicator","pattern":"[a:b = 'c']"}]}`, "a,b\n1,2\n3,4\n", `<x xmlns="http://stix.mitre.org/stix-1"><Value>1</Value>`, "PK\x03\x04", "%PDF-1.4\n", "\xff\xfea\x00"} {
		f.Add("a.txt", []byte(seed))
	}
	f.Fuzz(func(t *testing.T, name string, data []byte) {
		if d, err := Read(name, data); err == nil && d.Format == "" {
			t.Error("a document of no format")
		}
	})
}
