package evtx

import (
	"time"

	"seawall/record"
)

// eventTime reads the time of an event: a FILETIME, or text in events without
// a template.
func eventTime(v record.Value) (int64, bool) {
	if v.Kind != record.UTF16 && v.Kind != record.Text {
		return v.UnixNano()
	}
	var buf [48]byte
	if len(v.Raw) > 2*cap(buf) {
		return v.UnixNano()
	}
	if t, ok := parseStamp(v.AppendText(buf[:0])); ok {
		return t, true
	}
	return v.UnixNano()
}

// parseStamp reads "2006-01-02T15:04:05.1234567Z", as Windows writes times, or
// one with fewer digits.
func parseStamp(text []byte) (int64, bool) {
	const layout = "dddd-dd-ddTdd:dd:dd"
	if len(text) < len(layout)+1 || text[len(text)-1] != 'Z' {
		return 0, false
	}
	for i := range len(layout) {
		if layout[i] == 'd' && text[i]-'0' > 9 || layout[i] != 'd' && text[i] != layout[i] {
			return 0, false
		}
	}
	nano, scale := 0, int(time.Second)
	if rest := text[len(layout) : len(text)-1]; len(rest) > 0 {
		if rest[0] != '.' || len(rest) > 10 {
			return 0, false
		}
		for _, c := range rest[1:] {
			if c-'0' > 9 {
				return 0, false
			}
			scale /= 10
			nano += int(c-'0') * scale
		}
	}
	year := 100*digits(text, 0) + digits(text, 2)
	if year < 1678 || year > 2261 { // what nanoseconds since 1970 can say
		return 0, false
	}
	t := time.Date(year, time.Month(digits(text, 5)), digits(text, 8), digits(text, 11), digits(text, 14), digits(text, 17), nano, time.UTC)
	return t.UnixNano(), true
}

func digits(text []byte, at int) int { return 10*int(text[at]-'0') + int(text[at+1]-'0') }
