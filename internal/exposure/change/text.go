package change

import (
	"fmt"
	"io"
	"time"

	"seawall/internal/report/escape"
)

// maxLines bounds what is written of one kind of change.
const maxLines = 200

// writer writes lines and remembers the first error.
type writer struct {
	w   io.Writer
	err error
}

func (w *writer) line(format string, args ...any) {
	if w.err == nil {
		_, w.err = fmt.Fprintln(w.w, escape.Visible(fmt.Sprintf(format, args...)))
	}
}

// section writes the lines of one kind of change, if there are any.
func (w *writer) section(title string, n int, line func(i int) string) {
	if n == 0 {
		return
	}
	w.line("")
	w.line("%s (%d)", title, n)
	for i := range min(n, maxLines) {
		w.line("  %s", line(i))
	}
	if n > maxLines {
		w.line("  and %d more", n-maxLines)
	}
}

// WriteText writes the report for people.
func (r *Report) WriteText(out io.Writer) error {
	w := &writer{w: out}
	w.line("From %d devices (%s) to %d (%s)", r.Old.Devices, day(r.Old.Time), r.New.Devices, day(r.New.Time))
	w.section("Newly reached by the Internet", len(r.Exposed), func(i int) string {
		p := &r.Exposed[i]
		return fmt.Sprintf("%s  %s: %s", p.Device.Name, p.Name(), p.Why)
	})
	w.section("New devices", len(r.Appeared), func(i int) string { return r.Appeared[i].Name })
	w.section("Devices that are gone", len(r.Vanished), func(i int) string { return r.Vanished[i].Name })
	w.section("Opened", len(r.Opened), func(i int) string { return r.Opened[i].Device.Name + "  " + r.Opened[i].Name() })
	w.section("Closed", len(r.Closed), func(i int) string { return r.Closed[i].Device.Name + "  " + r.Closed[i].Name() })
	w.section("Other versions", len(r.Versions), func(i int) string {
		v := &r.Versions[i]
		return fmt.Sprintf("%s  %s: %s, was %s", v.Device.Name, v.Name, v.New, v.Old)
	})
	w.section("New flaws", len(r.Introduced), func(i int) string { return r.Introduced[i].line() })
	w.section("Flaws that are fixed", len(r.Fixed), func(i int) string { return r.Fixed[i].line() })
	w.section("How long fixed flaws had been known, at most", len(r.Patience), func(i int) string {
		t := &r.Patience[i]
		return fmt.Sprintf("%s: %d flaws; since publication %s; since listed as exploited %s", t.Product, t.Flaws, t.Published, t.Listed)
	})
	w.line("")
	if r.NotLooked > 0 {
		w.line("%d devices of before were not looked at again: of them nothing can be said.", r.NotLooked)
	}
	w.line("%d flaws of before are still there.", r.Open)
	return w.err
}

func (f *Flaw) line() string {
	text := fmt.Sprintf("%s  %s %s: %s", f.Device.Name, f.Product, f.Version, f.ID)
	if f.Known.Listed() {
		text += ", exploited"
	}
	return text
}

func day(t int64) string {
	if t == 0 {
		return "of unknown date"
	}
	return time.Unix(0, t).UTC().Format("2006-01-02")
}

// Any reports whether anything changed for the worse.
func (r *Report) Any() bool {
	return len(r.Appeared)+len(r.Opened)+len(r.Exposed)+len(r.Introduced) > 0
}
