package eve

import (
	"slices"
	"strings"
	"testing"

	"seawall/internal/evidence"
	"seawall/internal/evidence/evidencetest"
)

const events = `{"timestamp":"2024-01-01T12:00:00.123456+0100","flow_id":1,"event_type":"flow","src_ip":"10.0.0.1","flow":{"pkts_toserver":3,"start":"2024-01-01T11:59:50.000000+0100"}}
{"timestamp":"2024-01-01T11:00:01.000000+0000","event_type":"dns","dns":{"version":3,"queries":[{"rrname":"a.example","rrtype":"A"},{"rrname":"b.example"}],"answers":[]}}
{"timestamp":"2024-01-01T11:00:02.000000+0000","event_type":"alert","alert":{"signature":"a \"quoted\" one","metadata":{"tag":["x","y"]}}}
`

func TestEventsAreRowsOfTheirType(t *testing.T) {
	f := func(content string, want ...string) {
		t.Helper()
		for _, size := range []int{1 << 20, 100} {
			rows := evidencetest.Read(t, Formats(), "eve.json", []byte(content), size)
			got := rows.All()
			for i := range got[:len(rows.Lines)] {
				fields := strings.Split(got[i], " ")
				slices.Sort(fields[min(2, len(fields)):])
				got[i] = strings.Join(fields, " ")
			}
			if !slices.Equal(got, want) {
				t.Errorf("blocks of %d:\n got %q\nwant %q", size, got, want)
			}
			for at, ns := range rows.Times {
				if seconds := ns / 1e9; seconds < 1704106800 || seconds > 1704106802 {
					t.Errorf("event at %d is of %d", at, ns)
				}
			}
		}
	}
	flow := "suricata flow@1: event_type=flow flow.pkts_toserver=3 flow.start=2024-01-01T11:59:50.000000+0100 flow_id=1 src_ip=10.0.0.1 timestamp=2024-01-01T12:00:00.123456+0100"
	dns := "suricata dns@2: dns.queries.rrname=a.example\nb.example dns.queries.rrtype=A dns.version=3 event_type=dns timestamp=2024-01-01T11:00:01.000000+0000"
	alert := `suricata alert@3: "quoted" alert.metadata.tag=x` + "\n" + `y alert.signature=a event_type=alert one timestamp=2024-01-01T11:00:02.000000+0000`
	f(events, flow, dns, alert)
	f(events+`{"timestamp":"2024-01-01T11:00:03.0`, flow, dns, alert, "eve.json:4: the file ends within this line; all before it was read")
	f(strings.Replace(events, "{\"timestamp\":\"2024-01-01T11:00:01", "junk\n{\"timestamp\":\"2024-01-01T11:00:01", 1), flow, strings.Replace(dns, "@2", "@3", 1), strings.Replace(alert, "@3", "@4", 1), "eve.json:2: here and below, 1 lines are no JSON objects of this log")
}

func TestOtherJSONIsNotTaken(t *testing.T) {
	for _, content := range []string{`{"event_type":"x"}`, `{"timestamp":"2024-01-01T11:00:01Z"}`, `{"timestamp":"now","event_type":"flow"}`, `[]`, ``} {
		if f := evidencetest.Match(Formats(), "eve.json", []byte(content)); f != nil {
			t.Errorf("%s is taken for %s", content, f.ID)
		}
	}
}

func FuzzEvents(f *testing.F) {
	f.Add([]byte(events), uint8(60))
	f.Add([]byte(`{"event_type":"tls","tls":{"sni":"\ud83d\ude00","a":[[1],{"b":[{"c":2},{"c":"3"}]}]}}`), uint8(5))
	f.Fuzz(func(t *testing.T, content []byte, size uint8) {
		content = append([]byte(events), content...)
		whole := evidencetest.Read(t, Formats(), "x", content, 1<<20)
		parts := evidencetest.Read(t, Formats(), "x", content, int(size)+1)
		if len(whole.Lines) != len(parts.Lines) || !slices.Equal(whole.Problems, parts.Problems) {
			t.Fatalf("in one block\n%q\nin blocks of %d\n%q", whole.All(), int(size)+1, parts.All())
		}
	})
}

func BenchmarkEvents(b *testing.B) {
	content := []byte(strings.Repeat(events, 300))
	f := Formats()[0]
	d, err := f.Open(&evidence.File{Path: "x"}, content[:4096])
	if err != nil {
		b.Fatal(err)
	}
	b.SetBytes(int64(len(content)))
	b.ReportAllocs()
	for b.Loop() {
		d.Decode(&evidence.Block{Data: content, Line: 1, Last: true}, evidence.Discard{})
	}
}
