package weblog

import (
	"testing"
	"time"

	"seawall/internal/activity"
	"seawall/internal/evidence"
	"seawall/record"
)

// seen collects what a file yields.
type seen struct {
	evidence.Discard
	records  []map[string]string
	sources  []string
	unparsed int
	problems []evidence.Problem
	extract  *Extractor
}

func (s *seen) Record(rec *record.Record) {
	fields := map[string]string{}
	for i, f := range rec.Schema.Fields {
		if v := rec.Values[i]; v.Kind != record.Null && fields[f.Name] == "" {
			fields[f.Name] = v.String()
		}
	}
	fields["(time)"] = time.Unix(0, rec.Time).UTC().Format(time.RFC3339Nano)
	s.records = append(s.records, fields)
	s.sources = append(s.sources, rec.Schema.Source)
	s.extract.Extract(rec, func(a *activity.Activity) {
		switch a.Class {
		case activity.Unparsed:
			s.unparsed++
		case activity.Request:
			fields["(host)"] = string(bare(a.HTTP.Host))
			fields["(target)"] = string(a.HTTP.Target)
		}
	})
}

func (s *seen) Problem(p evidence.Problem) { s.problems = append(s.problems, p) }

// formatOf returns the format that recognises data, nil if none does.
func formatOf(data []byte, name string) *evidence.Format {
	for _, f := range Formats(nil) {
		if f.Match(data[:min(len(data), evidence.HeadSize)], name) {
			return &f
		}
	}
	return nil
}

// decode reads data in blocks of about the given size.
func decode(t testing.TB, data []byte, block int) (*seen, *evidence.Format) {
	t.Helper()
	format := formatOf(data, "access.log")
	if format == nil {
		return nil, nil
	}
	s := &seen{extract: NewExtractor()}
	decodeAs(t, format, data, block, s)
	return s, format
}

func decodeAs(t testing.TB, format *evidence.Format, data []byte, block int, sink evidence.Sink) {
	t.Helper()
	d, err := format.Open(&evidence.File{Path: "x.log", Size: int64(len(data))}, data[:min(len(data), evidence.HeadSize)])
	if err != nil {
		t.Fatal(err)
	}
	var header []byte
	at, line := 0, uint64(1)
	for at < len(data) || at == 0 {
		n := 0
		for want := min(block, len(data)-at); ; want = min(2*want+1, len(data)-at) {
			if n = format.Cut(data[at:at+want], at+want == len(data)); n > 0 || at+want == len(data) {
				break
			}
		}
		b := evidence.Block{Offset: int64(at), Line: line, Data: data[at : at+n], Last: at+n == len(data), Header: header}
		if format.Header != nil {
			header = format.Header(header, b.Data)
		}
		d.Decode(&b, sink)
		for _, c := range b.Data {
			if c == '\n' {
				line++
			}
		}
		at += n
		if n == 0 {
			break
		}
	}
	d.Close(sink)
}
