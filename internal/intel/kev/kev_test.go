package kev

import (
	"errors"
	"testing"
)

const sample = `{"title":"x","catalogVersion":"2026.08.07","dateReleased":"2026-08-07T16:09:51.0688Z","count":2,"vulnerabilities":[
 {"cveID":"CVE-2024-3400","vendorProject":"Palo Alto Networks","product":"PAN-OS","vulnerabilityName":"n","dateAdded":"2024-04-12","shortDescription":"s","requiredAction":"Apply mitigations per vendor instructions.","dueDate":"2024-04-19","knownRansomwareCampaignUse":"Known","notes":"https:\/\/a ; https:\/\/b","cwes":["CWE-77"]},
 {"cveID":"CVE-2022-40799","vendorProject":"D-Link","product":"DNR-322L","dateAdded":"2025-08-05","requiredAction":"The impacted product is end-of-life and should be disconnected if still in use.","dueDate":"2025-08-26"}]}`

func TestTheCatalogueIsReadInFull(t *testing.T) {
	c, err := Parse([]byte(sample))
	if err != nil {
		t.Fatal(err)
	}
	if c.Version != "2026.08.07" || c.Released.Format("2006-01-02 15:04") != "2026-08-07 16:09" || len(c.Entries) != 2 {
		t.Errorf("%+v", c)
	}
	a, b := &c.Entries[0], &c.Entries[1]
	if a.ID.String() != "CVE-2024-3400" || a.Ransomware != "Known" || a.Due != "2024-04-19" || a.Disconnect() || a.EndOfLife() {
		t.Errorf("%+v", a)
	}
	if !b.Disconnect() || !b.EndOfLife() {
		t.Errorf("%+v says that the product must go", b)
	}
	for n := range len(sample) {
		if _, err := Parse([]byte(sample[:n])); err == nil {
			t.Fatalf("a catalogue cut off at %d is read", n)
		}
	}
	if _, err := Parse([]byte(`{"vulnerabilities":[]}`)); !errors.Is(err, ErrEmpty) {
		t.Errorf("an empty catalogue: %v", err)
	}
	if _, err := Parse([]byte(`{"vulnerabilities":[{"cveID":"x"}]}`)); err == nil {
		t.Error("an entry without a CVE is read")
	}
}

func TestChangesAreToldByTheirUrgency(t *testing.T) {
	f := func(name string, was, now []Entry, want ...string) {
		t.Helper()
		changes := Diff(&Catalogue{Entries: was}, &Catalogue{Entries: now})
		if len(changes) != len(want) {
			t.Errorf("%s: %d changes, want %d", name, len(changes), len(want))
			return
		}
		for i := range changes {
			if got := changes[i].String(); got != want[i] {
				t.Errorf("%s: %q, want %q", name, got, want[i])
			}
		}
	}
	e := func(due, ransomware, product string) Entry {
		return Entry{ID: 2024<<32 | 3400, Vendor: "V", Product: product, Due: due, Ransomware: ransomware}
	}
	one := e("2024-04-19", "Unknown", "P")
	two := one
	two.ID++
	f("the same", []Entry{one}, []Entry{one, one})
	f("added", []Entry{one}, []Entry{two, one}, "CVE-2024-3401 added: V P, due 2024-04-19")
	f("removed", []Entry{one, two}, []Entry{one}, "CVE-2024-3401 removed: V P")
	f("ransomware", []Entry{one}, []Entry{e("2024-04-19", "Known", "P")}, "CVE-2024-3400 used by ransomware: V P")
	f("and back", []Entry{e("2024-04-19", "Known", "P")}, []Entry{one}, "CVE-2024-3400 edited: V P (ransomware)")
	f("earlier", []Entry{one}, []Entry{e("2024-04-12", "Unknown", "P")}, "CVE-2024-3400 due earlier: V P, due 2024-04-12")
	f("renamed", []Entry{one}, []Entry{e("2024-04-19", "Unknown", "Q")}, "CVE-2024-3400 edited: V Q (product)")
}

func FuzzParse(f *testing.F) {
	f.Add([]byte(sample))
	f.Fuzz(func(t *testing.T, data []byte) {
		if c, err := Parse(data); err == nil && len(Diff(nil, c)) == 0 {
			t.Error("a catalogue without entries is read")
		}
	})
}
