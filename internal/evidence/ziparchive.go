package evidence

import (
	"archive/zip"
	"bytes"
	"errors"
	"io"
	"path"
	"strings"
)

// Archive is a zip archive as a whole, for [Format.Archive].
type Archive struct {
	Files []*zip.File // by name
	w     *walker
	size  int64
	read  map[*zip.File]bool
}

// Read returns the start of one of the archive's files, decompressed, at most
// limit bytes of it. The file is not handed out again.
func (a *Archive) Read(f *zip.File, limit int64) ([]byte, error) {
	a.read[f] = true
	r, err := f.Open()
	if err != nil {
		return nil, err
	}
	defer r.Close()
	return io.ReadAll(io.LimitReader(a.w.bounded(f, r, a.size), limit))
}

// HandOut lets a file that was read be handed out all the same.
func (a *Archive) HandOut(f *zip.File) { delete(a.read, f) }

// asWhole shows a zip archive to the formats that look at whole ones, and
// returns the files they read; nil if there are no such formats.
func (w *walker) asWhole(s source, files []*zip.File, size int64) (read map[*zip.File]bool) {
	for i := range w.formats {
		format := &w.formats[i]
		if format.Archive == nil {
			continue
		}
		if read == nil {
			read = map[*zip.File]bool{}
		}
		file := &File{Path: s.path, Size: size, Modified: s.modified, Format: format}
		if decoder := format.Archive(file, &Archive{files, w, size, read}); decoder != nil {
			w.whole(file, decoder)
		}
	}
	return read
}

func isZip(head []byte) bool {
	return bytes.HasPrefix(head, []byte("PK\x03\x04")) || bytes.HasPrefix(head, []byte("PK\x05\x06"))
}

// isJava reports whether a file is named as Java programs are.
func isJava(name string) bool {
	switch strings.ToLower(path.Ext(name)) {
	case ".jar", ".war", ".ear", ".jmod", ".aar", ".sar", ".hpi", ".jpi", ".nar", ".kar":
		return true
	}
	return false
}

// hidesZip reports whether a zip archive stands behind something else: a
// script or program that runs it, the header of a Java module.
func hidesZip(s source, head []byte) bool {
	if s.at == nil || s.size < 22 {
		return bytes.HasPrefix(head, []byte("JM\x01\x00PK\x03\x04"))
	}
	switch {
	case bytes.HasPrefix(head, []byte("JM\x01\x00")), bytes.HasPrefix(head, []byte("#!")), bytes.HasPrefix(head, []byte("MZ")), bytes.HasPrefix(head, []byte("\x7fELF")):
	default:
		return false
	}
	var tail [22 + 1024]byte // the end record and a short comment
	n := min(s.size, int64(len(tail)))
	if _, err := s.at.ReadAt(tail[:n], s.size-n); err != nil || !bytes.Contains(tail[:n], []byte("PK\x05\x06")) {
		return false
	}
	_, err := zip.NewReader(s.at, s.size)
	return err == nil || errors.Is(err, zip.ErrInsecurePath)
}
