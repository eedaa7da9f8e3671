package winevent

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"strings"
	"testing"
	"time"
	"unicode/utf16"

	"github.com/google/go-cmp/cmp"

	"seawall/internal/activity"
	"seawall/internal/evidence"
	"seawall/internal/inventory"
	"seawall/record"
)

// shapeSink is a sink that keeps copies.
type shapeSink struct {
	evidence.Discard
	records  []map[string]string
	times    []int64
	origins  []record.Origin
	raw      []string
	schemas  map[*record.Schema]bool
	problems []evidence.Problem
}

func (c *shapeSink) Record(rec *record.Record) {
	fields := map[string]string{}
	for i, f := range rec.Schema.Fields {
		if v := rec.Values[i]; v.Kind != record.Null {
			if old, ok := fields[f.Name]; ok {
				fields[f.Name] = old + "\n" + v.String()
			} else {
				fields[f.Name] = v.String()
			}
		}
	}
	if c.schemas == nil {
		c.schemas = map[*record.Schema]bool{}
	}
	c.schemas[rec.Schema] = true
	c.records = append(c.records, fields)
	c.times = append(c.times, rec.Time)
	c.origins = append(c.origins, rec.Origin)
	c.raw = append(c.raw, string(rec.Raw))
}

func (c *shapeSink) Activity(*activity.Activity) {}

func (c *shapeSink) Problem(p evidence.Problem) { c.problems = append(c.problems, p) }

// decode reads data with the format that claims it, in blocks of at most size
// bytes beyond what one unit needs.
func decode(t testing.TB, zone *time.Location, name string, data []byte, size int) (*shapeSink, string) {
	t.Helper()
	c := &shapeSink{}
	for _, format := range Formats(zone) {
		if !format.Match(data[:min(len(data), evidence.HeadSize)], name) {
			continue
		}
		file := &evidence.File{Path: name, Size: int64(len(data)), Format: &format}
		decoder, err := format.Open(file, data[:min(len(data), evidence.HeadSize)])
		if err != nil {
			t.Fatal(err)
		}
		run(c, &format, decoder, data, size)
		return c, format.ID
	}
	return c, ""
}

func run(sink evidence.Sink, format *evidence.Format, decoder evidence.Decoder, data []byte, size int) {
	line := uint64(1)
	for offset := 0; ; {
		rest := data[offset:]
		n := 0
		for want := size; n == 0; want *= 2 {
			last := want >= len(rest)
			n = format.Cut(rest[:min(want, len(rest))], last)
			if last {
				break
			}
		}
		block := &evidence.Block{Offset: int64(offset), Line: line, Data: bytes.Clone(rest[:n]), Last: n == len(rest)}
		decoder.Decode(block, sink)
		line += uint64(bytes.Count(rest[:n], []byte{'\n'}))
		offset += n
		if offset >= len(data) {
			break
		}
	}
	decoder.Close(sink)
}

func wide(order binary.AppendByteOrder, s string) []byte {
	data := order.AppendUint16(nil, 0xfeff)
	for _, u := range utf16.Encode([]rune(s)) {
		data = order.AppendUint16(data, u)
	}
	return data
}

// logonFields is what every shape must make of the event that the documents
// below tell of.
var logonFields = map[string]string{
	"EventID": "4624", "Channel": "Security", "Computer": "dc01.lab.example", "Provider_Name": "Microsoft-Windows-Security-Auditing",
	"SubjectUserName": "-", "TargetUserName": `bö"b`, "TargetDomainName": "LAB", "TargetLogonId": "0xabc", "LogonType": "3", "IpAddress": "192.0.2.7",
	"ProcessName": `C:\a & b.exe`, "LogonGuid": "{0197231E-4478-6929-4110-000000000D00}",
}

// logonTime is when it happened.
var logonTime = time.Date(2026, 2, 23, 10, 30, 0, 123400000, time.UTC).UnixNano()

const (
	logonXML = `<Event xmlns='http://schemas.microsoft.com/win/2004/08/events/event'><System><Provider Name='Microsoft-Windows-Security-Auditing' Guid='{54849625-5478-4994-a5ba-3e3b0328c30d}'/>` +
		`<EventID>4624</EventID><Version>2</Version><Level>0</Level><Task>12544</Task><Opcode>0</Opcode><Keywords>0x8020000000000000</Keywords><TimeCreated SystemTime='2026-02-23T10:30:00.1234000Z'/>` +
		`<EventRecordID>77</EventRecordID><Correlation/><Execution ProcessID='712' ThreadID='740'/><Channel>Security</Channel><Computer>dc01.lab.example</Computer><Security/></System>` +
		`<EventData><Data Name='SubjectUserName'>-</Data><Data Name='TargetUserName'>bö&quot;b</Data><Data Name='TargetDomainName'>LAB</Data><Data Name='TargetLogonId'>0xabc</Data>` +
		`<Data Name='LogonType'>3</Data><Data Name='IpAddress'>192.0.2.7</Data><Data Name='ProcessName'>C:\a &amp; b.exe</Data><Data Name='LogonGuid'>{0197231E-4478-6929-4110-000000000D00}</Data></EventData></Event>`
	logonNested = `{"Event":{"#attributes":{"xmlns":"http://schemas.microsoft.com/win/2004/08/events/event"},"System":{"Provider":{"#attributes":{"Name":"Microsoft-Windows-Security-Auditing","Guid":"54849625-5478-4994-A5BA-3E3B0328C30D"}},` +
		`"EventID":4624,"Version":2,"Level":0,"Task":12544,"Opcode":0,"Keywords":"0x8020000000000000","TimeCreated":{"#attributes":{"SystemTime":"2026-02-23T10:30:00.123400Z"}},"EventRecordID":77,"Correlation":null,` +
		`"Execution":{"#attributes":{"ProcessID":712,"ThreadID":740}},"Channel":"Security","Computer":"dc01.lab.example","Security":null},"EventData":{"SubjectUserName":"-","TargetUserName":"b\u00f6\"b",` +
		`"TargetDomainName":"LAB","TargetLogonId":"0xabc","LogonType":3,"IpAddress":"192.0.2.7","ProcessName":"C:\\a & b.exe","LogonGuid":"0197231E-4478-6929-4110-000000000D00"}}}`
	logonBeats = `{"@timestamp":"2026-02-23T10:30:00.1234Z","event":{"code":"4624","provider":"x"},"host":{"name":"dc01"},"message":"An account was successfully logged on.","winlog":{"channel":"Security","event_id":4624,` +
		`"computer_name":"dc01.lab.example","provider_name":"Microsoft-Windows-Security-Auditing","keywords":["Audit Success"],"record_id":77,"process":{"pid":712,"thread":{"id":740}},"event_data":{"SubjectUserName":"-",` +
		`"TargetUserName":"bö\"b","TargetDomainName":"LAB","TargetLogonId":"0xabc","LogonType":"3","IpAddress":"192.0.2.7","ProcessName":"C:\\a & b.exe","LogonGuid":"{0197231E-4478-6929-4110-000000000D00}"}}}`
	logonOldBeats = `{"@timestamp":"2026-02-23T10:30:00.1234Z","event_id":4624,"log_name":"Security","computer_name":"dc01.lab.example","source_name":"Microsoft-Windows-Security-Auditing","record_number":"77","message":"x",` +
		`"event_data":{"SubjectUserName":"-","TargetUserName":"bö\"b","TargetDomainName":"LAB","TargetLogonId":"0xabc","LogonType":"3","IpAddress":"192.0.2.7","ProcessName":"C:\\a & b.exe","LogonGuid":"{0197231E-4478-6929-4110-000000000D00}"}}`
	logonFlat = `{"EventTime":"2026-02-23 06:30:00.1234","@timestamp":"2026-02-23T10:30:02.500Z","EventReceivedTime":"2026-02-23 06:30:02","Hostname":"dc01.lab.example","EventID":4624,"Channel":"Security",` +
		`"SourceName":"Microsoft-Windows-Security-Auditing","Keywords":-9214364837600034816,"Severity":"INFO","SeverityValue":2,"EventType":"AUDIT_SUCCESS","Message":"An account was successfully logged on.\r\n\r\nSubject:",` +
		`"SubjectUserName":"-","TargetUserName":"bö\"b","TargetDomainName":"LAB","TargetLogonId":"0xabc","LogonType":"3","IpAddress":"192.0.2.7","ProcessName":"C:\\a & b.exe","LogonGuid":"{0197231E-4478-6929-4110-000000000D00}"}`
	logonHayabusa = `{"Timestamp":"2026-02-23 11:30:00.1234 +01:00","RuleTitle":"Logon","Level":"info","Computer":"dc01.lab.example","Channel":"Sec","EventID":4624,"RecordID":77,"Provider":"Microsoft-Windows-Security-Auditing",` +
		`"Details":{"Type":"3 - NETWORK","TgtUser":"bö\"b","SrcIP":"192.0.2.7"},"AllFieldInfo":{"SubjectUserName":"-","TargetUserName":"bö\"b","TargetDomainName":"LAB","TargetLogonId":"0xabc","LogonType":3,"IpAddress":"192.0.2.7",` +
		`"ProcessName":"C:\\a & b.exe","LogonGuid":"0197231E-4478-6929-4110-000000000D00"}}`
	logonWazuh = `{"timestamp":"2026-02-23T10:31:00.000+0000","rule":{"level":3},"data":{"win":{"system":{"providerName":"Microsoft-Windows-Security-Auditing","eventID":"4624","systemTime":"2026-02-23T10:30:00.1234000Z","channel":"Security",` +
		`"computer":"dc01.lab.example","message":"\"An account was\""},"eventdata":{"SubjectUserName":"-","TargetUserName":"bö\"b","TargetDomainName":"LAB","TargetLogonId":"0xabc","LogonType":"3","IpAddress":"192.0.2.7",` +
		`"ProcessName":"C:\\a & b.exe","LogonGuid":"{0197231E-4478-6929-4110-000000000D00}"}}}}`
	logonVelociraptor = `{"System":{"Provider":{"Name":"Microsoft-Windows-Security-Auditing","Guid":"54849625-5478-4994-A5BA-3E3B0328C30D"},"EventID":{"Value":4624},"TimeCreated":{"SystemTime":1771842600.1234},"EventRecordID":77,"Channel":"Security",` +
		`"Computer":"dc01.lab.example"},"EventData":{"SubjectUserName":"-","TargetUserName":"bö\"b","TargetDomainName":"LAB","TargetLogonId":"0xabc","LogonType":3,"IpAddress":"192.0.2.7","ProcessName":"C:\\a & b.exe",` +
		`"LogonGuid":"0197231E-4478-6929-4110-000000000D00"},"Message":"x"}`
	logonList = `{"Event":{"System":{"Provider":{"@Name":"Microsoft-Windows-Security-Auditing"},"EventID":"4624","TimeCreated":{"@SystemTime":"2026-02-23T10:30:00.1234Z"},"Channel":"Security","Computer":"dc01.lab.example"},` +
		`"EventData":{"Data":[{"@Name":"SubjectUserName","#text":"-"},{"#text":"bö\"b","@Name":"TargetUserName"},{"@Name":"Empty"},{"@Name":"TargetDomainName","#text":"LAB"},{"@Name":"TargetLogonId","#text":"0xabc"},{"@Name":"LogonType","#text":"3"},` +
		`{"@Name":"IpAddress","#text":"192.0.2.7"},{"@Name":"ProcessName","#text":"C:\\a & b.exe"},{"@Name":"LogonGuid","#text":"{0197231E-4478-6929-4110-000000000D00}"}]}}}`
)

func quoteJSON(s string) string {
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`, "\n", `\n`).Replace(s) + `"`
}

func TestTheSameEventInEveryShapeHasTheSameFields(t *testing.T) {
	splunk := `{"preview":false,"offset":0,"result":{"_time":"x","host":"indexer","source":"XmlWinEventLog:Security","_raw":` + quoteJSON(logonXML) + `}}`
	chainsaw := `{"group":"Sigma","kind":"individual","document":{"kind":"evtx","path":"x.evtx","data":` + logonNested + `},"name":"rule"}`
	pretty := strings.NewReplacer("{", "{\n  ", ",", ",\n  ", "}", "\n  }").Replace(logonNested)
	for _, c := range []struct{ name, format, document string }{
		{"xml", "event-xml", logonXML},
		{"xml_root", "event-xml", `<?xml version="1.0" encoding="utf-8"?>` + "\r\n<Events>" + logonXML + "</Events>"},
		{"xml_rendered", "event-xml", strings.Replace(logonXML, "</Event>", "<RenderingInfo Culture='en-US'><Message>words</Message><Level>Information</Level></RenderingInfo></Event>", 1)},
		{"xml_formatted", "event-xml", strings.NewReplacer("<Event xmlns", "<Event  xmlns", "><", ">\r\n  <").Replace(logonXML)},
		{"evtx_dump", "event-json", logonNested},
		{"evtx_dump_pretty", "event-json", "Record 1\n" + pretty + "\n"},
		{"evtx_dump_array", "event-json", "[" + logonNested + "]"},
		{"evtx_dump_separate", "event-json", strings.NewReplacer(`"Provider":{"#attributes":{"Name":"Microsoft-Windows-Security-Auditing","Guid":"54849625-5478-4994-A5BA-3E3B0328C30D"}}`,
			`"Provider_attributes":{"Name":"Microsoft-Windows-Security-Auditing"}`, `"TimeCreated":{"#attributes":{`, `"TimeCreated_attributes":{`, `:00.123400Z"}},`, `:00.123400Z"},`).Replace(logonNested)},
		{"chainsaw", "event-json", chainsaw},
		{"velociraptor", "event-json", logonVelociraptor},
		{"list", "event-json", logonList},
		{"winlogbeat", "winlogbeat", logonBeats},
		{"winlogbeat_exported", "winlogbeat", `{"_index":"winlogbeat","_source":` + logonBeats + `}`},
		{"winlogbeat_searched", "winlogbeat", `{"took":3,"timed_out":false,"hits":{"total":{"value":1},"max_score":null,"hits":[{"_index":"winlogbeat","_source":` + logonBeats + `}]}}`},
		{"winlogbeat_6", "winlogbeat", logonOldBeats},
		{"nxlog", "nxlog", logonFlat},
		{"splunk", "splunk-events", splunk},
		{"hayabusa", "hayabusa", logonHayabusa},
		{"wazuh", "wazuh-events", logonWazuh},
	} {
		t.Run(c.name, func(t *testing.T) {
			for _, data := range [][]byte{[]byte(c.document), []byte("\ufeff" + c.document + "\r\n"), wide(binary.LittleEndian, c.document), wide(binary.BigEndian, c.document+"\n")} {
				got, format := decode(t, time.UTC, "events", data, 1<<20)
				if format != c.format || len(got.records) != 1 || len(got.problems) != 0 {
					t.Fatalf("format %q, %d records, problems %v", format, len(got.records), got.problems)
				}
				for name, want := range logonFields {
					if got.records[0][name] != want {
						t.Errorf("%s = %q, want %q", name, got.records[0][name], want)
					}
				}
				// Velociraptor's times are floating point numbers.
				if diff := got.times[0] - logonTime; diff > 1000 || diff < -1000 {
					t.Errorf("time %v", time.Unix(0, got.times[0]).UTC())
				}
				o := got.origins[0]
				if cited := string(data[o.Offset : o.Offset+int64(o.Length)]); cited != got.raw[0] || len(cited) < len(c.document)/2 && c.name != "chainsaw" {
					t.Errorf("cites %d bytes: %.60q", o.Length, cited)
				}
			}
		})
	}
}

func TestAnyNumberOfEventsInAnyBlocks(t *testing.T) {
	number := func(document string, separator string, n int) string {
		var b strings.Builder
		for i := range n {
			b.WriteString(strings.Replace(document, "4624", fmt.Sprint(5000+i), 1))
			b.WriteString(separator)
		}
		return b.String()
	}
	const n = 40
	pretty := strings.NewReplacer("{", "{\n  ", ",", ",\n  ", "}", "\n  }").Replace(logonNested[:len(logonNested)-1]) + "\n}"
	for name, document := range map[string]string{
		"xml_lines":        number(logonXML, "\n", n),
		"xml_one_line":     "<Events>" + number(logonXML, "", n) + "</Events>",
		"json_lines":       number(logonNested, "\n", n),
		"json_crlf":        number(logonFlat, "\r\n", n),
		"json_array":       "[" + strings.TrimSuffix(number(logonNested, ",", n), ",") + "]",
		"json_array_lines": "[\n" + strings.TrimSuffix(number(logonNested, ",\n", n), ",\n") + "\n]\n",
		"json_pretty":      number(pretty, "\n", n),
		"json_records":     number("Record 4624\n"+pretty, "\n", n),
		"json_results":     `{"preview":false,"results":[` + strings.TrimSuffix(number(logonNested, ", ", n), ", ") + "]}",
		"json_joined":      number(logonNested, "", n),
	} {
		t.Run(name, func(t *testing.T) {
			for _, data := range [][]byte{[]byte(document), wide(binary.LittleEndian, document)} {
				for _, size := range []int{1 << 20, 4096, 1500, 700} {
					got, _ := decode(t, time.UTC, "events", data, size)
					if len(got.records) != n || len(got.problems) != 0 {
						t.Fatalf("%d records in blocks of %d, problems %v", len(got.records), size, got.problems)
					}
					for i, o := range got.origins {
						if string(data[o.Offset:o.Offset+int64(o.Length)]) != got.raw[i] {
							t.Fatalf("record %d is not where it says", i)
						}
						if line := uint64(bytes.Count(data[:o.Offset], []byte("\n")) + 1); o.Number != line {
							t.Fatalf("record %d is in line %d, says %d", i, line, o.Number)
						}
					}
				}
			}
		})
	}
}

func TestOneShapeHasOneSchema(t *testing.T) {
	got, _ := decode(t, nil, "x", []byte(strings.Repeat(logonBeats+"\n", 3)+strings.Repeat(logonBeats[:len(logonBeats)-1]+`,"more":1}`+"\n", 3)), 700)
	if len(got.records) != 6 || len(got.schemas) != 2 {
		t.Errorf("%d records, %d schemas", len(got.records), len(got.schemas))
	}
}

func TestBrokenDocumentsCostOnlyThemselves(t *testing.T) {
	f := func(document string, records, problems int, line uint64) {
		t.Helper()
		got, _ := decode(t, nil, "x", []byte(document), 1<<20)
		if len(got.records) != records || len(got.problems) != problems || problems > 0 && (got.problems[0].Line != line || !got.problems[0].Lost) {
			t.Errorf("%.40q…: %d records, problems %v", document, len(got.records), got.problems)
		}
	}
	half := logonNested[:len(logonNested)/2]
	f(logonNested+"\n"+half+"\n"+logonNested+"\n", 2, 1, 2)
	f(logonNested+"\nsome words\n"+logonNested+"\n", 2, 1, 2)
	f(logonNested+"\n"+half, 1, 1, 2)
	f(logonNested+"\n{\"a\":1}\n{\"a\":2}\n"+logonNested+"\n", 2, 1, 2)
	f(logonXML+"\n"+logonXML[:200]+"\n"+logonXML+"\n", 2, 1, 2)
	f(logonXML+"\n"+logonXML[:200], 1, 1, 2)
	f(logonXML+"\n"+strings.Replace(logonXML, "</System>", "</Sys>", 1)+"\n"+logonXML, 2, 1, 2)
}

func TestHostileDocumentsTakeNoLongerThanTheirSizeAllows(t *testing.T) {
	for name, document := range map[string]string{
		"json_arrays":  logonNested + "\n" + strings.Repeat("{\"a\":[\n", 1<<16),
		"json_objects": logonNested + "\n" + strings.Repeat("{\n", 1<<18),
		"json_quotes":  logonNested + "\n" + strings.Repeat("{\"\n", 1<<18),
		"json_slashes": logonNested + "\n{\"" + strings.Repeat(`\`, 1<<20),
		"xml_starts":   logonXML + strings.Repeat("<Event ", 1<<17),
		"xml_unclosed": logonXML + strings.Repeat("<Event a=", 1<<16) + "</Event>",
		"xml_nested":   logonXML + strings.Repeat("<Event>", 1<<17) + strings.Repeat("</Event>", 1<<16),
		"csv_quotes":   "Id,LogName,Message\n" + strings.Repeat(`"`, 1<<20),
		"csv_commas":   "Id,LogName,Message\n" + strings.Repeat(`,`, 1<<20),
	} {
		if got, format := decode(t, nil, "x", []byte(document), 1<<20); format == "" || len(got.problems) == 0 {
			t.Errorf("%s: format %q, %d records, %d problems", name, format, len(got.records), len(got.problems))
		}
	}
}

func TestTimesWithoutAZoneTakeTheOneGivenAndSaySo(t *testing.T) {
	berlin := time.FixedZone("Berlin", 3600)
	document := strings.Replace(strings.Replace(logonFlat, `"@timestamp":"2026-02-23T10:30:02.500Z",`, "", 1), "2026-02-23 06:30", "2026-02-23 11:30", 1) + "\n"
	got, _ := decode(t, berlin, "x", []byte(strings.Repeat(document, 3)), 700)
	if len(got.problems) != 1 || got.problems[0].Lost || !strings.Contains(got.problems[0].What, "Berlin") {
		t.Errorf("problems %v", got.problems)
	}
	if got.times[0] != logonTime {
		t.Errorf("time %v", time.Unix(0, got.times[0]).UTC())
	}
}

func TestAnExporterTellsItsZoneByEventsThatHaveTwoTimes(t *testing.T) {
	logon := `{"TimeCreated":"2026-02-23 06:30:00.123","EventID":4624,"Channel":"Security","Hostname":"ws","TargetUserName":"bob"}` + "\n"
	sysmon := `{"TimeCreated":"2026-02-23 06:30:01.500","UtcTime":"2026-02-23 10:30:01.498","EventID":1,"Channel":"Microsoft-Windows-Sysmon/Operational","Hostname":"ws","Image":"x"}` + "\n"
	got, _ := decode(t, time.UTC, "x", []byte(logon+sysmon+logon), 100)
	if len(got.problems) != 1 || got.problems[0].Lost || !strings.Contains(got.problems[0].What, "UTC-04:00") {
		t.Errorf("problems %v", got.problems)
	}
	for i, want := range []string{"10:30:00.123", "10:30:01.498", "10:30:00.123"} {
		if text := time.Unix(0, got.times[i]).UTC().Format("15:04:05.000"); text != want {
			t.Errorf("event %d at %s, want %s", i, text, want)
		}
	}
}

func TestMessagesAreReadWhereThereIsNothingElse(t *testing.T) {
	for _, document := range []string{
		`{"EventID":4624,"Channel":"Security","Hostname":"dc01","TimeCreated":"2026-02-23T10:30:00Z","Message":` + quoteJSON(logonMessage) + `}`,
		`{"Id":4624,"LogName":"Security","ProviderName":"Microsoft-Windows-Security-Auditing","MachineName":"dc01","TimeCreated":"\/Date(1771842600000)\/","ProcessId":4,"Properties":[{"Value":"x"}],"Message":` + quoteJSON(logonMessage) + `}`,
		`{"result":{"_time":"2026-02-23T10:30:00.000+00:00","EventCode":"4624","source":"WinEventLog:Security","host":"dc01","_raw":"x","Message":` + quoteJSON(logonMessage) + `}}`,
	} {
		x := NewExtractor()
		var a activity.Authentication
		read(t, document, func(rec *record.Record) {
			x.Extract(rec, func(got *activity.Activity) { a = *got.Authentication })
		})
		want := activity.Authentication{Success: true, User: "bob", Domain: "LAB", SID: "S-1-1", Logon: 0xabc, Type: 3, Address: "192.0.2.7", Port: 50000, Workstation: "KALI", Elevated: true, PreAuthType: -1}
		if diff := cmp.Diff(want, a); diff != "" {
			t.Errorf("%.40s: %s", document, diff)
		}
	}
}

func TestUnnamedDataIsAList(t *testing.T) {
	header := `"System":{"Provider":{"#attributes":{"Name":"MSExchange CmdletLogs"}},"EventID":{"#attributes":{"Qualifiers":16384},"#text":1},"Channel":"MSExchange Management","Computer":"mail"}`
	for _, document := range []string{
		`{"Event":{` + header + `,"EventData":{"Data":{"#text":["New-Mailbox","-Name \"x\"","lab/Users/bob",null]}}}}`,
		`{"Event":{` + header + `,"EventData":{"Data":["New-Mailbox","-Name \"x\"","lab/Users/bob"]}}}`,
		`<Event><System><Provider Name="MSExchange CmdletLogs"/><EventID Qualifiers="16384">1</EventID><Channel>MSExchange Management</Channel></System><EventData><Data>New-Mailbox</Data><Data>-Name "x"</Data><Data>lab/Users/bob</Data></EventData></Event>`,
		`{"winlog":{"event_id":1,"channel":"MSExchange Management","provider_name":"MSExchange CmdletLogs","event_data":{"param1":"New-Mailbox","param2":"-Name \"x\"","param3":"lab/Users/bob"}}}`,
	} {
		x := NewExtractor()
		var command activity.Command
		read(t, document, func(rec *record.Record) {
			x.Extract(rec, func(a *activity.Activity) { command = *a.Command })
		})
		if diff := cmp.Diff(activity.Command{Name: "New-Mailbox", Parameters: `-Name "x"`, Caller: "lab/Users/bob"}, command); diff != "" {
			t.Errorf("%.40s: %s", document, diff)
		}
	}
}

// recordFunc is a sink that calls itself for each record.
type recordFunc func(*record.Record)

func (f recordFunc) Record(rec *record.Record)   { f(rec) }
func (f recordFunc) Activity(*activity.Activity) {}
func (f recordFunc) Problem(evidence.Problem)    {}

// Inventory takes nothing: events tell of no inventory.
func (f recordFunc) Inventory(*inventory.Observation) {}

func read(t testing.TB, document string, f func(*record.Record)) {
	t.Helper()
	for _, format := range Formats(nil) {
		if format.Match([]byte(document), "x") {
			decoder, err := format.Open(&evidence.File{}, []byte(document))
			if err != nil {
				t.Fatal(err)
			}
			run(recordFunc(f), &format, decoder, []byte(document), 1<<20)
			return
		}
	}
	t.Errorf("no format takes %.60q", document)
}

func TestOtherJSONAndXMLIsNotClaimed(t *testing.T) {
	for _, document := range []string{
		`{"ts":1300475168.855330,"uid":"CHhAvVGS1DHFjwGM9","id.orig_h":"141.142.220.202","id.orig_p":5353,"proto":"udp"}`,
		`{"timestamp":"2017-04-07T22:24:37.251547+0100","flow_id":586497171462735,"event_type":"alert","alert":{"signature":"x"}}`,
		`{"time":"2026-01-01T00:00:00Z","remote_addr":"192.0.2.1","request":"GET / HTTP/1.1","status":200}`,
		`{"result":{"_raw":"192.0.2.1 - - [x] \"GET / HTTP/1.1\" 200","sourcetype":"access_combined","host":"web"}}`,
		`{"eventVersion":"1.05","eventSource":"s3.amazonaws.com","eventName":"GetObject","eventID":"x"}`,
		`{"bomFormat":"CycloneDX"}`, `{}`, `[]`, `{`, `x`, ``, `{"EventID":1}`,
		`<?xml version="1.0"?><nmaprun></nmaprun>`, `<Event><name>Fair</name></Event>`,
		"a,b,c\n1,2,3\n", "Level,Date and Time,Source,Event ID,Task Category\n", "name,id,source\nx,1,y\n",
	} {
		for _, format := range Formats(nil) {
			if format.Match([]byte(document), "x") {
				t.Errorf("%s claims %q", format.ID, document)
			}
		}
	}
}
