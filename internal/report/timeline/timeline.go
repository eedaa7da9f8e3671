// Package timeline writes findings as a timeline that Timesketch imports: CSV
// with a row for every cited event, safe to open in a spreadsheet.
package timeline

import (
	"cmp"
	"encoding/csv"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"

	"seawall/internal/finding"
	"seawall/internal/report/escape"
)

// Timesketch asks for the first three columns by name.
var header = []string{
	"message", "datetime", "timestamp_desc", "timestamp", "severity", "confidence", "detector", "finding_id", "host", "user", "address",
	"techniques", "rules", "excerpt", "source_file", "source_offset", "source_length", "record", "sha256", "suppressed",
}

// event is one row before it is written: a citation, or a finding that cites
// none.
type event struct {
	time    int64
	finding *finding.Finding
	cite    *finding.Citation
}

// Write writes the events the findings cite, in the order of time, then of
// finding. Events without a time are left out, as Timesketch refuses them; how
// many is returned.
func Write(w io.Writer, findings []finding.Finding) (untimed int, err error) {
	var events []event
	add := func(e event) {
		if e.time == 0 {
			untimed++
			return
		}
		events = append(events, e)
	}
	for i := range findings {
		f := &findings[i]
		for j := range f.Citations {
			c := &f.Citations[j]
			add(event{cmp.Or(c.Time, f.First), f, c})
		}
		if len(f.Citations) == 0 {
			add(event{f.First, f, &finding.Citation{}})
		}
	}
	slices.SortStableFunc(events, func(a, b event) int {
		return cmp.Or(cmp.Compare(a.time, b.time), finding.Compare(a.finding, b.finding), finding.CompareCitations(*a.cite, *b.cite))
	})
	out := csv.NewWriter(w)
	if err := out.Write(header); err != nil {
		return untimed, err
	}
	row := make([]string, len(header))
	for _, e := range events {
		e.fill(row)
		if err := out.Write(row); err != nil {
			return untimed, err
		}
	}
	out.Flush()
	return untimed, out.Error()
}

func (e *event) fill(row []string) {
	f, c := e.finding, e.cite
	var rules []string
	for _, r := range f.Rules {
		rules = append(rules, r.Title)
	}
	copy(row, []string{
		f.Title, time.Unix(0, e.time).UTC().Format("2006-01-02T15:04:05.000000Z07:00"), "Event Logged", strconv.FormatInt(e.time/int64(time.Microsecond), 10),
		f.Severity.String(), f.Confidence.String(), f.Detector, f.ID, entities(f, finding.Host), entities(f, finding.User), entities(f, finding.Address),
		strings.Join(f.Techniques, " "), strings.Join(rules, "; "), c.Excerpt, c.Path, strconv.FormatInt(c.Offset, 10), strconv.Itoa(c.Length),
		strconv.FormatUint(c.Number, 10), c.SHA256, f.Suppressed,
	})
	for i, cell := range row {
		row[i] = safe(cell)
	}
}

func entities(f *finding.Finding, kind string) string {
	var values []string
	for _, e := range f.Entities {
		if e.Type == kind {
			values = append(values, e.Value)
		}
	}
	return strings.Join(values, "; ")
}

// safe spells hidden characters out, and keeps a spreadsheet from taking text
// for a formula (OWASP, "CSV injection"). Line ends and tabs are spelled out
// already, so they can neither start a cell nor make rows. Full-width signs
// count: some programs fold them.
func safe(cell string) string {
	cell = escape.Visible(cell)
	if trimmed := strings.TrimLeft(cell, " "); trimmed != "" {
		for _, sign := range []string{"=", "+", "-", "@", "＝", "＋", "－", "＠"} {
			if strings.HasPrefix(trimmed, sign) {
				return "'" + cell
			}
		}
	}
	return cell
}
