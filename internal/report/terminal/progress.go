package terminal

import (
	"fmt"
	"io"
	"math"
	"strings"
	"time"

	"seawall/internal/report/escape"
)

// State is how far a scan has come.
type State struct {
	Done, Total int64  // bytes as stored; Total 0 is not known yet
	File        string // being read
	Matches     int64  // of rules, not yet folded into findings
	Memory      int64  // bytes in use
}

// Progress shows how a scan goes: a line that is written over on a terminal,
// else a plain line now and then. It is not safe for concurrent use.
type Progress struct {
	out      io.Writer
	terminal bool
	width    func() int
	last     time.Time // of the last line written
	rate     rate
	drawn    bool
}

// NewProgress starts showing progress at time now. width returns the terminal's
// columns; nil says that out is no terminal.
func NewProgress(out io.Writer, width func() int, now time.Time) *Progress {
	return &Progress{out: out, terminal: width != nil, width: width, last: now, rate: rate{last: now}}
}

// How often a line is written: a terminal is redrawn as fast as one can read;
// a log must stay readable.
const (
	redrawEvery = 200 * time.Millisecond
	logEvery    = 10 * time.Second
)

// Update shows the state, unless the last one was shown just before.
func (p *Progress) Update(s State, now time.Time) {
	p.rate.update(s.Done, now)
	every := logEvery
	if p.terminal {
		every = redrawEvery
	}
	if now.Sub(p.last) < every {
		return
	}
	p.last = now
	if p.terminal {
		fmt.Fprintf(p.out, "\r\x1b[K%s", p.line(s, max(p.width()-1, 0)))
		p.drawn = true
		return
	}
	fmt.Fprintf(p.out, "seawall: %s\n", p.line(s, math.MaxInt))
}

// Stop clears the line, so that what follows starts on an empty one.
func (p *Progress) Stop() {
	if p.drawn {
		fmt.Fprint(p.out, "\r\x1b[K")
		p.drawn = false
	}
}

const barWidth = 16

func (p *Progress) line(s State, width int) string {
	var parts []string
	if s.Total > 0 {
		share := min(float64(s.Done)/float64(s.Total), 1)
		percent := fmt.Sprintf("%3.0f%%", math.Floor(share*100))
		if p.terminal && width >= 60 {
			full := int(share * barWidth)
			percent = "[" + strings.Repeat("=", full) + strings.Repeat(" ", barWidth-full) + "] " + percent
		}
		parts = append(parts, percent, Bytes(s.Done)+" of "+Bytes(s.Total))
	} else {
		parts = append(parts, Bytes(s.Done))
	}
	if r := p.rate.perSecond; r > 0 {
		parts = append(parts, Bytes(int64(math.Round(r)))+"/s")
		if left := float64(s.Total-s.Done) / r; s.Total > s.Done && left < 1e6 {
			parts = append(parts, eta(left)+" left")
		}
	}
	parts = append(parts, plural(s.Matches, "match"))
	if s.Memory > 0 {
		parts = append(parts, Bytes(s.Memory)+" memory")
	}
	text := strings.Join(parts, ", ")
	if room := width - escape.Width(text) - 2; s.File != "" && room >= 12 {
		text += "  " + escape.FitMiddle(escape.Visible(s.File), min(room, 60))
	}
	return escape.Fit(text, width)
}

func eta(seconds float64) string {
	d := time.Duration(seconds * float64(time.Second)).Round(time.Second)
	switch {
	case d >= time.Hour:
		return fmt.Sprintf("%dh%02dm", int(d.Hours()), int(d.Minutes())%60)
	case d >= time.Minute:
		return fmt.Sprintf("%dm%02ds", int(d.Minutes()), int(d.Seconds())%60)
	}
	return fmt.Sprintf("%ds", int(d.Seconds()))
}

// rate is bytes per second, an exponentially weighted mean over about 30 s:
// what was fast a minute ago says little about the time left.
type rate struct {
	perSecond float64
	weight    float64 // of what was seen so far, towards 1
	done      int64
	last      time.Time
}

const rateSpan = 30 * time.Second

func (r *rate) update(done int64, now time.Time) {
	elapsed := now.Sub(r.last)
	if elapsed < 100*time.Millisecond || done < r.done {
		return
	}
	current := float64(done-r.done) / elapsed.Seconds()
	keep := math.Exp(-elapsed.Seconds() / rateSpan.Seconds())
	// The mean starts without a past: divide by the weight seen, so that the
	// first rates are not drawn towards zero.
	sum := r.perSecond*r.weight*keep + current*(1-keep)
	r.weight = r.weight*keep + 1 - keep
	r.perSecond = sum / r.weight
	r.done, r.last = done, now
}
