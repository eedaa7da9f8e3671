package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"runtime/pprof"
	"time"

	"seawall/internal/exposure/decision"
	"seawall/internal/finding"
	feeds "seawall/internal/intel/update"
	"seawall/internal/report/escape"
	"seawall/internal/scan"
	"seawall/internal/suppress"
	"seawall/internal/verdict"
	"seawall/sigma"
)

// ruleFlags choose the rules; several commands share them.
type ruleFlags struct {
	Rules          []string `help:"Folder of further Sigma rules, and of facts about web exploits (*.facts); may be repeated." type:"existingdir" placeholder:"DIR"`
	NoBuiltinRules bool     `help:"Leave out the built-in rules."`
	Placeholders   string   `help:"Folder with the values of placeholders in rules: for %%Servers%% a file servers.txt with a value on each line." type:"existingdir" placeholder:"DIR"`
}

// load compiles the rules chosen, and those of some texts.
func (f ruleFlags) load(texts ...scan.RuleText) (*scan.Ruleset, error) {
	o := scan.RuleOptions{Builtin: !f.NoBuiltinRules, Folders: dirs(f.Rules), Texts: texts}
	if f.Placeholders != "" {
		var err error
		if o.Placeholders, err = sigma.LoadPlaceholders(os.DirFS(f.Placeholders)); err != nil {
			return nil, usageError{err}
		}
	}
	return scan.LoadRules(o)
}

// engineFlags say how to work; several commands share them.
type engineFlags struct {
	Timezone  zoneFlag        `help:"Zone of logs that name none: UTC, Local, Europe/Berlin, +02:00 (default: ${default})." default:"UTC" placeholder:"ZONE"`
	LogFormat []logFormatFlag `help:"How a web server writes its log: a LogFormat directive of Apache or log_format of nginx, or only the format in it; may be repeated. Logs are read without it, too: columns are then told by what they look like." placeholder:"DIRECTIVE" sep:"none"`
	Jobs      int             `help:"Goroutines that decode; 0 is one per core." default:"0" placeholder:"N"`
	Memory    byteSize        `help:"Memory to stay below (default: ${default})." default:"1GiB" placeholder:"SIZE"`
}

type scanCommand struct {
	Paths []string `arg:"" name:"evidence" help:"Folders, files and archives of evidence." placeholder:"EVIDENCE"`

	Out    string   `help:"Folder for the reports, never inside the evidence; - writes the one format chosen to standard output (default: ${default})." default:"seawall-report" placeholder:"DIR"`
	Format []string `help:"Reports to write: html, jsonl (OCSF), csv (timeline for Timesketch), json, markdown, navigator (ATT&CK layer), stix (with Attack Flow), sarif, misp. FORMAT=FILE writes to a file, FORMAT=- to standard output, +FORMAT adds to the default html,jsonl." placeholder:"FORMAT"`

	Advisory []string `help:"Advisory to look through the evidence for: a file (PDF, DOCX, HTML, text, CSV, STIX, MISP, OpenIOC) or apt40 for the built-in one; may be repeated. Its indicators and the files it names are looked for, its Sigma rules run, and its plan is answered line by line." placeholder:"FILE"`

	ruleFlags
	Since       instant      `help:"Look only at events from this time on." placeholder:"TIME"`
	Until       instant      `help:"Look only at events before this time." placeholder:"TIME"`
	MinSeverity severityFlag `help:"Leave less severe findings out of the reports; they are counted." default:"informational" placeholder:"SEVERITY"`
	FailOn      severityFlag `help:"Exit with 1 if there is a finding this severe; never for never (default: ${default})." default:"high" placeholder:"SEVERITY"`
	siteFlags
	Facts    string `help:"Folder of facts about flaws, as seawall update keeps it (default: seawall/facts in the user's data folder)." placeholder:"DIR"`
	Policy   string `help:"Table that deadlines for flaws are taken from: bod26-04 or ssvc (default: ${default})." enum:"bod26-04,ssvc" default:"bod26-04" placeholder:"POLICY"`
	Suppress string `help:"Allow-list of findings accepted before, with reasons (YAML)." type:"existingfile" placeholder:"FILE"`
	engineFlags
	Quiet      bool   `short:"q" help:"Print neither verdict nor progress; write the reports and set the exit code."`
	Progress   string `help:"How to show progress on standard error: auto, plain, json or none." enum:"auto,plain,json,none" default:"auto" placeholder:"HOW"`
	CPUProfile string `name:"cpuprofile" hidden:"" placeholder:"FILE"`
}

// Run scans, writes the reports and the verdict, and sets the exit code.
func (c *scanCommand) Run(ctx context.Context, s streams) error {
	if err := present(c.Paths, s); err != nil {
		return err
	}
	outputs, err := c.outputs()
	if err != nil {
		return usageError{err}
	}
	l, err := c.lens(s)
	if err != nil {
		return err
	}
	options, err := c.options(l.rules...)
	if err != nil {
		return err
	}
	if err := l.sweep(options.Site); err != nil {
		return err
	}
	stop, err := startProfile(c.CPUProfile)
	if err != nil {
		return err
	}
	defer stop()
	options.CommandLine = s.commandLine
	options.Progress = &scan.Progress{}
	done := c.showProgress(s.err, options.Progress)
	result, err := scan.Run(ctx, options)
	done()
	if err != nil {
		return usageError{err}
	}
	l.answer(result)
	return c.finish(result, outputs, s)
}

// present makes sure that some of the evidence is there: a mistyped path must
// not replace an earlier report by an empty one.
func present(paths []string, s streams) error {
	var missing []error
	for _, path := range paths {
		if _, err := os.Lstat(path); err != nil {
			missing = append(missing, err)
		}
	}
	if len(missing) < len(paths) {
		return nil
	}
	for i, err := range missing {
		reason := err
		if at := (*os.PathError)(nil); errors.As(err, &at) {
			reason = at.Err
		}
		fmt.Fprintf(s.err, "seawall: error: %s: cannot be read: %s\n", escape.Visible(paths[i]), reason)
	}
	return hinted{exitCode(exitUnread), "no evidence is there, and no report was written: check the path"}
}

func (c *scanCommand) options(rules ...scan.RuleText) (o scan.Options, err error) {
	zone := c.Timezone.Location
	policy, _ := decision.ParsePolicy(c.Policy) // the parser lets known names through only
	o = scan.Options{
		Paths: c.Paths, Detectors: scan.Detectors(), Since: c.Since.in(zone), Until: c.Until.in(zone),
		Policy: policy, Facts: cmp.Or(c.Facts, feeds.DefaultDir()), Zone: zone, LogFormats: c.logFormats(), Jobs: c.Jobs, Memory: int64(c.Memory), Version: version(), Now: time.Now,
	}
	if o.Since != 0 && o.Until != 0 && o.Since >= o.Until {
		return o, usageError{fmt.Errorf("no time lies between --since %s and --until %s", c.Since.text, c.Until.text)}
	}
	if c.Suppress != "" {
		data, err := os.ReadFile(c.Suppress)
		if err != nil {
			return o, usageError{fmt.Errorf("read the allow-list: %w", err)}
		}
		if o.Suppress, err = suppress.Parse(data, c.Suppress); err != nil {
			return o, usageError{err}
		}
	}
	if o.Site, err = c.site(); err != nil {
		return o, usageError{err}
	}
	if o.Site.Exploits, err = c.exploits(); err != nil {
		return o, err
	}
	o.Rules, err = c.load(rules...)
	return o, err
}

// finish writes what there is to say of a result.
func (c *scanCommand) finish(r *verdict.Result, outputs []output, s streams) error {
	v := verdict.Of(r)
	worst, found := r.Worst()
	if !c.MinSeverity.never {
		r.Keep(c.MinSeverity.Severity)
	}
	written, err := writeOutputs(outputs, r, &v, s.out)
	if err != nil {
		return hinted{err, "choose another place with --out"}
	}
	if !c.Quiet {
		if err := writeSummary(verdictStream(outputs, s), r, &v, written); err != nil {
			return fmt.Errorf("write the verdict: %w", err)
		}
	}
	complain(r, s)
	return c.status(r, worst, found)
}

// status is the exit status as an error; nil for clean.
func (c *scanCommand) status(r *verdict.Result, worst finding.Severity, found bool) error {
	switch {
	case r.Run.Interrupted:
		return exitCode(exitInterrupted)
	case found && !c.FailOn.never && worst >= c.FailOn.Severity:
		return exitCode(exitFindings)
	case r.Read.Lost() > 0 || r.Read.Records() == 0:
		return exitCode(exitUnread)
	}
	return nil
}

// complain says on standard error what scripts that keep only that must know.
func complain(r *verdict.Result, s streams) {
	const shown = 5
	n := 0
	for _, p := range r.Read.Problems {
		if p.Lost {
			if n++; n <= shown {
				fmt.Fprintf(s.err, "seawall: warning: %s\n", escape.Visible(p.String()))
			}
		}
	}
	if lost := r.Read.Lost(); lost > shown {
		fmt.Fprintf(s.err, "seawall: warning: evidence was lost in %d more places; the report lists them\n", lost-shown)
	}
	switch {
	case r.Run.Interrupted:
		fmt.Fprintln(s.err, "seawall: interrupted; the reports cover what was read until then")
	case r.Read.Records() == 0:
		fmt.Fprintln(s.err, "seawall: error: no events could be read, so nothing can be said")
		fmt.Fprintln(s.err, "seawall: hint: seawall formats lists what can be read")
	}
}

func startProfile(path string) (stop func(), err error) {
	if path == "" {
		return func() {}, nil
	}
	file, err := os.Create(path)
	if err != nil {
		return nil, usageError{err}
	}
	if err := pprof.StartCPUProfile(file); err != nil {
		return nil, errors.Join(err, file.Close())
	}
	return func() { pprof.StopCPUProfile(); file.Close() }, nil
}
