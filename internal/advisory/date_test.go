package advisory

import (
	"testing"

	"seawall/internal/advisory/document"
)

func TestTheDayOfAnAdvisoryIsItsOwn(t *testing.T) {
	f := func(name, text, want string) {
		t.Helper()
		d, err := document.Read(name, []byte(text))
		if err != nil {
			t.Fatal(err)
		}
		got := ""
		if day, ok := Read(d).Published(); ok {
			got = day.Format("2006-01-02T15:04")
		}
		if got != want {
			t.Errorf("%s: %q, want %q", text, got, want)
		}
	}
	f("a.txt", "Original release date: July 19, 2021", "2021-07-19T00:00")
	f("a.txt", "Published 8 July 2024.", "2024-07-08T00:00")
	f("a.txt", "Of July 2024", "2024-07-01T00:00")
	f("a.txt", "2024-07-08", "2024-07-08T00:00")
	f("a.txt", "No day at all; 2024-13-40", "")
	f("a.json", `{"type":"bundle","objects":[{"type":"report","name":"r","published":"2023-05-24T12:00:00.000Z"}]}`, "2023-05-24T12:00")
	f("a.json", `{"Event":{"info":"x","date":"2023-05-24","Attribute":[{"type":"ip-dst","value":"203.0.113.9"}]}}`, "2023-05-24T00:00")
}
