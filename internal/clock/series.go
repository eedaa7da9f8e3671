package clock

import (
	"path"
	"regexp"
	"strings"
)

var (
	// compressed files are of the series of the plain ones.
	compression = regexp.MustCompile(`(?i)\.(?:gz|bz2|xz|zst|lz4)!?$`)
	archive     = regexp.MustCompile(`(?i)\.tar\.\w+!$`)
	// A date, perhaps with a time, between marks: "-20220805", ".2022-08-05-02-32".
	date = regexp.MustCompile(`(^|[-_./])(?:19|20)\d\d[-_.]?(?:0[1-9]|1[0-2])(?:[-_.]?(?:0[1-9]|[12]\d|3[01]))?(?:[-_T.]?\d\d(?:[-_:.]?\d\d){0,2}(?:-\d{3})?)?($|[-_./])`)
	// IIS names its logs after the day without century.
	shortDate = regexp.MustCompile(`^((?:u_)?(?:ex|nc|in))\d{4,8}(\.log)$`)
	hours     = regexp.MustCompile(`\.\d\d[:_-]\d\d[:_-]\d\d-\d\d[:_-]\d\d[:_-]\d\d`) // Zeek: "conn.08:00:00-09:00:00.log"
	rotation  = regexp.MustCompile(`([A-Za-z])\.\d{1,3}$`)
)

// Series returns which log a file is a part of: its path without the dates and
// numbers that rotation gives to files and folders.
func Series(file string) string {
	elements := strings.Split(strings.ReplaceAll(file, `\`, "/"), "/")
	last := len(elements) - 1
	kept := elements[:0]
	for i, e := range elements {
		name := e
		switch {
		case i < last && compression.MatchString(e) && !archive.MatchString(e): // "access.log.1.gz!/access.log.1"
			continue
		case i == last:
			name = compression.ReplaceAllString(name, "")
			name = rotation.ReplaceAllString(name, "$1")
		}
		name = undated(name)
		if name != "" || i == 0 { // a folder for each day says nothing else
			kept = append(kept, name)
		}
	}
	return strings.Join(kept, "/")
}

func undated(name string) string {
	short := shortDate.ReplaceAllString(hours.ReplaceAllString(name, ""), "$1$2")
	if m := date.FindStringSubmatchIndex(short); m != nil {
		before, after := short[:m[0]], short[m[4]:] // the mark behind stays
		if before == "" {
			after = strings.TrimLeft(after, "-_.")
		}
		return strings.TrimPrefix(before, "Archive-") + after // Windows keeps full logs so
	}
	return short
}

// Names returns how to call two series to people: without the folders that
// they share, but the innermost.
func Names(a, b string) (string, string) {
	as, bs := strings.Split(a, "/"), strings.Split(b, "/")
	n := 0
	for n < min(len(as), len(bs))-1 && as[n] == bs[n] {
		n++
	}
	n = max(n-1, 0)
	return path.Join(as[n:]...), path.Join(bs[n:]...)
}
