package syslog

import (
	"bytes"
	"time"

	"seawall/internal/evidence/atom"
)

// stamp is the time that a message says.
type stamp struct {
	set     bool
	full    bool  // date and time
	yearly  bool  // with its year
	zoned   bool  // with its zone
	epoch   bool  // seconds since 1970
	ns      int64 // since 1970 UTC if yearly, else since the beginning of the year 1972
	month   int
	day     int
	ofDay   int64 // nanoseconds
	eastern int64 // nanoseconds east of Greenwich, if zoned
}

// readStamp reads the time that text begins with and returns how long it is: 0
// if it is none.
func readStamp(text []byte) (s stamp, n int) {
	skip := 0
	for skip < len(text) && (text[skip] == '*' || text[skip] == '.') { // of clocks that are not synchronised
		skip++
	}
	rest := text[skip:]
	if len(rest) < 8 {
		return s, 0
	}
	switch {
	case rest[0] >= '0' && rest[0] <= '9':
		s, n = numericStamp(rest)
	default:
		s, n = monthStamp(rest, 0)
		if n == 0 && len(rest) > 4 && rest[3] == ' ' && weekday(rest) { // "Mon Aug 10 09:43:53 2020"
			if s, n = monthStamp(rest[4:], 0); n > 0 {
				n += 4
			}
		}
	}
	if n == 0 {
		return stamp{}, 0
	}
	n += zoneName(rest[n:], &s)
	return s, skip + n
}

// numericStamp reads times that begin with a digit.
func numericStamp(rest []byte) (s stamp, n int) {
	switch {
	case len(rest) >= 19 && rest[4] == '-' && rest[7] == '-': // ISO 8601
		end := 19
		for end < len(rest) && end < 40 && rest[end] != ' ' && rest[end] != '\t' && rest[end] != ']' {
			end++
		}
		text := rest[:end]
		ns, zoned, ok := atom.Date(text)
		for !ok && len(text) > 19 { // "+00:00Z", or a colon behind the time
			text = text[:len(text)-1]
			ns, zoned, ok = atom.Date(text)
			if len(text) < end-2 {
				break
			}
		}
		if !ok {
			return s, 0
		}
		if len(text) == end-1 && rest[end-1] == ':' {
			end--
		}
		return stamp{set: true, full: true, yearly: true, zoned: zoned, ns: ns}, end
	case len(rest) > 5 && rest[4] == ' ' && digits(rest[:4]): // "2020 Nov 23 14:05:06"
		year, _ := atom.Uint(rest[:4])
		if s, n = monthStamp(rest[5:], int(year)); n > 0 {
			return s, n + 5
		}
	case len(rest) > 12 && (rest[2] == '-' || rest[2] == ' ' || rest[2] == '/') && atom.Month(rest[3:]) > 0 && len(rest) >= 20: // "24-Sep-2020 09:46:27.205"
		day, ok1 := atom.Port(rest[:2])
		year, ok2 := atom.Uint(rest[7:11])
		clock, m := clockAt(rest[12:])
		if ok1 && ok2 && m > 0 && day > 0 && day < 32 && rest[11] == ' ' {
			return dated(int(year), atom.Month(rest[3:]), int(day), clock), 12 + m
		}
	case len(rest) >= 19 && rest[4] == '/' && rest[7] == '/':
		if ns, _, ok := atom.Moment(rest[:19]); ok {
			return stamp{set: true, full: true, yearly: true, ns: ns}, 19
		}
	}
	if s, n = localStamp(rest); n > 0 {
		return s, n
	}
	end := 0
	for end < len(rest) && (rest[end] >= '0' && rest[end] <= '9' || rest[end] == '.') {
		end++
	}
	whole := bytes.IndexByte(rest[:end], '.')
	if whole < 0 {
		whole = end
	}
	plausible := (whole == 10 || whole == 13) && rest[0] == '1' || whole == 9 && end > 10 // 1973 to 2033
	if plausible && (end == len(rest) || rest[end] == ' ') {
		if ns, _, ok := atom.Moment(rest[:end]); ok {
			return stamp{set: true, full: true, yearly: true, zoned: true, epoch: true, ns: ns}, end
		}
	}
	return s, 0
}

// monthStamp reads "Nov 23 14:05:06.123" and "Nov 23 2020 14:05:06".
func monthStamp(rest []byte, year int) (s stamp, n int) {
	if len(rest) < 15 || rest[3] != ' ' {
		return s, 0
	}
	month := atom.Month(rest)
	if month == 0 {
		return s, 0
	}
	at := 4
	if rest[at] == ' ' {
		at++
	}
	start := at
	for at < len(rest) && rest[at] >= '0' && rest[at] <= '9' {
		at++
	}
	day, ok := atom.Port(rest[start:at])
	if !ok || day == 0 || day > 31 || at >= len(rest) || rest[at] != ' ' {
		return s, 0
	}
	at++
	if at+5 < len(rest) && rest[at+4] == ' ' && digits(rest[at:at+4]) {
		y, _ := atom.Uint(rest[at : at+4])
		year, at = int(y), at+5
	}
	clock, m := clockAt(rest[at:])
	if m == 0 {
		return s, 0
	}
	at += m
	if year == 0 && at+5 <= len(rest) && rest[at] == ' ' && digits(rest[at+1:at+5]) && (at+5 == len(rest) || rest[at+5] == ' ' || rest[at+5] == ':') && (rest[at+1] == '1' && rest[at+2] == '9' || rest[at+1] == '2' && rest[at+2] == '0') {
		y, _ := atom.Uint(rest[at+1 : at+5])
		year, at = int(y), at+5
	}
	if year > 0 {
		return dated(year, month, int(day), clock), at
	}
	return stamp{set: true, full: true, month: month, day: int(day), ofDay: clock}, at
}

func dated(year, month, day int, clock int64) stamp {
	return stamp{set: true, full: true, yearly: true, ns: atom.Days(year, month, day)*86400e9 + clock}
}

// clockAt reads hh:mm:ss with an optional fraction.
func clockAt(rest []byte) (ns int64, n int) {
	if len(rest) < 8 {
		return 0, 0
	}
	ns, ok := atom.Clock(rest[:8])
	if !ok {
		return 0, 0
	}
	n = 8
	if n < len(rest) && (rest[n] == '.' || rest[n] == ',') {
		unit := int64(1e8)
		n++
		for n < len(rest) && rest[n] >= '0' && rest[n] <= '9' {
			ns += int64(rest[n]-'0') * unit
			unit /= 10
			n++
		}
		for n < len(rest) && rest[n] != ' ' && rest[n] != ':' { // what is no fraction
			n++
		}
	}
	return ns, n
}

func weekday(text []byte) bool {
	switch string(text[:3]) {
	case "Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun":
		return true
	}
	return false
}

// zoneName reads the zone behind a time: "UTC", "+0100", or a name that is
// skipped because it may mean several zones.
func zoneName(rest []byte, s *stamp) int {
	if s.zoned || len(rest) < 4 || rest[0] != ' ' {
		return 0
	}
	end := 1
	for end < len(rest) && end < 7 && (rest[end] >= 'A' && rest[end] <= 'Z' || rest[end] >= '0' && rest[end] <= '9' || rest[end] == '+' || rest[end] == '-') {
		end++
	}
	name := rest[1:end]
	if len(name) < 2 || end < len(rest) && rest[end] != ':' && !(rest[end] == ' ' && (name[0] == '+' || string(name) == "UTC" || string(name) == "GMT")) {
		return 0
	}
	if east, ok := atom.Zone(name); ok {
		s.zoned, s.eastern = true, east
		s.ns -= east
	} else if name[0] == '+' || name[0] == '-' || name[0] >= '0' && name[0] <= '9' {
		return 0
	}
	return end
}

// calendar turns stamps into times. Those without a zone are of the zone given,
// those without a year of the year around the reference.
type calendar struct {
	zone      *time.Location
	reference int64 // no message is later, but for a day that clocks may be ahead
}

// at returns the time of a stamp, and whether a year or zone had to be assumed.
func (c *calendar) at(s *stamp) (ns int64, yearless, zoneless bool) {
	if !s.full {
		return 0, false, false
	}
	ns = s.ns
	if !s.yearly {
		yearless = true
		ns = c.inYear(s)
	}
	if !s.zoned {
		zoneless = true
		if c.zone != nil && c.zone != time.UTC {
			_, east := time.Unix(0, ns).In(c.zone).Zone()
			ns -= int64(east) * 1e9
		}
	}
	return ns, yearless, zoneless
}

// inYear chooses the latest year in which the time is not after the reference.
func (c *calendar) inYear(s *stamp) int64 {
	const day = 86400e9
	year := time.Unix(0, c.reference).UTC().Year()
	for back := range 9 { // 29 February may be up to eight years ago
		y := year + 1 - back
		if s.month == 2 && s.day == 29 && !leap(y) {
			continue
		}
		ns := atom.Days(y, s.month, s.day)*day + s.ofDay - s.eastern
		if ns <= c.reference+day {
			return ns
		}
	}
	return 0
}

func leap(year int) bool { return year%4 == 0 && year%100 != 0 || year%400 == 0 }
