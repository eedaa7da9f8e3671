package zeek

import (
	"bytes"
	"slices"
	"strings"
	"sync"

	"seawall/internal/evidence"
	"seawall/internal/evidence/jsonrow"
	"seawall/internal/evidence/openrow"
	"seawall/record"
)

// JSON is the format of Zeek logs written as JSON objects, one per line: by
// the ASCII writer with its JSON option, by json-streaming-logs, Corelight
// sensors and RITA's tools. Several logs may share a file if rows name theirs.
func JSON() evidence.Format {
	catalog := openrow.NewCatalog(record.KindNetwork)
	return evidence.Format{
		ID: "zeek-json", Title: "Zeek log (JSON)",
		Notes: "one object per line; also with nested ids, ISO times, and several logs in one file",
		Match: func(head []byte, name string) bool { return jsonPath(head, name) != "" },
		Cut:   evidence.CutLines,
		Open: func(file *evidence.File, head []byte) (evidence.Decoder, error) {
			base := file.Path[strings.LastIndexAny(file.Path, `/\`)+1:]
			paths := &paths{otherwise: "zeek " + jsonPath(head, base)}
			log := &jsonrow.Log{Catalog: catalog, TimeField: "ts", Time: timestamp, Source: paths.constant}
			if bytes.Contains(firstLine(head), []byte(`"_path"`)) {
				log.Source = paths.source
			}
			return log.Open(file, head)
		},
	}
}

// paths tells the sources of the rows of one file.
type paths struct {
	otherwise string // of rows that do not name their log

	mu    sync.RWMutex
	known map[string]string
}

func (p *paths) constant([]byte) string { return p.otherwise }

// source returns the source of the log that a row names.
func (p *paths) source(line []byte) string {
	path := jsonrow.Key(line, `"_path"`)
	if path == nil {
		return p.otherwise
	}
	if name, ok := strings.CutPrefix(p.otherwise, "zeek open_"); ok && name == string(path) {
		return p.otherwise
	}
	p.mu.RLock()
	s, ok := p.known[string(path)]
	p.mu.RUnlock()
	if ok {
		return s
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.known == nil || len(p.known) > maxLayouts {
		p.known = map[string]string{}
	}
	s = "zeek " + string(path)
	p.known[string(path)] = s
	return s
}

// jsonPath names the log that the first object of a file belongs to, "" if it
// is none of Zeek's.
func jsonPath(head []byte, name string) string {
	if !bytes.Contains(head[:min(len(head), 8<<10)], []byte(`"ts"`)) {
		return ""
	}
	rec, ok := jsonrow.First(head)
	if !ok {
		return ""
	}
	schema, values := rec.Schema, rec.Values
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
