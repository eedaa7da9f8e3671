package manual

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"seawall/internal/scan"
)

const root = "../.."

func TestThePagesAreWhatTheTablesSay(t *testing.T) {
	for _, p := range Pages() {
		data, err := os.ReadFile(filepath.Join(root, "docs", p.Name))
		if err != nil {
			t.Fatal(err)
		}
		if string(data) != p.Text {
			t.Errorf("docs/%s is out of date: run go generate ./internal/manual", p.Name)
		}
	}
}

func TestEveryDetectorHasAPage(t *testing.T) {
	for _, d := range scan.Detectors() {
		if _, err := os.Stat(filepath.Join(root, "internal/intrusion", d.ID, "README.md")); err != nil {
			t.Errorf("detector %s: %v", d.ID, err)
		}
	}
}

func TestReadmeNamesBothCommandsForCI(t *testing.T) {
	data, err := os.ReadFile(filepath.Join(root, "README.md"))
	if err != nil {
		t.Fatal(err)
	}
	for _, marker := range []string{"<!-- ci: run -->\n```sh\n", "<!-- ci: test -->\n```sh\n"} {
		if strings.Count(string(data), marker) != 1 {
			t.Errorf("README.md needs %q once: .ci/run runs the block that follows", marker)
		}
	}
}
