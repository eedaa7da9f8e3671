// Package scan runs one scan: evidence in, result out. It connects the
// decoders to the rules and detectors, one set of them per core, and merges
// what they found.
package scan

import (
	"context"
	"errors"
	"runtime"
	"runtime/debug"
	"sync"
	"time"

	"seawall/internal/evidence"
	"seawall/internal/exposure/decision"
	"seawall/internal/intrusion"
	"seawall/internal/suppress"
	"seawall/internal/verdict"
)

// Options says what to look through and how. Paths and Rules are required.
type Options struct {
	Paths     []string // files and folders of evidence
	Formats   []evidence.Format
	Rules     *Ruleset
	Detectors []intrusion.Detector
	Site      *intrusion.Site // what the user says about the place; may be nil
	// Since and Until bound the events looked at, in nanoseconds since 1970;
	// 0 is no bound. Events without a time are always looked at.
	Since, Until int64
	Zone         *time.Location  // of sources that name none; nil is UTC
	LogFormats   []string        // LogFormat and log_format directives of web logs
	Suppress     *suppress.List  // findings accepted before; may be nil
	Policy       decision.Policy // that deadlines for flaws are taken from
	Facts        string          // folder of newer facts, as `seawall update` keeps it; "" is those in the program
	Jobs         int             // goroutines that decode; 0 is one per core
	Memory       int64           // bytes to stay below; 0 is DefaultMemory
	Progress     *Progress       // counted into, if not nil
	Version      string          // of the program, for the report
	CommandLine  string          // for the report
	Now          func() time.Time
}

// DefaultMemory is the memory a scan stays below unless told otherwise. It
// needs far less on ordinary evidence: what is kept is bounded.
const DefaultMemory = 1 << 30

func (o Options) withDefaults() (Options, error) {
	switch {
	case len(o.Paths) == 0:
		return o, errors.New("no evidence was named")
	case o.Rules == nil:
		return o, errors.New("no rules were loaded")
	case o.Since != 0 && o.Until != 0 && o.Since >= o.Until:
		return o, errors.New("no time lies between since and until")
	}
	if o.Zone == nil {
		o.Zone = time.UTC
	}
	if o.Site == nil {
		o.Site = &intrusion.Site{}
	}
	if o.Jobs <= 0 {
		o.Jobs = runtime.GOMAXPROCS(0)
	}
	if o.Memory <= 0 {
		o.Memory = DefaultMemory
	}
	if o.Progress == nil {
		o.Progress = &Progress{}
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Formats == nil {
		o.Formats = formatsUntil(o.Zone, sync.OnceValue(func() time.Time { return newest(o.Paths, o.Now()) }), o.LogFormats...)
	}
	return o, nil
}

func (o *Options) outside(t int64) bool {
	return t != 0 && (o.Since != 0 && t < o.Since || o.Until != 0 && t >= o.Until)
}

// Run looks through the evidence. If ctx ends before all is read, the result
// covers what was read until then and says so; that is no error. The result
// depends on evidence and options only, never on Options.Jobs.
func Run(ctx context.Context, options Options) (*verdict.Result, error) {
	o, err := options.withDefaults()
	if err != nil {
		return nil, err
	}
	defer debug.SetMemoryLimit(debug.SetMemoryLimit(o.Memory))
	start := o.Now()
	g := newGathering(&o)
	interrupted := g.read(ctx) != nil
	r := g.result(ctx)
	r.Run = verdict.Run{Version: o.Version, CommandLine: o.CommandLine, Start: start, End: o.Now(), Zone: o.Zone.String(), Interrupted: interrupted}
	return r, nil
}
