package house

import (
	"maps"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// layers lists the floors of the house from the ground up, by package or, with
// a trailing slash, by folder. A package may import from its own floor's folder
// and from floors below.
var layers = [][]string{
	{"record", "internal/ipset"},
	{"evtx", "sigma", "internal/activity", "internal/attack"},
	{"internal/evtxwrite"},
	{"internal/finding", "internal/coverage", "internal/inventory", "internal/clock"},
	{"internal/evidence/", "internal/report/escape", "internal/suppress", "internal/hits"},
	{"internal/intel/"},
	{"internal/advisory/"},
	{"internal/intrusion/", "internal/exposure/"},
	{"internal/incident"},
	{"internal/verdict"},
	{"internal/report/"},
	{"internal/scan"},
	{"internal/simulate"},
	{"internal/manual"},
	{"cmd/"},
}

// tools serve tests, the bundled example and go generate; the program does not
// contain them.
var tools = []string{
	"internal/corpus", "internal/example", "internal/house", "internal/report/reporttest",
}

// floor is the layer of a package: the longest match wins.
func floor(dir string) (level int, ok bool) {
	longest := -1
	for i, names := range layers {
		for _, name := range names {
			folder, isFolder := strings.CutSuffix(name, "/")
			if (dir == folder || isFolder && strings.HasPrefix(dir, name)) && len(name) > longest {
				level, longest = i, len(name)
			}
		}
	}
	return level, longest >= 0
}

func isTool(dir string) bool {
	return slices.Contains(tools, dir) || strings.HasSuffix(dir, "test") || strings.HasSuffix(dir, "/generate") || strings.HasSuffix(dir, "/pack")
}

// imports maps every package of the program to the module's packages it
// imports, with one place for each.
func imports(t *testing.T) map[string]map[string]string {
	t.Helper()
	all := map[string]map[string]string{}
	for _, s := range sources(t) {
		if s.test {
			continue
		}
		if all[s.dir] == nil {
			all[s.dir] = map[string]string{}
		}
		for _, i := range s.file.Imports {
			path, err := strconv.Unquote(i.Path.Value)
			if err != nil {
				t.Fatal(err)
			}
			if dir, ok := strings.CutPrefix(path, "seawall/"); ok {
				all[s.dir][dir] = s.at(i)
			}
		}
	}
	return all
}

func TestImportsPointDown(t *testing.T) {
	all := imports(t)
	for _, from := range slices.Sorted(maps.Keys(all)) {
		if isTool(from) {
			continue
		}
		level, ok := floor(from)
		if !ok {
			t.Errorf("package %s has no floor: add it to the layers", from)
		}
		for _, to := range slices.Sorted(maps.Keys(all[from])) {
			below, _ := floor(to)
			switch {
			case isTool(to):
				t.Errorf("%s: the program imports %s, which is for tests", all[from][to], to)
			case below > level:
				t.Errorf("%s: %s imports %s, which stands above it", all[from][to], from, to)
			case below == level && folder(from) != folder(to):
				t.Errorf("%s: %s imports %s from another folder of its floor", all[from][to], from, to)
			}
		}
	}
}

// folder is the part of a package's path that a floor lists.
func folder(dir string) string {
	parts := strings.Split(dir, "/")
	return strings.Join(parts[:min(2, len(parts))], "/")
}

// The three public packages can be used without the rest.
func TestPublicPackagesStandAlone(t *testing.T) {
	for from, to := range imports(t) {
		if from != "record" && from != "evtx" && from != "sigma" {
			continue
		}
		for path, where := range to {
			if path != "record" {
				t.Errorf("%s: %s imports %s: others could not use it", where, from, path)
			}
		}
	}
}
