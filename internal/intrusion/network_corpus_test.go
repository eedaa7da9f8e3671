package intrusion_test

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"seawall/internal/activity"
	"seawall/internal/corpus"
	"seawall/internal/evidence"
	"seawall/internal/evidence/netlog"
	"seawall/internal/evidence/pcap"
	"seawall/internal/evidence/zeek"
	"seawall/internal/finding"
	"seawall/internal/intrusion"
	"seawall/internal/intrusion/beacon"
	"seawall/internal/intrusion/dnstunnel"
	"seawall/internal/intrusion/longconn"
	"seawall/internal/intrusion/netlateral"
	"seawall/internal/intrusion/netscan"
	"seawall/internal/intrusion/nettunnel"
	"seawall/internal/intrusion/outflow"
	"seawall/internal/intrusion/perimeter"
	"seawall/record"
)

// sensor feeds network records to the detectors of network traffic.
type sensor struct {
	evidence.Discard
	extractor *netlog.Extractor
	summaries []intrusion.Summary
	border    *perimeter.Border
	records   int
}

func (s *sensor) Record(rec *record.Record) {
	s.records++
	if rec.Schema.Kind == record.KindNetwork {
		s.extractor.Extract(rec, s.Activity)
	}
}

func (s *sensor) Activity(a *activity.Activity) {
	if a.Class == activity.FlowSeen {
		s.border.Observe(a.Flow)
	}
	for _, summary := range s.summaries {
		summary.Observe(a)
	}
}

// sense returns what is found in files of network evidence, worst first.
func sense(t *testing.T, paths ...string) (findings []finding.Finding) {
	t.Helper()
	s := &sensor{extractor: netlog.NewExtractor(), border: perimeter.New(nil)}
	site := &intrusion.Site{Border: s.border}
	for _, d := range []intrusion.Detector{
		beacon.Detector(), longconn.Detector(), dnstunnel.Detector(), nettunnel.Detector(), outflow.Detector(), netscan.Detector(), netlateral.Detector(),
	} {
		s.summaries = append(s.summaries, d.New(site))
	}
	err := evidence.Walk(context.Background(), paths, slices.Concat(zeek.Formats(), pcap.Formats()), evidence.Options{}, evidence.Visitor{
		Job:          func(j *evidence.Job) { j.Run(s) },
		Unrecognised: func(string, int64, string) {},
		Duplicate:    func(string, string) {},
		Problem:      func(evidence.Problem) {},
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, summary := range s.summaries {
		findings = append(findings, summary.Findings()...)
	}
	slices.SortFunc(findings, func(a, b finding.Finding) int { return finding.Compare(&a, &b) })
	return findings
}

func TestTheLabDaysTopFindingsAreTheBeaconAndTheSession(t *testing.T) {
	dir := filepath.Join(corpus.Dir(t, "network"), "zeek")
	findings := sense(t, filepath.Join(dir, "droplet-2024-04-19"), filepath.Join(dir, "lab24h-http-tsv"))
	var top []string
	for _, f := range findings {
		if f.Severity >= finding.High {
			top = append(top, f.Detector)
			if !slices.Contains(f.Entities, finding.Entity{Type: finding.Address, Value: "73.54.23.243"}) {
				t.Errorf("%s ranks %s: %s", f.Title, f.Severity, f.Why)
			}
		}
		if (strings.Contains(f.Why, "alexa.com") || strings.Contains(f.Why, "msn.com")) && f.Severity > finding.Low {
			t.Errorf("what all hosts do ranks %s: %s", f.Severity, f.Why)
		}
	}
	slices.Sort(top)
	if !slices.Equal(top, []string{"beacon", "longconn"}) {
		t.Errorf("top findings are of %v, want the beacon and the session", top)
	}
}

// named lists what must be found in captures and logs, by part of the path.
var named = []struct {
	path, detector string
	title          string // part of it
	severity       finding.Severity
}{
	{"tunnels/dns2tcp.pcap", "dnstunnel", "dns2tcp", finding.High},
	{"tunnels/httptunnel.pcap", "nettunnel", "httptunnel", finding.High},
	{"tunnels/sshD.pcap", "nettunnel", "SSH hidden", finding.High},
	{"ssf/ssf_short.pcap", "nettunnel", "Secure Socket Funnelling", finding.Critical},
	{"zeek/wrccdc-tsv", "netlateral", "installing services or tasks", finding.High},
	{"slips/test7-malicious.pcap", "netscan", "on the internet", finding.High},
	{"slips/test12-icmp-portscan.pcap", "netscan", "", finding.Medium},
	{"zeek/proxy-squid", "beacon", "Calls out at a rhythm", finding.High},
}

func TestKnownTrafficIsNamed(t *testing.T) {
	dir := corpus.Dir(t, "network")
	for _, want := range named {
		found := false
		for _, f := range sense(t, filepath.Join(dir, want.path)) {
			found = found || f.Detector == want.detector && strings.Contains(f.Title, want.title) && f.Severity >= want.severity
		}
		if !found {
			t.Errorf("%s: %s finds no %q of %s", want.path, want.detector, want.title, want.severity)
		}
	}
}

// TestOrdinaryProtocolsAreNoTunnels takes traces that other sensors test their
// protocols with.
func TestOrdinaryProtocolsAreNoTunnels(t *testing.T) {
	dir := corpus.Dir(t, "network")
	files, tunnels := 0, 0
	for _, area := range []string{"zeek-btest/traces", "ja4", "suricata-verify"} {
		err := filepath.WalkDir(filepath.Join(dir, area), func(path string, d os.DirEntry, err error) error {
			if err != nil || d.IsDir() || !strings.Contains(d.Name(), ".pcap") {
				return err
			}
			files++
			for _, f := range sense(t, path) {
				if (f.Detector == "nettunnel" || f.Detector == "dnstunnel" || f.Detector == "longconn") && f.Severity >= finding.Low {
					tunnels++
					t.Errorf("%s: %s: %s", strings.TrimPrefix(path, dir), f.Title, f.Why)
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	t.Logf("%d captures of ordinary protocols, %d taken for tunnels", files, tunnels)
}

func TestExercisesMovementsAreFoundByTheirHosts(t *testing.T) {
	dir := corpus.Dir(t, "network")
	pairs := [][2]string{
		{"10.128.0.214", "10.47.8.19"}, {"10.128.0.214", "10.47.8.142"}, {"10.128.0.214", "10.47.8.154"},
		{"10.150.0.20", "10.47.24.25"}, {"10.150.0.20", "10.47.22.25"}, {"10.150.0.20", "10.47.21.25"},
		{"10.128.0.233", "10.47.21.81"}, {"10.128.0.233", "10.47.21.82"},
	}
	findings := sense(t, filepath.Join(dir, "zeek", "wrccdc-tsv"))
	for _, p := range pairs {
		found := slices.ContainsFunc(findings, func(f finding.Finding) bool {
			return f.Detector == "netlateral" && f.Severity >= finding.High &&
				slices.Contains(f.Entities, finding.Entity{Type: finding.Address, Value: p[0]}) && slices.Contains(f.Entities, finding.Entity{Type: finding.Address, Value: p[1]})
		})
		if !found {
			t.Errorf("%s moved to %s, and it is not said", p[0], p[1])
		}
	}
}
