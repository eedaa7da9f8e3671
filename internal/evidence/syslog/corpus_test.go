package syslog

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"seawall/internal/corpus"
	"seawall/internal/evidence/evidencetest"
)

// expected maps the prefixes of sourcetypes to vendor and product.
var expected = [][3]string{
	{"bluecoat:proxysg", "bluecoat", "proxysg"}, {"cisco:asa", "cisco", "asa"}, {"cisco:ftd", "cisco", "ftd"}, {"cisco:ios", "cisco", "ios"}, {"cisco:xr", "cisco", "ios-xr"},
	{"cisco:wsa", "cisco", "wsa"}, {"citrix:netscaler", "citrix", "netscaler"}, {"cp_log", "check point", "firewall"}, {"dell:sonicwall", "sonicwall", "sonicos"},
	{"f5:bigip", "f5", "big-ip"}, {"fgt_", "fortinet", "fortigate"}, {"fml:", "fortinet", "fortimail"}, {"fwb_", "fortinet", "fortiweb"},
	{"guardicore", "guardicore", "centra"}, {"cyberark", "cyber-ark", "vault"}, {"hx_cef", "fireeye", "hx"}, {"hx_json", "fireeye", "hx"}, {"fe_etp", "fireeye", "etp"}, {"imperva", "imperva inc.", "securesphere"},
	{"infoblox:dns", "isc", "bind"}, {"infoblox:threatprotect", "infoblox", ""}, {"infoblox:audit", "infoblox", "nios"}, {"juniper:", "juniper", "junos"}, {"netscreen", "juniper", "netscreen"},
	{"meraki", "meraki", "mx"}, {"nutanix", "nutanix", "nutanix"}, {"opswat", "opswat", "mscl"}, {"pan:", "palo alto", "pan-os"}, {"pulse:", "pulse secure", "connect secure"}, {"ubnt", "ubiquiti", "unifi"},
	{"vmware:nsxlog", "vmware", "nsx"}, {"vmware:esxlog", "vmware", "esxi"}, {"vmware:vclog", "vmware", "vcenter"}, {"zscalernss", "zscaler", "nss"}, {"zscalerlss", "zscaler", "zpa"},
	{"LEEF", "vendor", "product"}, {"StealthINTERCEPT", "stealthbits", "stealthintercept"}, {"WinEventLog", "microsoft", "windows"}, {"alsid", "alsid", "alsid for ad"}, {"apc", "apc", "ups"},
	{"aruba:clearpass", "aruba", "clearpass"}, {"aruba:syslog", "aruba", "wireless"}, {"avi", "avi networks", "vantage"}, {"beyondtrust", "beyondtrust", "secure remote access"}, {"brocade", "brocade", "switch"},
	{"cisco:acs", "cisco", "acs"}, {"cisco:esa", "cisco", "esa"}, {"cisco:ise", "cisco", "ise"}, {"cisco:mm", "cisco", "meeting management"}, {"cisco:ucm", "cisco", "ucm"}, {"cisco:ucs:hx", "cisco", "hyperflex"},
	{"cohesity", "cohesity", "cohesity"}, {"deepsecurity", "trend micro", "deep security agent"}, {"dell:poweredge", "dell", "idrac"}, {"dell:sonic", "dell", "sonic"}, {"github", "github", "enterprise"},
	{"haproxy", "haproxy", "haproxy"}, {"hpe:jetdirect", "hpe", "jetdirect"}, {"hpe:procurve", "hpe", "procurve"}, {"ibm:datapower", "ibm", "datapower"}, {"isc:bind", "isc", "bind"}, {"isc:dhcpd", "isc", "dhcpd"},
	{"mcafee:epo", "trellix", "epo"}, {"mcafee:nsp", "trellix", "nsp"}, {"netmotion", "netmotion", "mobility"}, {"ossec", "ossec", "ossec"}, {"polycom", "polycom", "rprm"}, {"pps_mail", "proofpoint", "pps"},
	{"prisma", "palo alto", "prisma sd-wan"}, {"qumulo", "qumulo", "storage"}, {"radware", "radware", "defensepro"}, {"rsa:securid", "rsa", "securid"}, {"spectracom", "spectracom", "ntp"}, {"symantec:dlp", "symantec", "dlp"},
	{"syslogng:loggen", "balabit", "loggen"}, {"tintri", "tintri", "vmstore"}, {"vectra:cognito:health", "vectra", ""}, {"vectra", "vectra", "cognito"}, {"websense", "forcepoint", "websense"},
}

// sample is one message of the corpus.
type sample struct {
	File, Test, Sourcetype, Message string
}

func samples(t *testing.T) (list []sample) {
	for _, name := range []string{"sc4s_firewall.jsonl", "sc4s_other.jsonl"} {
		content, err := os.ReadFile(filepath.Join(corpus.Dir(t, "network"), "syslog", name))
		if err != nil {
			t.Fatal(err)
		}
		for line := range bytes.Lines(content) {
			var s sample
			if err := json.Unmarshal(line, &s); err != nil {
				t.Fatal(err)
			}
			list = append(list, s)
		}
	}
	return list
}

var noon = time.Date(2026, 11, 25, 12, 0, 0, 0, time.UTC)

// row returns the fields of a message as text.
func row(t testing.TB, message string) string {
	t.Helper()
	rows := &evidencetest.Rows{}
	formats := Formats(time.UTC, func() time.Time { return noon })
	evidencetest.Decode(t, &formats[1], "x", []byte(message), 1<<20, rows)
	return strings.Join(rows.Sorted(), "\n")
}

func TestVendorsOfTheCorpusAreTold(t *testing.T) {
	right, wrong := 0, 0
	for _, s := range samples(t) {
		vendor, product := "unix", ""
		for _, e := range expected {
			if strings.HasPrefix(s.Sourcetype, e[0]) {
				vendor, product = e[1], e[2]
				break
			}
		}
		switch s.Sourcetype {
		case "nix:syslog", "sc4s:events", "sc4s:fallback", "sc4s:local_example", "infoblox:port", "pfsense:", "cef": // of no vendor that the message tells
			continue
		}
		got := row(t, strings.ReplaceAll(s.Message, "\n", " "))
		source, _, _ := strings.Cut(got, "@")
		// Infoblox is BIND inside, and many of its messages do not say more.
		if strings.HasPrefix(source, vendor+" "+product) || s.Sourcetype == "infoblox:dns" && strings.HasPrefix(source, "infoblox ") {
			right++
			continue
		}
		wrong++
		t.Logf("%s: %s, want %s %s: %.200s", s.Sourcetype, source, vendor, product, s.Message)
	}
	t.Logf("vendor and product right: %d of %d (%.1f %%)", right, right+wrong, 100*float64(right)/float64(right+wrong))
	if 100*right < 98*(right+wrong) {
		t.Error("want 98 %")
	}
}
