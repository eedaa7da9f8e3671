package zeek

import "seawall/internal/evidence/atom"

// timestamp reads the time of a row: seconds since 1970 with a fraction, as
// Zeek writes by default, milliseconds or microseconds without one, or ISO
// 8601.
func timestamp(text []byte) (ns int64, ok bool) {
	if ns, ok = atom.Seconds(text); ok {
		return ns, true
	}
	if n, isNumber := atom.Uint(text); isNumber {
		switch {
		case len(text) <= 13:
			return int64(n) * 1e6, true
		case len(text) <= 16:
			return int64(n) * 1e3, true
		case len(text) <= 19:
			return int64(n), true
		}
		return 0, false
	}
	if len(text) > 14 && text[13] == '.' { // milliseconds written as a decimal number
		if f, isFloat := atom.Float(text); isFloat {
			return int64(f * 1e6), true
		}
	}
	ns, _, ok = atom.Date(text)
	return ns, ok
}
