package export

import (
	"bytes"
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"seawall/internal/advisory"
	"seawall/internal/advisory/builtin"
	"seawall/internal/advisory/document"
	"seawall/internal/advisory/pattern"
)

func builtIn(t *testing.T) *advisory.Advisory {
	t.Helper()
	d, ok := builtin.Document("apt40")
	if !ok {
		t.Fatal("no advisory")
	}
	return advisory.Read(d)
}

func TestTheBundleIsReadBackAsItWasWritten(t *testing.T) {
	a := builtIn(t)
	var first, second bytes.Buffer
	if err := STIX(&first, a); err != nil {
		t.Fatal(err)
	}
	if err := STIX(&second, builtIn(t)); err != nil || !bytes.Equal(first.Bytes(), second.Bytes()) {
		t.Errorf("two runs differ, %v", err)
	}
	var bundle struct {
		Objects []struct{ Type, Pattern, ID string }
	}
	if err := json.Unmarshal(first.Bytes(), &bundle); err != nil {
		t.Fatal(err)
	}
	for _, o := range bundle.Objects {
		if !strings.HasPrefix(o.ID, o.Type+"--") {
			t.Errorf("id %s of %s", o.ID, o.Type)
		}
		if o.Type == "indicator" {
			if _, err := pattern.Parse(o.Pattern); err != nil {
				t.Errorf("%s: %v", o.Pattern, err)
			}
		}
	}
	d, err := document.Read("bundle.json", first.Bytes())
	if err != nil {
		t.Fatal(err)
	}
	hashes := func(a *advisory.Advisory) (list []string) {
		for _, i := range a.Indicators {
			if i.Type == "md5" && i.Role == advisory.Malicious {
				list = append(list, i.Value)
			}
		}
		return list
	}
	if want, got := hashes(a), hashes(advisory.Read(d)); !slices.Equal(want, got) {
		t.Errorf("read back: %q, want %q", got, want)
	}
}

func TestTheBundleBearsTheDayOfTheAdvisory(t *testing.T) {
	f := func(text, want string, note bool) {
		t.Helper()
		d, err := document.Read("a.txt", []byte(text))
		if err != nil {
			t.Fatal(err)
		}
		var out bytes.Buffer
		if err := STIX(&out, advisory.Read(d)); err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(out.String(), `"valid_from": "`+want) || !strings.Contains(out.String(), `"published": "`+want) || strings.Contains(out.String(), undatedNote) != note {
			t.Errorf("%s:\n%s", text, out.String())
		}
	}
	f("Of July 8, 2024\n\nC2: 203.0.113[.]9", "2024-07-08T00:00:00.000Z", false)
	f("C2: 203.0.113[.]9", "2024-01-01T00:00:00.000Z", true)
}

func TestTheLayerHasWhatNavigatorWants(t *testing.T) {
	var out bytes.Buffer
	if err := Navigator(&out, builtIn(t)); err != nil {
		t.Fatal(err)
	}
	var l layer
	if err := json.Unmarshal(out.Bytes(), &l); err != nil {
		t.Fatal(err)
	}
	if l.Domain != "enterprise-attack" || l.Versions.Layer != "4.5" || len(l.Techniques) < 35 {
		t.Errorf("%s, %+v, %d techniques", l.Domain, l.Versions, len(l.Techniques))
	}
	for _, k := range l.Techniques {
		if k.ID == "T1562.004" {
			t.Error("an id that is no more: T1562.004")
		}
	}
}
