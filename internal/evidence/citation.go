package evidence

import (
	"bytes"
	"cmp"
	"context"
	"fmt"
	"io"
	"os"
	"slices"
	"strconv"
	"strings"
)

// MaxCitation is the longest run of bytes that is read back.
const MaxCitation = 64 << 20

// Place is a run of bytes in a (decompressed) file, possibly inside archives.
type Place struct {
	Path   string
	Offset int64
	Length int
}

// String writes a place as ParseCitation reads it.
func (p Place) String() string { return fmt.Sprintf("%s@%d+%d", p.Path, p.Offset, p.Length) }

func (p Place) end() int64 { return p.Offset + int64(p.Length) }

func (p Place) valid() error {
	if p.Offset < 0 || p.Length < 0 || p.Length > MaxCitation || p.end() < 0 {
		return fmt.Errorf("%s: cannot cite %d bytes at %d; at most %d can be shown", p.Path, p.Length, p.Offset, MaxCitation)
	}
	return nil
}

// ParseCitation reads "path@offset+length".
func ParseCitation(s string) (p Place, err error) {
	at := strings.LastIndexByte(s, '@')
	if at > 0 {
		from, count, ok := strings.Cut(s[at+1:], "+")
		p.Path = s[:at]
		p.Offset, err = strconv.ParseInt(from, 10, 64)
		if ok && err == nil {
			p.Length, err = strconv.Atoi(count)
		}
		if ok && err == nil && p.Offset >= 0 && p.Length >= 0 {
			return p, nil
		}
	}
	return Place{}, fmt.Errorf("citation %q is not of the form PATH@OFFSET+LENGTH", s)
}

// Outer returns the file of the file system that path leads into: all of it,
// or what stands before one of its "!/".
func Outer(path string) string {
	for at := 0; ; {
		next := strings.Index(path[at:], "!/")
		if next < 0 {
			return path
		}
		at += next
		if info, err := os.Stat(path[:at]); err == nil && info.Mode().IsRegular() {
			return path[:at]
		}
		at += len("!/")
	}
}

// Outers returns the files of the file system that places lead into, sorted.
func Outers(places []Place) []string {
	known := map[string]string{}
	var outers []string
	for _, p := range places {
		if _, ok := known[p.Path]; !ok {
			known[p.Path] = Outer(p.Path)
			outers = append(outers, known[p.Path])
		}
	}
	slices.Sort(outers)
	return slices.Compact(outers)
}

// ReadCitation returns the cited bytes of one place.
func ReadCitation(ctx context.Context, p Place, o Options) (data []byte, err error) {
	interrupted := ReadCitations(ctx, []Place{p}, o, func(_ Place, found []byte, why error) {
		data, err = bytes.Clone(found), why
	})
	if interrupted != nil {
		return nil, interrupted
	}
	return data, err
}

// ReadCitations calls found once for every distinct place: with its bytes,
// which are valid until found returns, or with the reason why they cannot be
// read. Places in one file are read together. The error is that of ctx.
func ReadCitations(ctx context.Context, places []Place, o Options, found func(Place, []byte, error)) error {
	c := &citing{o: o, found: found, byPath: map[string][]*wanted{}, outer: map[string][]*wanted{}}
	for _, p := range distinct(places) {
		if err := p.valid(); err != nil {
			found(p, nil, err)
			continue
		}
		outer := Outer(p.Path)
		if outer == p.Path {
			c.direct(p)
			continue
		}
		w := &wanted{Place: p}
		c.byPath[p.Path] = append(c.byPath[p.Path], w)
		c.outer[outer] = append(c.outer[outer], w)
	}
	var outers []string
	for outer := range c.outer {
		outers = append(outers, outer)
	}
	slices.Sort(outers)
	for _, outer := range outers {
		if err := c.read(ctx, outer); err != nil {
			return err
		}
	}
	return nil
}

func distinct(places []Place) []Place {
	places = slices.Clone(places)
	slices.SortFunc(places, func(a, b Place) int {
		return cmp.Or(cmp.Compare(a.Path, b.Path), cmp.Compare(a.Offset, b.Offset), cmp.Compare(a.Length, b.Length))
	})
	return slices.Compact(places)
}

// wanted is a place whose bytes come in, block by block.
type wanted struct {
	Place
	data []byte
	done bool
}

type citing struct {
	o       Options
	found   func(Place, []byte, error)
	byPath  map[string][]*wanted
	outer   map[string][]*wanted
	pending int // wanted places of the outer file being read
}

// direct reads a place in a file of the file system.
func (c *citing) direct(p Place) {
	file, err := os.Open(p.Path)
	if err != nil {
		c.found(p, nil, fmt.Errorf("%s: cannot be read: %w", p.Path, reason(err)))
		return
	}
	defer file.Close()
	data := make([]byte, p.Length)
	switch _, err := file.ReadAt(data, p.Offset); {
	case err == io.EOF:
		c.found(p, nil, p.tooShort())
	case err != nil:
		c.found(p, nil, fmt.Errorf("%s: cannot be read: %w", p.Path, reason(err)))
	default:
		c.found(p, data, nil)
	}
}

func (p Place) tooShort() error {
	return fmt.Errorf("%s: the file does not have %d bytes at %d", p.Path, p.Length, p.Offset)
}

// read reads what is wanted of what one archive holds.
func (c *citing) read(ctx context.Context, outer string) error {
	stop, cancel := context.WithCancel(ctx)
	defer cancel()
	var problem error
	c.pending = len(c.outer[outer])
	visitor := Visitor{
		Job: func(j *Job) {
			c.take(j)
			j.Discard()
			if c.pending == 0 {
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
	Walk(stop, []string{outer}, []Format{anything}, c.o, visitor)
	if err := ctx.Err(); err != nil {
		return err
	}
	for _, w := range c.outer[outer] {
		switch {
		case w.done:
		case problem != nil:
			c.found(w.Place, nil, problem)
		default:
			c.found(w.Place, nil, w.tooShort())
		}
	}
	return nil
}

// take copies what is wanted from a block. Both blocks and wanted places of a
// file come in the order of their offsets.
func (c *citing) take(j *Job) {
	b := &j.Block
	end := b.Offset + int64(len(b.Data))
	list := c.byPath[j.File.Path]
	for _, w := range list {
		if w.Offset > end {
			break
		}
		from := min(max(w.Offset+int64(len(w.data))-b.Offset, 0), int64(len(b.Data)))
		to := min(w.end()-b.Offset, int64(len(b.Data)))
		if from > to {
			continue
		}
		w.data = append(w.data, b.Data[from:to]...)
		if len(w.data) == w.Length {
			c.found(w.Place, w.data, nil)
			w.data, w.done = nil, true
			c.pending--
		}
	}
	c.byPath[j.File.Path] = slices.DeleteFunc(list, func(w *wanted) bool { return w.done })
}

type ignore struct{}

func (ignore) Decode(*Block, Sink) {}
func (ignore) Close(Sink)          {}
