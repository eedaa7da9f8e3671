package advisory

import (
	"cmp"
	"strings"
	"time"

	"seawall/internal/advisory/document"
)

// dateForms are how advisories write their date.
var dateForms = [...]string{time.DateOnly, "January 2, 2006", "January 2 2006", "2 January 2006", "January 2006", time.RFC3339Nano}

// Published returns the day that an advisory gives as its own, the latest if
// there are several documents; ok is false if none gives one.
func (a *Advisory) Published() (day time.Time, ok bool) {
	for _, d := range a.Documents {
		if at, named := published(d); named && (!ok || at.After(day)) {
			day, ok = at, true
		}
	}
	return day, ok
}

func published(d *document.Document) (time.Time, bool) {
	text := cmp.Or(d.Date, imprint(d).Date)
	for _, form := range dateForms {
		if at, err := time.Parse(form, strings.Join(strings.Fields(text), " ")); err == nil && at.Year() >= 1980 && at.Year() < 2200 {
			return at.UTC(), true
		}
	}
	return time.Time{}, false
}
