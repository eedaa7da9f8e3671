package weblog

import (
	"time"
)

// clock reads times. Lines of a log mostly share their minute, so the last one
// of each form is remembered.
type clock struct {
	zone *time.Location // of times that do not say theirs; nil is UTC

	ncsa    [17]byte // "08/Jun/2020:06:49"
	ncsaEnd [5]byte  // "+0000"
	ncsaAt  int64    // of that minute; 0 none

	iso   [16]byte // "2020-06-08T06:49"
	isoAt int64
}

const second = int64(time.Second)

// Time between 1970 and 2262, which nanoseconds in an int64 can say.
const minYear, maxYear = 1970, 2261

// days counts days from 1970-01-01 to a date.
func days(year, month, day int) int64 {
	if month <= 2 {
		year--
		month += 12
	}
	era := year / 400
	of := year % 400
	return int64(era)*146097 + int64(of*365+of/4-of/100+(153*(month-3)+2)/5+day-1) - 719468
}

// digits2 reads two digits; -1 if they are none.
func digits2(b []byte) int {
	if len(b) < 2 || b[0]-'0' > 9 || b[1]-'0' > 9 {
		return -1
	}
	return int(b[0]-'0')*10 + int(b[1]-'0')
}

func digits4(b []byte) int {
	if len(b) < 4 {
		return -1
	}
	hi, lo := digits2(b), digits2(b[2:])
	if hi < 0 || lo < 0 {
		return -1
	}
	return hi*100 + lo
}

// month reads the English abbreviation of a month; 0 if it is none.
func month(b []byte) int {
	if len(b) < 3 {
		return 0
	}
	const names = "janfebmaraprmayjunjulaugsepoctnovdec"
	for i := 0; i < len(names); i += 3 {
		if b[0]|0x20 == names[i] && b[1]|0x20 == names[i+1] && b[2]|0x20 == names[i+2] {
			return i/3 + 1
		}
	}
	return 0
}

// date checks a date and counts its days.
func date(year, month, day int) (int64, bool) {
	if year < minYear || year > maxYear || month < 1 || month > 12 || day < 1 || day > 31 {
		return 0, false
	}
	return days(year, month, day), true
}

// unzoned turns seconds of a wall clock in the zone of the logs into UTC.
func (c *clock) unzoned(secs int64) int64 {
	if c.zone == nil || c.zone == time.UTC {
		return secs
	}
	t := time.Unix(secs, 0).UTC()
	local := time.Date(t.Year(), t.Month(), t.Day(), t.Hour(), t.Minute(), t.Second(), 0, c.zone)
	return local.Unix()
}

// apache reads the time of NCSA logs, "08/Jun/2020:06:49:01 +0000", also with
// fractions of a second and without a zone.
func (c *clock) apache(b []byte) (int64, bool) {
	if len(b) < 20 || b[17] != ':' {
		return 0, false
	}
	secs := digits2(b[18:])
	if secs < 0 || secs > 60 {
		return 0, false
	}
	rest := b[20:]
	var nanos int64
	if len(rest) > 0 && (rest[0] == '.' || rest[0] == ',') {
		nanos, rest = fraction(rest)
	}
	zone := [5]byte{}
	if len(rest) >= 6 && rest[0] == ' ' {
		zone = [5]byte(rest[1:6])
	}
	if c.ncsaAt != 0 && c.ncsa == [17]byte(b[:17]) && c.ncsaEnd == zone {
		return c.ncsaAt + int64(secs)*second + nanos, true
	}
	minute, ok := c.apacheMinute(b[:17], zone)
	if !ok {
		return 0, false
	}
	c.ncsa, c.ncsaEnd, c.ncsaAt = [17]byte(b[:17]), zone, minute
	return minute + int64(secs)*second + nanos, true
}

func (c *clock) apacheMinute(b []byte, zone [5]byte) (int64, bool) {
	if b[2] != '/' || b[6] != '/' || b[11] != ':' || b[14] != ':' {
		return 0, false
	}
	day, ok := date(digits4(b[7:]), month(b[3:]), digits2(b))
	hour, minute := digits2(b[12:]), digits2(b[15:])
	if !ok || hour < 0 || hour > 24 || minute < 0 || minute > 59 {
		return 0, false
	}
	secs := day*86400 + int64(hour)*3600 + int64(minute)*60
	if zone == [5]byte{} {
		return c.unzoned(secs) * second, true
	}
	east, ok := offset(zone[:])
	if !ok {
		return 0, false
	}
	return (secs - east) * second, true
}

// offset reads "+0100", "+01:00" or "Z" as seconds east of Greenwich.
func offset(b []byte) (secs int64, ok bool) {
	if len(b) > 0 && (b[0] == 'Z' || b[0] == 'z') {
		return 0, true
	}
	if len(b) < 5 || b[0] != '+' && b[0] != '-' {
		return 0, false
	}
	minutes := b[3:]
	if b[3] == ':' {
		minutes = b[4:]
	}
	h, m := digits2(b[1:]), digits2(minutes)
	if h < 0 || m < 0 {
		return 0, false
	}
	secs = int64(h)*3600 + int64(m)*60
	if b[0] == '-' {
		secs = -secs
	}
	return secs, true
}

// fraction reads ".123456" as nanoseconds and returns what follows.
func fraction(b []byte) (nanos int64, rest []byte) {
	i, scale := 1, second/10
	for i < len(b) && b[i]-'0' <= 9 {
		nanos += int64(b[i]-'0') * scale
		scale /= 10
		i++
	}
	return nanos, b[i:]
}

// iso8601 reads "2020-06-08T06:49:01.123Z" and its like: T, blank, tab or
// underscore between date and time, dashes or slashes in the date, a fraction
// after a point or comma, and a zone or none. It returns what follows.
func (c *clock) iso8601(b []byte) (at int64, rest []byte, ok bool) {
	if len(b) < 19 || b[16] != ':' {
		return 0, b, false
	}
	secs := digits2(b[17:])
	if secs < 0 || secs > 60 {
		return 0, b, false
	}
	if c.isoAt == 0 || c.iso != [16]byte(b[:16]) {
		minute, ok := isoMinute(b[:16])
		if !ok {
			return 0, b, false
		}
		c.iso, c.isoAt = [16]byte(b[:16]), minute
	}
	at = c.isoAt/second + int64(secs)
	rest = b[19:]
	var nanos int64
	if len(rest) > 1 && (rest[0] == '.' || rest[0] == ',') && rest[1]-'0' <= 9 {
		nanos, rest = fraction(rest)
	}
	zone := rest
	if len(zone) > 5 && zone[0] == ' ' && (zone[1] == '+' || zone[1] == '-') {
		zone = zone[1:]
	}
	if east, zoned := offset(zone); zoned {
		return (at-east)*second + nanos, zone[zoneLength(zone):], true
	}
	return c.unzoned(at)*second + nanos, rest, true
}

func zoneLength(b []byte) int {
	switch {
	case b[0] == 'Z' || b[0] == 'z':
		return 1
	case b[3] == ':':
		return 6
	}
	return 5
}

// isoMinute reads "2020-06-08T06:49" as nanoseconds in UTC.
func isoMinute(b []byte) (int64, bool) {
	if b[4] != b[7] || b[4] != '-' && b[4] != '/' || b[13] != ':' || b[10] != 'T' && b[10] != ' ' && b[10] != '\t' && b[10] != '_' {
		return 0, false
	}
	day, ok := date(digits4(b), digits2(b[5:]), digits2(b[8:]))
	hour, minute := digits2(b[11:]), digits2(b[14:])
	if !ok || hour < 0 || hour > 24 || minute < 0 || minute > 59 {
		return 0, false
	}
	return (day*86400 + int64(hour)*3600 + int64(minute)*60) * second, true
}

// epoch reads a number of seconds, milliseconds, microseconds or nanoseconds
// since 1970, with or without a fraction; its size tells which.
func epoch(b []byte) (int64, bool) {
	var n int64
	i := 0
	for ; i < len(b) && b[i]-'0' <= 9; i++ {
		if i >= 19 {
			return 0, false
		}
		n = n*10 + int64(b[i]-'0')
	}
	var nanos int64
	if i < len(b) && b[i] == '.' {
		var rest []byte
		if nanos, rest = fraction(b[i:]); len(rest) > 0 {
			return 0, false
		}
	} else if i < len(b) {
		return 0, false
	}
	switch {
	case i < 9:
		return 0, false
	case i <= 11:
		if n > 9223372035 {
			return 0, false
		}
		return n*second + nanos, true
	case i <= 14:
		return min(n, 9223372036853)*1e6 + nanos/1000, true
	case i <= 17:
		return min(n, 9223372036853775)*1e3 + nanos/1e6, true
	}
	return n, n >= 0
}

// utc reads "2020-06-08 06:49:01", which is in UTC.
func (c *clock) utc(b []byte) (int64, bool) {
	secs := digits2(b[17:])
	if secs < 0 || secs > 60 || b[16] != ':' {
		return 0, false
	}
	if c.isoAt == 0 || c.iso != [16]byte(b[:16]) {
		minute, ok := isoMinute(b[:16])
		if !ok {
			return 0, false
		}
		c.iso, c.isoAt = [16]byte(b[:16]), minute
	}
	return c.isoAt + int64(secs)*second, true
}
