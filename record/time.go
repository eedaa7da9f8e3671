package record

import (
	"encoding/binary"
	"math"
	"strings"
	"time"
)

// UnixNano returns the instant of a FileTime or SystemTime, or of text in
// RFC 3339 form, in nanoseconds since 1970 UTC.
func (v Value) UnixNano() (int64, bool) {
	switch v.Kind {
	case FileTime:
		if len(v.Raw) < 8 {
			return 0, false
		}
		return FileTimeToUnixNano(binary.LittleEndian.Uint64(v.Raw)), true
	case SystemTime:
		t, ok := systemTime(v.Raw)
		return t.UnixNano(), ok
	case Text, UTF16:
		t, err := time.Parse(time.RFC3339Nano, strings.TrimSpace(v.String()))
		if err != nil {
			return 0, false
		}
		return t.UnixNano(), true
	}
	return 0, false
}

// Ticks between 1601-01-01 and 1970-01-01, in 100 ns units.
const unixEpochTicks = 116444736000000000

// FileTimeToUnixNano converts 100 ns ticks since 1601 to nanoseconds since
// 1970 UTC, clamped to what an int64 of nanoseconds can hold (1677 to 2262).
func FileTimeToUnixNano(ticks uint64) int64 {
	const maxTicks = unixEpochTicks + math.MaxInt64/100
	const minTicks = unixEpochTicks - math.MaxInt64/100
	ticks = min(max(ticks, minTicks), maxTicks)
	return (int64(ticks) - unixEpochTicks) * 100
}

func (v Value) appendTime(dst []byte) []byte {
	if v.Kind == SystemTime {
		t, _ := systemTime(v.Raw)
		return t.AppendFormat(dst, "2006-01-02T15:04:05.000Z")
	}
	if len(v.Raw) < 8 {
		return appendHex(dst, v.Raw)
	}
	return appendTicks(dst, binary.LittleEndian.Uint64(v.Raw))
}

// appendTicks writes 100 ns ticks since 1601. It does what AppendFormat of the
// time package would, several times faster: every event has such a time.
func appendTicks(dst []byte, ticks uint64) []byte {
	const perDay = 24 * 60 * 60 * 1e7
	days, rest := ticks/perDay, ticks%perDay
	secs, fraction := rest/1e7, rest%1e7
	if days >= daysTo10000 {
		t := time.Unix(int64(ticks/1e7)-unixEpochTicks/1e7, int64(fraction)*100).UTC()
		return t.AppendFormat(dst, "2006-01-02T15:04:05.0000000Z")
	}
	year, month, day := civil(days)
	dst = append2(append2(dst, year/100), year%100)
	dst = append2(append(dst, '-'), month)
	dst = append2(append(dst, '-'), day)
	dst = append2(append(dst, 'T'), secs/3600)
	dst = append2(append(dst, ':'), secs/60%60)
	dst = append2(append(dst, ':'), secs%60)
	dst = append(dst, '.', byte('0'+fraction/1e6))
	dst = append2(append2(append2(dst, fraction/1e4%100), fraction/100%100), fraction%100)
	return append(dst, 'Z')
}

// daysTo10000 is the days from 1601-01-01 to 10000-01-01.
const daysTo10000 = 3067671

// civil returns the date of a day since 1601-01-01. Years are taken to begin in
// March, so that the day that is only sometimes there comes last.
func civil(days uint64) (year, month, day uint64) {
	const (
		days400 = 146097 // of 400 years
		march1  = 306    // days from 1600-03-01 to 1601-01-01
	)
	days += march1
	era, of := days/days400, days%days400
	y := (of - of/1460 + of/36524 - of/146096) / 365
	of -= 365*y + y/4 - y/100
	m := (5*of + 2) / 153 // month from March
	day = of - (153*m+2)/5 + 1
	year, month = 1600+400*era+y, m+3
	if month > 12 {
		year, month = year+1, month-12
	}
	return year, month, day
}

func append2(dst []byte, n uint64) []byte { return append(dst, byte('0'+n/10), byte('0'+n%10)) }

func systemTime(raw []byte) (time.Time, bool) {
	if len(raw) < 16 {
		return time.Time{}, false
	}
	f := func(i int) int { return int(binary.LittleEndian.Uint16(raw[2*i:])) }
	t := time.Date(f(0), time.Month(f(1)), f(3), f(4), f(5), f(6), f(7)*1e6, time.UTC)
	return t, true
}
