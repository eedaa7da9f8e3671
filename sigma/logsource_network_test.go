package sigma

import (
	"strings"
	"testing"

	"seawall/record"
)

func TestRulesForZeekMatchItsLogsAndPackets(t *testing.T) {
	f := func(logsource, detection, source, fields string, want bool) {
		t.Helper()
		rec := webRecord(source, strings.Fields(fields)...)
		rec.Schema = record.NewSource(record.KindNetwork, source, rec.Schema.Fields)
		text := strings.Replace(ruleText(detection+"\ncondition: a"), "category: process_creation", logsource, 1)
		text = strings.Replace(text, ", product: windows", "", 1)
		set := Compile(parseRules(t, text), Options{})
		if p := set.Disabled(); len(p) > 0 {
			t.Fatalf("%s %s: %v", logsource, detection, p)
		}
		if got := len(set.NewMatcher().Match(rec)) > 0; got != want {
			t.Errorf("%s %s on %s: %v, want %v", logsource, detection, source, got, want)
		}
	}
	const call = "endpoint=svcctl operation=CreateServiceW"
	for _, source := range []string{"zeek dce_rpc", "pcap dce_rpc"} {
		f("product: zeek, service: dce_rpc", "a: {endpoint: svcctl, operation: CreateServiceW}", source, call, true)
		f("product: zeek, service: dce_rpc", "a: {endpoint: atsvc}", source, call, false)
	}
	f("product: zeek, service: smb_files", "a: {endpoint: svcctl}", "zeek dce_rpc", call, false)
	f("product: zeek, service: conn", "a: {id.resp_p: 3389}", "pcap flow", "id.resp_p=3389", true)
	f("product: zeek, service: ssl", "a: {server_name|endswith: .example}", "pcap tls", "server_name=a.example", true)
	f("product: zeek, service: http", "a: {c-uri|contains: /x}", "zeek http", "uri=/x/y", true)
	f("category: dns", "a: {query|endswith: .example, record_type: TXT}", "pcap dns", "query=a.example qtype_name=TXT", true)
	f("category: dns", "a: {query|endswith: .example}", "zeek http", "query=a.example", false)
}

func TestRulesForSyslogMatchDevicesAndHosts(t *testing.T) {
	f := func(logsource, detection, kind, source, fields string, want bool) {
		t.Helper()
		rec := webRecord(source, strings.Fields(fields)...)
		rec.Schema = record.NewSource(kind, source, rec.Schema.Fields)
		text := strings.Replace(ruleText(detection+"\ncondition: a"), "category: process_creation", logsource, 1)
		text = strings.Replace(text, ", product: windows", "", 1)
		set := Compile(parseRules(t, text), Options{})
		if p := set.Disabled(); len(p) > 0 {
			t.Fatalf("%s %s: %v", logsource, detection, p)
		}
		if got := len(set.NewMatcher().Match(rec)) > 0; got != want {
			t.Errorf("%s %s on %s: %v, want %v", logsource, detection, source, got, want)
		}
	}
	f("category: firewall", "a: {dst_port: 445, action: deny}", record.KindNetwork, "cisco asa", "dst_port=445 action=deny", true)
	f("category: firewall", "a: {dst_port: 445, action: drop}", record.KindNetwork, "windows firewall", "dst-port=445 action=DROP", true)
	f("category: firewall", "a: {dst_port: 445}", record.KindNetwork, "zeek conn", "dst_port=445", false)
	f("category: dns", "a: {query|endswith: .example}", record.KindNetwork, "isc bind", "query=a.example", true)
	f("product: cisco, service: aaa", "a: [enable]", record.KindNetwork, "cisco ios", "command=enable", true)
	f("product: fortinet", "a: {logid: '0100032002'}", record.KindNetwork, "fortinet fortigate", "logid=0100032002", true)
	f("product: suricata, service: tls", "a: {tls.sni: a.example}", record.KindNetwork, "suricata tls", "tls.sni=a.example", true)
	f("product: linux, service: auditd", "a: {type: EXECVE, a0: cat}", record.KindSystem, "linux audit", "type=EXECVE a0=cat", true)
	f("product: linux, service: sshd", "a: {type: EXECVE}", record.KindSystem, "linux audit", "type=EXECVE", false)
	f("product: linux, service: auth", "a: {message|contains: Failed}", record.KindSystem, "openbsd openssh", "message=Failed", true)
}
