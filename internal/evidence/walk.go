package evidence

import (
	"bufio"
	"cmp"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"sync/atomic"
)

// Options bounds a walk. The zero value means the defaults.
type Options struct {
	MaxDepth  int      // archives inside archives; 16
	MaxRatio  int      // decompressed to compressed bytes; 200
	MaxTotal  int64    // decompressed bytes of one walk; 1 TiB
	BlockSize int      // bytes of a block; 1 MiB
	InFlight  int      // blocks read but not yet decoded; 16
	Exclude   []string // files and folders never read
	// KeepDuplicates has files read that are copies of others.
	KeepDuplicates bool
	Progress       *Progress // counted into, if not nil
}

func (o Options) withDefaults() Options {
	o.MaxDepth = orDefault(o.MaxDepth, 16)
	o.MaxRatio = orDefault(o.MaxRatio, 200)
	o.MaxTotal = orDefault(o.MaxTotal, 1<<40)
	o.BlockSize = orDefault(o.BlockSize, 1<<20)
	o.InFlight = orDefault(o.InFlight, 16)
	if o.Progress == nil {
		o.Progress = &Progress{}
	}
	return o
}

func orDefault[T int | int64](n, otherwise T) T {
	if n <= 0 {
		return otherwise
	}
	return n
}

// Progress counts what a walk has done. It may be read while Walk runs.
type Progress struct {
	BytesTotal, BytesDone atomic.Int64 // of the outer files
	FilesTotal, FilesDone atomic.Int64 // outer files
	Current               atomic.Pointer[string]
}

// Visitor takes what a walk finds. Its functions must all be set; they are
// called from the goroutine that called Walk, in the order of the paths.
type Visitor struct {
	// Job takes one block to decode. The receiver must call Job.Run exactly
	// once, in any goroutine: Walk waits while Options.InFlight blocks are out.
	Job          func(*Job)
	Unrecognised func(path string, size int64, guess string) // size -1: not known
	Duplicate    func(path, first string)                    // same bytes as first
	Problem      func(Problem)
}

// Walk hands out every recognised file below roots, block by block, in the
// order of the paths. It returns when all jobs have run or ctx is done.
func Walk(ctx context.Context, roots []string, formats []Format, o Options, v Visitor) error {
	w := &walker{ctx: ctx, formats: formats, o: o.withDefaults(), v: v}
	w.slots = make(chan []byte, w.o.InFlight)
	for range w.o.InFlight {
		w.slots <- nil
	}
	files := w.list(roots)
	sizes := map[int64]int{}
	for _, f := range files {
		sizes[f.size]++
		w.o.Progress.BytesTotal.Add(f.size)
	}
	w.o.Progress.FilesTotal.Store(int64(len(files)))
	copies := copies{files: files, first: map[[sha256.Size]byte]int{}}
	for i, f := range files {
		if ctx.Err() != nil {
			break
		}
		path := f.path()
		w.o.Progress.Current.Store(&path)
		if w.o.KeepDuplicates || f.size == 0 || sizes[f.size] == 1 {
			w.outer(path, f.size, nil, i)
		} else {
			w.outer(path, f.size, &copies, i)
		}
		w.o.Progress.FilesDone.Add(1)
	}
	for range w.o.InFlight { // every job has run once its slot is back
		<-w.slots
	}
	return ctx.Err()
}

type walker struct {
	ctx     context.Context
	formats []Format
	o       Options
	v       Visitor
	slots   chan []byte     // buffers of blocks not in flight
	buffers []*bufio.Reader // by depth in archives
	total   int64           // decompressed bytes so far

	outerSize, outerTotal int64 // of the file being read: its size, bytes decompressed from it
}

// outerFile is a file of the file system. There may be millions: the folder is
// shared between its files.
type outerFile struct {
	dir, name string
	size      int64
}

func (f *outerFile) path() string { return filepath.Join(f.dir, f.name) }

// copies knows the first file with each content.
type copies struct {
	files []outerFile
	first map[[sha256.Size]byte]int
	buf   []byte
}

func (w *walker) lost(path string, offset int64, what string) {
	w.v.Problem(Problem{Path: path, Offset: offset, What: what, Lost: true})
}

// list finds the regular files below roots, sorted by folder and name, each
// once.
func (w *walker) list(roots []string) []outerFile {
	var files []outerFile
	for _, root := range roots {
		info, err := os.Stat(root) // also through a link the user named
		switch {
		case err != nil:
			w.lost(root, -1, fmt.Sprintf("cannot be read: %v", reason(err)))
		case info.IsDir():
			files = w.folder(filepath.Clean(root), files)
		case info.Mode().IsRegular():
			dir, name := filepath.Split(filepath.Clean(root))
			files = append(files, outerFile{dir, name, info.Size()})
		default:
			w.lost(root, -1, "is a device, pipe or socket; not read")
		}
	}
	slices.SortFunc(files, func(a, b outerFile) int { return cmp.Or(cmp.Compare(a.dir, b.dir), cmp.Compare(a.name, b.name)) })
	return slices.CompactFunc(files, func(a, b outerFile) bool { return a.dir == b.dir && a.name == b.name })
}

// Entries of a folder are read this many at a time.
const entriesAtOnce = 1024

// folder appends the regular files below dir. The file system bounds how deep
// it goes: a path that is too long cannot be opened.
func (w *walker) folder(dir string, files []outerFile) []outerFile {
	f, err := os.Open(dir)
	if err != nil {
		w.lost(dir, -1, fmt.Sprintf("cannot be read: %v", reason(err)))
		return files
	}
	var folders []string
	for w.ctx.Err() == nil {
		entries, err := f.ReadDir(entriesAtOnce)
		for _, e := range entries {
			if e.IsDir() {
				folders = append(folders, e.Name())
			} else if size, ok := w.entry(dir, e); ok {
				files = append(files, outerFile{dir, e.Name(), size})
			}
		}
		if err != nil {
			if err != io.EOF {
				w.lost(dir, -1, fmt.Sprintf("cannot be read further: %v", reason(err)))
			}
			break
		}
	}
	f.Close()
	slices.Sort(folders) // for the order of problems
	for _, name := range folders {
		files = w.folder(filepath.Join(dir, name), files)
	}
	return files
}

// entry returns the size of a folder's entry that is a regular file.
func (w *walker) entry(dir string, e fs.DirEntry) (size int64, ok bool) {
	path := filepath.Join(dir, e.Name())
	switch {
	case e.Type()&fs.ModeSymlink != 0:
		w.v.Problem(Problem{Path: path, Offset: -1, What: "symbolic link not followed; name its target to have it read"})
	case !e.Type().IsRegular():
		w.v.Problem(Problem{Path: path, Offset: -1, What: "device, pipe or socket not read"})
	default:
		info, err := e.Info()
		if err == nil {
			return info.Size(), true
		}
		w.lost(path, -1, fmt.Sprintf("cannot be read: %v", reason(err)))
	}
	return 0, false
}

// reason is what the system says of a file whose path stands before it anyway.
func reason(err error) error {
	var pathError *fs.PathError
	if errors.As(err, &pathError) {
		return pathError.Err
	}
	return err
}

// outer reads one file of the file system, the nth, unless it is a copy of one
// before.
func (w *walker) outer(path string, size int64, copies *copies, n int) {
	file, err := os.Open(path)
	if err != nil {
		w.lost(path, -1, fmt.Sprintf("cannot be read: %v", reason(err)))
		return
	}
	defer file.Close()
	defer w.o.Progress.BytesDone.Add(size)
	if copies != nil {
		if first, known := copies.find(file, n); known && !w.copiesCount(file, path) {
			w.v.Duplicate(path, first)
			return
		}
	}
	w.outerSize, w.outerTotal = size, 0
	// A file that grows while it is read is read as far as it went at first.
	section := io.NewSectionReader(file, 0, size)
	s := source{path: path, size: size, r: section, at: section}
	if info, err := file.Stat(); err == nil {
		s.modified = unixNano(info.ModTime())
	}
	w.content(s)
}

// copiesCount reports whether a file is of a format whose copies are read too:
// where they are is part of what they say.
func (w *walker) copiesCount(file io.ReaderAt, path string) bool {
	head := make([]byte, HeadSize)
	n, _ := file.ReadAt(head, 0)
	head = head[:n]
	if isZip(head) {
		return isJava(path)
	}
	format := w.recognise(head, path)
	return format != nil && format.Copies
}

// find returns the first file with the same content as r, the nth file.
func (c *copies) find(r io.Reader, n int) (path string, known bool) {
	h := sha256.New()
	if c.buf == nil {
		c.buf = make([]byte, 256<<10)
	}
	for {
		n, err := r.Read(c.buf)
		h.Write(c.buf[:n])
		if err == io.EOF {
			break
		}
		if err != nil {
			return "", false // reading it again says why
		}
	}
	sum := [sha256.Size]byte(h.Sum(nil))
	first, known := c.first[sum]
	if !known {
		c.first[sum] = n
		return "", false
	}
	return c.files[first].path(), true
}

var errTooBig = errors.New("decompresses to more than the limits allow; the rest is not read")
