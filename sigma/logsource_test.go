package sigma

import (
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"seawall/record"
)

func TestTargetsNameChannelsAndEvents(t *testing.T) {
	m := DefaultMapping()
	f := func(category, product, service string, want ...string) {
		t.Helper()
		targets, reason := m.Targets(LogSource{Category: category, Product: product, Service: service})
		if reason != "" {
			t.Errorf("%s/%s/%s: %s", category, product, service, reason)
		}
		var got []string
		for _, target := range targets {
			if target.Kind != record.KindWindows {
				t.Errorf("%s: kind %q", target.Name, target.Kind)
			}
			got = append(got, describe(target))
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s/%s/%s (-want +got):\n%s", category, product, service, diff)
		}
	}
	const sysmon = "Microsoft-Windows-Sysmon/Operational"
	f("process_creation", "windows", "", sysmon+" 1", "Security 4688 degraded")
	f("process_creation", "", "", sysmon+" 1", "Security 4688 degraded")
	f("Process_Creation", "Windows", "", sysmon+" 1", "Security 4688 degraded")
	f("process_creation", "windows", "security", "Security 4688 degraded")
	f("process_creation", "windows", "sysmon", sysmon+" 1")
	f("registry_event", "windows", "", sysmon+" 12,13,14", "Security 4657 OperationType=%%1904|%%1905|%%1906 degraded")
	f("registry_set", "windows", "", sysmon+" 13", "Security 4657 OperationType=%%1904|%%1905 degraded")
	f("registry_delete", "windows", "", sysmon+" 12 EventType=DeleteKey|DeleteValue", "Security 4657 OperationType=%%1906 degraded")
	f("file_delete", "windows", "", sysmon+" 23,26")
	f("sysmon_status", "windows", "", sysmon+" 4,16")
	f("ps_script", "windows", "powershell", "Microsoft-Windows-PowerShell/Operational+PowerShellCore/Operational 4104")
	f("ps_classic_start", "windows", "powershell-classic", "Windows PowerShell 400")
	f("", "windows", "powershell", "Microsoft-Windows-PowerShell/Operational+PowerShellCore/Operational")
	f("", "windows", "msexchange-management", "MSExchange Management")
	f("", "windows", "", "any channel")
	f("wmi_event", "windows", "", sysmon+" 19,20,21", "Microsoft-Windows-WMI-Activity/Operational 5861 degraded")
}

func describe(t Target) string {
	text := strings.Join(t.Channels, "+")
	if text == "" {
		text = "any channel"
	}
	for i, id := range t.EventIDs {
		text += map[bool]string{true: " ", false: ","}[i == 0] + strconv.Itoa(id)
	}
	for _, r := range t.Require {
		text += " " + r.Field + "=" + strings.Join(r.Values, "|")
	}
	if t.Degraded {
		text += " degraded"
	}
	return text
}

func TestTargetsSayWhyThereAreNone(t *testing.T) {
	m := DefaultMapping()
	f := func(category, product, service, want string) {
		t.Helper()
		targets, reason := m.Targets(LogSource{Category: category, Product: product, Service: service})
		if len(targets) != 0 || !strings.Contains(reason, want) {
			t.Errorf("%s/%s/%s: %d targets, reason %q, want one with %q", category, product, service, len(targets), reason, want)
		}
	}
	f("file_access", "windows", "", "Kernel-File")
	f("file_rename", "windows", "", "Kernel-File")
	f("database", "", "", "database logs")
	f("process_creation", "linux", "", "Linux")
	f("", "aws", "cloudtrail", `product "aws"`)
	f("", "windows", "no-such", `service "no-such"`)
	f("no_such", "windows", "", `category "no_such"`)
	f("process_creation", "windows", "system", "does not occur")
	f("", "", "", "no log source")
}

func TestMappingsAreIndependent(t *testing.T) {
	changed := DefaultMapping()
	changed.Services["own"] = []string{"Own/Operational"}
	delete(changed.Categories, "process_creation")
	if _, reason := changed.Targets(LogSource{Product: "windows", Service: "own"}); reason != "" {
		t.Errorf("added service: %s", reason)
	}
	fresh := DefaultMapping()
	if _, reason := fresh.Targets(LogSource{Product: "windows", Service: "own"}); reason == "" {
		t.Error("a service added to one mapping shows in another")
	}
	if _, reason := fresh.Targets(LogSource{Category: "process_creation"}); reason != "" {
		t.Error(reason)
	}
}

func textValue(s string) record.Value { return record.Value{Kind: record.Text, Raw: []byte(s)} }

// derived computes a field of the audit target of a category.
func derived(t *testing.T, category, field string, values map[string]record.Value) []string {
	t.Helper()
	targets, _ := DefaultMapping().Targets(LogSource{Category: category})
	target := targets[len(targets)-1]
	_, d := target.Resolve(field)
	if d == nil {
		t.Fatalf("%s: %s is not derived", category, field)
	}
	from := make([]record.Value, len(d.From))
	for i, name := range d.From {
		from[i] = values[name]
	}
	// What is in the buffer before must stay, and must not show.
	raw, kind := d.Append([]byte("before"), from)
	rest, ok := strings.CutPrefix(string(raw), "before")
	if !ok {
		t.Errorf("%s: %s overwrote the buffer: %q", category, field, raw)
	}
	var got []string
	record.Value{Kind: kind, Raw: []byte(rest)}.Items(func(v record.Value) bool {
		got = append(got, v.String())
		return true
	})
	return got
}

func TestAuditEventsReadAsSysmonWritesThem(t *testing.T) {
	type values = map[string]record.Value
	f := func(category, field string, v values, want ...string) {
		t.Helper()
		if got := derived(t, category, field, v); !slices.Equal(got, want) {
			t.Errorf("%s of %s: got %q, want %q", field, category, got, want)
		}
	}
	sid := func(s string) record.Value { return textValue(s) }
	f("process_creation", "IntegrityLevel", values{"MandatoryLabel": sid("S-1-16-12288")}, "S-1-16-12288", "High")
	f("process_creation", "integritylevel", values{"MandatoryLabel": sid("S-1-16-999")}, "S-1-16-999")
	f("process_creation", "IntegrityLevel", values{})
	f("process_creation", "ProcessId", values{"NewProcessId": {Kind: record.Hex, Raw: []byte{0xa4, 1, 0, 0, 0, 0, 0, 0}}}, "420")
	f("process_creation", "ParentProcessId", values{"ProcessId": textValue("0x1a4")}, "420")
	f("process_creation", "User", values{"SubjectUserSid": sid("S-1-5-18"), "SubjectUserName": textValue("HOST$"), "SubjectDomainName": textValue("DOM"), "TargetUserName": textValue("-")}, `NT AUTHORITY\SYSTEM`)
	f("process_creation", "User", values{"SubjectUserName": textValue("HOST$"), "SubjectDomainName": textValue("DOM"), "TargetUserName": textValue("eve"), "TargetDomainName": textValue("DOM")}, `DOM\eve`)
	f("process_creation", "User", values{})
	f("process_creation", "ParentUser", values{"SubjectUserName": textValue("bob"), "SubjectDomainName": textValue("-")}, `bob`)
	f("process_creation", "LogonId", values{"SubjectLogonId": textValue("0x3e7"), "TargetLogonId": textValue("0x0")}, "0x3e7")
	f("process_creation", "LogonId", values{"SubjectLogonId": textValue("0x3e7"), "TargetLogonId": textValue("0xabc")}, "0xabc")

	f("registry_set", "TargetObject", values{"ObjectName": textValue(`\REGISTRY\MACHINE\SYSTEM\ControlSet001\Services\evil`), "ObjectValueName": textValue("ImagePath")},
		`\REGISTRY\MACHINE\SYSTEM\ControlSet001\Services\evil\ImagePath`, `HKLM\SYSTEM\ControlSet001\Services\evil\ImagePath`, `HKLM\System\CurrentControlSet\Services\evil\ImagePath`)
	f("registry_set", "TargetObject", values{"ObjectName": textValue(`\REGISTRY\USER\S-1-5-21-1-2-3-500\Software\Run`), "ObjectValueName": textValue("x")},
		`\REGISTRY\USER\S-1-5-21-1-2-3-500\Software\Run\x`, `HKU\S-1-5-21-1-2-3-500\Software\Run\x`, `HKCU\Software\Run\x`)
	f("registry_set", "TargetObject", values{"ObjectName": textValue(`\REGISTRY\USER\S-1-5-21-1_Classes\ms-settings`), "ObjectValueName": textValue("")},
		`\REGISTRY\USER\S-1-5-21-1_Classes\ms-settings\(Default)`, `HKU\S-1-5-21-1_Classes\ms-settings\(Default)`, `HKCR\ms-settings\(Default)`)
	f("registry_set", "TargetObject", values{"ObjectName": textValue(`\REGISTRY\A\{1}\k`), "ObjectValueName": textValue("v")}, `\REGISTRY\A\{1}\k\v`)
	f("registry_set", "TargetObject", values{"ObjectName": textValue(`\REGISTRY\MACHINE\SYSTEM\ControlSet`), "ObjectValueName": textValue("v")}, `\REGISTRY\MACHINE\SYSTEM\ControlSet\v`, `HKLM\SYSTEM\ControlSet\v`)
	f("registry_set", "TargetObject", values{})
	f("registry_set", "Details", values{"NewValue": textValue("1"), "NewValueType": textValue("%%1876")}, "DWORD (0x00000001)")
	f("registry_set", "Details", values{"NewValue": textValue("0x100000002"), "NewValueType": textValue("%%1883")}, "QWORD (0x00000001-0x00000002)")
	f("registry_set", "Details", values{"NewValue": textValue("abc"), "NewValueType": textValue("%%1873")}, "abc")
	f("registry_set", "Details", values{"NewValue": textValue(""), "NewValueType": textValue("%%1873")}, "(Empty)")
	f("registry_set", "Details", values{"NewValue": textValue("0A0B"), "NewValueType": textValue("%%1875")}, "Binary Data", "0A0B")
	f("registry_set", "Details", values{})
	f("registry_event", "EventType", values{"OperationType": textValue("%%1904")}, "%%1904", "SetValue", "CreateKey")
	f("registry_event", "EventType", values{"OperationType": textValue("%%1906")}, "%%1906", "DeleteValue")

	f("network_connection", "Initiated", values{"Direction": textValue("%%14593")}, "%%14593", "true")
	f("network_connection", "Initiated", values{"Direction": textValue("%%14592")}, "%%14592", "false")
	f("network_connection", "Protocol", values{"Protocol": {Kind: record.Uint, Raw: []byte{6, 0, 0, 0}}}, "6", "tcp")
	f("network_connection", "Image", values{"Application": textValue(`\device\harddiskvolume2\windows\a.exe`)}, `\device\harddiskvolume2\windows\a.exe`, `C:\windows\a.exe`)
	f("network_connection", "Image", values{"Application": textValue(`\device\mup\srv\share\a.exe`)}, `\device\mup\srv\share\a.exe`, `\\srv\share\a.exe`)
	f("network_connection", "Image", values{"Application": textValue(`System`)}, `System`)

	f("antivirus", "Filename", values{"Path": textValue(`file:_C:\a.exe; containerfile:_C:\b.zip`)}, `file:_C:\a.exe; containerfile:_C:\b.zip`, `C:\a.exe`, `C:\b.zip`)
	f("wmi_event", "Type", values{"CONSUMER": textValue(`ActiveScriptEventConsumer="x"`)}, "Script")
	f("wmi_event", "Type", values{"CONSUMER": textValue(`x`)})
	f("wmi_event", "Destination", values{"PossibleCause": textValue(`Text = "a\"b\\c\nd"`)}, `Text = "a\"b\\c\nd"`, "Text = \"a\"b\\c\nd\"")
	f("wmi_event", "Name", values{"ESS": textValue("f")}, "f")
	f("wmi_event", "Operation", values{"CONSUMER": textValue("x")}, "Created")
}

func TestResolveRenamesAndLeavesTheRest(t *testing.T) {
	targets, _ := DefaultMapping().Targets(LogSource{Category: "process_creation", Service: "security"})
	f := func(field, want string) {
		t.Helper()
		if got, d := targets[0].Resolve(field); got != want || d != nil {
			t.Errorf("%s: got %q, derived %v, want %q", field, got, d != nil, want)
		}
	}
	f("Image", "NewProcessName")
	f("image", "NewProcessName")
	f("ParentImage", "ParentProcessName")
	f("CommandLine", "CommandLine")
}

// Derivations see attacker text: any bytes in any encoding must do.
func FuzzDerivations(f *testing.F) {
	f.Add([]byte(`\REGISTRY\MACHINE\SYSTEM\ControlSet001\x`), byte(record.Text))
	f.Add([]byte("\\\x00D\x00e\x00"), byte(record.UTF16))
	f.Add([]byte(`\`), byte(record.Text))
	f.Fuzz(func(t *testing.T, raw []byte, kind byte) {
		v := record.Value{Raw: raw, Kind: record.Kind(kind)}
		for _, targets := range DefaultMapping().Categories {
			for _, target := range targets {
				for name, d := range target.Derive {
					from := make([]record.Value, len(d.From))
					for i := range from {
						from[i] = v
					}
					out, _ := d.Append([]byte("x"), from)
					if len(out) == 0 || out[0] != 'x' {
						t.Fatalf("%s: buffer lost", name)
					}
					if len(out) > 64+40*(len(raw)+1)*len(d.From) { // no kind is longer than 40 bytes where its value is missing
						t.Fatalf("%s: %d bytes from %d", name, len(out), len(raw))
					}
				}
			}
		}
	})
}
