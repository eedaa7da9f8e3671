package likelihood

import (
	"math"
	"math/rand/v2"
	"testing"
)

func TestScoresCanBeRecomputedFromTheirPoints(t *testing.T) {
	m, err := Embedded()
	if err != nil {
		t.Fatal(err)
	}
	traits := Of(&Description{
		Text: "An unauthenticated attacker can execute arbitrary code", Vendor: "Fortinet", Products: []string{"FortiOS"}, Assigner: "fortinet",
		Weaknesses: []string{"CWE-78"}, Vector: "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H", Score: 9.8,
	}).WithPriors(20, 10)
	for _, want := range []Traits{Unauthenticated, RunsCode, OnGateway, OfVendor, WeakInjection, AutomatableTotal, OpenServer, ListedServer, ProductListedOften} {
		if traits&want == 0 {
			t.Errorf("a trait is missing: %b", want)
		}
	}
	sum := m.Base
	for _, p := range m.Explain(traits) {
		sum += p.Points
	}
	if math.Abs(sum-m.Score(traits)) > 1e-9 {
		t.Errorf("the points make %v, the score is %v", sum, m.Score(traits))
	}
	plugin := Of(&Description{Text: "A plugin has stored cross-site scripting", Assigner: "Patchstack", Vendor: "Someone", Products: []string{"Slider"}, Score: 5.4, Vector: "CVSS:3.1/AV:N/AC:L/PR:L/UI:R/S:C/C:L/I:L/A:N"})
	if m.Score(traits) < m.Score(plugin)+3 {
		t.Errorf("a gateway without login scores %.1f, a plug-in's page flaw %.1f", m.Score(traits), m.Score(plugin))
	}
}

func TestWeightsAreReadAsWritten(t *testing.T) {
	m, err := Embedded()
	if err != nil {
		t.Fatal(err)
	}
	again, err := ParseModel(m.String())
	if err != nil || *again != *m {
		t.Errorf("the weights changed: %v", err)
	}
	for _, bad := range []string{"x base\n", "1.0 no such trait\n"} {
		if _, err := ParseModel(bad); err == nil {
			t.Errorf("%q is taken for weights", bad)
		}
	}
}

func TestTrainingFindsWhatMatters(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 1))
	var examples []Example
	for range 5000 {
		e := Example{}
		if r.IntN(2) == 0 {
			e.Traits |= OnGateway
		}
		if r.IntN(2) == 0 {
			e.Traits |= OnPlugin
		}
		z := -2.0
		if e.Traits&OnGateway != 0 {
			z += 2
		}
		e.Hit = r.Float64() < sigmoid(z)
		examples = append(examples, e)
	}
	m := Train(examples, 0.1)
	gateway, plugin := m.Points[14], m.Points[22]
	if math.Abs(gateway-2) > 0.3 || math.Abs(plugin) > 0.3 || math.Abs(m.Base+2) > 0.3 {
		t.Errorf("gateway %.2f, plug-in %.2f, base %.2f; want 2, 0, -2", gateway, plugin, m.Base)
	}
}
