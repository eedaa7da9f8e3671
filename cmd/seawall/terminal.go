package main

import (
	"encoding/json"
	"io"
	"os"
	"runtime/metrics"
	"sync"
	"time"

	"golang.org/x/term"

	"seawall/internal/report/terminal"
	"seawall/internal/scan"
)

func isTerminal(w io.Writer) bool {
	f, ok := w.(*os.File)
	return ok && term.IsTerminal(int(f.Fd()))
}

// columns is the width of a terminal, 0 for anything else.
func columns(w io.Writer) int {
	f, ok := w.(*os.File)
	if !ok {
		return 0
	}
	width, _, err := term.GetSize(int(f.Fd()))
	if err != nil {
		return 0
	}
	return width
}

const progressEvery = 200 * time.Millisecond

// showProgress shows how a scan goes until done is called.
func (c *scanCommand) showProgress(w io.Writer, p *scan.Progress) (done func()) {
	if c.Quiet || c.Progress == "none" {
		return func() {}
	}
	show, finish := c.progressLine(w, p)
	stop := make(chan struct{})
	var shown sync.WaitGroup
	shown.Go(func() {
		ticker := time.NewTicker(progressEvery)
		defer ticker.Stop()
		for {
			select {
			case now := <-ticker.C:
				show(now)
			case <-stop:
				finish()
				return
			}
		}
	})
	return func() { close(stop); shown.Wait() }
}

func (c *scanCommand) progressLine(w io.Writer, p *scan.Progress) (show func(time.Time), finish func()) {
	if c.Progress == "json" {
		return jsonProgress(w, p)
	}
	var width func() int
	if c.Progress == "auto" && isTerminal(w) && os.Getenv("TERM") != "dumb" {
		width = func() int { return columns(w) }
	}
	line := terminal.NewProgress(w, width, time.Now())
	return func(now time.Time) { line.Update(state(p), now) }, line.Stop
}

// jsonProgress writes a JSON object a second.
func jsonProgress(w io.Writer, p *scan.Progress) (show func(time.Time), finish func()) {
	out := json.NewEncoder(w)
	write := func() {
		s := state(p)
		_ = out.Encode(map[string]any{ // nobody reads a broken progress stream
			"bytes_done": s.Done, "bytes_total": s.Total, "files_done": p.FilesDone.Load(), "files_total": p.FilesTotal.Load(),
			"records": p.Records.Load(), "matches": s.Matches, "memory": s.Memory, "file": s.File,
		})
	}
	var last time.Time
	return func(now time.Time) {
		if now.Sub(last) >= time.Second {
			last = now
			write()
		}
	}, write
}

func state(p *scan.Progress) terminal.State {
	s := terminal.State{Done: p.BytesDone.Load(), Total: p.BytesTotal.Load(), Matches: p.Matches.Load(), Memory: memory()}
	if file := p.Current.Load(); file != nil {
		s.File = *file
	}
	return s
}

// memory is what the program holds of the machine's memory.
func memory() int64 {
	samples := []metrics.Sample{{Name: "/memory/classes/total:bytes"}, {Name: "/memory/classes/heap/released:bytes"}}
	metrics.Read(samples)
	return int64(samples[0].Value.Uint64() - samples[1].Value.Uint64())
}
