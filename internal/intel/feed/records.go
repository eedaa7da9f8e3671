// Package feed reads the feeds that facts are made of, in the formats that
// their makers publish: CVE records by the hundred thousand, EPSS scores, the
// end-of-life table.
package feed

import (
	"archive/tar"
	"archive/zip"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"runtime"
	"strings"
	"sync"

	"github.com/klauspost/compress/flate"
	"github.com/klauspost/compress/zstd"

	"seawall/internal/intel/cve"
)

// maxRecord is the size above which a file is no CVE record.
const maxRecord = 16 << 20

// Problem is a record that could not be read, and why.
type Problem struct {
	Name string
	Err  error
}

// Records reads all CVE records below a folder, or in a .zip, .tar, .tar.gz or
// .tar.zst of one. take is called from several goroutines at once, with the
// number of the one that calls, below [Workers]. Files that are no records are
// passed over; damaged ones are returned as problems.
func Records(from string, take func(worker int, r *cve.Record)) ([]Problem, error) {
	jobs := make(chan job, 4*Workers())
	var workers sync.WaitGroup
	problems := make([][]Problem, Workers())
	for w := range Workers() {
		workers.Go(func() {
			var buffer []byte
			for j := range jobs {
				data, err := j.read(buffer)
				if j.done != nil {
					j.done()
				}
				buffer = data[:0]
				var r *cve.Record
				if err == nil {
					r, err = cve.Parse(data)
				}
				switch {
				case err == nil:
					take(w, r)
				case !errors.Is(err, cve.ErrNoRecord):
					problems[w] = append(problems[w], Problem{j.name, err})
				}
			}
		})
	}
	err := list(from, jobs)
	close(jobs)
	workers.Wait()
	var all []Problem
	for _, p := range problems {
		all = append(all, p...)
	}
	return all, err
}

// Workers is how many goroutines read records.
func Workers() int { return runtime.GOMAXPROCS(0) }

// job is one record to read. read may use the buffer's memory.
type job struct {
	name string
	read func(buffer []byte) ([]byte, error)
	done func() // must be called once the job is over; may be nil
}

func list(from string, jobs chan<- job) error {
	info, err := os.Stat(from)
	switch {
	case err != nil:
		return err
	case info.IsDir():
		return listFolder(from, jobs)
	case strings.HasSuffix(from, ".zip"):
		return listZip(from, jobs)
	}
	f, err := os.Open(from)
	if err != nil {
		return err
	}
	defer f.Close()
	var r io.Reader = f
	switch {
	case strings.HasSuffix(from, ".gz") || strings.HasSuffix(from, ".tgz"):
		z, err := gzip.NewReader(f)
		if err != nil {
			return fmt.Errorf("read %s: %w", from, err)
		}
		r = z
	case strings.HasSuffix(from, ".zst"):
		z, err := zstd.NewReader(f)
		if err != nil {
			return fmt.Errorf("read %s: %w", from, err)
		}
		defer z.Close()
		r = z
	}
	return listTar(r, jobs)
}

// isRecord reports whether a file is named as records are: cves/2024/3xxx/CVE-2024-3400.json.
func isRecord(name string) bool {
	base := path.Base(filepath.ToSlash(name))
	return strings.HasPrefix(base, "CVE-") && strings.HasSuffix(base, ".json")
}

func listFolder(dir string, jobs chan<- job) error {
	return filepath.WalkDir(dir, func(name string, d fs.DirEntry, err error) error {
		if err != nil || !d.Type().IsRegular() || !isRecord(name) {
			return err
		}
		jobs <- job{name: name, read: func(buffer []byte) ([]byte, error) {
			f, err := os.Open(name)
			if err != nil {
				return buffer, err
			}
			defer f.Close()
			return readAll(f, buffer)
		}}
		return nil
	})
}

func listTar(r io.Reader, jobs chan<- job) error {
	for t := tar.NewReader(r); ; {
		h, err := t.Next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("read archive: %w", err)
		}
		if h.Typeflag != tar.TypeReg || !isRecord(h.Name) {
			continue
		}
		data, err := readAll(t, nil)
		if err != nil {
			return fmt.Errorf("read %s: %w", h.Name, err)
		}
		jobs <- job{name: h.Name, read: func([]byte) ([]byte, error) { return data, nil }}
	}
}

// listZip lists an archive. The CVE programme's download holds an archive
// within an archive.
func listZip(from string, jobs chan<- job) error {
	z, err := zip.OpenReader(from)
	if err != nil {
		return fmt.Errorf("read %s: %w", from, err)
	}
	var wait sync.WaitGroup
	defer func() {
		wait.Wait()
		z.Close()
	}()
	fast(&z.Reader)
	return listZipped(&z.Reader, jobs, &wait)
}

// fast makes an archive unpack with readers that are used again: a new one for
// each small record costs more than the record.
func fast(z *zip.Reader) {
	pool := &sync.Pool{New: func() any { return flate.NewReader(nil) }}
	z.RegisterDecompressor(zip.Deflate, func(r io.Reader) io.ReadCloser {
		f, _ := pool.Get().(io.ReadCloser)
		if err := f.(flate.Resetter).Reset(r, nil); err != nil {
			return flate.NewReader(r)
		}
		return &pooled{f, pool}
	})
}

// pooled is a reader that goes back when it is closed.
type pooled struct {
	io.ReadCloser
	pool *sync.Pool
}

func (p *pooled) Close() error {
	if p.ReadCloser == nil {
		return nil
	}
	err := p.ReadCloser.Close()
	p.pool.Put(p.ReadCloser)
	p.ReadCloser = nil
	return err
}

func listZipped(z *zip.Reader, jobs chan<- job, wait *sync.WaitGroup) error {
	for _, f := range z.File {
		switch {
		case isRecord(f.Name):
			wait.Add(1)
			jobs <- job{name: f.Name, done: wait.Done, read: func(buffer []byte) ([]byte, error) {
				r, err := f.Open()
				if err != nil {
					return buffer, err
				}
				defer r.Close()
				return readAll(r, buffer)
			}}
		case strings.HasSuffix(f.Name, ".zip") && f.Method == zip.Store:
			if err := listInner(f, jobs, wait); err != nil {
				return fmt.Errorf("read %s: %w", f.Name, err)
			}
		}
	}
	return nil
}

func listInner(f *zip.File, jobs chan<- job, wait *sync.WaitGroup) error {
	raw, err := f.OpenRaw()
	if err != nil {
		return err
	}
	at, ok := raw.(io.ReaderAt)
	if !ok {
		return errors.New("the inner archive cannot be read in place")
	}
	inner, err := zip.NewReader(at, int64(f.UncompressedSize64))
	if err != nil {
		return err
	}
	fast(inner)
	return listZipped(inner, jobs, wait)
}

// readAll reads a record into the buffer, growing it as needed.
func readAll(r io.Reader, buffer []byte) ([]byte, error) {
	buffer = buffer[:0]
	for {
		if len(buffer) == cap(buffer) {
			buffer = append(buffer, 0)[:len(buffer)]
		}
		n, err := r.Read(buffer[len(buffer):cap(buffer)])
		buffer = buffer[:len(buffer)+n]
		switch {
		case errors.Is(err, io.EOF):
			return buffer, nil
		case err != nil:
			return buffer, err
		case len(buffer) > maxRecord:
			return buffer, errors.New("the file is too large for a record")
		}
	}
}

// CountRecords counts the records in an archive or folder without reading them.
// Of a zip file that means its table of contents, which is at its end: an
// archive that is cut off has none.
func CountRecords(from string) (int, error) {
	jobs := make(chan job, 64)
	n := 0
	var wait sync.WaitGroup
	wait.Go(func() {
		for j := range jobs {
			n++
			if j.done != nil {
				j.done()
			}
		}
	})
	err := list(from, jobs)
	close(jobs)
	wait.Wait()
	return n, err
}
