package intrusion_test

import (
	"context"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"seawall/internal/activity"
	"seawall/internal/corpus"
	"seawall/internal/evidence"
	"seawall/internal/evidence/winevent"
	"seawall/internal/finding"
	"seawall/internal/intrusion"
	"seawall/internal/intrusion/asreproast"
	"seawall/internal/intrusion/dcsync"
	"seawall/internal/intrusion/disguise"
	"seawall/internal/intrusion/kerberoast"
	"seawall/internal/intrusion/lateral"
	"seawall/internal/intrusion/passwordspray"
	"seawall/internal/intrusion/recon"
	"seawall/internal/intrusion/workstation"
	"seawall/record"
)

// watch feeds records to the detectors of logons and movements.
type watch struct {
	evidence.Discard
	extractor *winevent.Extractor
	summaries []intrusion.Summary
	records   int
}

func newWatch() *watch {
	w := &watch{extractor: winevent.NewExtractor()}
	for _, d := range []intrusion.Detector{
		disguise.Detector(), asreproast.Detector(), dcsync.Detector(), kerberoast.Detector(), lateral.Detector(), passwordspray.Detector(), recon.Detector(), workstation.Detector(),
	} {
		w.summaries = append(w.summaries, d.New(&intrusion.Site{}))
	}
	return w
}

func (w *watch) Record(rec *record.Record) {
	w.records++
	w.extractor.Extract(rec, w.Activity)
}

func (w *watch) Problem(evidence.Problem) {}

func (w *watch) Activity(a *activity.Activity) {
	for _, s := range w.summaries {
		s.Observe(a)
	}
}

// inspect returns what is found in one file or archive.
func inspect(t *testing.T, path string) (findings []finding.Finding) {
	t.Helper()
	w := newWatch()
	err := evidence.Walk(context.Background(), []string{path}, winevent.Formats(time.UTC), evidence.Options{}, evidence.Visitor{
		Job:          func(j *evidence.Job) { j.Run(w) },
		Unrecognised: func(string, int64, string) {},
		Duplicate:    func(string, string) {},
		Problem:      func(evidence.Problem) {},
	})
	if err != nil {
		t.Fatal(err)
	}
	if w.records == 0 {
		t.Errorf("%s: nothing was read", path)
	}
	for _, s := range w.summaries {
		findings = append(findings, s.Findings()...)
	}
	return findings
}

// raises is what a labelled sample must raise, at least.
type raises struct {
	sample   string // part of its path
	detector string
	severity finding.Severity
}

var labelled = []raises{
	{"CA_DCSync_4662", "dcsync", finding.Critical},
	{"ID4662-DCsync attack using Mimikatz", "dcsync", finding.Critical},
	{"empire_dcsync_dcerpc_drsuapi_DsGetNCChanges", "dcsync", finding.Critical},
	{"persistence_security_dcshadow_4742", "dcsync", finding.Critical},
	{"kerberos_pwd_spray_4771", "passwordspray", finding.High},
	{"Kerberos user enumeration (Kerbrute)", "passwordspray", finding.High},
	{"ID4768-Kerberos AS-REP Roasting", "asreproast", finding.High},
	{"ID4769-Kerberoast ticket with low encryption", "kerberoast", finding.Medium},
	{"ID4769-Kerberos TGS host enumeration", "kerberoast", finding.Medium},
	{"DE_RDP_Tunneling_4624", "workstation", finding.High},
	{"discovery_bloodhound", "lateral", finding.Medium},
	{"LM_renamed_psexecsvc_5145", "lateral", finding.High},
	{"DE_renamed_psexec_service_sysmon_17_18", "lateral", finding.High},
	{"LM_Remote_Service01_5145_svcctl", "lateral", finding.Medium},
	{"LM_Remote_Service02_7045", "lateral", finding.High},
	{"LM_wmiexec_impacket_sysmon_whoami", "lateral", finding.High},
	{"temp_scheduled_task_4698_4699", "lateral", finding.High},
	{"ID7045-4697-SMBexec service registration", "lateral", finding.High},
	{"ID4688,5140,5145-WMIexec execution via SMB", "lateral", finding.High},
	{"PSexec remote execution + admin share", "lateral", finding.High},
	{"Impacket secret dump via SMB", "lateral", finding.High},
	{"RDP hijack direct", "lateral", finding.High},
	{"cmd_psexec_lsa_secrets_dump", "lateral", finding.High},
	{"purplesharp_ad_playbook_I", "kerberoast", finding.Critical},
	{"purplesharp_ad_playbook_I", "passwordspray", finding.Medium},
	{"empire_psexec_dcerpc_tcp_svcctl", "lateral", finding.High},
}

// paths lists the samples below a folder of the corpus.
func paths(t *testing.T, dir string) (list []string) {
	t.Helper()
	for _, pattern := range []string{"*.evtx", "*.zip"} {
		for depth := 1; depth <= 7; depth++ {
			found, err := filepath.Glob(filepath.Join(dir, strings.Repeat("*/", depth-1)+pattern))
			if err != nil {
				t.Fatal(err)
			}
			list = append(list, found...)
		}
	}
	return list
}

func TestLabelledSamplesRaiseTheirDetector(t *testing.T) {
	samples := paths(t, corpus.Dir(t, "windows"))
	for _, want := range labelled {
		for _, path := range samples {
			if !strings.Contains(path, want.sample) {
				continue
			}
			worst := finding.Informational
			for _, f := range inspect(t, path) {
				if f.Detector == want.detector && !f.Recovered {
					worst = max(worst, f.Severity)
				}
			}
			if worst < want.severity {
				t.Errorf("%s: %s finds %s, want %s", filepath.Base(path), want.detector, worst, want.severity)
			}
		}
	}
}

// TestOrdinaryHostsStayQuiet takes logs kept for what is odd about their
// files, not about what happened on their hosts.
func TestOrdinaryHostsStayQuiet(t *testing.T) {
	for _, path := range paths(t, filepath.Join(corpus.Dir(t, "windows"), "parser-torture")) {
		for _, f := range inspect(t, path) {
			if f.Severity >= finding.Medium {
				t.Errorf("%s: %s: %s", filepath.Base(path), f.Title, f.Why)
			}
		}
	}
}
