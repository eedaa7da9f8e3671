package evidence

import (
	"archive/tar"
	"archive/zip"
	"bufio"
	"bytes"
	"cmp"
	"compress/bzip2"
	"errors"
	"fmt"
	"io"
	"os"
	"path"
	"slices"
	"strings"
	"time"

	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"
	"github.com/ulikunitz/xz"
)

// source is the content of one file, possibly inside archives.
type source struct {
	path  string
	size  int64 // -1 if not known
	depth int   // archives around it
	// modified is when it was last changed, as its folder or archive says.
	modified int64
	r        io.Reader
	at       io.ReaderAt // nil if r is a stream
}

// compressors are the single-file containers.
var compressors = []struct {
	magic    string
	suffixes []string // the first one that the name has is dropped
	open     func(io.Reader) (io.Reader, error)
}{
	{"\x1f\x8b\x08", []string{".gz"}, func(r io.Reader) (io.Reader, error) { return gzip.NewReader(r) }},
	{"\x28\xb5\x2f\xfd", []string{".zst"}, func(r io.Reader) (io.Reader, error) {
		return zstd.NewReader(r, zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxWindow(64<<20))
	}},
	{"BZh", []string{".bz2"}, func(r io.Reader) (io.Reader, error) { return bzip2.NewReader(r), nil }},
	{"\xfd7zXZ\x00", []string{".xz"}, func(r io.Reader) (io.Reader, error) {
		return xz.ReaderConfig{DictCap: 64 << 20}.NewReader(r)
	}},
}

// content recognises s and reads it: as an archive, as evidence, or not at all.
func (w *walker) content(s source) {
	buffered := w.buffered(s)
	head, err := buffered.Peek(HeadSize)
	s.r = buffered
	if len(head) == 0 && err == io.EOF {
		w.v.Unrecognised(s.path, 0, "empty")
		return
	}
	if inner, open := w.container(s, head); open != nil {
		if s.depth >= w.o.MaxDepth {
			w.lost(s.path, -1, fmt.Sprintf("archives are nested more than %d deep; not read", w.o.MaxDepth))
			return
		}
		open(inner)
		return
	}
	if format := w.recognise(head, s.path); format != nil {
		file := &File{Path: s.path, Size: s.size, Modified: s.modified, Format: format}
		decoders, err := open(file, head)
		if err != nil {
			w.lost(s.path, -1, err.Error())
			return
		}
		w.blocks(file, decoders, s.r)
		return
	}
	if err != nil && err != io.EOF { // readers of recognised content meet the error again
		w.lost(s.path, int64(len(head)), fmt.Sprintf("cannot be read further: %v", err))
		return
	}
	w.v.Unrecognised(s.path, s.size, guess(head))
}

// open prepares the decoders that share a file.
func open(file *File, head []byte) (decoders []Decoder, err error) {
	for part := range max(file.Format.Parts, 1) {
		share := *file
		share.Part = part
		decoder, err := file.Format.Open(&share, slices.Clone(head))
		if err != nil {
			return nil, err
		}
		decoders = append(decoders, decoder)
	}
	return decoders, nil
}

// recognise returns the format of a file that starts with head, nil if it is
// none that can be read.
func (w *walker) recognise(head []byte, name string) *Format {
	base := path.Base(strings.ReplaceAll(name, "\\", "/"))
	for i := range w.formats {
		if w.formats[i].Match(head, base) {
			return &w.formats[i]
		}
	}
	return nil
}

// buffered returns a reader of s with room for the head. Sources of one depth
// are read one after the other and share it.
func (w *walker) buffered(s source) *bufio.Reader {
	for len(w.buffers) <= s.depth {
		w.buffers = append(w.buffers, bufio.NewReaderSize(nil, HeadSize))
	}
	w.buffers[s.depth].Reset(s.r)
	return w.buffers[s.depth]
}

// container returns how to open s if head is that of an archive, else nil.
func (w *walker) container(s source, head []byte) (source, func(source)) {
	if isZip(head) || hidesZip(s, head) {
		return s, w.zip
	}
	if len(head) > 262 && string(head[257:262]) == "ustar" {
		return s, w.tar
	}
	for _, c := range compressors {
		if bytes.HasPrefix(head, []byte(c.magic)) {
			return s, func(s source) { w.decompress(s, c.suffixes, c.open) }
		}
	}
	return s, nil
}

func (w *walker) decompress(s source, suffixes []string, open func(io.Reader) (io.Reader, error)) {
	in := &countingReader{r: s.r}
	r, err := open(in)
	if err != nil {
		w.lost(s.path, 0, fmt.Sprintf("cannot be decompressed: %v", err))
		return
	}
	if z, ok := r.(*zstd.Decoder); ok {
		defer z.Close()
	}
	w.content(source{path: s.path + "!/" + innerName(s.path, suffixes), size: -1, depth: s.depth + 1, modified: s.modified, r: &boundedReader{w: w, r: r, in: in}})
}

func innerName(full string, suffixes []string) string {
	base := path.Base(strings.ReplaceAll(full, "\\", "/"))
	for _, suffix := range suffixes {
		if n := len(base) - len(suffix); n > 0 && strings.EqualFold(base[n:], suffix) {
			return base[:n]
		}
	}
	return base
}

func (w *walker) tar(s source) {
	in := &countingReader{r: s.r}
	for t := tar.NewReader(in); w.ctx.Err() == nil; {
		h, err := t.Next()
		if err == io.EOF {
			return
		}
		if err != nil {
			w.lost(s.path, in.n, fmt.Sprintf("tar archive cannot be read further: %v", err))
			return
		}
		if h.Typeflag == tar.TypeReg {
			w.content(source{path: s.path + "!/" + h.Name, size: h.Size, depth: s.depth + 1, modified: unixNano(h.ModTime), r: &boundedReader{w: w, r: t, in: in}})
		}
	}
}

func (w *walker) zip(s source) {
	at, size, remove, err := w.spool(s)
	defer remove()
	if err != nil {
		w.lost(s.path, -1, fmt.Sprintf("zip archive cannot be read: %v", err))
		return
	}
	z, err := zip.NewReader(at, size)
	if err != nil && !errors.Is(err, zip.ErrInsecurePath) {
		w.lost(s.path, -1, fmt.Sprintf("zip archive cannot be read: %v", err))
		return
	}
	slices.SortStableFunc(z.File, func(a, b *zip.File) int { return cmp.Compare(a.Name, b.Name) })
	read := w.asWhole(s, z.File, size)
	for _, f := range z.File {
		if w.ctx.Err() != nil {
			return
		}
		if w.exhausted() {
			w.lost(s.path, -1, "zip archive: "+errTooBig.Error())
			return
		}
		if !f.Mode().IsRegular() || read[f] {
			continue
		}
		name := s.path + "!/" + f.Name
		if f.Flags&1 != 0 {
			w.lost(name, -1, "is protected by a password; extract it with the password and scan the result")
			continue
		}
		r, err := f.Open()
		if err != nil {
			w.lost(name, -1, fmt.Sprintf("cannot be decompressed: %v", err))
			continue
		}
		w.content(source{path: name, size: int64(min(f.UncompressedSize64, 1<<62)), depth: s.depth + 1, modified: unixNano(f.Modified), r: w.bounded(f, r, size)})
		r.Close()
	}
}

// bounded stops the decompression of a file of a zip archive of the given size
// when it grows beyond reason.
func (w *walker) bounded(f *zip.File, r io.Reader, size int64) io.Reader {
	in := &countingReader{n: min(int64(min(f.CompressedSize64, 1<<62)), size)}
	return &boundedReader{w: w, r: r, in: in}
}

// unixNano is 0 for times that say nothing: unset, or outside the years that
// file systems and archives can mean.
func unixNano(t time.Time) int64 {
	if year := t.Year(); year <= 1970 || year >= 2262 {
		return 0
	}
	return t.UnixNano()
}

const maxSpoolMemory = 64 << 20

// spool makes a stream readable at any place: in memory if it is small, else
// in a temporary file that remove deletes.
func (w *walker) spool(s source) (at io.ReaderAt, size int64, remove func(), err error) {
	remove = func() {}
	if s.at != nil {
		return s.at, s.size, remove, nil
	}
	data, err := io.ReadAll(io.LimitReader(s.r, maxSpoolMemory))
	if err != nil || len(data) < maxSpoolMemory {
		return bytes.NewReader(data), int64(len(data)), remove, err
	}
	file, err := os.CreateTemp("", "seawall-*")
	if err != nil {
		return nil, 0, remove, err
	}
	remove = func() { file.Close(); os.Remove(file.Name()) }
	size, err = io.Copy(file, io.MultiReader(bytes.NewReader(data), s.r))
	return file, size, remove, err
}

type countingReader struct {
	r io.Reader
	n int64
}

func (c *countingReader) Read(p []byte) (int, error) {
	n, err := c.r.Read(p)
	c.n += int64(n)
	return n, err
}

// Decompressed bytes below which no ratio is suspicious, of one file and of all
// that comes out of one file of the file system: logs with room left in them
// are mostly zeros.
const (
	ratioFloor      = 64 << 20
	outerRatioFloor = 1 << 30
)

// exhausted reports whether more was decompressed than the limits allow, of
// all evidence or of the file being read.
func (w *walker) exhausted() bool {
	return w.total > w.o.MaxTotal || w.outerTotal > outerRatioFloor && w.outerTotal/int64(w.o.MaxRatio) > w.outerSize
}

// boundedReader stops a decompression bomb: one file that grows beyond reason,
// or many that do together.
type boundedReader struct {
	w   *walker
	r   io.Reader
	in  *countingReader // compressed bytes
	out int64
}

func (b *boundedReader) Read(p []byte) (int, error) {
	w, ratio := b.w, int64(b.w.o.MaxRatio)
	if w.exhausted() || b.out > ratioFloor && b.out/ratio > b.in.n {
		return 0, errTooBig
	}
	n, err := b.r.Read(p)
	b.out += int64(n)
	w.total += int64(n)
	w.outerTotal += int64(n)
	return n, err
}

// guess names well-known content that is no evidence.
func guess(head []byte) string {
	for _, m := range []struct{ magic, name string }{
		{"MZ", "Windows executable"}, {"\x7fELF", "ELF executable"}, {"\x89PNG", "PNG image"}, {"\xff\xd8\xff", "JPEG image"},
		{"%PDF", "PDF document"}, {"7z\xbc\xaf\x27\x1c", "7-Zip archive"}, {"Rar!", "RAR archive"}, {"SQLite format 3", "SQLite database"},
		{"regf", "Windows registry hive"}, {"\xd0\xcf\x11\xe0", "OLE document"},
	} {
		if strings.HasPrefix(string(head[:min(len(head), 16)]), m.magic) {
			return m.name
		}
	}
	if bytes.IndexByte(head, 0) < 0 {
		return "text"
	}
	return "binary data"
}
