package winevent

import (
	"bytes"
	"encoding/binary"
	"strings"
	"testing"

	"seawall/internal/activity"
	"seawall/internal/evidence"
	"seawall/record"
)

// strictSink checks what every record must keep to, whatever the input.
type strictSink struct {
	evidence.Discard
	t         *testing.T
	data      []byte
	extractor *Extractor
	records   int
	end       int64 // of the last record
}

func (s *strictSink) Record(rec *record.Record) {
	s.records++
	if len(rec.Values) != len(rec.Schema.Fields) {
		s.t.Fatalf("%d values, %d fields", len(rec.Values), len(rec.Schema.Fields))
	}
	o := rec.Origin
	if o.Offset < 0 || o.Offset+int64(o.Length) > int64(len(s.data)) || !bytes.Equal(s.data[o.Offset:o.Offset+int64(o.Length)], rec.Raw) {
		s.t.Fatalf("a record of %d bytes at %d is not in the %d bytes of the file", o.Length, o.Offset, len(s.data))
	}
	if o.Offset < s.end {
		s.t.Fatalf("a record at %d begins in another that ends at %d", o.Offset, s.end)
	}
	s.end = o.Offset + int64(o.Length)
	for _, v := range rec.Values {
		_ = v.String()
	}
	s.extractor.Extract(rec, s.Activity)
}

func (s *strictSink) Activity(*activity.Activity) {}

func (s *strictSink) Problem(p evidence.Problem) {
	if p.What == "" || p.Offset > int64(len(s.data)) {
		s.t.Fatalf("problem %+v in %d bytes", p, len(s.data))
	}
}

// fuzz reads data with one format, whole and in small blocks: where the blocks
// are cut must not matter to well-formed input.
func fuzz(f *testing.F, id string, seeds ...string) {
	for _, seed := range seeds {
		f.Add([]byte(seed))
		f.Add(wide(binary.LittleEndian, seed))
	}
	formats := Formats(nil)
	f.Fuzz(func(t *testing.T, data []byte) {
		for _, format := range formats {
			if format.ID != id {
				continue
			}
			format.Match(data, "Security.csv")
			counts := [2]int{}
			for i, size := range []int{1 << 20, 100} {
				decoder, err := format.Open(&evidence.File{Path: "Security.csv"}, data[:min(len(data), evidence.HeadSize)])
				if err != nil {
					return
				}
				sink := &strictSink{t: t, data: data, extractor: NewExtractor()}
				run(sink, &format, decoder, data, size)
				counts[i] = sink.records
			}
		}
	})
}

func FuzzJSONEvents(f *testing.F) {
	fuzz(f, "event-json", logonNested, logonFlat, logonBeats, logonList, logonHayabusa, logonWazuh, logonVelociraptor, "["+logonOldBeats+",\n"+logonNested+"]", "Record 1\n{\n}\nRecord 2\n"+logonNested,
		`{"result":{"_raw":`+quoteJSON(logonXML)+`}}`, `{"EventID":1102,"Channel":"Security","Message":"Cleared.\r\nSubject:\r\n\tAccount Name:\tbob"}`)
}

func FuzzXMLEvents(f *testing.F) {
	fuzz(f, "event-xml", logonXML, "<Events>"+logonXML+"\r\n"+logonXML+"</Events>", strings.Replace(logonXML, "<EventData>", "<!-- x --><UserData><![CDATA[x]]><A b='c'/></UserData><EventData>", 1))
}

func FuzzCSVEvents(f *testing.F) {
	fuzz(f, "event-csv", "Keywords,Date and Time,Source,Event ID,Task Category\r\nAudit Success,2/23/2026 10:30:00 AM,Microsoft-Windows-Security-Auditing,4624,Logon,"+csvQuote(logonMessage)+"\r\n",
		"\"Message\",\"Id\",\"LogName\",\"TimeCreated\"\n\"a\"\"b\",1,x,\"2/23/2026 10:30:00 AM\"\n")
}

func FuzzTime(f *testing.F) {
	for _, seed := range []string{"2026-02-03T22:05:06.1234Z", "2/3/2026 10:05:06 PM", "1770156306.1", "/Date(1770156306123)/", "03.02.2026 22:05"} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		if at, ok := parseTime(text); ok {
			if zoned, ok := at.zoneFrom(instant{0, true}); ok && !zoned.zoned {
				t.Errorf("%q has a zone and has none", text)
			}
		}
	})
}
