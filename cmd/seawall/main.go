// Command seawall tells defenders whether they are exposed to, or already
// host, a state-grade intruder, from the evidence they have.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strings"
	"syscall"

	"github.com/alecthomas/kong"

	"seawall/internal/report/escape"
)

// Exit codes, as documented in the README.
const (
	exitClean       = 0
	exitFindings    = 1
	exitUsage       = 2
	exitUnread      = 3
	exitInternal    = 4
	exitInterrupted = 130
)

// cli is the whole command line: the single source of help, configuration
// file and completion.
type cli struct {
	Config kong.ConfigFlag `help:"Read flags from this YAML file (default: seawall.yaml in the current folder, then in the user's configuration folder)." placeholder:"FILE"`

	Scan       scanCommand       `cmd:"" help:"Look through evidence and answer: exposed? intruded? what first?"`
	Advisory   advisoryCommand   `cmd:"" help:"Read advisories: who, how, with what, and what to do, each with its place."`
	Explain    explainCommand    `cmd:"" help:"Explain a detector, a rule or a finding."`
	Show       showCommand       `cmd:"" help:"Print the exact bytes a citation points at."`
	Formats    formatsCommand    `cmd:"" help:"List the evidence formats that are recognised."`
	Rules      rulesCommand      `cmd:"" help:"List and check detection rules."`
	Verify     verifyCommand     `cmd:"" help:"Read the cited bytes of findings again and evaluate them anew."`
	Diff       diffCommand       `cmd:"" help:"Compare scans, lists and configurations of before and now: what is new, open, fixed, and how fast."`
	Simulate   simulateCommand   `cmd:"" help:"Write the evidence of one of the advisory's case studies, buried in ordinary traffic."`
	Score      scoreCommand      `cmd:"" help:"Scan what simulate wrote, and compare what was found with what is true."`
	Update     updateCommand     `cmd:"" help:"Fetch newer facts about flaws, attacks and ends of support."`
	Version    versionCommand    `cmd:"" help:"Print the version and the dates of the built-in facts."`
	Completion completionCommand `cmd:"" help:"Print a completion script for bash, zsh, fish or powershell."`
}

// streams are the program's connections to the outside, replaced in tests.
type streams struct {
	out, err    io.Writer
	commandLine string // as typed, for reports
}

// exitCode is an error that only carries an exit status: everything there was
// to say has been said.
type exitCode int

func (e exitCode) Error() string { return fmt.Sprintf("exit status %d", int(e)) }

// hinted is an error with advice on what to do.
type hinted struct {
	error
	hint string
}

func (h hinted) Unwrap() error { return h.error }

// usageError is a mistake on the command line.
type usageError struct{ error }

func (u usageError) Unwrap() error { return u.error }

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop) // a second interrupt ends the program at once
	code := run(ctx, os.Args[1:], streams{out: os.Stdout, err: os.Stderr})
	stop()
	os.Exit(code)
}

// run executes one command line and returns its exit status.
func run(ctx context.Context, args []string, s streams) int {
	var c cli
	s.commandLine = strings.Join(append([]string{"seawall"}, args...), " ")
	status := -1
	parser, err := kong.New(&c,
		kong.Name("seawall"),
		kong.Description("Seawall answers three questions from evidence you already hold, offline: Are we exposed? Are they in? What first?\n\nStart with:  seawall scan EVIDENCE-FOLDER"),
		kong.Configuration(loadConfig, configFiles()...),
		kong.Writers(s.out, s.err),
		kong.Exit(func(code int) { status = code }),
		kong.UsageOnError(),
		kong.ConfigureHelp(kong.HelpOptions{Compact: true, WrapUpperBound: 110}),
		kong.BindTo(ctx, (*context.Context)(nil)),
		kong.Bind(s),
	)
	if err != nil { // the configuration file: the command line's own model is tested
		return report(usageError{err}, s.err)
	}
	if len(args) == 0 {
		args = []string{"--help"}
	}
	parsed, err := parser.Parse(args)
	if status >= 0 { // --help was printed
		return exitClean
	}
	if err != nil {
		return report(usageError{err}, s.err)
	}
	return report(parsed.Run(parser), s.err)
}

// report prints an error the way every command does and returns its status.
func report(err error, w io.Writer) int {
	if err == nil {
		return exitClean
	}
	var h hinted
	hint := errors.As(err, &h)
	var code exitCode
	if !errors.As(err, &code) {
		fmt.Fprintf(w, "seawall: error: %s\n", escape.Visible(strings.TrimSpace(err.Error())))
	}
	if hint {
		fmt.Fprintf(w, "seawall: hint: %s\n", h.hint)
	}
	var usage usageError
	switch {
	case code != 0:
		return int(code)
	case errors.As(err, &usage):
		if !hint {
			fmt.Fprintln(w, "seawall: hint: seawall --help lists every command and flag")
		}
		return exitUsage
	}
	if errors.Is(err, context.Canceled) {
		return exitInterrupted
	}
	return exitInternal
}
