package html

import (
	"fmt"
	"strings"
	"time"

	"seawall/internal/coverage"
	"seawall/internal/report/escape"
	"seawall/internal/report/terminal"
	"seawall/internal/verdict"
)

// coverageView is which host logged what and when, and where logs are silent.
type coverageView struct {
	Period   string // that the bars span
	Spans    []span
	More     int
	Gaps     []silence
	MoreGaps int
	Clocks   []string // which are off
	Few      bool     // little enough to be shown at once
}

type span struct {
	Host, Channel, Events, When string
	Bar                         bar
}

// bar draws a span on the period of all evidence, with the gaps in it.
type bar struct {
	X, Width int
	Gaps     []extent
	Text     string
}

type extent struct{ X, Width int }

type silence struct{ Host, Channel, From, To, Length string }

const (
	maxCoverage = 500
	maxGaps     = 200
	barWidth    = 200
	fewSpans    = 25
)

func newCoverage(r *verdict.Result) coverageView {
	spans, gaps := r.Hosts(), r.Coverage.Gaps()
	view := coverageView{More: max(len(spans)-maxCoverage, 0), MoreGaps: max(len(gaps)-maxGaps, 0), Few: len(spans) < fewSpans}
	first, last := r.Period()
	if last != 0 {
		view.Period = terminal.Span(first, last)
	}
	byLog := map[coverage.Log][]coverage.Gap{}
	for _, g := range gaps {
		byLog[g.Log] = append(byLog[g.Log], g)
	}
	for _, s := range spans[:len(spans)-view.More] {
		view.Spans = append(view.Spans, span{
			Host: escape.Visible(s.Host), Channel: escape.Visible(s.Channel), Events: terminal.Thousands(s.Count), When: strings.TrimSuffix(terminal.Span(s.First, s.Last), " UTC"),
			Bar: newBar(s.Span, byLog[coverage.Log{Host: s.Host, Channel: s.Channel}], first, last),
		})
	}
	for _, g := range gaps[:len(gaps)-view.MoreGaps] {
		view.Gaps = append(view.Gaps, silence{escape.Visible(g.Host), escape.Visible(g.Channel), minute(g.From), minute(g.To), days(g.To - g.From)})
	}
	for _, o := range r.Clocks {
		view.Clocks = append(view.Clocks, escape.Visible(o.String()))
	}
	return view
}

func newBar(s coverage.Span, gaps []coverage.Gap, first, last int64) bar {
	if s.First == 0 || last <= first {
		return bar{}
	}
	at := func(t int64) int {
		return int(float64(min(max(t, first), last)-first) / float64(last-first) * barWidth)
	}
	b := bar{X: at(s.First), Text: "no long silence"}
	b.Width = max(at(s.Last)-b.X, 2)
	for _, g := range gaps {
		x := at(g.From)
		b.Gaps = append(b.Gaps, extent{x, max(at(g.To)-x, 3)})
	}
	if n := len(gaps); n > 0 {
		b.Text = counted(n, "silence")
	}
	return b
}

func minute(t int64) string { return time.Unix(0, t).UTC().Format("2006-01-02 15:04") }

// days writes a length of time that is about days.
func days(nanoseconds int64) string {
	hours := nanoseconds / int64(time.Hour)
	if hours < 48 {
		return counted(int(hours), "hour")
	}
	return fmt.Sprintf("%.1f days", float64(hours)/24)
}
