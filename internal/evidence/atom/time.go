package atom

import "time"

// Date reads the time of an ISO 8601 or RFC 3339 date and time: with 'T', 't'
// or a blank between them, an optional fraction after '.' or ',', and an
// optional zone, "Z" or "+hh:mm" with or without the colon. zoned says whether
// there was one; without it the time is read as UTC.
func Date(text []byte) (ns int64, zoned, ok bool) {
	if len(text) < 19 || text[4] != '-' || text[7] != '-' || text[13] != ':' || text[16] != ':' {
		return 0, false, false
	}
	if c := text[10]; c != 'T' && c != 't' && c != ' ' {
		return 0, false, false
	}
	year, ok1 := two(text[0:])
	rest, ok2 := two(text[2:])
	month, ok3 := two(text[5:])
	day, ok4 := two(text[8:])
	clock, ok5 := Clock(text[11:19])
	if !(ok1 && ok2 && ok3 && ok4 && ok5) || month < 1 || month > 12 || day < 1 || day > 31 {
		return 0, false, false
	}
	ns = Days(year*100+rest, month, day)*86400e9 + clock
	i := 19
	if i < len(text) && (text[i] == '.' || text[i] == ',') {
		unit := int64(1e8)
		for i++; i < len(text) && text[i]-'0' <= 9; i++ {
			ns += int64(text[i]-'0') * unit
			unit /= 10
		}
	}
	if i < len(text) && text[i] == ' ' && i+1 < len(text) {
		i++
	}
	east, zoned, ok := zone(text[i:])
	return ns - east, zoned, ok
}

// Clock reads hh:mm:ss as nanoseconds of the day.
func Clock(text []byte) (ns int64, ok bool) {
	if len(text) != 8 || text[2] != ':' || text[5] != ':' {
		return 0, false
	}
	h, ok1 := two(text)
	m, ok2 := two(text[3:])
	s, ok3 := two(text[6:])
	if !(ok1 && ok2 && ok3) || h > 23 || m > 59 || s > 60 {
		return 0, false
	}
	return int64(h*3600+m*60+s) * 1e9, true
}

// zone reads how far east of Greenwich a time is, in nanoseconds.
func zone(text []byte) (east int64, zoned, ok bool) {
	if len(text) == 0 {
		return 0, false, true
	}
	if text[0]|0x20 == 'z' {
		return 0, true, len(text) == 1
	}
	if string(text) == "UTC" || string(text) == "GMT" {
		return 0, true, true
	}
	if text[0] != '+' && text[0] != '-' || len(text) < 3 {
		return 0, false, false
	}
	hours, ok := two(text[1:])
	minutes := 0
	if rest := text[3:]; ok && len(rest) > 0 {
		if rest[0] == ':' {
			rest = rest[1:]
		}
		if len(rest) != 2 {
			return 0, false, false
		}
		minutes, ok = two(rest)
	}
	east = int64(hours*3600+minutes*60) * 1e9
	if text[0] == '-' {
		east = -east
	}
	return east, true, ok
}

// Zone reads a zone written "Z", "+01:00", "-0500" or "UTC" as nanoseconds
// east of Greenwich.
func Zone(text []byte) (east int64, ok bool) {
	east, zoned, ok := zone(text)
	return east, zoned && ok
}

// two reads two digits, the first of which may be a blank.
func two(text []byte) (int, bool) {
	if len(text) < 2 {
		return 0, false
	}
	a, b := text[0]-'0', text[1]-'0'
	if text[0] == ' ' {
		a = 0
	}
	return int(a)*10 + int(b), a <= 9 && b <= 9
}

// Days returns the days from 1970-01-01 to a date.
func Days(year, month, day int) int64 {
	// Years are taken to begin in March, so that the leap day comes last.
	y := int64(year)
	if month <= 2 {
		y--
		month += 12
	}
	era := y / 400
	if y < 0 {
		era = (y - 399) / 400
	}
	ofEra := y - era*400
	ofYear := int64((153*(month-3)+2)/5 + day - 1)
	return era*146097 + ofEra*365 + ofEra/4 - ofEra/100 + ofYear - 719468
}

// Month reads an English month name by its first three letters, in any case:
// 1 to 12, 0 if it is none.
func Month(text []byte) int {
	if len(text) < 3 {
		return 0
	}
	switch [3]byte{text[0] | 0x20, text[1] | 0x20, text[2] | 0x20} {
	case [3]byte{'j', 'a', 'n'}:
		return 1
	case [3]byte{'f', 'e', 'b'}:
		return 2
	case [3]byte{'m', 'a', 'r'}:
		return 3
	case [3]byte{'a', 'p', 'r'}:
		return 4
	case [3]byte{'m', 'a', 'y'}:
		return 5
	case [3]byte{'j', 'u', 'n'}:
		return 6
	case [3]byte{'j', 'u', 'l'}:
		return 7
	case [3]byte{'a', 'u', 'g'}:
		return 8
	case [3]byte{'s', 'e', 'p'}:
		return 9
	case [3]byte{'o', 'c', 't'}:
		return 10
	case [3]byte{'n', 'o', 'v'}:
		return 11
	case [3]byte{'d', 'e', 'c'}:
		return 12
	}
	return 0
}

// Moment reads a time in any of the ways programs write one on its own: a date
// with dashes or slashes, or a number of seconds, milliseconds, microseconds or
// nanoseconds since 1970, which its size tells apart. zoned says that it is in
// no need of a zone.
func Moment(text []byte) (ns int64, zoned, ok bool) {
	if n, isNumber := Uint(text); isNumber {
		switch {
		case n < 1e11:
			return int64(n) * 1e9, true, n < 9e9
		case n < 1e14:
			return int64(n) * 1e6, true, n < 9e12
		case n < 1e17:
			return int64(n) * 1e3, true, n < 9e15
		}
		return int64(n), true, n < 1<<63
	}
	if ns, ok = Seconds(text); ok {
		return ns, true, true
	}
	var buf [48]byte
	if len(text) < 19 || len(text) > len(buf) {
		return 0, false, false
	}
	iso := append(buf[:0], text...)
	if iso[4] == '/' && iso[7] == '/' {
		iso[4], iso[7] = '-', '-'
	}
	return Date(iso)
}

// RFC3339 reads a time in this form; nanoseconds since 1970 UTC, 0 if it is none
// or lies outside what they can hold.
func RFC3339(text string) int64 {
	t, err := time.Parse(time.RFC3339Nano, text)
	if err != nil || t.Year() <= 1970 || t.Year() >= 2262 {
		return 0
	}
	return t.UnixNano()
}
