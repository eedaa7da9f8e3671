package logintegrity

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"seawall/internal/activity"
	"seawall/internal/finding"
	"seawall/internal/intrusion/summarytest"
	"seawall/record"
)

func shown(number int, host, operation, explained string) activity.Activity {
	a := summarytest.Security(host, 0, number, time.Duration(number)*time.Minute)
	a.Class = activity.LogChange
	a.Log = &activity.Log{Operation: operation, Name: "security", Detail: "3 records are " + operation, Count: 3, Explained: explained}
	return a
}

func TestWhatFilesShow(t *testing.T) {
	all := func(a ...activity.Activity) []activity.Activity { return a }
	const damaged = "parts of the file cannot be read"
	summarytest.Scenarios(t, Detector(),
		summarytest.Case("nothing", nil),
		summarytest.Case("a cleared log is another detector's", all(shown(1, "dc01", "clear", ""))),
		summarytest.Case("hidden records weigh most", all(shown(1, "dc01", "hidden", ""), shown(2, "dc01", "gap", "")),
			summarytest.Want("Records hidden inside others in an event log", finding.High, "T1070"),
			summarytest.Want("Records missing from an event log", finding.Medium, "T1070")),
		summarytest.Case("hidden records weigh as much in a damaged file", all(shown(1, "dc01", "hidden", damaged)),
			summarytest.Want("Records hidden inside others in an event log", finding.High, "T1070")),
		summarytest.Case("damage explains a gap", all(shown(1, "dc01", "gap", damaged)),
			summarytest.Want("Records missing from an event log", finding.Low, "T1070")),
		summarytest.Case("one file in order is enough to wonder", all(shown(1, "dc01", "gap", damaged), shown(2, "dc01", "gap", "")),
			summarytest.Want("Records missing from an event log", finding.Medium, "T1070")),
		summarytest.Case("checksums and time alone say little", all(shown(1, "dc01", "checksum", ""), shown(2, "dc01", "backwards", "")),
			summarytest.Want("Event log changed without its checksums", finding.Low, "T1070"),
			summarytest.Want("Time runs back in an event log", finding.Low, "T1070")),
		summarytest.Case("hosts are told apart", all(shown(1, "dc01", "gap", ""), shown(2, "dc02", "gap", "")),
			summarytest.Want("Records missing from an event log", finding.Medium, "T1070"),
			summarytest.Want("Records missing from an event log", finding.Medium, "T1070")),
	)
}

func TestSummaryKeepsItsPromises(t *testing.T) {
	summarytest.Check(t, Detector(), func(t *rapid.T, number int) activity.Activity {
		a := shown(number, rapid.SampledFrom([]string{"dc01", "ws02"}).Draw(t, "host"),
			rapid.SampledFrom([]string{"hidden", "gap", "checksum", "backwards", "clear"}).Draw(t, "operation"),
			rapid.SampledFrom([]string{"", "parts of the file cannot be read"}).Draw(t, "explained"))
		a.Recovered = rapid.SampledFrom([]record.Recovery{record.Live, record.Slack}).Draw(t, "recovered")
		return a
	})
}
