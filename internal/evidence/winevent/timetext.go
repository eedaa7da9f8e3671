package winevent

import (
	"bytes"
	"time"
)

// instant is a time read from text.
type instant struct {
	unix  int64 // nanoseconds since 1970, as if it were UTC if not zoned
	zoned bool  // the text says which zone it is in
}

// in returns the instant in nanoseconds since 1970 UTC; a time without a zone
// is of the zone given.
func (t instant) in(zone *time.Location) int64 {
	if t.zoned || zone == nil || zone == time.UTC {
		return t.unix
	}
	u := time.Unix(0, t.unix).UTC()
	return time.Date(u.Year(), u.Month(), u.Day(), u.Hour(), u.Minute(), u.Second(), u.Nanosecond(), zone).UnixNano()
}

// parseTime reads the times that exporters of events write: ISO 8601 with
// blank or T, with or without a zone; American and European dates; and numbers
// of seconds, or smaller units, since 1970.
func parseTime(text []byte) (instant, bool) {
	text = bytes.TrimSpace(text)
	p := timeParser{text: text}
	switch {
	case len(text) >= 10 && text[4] == '-':
		return p.iso()
	case bytes.HasPrefix(text, []byte("/Date(")): // .NET's JSON: /Date(milliseconds)/
		return parseEpoch(bytes.TrimSuffix(text[len("/Date("):], []byte(")/")))
	case bytes.IndexByte(text, ':') > 0:
		return p.local()
	}
	return parseEpoch(text)
}

// timeParser reads text from left to right.
type timeParser struct {
	text []byte
	i    int
	bad  bool
}

// number reads digits, at least one.
func (p *timeParser) number() int {
	n, start := 0, p.i
	for p.i < len(p.text) && p.i < start+9 && p.text[p.i] >= '0' && p.text[p.i] <= '9' {
		n = n*10 + int(p.text[p.i]-'0')
		p.i++
	}
	p.bad = p.bad || p.i == start
	return n
}

// take skips the next byte if it is one of set.
func (p *timeParser) take(set string) byte {
	if p.i < len(p.text) && bytes.IndexByte([]byte(set), p.text[p.i]) >= 0 {
		p.i++
		return p.text[p.i-1]
	}
	return 0
}

func (p *timeParser) need(set string) byte {
	c := p.take(set)
	p.bad = p.bad || c == 0
	return c
}

// fraction reads the digits of a fraction of a second as nanoseconds.
func (p *timeParser) fraction() int64 {
	ns, unit := int64(0), int64(1e8)
	for p.i < len(p.text) && p.text[p.i] >= '0' && p.text[p.i] <= '9' {
		ns += int64(p.text[p.i]-'0') * unit
		unit /= 10
		p.i++
	}
	return ns
}

// clock reads 15:04[:05[.000]] and returns nanoseconds since midnight.
func (p *timeParser) clock() int64 {
	hour := p.number()
	p.need(":")
	minute := p.number()
	second, ns := 0, int64(0)
	if p.take(":") != 0 {
		second = p.number()
		if p.take(".,") != 0 {
			ns = p.fraction()
		}
	}
	p.bad = p.bad || hour > 24 || minute > 59 || second > 60
	return (int64(hour)*3600+int64(minute)*60+int64(second))*1e9 + ns
}

func (p *timeParser) iso() (instant, bool) {
	year := p.number()
	p.need("-")
	month := p.number()
	p.need("-")
	day := p.number()
	p.need("T t")
	ns := p.clock()
	p.take(" ")
	t := instant{}
	switch c := p.take("Zz+-"); c {
	case 'Z', 'z':
		t.zoned = true
	case '+', '-':
		t.zoned = true
		ns -= p.offset(c)
	}
	return p.finish(t, year, month, day, ns)
}

// offset reads 01:00, 0100 or 01 as nanoseconds east of Greenwich.
func (p *timeParser) offset(sign byte) int64 {
	start := p.i
	hours := p.number()
	minutes := 0
	if p.take(":") != 0 {
		minutes = p.number()
	} else if p.i-start == 4 {
		hours, minutes = hours/100, hours%100
	}
	p.bad = p.bad || hours > 24 || minutes > 59
	east := (int64(hours)*60 + int64(minutes)) * 60e9
	if sign == '-' {
		return -east
	}
	return east
}

// local reads 1/31/2026 3:04:05 PM, 31.1.2026 15:04:05 and 31/01/2026 15:04:05:
// the month comes first between slashes unless it cannot be one.
func (p *timeParser) local() (instant, bool) {
	month := p.number()
	separator := p.need("/.-")
	day := p.number()
	p.need("/.-")
	year := p.number()
	if separator == '.' || month > 12 {
		month, day = day, month
	}
	p.take(",")
	p.need(" ")
	ns := p.clock()
	if p.take(" \xe2") == 0xe2 { // a narrow no-break space in newer Windows
		p.i += 2
	}
	hours := ns / 3600e9
	switch p.take("AaPp") {
	case 'A', 'a':
		if hours == 12 {
			ns -= 12 * 3600e9
		}
	case 'P', 'p':
		if hours < 12 {
			ns += 12 * 3600e9
		}
	}
	return p.finish(instant{}, year, month, day, ns)
}

func (p *timeParser) finish(t instant, year, month, day int, ns int64) (instant, bool) {
	// The years that an int64 of nanoseconds can hold.
	if p.bad || year < 1678 || year > 2261 || month < 1 || month > 12 || day < 1 || day > 31 {
		return instant{}, false
	}
	t.unix = daysSince1970(year, month, day)*86400e9 + ns
	return t, true
}

// daysSince1970 counts days of the Gregorian calendar, from 1 March of year 0
// so that leap days come last.
func daysSince1970(year, month, day int) int64 {
	if month <= 2 {
		year--
		month += 12
	}
	years, days := int64(year), int64((153*(month-3)+2)/5+day-1)
	return years*365 + years/4 - years/100 + years/400 + days - 719468
}

// parseEpoch reads a number of seconds since 1970, or of milli-, micro- or
// nanoseconds if it is too large for a plausible number of seconds.
func parseEpoch(text []byte) (instant, bool) {
	p := timeParser{text: text}
	n, digits := int64(0), 0
	for p.i < len(text) && digits < 19 && text[p.i] >= '0' && text[p.i] <= '9' {
		n = n*10 + int64(text[p.i]-'0')
		p.i++
		digits++
	}
	if digits < 9 || n < 0 {
		return instant{}, false
	}
	ns := int64(0)
	if p.take(".") != 0 {
		ns = p.fraction()
	}
	if p.i != len(text) && text[p.i]|0x20 != 'e' && text[p.i] != '+' && text[p.i] != '-' {
		return instant{}, false
	}
	switch {
	case n < 1e11:
		if n > 9223372036 {
			return instant{}, false
		}
		return instant{n*1e9 + ns, true}, true
	case n < 1e14:
		return instant{n * 1e6, n*1e6/1e6 == n}, n*1e6/1e6 == n
	case n < 1e17:
		return instant{n * 1e3, n*1e3/1e3 == n}, n*1e3/1e3 == n
	}
	return instant{n, true}, true
}

// Differences between clocks that are still the same zone: what a collector
// may lag behind.
const maxCollectorLag = int64(7 * time.Minute)

// zoneFrom dates a time without a zone by the time at which a collector
// received the event: zones differ by multiples of 15 minutes, and collectors
// lag less than half of that behind.
func (t instant) zoneFrom(received instant) (instant, bool) {
	const step = int64(15 * time.Minute)
	if t.zoned || !received.zoned {
		return t, false
	}
	diff := received.unix - t.unix
	zone := diff / step * step
	if diff-zone > step/2 {
		zone += step
	} else if diff-zone < -step/2 {
		zone -= step
	}
	lag := diff - zone
	if lag > maxCollectorLag || lag < -maxCollectorLag || zone > 15*int64(time.Hour) || zone < -15*int64(time.Hour) {
		return t, false
	}
	return instant{t.unix + zone, true}, true
}
