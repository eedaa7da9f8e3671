package version

import (
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"seawall/internal/corpus"
)

func sign(n int) int { return max(-1, min(1, n)) }

// TestVersionOrderIsThatOfTheReferencePrograms compares with what dpkg, rpm,
// Maven, npm and pip say about pairs of versions in use.
func TestVersionOrderIsThatOfTheReferencePrograms(t *testing.T) {
	dir := filepath.Join(corpus.Dir(t, "exposure"), "version-oracles")
	files, err := filepath.Glob(filepath.Join(dir, "*.tsv"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no oracles: %v", err)
	}
	for _, path := range files {
		name := strings.TrimSuffix(filepath.Base(path), ".tsv")
		scheme, ok := Parse(name)
		if !ok {
			t.Errorf("no scheme for %s", path)
			continue
		}
		data, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		pairs, wrong := 0, 0
		for line := range strings.Lines(string(data)) {
			fields := strings.Split(strings.TrimRight(line, "\r\n"), "\t")
			want, err := strconv.Atoi(fields[len(fields)-1])
			if len(fields) != 3 || err != nil {
				continue
			}
			pairs++
			if got := sign(scheme.Compare(fields[0], fields[1])); got != want {
				if wrong++; wrong <= 20 {
					t.Errorf("%s: compare(%q, %q) = %d, want %d", scheme, fields[0], fields[1], got, want)
				}
			}
		}
		t.Logf("%s: %d of %d pairs wrong", scheme, wrong, pairs)
	}
}

// TestOrder lists versions from old to new; "=" joins equal ones.
func TestOrder(t *testing.T) {
	f := func(s Scheme, ascending ...string) {
		t.Helper()
		for i := range ascending {
			for j := range ascending {
				for _, a := range strings.Split(ascending[i], " = ") {
					for _, b := range strings.Split(ascending[j], " = ") {
						if got, want := sign(s.Compare(a, b)), sign(i-j); got != want {
							t.Errorf("%s: compare(%q, %q) = %d, want %d", s, a, b, got, want)
						}
					}
				}
			}
		}
	}
	f(Deb, "1.0~rc1", "1.0~rc1+b1", "1.0", "1.0-1", "1.0-1ubuntu1", "1.0+dfsg", "1:0.1")
	f(RPM, "1.0~rc1", "1.0", "1.0^git1", "1.0.1", "1.0.1-2.el8 = 1.0.1-2_el8", "1.0.1-10.el8", "1:0.1 = 01:0.1")
	f(APK, "1.0_alpha1", "1.0_beta", "1.0_pre2", "1.0_rc1", "1.0", "1.0-r1", "1.0_git1", "1.0_p1", "1.0_p1-r2", "1.0a", "1.0.1", "1.1")
	f(Semver, "1.0.0-alpha", "1.0.0-alpha.1", "1.0.0-alpha.beta", "1.0.0-beta", "1.0.0-beta.2", "1.0.0-beta.11", "1.0.0-rc.1", "1.0.0 = v1.0.0+build")
	f(GoModule, "v0.0.0-20160722212129-ac0cc4484ad4", "v0.0.0-20200131131040-063a3fb69896", "v0.0.1-0.20200131131040-063a3fb69896", "v0.0.1", "v2.0.0+incompatible")
	f(NuGet, "1.0.0-Alpha = 1.0.0-alpha", "1.0 = 1.0.0.0", "1.0.0.1")
	f(Maven, "2.0-alpha1 = 2.0-a1", "2.0-beta9 = 2-b9", "2.0-rc1 = 2.0-cr1", "2.0-SNAPSHOT", "2.0 = 2 = 2.0.0 = 2-ga = 2.0.Final", "2.0-sp", "2.0-foo", "2.0-1", "2.0.1")
	f(PEP440, "1.0.dev1", "1.0a1.dev1", "1.0a1 = 1.0.alpha-1", "1.0b2", "1.0rc1 = 1.0c1", "1.0 = v1.0.0", "1.0+abc", "1.0+1", "1.0.post1 = 1.0-1", "1.1", "1!0.1")
	f(Gem, "1.0.a", "1.0.b1 = 1.b1", "1.0 = 1 = 1.0.0", "1.0.1", "1.1")
	f(Dotted, "10.2.8-h3", "10.2.9", "10.2.9-h1", "10.2.9-h10", "10.2.10", "11.0.0")
	f(Dotted, "v7.2.5,build1517,230606 (GA.F) = 7.2.5", "v7.2.6,build1575,231025 (GA.F)", "7.2.10")
	f(Dotted, "9.1R9", "9.1R18", "9.1R18.9", "22.7R2", "22.7R2.4 = 22.7R2.4 (build 3597)", "22.7R2.10")
	f(Dotted, "15.1.5", "15.1.5.1", "15.1.10", "16.0.0 = 16.0")
	f(Dotted, "R80.40", "R81 = R81.0", "R81.10", "R81.20", "R81.20 Take 53 = R81.20 Jumbo Hotfix Take 53", "R81.20 Take 101", "R82")
	f(Dotted, "15.02.0858.005", "15.2.858.10 = 15.02.0858.010", "15.2.1118.7")
	f(Dotted, "7.1.1-42962", "7.2-64570", "7.2-64570 Update 3 = 7.2-64570-3", "7.2.1-69057")
	f(Dotted, "5.1.2.2533 build 20230926", "5.1.2.2534 build 20230101")
	f(Dotted, "6.23 beta 1", "6.23 = 6.23.0", "7.01 = 7.1")
	f(Dotted, "2021 Update 5", "2021 Update 14", "2023")
	f(Dotted, "8.0", "8.9p1", "9.2p1", "9.8p1")
	f(Cisco, "12.2(55)SE12", "15.2(4)M = 15.2.4.M", "15.2(4)M9", "15.2(4)M11", "16.12.10 = 16.12.10.0", "16.12.10a", "17.9.4 = 17.09.04", "17.9.4a = 17.09.04a", "17.9.10")
	f(Dotted, "1.0.1b1", "1.0.1", "1.0.1a", "1.0.1b", "1.0.1m")
	f(Cisco, "12.1(22)E1", "12.1(22)EA14", "16.5.1", "16.5.1a", "16.5.1b")
	f(Cisco, "9.8(4)20 = 9.8.4.20", "9.16(3)", "9.16(4)", "9.16(4)57", "9.16(4)100")
	f(Cisco, "7.0(3)I4(1)", "7.0(3)I7(9)", "7.0(3)I7(10)", "9.3(10)", "10.2(3)", "10.2(3)F")
	f(Junos, "20.4R3-S8", "21.4R1", "21.4R3", "21.4R3.15", "21.4R3-S1", "21.4R3-S5.4", "21.4R3-S10", "22.1R1")
	f(Junos, "15.1X49-D50", "15.1X49-D200", "15.1X53-D10")
	f(NetScaler, "12.1-65.25", "NS13.1: Build 37.159.nc = 13.1-FIPS 37.159", "NS13.1: Build 48.47.nc", "NS13.1: Build 49.13.nc = 13.1-49.13", "14.1-4.42", "14.1-12.30")
	f(SonicOS, "5.9.2.14-12o", "5.9.2.14-13o", "6.5.4.14-109n = 6.5.4.14-109v", "6.5.4.15-116n", "7.0.1-5035", "7.0.1-5072")
	f(ZLD, "V4.73(ABUH.0) = 4.73", "4.73 Patch 1 = V4.73(AAPJ.1)", "V5.36(ABUH.0)", "V5.36(ABUH.2) = ZLD 5.36 Patch 2", "5.37")
	f(VMware, "ESXi650-201912002", "6.7.0", "7.0 Update 3 = 7.0.3 = ESXi70U3", "7.0.3-20036589", "7.0 U3c = 7.0U3c", "ESXi70U3c-18905247", "7.0 Update 3o", "8.0", "ESXi80U1c-22088125")
	f(MOVEit, "12.1.10 = 2020.1.10", "13.0.6 = 2021.0.6", "2021.1.4 = 13.1.4", "15.0.1 = 2023.0.1")
}

func TestSchemesAreFoundByName(t *testing.T) {
	for s := Dotted; s <= MOVEit; s++ {
		if got, ok := Parse(s.String()); !ok || got != s {
			t.Errorf("Parse(%q) = %v, %v", s, got, ok)
		}
	}
	for name, want := range map[string]Scheme{"pypi": PEP440, "golang": GoModule, "cargo": Semver, "alpine": APK} {
		if got, ok := Parse(name); !ok || got != want {
			t.Errorf("Parse(%q) = %v, %v, want %v", name, got, ok, want)
		}
	}
	if _, ok := Parse("abacus"); ok || Scheme(200).String() != "unknown" {
		t.Error("an unknown scheme has a name")
	}
}

// drawVersion draws what looks like a version of some scheme.
func drawVersion(t *rapid.T, label string) string {
	return rapid.StringMatching(`([0-9]:|v)?[0-9]{1,3}([.~^_+-]?(0|1|9|10|a|b|rc|R|S|h|alpha|Update |post|dev|x|P|\(|\)| |SNAPSHOT|-r|_p)){0,7}`).Draw(t, label)
}

func TestEverySchemeIsATotalPreorder(t *testing.T) {
	for s := Dotted; s <= MOVEit; s++ {
		t.Run(s.String(), func(t *testing.T) {
			rapid.Check(t, func(t *rapid.T) { checkOrder(t, s, drawVersion(t, "a"), drawVersion(t, "b"), drawVersion(t, "c")) })
		})
	}
}

type failer interface {
	Helper()
	Errorf(format string, args ...any)
}

// checkOrder tests the laws of a preorder on three versions.
func checkOrder(t failer, s Scheme, a, b, c string) {
	t.Helper()
	for _, v := range []string{a, b, c} {
		if s.Compare(v, v) != 0 {
			t.Errorf("%s: %q differs from itself", s, v)
		}
	}
	ab, bc, ac := sign(s.Compare(a, b)), sign(s.Compare(b, c)), sign(s.Compare(a, c))
	if ba := sign(s.Compare(b, a)); ba != -ab {
		t.Errorf("%s: compare(%q, %q) is %d one way and %d the other", s, a, b, ab, ba)
	}
	if s == Maven {
		return // its reference puts a list behind a text but an empty one before it, so it has cycles
	}
	if ab <= 0 && bc <= 0 && ac > 0 || ab >= 0 && bc >= 0 && ac < 0 || ab == 0 && ac != bc {
		t.Errorf("%s: no order: %q %q %q compare %d %d %d", s, a, b, c, ab, bc, ac)
	}
}

func FuzzOrder(f *testing.F) {
	for _, v := range []string{"1:2.0~rc1-1", "1.0_p1-r2", "15.2(4)M11", "21.4R3-S5.4", "NS13.1: Build 49.13.nc", "2.0-beta9", "1.0.post1", "ESXi80U1c-1"} {
		f.Add(v, "1.0", "1.0-2a")
	}
	f.Fuzz(func(t *testing.T, a, b, c string) {
		for s := Dotted; s <= MOVEit; s++ {
			checkOrder(t, s, a, b, c)
		}
	})
}

func BenchmarkCompare(b *testing.B) {
	for _, v := range []struct {
		scheme Scheme
		a, b   string
	}{
		{Deb, "1:9.2p1-2+deb12u2", "1:9.2p1-2+deb12u3"}, {RPM, "8.7p1-38.el9_4.1", "8.7p1-38.el9_4.4"}, {APK, "3.1.4-r5", "3.1.4-r6"},
		{Semver, "4.17.20", "4.17.21"}, {Maven, "2.14.1-SNAPSHOT", "2.14.1-rc2"}, {PEP440, "3.2.1rc1", "3.2.1.post2"}, {Gem, "7.0.4.1", "7.0.4.3"},
		{Dotted, "10.2.9-h1", "10.2.9-h12"}, {Cisco, "15.2(4)M11", "15.2(4)M10a"}, {Junos, "21.4R3-S5.4", "21.4R3-S6"}, {NetScaler, "NS13.1: Build 49.13.nc", "13.1-49.15"},
	} {
		b.Run(v.scheme.String(), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				v.scheme.Compare(v.a, v.b)
			}
		})
	}
}
