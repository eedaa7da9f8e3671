package pcap

import (
	"fmt"
	"io/fs"
	"maps"
	"net/netip"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"go.yaml.in/yaml/v4"

	"seawall/internal/corpus"
)

// eveSources are the rows that events of Suricata are compared with.
var eveSources = map[string][]string{
	"flow": {"flow", "open_flow"}, "netflow": {"flow", "open_flow"}, "tls": {"tls"}, "dns": {"dns"}, "http": {"http"}, "ssh": {"ssh"}, "smb": {"smb_mapping", "smb_files"}, "krb5": {"kerberos"}, "quic": {"quic"}, "rdp": {"rdp"},
}

// eveFields are the fields that mean the same.
var eveFields = map[string]string{
	"src_ip": "id.orig_h", "dest_ip": "id.resp_h", "src_port": "id.orig_p", "dest_port": "id.resp_p", "proto": "proto", "community_id": "community_id",
	"app_proto": "service", "flow.pkts_toserver": "orig_pkts", "flow.pkts_toclient": "resp_pkts", "vlan[0]": "vlan",
	"tls.sni": "server_name", "tls.version": "version", "tls.ja3.hash": "ja3", "tls.ja3s.hash": "ja3s", "tls.ja4": "ja4", "tls.subject": "subject", "tls.issuerdn": "issuer",
	"dns.rrname": "query", "dns.rrtype": "qtype_name", "dns.rcode": "rcode_name", "dns.queries[0].rrname": "query", "dns.queries[0].rrtype": "qtype_name", "dns.id": "trans_id",
	"dns.query[0].rrname": "query", "dns.query[0].rrtype": "qtype_name",
	"http.hostname": "host", "http.url": "uri", "http.http_method": "method", "http.status": "status_code", "http.http_user_agent": "user_agent", "http.length": "",
	"smb.share": "path", "smb.named_pipe": "path", "smb.filename": "name", "smb.dialect": "dialect",
	"krb5.cname": "client", "krb5.sname": "service", "krb5.encryption": "reply_cipher", "krb5.error_code": "error_msg", "krb5.ticket_encryption": "cipher",
	"quic.sni": "server_name", "quic.version": "version", "ssh.client.software_version": "client", "ssh.server.software_version": "server", "ssh.client.hassh.hash": "hassh", "ssh.server.hassh.hash": "hasshServer",
}

func eveSame(field, want, got string) bool {
	want = strings.TrimSpace(want)
	if got == "" && (field == "proto" || field == "community_id") {
		return true // is not in every row
	}
	switch field {
	case "src_ip", "dest_ip":
		a, err := netip.ParseAddr(want)
		return err == nil && a.String() == got
	case "proto", "dns.rrname", "dns.queries[0].rrname", "dns.query[0].rrname":
		return strings.EqualFold(want, got)
	case "app_proto":
		return want == "failed" || strings.HasPrefix(want, "doh") || slices.ContainsFunc(strings.Split(got, ","), func(s string) bool {
			return s == map[string]string{"tls": "ssl", "krb5": "krb_tcp", "dcerpc": "dce_rpc", "ftp-data": "", "smtp": "smtp", "dnp3": "dnp3_tcp"}[want] || s == want
		})
	case "tls.version":
		return strings.NewReplacer("TLS 1.", "TLSv1", " draft-", "-draft").Replace(want) == got
	case "tls.subject", "tls.issuerdn":
		return strings.ReplaceAll(want, ", ", ",") == got || got != "" && strings.Contains(want, strings.Split(got, ",")[0])
	case "krb5.cname":
		return want == "<empty>" || strings.HasPrefix(got, want+"/")
	case "krb5.encryption":
		return want == "<none>" || want == got
	case "ssh.client.software_version", "ssh.server.software_version":
		return strings.Contains(got, want)
	case "krb5.error_code":
		return strings.Contains(got, strings.TrimPrefix(want, "KDC_ERR_"))
	}
	return want == got
}

type eveCheck struct {
	Filter *struct {
		Count int
		Match map[string]any
	}
}

func TestRowsAgreeWithSuricata(t *testing.T) {
	root := filepath.Join(corpus.Dir(t, "network"), "suricata-verify")
	total, right := map[string]int{}, map[string]int{}
	var files []string
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err == nil && d.Name() == "test.yaml" {
			files = append(files, path)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		var test struct{ Checks []eveCheck }
		if yaml.Unmarshal(text, &test) != nil {
			continue // some begin with tabs
		}
		captures, _ := filepath.Glob(filepath.Join(filepath.Dir(file), "*.pcap*"))
		if len(captures) != 1 {
			continue
		}
		var out *table
		for _, c := range test.Checks {
			if c.Filter == nil {
				continue
			}
			kind := fmt.Sprint(c.Filter.Match["event_type"])
			command := fmt.Sprint(c.Filter.Match["smb.command"])
			if eveSources[kind] == nil || c.Filter.Match["flow.action"] != nil || kind == "smb" && !strings.Contains(command, "TREE") && !strings.Contains(command, "CREATE") {
				continue // there are no such rows, or they are about what Suricata did
			}
			if out == nil {
				out = readFile(t, captures[0])
			}
			n, compared := eveCount(out, kind, c.Filter.Match)
			if compared == 0 {
				continue
			}
			total[kind]++
			if n >= c.Filter.Count && (c.Filter.Count > 0 || n == 0) {
				right[kind]++
				continue
			}
			t.Logf("%s: want %d, got %d of %v", strings.TrimPrefix(file, root), c.Filter.Count, n, c.Filter.Match)
		}
	}
	for _, kind := range slices.Sorted(maps.Keys(total)) {
		t.Logf("%s: %d of %d checks hold", kind, right[kind], total[kind])
		if 100*right[kind] < 80*total[kind] {
			t.Errorf("%s: fewer checks hold than before", kind)
		}
	}
}

// eveCount counts the rows that match, and the fields that could be compared.
func eveCount(out *table, kind string, match map[string]any) (n, compared int) {
	for _, row := range out.rows {
		if !slices.Contains(eveSources[kind], row["source"]) {
			continue
		}
		same, reversed := true, true
		for field, want := range match {
			name := eveFields[field]
			if name == "" {
				continue
			}
			same = same && eveSame(field, fmt.Sprint(want), row[name])
			// Events of answers have source and destination the other way.
			if other, ok := map[string]string{"src_ip": "id.resp_h", "dest_ip": "id.orig_h", "src_port": "id.resp_p", "dest_port": "id.orig_p", "flow.pkts_toserver": "resp_pkts", "flow.pkts_toclient": "orig_pkts"}[field]; ok {
				name = other
			}
			reversed = reversed && eveSame(field, fmt.Sprint(want), row[name])
		}
		if same || reversed {
			n++
		}
	}
	for field := range match {
		if eveFields[field] != "" {
			compared++
		}
	}
	return n, compared
}
