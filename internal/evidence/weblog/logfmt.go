package weblog

import (
	"bytes"
	"strings"

	"seawall/record"
)

// logfmtMark begins the shape of a line of keys and values, so that it is not
// that of a JSON document.
const logfmtMark = 0xff

// readLogfmt reads a line of keys and values that is a request or a message of
// an application, as Grafana and Traefik write them:
//
//	logger=context t=2023-03-14T06:10:23Z level=error msg="Request Completed" method=GET
func readLogfmt(r *row, line []byte) *record.Schema { return r.telling(readPairs(r, line)) }

// telling passes on what tells of a request or a login.
func (r *row) telling(s *record.Schema) *record.Schema {
	if s != nil && s.Source == SourceApplication && r.values[len(r.values)-1].Kind == record.Null {
		return nil
	}
	return s
}

// readPairs reads a line of keys and values with a message in it.
func readPairs(r *row, line []byte) *record.Schema {
	if !r.logfmt(line) || len(r.values) < 4 {
		return nil
	}
	l := r.layouts.of(r.shape, logfmtLayout)
	if l == nil {
		return nil
	}
	r.named(l)
	return l.schema
}

// logfmt adds the values of a line of keys and values and notes the keys in
// r.shape. It reports whether the line is nothing else.
func (r *row) logfmt(line []byte) bool {
	r.shape = append(r.shape[:0], logfmtMark)
	for len(line) > 0 {
		eq := 0
		for eq < len(line) && keyByte[line[eq]] {
			eq++
		}
		if eq == 0 || eq == len(line) || line[eq] != '=' || len(r.values) >= maxColumns {
			return false
		}
		r.shape = append(append(r.shape, line[:eq]...), logfmtMark)
		line = line[eq+1:]
		if len(line) > 0 && line[0] == '"' {
			end := closingQuote(line, 1)
			if end < 0 {
				return false
			}
			r.put(r.plain(line[1:end]))
			line = line[end+1:]
		} else {
			end := bytes.IndexByte(line, ' ')
			if end < 0 {
				end = len(line)
			}
			r.put(line[:end])
			line = line[end:]
		}
		line = bytes.TrimLeft(line, " ,")
	}
	return true
}

// keyByte says which bytes keys are made of.
var keyByte = func() (t [256]bool) {
	for c := range 256 {
		t[c] = c > ' ' && c < 0x7f && c != '=' && c != '"' && c != '[' && c != '{'
	}
	return t
}()

func logfmtLayout(shape []byte) *jsonLayout {
	var paths [][]string
	for _, key := range logfmtKeys(shape) {
		paths = append(paths, []string{key})
	}
	return newJSONLayout(paths)
}

// logfmtKeys returns the keys of a shape.
func logfmtKeys(shape []byte) []string {
	return strings.Split(strings.Trim(string(shape), string([]byte{logfmtMark})), string([]byte{logfmtMark}))
}
