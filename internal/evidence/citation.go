package evidence

import (
	"context"
	"fmt"
	"io"
	"strconv"
	"strings"
)

// MaxCitation is the longest run of bytes that ReadCitation returns.
const MaxCitation = 64 << 20

// FormatCitation writes a citation as ParseCitation reads it.
func FormatCitation(path string, offset int64, length int) string {
	return fmt.Sprintf("%s@%d+%d", path, offset, length)
}

// ParseCitation reads "path@offset+length".
func ParseCitation(s string) (path string, offset int64, length int, err error) {
	at := strings.LastIndexByte(s, '@')
	if at > 0 {
		from, count, ok := strings.Cut(s[at+1:], "+")
		offset, err = strconv.ParseInt(from, 10, 64)
		if ok && err == nil {
			length, err = strconv.Atoi(count)
		}
		if ok && err == nil && offset >= 0 && length >= 0 {
			return s[:at], offset, length, nil
		}
	}
	return "", 0, 0, fmt.Errorf("citation %q is not of the form PATH@OFFSET+LENGTH", s)
}

// ReadCitation returns the cited bytes of a file, decompressed if path leads
// into archives. It fails if the file does not have all of them.
func ReadCitation(path string, offset int64, length int, o Options) ([]byte, error) {
	if offset < 0 || length < 0 || length > MaxCitation {
		return nil, fmt.Errorf("%s: cannot cite %d bytes at %d; at most %d can be shown", path, length, offset, MaxCitation)
	}
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	outer, _, _ := strings.Cut(path, "!/")
	var found []byte
	var problem error
	visitor := Visitor{
		Job: func(j *Job) {
			if j.File.Path == path {
				b := &j.Block
				start := max(offset+int64(len(found)), b.Offset) - b.Offset
				end := min(offset+int64(length)-b.Offset, int64(len(b.Data)))
				if start < end {
					found = append(found, b.Data[start:end]...)
				}
			}
			j.Discard()
			if len(found) == length && j.File.Path == path {
				cancel()
			}
		},
		Unrecognised: func(string, int64, string) {},
		Duplicate:    func(string, string) {},
		Problem: func(p Problem) {
			if p.Lost && problem == nil {
				problem = fmt.Errorf("%s", p)
			}
		},
	}
	anything := Format{
		ID:    "bytes",
		Match: func([]byte, string) bool { return true },
		Open:  func(*File, []byte) (Decoder, error) { return ignore{}, nil },
	}
	err := Walk(ctx, []string{outer}, []Format{anything}, o, visitor)
	switch {
	case len(found) == length:
		return found, nil
	case problem != nil:
		return nil, problem
	case err != nil:
		return nil, err
	}
	return nil, fmt.Errorf("%s: %w: the file does not have %d bytes at %d", path, io.ErrUnexpectedEOF, length, offset)
}

type ignore struct{}

func (ignore) Decode(*Block, Sink) {}
func (ignore) Close(Sink)          {}
