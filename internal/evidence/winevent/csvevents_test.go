package winevent

import (
	"encoding/binary"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

const logonMessage = "An account was successfully logged on.\r\n\r\nSubject:\r\n\tSecurity ID:\t\tS-1-0-0\r\n\tAccount Name:\t\t-\r\n\tLogon ID:\t\t0x0\r\n\r\n" +
	"Logon Information:\r\n\tLogon Type:\t\t3\r\n\tElevated Token:\t\tYes\r\n\r\nNew Logon:\r\n\tSecurity ID:\t\tS-1-1\r\n\tAccount Name:\t\tbob\r\n\tAccount Domain:\t\tLAB\r\n\tLogon ID:\t\t0xABC\r\n\r\n" +
	"Process Information:\r\n\tProcess ID:\t\t0x10\r\n\tProcess Name:\t\tC:\\Program Files\\a\"b\".exe\r\n\r\nNetwork Information:\r\n\tWorkstation Name:\tKALI\r\n\tSource Network Address:\t192.0.2.7\r\n\tSource Port:\t\t50000\r\n\r\n" +
	"This event is generated when a logon session is created: it is fine.\r\n"

func csvQuote(s string) string { return `"` + strings.ReplaceAll(s, `"`, `""`) + `"` }

func TestTablesOfEventsAreRead(t *testing.T) {
	viewer := "Keywords,Date and Time,Source,Event ID,Task Category\r\n" +
		"Audit Success,2/23/2026 10:30:00 AM,Microsoft-Windows-Security-Auditing,4624,Logon," + csvQuote(logonMessage) + "\r\n" +
		"Audit Success,2/23/2026 10:31:00 PM,Microsoft-Windows-Eventlog,1102,Log clear,The audit log was cleared.\r\n"
	german := "Ebene,Datum und Uhrzeit,Quelle,Ereignis-ID,Aufgabenkategorie\n" +
		"Informationen,23.02.2026 10:30:00,Microsoft-Windows-Security-Auditing,4624,Anmelden," + csvQuote(logonMessage) + "\n" +
		"Informationen,23.02.2026 22:31:00,Microsoft-Windows-Eventlog,1102,Protokolllöschung,x\n"
	powershell := "#TYPE System.Diagnostics.Eventing.Reader.EventLogRecord\r\n" + `"Message","Id","LogName","ProviderName","MachineName","TimeCreated"` + "\r\n" +
		csvQuote(logonMessage) + `,"4624","Security","Microsoft-Windows-Security-Auditing","dc01","2/23/2026 10:30:00 AM"` + "\r\n" +
		`"x","1102","Security","Microsoft-Windows-Eventlog","dc01","2/23/2026 10:31:00 PM"` + "\r\n"
	for name, document := range map[string]string{"viewer": viewer, "german": german, "powershell": powershell} {
		t.Run(name, func(t *testing.T) {
			for _, data := range [][]byte{[]byte(document), []byte("\ufeff" + document), wide(binary.LittleEndian, document), wide(binary.BigEndian, document)} {
				for _, size := range []int{1 << 20, 600} {
					got, format := decode(t, time.UTC, "Security.csv", data, size)
					if format != "event-csv" || len(got.records) != 2 || len(got.problems) != 1 || got.problems[0].Lost {
						t.Fatalf("format %q, %d records, problems %v", format, len(got.records), got.problems)
					}
					want := map[string]string{
						"EventID": "4624", "Channel": "Security", "Provider_Name": "Microsoft-Windows-Security-Auditing", "SubjectUserSid": "S-1-0-0", "SubjectUserName": "-",
						"LogonType": "3", "TargetUserSid": "S-1-1", "TargetUserName": "bob", "TargetDomainName": "LAB", "TargetLogonId": "0xABC", "ProcessId": "0x10",
						"ProcessName": `C:\Program Files\a"b".exe`, "WorkstationName": "KALI", "IpAddress": "192.0.2.7", "IpPort": "50000",
					}
					for field, value := range want {
						if got.records[0][field] != value {
							t.Errorf("%s = %q, want %q", field, got.records[0][field], value)
						}
					}
					if got.records[1]["Channel"] != "Security" || got.records[1]["EventID"] != "1102" {
						t.Errorf("second record %v", got.records[1])
					}
					first := time.Date(2026, 2, 23, 10, 30, 0, 0, time.UTC).UnixNano()
					if got.times[0] != first || got.times[1] != first+int64(12*time.Hour+time.Minute) {
						t.Errorf("times %v", got.times)
					}
					for i, o := range got.origins {
						if string(data[o.Offset:o.Offset+int64(o.Length)]) != got.raw[i] {
							t.Errorf("record %d is not where it says", i)
						}
					}
				}
			}
		})
	}
}

func TestMessagesAreSplitIntoLabelledValues(t *testing.T) {
	f := func(text string, want ...string) {
		t.Helper()
		var got []string
		messageItems([]byte(text), func(i labelled) {
			name, also := messageField(string(i.section), string(i.label))
			got = append(got, strings.TrimSuffix(name+"|"+also, "|")+"="+string(i.value))
		})
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%q: %s", text, diff)
		}
	}
	f("")
	f("Words only.")
	f("Process Create:\r\nRuleName: -\r\nUtcTime: 2026-02-23 10:30:00.123\r\nImage: C:\\a.exe\r\nCommandLine: a: b", "RuleName=-", "UtcTime=2026-02-23 10:30:00.123", `Image=C:\a.exe`, "CommandLine=a: b")
	f("A service was installed in the system.\r\n\r\nService Name:  x\r\nService File Name:  C:\\x.exe -k\r\nService Start Type:  demand start\r\n",
		"ServiceName=x", `ServiceFileName|ImagePath=C:\x.exe -k`, "ServiceStartType|StartType=demand start")
	f("Special privileges.\n\nSubject:\n\tAccount Name:\t\tbob\n\nPrivileges:\t\tSeA\n\t\t\tSeB\n\t\t\tSeC\n", "SubjectUserName=bob", "PrivilegeList=SeA\n\t\t\tSeB\n\t\t\tSeC")
	f("A member was added.\n\nMember:\n\tSecurity ID:\tS-1-5\n\nGroup:\n\tSecurity ID:\tS-1-6\n\tGroup Name:\tAdmins\n", "MemberSid=S-1-5", "TargetSid=S-1-6", "TargetUserName=Admins")
	f("Network Information:\n\tClient Address:\t\t::ffff:192.0.2.1\n\tClient Port:\t\t5\n", "IpAddress=::ffff:192.0.2.1", "IpPort=5")
}

func TestTimesAreRead(t *testing.T) {
	at := time.Date(2026, 2, 3, 22, 5, 6, 123400000, time.UTC)
	f := func(text string, want time.Time, zoned bool) {
		t.Helper()
		got, ok := parseTime([]byte(text))
		if !ok || got.unix != want.UnixNano() || got.zoned != zoned {
			t.Errorf("%s: %v %v %v", text, time.Unix(0, got.unix).UTC(), got.zoned, ok)
		}
	}
	f("2026-02-03T22:05:06.1234Z", at, true)
	f("2026-02-03T22:05:06.123400000+00:00", at, true)
	f("2026-02-03 23:05:06.1234 +01:00", at, true)
	f("2026-02-03T14:35:06.1234-0730", at, true)
	f("2026-02-03T20:05:06.1234-02", at, true)
	f(" 2026-02-03 22:05:06.1234 ", at, false)
	f("2026-02-03 22:05:06", at.Truncate(time.Second), false)
	f("2/3/2026 10:05:06 PM", at.Truncate(time.Second), false)
	f("2/3/2026, 10:05:06\u202fPM", at.Truncate(time.Second), false)
	f("03.02.2026 22:05:06", at.Truncate(time.Second), false)
	f("2/3/2026 12:05 AM", time.Date(2026, 2, 3, 0, 5, 0, 0, time.UTC), false)
	f("13/02/2026 22:05:06", time.Date(2026, 2, 13, 22, 5, 6, 0, time.UTC), false)
	f("1770156306.1234", at, true)
	f("1770156306123", at.Truncate(time.Millisecond), true)
	f("/Date(1770156306123)/", at.Truncate(time.Millisecond), true)
	f("2024-02-29T00:00:00Z", time.Date(2024, 2, 29, 0, 0, 0, 0, time.UTC), true)
	f("1970-01-01T00:00:00Z", time.Unix(0, 0), true)
	for _, text := range []string{"", "-", "x", "2026-13-01T00:00:00Z", "2026-02-03", "12:00", "2026-02-03T25:00:00Z", "99999999999999999999", "1/2", "0001-01-01T00:00:00Z"} {
		if got, ok := parseTime([]byte(text)); ok {
			t.Errorf("%q: %v", text, got)
		}
	}
}

func TestCollectorsTellTheZone(t *testing.T) {
	f := func(local, received, want string) {
		t.Helper()
		l, _ := parseTime([]byte(local))
		r, _ := parseTime([]byte(received))
		got, ok := l.zoneFrom(r)
		text := ""
		if ok {
			text = time.Unix(0, got.unix).UTC().Format("2006-01-02 15:04:05")
		}
		if text != want {
			t.Errorf("%s received %s: %s, want %s", local, received, text, want)
		}
	}
	f("2026-02-03 18:05:06", "2026-02-03T22:05:08Z", "2026-02-03 22:05:06")
	f("2026-02-04 03:35:06", "2026-02-03T22:05:04Z", "2026-02-03 22:05:06")
	f("2026-02-03 22:05:06", "2026-02-03T22:05:06Z", "2026-02-03 22:05:06")
	f("2026-02-03 18:05:06", "2026-02-03T22:12:30Z", "")
	f("2026-02-01 18:05:06", "2026-02-03T22:05:08Z", "")
	f("2026-02-03 18:05:06", "2026-02-03 22:05:08", "")
}
