package vulnerable

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"seawall/internal/intel/cve"
	"seawall/internal/intel/facts"
	"seawall/internal/intel/likelihood"
	"seawall/internal/inventory"
)

// Score orders flaws that have the same deadline. It is a sum of points, log
// odds like those of the model it starts from, each with its reason.
type Score struct {
	Total  float64
	Points []likelihood.Point
}

// Points beyond the model's. EPSS counts half of its distance from an ordinary
// flaw's, for it judges much that the model has judged already.
const (
	epssShare        = 0.5
	epssBase         = -5 // log odds of 0.7 %
	ransomwarePoints = 0.7
	actorPoints      = 1.5
	edgePoints       = 0.4  // ln 1.5
	corePoints       = 0.34 // ln 1.4
	clientPoints     = -0.5 // ln 0.6
)

// actorFlaws are those that the agencies' advisory AA24-190A says APT40 uses.
var actorFlaws = flawSet("CVE-2021-44228", "CVE-2021-31207", "CVE-2021-26084", "CVE-2021-34523", "CVE-2021-34473")

func flawSet(names ...string) map[cve.ID]bool {
	set := map[cve.ID]bool{}
	for _, name := range names {
		if id, ok := cve.ParseID(name); ok {
			set[id] = true
		}
	}
	return set
}

// score adds up what speaks for dealing with a flaw on a device first.
func (m *Matcher) score(v *facts.Vulnerability, d *inventory.Device) (s Score) {
	if m.Model != nil {
		traits := m.Facts.TraitsOf(v)
		s.Total = m.Model.Score(traits)
		s.Points = m.Model.Explain(traits)
	}
	add := func(name string, points float64) {
		s.Total += points
		s.Points = append(s.Points, likelihood.Point{Name: name, Points: points})
	}
	if v.EPSS > 0 {
		p := min(max(float64(v.EPSS), 0.0001), 0.9999)
		add(fmt.Sprintf("EPSS %.0f %%", 100*p), epssShare*(math.Log(p/(1-p))-epssBase))
	}
	if v.Listed() && v.KEV.Ransomware {
		add("used by ransomware", ransomwarePoints)
	}
	if actorFlaws[v.ID] {
		add("used by APT40", actorPoints)
	}
	if name, points := asset(d); points != 0 {
		add(name, points)
	}
	return s
}

// asset weighs what a device is for.
func asset(d *inventory.Device) (string, float64) {
	has := func(roles ...string) bool {
		return slices.ContainsFunc(d.Roles, func(f inventory.Fact) bool { return slices.Contains(roles, f.Value) })
	}
	switch {
	case has("edge", "firewall", "vpn", "router", "load balancer"):
		return "at the edge", edgePoints
	case has("identity", "hypervisor", "mail"):
		return "everything depends on it", corePoints
	case has("client", "workstation"):
		return "a client", clientPoints
	}
	return "", 0
}

// String writes the sum and its largest points: "4.1 (maker attacked before
// +1.0, runs code +0.4, …)".
func (s *Score) String() string {
	const most = 4
	list := slices.Clone(s.Points)
	slices.SortStableFunc(list, func(a, b likelihood.Point) int {
		switch x, y := abs(a.Points), abs(b.Points); {
		case x > y:
			return -1
		case x < y:
			return 1
		}
		return strings.Compare(a.Name, b.Name)
	})
	var words []string
	for _, p := range list[:min(most, len(list))] {
		words = append(words, fmt.Sprintf("%s %+.1f", p.Name, p.Points))
	}
	if len(list) > most {
		words = append(words, "…")
	}
	return fmt.Sprintf("%.1f (%s)", s.Total, strings.Join(words, ", "))
}

func abs(f float64) float64 { return max(f, -f) }
