package weblog

import (
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"seawall/internal/activity"
	"seawall/internal/corpus"
	"seawall/internal/evidence"
	"seawall/record"
)

// otherLogs are files of the corpus that are no logs of requests.
var otherLogs = []string{
	"labels.tsv", "LICENSE", "iis-logs.log", "logfile_block.1", "logfile_block.2", "logfile_bro_http.log.0", "logfile_bunyan.0", "logfile_crlf.0", "logfile_ecs_log.json",
	"logfile_empty.0", "logfile_invalid_utf8.0", "logfile_openam.0", "logfile_pino.0", "logfile_rollover.0", "logfile_zap_console.0",
}

func TestEveryLogOfTheCorpusIsReadWhole(t *testing.T) {
	dir := corpus.Dir(t, "web")
	files, lines, unparsed := 0, 0, 0
	for _, pattern := range []string{"rendered_logs/*", "real_logs/*", "formats/crowdsec/*/*.log", "formats/lnav/*"} {
		paths, err := filepath.Glob(filepath.Join(dir, pattern))
		if err != nil {
			t.Fatal(err)
		}
		for _, path := range paths {
			data, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			if len(data) == 0 {
				continue
			}
			s, format := decode(t, data, 1<<20)
			other := slices.Contains(otherLogs, filepath.Base(path))
			switch {
			case format == nil && !other:
				t.Errorf("%s is not recognised", path)
			case format != nil && other:
				t.Errorf("%s is taken for %s", path, format.ID)
			case format != nil:
				files++
				lines += len(s.records)
				unparsed += s.unparsed
				if s.unparsed > 0 {
					t.Logf("%s: %d of %d lines follow no format", path, s.unparsed, len(s.records))
				}
			}
		}
	}
	t.Logf("%d logs, %d lines, %d of them of no known format", files, lines, unparsed)
	// A message of a plugin, and three of other programs of a syslog file.
	if files < 46 || unparsed > 4 {
		t.Errorf("%d logs with %d lines not read", files, unparsed)
	}
}

// requestsOf collects what requests a file tells of.
type requestsOf struct {
	evidence.Discard
	extract *Extractor
	rows    [][3]string // method, status, client
}

func (r *requestsOf) Record(rec *record.Record) {
	r.extract.Extract(rec, func(a *activity.Activity) {
		if h := a.HTTP; h != nil {
			r.rows = append(r.rows, [3]string{string(h.Method), strconv.Itoa(h.Status), string(h.Client)})
		}
	})
}

func TestRenderedRequestsReadTheSameInEveryFormat(t *testing.T) {
	dir := filepath.Join(corpus.Dir(t, "web"), "rendered_logs")
	labels, err := os.ReadFile(filepath.Join(dir, "labels.tsv"))
	if err != nil {
		t.Fatalf("the corpus lacks the rendered logs: %v", err)
	}
	rows := strings.Split(strings.TrimSpace(string(labels)), "\n")
	column := map[string]int{}
	for i, name := range strings.Split(rows[0], "\t") {
		column[name] = i
	}
	for _, name := range []string{"apache_combined.log", "nginx_combined.log", "iis_w3c.log", "aws_alb.log", "caddy.jsonl"} {
		data, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		sink := &requestsOf{extract: NewExtractor()}
		decodeAs(t, formatOf(data, name), data, 1<<20, sink)
		if len(sink.rows) != len(rows)-1 {
			t.Errorf("%s: %d requests, want %d", name, len(sink.rows), len(rows)-1)
			continue
		}
		wrong := 0
		for i, row := range rows[1:] {
			cells := strings.Split(row, "\t")
			want := [3]string{cells[column["method"]], cells[column["status"]], cells[column["client_ip"]]}
			if sink.rows[i] != want {
				if wrong++; wrong <= 5 {
					t.Errorf("%s: request %d is %q, want %q", name, i+1, sink.rows[i], want)
				}
			}
		}
		t.Logf("%s: %d of %d requests exact", name, len(sink.rows)-wrong, len(sink.rows))
	}
}
