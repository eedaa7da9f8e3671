package evidence

import (
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
	MaxDepth  int       // archives inside archives; 5
	MaxRatio  int       // decompressed to compressed bytes; 200
	MaxTotal  int64     // decompressed bytes of one walk; 1 TiB
	BlockSize int       // bytes of a block; 1 MiB
	InFlight  int       // blocks read but not yet decoded; 16
	Exclude   []string  // files and folders never read
	// KeepDuplicates has files read that are copies of others.
	KeepDuplicates bool
	Progress  *Progress // counted into, if not nil
}

func (o Options) withDefaults() Options {
	o.MaxDepth = orDefault(o.MaxDepth, 5)
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
	seen := map[[sha256.Size]byte]string{}
	for _, f := range files {
		if ctx.Err() != nil {
			break
		}
		w.o.Progress.Current.Store(&f.path)
		w.outer(f, !w.o.KeepDuplicates && sizes[f.size] > 1 && f.size > 0, seen)
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
	slots   chan []byte // buffers of blocks not in flight
	total   int64       // decompressed bytes so far
}

type outerFile struct {
	path string
	size int64
}

func (w *walker) lost(path string, offset int64, what string) {
	w.v.Problem(Problem{Path: path, Offset: offset, What: what, Lost: true})
}

// list finds the regular files below roots, sorted, each once.
func (w *walker) list(roots []string) []outerFile {
	excluded := map[string]bool{}
	for _, path := range w.o.Exclude {
		excluded[absolute(path)] = true
	}
	var files []outerFile
	for _, root := range roots {
		if info, err := os.Stat(root); err != nil {
			w.lost(root, -1, fmt.Sprintf("cannot be read: %v", err))
			continue
		} else if info.Mode().IsRegular() { // also through a link the user named
			if !excluded[absolute(root)] {
				files = append(files, outerFile{filepath.Clean(root), info.Size()})
			}
			continue
		} else if info.IsDir() {
			root = withSeparator(root)
		}
		filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
			if w.ctx.Err() != nil {
				return w.ctx.Err()
			}
			switch {
			case err != nil:
				w.lost(path, -1, fmt.Sprintf("cannot be read: %v", err))
			case excluded[absolute(path)]:
				if d.IsDir() {
					return fs.SkipDir
				}
			case d.IsDir():
			case d.Type()&fs.ModeSymlink != 0:
				w.v.Problem(Problem{Path: path, Offset: -1, What: "symbolic link not followed; name its target to have it read"})
			case !d.Type().IsRegular():
				w.v.Problem(Problem{Path: path, Offset: -1, What: "device, pipe or socket not read"})
			default:
				info, err := d.Info()
				if err != nil {
					w.lost(path, -1, fmt.Sprintf("cannot be read: %v", err))
					return nil
				}
				files = append(files, outerFile{filepath.Clean(path), info.Size()})
			}
			return nil
		})
	}
	slices.SortFunc(files, func(a, b outerFile) int { return compare(a.path, b.path) })
	return slices.CompactFunc(files, func(a, b outerFile) bool { return a.path == b.path })
}

func compare(a, b string) int {
	switch {
	case a < b:
		return -1
	case a > b:
		return 1
	}
	return 0
}

func absolute(path string) string {
	if abs, err := filepath.Abs(path); err == nil {
		return abs
	}
	return filepath.Clean(path)
}

// withSeparator makes WalkDir enter a root that is itself a link to a folder.
func withSeparator(dir string) string {
	if os.IsPathSeparator(dir[len(dir)-1]) {
		return dir
	}
	return dir + string(os.PathSeparator)
}

// outer reads one file of the file system.
func (w *walker) outer(f outerFile, hash bool, seen map[[sha256.Size]byte]string) {
	file, err := os.Open(f.path)
	if err != nil {
		w.lost(f.path, -1, fmt.Sprintf("cannot be read: %v", err))
		return
	}
	defer file.Close()
	defer w.o.Progress.BytesDone.Add(f.size)
	if hash {
		h := sha256.New()
		if _, err := io.Copy(h, file); err == nil {
			sum := [sha256.Size]byte(h.Sum(nil))
			if first, ok := seen[sum]; ok {
				w.v.Duplicate(f.path, first)
				return
			}
			seen[sum] = f.path
		}
	}
	section := io.NewSectionReader(file, 0, f.size)
	w.content(source{path: f.path, size: f.size, r: section, at: section})
}

var errTooBig = errors.New("decompresses to more than the limits allow; the rest is not read")
