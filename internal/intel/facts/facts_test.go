package facts

import (
	"bytes"
	"reflect"
	"slices"
	"testing"

	"seawall/internal/intel/cve"
	"seawall/internal/intel/kev"
)

func sample() *Set {
	return NewSet([]Feed{{Name: "KEV", Date: ParseDay("2026-08-07"), Count: 2, From: "here"}}, []Vulnerability{
		{ID: 2024<<32 | 3400, Published: ParseDay("2024-04-12"), Score: 9.8, Vector: "CVSS:3.1/AV:N", Exploited: Active, Automatable: Yes, Total: No, Estimated: true, EPSS: 0.5, Traits: 7,
			KEV:     &Known{Added: 5, Due: 7, Ransomware: true, EndOfLife: true, Vendor: "V", Product: "P"},
			Affects: []Affect{{Product: "v/p_gate", Note: "n", Normal: cve.Normal{Quality: cve.Structured, Affected: []cve.Range{{From: "1", To: "2", Inclusive: true, Edition: "FIPS"}}, Safe: []cve.Range{{From: "3"}}}}}},
		{ID: 2020<<32 | 1},
	})
}

func TestProductsWithoutAVendorAreTheirNeighbours(t *testing.T) {
	s := NewSet(nil, []Vulnerability{
		{ID: 1, Affects: []Affect{{Product: "fortinet/fortianalyzer"}, {Product: "/fortimanager"}}},
		{ID: 2, Affects: []Affect{{Product: "/fortimanager"}}},
		{ID: 3, Affects: []Affect{{Product: "cisco/ftd"}, {Product: "juniper/junos"}, {Product: "/gate"}}},
		{ID: 4, Affects: []Affect{{Product: "a/gate"}}}, {ID: 5, Affects: []Affect{{Product: "b/gate"}}},
	})
	for i, want := range []string{"fortinet/fortimanager", "fortinet/fortimanager", "/gate"} {
		last := s.Vulnerabilities[i].Affects[len(s.Vulnerabilities[i].Affects)-1]
		if string(last.Product) != want {
			t.Errorf("%d: %s, want %s", i+1, last.Product, want)
		}
	}
}

func TestFactsAreTheSameAfterWritingAndReading(t *testing.T) {
	s := sample()
	var b bytes.Buffer
	if err := s.Encode(&b); err != nil {
		t.Fatal(err)
	}
	again, err := Decode(b.Bytes())
	if err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(s.Feeds, again.Feeds) || !reflect.DeepEqual(s.Vulnerabilities, again.Vulnerabilities) {
		t.Errorf("%+v, want %+v", again.Vulnerabilities, s.Vulnerabilities)
	}
	for n := range b.Len() {
		if _, err := Decode(b.Bytes()[:n]); err == nil {
			t.Fatalf("facts cut off at %d are read", n)
		}
	}
}

func FuzzDecode(f *testing.F) {
	var b bytes.Buffer
	if err := sample().Encode(&b); err != nil {
		f.Fatal(err)
	}
	f.Add(b.Bytes())
	f.Fuzz(func(t *testing.T, data []byte) {
		if s, err := Decode(data); err == nil && s == nil {
			t.Error("neither facts nor an error")
		}
	})
}

func TestProductsAreFoundWithAndWithoutTheirVendor(t *testing.T) {
	s := sample()
	if key, ok := s.Resolve("v/p_gate"); !ok || key != "v/p_gate" || len(s.Of(key)) != 1 {
		t.Errorf("by key: %s %v", key, ok)
	}
	if key, ok := s.Resolve("/p_gate"); !ok || key != "v/p_gate" {
		t.Errorf("by name: %s %v", key, ok)
	}
	if _, ok := s.Resolve("w/p_gate"); ok {
		t.Error("another vendor's product is found")
	}
	if s.Get(2024<<32|3400) == nil || s.Get(1) != nil {
		t.Error("flaws are not found by id")
	}
}

func TestWhatIsNotJudgedIsEstimated(t *testing.T) {
	f := func(vector string, automatable, total Answer) {
		t.Helper()
		v := Vulnerability{Vector: vector}
		v.Estimate()
		if v.Automatable != automatable || v.Total != total || v.Estimated != (vector != "") {
			t.Errorf("%q: automatable %s, total %s", vector, v.Automatable, v.Total)
		}
	}
	f("CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H", Yes, Yes)
	f("CVSS:3.1/AV:N/AC:L/PR:L/UI:N/S:U/C:H/I:N/A:H", No, No)
	f("CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N", Yes, Yes)
	f("CVSS:4.0/AV:N/AC:L/AT:P/PR:N/UI:N/VC:H/VI:L/VA:H/SC:N/SI:N/SA:N", No, No)
	f("", Unknown, Unknown)
	v := Vulnerability{Vector: "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H", Automatable: No, Total: No}
	if v.Estimate(); v.Automatable != No || v.Estimated {
		t.Error("CISA's judgement is overruled")
	}
}

func TestSourcesOfRangesAreChosenInOrder(t *testing.T) {
	statement := func(cisa bool, rows ...cve.Row) cve.Statement {
		return cve.Statement{Vendor: "Example", Product: "Gate", CISA: cisa, Rows: rows}
	}
	f := func(name string, r cve.Record, want string) {
		t.Helper()
		r.ID = "CVE-2024-3400"
		v := Compile(&r, &Known{Vendor: "Example", Product: "Gate"})
		if len(v.Affects) != 1 || v.Affects[0].Product != "example/gate" {
			t.Errorf("%s: %+v", name, v.Affects)
			return
		}
		got := ""
		for _, r := range v.Affects[0].Affected {
			got += r.String() + ";"
		}
		if got += v.Affects[0].Quality.String(); got != want {
			t.Errorf("%s: %s, want %s", name, got, want)
		}
	}
	f("the authority's own", cve.Record{Statements: []cve.Statement{statement(false, cve.Row{Version: "1.0", Less: "1.2"}), statement(true, cve.Row{Version: "1.0", Less: "1.3"})}}, "from 1.0 before 1.2;structured")
	f("CISA's, if the authority names none", cve.Record{Statements: []cve.Statement{statement(false, cve.Row{Version: "n/a"}), statement(true, cve.Row{Version: "1.0", Less: "1.3"})}}, "from 1.0 before 1.3;structured")
	f("the description's, if nobody does", cve.Record{Description: "Gate before 1.4 is open.", Statements: []cve.Statement{statement(false, cve.Row{Version: "n/a"})}}, "before 1.4;from the description")
	f("the catalogue's product, if the record names none", cve.Record{Description: "An issue before 1.5 is open.", Statements: []cve.Statement{{Vendor: "n/a", Product: "n/a"}}}, "before 1.5;from the description")
	f("nothing", cve.Record{}, "no usable versions")
	f("an end that the description takes in", cve.Record{Description: "Gate 1.0-1.2.1.5 is open.", Statements: []cve.Statement{statement(false, cve.Row{Version: "1.0", Less: "1.2.1.5"})}}, "from 1.0 up to 1.2.1.5;from the description")
}

func TestCuratedFactsWin(t *testing.T) {
	curated, err := Curated()
	if err != nil {
		t.Fatal(err)
	}
	if len(curated) < 100 {
		t.Errorf("%d curated facts", len(curated))
	}
	id, _ := cve.ParseID("CVE-2023-2868")
	list := Curate([]Vulnerability{{ID: id, Affects: []Affect{{Product: "barracuda/email_security_gateway"}}}}, curated)
	at := slices.IndexFunc(list, func(v Vulnerability) bool { return v.ID == id })
	if at < 0 || len(list[at].Affects) != 1 || list[at].Affects[0].Quality != cve.Curated {
		t.Errorf("%+v", list[at])
	}
	if !slices.IsSortedFunc(list, func(a, b Vulnerability) int { return compare(a.ID, b.ID) }) {
		t.Error("the list is out of order")
	}
}

func TestTheSnapshotInTheProgramIsWhole(t *testing.T) {
	s, err := Embedded()
	if err != nil {
		t.Fatal(err)
	}
	listed, ranged := 0, 0
	for i := range s.Vulnerabilities {
		v := &s.Vulnerabilities[i]
		if v.Listed() {
			listed++
			if slices.ContainsFunc(v.Affects, func(a Affect) bool { return a.Quality > cve.Tried }) {
				ranged++
			}
		}
	}
	f, ok := s.Feed("KEV")
	t.Logf("%d flaws, %d known to be exploited, %d of these with usable ranges; %+v", len(s.Vulnerabilities), listed, ranged, s.Feeds)
	if !ok || listed < 1600 || ranged < 700 || f.Count != listed {
		t.Errorf("%d listed, %d with ranges", listed, ranged)
	}
}

func TestRemovedEntriesAreNotListed(t *testing.T) {
	m := KnownOf(&kev.Catalogue{Entries: []kev.Entry{{ID: 5, Added: "2024-04-12", Due: "2024-04-19", Ransomware: "Known"}}})
	if k := m[5]; k == nil || !k.Ransomware || k.Due.String() != "2024-04-19" {
		t.Errorf("%+v", k)
	}
	v := Vulnerability{KEV: &Known{Removed: true}}
	if v.Listed() {
		t.Error("a removed entry is still listed")
	}
}
