package zeek

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"

	"seawall/internal/evidence"
	"seawall/internal/evidence/jsonrow"
	"seawall/record"
)

// JSON is the format of Zeek logs written as JSON objects, one per line: by
// the ASCII writer with its JSON option, by json-streaming-logs, Corelight
// sensors and RITA's tools. Several logs may share a file if rows name theirs.
func JSON() evidence.Format {
	catalog := jsonrow.NewCatalog(record.KindNetwork)
	idle := &sync.Pool{New: func() any { return &jsonReader{rows: jsonrow.NewReader(catalog)} }}
	return evidence.Format{
		ID: "zeek-json", Title: "Zeek log (JSON)",
		Notes: "one object per line; also with nested ids, ISO times, and several logs in one file",
		Match: func(head []byte, name string) bool { return jsonPath(head, name) != "" },
		Cut:   cutLines,
		Open: func(file *evidence.File, head []byte) (evidence.Decoder, error) {
			d := &jsonFile{idle: idle, path: file.Path}
			base := file.Path[strings.LastIndexAny(file.Path, `/\`)+1:]
			d.source = "zeek " + jsonPath(head, base)
			d.named = bytes.Contains(firstLine(head), []byte(`"_path"`))
			return d, nil
		},
	}
}

// jsonPath names the log that the first object of a file belongs to, "" if it
// is none of Zeek's.
func jsonPath(head []byte, name string) string {
	line := bytes.TrimLeft(bytes.TrimPrefix(head, byteOrderMark), " \t\r\n[")
	if len(line) == 0 || line[0] != '{' || !bytes.Contains(line[:min(len(line), 8<<10)], []byte(`"ts"`)) {
		return ""
	}
	// One reader for one look: recognition is no hot path.
	r := jsonrow.NewReader(jsonrow.NewCatalog(record.KindNetwork))
	schema, values, _, err := r.Row(line, "")
	if err != nil {
		return ""
	}
	var fields []string
	for _, f := range schema.Fields {
		fields = append(fields, f.Name)
	}
	ts := schema.Lookup("ts")
	if len(ts) == 0 {
		return ""
	}
	if _, ok := timestamp(values[ts[0]].Raw); !ok {
		return ""
	}
	if path := schema.Lookup("_path"); len(path) > 0 && len(values[path[0]].Raw) > 0 {
		return openPath(string(values[path[0]].Raw), name)
	}
	return pathOf(fields, name)
}

// openPath is the path of a log that says it is conn.log but whose file is
// named open_conn.log: the package zeek-open-connections writes such logs.
func openPath(path, name string) string {
	if base, _, _ := strings.Cut(strings.ToLower(name), "."); base == "open_"+path {
		return base
	}
	return path
}

// pathOf names the log of a file whose rows do not: by their fields, and by
// the file's name where fields leave it open.
func pathOf(fields []string, name string) string {
	if guessed := guessPath(fields); guessed != "" {
		return openPath(guessed, name)
	}
	base, _, _ := strings.Cut(strings.ToLower(name), ".")
	conversation := slices.Contains(fields, "uid") && slices.Contains(fields, "id.orig_h")
	if conversation || slices.Contains(others, base) || slices.ContainsFunc(signatures, func(s signature) bool { return s.path == base }) {
		return base
	}
	return ""
}

// jsonFile decodes one file.
type jsonFile struct {
	idle   *sync.Pool
	path   string
	source string // of rows that do not name their log
	named  bool   // rows do
	damage damage
}

type jsonReader struct {
	rows    *jsonrow.Reader
	rec     record.Record
	sources map[string]string
	schema  *record.Schema // of the last row
	time    int            // its slot of the time
}

// Decode reads the rows of one block.
func (f *jsonFile) Decode(b *evidence.Block, sink evidence.Sink) {
	r := f.idle.Get().(*jsonReader)
	defer f.idle.Put(r)
	r.rec = record.Record{Origin: record.Origin{Path: f.path}}
	data, offset, number := b.Data, b.Offset, b.Line
	for len(data) > 0 {
		end := bytes.IndexByte(data, '\n')
		next := end + 1
		if end < 0 {
			end, next = len(data), len(data)
		}
		line := data[:end]
		start := bytes.IndexByte(line, '{')
		if start < 0 {
			if !blank(line) {
				f.damage.add(number, false)
			}
		} else {
			r.rec.Origin.Offset, r.rec.Origin.Number = offset+int64(start), number
			if err := f.row(r, line[start:], sink); err != nil {
				f.damage.add(number, b.Last && next == len(data) && end == len(data) && errors.Is(err, jsonrow.ErrShort))
			}
		}
		data, offset, number = data[next:], offset+int64(next), number+1
	}
}

// blank reports whether a line holds nothing but the brackets of a list.
func blank(line []byte) bool {
	return len(bytes.Trim(line, "[], \t\r\xef\xbb\xbf")) == 0
}

func (f *jsonFile) row(r *jsonReader, line []byte, sink evidence.Sink) error {
	source := f.source
	if f.named {
		source = r.sourceOf(line, source)
	}
	schema, values, n, err := r.rows.Row(line, source)
	if err != nil {
		return err
	}
	if schema != r.schema {
		r.schema, r.time = schema, -1
		if slots := schema.Lookup("ts"); len(slots) > 0 {
			r.time = slots[0]
		}
	}
	rec := &r.rec
	rec.Schema, rec.Values, rec.Raw, rec.Origin.Length, rec.Time = schema, values, line[:n], n, 0
	if r.time >= 0 {
		rec.Time, _ = timestamp(values[r.time].Raw)
	}
	sink.Record(rec)
	if rest := line[n:]; !blank(rest) {
		return fmt.Errorf("%w behind the object", jsonrow.ErrSyntax)
	}
	return nil
}

// sourceOf returns the source of the log that a row names.
func (r *jsonReader) sourceOf(line []byte, otherwise string) string {
	const key = `"_path"`
	i := bytes.Index(line, []byte(key))
	if i < 0 {
		return otherwise
	}
	rest := bytes.TrimLeft(line[i+len(key):], ": ")
	if len(rest) == 0 || rest[0] != '"' {
		return otherwise
	}
	end := bytes.IndexByte(rest[1:], '"')
	if end < 0 {
		return otherwise
	}
	path := rest[1 : 1+end]
	if name, ok := strings.CutPrefix(otherwise, "zeek open_"); ok && name == string(path) {
		return otherwise
	}
	if s, ok := r.sources[string(path)]; ok {
		return s
	}
	s := "zeek " + string(path)
	if r.sources == nil || len(r.sources) > maxLayouts {
		r.sources = map[string]string{}
	}
	r.sources[string(path)] = s
	return s
}

// Close says what could not be read.
func (f *jsonFile) Close(sink evidence.Sink) {
	f.damage.report(f.path, "lines are no JSON objects", sink)
}
