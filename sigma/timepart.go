package sigma

import (
	"strings"
	"time"

	"seawall/record"
)

// timePart names a part of a time: minute, hour, day, week, month or year
// (modifiers appendix 2.1, time modifiers). Times are read as they are written,
// in whatever zone that is.
type timePart string

// timeLayouts are the ways times are written in events.
var timeLayouts = []string{
	time.RFC3339Nano,
	"2006-01-02T15:04:05.999999999",
	"2006-01-02 15:04:05.999999999",
	"2006-01-02 15:04:05.999999999Z07:00",
	"2006-01-02",
}

func timeOf(v record.Value) (time.Time, bool) {
	if v.Kind == record.FileTime || v.Kind == record.SystemTime {
		ns, ok := v.UnixNano()
		return time.Unix(0, ns).UTC(), ok
	}
	if len(v.Raw) > 128 {
		return time.Time{}, false
	}
	s := strings.TrimSpace(v.String())
	for _, layout := range timeLayouts {
		if t, err := time.Parse(layout, s); err == nil {
			return t, true
		}
	}
	return time.Time{}, false
}

// of returns the part of the time v.
func (p timePart) of(v record.Value) (int, bool) {
	t, ok := timeOf(v)
	if !ok {
		return 0, false
	}
	switch p {
	case "minute":
		return t.Minute(), true
	case "hour":
		return t.Hour(), true
	case "day":
		return t.Day(), true
	case "week":
		_, week := t.ISOWeek()
		return week, true
	case "month":
		return int(t.Month()), true
	case "year":
		return t.Year(), true
	}
	return 0, false
}
