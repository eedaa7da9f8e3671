package scan

import (
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"seawall/internal/corpus"
	"seawall/internal/finding"
	"seawall/internal/intrusion"
	"seawall/internal/intrusion/webabuse"
	"seawall/internal/intrusion/webexploit"
	"seawall/internal/intrusion/webshelluse"
)

// webLabel says what a line of the rendered logs is.
type webLabel struct {
	id                              string // of the attack's template
	attack, known, visible, success bool
}

func webLabels(t *testing.T, path string) (list []webLabel) {
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(data)) {
		f := strings.Split(strings.TrimRight(line, "\n"), "\t")
		if f[0] != "line" {
			list = append(list, webLabel{f[3], f[1] == "attack", f[5] == "1", f[11] == "1", f[10] == "success-status"})
		}
	}
	return list
}

// webFigures are what the detector makes of one log.
type webFigures struct {
	templates, flagged map[string]bool
	known, knownFound  int
	judged, right      int
	highOnBenign       int
}

// TestExploitsInRenderedLogsAreFoundInEveryFormat holds web exploitation to its
// aims, through every format that the requests were written in.
func TestExploitsInRenderedLogsAreFoundInEveryFormat(t *testing.T) {
	dir := filepath.Join(corpus.Dir(t, "web"), "rendered_logs")
	labels := webLabels(t, filepath.Join(dir, "labels.tsv"))
	for name, header := range map[string]int{"apache_combined.log": 0, "nginx_combined.log": 0, "aws_alb.log": 0, "caddy.jsonl": 0, "iis_w3c.log": 4} {
		result := scanned(t, Options{Paths: []string{filepath.Join(dir, name)}, Rules: rules(t, false), Detectors: []intrusion.Detector{webexploit.Detector()}})
		f := figures(labels, result.Findings, header)
		percent := func(part, all int) float64 { return 100 * float64(part) / float64(max(all, 1)) }
		t.Logf("%-20s templates %.1f %%, lines of exploits known to be used %d of %d (%.1f %%), attempt or success right %.1f %%, high on benign lines %d", name,
			percent(len(f.flagged), len(f.templates)), f.knownFound, f.known, percent(f.knownFound, f.known), percent(f.right, f.judged), f.highOnBenign)
		if percent(len(f.flagged), len(f.templates)) < 90 || percent(f.right, f.judged) < 90 || f.highOnBenign > 0 {
			t.Errorf("%s: worse than it was", name)
		}
		if header == 0 && percent(f.knownFound, f.known) < 95 { // IIS logs no sizes: equal requests of an hour are one
			t.Errorf("%s: %d of %d lines of exploits known to be used", name, f.knownFound, f.known)
		}
	}
}

func figures(labels []webLabel, findings []finding.Finding, header int) webFigures {
	f := webFigures{templates: map[string]bool{}, flagged: map[string]bool{}}
	verdicts := make([]string, len(labels))
	high := make([]bool, len(labels))
	for i := range findings {
		for _, c := range findings[i].Citations {
			line := int(c.Number) - header - 1
			verdict, _, _ := strings.Cut(strings.TrimPrefix(c.Excerpt, "verdict="), " | ")
			verdicts[line] = verdict
			high[line] = high[line] || findings[i].Severity >= finding.High
		}
	}
	for i, l := range labels {
		if !l.attack {
			if high[i] {
				f.highOnBenign++
			}
			continue
		}
		f.templates[l.id] = true
		if l.known && l.visible {
			f.known++
			if verdicts[i] != "" {
				f.knownFound++
			}
		}
		if verdicts[i] != "" {
			f.flagged[l.id] = true
			f.judged++
			if l.success == slices.Contains([]string{"reached", "likely success", "confirmed"}, verdicts[i]) {
				f.right++
			}
		}
	}
	return f
}

// TestOrdinaryWebLogsStayQuiet scans two real logs of an ordinary site.
func TestOrdinaryWebLogsStayQuiet(t *testing.T) {
	paths := []string{
		filepath.Join(corpus.Dir(t, "web"), "real_logs", "elastic_apache_logs_first5000.log"),
		filepath.Join(corpus.Dir(t, "webshell"), "logs", "semicomplete-clean-access.log.gz"),
	}
	detectors := []intrusion.Detector{webexploit.Detector(), webshelluse.Detector(), webabuse.Detector()}
	result := scanned(t, Options{Paths: paths, Rules: rules(t, false), Detectors: detectors})
	for _, f := range result.Findings {
		t.Logf("%s: %s (%s)", f.Severity, f.Title, strconv.Itoa(f.Count))
		if f.Severity >= finding.Medium {
			t.Errorf("%s: %s", f.Severity, f.Why)
		}
	}
}

// TestARealTunnelIsFound scans the log of a remote desktop carried through a
// page.
func TestARealTunnelIsFound(t *testing.T) {
	path := filepath.Join(corpus.Dir(t, "web"), "real_logs", "iis_tunna_rdp_tunnel.log")
	result := scanned(t, Options{Paths: []string{path}, Rules: rules(t, false), Detectors: []intrusion.Detector{webshelluse.Detector()}})
	if len(result.Findings) != 1 || result.Findings[0].Severity != finding.High {
		t.Errorf("%+v", result.Findings)
	}
}
