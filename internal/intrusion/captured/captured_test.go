package captured

import (
	"fmt"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"seawall/internal/activity"
	"seawall/internal/finding"
	"seawall/internal/intrusion/summarytest"
	"seawall/record"
)

const token = "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJub2JvZHki%04d.c2lnbmF0dXJl"

// file is a file of lines.
func file(path string, lines ...string) activity.Activity {
	return activity.Activity{
		Class: activity.FileContent, Time: summarytest.At(0), Host: "host1", Origin: record.Origin{Path: path, Length: 100},
		Content: &activity.Content{Path: path, Kind: "credentials", Data: []byte(strings.Join(lines, "\n"))},
	}
}

// numbered are n lines of a pattern with one number.
func numbered(pattern string, n int) (lines []string) {
	for i := range n {
		lines = append(lines, fmt.Sprintf("2022-04-12 04:%02d:00 "+pattern, i%60, i))
	}
	return lines
}

func TestCollectionsAreFoundAndWeighed(t *testing.T) {
	f := func(name string, want finding.Severity, techniques string, lines ...string) {
		t.Helper()
		found := summarytest.Run(Detector(), []activity.Activity{file("host1/logs/catalina.log", lines...)})
		if want == finding.Informational {
			if len(found) != 0 {
				t.Errorf("%s: %+v", name, found)
			}
			return
		}
		if len(found) != 1 || found[0].Severity != want || strings.Join(found[0].Techniques, " ") != techniques {
			t.Errorf("%s: %+v", name, found)
		}
	}
	f("passwords", finding.High, "T1074.001 T1552.001", numbered("user=p&password=Not-Real-%d", 30)...)
	f("tokens alone", finding.Medium, "T1074.001 T1528 T1552.001", numbered(token, 30)...)
	f("second factors", finding.High, "T1074.001 T1111 T1552.001", numbered("user=p&password=Not-Real-%d&otp=123456", 30)...)
	f("a few", finding.Medium, "T1074.001 T1552.001", numbered("user=p&password=Not-Real-%d", 8)...)
	f("one, over and over", finding.Informational, "", strings.Split(strings.Repeat("user=p&password=Not-Real-1\n", 50), "\n")...)
	f("none", finding.Informational, "", numbered("user %d logged in", 50)...)
}

func TestSummaryKeepsItsPromises(t *testing.T) {
	summarytest.Check(t, Detector(), func(t *rapid.T, number int) activity.Activity {
		path := rapid.SampledFrom([]string{"a.log", "b.log", "c.log"}).Draw(t, "path")
		n := map[string]int{"a.log": 3, "b.log": 25, "c.log": 60}[path]
		return file(path, numbered("user=p&password=Not-Real-%d", n)...)
	})
}
