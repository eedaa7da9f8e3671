// Package jsonl writes findings as OCSF Detection Findings, one JSON object a
// line, and reads them back.
package jsonl

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"path"
	"strings"
	"time"
	"unicode/utf8"

	"seawall/internal/finding"
	"seawall/internal/report/escape"
	"seawall/internal/verdict"
)

// OCSFVersion is the version of the schema the output follows.
const OCSFVersion = "1.6.0"

const (
	classDetectionFinding = 2004
	categoryFindings      = 2
	activityCreate        = 1
	statusNew             = 1
	statusSuppressed      = 3
	analyticRule          = 1
	analyticBehavioral    = 2
)

// Writer writes findings. Its output depends on the findings and the
// program's version only, never on when it runs.
type Writer struct {
	out     *bufio.Writer
	version string
	buf     bytes.Buffer
	json    *json.Encoder
}

// NewWriter returns a writer of findings of the given version of the program.
func NewWriter(w io.Writer, version string) *Writer {
	writer := &Writer{out: bufio.NewWriterSize(w, 64<<10), version: version}
	writer.json = json.NewEncoder(&writer.buf)
	return writer
}

// Write writes one finding. Bytes that are not UTF-8 become U+FFFD.
func (w *Writer) Write(f *finding.Finding) error {
	w.buf.Reset()
	if err := w.json.Encode(newEvent(f, w.version)); err != nil {
		return fmt.Errorf("finding %s: %w", f.ID, err)
	}
	return w.copyEscaped(w.buf.Bytes())
}

// Flush writes what is buffered. It must be called last.
func (w *Writer) Flush() error { return w.out.Flush() }

// copyEscaped writes JSON with the hidden characters that JSON allows to stand
// for themselves escaped: the output may be looked at on a terminal.
func (w *Writer) copyEscaped(text []byte) error {
	start := 0
	for i := 0; i < len(text); {
		if text[i] < 0x7f {
			i++
			continue
		}
		r, n := utf8.DecodeRune(text[i:])
		if escape.Hidden(r) {
			w.out.Write(text[start:i])
			if r > 0xffff {
				r -= 0x10000
				fmt.Fprintf(w.out, `\u%04x\u%04x`, 0xd800+r>>10, 0xdc00+r&0x3ff)
			} else {
				fmt.Fprintf(w.out, `\u%04x`, r)
			}
			start = i + n
		}
		i += n
	}
	_, err := w.out.Write(text[start:]) // errors of a bufio.Writer stick
	return err
}

func newEvent(f *finding.Finding, version string) *event {
	e := &event{
		ActivityID: activityCreate, ActivityName: "Create",
		CategoryUID: categoryFindings, CategoryName: "Findings",
		ClassUID: classDetectionFinding, ClassName: "Detection Finding",
		TypeUID: classDetectionFinding*100 + activityCreate,
		Time:    millis(f.Last), StartTime: millis(f.First), EndTime: millis(f.Last),
		SeverityID: int(f.Severity) + 1, Severity: title(f.Severity.String()),
		ConfidenceID: int(f.Confidence) + 1, Confidence: title(f.Confidence.String()),
		StatusID: statusNew, Status: "New",
		Count: f.Count, Message: f.Title,
		Metadata: metadata{Version: OCSFVersion, Product: product{Name: "Seawall", Vendor: "Seawall", Version: version}, UID: f.ID},
		FindingInfo: findingInfo{
			UID: f.ID, Title: f.Title, Desc: f.Why, Types: []string{f.Detector},
			FirstSeen: millis(f.First), LastSeen: millis(f.Last), RelatedCount: f.Count,
			Analytic: analytic{Name: f.Detector, UID: f.Detector, TypeID: analyticBehavioral, Type: "Behavioral"},
		},
		Unmapped: unmapped{extension{Question: string(f.Question), First: exact(f.First), Last: exact(f.Last), Mitigations: f.Mitigations, Recovered: f.Recovered, Action: f.Action, Flaws: f.Flaws, Urgent: f.Urgent, Exploited: f.Exploited, Reachable: f.Reachable, Unproven: f.Unproven, Investigate: f.Investigate}},
	}
	if f.Suppressed != "" {
		e.StatusID, e.Status, e.StatusDetail = statusSuppressed, "Suppressed", f.Suppressed
	}
	e.addRules(f)
	e.addEntities(f)
	for _, id := range f.Techniques {
		e.FindingInfo.Attacks = append(e.FindingInfo.Attacks, newAttack(id))
	}
	for _, c := range f.Citations {
		base := path.Base(strings.ReplaceAll(c.Path, `\`, "/"))
		e.Evidences = append(e.Evidences, evidence{
			Name: fmt.Sprintf("%s@%d", c.Path, c.Offset),
			File: file{Name: base, Path: c.Path, TypeID: 1, Type: "Regular File"},
			Data: citation{Path: c.Path, Offset: c.Offset, Length: c.Length, Record: c.Number, Time: exact(c.Time), SHA256: c.SHA256, Excerpt: c.Excerpt},
		})
	}
	if len(f.Mitigations) > 0 {
		names := make([]string, len(f.Mitigations))
		for i, key := range f.Mitigations {
			names[i] = finding.MitigationName(key)
		}
		e.Remediation = &remediation{Desc: strings.Join(names, "; ")}
	}
	return e
}

func (e *event) addRules(f *finding.Finding) {
	for _, r := range f.Rules {
		e.FindingInfo.RelatedAnalytics = append(e.FindingInfo.RelatedAnalytics, analytic{Name: r.Title, UID: r.ID, TypeID: analyticRule, Type: "Rule"})
		e.Unmapped.Seawall.Rules = append(e.Unmapped.Seawall.Rules, rule(r))
	}
}

// observableTypes are OCSF's types of the entities; others are 99, named.
var observableTypes = map[string]struct {
	id            int
	name, caption string
}{
	finding.Host:    {1, "device.hostname", "Hostname"},
	finding.Address: {2, "src_endpoint.ip", "IP Address"},
	finding.User:    {4, "actor.user.name", "User Name"},
	finding.File:    {7, "file.name", "File Name"},
	finding.Process: {9, "process.name", "Process Name"},
}

const observableOther = 99

func (e *event) addEntities(f *finding.Finding) {
	var hosts []string
	for _, entity := range f.Entities {
		o := observable{Name: entity.Type, TypeID: observableOther, Type: entity.Type, Value: entity.Value}
		if known, ok := observableTypes[entity.Type]; ok {
			o.Name, o.TypeID, o.Type = known.name, known.id, known.caption
		}
		e.Observables = append(e.Observables, o)
		if entity.Type == finding.Host {
			hosts = append(hosts, entity.Value)
			e.Resources = append(e.Resources, resource{Name: entity.Value, Type: entity.Type})
		}
	}
	if len(hosts) == 1 {
		e.Device = &device{Hostname: hosts[0], TypeID: 0, Type: "Unknown"}
	}
}

func newAttack(id string) attack {
	parent, _, isSub := strings.Cut(id, ".")
	a := attack{Technique: &named{UID: parent, Name: verdict.TechniqueName(parent)}}
	if isSub {
		a.SubTechnique = &named{UID: id, Name: verdict.TechniqueName(id)}
	}
	return a
}

func millis(ns int64) int64 { return ns / int64(time.Millisecond) }

// exact writes a time so that nothing of it is lost; unknown is empty.
func exact(ns int64) string {
	if ns == 0 {
		return ""
	}
	return time.Unix(0, ns).UTC().Format(time.RFC3339Nano)
}

func title(s string) string { return strings.ToUpper(s[:1]) + s[1:] }
