package scan

import (
	"bytes"
	"compress/gzip"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"time"
)

// Of the evidence this much is looked at to learn how recent it is.
const (
	datedFiles = 2000
	datedBytes = 4 << 10 // at either end of a file
)

// date matches times with their year, as logs write them: ISO 8601, and Common
// Log Format.
var date = regexp.MustCompile(`\b(20\d\d-[01]\d-[0-3]\d)[T _]\d\d:\d\d|\[([0-3]\d/[A-Z][a-z][a-z]/20\d\d):\d\d|msg=audit\((1\d{9})\.`)

// newest returns the latest time, with its year, that the beginnings and ends
// of the evidence's files hold, and that lies before now; now if they hold none.
// Logs that name no year are dated by it where the time their file was changed
// only tells when it was copied.
func newest(paths []string, now time.Time) time.Time {
	var latest time.Time
	files := 0
	for _, root := range paths {
		_ = filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error { // what cannot be read is told when it is read
			if err != nil || !d.Type().IsRegular() {
				return nil
			}
			if files++; files > datedFiles {
				return fs.SkipAll
			}
			for _, text := range ends(path) {
				if t := latestDate(text, now); t.After(latest) {
					latest = t
				}
			}
			return nil
		})
	}
	if latest.IsZero() {
		return now
	}
	return latest
}

func latestDate(text []byte, now time.Time) (latest time.Time) {
	for _, m := range date.FindAllSubmatch(text, -1) {
		t, err := time.Parse("2006-01-02", string(m[1]))
		if len(m[2]) > 0 {
			t, err = time.Parse("02/Jan/2006", string(m[2]))
		} else if len(m[3]) > 0 {
			t, err = time.Unix(0, 0).UTC(), nil
			for _, c := range m[3] {
				t = time.Unix(t.Unix()*10+int64(c-'0'), 0).UTC()
			}
		}
		if err == nil && t.After(latest) && t.Before(now) {
			latest = t.Add(24 * time.Hour)
		}
	}
	return latest
}

// ends returns the beginning of a file, and its end unless it is packed.
func ends(path string) (texts [][]byte) {
	file, err := os.Open(path)
	if err != nil {
		return nil
	}
	defer file.Close()
	head := make([]byte, datedBytes)
	n, _ := io.ReadFull(file, head)
	head = head[:n]
	if bytes.HasPrefix(head, []byte("\x1f\x8b")) || strings.HasSuffix(path, ".gz") {
		if z, err := gzip.NewReader(bytes.NewReader(head)); err == nil {
			text := make([]byte, datedBytes)
			n, _ := io.ReadFull(z, text)
			return [][]byte{text[:n]}
		}
		return nil
	}
	texts = [][]byte{head}
	if info, err := file.Stat(); err == nil && info.Size() > 2*datedBytes {
		tail := make([]byte, datedBytes)
		if n, _ := file.ReadAt(tail, info.Size()-datedBytes); n > 0 {
			texts = append(texts, tail[:n])
		}
	}
	return texts
}
