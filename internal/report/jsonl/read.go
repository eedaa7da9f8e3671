package jsonl

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"time"

	"seawall/internal/finding"
)

// maxLine bounds a line: a finding with every citation it may have is far
// smaller.
const maxLine = 16 << 20

// Read reads findings that a [Writer] wrote. The error names the line; the
// findings before it are returned.
func Read(r io.Reader) ([]finding.Finding, error) {
	lines := bufio.NewReaderSize(r, 64<<10)
	var findings []finding.Finding
	for number := 1; ; number++ {
		line, err := readLine(lines)
		if err == io.EOF {
			return findings, nil
		}
		if err == nil && len(bytes.TrimSpace(line)) == 0 {
			continue
		}
		var f finding.Finding
		if err == nil {
			f, err = parse(line)
		}
		if err != nil {
			return findings, fmt.Errorf("line %d: %w", number, err)
		}
		findings = append(findings, f)
	}
}

// readLine returns the next line; io.EOF if there is none.
func readLine(r *bufio.Reader) ([]byte, error) {
	var line []byte
	for {
		part, err := r.ReadSlice('\n')
		if len(line)+len(part) > maxLine {
			return nil, fmt.Errorf("longer than %d bytes: not a finding", maxLine)
		}
		line = append(line, part...)
		switch {
		case errors.Is(err, bufio.ErrBufferFull):
		case err == io.EOF && len(line) > 0, err == nil:
			return line, nil
		default:
			return nil, err
		}
	}
}

func parse(line []byte) (finding.Finding, error) {
	var e event
	if err := json.Unmarshal(line, &e); err != nil {
		return finding.Finding{}, fmt.Errorf("not a finding: %w", err)
	}
	if e.ClassUID != classDetectionFinding || e.FindingInfo.UID == "" {
		return finding.Finding{}, fmt.Errorf("not an OCSF detection finding: class_uid is %d, finding_info.uid %q", e.ClassUID, e.FindingInfo.UID)
	}
	if e.SeverityID < 1 || e.SeverityID > int(finding.Critical)+1 || e.ConfidenceID < 1 || e.ConfidenceID > int(finding.Certain)+1 {
		return finding.Finding{}, fmt.Errorf("severity_id %d or confidence_id %d is not one this program writes", e.SeverityID, e.ConfidenceID)
	}
	ext := &e.Unmapped.Seawall
	f := finding.Finding{
		ID: e.FindingInfo.UID, Detector: e.FindingInfo.Analytic.UID, Question: finding.Question(ext.Question),
		Title: e.FindingInfo.Title, Why: e.FindingInfo.Desc,
		Severity: finding.Severity(e.SeverityID - 1), Confidence: finding.Confidence(e.ConfidenceID - 1),
		Mitigations: ext.Mitigations, Count: e.Count, Recovered: ext.Recovered, Suppressed: e.StatusDetail,
		Action: ext.Action, Flaws: ext.Flaws, Urgent: ext.Urgent, Exploited: ext.Exploited, Reachable: ext.Reachable, Unproven: ext.Unproven, Investigate: ext.Investigate,
	}
	for _, r := range ext.Rules {
		f.Rules = append(f.Rules, finding.Rule(r))
	}
	for _, a := range e.FindingInfo.Attacks {
		if a.SubTechnique != nil {
			f.Techniques = append(f.Techniques, a.SubTechnique.UID)
		} else if a.Technique != nil {
			f.Techniques = append(f.Techniques, a.Technique.UID)
		}
	}
	for _, o := range e.Observables {
		f.Entities = append(f.Entities, finding.Entity{Type: entityType(o), Value: o.Value})
	}
	return f, parseTimes(&f, &e)
}

// parseTimes fills what carries exact times.
func parseTimes(f *finding.Finding, e *event) error {
	var err [2]error
	f.First, err[0] = nanos(e.Unmapped.Seawall.First)
	f.Last, err[1] = nanos(e.Unmapped.Seawall.Last)
	if err := errors.Join(err[:]...); err != nil {
		return err
	}
	for i := range e.Evidences {
		c := &e.Evidences[i].Data
		t, err := nanos(c.Time)
		if err != nil {
			return err
		}
		f.Citations = append(f.Citations, finding.Citation{Path: c.Path, Offset: c.Offset, Length: c.Length, Number: c.Record, Time: t, SHA256: c.SHA256, Excerpt: c.Excerpt})
	}
	return nil
}

func entityType(o observable) string {
	for kind, known := range observableTypes {
		if known.id == o.TypeID {
			return kind
		}
	}
	return o.Type
}

// The times an int64 of nanoseconds since 1970 can hold.
var earliest, latest = time.Unix(0, math.MinInt64), time.Unix(0, math.MaxInt64)

func nanos(text string) (int64, error) {
	if text == "" {
		return 0, nil
	}
	t, err := time.Parse(time.RFC3339Nano, text)
	if err != nil {
		return 0, err
	}
	if t.Before(earliest) || t.After(latest) {
		return 0, fmt.Errorf("time %q is out of range", text)
	}
	return t.UnixNano(), nil
}
