// Package flowtext reads records of connections that flow collectors wrote as
// text: tables of nfdump, argus, SiLK and of the flow logs of Amazon's cloud,
// and JSON of goflow2, nfdump and pmacct. Fields have the collectors' names.
package flowtext

import (
	"bytes"
	"strings"
	"sync"
	"time"

	"seawall/internal/evidence"
	"seawall/record"
)

// group is what kind of logs these are: those of flow exporters.
const group = "netflow"

// Formats is the table of formats that hold records of flows as text. zone is
// that of times without one.
func Formats(zone *time.Location) []evidence.Format {
	clock := &clock{zone: zone}
	var formats []evidence.Format
	for i := range dialects {
		formats = append(formats, table(&dialects[i], clock))
	}
	return append(formats, flowJSON(clock))
}

// dialect is one way to write a table of flows.
type dialect struct {
	id, title, notes string
	source           string // of its rows
	group            string // what kind of log that is
	separator        byte   // 0: comma or tab, whichever the header has; ' ': any number of blanks
	header           string // how the line with the names begins
	columns          string // names of tables without such a line
	start            []string
	endMarks         []string // first cells of lines that end the table
}

var dialects = []dialect{
	{
		id: "nfdump-csv", source: "nfdump", group: group, title: "Flows in CSV of nfdump", notes: "as `nfdump -o csv` prints them; times are those of the zone it ran in",
		separator: ',', header: "ts,te,td,sa,da,sp,dp,pr", start: []string{"ts"}, endMarks: []string{"Summary", "flows"},
	},
	{
		id: "nfdump-csv7", source: "nfdump", group: group, title: "Flows in CSV of nfdump 1.7.3 and later", notes: "as `nfdump -o csv` prints them; times are those of the zone it ran in",
		separator: ',', header: "firstSeen,duration,proto,srcAddr,srcPort,dstAddr,dstPort", start: []string{"firstSeen"}, endMarks: []string{"Summary", "flows"},
	},
	{
		id: "argus", source: "argus", group: group, title: "Flows of argus (ra), also binetflow", notes: "separated by commas or tabs, below a line that names the columns",
		header: "StartTime", start: []string{"StartTime"},
	},
	{
		id: "silk", source: "silk", group: group, title: "Flows of SiLK (rwcut)", notes: "columns separated by |, below a line that names them",
		separator: '|', header: "sIP|", start: []string{"sTime"},
	},
	{
		id: "vpc-flow", source: "vpc", group: group, title: "Flow log of Amazon VPC", notes: "version 2 and later; fields in any order below a line that names them",
		separator: ' ', header: "version ", start: []string{"start"},
	},
	{
		id: "vpc-flow-bare", source: "vpc", group: group, title: "Flow log of Amazon VPC without names", notes: "the default fields of version 2",
		separator: ' ', header: "2 ", start: []string{"start"},
		columns: "version account-id interface-id srcaddr dstaddr srcport dstport protocol packets bytes start end action log-status",
	},
	{
		id: "windows-firewall", source: "windows firewall", group: "firewall", title: "Log of the Windows firewall (pfirewall.log)", notes: "times are those of the host's zone unless the file says otherwise",
		separator: ' ', header: "#Version", start: []string{"date"},
	},
}

// match reports whether a file begins as a table of the dialect does.
func (d *dialect) match(head []byte) bool {
	line := firstLine(head)
	if d.columns != "" {
		cells := bytes.Fields(line)
		return len(cells) == len(strings.Fields(d.columns)) && string(cells[0]) == "2" && bytes.HasPrefix(cells[2], []byte("eni-"))
	}
	names := strings.ReplaceAll(string(line), " ", "")
	switch d.id {
	case "windows-firewall":
		return bytes.Contains(head[:min(len(head), 512)], []byte("Microsoft Windows Firewall")) && fieldsLine(head) != nil
	case "silk":
		return strings.HasPrefix(names, d.header) && strings.Contains(names, "|dIP|")
	case "argus":
		return strings.HasPrefix(names, d.header) && strings.Contains(names, "SrcAddr") && strings.Contains(names, "DstAddr")
	case "vpc-flow":
		return bytes.Contains(line, []byte("srcaddr")) && bytes.Contains(line, []byte("dstaddr")) && bytes.Contains(line, []byte("log-status"))
	}
	return strings.HasPrefix(names, d.header)
}

// firstLine returns the first line that is not blank.
func firstLine(head []byte) []byte {
	head = bytes.TrimLeft(bytes.TrimPrefix(head, []byte("\xef\xbb\xbf")), " \t\r\n")
	if i := bytes.IndexByte(head, '\n'); i >= 0 {
		head = head[:i]
	}
	return bytes.TrimRight(head[:min(len(head), 4096)], " \t\r")
}

// fieldsLine returns the names in the line "#Fields: …"; nil if there is none.
func fieldsLine(head []byte) []byte {
	const mark = "#Fields: "
	i := bytes.Index(head, []byte(mark))
	if i < 0 {
		return nil
	}
	line, _, _ := bytes.Cut(head[i+len(mark):], []byte("\n"))
	return bytes.TrimSpace(line)
}

func table(d *dialect, clock *clock) evidence.Format {
	schemas := &schemas{known: map[string]*record.Schema{}}
	return evidence.Format{
		ID: d.id, Title: d.title, Notes: d.notes,
		Match: func(head []byte, _ string) bool { return d.match(head) },
		Cut:   evidence.CutLines,
		Open: func(file *evidence.File, head []byte) (evidence.Decoder, error) {
			line := firstLine(head)
			if d.id == "windows-firewall" {
				line = fieldsLine(head)
			}
			return newTable(d, file.Path, line, clock, schemas), nil
		},
	}
}

// schemas has tables with the same columns share a schema.
type schemas struct {
	mu    sync.Mutex
	known map[string]*record.Schema
}

const maxSchemas = 1024

func (s *schemas) get(source, group string, names []string) *record.Schema {
	key := source + "\x00" + strings.Join(names, "\x00")
	s.mu.Lock()
	defer s.mu.Unlock()
	if known := s.known[key]; known != nil {
		return known
	}
	if len(s.known) >= maxSchemas {
		clear(s.known)
	}
	var fields []record.Field
	for _, name := range names {
		fields = append(fields, record.Field{Name: name, Path: name})
	}
	made := record.NewSource(record.KindNetwork, source, fields)
	made.Group = group
	s.known[key] = made
	return made
}
