package main

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"seawall/internal/evidence/weblog"
	"seawall/internal/finding"
)

// byteSize is a flag such as 512MB or 1GiB.
type byteSize int64

// UnmarshalText reads a number with an optional unit; units are powers of 1024.
func (b *byteSize) UnmarshalText(text []byte) error {
	s := strings.ToUpper(strings.TrimSpace(string(text)))
	unit := int64(1)
	s = strings.TrimSuffix(strings.TrimSuffix(s, "B"), "I")
	for i, suffix := range []string{"K", "M", "G", "T"} {
		if rest, ok := strings.CutSuffix(s, suffix); ok {
			s, unit = rest, 1<<(10*(i+1))
			break
		}
	}
	n, err := strconv.ParseFloat(strings.TrimSpace(s), 64)
	if err != nil || n <= 0 || n*float64(unit) > 1<<50 {
		return fmt.Errorf("%q is not a size like 512MB or 1GiB", text)
	}
	*b = byteSize(n * float64(unit))
	return nil
}

// instant is a flag such as 2026-11-24, 2026-11-24T08:00, or 2026-11-24T08:00:00Z.
type instant struct {
	text string
	time time.Time
	zone bool // the text named its zone
}

// UnmarshalText reads a date or a date and time.
func (i *instant) UnmarshalText(text []byte) error {
	i.text = string(text)
	for _, layout := range []string{time.RFC3339Nano, "2006-01-02T15:04:05", "2006-01-02 15:04:05", "2006-01-02T15:04", "2006-01-02 15:04", time.DateOnly} {
		t, err := time.Parse(layout, i.text)
		if err == nil {
			i.time, i.zone = t, layout == time.RFC3339Nano
			return nil
		}
	}
	return fmt.Errorf("%q is not a time like 2026-11-24 or 2026-11-24T08:00:00Z", text)
}

// in returns the instant in nanoseconds since 1970, 0 if it was not given;
// zone is that of texts that name none.
func (i instant) in(zone *time.Location) int64 {
	if i.text == "" {
		return 0
	}
	if i.zone {
		return i.time.UnixNano()
	}
	y, m, d := i.time.Date()
	return time.Date(y, m, d, i.time.Hour(), i.time.Minute(), i.time.Second(), 0, zone).UnixNano()
}

// severityFlag is a severity by name, or "never" above all of them.
type severityFlag struct {
	finding.Severity
	never bool
}

// UnmarshalText reads a severity.
func (s *severityFlag) UnmarshalText(text []byte) error {
	if strings.EqualFold(string(text), "never") {
		*s = severityFlag{never: true}
		return nil
	}
	severity, ok := finding.ParseSeverity(string(text))
	if !ok {
		return fmt.Errorf("%q is not a severity: informational, low, medium, high or critical", text)
	}
	*s = severityFlag{Severity: severity}
	return nil
}

// logFormatFlag is a LogFormat or log_format directive.
type logFormatFlag string

// UnmarshalText checks a directive.
func (f *logFormatFlag) UnmarshalText(text []byte) error {
	if err := weblog.ParseLogFormat(string(text)); err != nil {
		return err
	}
	*f = logFormatFlag(text)
	return nil
}

// logFormats are the directives given.
func (f *engineFlags) logFormats() []string {
	var formats []string
	for _, d := range f.LogFormat {
		formats = append(formats, string(d))
	}
	return formats
}

// zoneFlag is a time zone: UTC, Local, a name such as Europe/Berlin, or +02:00.
type zoneFlag struct{ *time.Location }

// UnmarshalText reads a zone.
func (z *zoneFlag) UnmarshalText(text []byte) error {
	name := string(text)
	if t, err := time.Parse("-07:00", name); err == nil {
		_, offset := t.Zone()
		z.Location = time.FixedZone("UTC"+name, offset)
		return nil
	}
	zone, err := time.LoadLocation(name)
	if err != nil {
		return fmt.Errorf("%q is not a time zone like UTC, Local, Europe/Berlin or +02:00", name)
	}
	z.Location = zone
	return nil
}
