package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"seawall/internal/report/document"
	"seawall/internal/report/html"
	"seawall/internal/report/jsonl"
	"seawall/internal/report/markdown"
	"seawall/internal/report/misp"
	"seawall/internal/report/navigator"
	"seawall/internal/report/sarif"
	"seawall/internal/report/stix"
	"seawall/internal/report/terminal"
	"seawall/internal/report/timeline"
	"seawall/internal/verdict"
)

// output is one report to write; path - is standard output.
type output struct{ format, path string }

const standardOutput = "-"

type reportFormat struct {
	name, file string
	write      func(io.Writer, *verdict.Result, *verdict.Verdict) error
}

// reportFormats are the formats of reports, in the order they are listed.
var reportFormats = []reportFormat{
	{"html", "report.html", html.Write},
	{"jsonl", "findings.jsonl", writeJSONL},
	{"csv", "timeline.csv", writeTimeline},
	{"json", "report.json", document.Write},
	{"markdown", "summary.md", markdown.Write},
	{"navigator", "navigator-layer.json", navigator.Write},
	{"stix", "stix-bundle.json", stix.Write},
	{"sarif", "findings.sarif", sarif.Write},
	{"misp", "misp-event.json", misp.Write},
}

func writeJSONL(w io.Writer, r *verdict.Result, _ *verdict.Verdict) error {
	out := jsonl.NewWriter(w, r.Run.Version)
	for i := range r.Findings {
		if err := out.Write(&r.Findings[i]); err != nil {
			return err
		}
	}
	return out.Flush()
}

func writeTimeline(w io.Writer, r *verdict.Result, _ *verdict.Verdict) error {
	_, err := timeline.Write(w, r.Findings)
	return err
}

// outputs decides what is written where, and refuses to write into evidence.
func (c *scanCommand) outputs() ([]output, error) {
	chosen := []string{"html", "jsonl"}
	if c.Out == standardOutput {
		chosen = []string{"jsonl"}
	}
	var added []string
	for _, f := range c.Format {
		if name, ok := strings.CutPrefix(f, "+"); ok {
			added = append(added, name)
		}
	}
	if len(added) < len(c.Format) {
		chosen = slices.DeleteFunc(slices.Clone(c.Format), func(f string) bool { return strings.HasPrefix(f, "+") })
	}
	var outputs []output
	for _, f := range append(chosen, added...) {
		o, err := c.output(strings.TrimSpace(f))
		if err != nil {
			return nil, err
		}
		outputs = append(outputs, o)
	}
	return outputs, c.check(outputs)
}

func (c *scanCommand) output(text string) (output, error) {
	name, path, elsewhere := strings.Cut(text, "=")
	for _, f := range reportFormats {
		switch {
		case f.name != name:
		case elsewhere && path == "":
			return output{}, fmt.Errorf("--format %s names no file after the =", text)
		case elsewhere:
			return output{name, path}, nil
		case c.Out == standardOutput:
			return output{name, standardOutput}, nil
		default:
			return output{name, filepath.Join(c.Out, f.file)}, nil
		}
	}
	names := make([]string, len(reportFormats))
	for i, f := range reportFormats {
		names[i] = f.name
	}
	return output{}, fmt.Errorf("--format %s is not one of %s", text, strings.Join(names, ", "))
}

// check refuses outputs that would get in each other's or the evidence's way.
func (c *scanCommand) check(outputs []output) error {
	taken := map[string]string{}
	for _, o := range outputs {
		if other, ok := taken[o.path]; ok {
			return fmt.Errorf("%s and %s would both be written to %s", other, o.format, o.path)
		}
		taken[o.path] = o.format
		if o.path == standardOutput {
			continue
		}
		for _, evidence := range c.Paths {
			if within(o.path, evidence) {
				return hinted{fmt.Errorf("%s would be written into the evidence %s", o.path, evidence), "evidence is never written to; choose another place with --out"}
			}
		}
	}
	return nil
}

// within reports whether path is evidence, or lies in it, whatever links lead
// there.
func within(path, evidence string) bool {
	relative, err := filepath.Rel(resolve(evidence), resolve(path))
	return err == nil && relative != ".." && !strings.HasPrefix(relative, ".."+string(filepath.Separator))
}

// resolve follows the links of as much of path as exists.
func resolve(path string) string {
	path, err := filepath.Abs(path)
	if err != nil {
		return path
	}
	rest := ""
	for dir := path; ; dir = filepath.Dir(dir) {
		if real, err := filepath.EvalSymlinks(dir); err == nil {
			return filepath.Join(real, rest)
		}
		if filepath.Dir(dir) == dir {
			return path
		}
		rest = filepath.Join(filepath.Base(dir), rest)
	}
}

// writeOutputs writes the reports and returns the paths of the files.
func writeOutputs(outputs []output, r *verdict.Result, v *verdict.Verdict, stdout io.Writer) (written []string, err error) {
	for _, o := range outputs {
		i := slices.IndexFunc(reportFormats, func(f reportFormat) bool { return f.name == o.format })
		write := func(w io.Writer) error { return reportFormats[i].write(w, r, v) }
		if o.path == standardOutput {
			if err := write(stdout); err != nil {
				return written, fmt.Errorf("write %s to standard output: %w", o.format, err)
			}
			continue
		}
		if err := writeAtomically(o.path, write); err != nil {
			return written, fmt.Errorf("write %s: %w", o.path, err)
		}
		written = append(written, o.path)
	}
	return written, nil
}

// writeAtomically writes a file that is there whole or, should anything fail,
// not at all. What it says of the evidence is for its owner only.
func writeAtomically(path string, write func(io.Writer) error) error {
	dir := filepath.Dir(path)
	if err := os.MkdirAll(dir, 0o750); err != nil {
		return err
	}
	file, err := os.CreateTemp(dir, ".seawall-*")
	if err != nil {
		return err
	}
	buffered := bufio.NewWriterSize(file, 256<<10)
	err = write(buffered)
	if err == nil {
		err = buffered.Flush()
	}
	if err == nil {
		err = file.Sync()
	}
	if err = errors.Join(err, file.Close()); err == nil {
		err = os.Rename(file.Name(), path)
	}
	if err != nil {
		os.Remove(file.Name())
	}
	return err
}

// verdictStream is where the verdict goes: standard output, unless that
// carries a report.
func verdictStream(outputs []output, s streams) io.Writer {
	if slices.ContainsFunc(outputs, func(o output) bool { return o.path == standardOutput }) {
		return s.err
	}
	return s.out
}

func writeSummary(w io.Writer, r *verdict.Result, v *verdict.Verdict, written []string) error {
	return terminal.Write(w, r, v, terminal.Options{Width: columns(w), Color: terminal.UseColor(isTerminal(w), os.Getenv), Reports: written})
}
