package html

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"time"

	"seawall/internal/attack"
	"seawall/internal/coverage"
	"seawall/internal/finding"
	"seawall/internal/incident"
	"seawall/internal/report/escape"
)

// graph is an incident drawn: a lane for each host and each address outside, a
// dot for each step, from left to right in order of time. Time is not to
// scale: an intruder rests for weeks, and works for minutes.
type graph struct {
	Width, Height, Left int
	Lanes               []lane
	Days                []mark
	Silences            []block
	Lasting             []lasting
	Links               []rung
	Way                 []segment
	Dots                []dot
	Summary             string
}

type lane struct {
	Y           int
	Name, Class string // "outside", "stranger", "host"
	Full        string
}

type mark struct {
	X    int
	Text string
}

type block struct {
	X, Y, Width int
	Text        string
}

// lasting shows how long a step lasted.
type lasting struct {
	X, Y, Width int
	Class       string
}

// rung joins a step to another lane that it concerns.
type rung struct {
	X, Y1, Y2 int
	Blocked   bool
}

type segment struct{ X1, Y1, X2, Y2 int }

type dot struct {
	X, Y, R       int
	Class, Text   string
	Finding       string
	Zero, Blocked bool
}

// Measures of the drawing, in pixels.
const (
	graphLeft  = 168
	graphTop   = 40
	laneHeight = 34
	dayRoom    = 52 // for the name of a day
	edge       = 34 // before the first and after the last step
)

type drawing struct {
	graph
	in    *incident.Incident
	rows  map[string]int // lane by its key
	xs    []int          // of the steps
	steps []incident.Step
	by    map[string]*finding.Finding
}

// draw lays out steps of an incident.
func draw(in *incident.Incident, steps []incident.Step, by map[string]*finding.Finding, gaps []coverage.Gap) graph {
	d := &drawing{graph: graph{Left: graphLeft}, in: in, rows: map[string]int{}, steps: steps, by: by}
	d.addLanes()
	d.place()
	d.addSilences(gaps)
	for i := range steps {
		d.addStep(i)
	}
	d.Height = graphTop + len(d.Lanes)*laneHeight - laneHeight/2 + 6
	d.Summary = fmt.Sprintf("Drawing of the incident: %s on %s, from %s to %s UTC. Each step opens its finding; the list of steps says the same.",
		counted(len(steps), "step"), counted(len(d.Lanes), "lane"), minute(in.First), minute(in.Last))
	return d.graph
}

// place gives every step its place on the axis of time, and marks the days.
func (d *drawing) place() {
	x, day, year, lastMark := graphLeft+edge, "", "", 0
	for i := range d.steps {
		t := time.Unix(0, d.steps[i].Time).UTC()
		if i > 0 {
			x += room(d.steps[i].Time - d.steps[i-1].Time)
		}
		if at := t.Format("2 Jan"); at != day || t.Format("2006") != year {
			text := at
			if t.Format("2006") != year {
				text += t.Format(" 2006")
			}
			if lastMark > 0 {
				x = max(x, lastMark+dayRoom)
			}
			lastMark = x
			if year == "" {
				lastMark += dayRoom / 2 // its name has the year
			}
			day, year = at, t.Format("2006")
			d.Days = append(d.Days, mark{x, text})
		}
		d.xs = append(d.xs, x)
	}
	d.Width = x + dayRoom // its day may be named there
}

// room is how far apart two steps stand that much time lies between.
func room(between int64) int {
	switch d := time.Duration(between); {
	case d < time.Minute:
		return 20
	case d < time.Hour:
		return 24
	case d < 24*time.Hour:
		return 34
	default:
		return 44 + int(min(14*math.Log2(d.Hours()/24), 70))
	}
}

// x is the place of a time: between two steps in proportion.
func (d *drawing) x(t int64) int {
	first, last := d.steps[0].Time, d.steps[len(d.steps)-1].Time
	switch {
	case t < first:
		return d.xs[0] - edge + 6
	case t > last:
		return d.xs[len(d.xs)-1] + edge - 6
	}
	i, found := slices.BinarySearchFunc(d.steps, t, func(s incident.Step, t int64) int { return cmp.Compare(s.Time, t) })
	if found || i == 0 {
		return d.xs[i]
	}
	a, b := d.steps[i-1].Time, d.steps[i].Time
	return d.xs[i-1] + int(float64(t-a)/float64(b-a)*float64(d.xs[i]-d.xs[i-1]))
}

// addSilences draws the gaps of the logs of hosts that have a lane.
func (d *drawing) addSilences(gaps []coverage.Gap) {
	for _, g := range gaps {
		row, ok := d.rows[finding.ShortHost(g.Host)]
		if !ok || g.Host == "" || d.Lanes[row].Class != "host" || g.To < d.steps[0].Time || g.From > d.steps[len(d.steps)-1].Time {
			continue
		}
		from, to := d.x(g.From), d.x(g.To)
		d.Silences = append(d.Silences, block{
			X: from, Y: d.Lanes[row].Y - laneHeight/2 + 4, Width: max(to-from, 8),
			Text: escape.Visible(fmt.Sprintf("%s: its log (%s) is silent from %s to %s UTC", g.Host, g.Channel, minute(g.From), minute(g.To))),
		})
	}
}

func (d *drawing) addStep(i int) {
	s := &d.steps[i]
	foreign := d.foreign(s)
	key := s.Host
	if key == "" && len(foreign) > 0 {
		key = foreign[0]
	}
	row := d.rows[key]
	x, y := d.xs[i], d.Lanes[row].Y
	class := s.Severity.String()
	if end := d.x(s.End); s.End > s.Time && end-x > 6 {
		d.Lasting = append(d.Lasting, lasting{x, y, end - x, class})
	}
	seen := []int{row}
	for _, other := range append(foreign, s.Hosts...) {
		if at, ok := d.rows[other]; ok && !slices.Contains(seen, at) {
			seen = append(seen, at)
			d.Links = append(d.Links, rung{x, d.Lanes[at].Y, y, s.Blocked})
		}
	}
	if n := len(d.Dots); n > 0 {
		d.Way = append(d.Way, segment{d.Dots[n-1].X, d.Dots[n-1].Y, x, y})
	}
	d.Dots = append(d.Dots, dot{
		X: x, Y: y, R: 5 + int(min(s.Severity, finding.Critical)), Class: class, Finding: escape.Visible(s.Finding), Blocked: s.Blocked, Zero: s.Finding == d.in.PatientZero.Finding,
		Text: escape.Visible(fmt.Sprintf("%s UTC, %s: %s (%s)", minute(s.Time), cmp.Or(key, "no host named"), s.Title, class)),
	})
}

func tacticName(short string) string {
	if short == "" {
		return ""
	}
	return escape.Visible(attack.TacticName(short))
}
