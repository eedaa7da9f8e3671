// Package sarif writes findings as SARIF 2.1.0 (OASIS), for the tools that
// collect results of analysers.
package sarif

import (
	"encoding/json"
	"io"
	"net/url"
	"path/filepath"
	"slices"
	"strings"

	"seawall/internal/finding"
	"seawall/internal/report/escape"
	"seawall/internal/verdict"
)

const schema = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"

type (
	file struct {
		Schema  string `json:"$schema"`
		Version string `json:"version"`
		Runs    []run  `json:"runs"`
	}
	run struct {
		Tool        tool         `json:"tool"`
		Invocations []invocation `json:"invocations"`
		Results     []result     `json:"results"`
		Taxonomies  []component  `json:"taxonomies,omitempty"`
		ColumnKind  string       `json:"columnKind"`
	}
	tool struct {
		Driver component `json:"driver"`
	}
	component struct {
		Name           string       `json:"name"`
		Version        string       `json:"version,omitempty"`
		InformationURI string       `json:"informationUri,omitempty"`
		Rules          []descriptor `json:"rules,omitempty"`
		Taxa           []descriptor `json:"taxa,omitempty"`
	}
	descriptor struct {
		ID    string  `json:"id"`
		Name  string  `json:"name,omitempty"`
		Short message `json:"shortDescription"`
	}
	invocation struct {
		Successful bool   `json:"executionSuccessful"`
		Start      string `json:"startTimeUtc"`
		End        string `json:"endTimeUtc"`
	}
	message struct {
		Text string `json:"text"`
	}
	result struct {
		RuleID       string            `json:"ruleId"`
		RuleIndex    int               `json:"ruleIndex"`
		Level        string            `json:"level"`
		Message      message           `json:"message"`
		Locations    []location        `json:"locations"`
		Fingerprints map[string]string `json:"partialFingerprints"`
		Taxa         []reference       `json:"taxa,omitempty"`
		Suppressions []suppression     `json:"suppressions,omitempty"`
		Rank         float64           `json:"rank"`
	}
	suppression struct {
		Kind          string `json:"kind"`
		Justification string `json:"justification"`
	}
	location struct {
		Physical physical `json:"physicalLocation"`
	}
	physical struct {
		Artifact artifact `json:"artifactLocation"`
		Region   region   `json:"region"`
	}
	artifact struct {
		URI string `json:"uri"`
	}
	region struct {
		Offset  int64    `json:"byteOffset"`
		Length  int      `json:"byteLength"`
		Snippet *message `json:"snippet,omitempty"`
	}
	reference struct {
		ID        string `json:"id"`
		Component named  `json:"toolComponent"`
	}
	named struct {
		Name string `json:"name"`
	}
)

var levels = [...]string{"none", "note", "warning", "error", "error"}

// maxLocations bounds what is cited of one finding.
const maxLocations = 50

// Write writes the log of one run.
func Write(w io.Writer, r *verdict.Result, _ *verdict.Verdict) error {
	out := run{
		Tool:        tool{component{Name: "Seawall", Version: r.Run.Version}},
		Invocations: []invocation{{!r.Run.Interrupted, stamp(r.Run.Start), stamp(r.Run.End)}},
		Results:     []result{}, ColumnKind: "utf16CodeUnits",
	}
	rules := map[string]int{}
	var techniques []string
	for i := range r.Findings {
		f := &r.Findings[i]
		at, ok := rules[f.Detector]
		if !ok {
			at = len(out.Tool.Driver.Rules)
			rules[f.Detector] = at
			out.Tool.Driver.Rules = append(out.Tool.Driver.Rules, descriptor{ID: f.Detector, Short: message{title(r, f.Detector)}})
		}
		out.Results = append(out.Results, newResult(f, at))
		techniques = append(techniques, f.Techniques...)
	}
	slices.Sort(techniques)
	if techniques = slices.Compact(techniques); len(techniques) > 0 {
		attack := component{Name: "ATT&CK", InformationURI: "https://attack.mitre.org/"}
		for _, t := range techniques {
			attack.Taxa = append(attack.Taxa, descriptor{ID: t, Name: verdict.TechniqueName(t), Short: message{t + " " + verdict.TechniqueName(t)}})
		}
		out.Taxonomies = []component{attack}
	}
	encoder := json.NewEncoder(w)
	encoder.SetIndent("", " ")
	return encoder.Encode(file{schema, "2.1.0", []run{out}})
}

func title(r *verdict.Result, detector string) string {
	for i := range r.Detectors {
		if r.Detectors[i].ID == detector {
			return r.Detectors[i].Title
		}
	}
	return detector
}

func newResult(f *finding.Finding, rule int) result {
	out := result{
		RuleID: f.Detector, RuleIndex: rule, Level: levels[min(f.Severity, finding.Critical)], Message: message{escape.Visible(f.Title + ". " + f.Why)},
		Locations: []location{}, Fingerprints: map[string]string{"seawall/v1": f.ID}, Rank: float64(f.Severity) * 25,
	}
	for _, c := range f.Citations[:min(len(f.Citations), maxLocations)] {
		l := location{physical{artifact{uri(c.Path)}, region{Offset: max(c.Offset, 0), Length: c.Length}}}
		if c.Excerpt != "" {
			l.Physical.Region.Snippet = &message{escape.Visible(c.Excerpt)}
		}
		out.Locations = append(out.Locations, l)
	}
	for _, t := range f.Techniques {
		out.Taxa = append(out.Taxa, reference{t, named{"ATT&CK"}})
	}
	if f.Suppressed != "" {
		out.Suppressions = []suppression{{"external", escape.Visible(f.Suppressed)}}
	}
	return out
}

// uri writes a path as a relative reference (RFC 3986), or as a file URI if it
// is absolute.
func uri(path string) string {
	slashed := filepath.ToSlash(path)
	u := url.URL{Path: slashed}
	if strings.HasPrefix(slashed, "/") {
		u.Scheme = "file"
	}
	return u.String()
}
