package simulate

import (
	"bufio"
	"compress/gzip"
	"io"
	"os"
	"strings"
	"time"
)

// lines writes a log of text lines, in one file or one for each day.
type lines struct {
	w       *writer
	name    string // with the day in place of "*"
	layout  string // of the day
	zone    *time.Location
	header  string // of each file
	day     string
	files   []io.Closer
	out     *bufio.Writer
	written int64
	path    string    // of the open file
	last    time.Time // of its last line
}

func (w *writer) lines(name, layout string, zone *time.Location, header string) *lines {
	return &lines{w: w, name: name, layout: layout, zone: zone, header: header}
}

// line writes one, which happened at a time.
func (l *lines) line(at time.Time, text string) error {
	day := ""
	if strings.Contains(l.name, "*") {
		day = at.In(l.zone).Format(l.layout)
	}
	if l.out == nil || day != l.day {
		if err := l.open(day); err != nil {
			return err
		}
	}
	l.written += int64(len(text)) + 1
	l.last = at
	if _, err := l.out.WriteString(text); err != nil {
		return err
	}
	return l.out.WriteByte('\n')
}

func (l *lines) open(day string) error {
	if err := l.close(); err != nil {
		return err
	}
	if err := l.w.ctx.Err(); err != nil {
		return err
	}
	path, err := l.w.path(strings.ReplaceAll(l.name, "*", day))
	if err != nil {
		return err
	}
	file, err := os.OpenFile(path, os.O_CREATE|os.O_WRONLY|os.O_APPEND, 0o640)
	if err != nil {
		return err
	}
	l.files = []io.Closer{file}
	var to io.Writer = file
	if strings.HasSuffix(path, ".gz") {
		z, err := gzip.NewWriterLevel(file, gzip.BestSpeed)
		if err != nil {
			return err
		}
		l.files = []io.Closer{z, file}
		to = z
	}
	l.path = path
	l.day, l.out = day, bufio.NewWriterSize(to, 256<<10)
	_, err = l.out.WriteString(l.header)
	return err
}

func (l *lines) close() error {
	if l.out == nil {
		return nil
	}
	err := l.out.Flush()
	for _, f := range l.files {
		if e := f.Close(); err == nil {
			err = e
		}
	}
	l.out = nil
	if err == nil { // logs that name no year are dated by it
		err = os.Chtimes(l.path, l.last, l.last)
	}
	return err
}
