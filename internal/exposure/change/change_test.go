package change

import (
	"bytes"
	"net/netip"
	"strings"
	"testing"
	"time"

	"seawall/internal/exposure/vulnerable"
	"seawall/internal/inventory"
	"seawall/record"
)

const day0 = int64(1_700_000_000 * time.Second)

// seen is a device with an open port and a firmware.
func seen(root, name, place, version string, at int64, ports ...uint16) *inventory.Observation {
	o := &inventory.Observation{
		Source: &inventory.Source{Path: root + "/scan", Format: "nmap-xml", Time: at},
		Where:  inventory.Citation{Origin: record.Origin{Path: root + "/scan"}},
	}
	o.Identify(inventory.Name, name)
	if place != "" {
		o.Identify(inventory.Place, root+place)
	}
	for _, p := range ports {
		o.Services = append(o.Services, inventory.Service{Address: netip.MustParseAddr("10.0.0.1"), Port: p, Protocol: "tcp", State: "open", Identity: inventory.Guess})
	}
	if version != "" {
		o.Software = append(o.Software, inventory.Software{Component: &inventory.Component{Kind: inventory.Firmware, Vendor: "Fortinet", Name: "FortiOS", Version: version}, Confidence: inventory.Configured})
	}
	return o
}

func survey(root string, list ...*inventory.Observation) Survey {
	m := inventory.New()
	for _, o := range list {
		m.Add(o)
	}
	return Survey{m.Resolve(), root}
}

func TestWhatIsNewOpenAndFixedIsTold(t *testing.T) {
	matcher, err := vulnerable.New()
	if err != nil {
		t.Fatal(err)
	}
	before := survey("old", seen("old", "fw", "", "7.2.6", day0, 22, 23), seen("old", "", "/a.txt", "", day0, 80), seen("old", "gone", "", "", day0, 25))
	after := survey("new", seen("new", "fw", "", "7.2.13", day0+int64(400*24*time.Hour), 22, 443), seen("new", "", "/a.txt", "", day0, 80), seen("new", "fresh", "", "", day0, 25))
	r := Compare(before, after, matcher)
	if len(r.Appeared) != 1 || r.Appeared[0].Name != "fresh" || len(r.Vanished) != 1 || r.Vanished[0].Name != "gone" {
		t.Errorf("appeared %v, vanished %v", len(r.Appeared), len(r.Vanished))
	}
	var opened, closed []string
	for i := range r.Opened {
		opened = append(opened, r.Opened[i].Device.Name+" "+r.Opened[i].Name())
	}
	for i := range r.Closed {
		closed = append(closed, r.Closed[i].Device.Name+" "+r.Closed[i].Name())
	}
	if got := strings.Join(opened, ", "); got != "fresh tcp/25, fw tcp/443" {
		t.Errorf("opened %s", got)
	}
	if got := strings.Join(closed, ", "); got != "fw tcp/23" {
		t.Errorf("closed %s", got)
	}
	if len(r.Versions) != 1 || r.Versions[0].Old != "7.2.6" || r.Versions[0].New != "7.2.13" {
		t.Errorf("versions %+v", r.Versions)
	}
	listed := false
	for _, f := range r.Fixed {
		listed = listed || f.ID == "CVE-2024-21762" && f.Known.Listed()
	}
	if !listed || len(r.Patience) != 1 || r.Patience[0].Published.Count == 0 || r.Patience[0].Listed.Least < 1 {
		t.Errorf("fixed %d, %+v", len(r.Fixed), r.Patience)
	}
	var text bytes.Buffer
	if err := r.WriteText(&text); err != nil || !strings.Contains(text.String(), "fw  FortiOS: 7.2.13, was 7.2.6") || !r.Any() {
		t.Errorf("%v\n%s", err, text.String())
	}
}

func TestTheSameIsNoChangeAndSilenceIsNoFix(t *testing.T) {
	matcher, err := vulnerable.New()
	if err != nil {
		t.Fatal(err)
	}
	f := func(before, after Survey, want string) {
		t.Helper()
		r := Compare(before, after, matcher)
		var text bytes.Buffer
		if err := r.WriteText(&text); err != nil {
			t.Fatal(err)
		}
		if r.Any() || len(r.Fixed) > 0 || len(r.Closed) > 0 || !strings.Contains(text.String(), want) {
			t.Errorf("want no change, %q:\n%s", want, text.String())
		}
	}
	f(survey("old", seen("old", "fw", "", "7.2.6", day0, 22)), survey("new", seen("new", "fw", "", "7.2.6", day0, 22)), "still there")
	// Now nobody looked at its software, or at the device.
	f(survey("old", seen("old", "fw", "", "7.2.6", day0)), survey("new", seen("new", "fw", "", "", day0)), "0 flaws of before are still there")
	other := seen("new", "other", "", "", day0)
	other.Source.Format = "asset-csv"
	r := Compare(survey("old", seen("old", "fw", "", "7.2.6", day0, 22)), survey("new", other), matcher)
	if r.NotLooked != 1 || len(r.Vanished) != 0 || len(r.Fixed) != 0 {
		t.Errorf("%+v", r)
	}
}
