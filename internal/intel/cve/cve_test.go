package cve

import (
	"fmt"
	"strings"
	"testing"

	"seawall/internal/intel/version"
)

// rows writes version rows as "version < less", "version <= lessThanOrEqual" or
// "version", with "!" for unaffected ones.
func rows(texts ...string) (list []Row) {
	for _, text := range texts {
		r := Row{Status: "affected"}
		if rest, ok := strings.CutPrefix(text, "!"); ok {
			text, r.Status = rest, "unaffected"
		}
		if v, upTo, ok := strings.Cut(text, " ≤ "); ok {
			r.Version, r.LessEqual = v, upTo
		} else if v, less, ok := strings.Cut(text, " ‹ "); ok {
			r.Version, r.Less = v, less
		} else {
			r.Version = text
		}
		list = append(list, r)
	}
	return list
}

// TestQuirksOfRecordsAreResolved takes the ways people fill in version fields,
// one by one.
func TestQuirksOfRecordsAreResolved(t *testing.T) {
	f := func(name string, s Statement, scheme version.Scheme, want string, quality Quality) {
		t.Helper()
		n := s.Normalize(scheme)
		got := fmt.Sprint(n.Affected)
		if len(n.Safe) > 0 {
			got += fmt.Sprint(" safe ", n.Safe)
		}
		if got != want || n.Quality != quality {
			t.Errorf("%s: %s (%s), want %s (%s)", name, got, n.Quality, want, quality)
		}
	}
	dotted := version.Dotted
	f("as written", Statement{Default: "unaffected", Rows: rows("10.2.0 ‹ 10.2.9-h1", "11.0.0 ‹ 11.0.4-h1", "!9.1.0")}, dotted,
		"[from 10.2.0 before 10.2.9-h1 from 11.0.0 before 11.0.4-h1] safe [9.1.*]", Structured)
	f("halves of ranges in rows of their own", Statement{Rows: rows("unspecified ‹ 6.13.23", "6.14.0 ‹ unspecified", "unspecified ‹ 7.4.11", "7.5.0 ‹ unspecified", "unspecified ‹ 7.11.6")}, dotted,
		"[before 6.13.23 from 6.14.0 before 7.4.11 from 7.5.0 before 7.11.6]", Rejoined)
	f("build behind a train", Statement{Vendor: "Citrix", Product: "NetScaler ADC", Rows: rows("13.1 ‹ 49.13", "13.0 ‹ 91.13", "13.1-FIPS ‹ 37.159")}, version.NetScaler,
		"[from 13.1 before 13.1-49.13 from 13.0 before 13.0-91.13 from 13.1 before 13.1-37.159 (FIPS)]", Joined)
	f("the same, already joined", Statement{Vendor: "NetScaler", Product: "NetScaler ADC", Rows: rows("14.1 ‹ 14.1-8.50")}, version.NetScaler, "[from 14.1 before 14.1-8.50]", Structured)
	f("lists of open ends with their fixes", Statement{Rows: rows(">= 8.0.0", ">= 8.0.1", ">= 8.4.0", "!>= 8.3.3", "!>= 8.4.3")}, dotted,
		"[from 8.0.0 before 8.3.3 from 8.0.1 before 8.3.3 from 8.4.0 before 8.4.3]", Text)
	f("publication is no version", Statement{Rows: rows("15.01.0 ‹ publication")}, dotted, "[]", Unusable)
	f("only what is unaffected", Statement{Default: "affected", Rows: rows("!22.7R2.6")}, dotted, "[before 22.7R2.6]", Inverted)
	f("one point up to itself", Statement{Rows: rows("9.1R18 ≤ 9.1R18", "22.6R2 ≤ 22.6R2")}, dotted, "[up to 9.1R18 from 22.6 up to 22.6R2]", Widened)
	f("a few versions that were tried", Statement{Rows: rows("1.02")}, dotted, "[1.02]", Tried)
	f("nothing at all", Statement{Vendor: "n/a", Product: "n/a", Rows: rows("n/a")}, dotted, "[]", Unusable)
	f("prose in the field", Statement{Rows: rows("FortiOS 6.4.0, 6.2.0 to 6.2.3, 6.0.9 and below")}, dotted, "[6.4.0 from 6.2.0 up to 6.2.3 up to 6.0.9]", Text)
	f("ranges as text", Statement{Rows: rows("15.0.0-15.1.0.3", "14.1.0-14.1.2.5")}, dotted, "[from 15.0.0 up to 15.1.0.3 from 14.1.0 up to 14.1.2.5]", Text)
	f("comparisons as text", Statement{Rows: rows(">= 3.10.0, < 4.6.8", "All versions < V2.1")}, dotted, "[from 3.10.0 before 4.6.8 before 2.1]", Text)
	f("enumerated trains", Statement{Rows: rows("16.12.1", "16.12.1a", "16.12.10", "17.9.1", "17.9.4", "17.9.3")}, version.Cisco, "[from 16.12.1 up to 16.12.10 from 17.9.1 up to 17.9.4]", Enumerated)
	f("escaped brackets", Statement{Rows: rows(`15.2\(4\)M11`, `15.2\(4\)E3`, `15.2\(7\)E4`, `15.2\(7\)E5`)}, version.Cisco, "[15.2(4)M11 15.2(4)E3 15.2(7)E4 15.2(7)E5]", Structured)
	f("lower bounds of a train", Statement{Rows: rows("16.1.x ‹ 16.1.2.2", "!17.0.0 ‹ 17.0.x*")}, dotted, "[from 16.1 before 16.1.2.2] safe [from 17.0.0 up to 17.0.*]", Structured)
	f("whole trains", Statement{Rows: rows("21.1 ‹ 21.1*", "21.2 ‹ 21.2R3-S6, 21.2R4")}, version.Junos, "[21.1.* from 21.2 before 21.2R3-S6]", Structured)
	f("three trains, one beginning", Statement{Rows: rows("0 ‹ 20.1.7", "unspecified ‹ 21.2.11", "0 ‹ 22.0.9")}, dotted, "[before 20.1.7 from 21.2 before 21.2.11 from 22.0 before 22.0.9]", Structured)
	f("all", Statement{Rows: rows("all versions")}, dotted, "[all versions]", Structured)
	f("before itself", Statement{Rows: rows("116.0.5845.187 ‹ 116.0.5845.187")}, dotted, "[before 116.0.5845.187]", Structured)
	f("words behind a bound", Statement{Rows: rows("9.18.0 and below ‹ 9.18.0 and below")}, dotted, "[up to 9.18.0]", Text)
	f("a range in the lower bound", Statement{Rows: rows("3.0.3 and earlier ≤ 3.0.3", "3.1.1 to 3.1.2 ≤ 3.1.2")}, dotted, "[up to 3.0.3 from 3.1.1 up to 3.1.2]", Text)
	f("a name around the bound", Statement{Rows: rows("1.0 ‹ OMS Agent for Linux GA v1.6.8-1")}, dotted, "[from 1.0 before 1.6.8-1]", Structured)
}

func TestChangesWithinARangeCutIt(t *testing.T) {
	f := func(name string, r Row, scheme version.Scheme, want string) {
		t.Helper()
		n := (&Statement{Rows: []Row{r}}).Normalize(scheme)
		if got := fmt.Sprint(n.Affected, n.Safe); got != want {
			t.Errorf("%s: %s, want %s", name, got, want)
		}
	}
	f("alternating, with a name for an end", Row{Version: "2.0-beta9", Less: "log4j-core*", Status: "affected", Changes: []Change{
		{"2.3.1", "unaffected"}, {"2.4", "affected"}, {"2.12.2", "unaffected"}, {"2.13.0", "affected"}, {"2.15.0", "unaffected"},
	}}, version.Maven, "[from 2.0-beta9 before 2.3.1 from 2.4 before 2.12.2 from 2.13.0 before 2.15.0] [from 2.3.1 before 2.4 from 2.12.2 before 2.13.0 from 2.15.0]")
	f("hotfixes of several releases", Row{Version: "10.2.0", Less: "10.2.10", Status: "affected", Changes: []Change{{"10.2.9-h1", "unaffected"}, {"10.2.8-h3", "unaffected"}}},
		version.Dotted, "[from 10.2.0 before 10.2.8-h3 from 10.2.8-h3 before 10.2.9-h1] [from 10.2.8-h3 up to 10.2.8.* from 10.2.9-h1 before 10.2.10]")
	f("a hotfix of the last release as the end", Row{Version: "10.2.0", Less: "10.2.9-h3", Status: "affected", Changes: []Change{{"10.2.7-h8", "unaffected"}}},
		version.Dotted, "[from 10.2.0 before 10.2.7-h8 from 10.2.7-h8 before 10.2.9-h3] [from 10.2.7-h8 up to 10.2.7.*]")
}

func TestPhrasesAreReadAsRanges(t *testing.T) {
	f := func(text, want string) {
		t.Helper()
		if got := fmt.Sprint(Phrase(text)); got != want {
			t.Errorf("%q: %s, want %s", text, got, want)
		}
	}
	f("5.9.2.14-12o and older versions", "[up to 5.9.2.14-12o]")
	f("4.60 through 5.35", "[from 4.60 up to 5.35]")
	f("before 4.2.1", "[before 4.2.1]")
	f("prior to version 7.1.2", "[before 7.1.2]")
	f("from 1.3.0 before 7.4.17", "[from 1.3.0 before 7.4.17]")
	f("7.2.0 through 7.2.1 and 7.0.0 through 7.0.6", "[from 7.2.0 up to 7.2.1 from 7.0.0 up to 7.0.6]")
	f("2.0 and later", "[from 2.0]")
	f("up to and including 3.4.1", "[up to 3.4.1]")
	f("8.5.x", "[8.5.*]")
	f("<= 1.2.3", "[up to 1.2.3]")
	f("> 1.0, < 2.0", "[after 1.0 before 2.0]")
	f("", "[]")
}

func TestDescriptionsAreReadForWhatIsAffectedOnly(t *testing.T) {
	f := func(text, want string) {
		t.Helper()
		if got := fmt.Sprint(Prose(text)); got != want {
			t.Errorf("%q: %s, want %s", text, got, want)
		}
	}
	f("Gate before 22.7R2.6 lets remote attackers in.", "[before 22.7R2.6]")
	f("An issue in Example versions 1.0 through 1.4.2 was fixed in 1.4.3.", "[from 1.0 up to 1.4.2]")
	f("Users should upgrade to 8.2 or later. It runs on 64-bit systems.", "[]")
	f("Version 3 of the protocol is used by 17 vendors.", "[]")
}

const sample = `{"dataType":"CVE_RECORD","dataVersion":"5.1","cveMetadata":{"cveId":"CVE-2021-26084","state":"PUBLISHED","assignerShortName":"atlassian","datePublished":"2021-08-30T06:30:12Z"},
 "containers":{"cna":{"affected":[{"vendor":"Atlassian","product":"Confluence \"Server\"","versions":[{"version":"6.14.0","lessThan":"7.4.11","status":"affected"}]}],
 "descriptions":[{"lang":"es","value":"no"},{"lang":"en","value":"an injection\nflaw"}],"references":[{"url":"a"},{"url":"b"}],"problemTypes":[{"descriptions":[{"cweId":"CWE-917","lang":"en"}]}],
 "metrics":[{"cvssV3_1":{"baseScore":9.8,"vectorString":"CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H"}}],
 "cpeApplicability":[{"nodes":[{"operator":"OR","cpeMatch":[{"vulnerable":true,"criteria":"cpe:2.3:a:atlassian:confluence_server:*:*:*:*:*:*:*:*","versionEndExcluding":"7.4.11"},
  {"vulnerable":false,"criteria":"cpe:2.3:o:linux:linux_kernel:-:*:*:*:*:*:*:*"}]}]}]},
 "adp":[{"providerMetadata":{"shortName":"CVE"},"affected":[{"vendor":"no"}]},
  {"affected":[{"vendor":"atlassian","product":"confluence_server"}],"metrics":[{"other":{"type":"ssvc","content":{"options":[{"Exploitation":"PoC"},{"Automatable":"rapid"},{"Technical Impact":"Total"}]}}},
   {"other":{"type":"kev","content":{"dateAdded":"2021-11-03"}}}],"providerMetadata":{"shortName":"CISA-ADP"}}]}}`

func TestARecordIsReadInFull(t *testing.T) {
	r, err := Parse([]byte(sample))
	if err != nil {
		t.Fatal(err)
	}
	if r.ID != "CVE-2021-26084" || r.Assigner != "atlassian" || r.Description != "an injection\nflaw" || r.Score != 9.8 || r.References != 2 || r.KEVAdded != "2021-11-03" {
		t.Errorf("read as %+v", r)
	}
	// "rapid" is a value of an older version of the scheme; case varies.
	if r.Exploited != "poc" || r.Automatable != "yes" || r.Impact != "total" {
		t.Errorf("CISA's judgement is read as %q %q %q", r.Exploited, r.Automatable, r.Impact)
	}
	var got []string
	for _, s := range r.Statements {
		got = append(got, fmt.Sprint(s.Vendor, "|", s.Product, "|", s.CISA, s.Applicability))
	}
	// The platform that must be present is not vulnerable itself.
	if want := `[Atlassian|Confluence "Server"|false false ||false true atlassian|confluence_server|true false]`; fmt.Sprint(got) != want {
		t.Errorf("statements %v, want %s", got, want)
	}
	for n := range len(sample) {
		if _, err := Parse([]byte(sample[:n])); err == nil {
			t.Fatalf("a record cut off at %d is read", n)
		}
	}
}

func TestTrainsAndIDs(t *testing.T) {
	for v, want := range map[string]string{"10.2.9-h1": "10.2", "21.4R3-S5": "21.4", "9.1R18": "9.1", "v7.0": "7.0", "14": "14", "": "", "x": "", "13.1-49.13": "13.1"} {
		if got := Train(v); got != want {
			t.Errorf("train of %q is %q, want %q", v, got, want)
		}
	}
	for _, text := range []string{"CVE-2024-3400", "CVE-2021-44228", "CVE-1999-0001", "CVE-2024-1234567"} {
		if id, ok := ParseID(text); !ok || id.String() != text {
			t.Errorf("%s is read as %s", text, id)
		}
	}
	for _, text := range []string{"", "CVE-2024", "CVE-24-3400", "CVE-2024-", "CVE-2024-34x0", "GHSA-2024-3400"} {
		if id, ok := ParseID(text); ok {
			t.Errorf("%q is taken for %s", text, id)
		}
	}
}

func FuzzParse(f *testing.F) {
	f.Add([]byte(sample))
	f.Add([]byte(`{"cveMetadata":{"cveId":"CVE-2024-1"},"containers":{"cna":{"affected":[{"versions":[{"changes":[{"at":"1"}]}]}]}}}`))
	f.Add([]byte(`{"a":[[[{]}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		r, err := Parse(data)
		if err != nil {
			return
		}
		for i := range r.Statements {
			for s := version.Dotted; s <= version.MOVEit; s++ {
				n := r.Statements[i].Normalize(s)
				if n.Quality == Unusable && len(n.Affected) > 0 {
					t.Errorf("ranges %v of no use", n.Affected)
				}
			}
		}
		Prose(r.Description)
	})
}

func FuzzPhrase(f *testing.F) {
	f.Add("FortiOS 6.4.0, 6.2.0 to 6.2.3, 6.0.9 and below")
	f.Add(">= 1, < 2; between 3.0 and 4.0")
	f.Fuzz(func(t *testing.T, text string) {
		if n := len(Phrase(text)); n > len(text) {
			t.Errorf("%d ranges in %d bytes", n, len(text))
		}
		for _, r := range Prose(text) {
			if r.From == "" && r.To == "" {
				t.Errorf("%q: all versions, from a description", text)
			}
		}
	})
}
