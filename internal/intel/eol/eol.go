// Package eol answers "is this still supported by its maker?" for products,
// operating systems and devices.
package eol

import (
	"slices"
	"strings"
	"time"

	"seawall/internal/intel/cve"
	"seawall/internal/intel/product"
	"seawall/internal/intel/version"
)

// Status is whether a maker still fixes a release.
type Status uint8

// The statuses.
const (
	Unknown Status = iota
	Supported
	Ending // within the time asked about
	Ended
)

// String names a status.
func (s Status) String() string {
	return [...]string{"unknown", "supported", "support ends soon", "end of life"}[min(s, Ended)]
}

// Verdict is the answer about one release or device.
type Verdict struct {
	Status  Status
	What    string    // "FortiOS 7.0", "D-Link DNS-320L"
	Date    time.Time // when support ends or ended; zero if the maker does not say
	Since   string    // the end as the source puts it, where it is no date
	Instead string    // the newest supported release; "" if there is none, or for devices
	Source  string
	// Sure is false where the source says "may be", or was not checked.
	Sure bool
}

// Cycle is one line of releases that is supported together.
type Cycle struct {
	Name   string // "7.0", "2016", "10-22h2"
	End    string // date; "yes" for over without a date, "no" for not over
	Latest string // release; of Windows what people call the cycle
	Build  string // of Windows: the first three numbers of its versions
}

// Line is the releases of one product.
type Line struct {
	Title  string
	Slug   string
	Keys   []product.Key
	Cycles []Cycle // newest first
}

// Device is a model whose support is over, or which is mistaken for one.
type Device struct {
	Vendor, Model string
	End           string // as the source puts it
	Source        string
	Sure          bool
	Supported     bool // named in error elsewhere
}

// Table is all that is known about ends of life.
type Table struct {
	Date    string // of the newest facts
	lines   map[product.Key][]*Line
	devices map[string]*Device // by vendor and model, without punctuation
}

// NewTable indexes lines and devices.
func NewTable(date string, lines []Line, devices []Device) *Table {
	t := &Table{Date: date, lines: map[product.Key][]*Line{}, devices: map[string]*Device{}}
	for i := range lines {
		for _, key := range lines[i].Keys {
			t.lines[key] = append(t.lines[key], &lines[i])
		}
	}
	for i := range devices {
		d := &devices[i]
		key := deviceKey(d.Vendor, d.Model)
		if old := t.devices[key]; old == nil || d.Supported || d.Sure && !old.Sure && !old.Supported {
			t.devices[key] = d
		}
	}
	return t
}

// Release judges one release of a product at a time; soon is how far ahead to
// look.
func (t *Table) Release(key product.Key, v string, now time.Time, soon time.Duration) Verdict {
	if v == "" {
		return Verdict{}
	}
	var line *Line
	var c *Cycle
	for _, l := range t.lines[key] {
		if found := l.cycle(key, v); found != nil && (c == nil || ends(found) > ends(c)) {
			line, c = l, found
		}
	}
	if c == nil {
		return Verdict{}
	}
	verdict := Verdict{What: line.Title + " " + c.called(), Source: "endoflife.date " + line.Slug, Sure: true}
	verdict.judge(c.End, now, soon)
	if verdict.Status == Ended || verdict.Status == Ending {
		verdict.Instead = line.supported(c, now.Add(soon))
	}
	return verdict
}

// Ended reports whether the release was out of support on a day; known is
// false if nothing is known of it.
func (t *Table) Ended(key product.Key, v string, day time.Time) (ended, known bool) {
	r := t.Release(key, v, day, 0)
	return r.Status == Ended, r.Status != Unknown
}

func (v *Verdict) judge(end string, now time.Time, soon time.Duration) {
	switch end {
	case "no":
		v.Status = Supported
		return
	case "yes":
		v.Status = Ended
		return
	}
	date, err := time.Parse(time.DateOnly, end)
	if err != nil {
		return
	}
	v.Date = date
	switch last := date.AddDate(0, 0, 1); { // supported through the day itself
	case !now.Before(last):
		v.Status = Ended
	case !now.Add(soon).Before(last):
		v.Status = Ending
	default:
		v.Status = Supported
	}
}

// cycle finds the line of releases that a version belongs to: the longest name
// that the version begins with.
func (l *Line) cycle(key product.Key, v string) (best *Cycle) {
	v = strings.TrimLeft(strings.ToLower(v), "vr")
	if key == "microsoft/exchange_server" {
		v = exchangeName(v)
	}
	bestLength := 0
	for i := range l.Cycles {
		c := &l.Cycles[i]
		name := strings.TrimLeft(strings.ToLower(c.Name), "vr")
		if c.Build != "" && cve.Within(v, c.Build) { // several editions share a build: the last to end counts
			if best == nil || ends(c) > ends(best) {
				best = c
			}
			continue
		}
		if cve.Within(v, name) && len(name) > bestLength {
			best, bestLength = c, len(name)
		}
	}
	return best
}

func ends(c *Cycle) string {
	if c.End == "no" {
		return "9999"
	}
	return c.End
}

func exchangeName(v string) string {
	switch {
	case strings.HasPrefix(v, "15.2.") && version.Dotted.Compare(v, "15.2.2562") >= 0, strings.HasPrefix(v, "15.02.") && version.Dotted.Compare(v, "15.2.2562") >= 0:
		return "subscription"
	case strings.HasPrefix(v, "15.2") || strings.HasPrefix(v, "15.02"):
		return "2019"
	case strings.HasPrefix(v, "15.1") || strings.HasPrefix(v, "15.01"):
		return "2016"
	case strings.HasPrefix(v, "15.0"):
		return "2013"
	case strings.HasPrefix(v, "14."):
		return "2010"
	}
	return v
}

// supported names the nearest newer release that is supported at a time: the
// smallest step up. Cycles are newest first.
func (l *Line) supported(from *Cycle, at time.Time) string {
	for i := len(l.Cycles) - 1; i >= 0; i-- {
		c := &l.Cycles[i]
		if &l.Cycles[i] == from || !l.newer(i, from) {
			continue
		}
		var v Verdict
		if v.judge(c.End, at, 0); v.Status != Supported {
			continue
		}
		if c.Latest != "" && !strings.Contains(c.Latest, "IoT") {
			return l.Title + " " + c.Latest
		}
		return l.Title + " " + c.Name
	}
	return ""
}

// called is what people call a cycle.
func (c *Cycle) called() string {
	if c.Build != "" && c.Latest != "" {
		return c.Latest
	}
	return c.Name
}

// newer reports whether the cycle at i is listed before another.
func (l *Line) newer(i int, than *Cycle) bool {
	for j := i + 1; j < len(l.Cycles); j++ {
		if &l.Cycles[j] == than {
			return true
		}
	}
	return false
}

// Model judges a device by its vendor and model. Unknown models are unknown,
// not supported.
func (t *Table) Model(vendor, model string, now time.Time, soon time.Duration) Verdict {
	for _, key := range modelKeys(vendor, model) {
		d := t.devices[key]
		if d == nil {
			continue
		}
		v := Verdict{What: d.Vendor + " " + d.Model, Source: d.Source, Sure: d.Sure, Status: Ended, Since: d.End}
		if d.Supported {
			v.Status = Supported
			return v
		}
		if _, err := time.Parse(time.DateOnly, d.End); err == nil {
			v.Since = ""
			v.judge(d.End, now, soon)
		}
		return v
	}
	return Verdict{}
}

// modelKeys are the ways a device's name may be known: as a whole, and word by
// word, so that "DIR-300 Router" is a DIR-300.
func modelKeys(vendor, model string) []string {
	if vendor == "" {
		vendor, model, _ = strings.Cut(model, " ")
	}
	keys := []string{deviceKey(vendor, model)}
	words := strings.Fields(model)
	for i, w := range words {
		if strings.ContainsAny(w, "0123456789") {
			keys = append(keys, deviceKey(vendor, w))
		}
		if i+1 < len(words) {
			keys = append(keys, deviceKey(vendor, w+words[i+1]))
		}
	}
	return slices.Compact(keys)
}

// deviceKey joins a vendor's one name with the letters and digits of a model.
func deviceKey(vendor, model string) string {
	v := product.New(vendor, "x").Vendor()
	var b strings.Builder
	b.WriteString(v)
	b.WriteByte('/')
	for _, r := range strings.ToLower(strings.TrimPrefix(strings.ToLower(model), strings.ToLower(vendor)+" ")) {
		if r >= 'a' && r <= 'z' || r >= '0' && r <= '9' {
			b.WriteRune(r)
		}
	}
	return b.String()
}
