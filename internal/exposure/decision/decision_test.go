package decision

import (
	"encoding/csv"
	"os"
	"path/filepath"
	"testing"

	"seawall/internal/corpus"
	"seawall/internal/intel/facts"
)

func table(t *testing.T, name string) []map[string]string {
	t.Helper()
	f, err := os.Open(filepath.Join(corpus.Dir(t, "exposure"), "facts", "decision_tables", name))
	if err != nil {
		t.Skipf("SKIPPED: %v", err)
	}
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	var list []map[string]string
	for _, row := range rows[1:] {
		m := map[string]string{}
		for i, name := range rows[0] {
			m[name] = row[i]
		}
		list = append(list, m)
	}
	return list
}

func yes(s string) facts.Answer { return facts.AnswerOf(s == "yes" || s == "total") }

func TestEveryRowOfTheDirectiveIsExact(t *testing.T) {
	rows := table(t, "cisa_bod_26_04_1_0_0.csv")
	for _, r := range rows {
		d := BOD2604(Facts{yes(r["in_kev"]), yes(r["asset_exposed"]), yes(r["automatable"]), yes(r["technical_impact"])})
		if !d.Settled() || d.Most.String() != r["timeline"] || d.Decides != "" {
			t.Errorf("row %s: %s, want %s", r["row"], d.String(), r["timeline"])
		}
	}
	if len(rows) != 16 {
		t.Errorf("%d rows, want 16", len(rows))
	}
}

func TestEveryRowOfTheDeployersTreeIsExact(t *testing.T) {
	exploited := map[string]facts.Exploitation{"none": facts.NoExploit, "public poc": facts.Proof, "active": facts.Active}
	exposure := map[string]Exposure{"small": Small, "controlled": Controlled, "open": Open}
	impact := map[string]Human{"low": Low, "medium": Medium, "high": High, "very high": VeryHigh}
	rows := table(t, "ssvc_deployer_1_0_0.csv")
	for _, r := range rows {
		if got := SSVC(exploited[r["exploitation"]], exposure[r["system_exposure"]], yes(r["automatable"]), impact[r["human_impact"]]); got.String() != r["decision"] {
			t.Errorf("row %s: %s, want %s", r["row"], got, r["decision"])
		}
	}
	if len(rows) != 72 {
		t.Errorf("%d rows, want 72", len(rows))
	}
}

func TestUnknownFactsShowBothBranchesAndWhatDecides(t *testing.T) {
	f := func(in Facts, least, most Timeline, decides string) {
		t.Helper()
		d := BOD2604(in)
		if d.Least != least || d.Most != most || d.Decides != decides {
			t.Errorf("%+v: %s to %s by %q, want %s to %s by %q", in, d.Least, d.Most, d.Decides, least, most, decides)
		}
	}
	y, n, u := facts.Yes, facts.No, facts.Unknown
	f(Facts{y, u, y, y}, ThreeDaysForensic, ThreeDaysForensic, "")
	f(Facts{n, u, y, y}, SixtyDays, ThreeDays, factNames[1])
	f(Facts{y, u, n, y}, FourteenDays, ThreeDaysForensic, factNames[1])
	f(Facts{n, n, n, u}, OnUpgrade, OnUpgrade, "")
	f(Facts{y, y, n, u}, FourteenDays, ThreeDaysForensic, factNames[3])
	f(Facts{u, u, u, u}, OnUpgrade, ThreeDaysForensic, factNames[0])
}

func TestTheDeployersTreeDecidesInTheDirectivesTerms(t *testing.T) {
	f := func(in Facts, exploited facts.Exploitation, impact Human, want string, most Timeline) {
		t.Helper()
		d := ByDeployer(in, exploited, impact)
		if d.String() != want || d.Most != most || !d.Settled() {
			t.Errorf("%+v: %s, %s; want %s", in, d.String(), d.Most, want)
		}
	}
	y, n, u := facts.Yes, facts.No, facts.Unknown
	f(Facts{y, y, y, y}, facts.NoExploit, VeryHigh, "immediate (SSVC)", ThreeDays)
	f(Facts{n, n, n, n}, facts.NoExploit, Low, "defer (SSVC)", OnUpgrade)
	f(Facts{n, u, n, n}, facts.NotJudged, Medium, "scheduled (SSVC)", SixtyDays)
	for name, want := range map[string]Policy{"": Directive, "bod26-04": Directive, "ssvc": Deployer} {
		if got, ok := ParsePolicy(name); !ok || got != want {
			t.Errorf("%q is %v", name, got)
		}
	}
	if _, ok := ParsePolicy("dice"); ok {
		t.Error("dice are a policy")
	}
}

func TestImpactFollowsWhatADeviceIsFor(t *testing.T) {
	for role, want := range map[string]Human{"identity": VeryHigh, "mail": High, "client": Low, "server": Medium} {
		if got := HumanImpact([]string{role}); got != want {
			t.Errorf("%s is %v, want %v", role, got, want)
		}
	}
	if HumanImpact(nil) != Medium || HumanImpact([]string{"client", "identity"}) != VeryHigh {
		t.Error("roles are not joined")
	}
}
