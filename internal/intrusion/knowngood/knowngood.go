// Package knowngood answers whether a file is as its maker shipped it: it
// compares files with a clean copy of the same program, or with a list of
// hashes.
package knowngood

import (
	"bytes"
	"crypto/md5"
	"crypto/sha1"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// Answer is what is known of a file.
type Answer uint8

// The answers.
const (
	Unknown Answer = iota // nothing is known of such a file
	Good                  // it has the content of a known file
	Changed               // a known file of this path has another content
	Extra                 // its folder is known, and the file is not in it
)

// Result is an answer and what it rests on.
type Result struct {
	Answer Answer
	// Root is where in the evidence the folder lies that corresponds to the
	// clean copy, as far as the file's path tells.
	Root string
	// Sure says that enough of the path agrees. Many folders hold an index.php:
	// where little agrees, it takes a file with known content below the same
	// Root.
	Sure bool
}

// Set is what a clean copy or a list of hashes tells. It is not changed once
// loaded and may be shared.
type Set struct {
	md5    map[[md5.Size]byte]struct{}
	sha1   map[[sha1.Size]byte]struct{}
	sha256 map[[sha256.Size]byte]struct{}
	paths  map[string]struct{} // lower case, with slashes, as the source has them
	dirs   map[string]struct{} // of these, and those above
}

func newSet() *Set {
	return &Set{
		md5: map[[md5.Size]byte]struct{}{}, sha1: map[[sha1.Size]byte]struct{}{}, sha256: map[[sha256.Size]byte]struct{}{},
		paths: map[string]struct{}{}, dirs: map[string]struct{}{},
	}
}

// Load reads clean copies (folders) and lists of hashes (files).
func Load(sources ...string) (*Set, error) {
	s := newSet()
	for _, source := range sources {
		info, err := os.Stat(source)
		if err != nil {
			return nil, err
		}
		before := s.Len()
		if info.IsDir() {
			err = s.addFolder(source)
		} else {
			err = s.addListFile(source)
		}
		if err != nil {
			return nil, fmt.Errorf("read known good %s: %w", source, err)
		}
		if s.Len() == before {
			return nil, fmt.Errorf("%s: holds no file and no hash", source)
		}
	}
	return s, nil
}

// Len returns how many hashes are known.
func (s *Set) Len() int { return len(s.md5) + len(s.sha1) + len(s.sha256) }

// addFolder adds every regular file below a folder.
func (s *Set) addFolder(root string) error {
	return filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil || !d.Type().IsRegular() {
			return err
		}
		file, err := os.Open(path)
		if err != nil {
			return err
		}
		defer file.Close()
		h := sha256.New()
		if _, err := io.Copy(h, file); err != nil {
			return err
		}
		s.sha256[[sha256.Size]byte(h.Sum(nil))] = struct{}{}
		if rel, err := filepath.Rel(root, path); err == nil {
			s.addPath(rel)
		}
		return nil
	})
}

// maxList bounds the size of a list of hashes.
const maxList = 1 << 30

func (s *Set) addListFile(path string) error {
	file, err := os.Open(path)
	if err != nil {
		return err
	}
	defer file.Close()
	data, err := io.ReadAll(io.LimitReader(file, maxList+1))
	if err != nil {
		return err
	}
	if len(data) > maxList {
		return errors.New("list is longer than 1 GiB")
	}
	s.addList(data)
	return nil
}

// addList reads lines with a hash and, mostly, a path, as md5sum, sha256sum,
// the BSD tools, hashdeep, mtree and Debian's md5sums write them: what looks
// like a hash is one, and the last thing that looks like a path is its path.
func (s *Set) addList(data []byte) {
	for line := range bytes.Lines(data) {
		text := strings.TrimSpace(string(line))
		if text == "" || text[0] == '#' || text[0] == '%' {
			continue
		}
		if found := s.addHashes(text); found {
			if path := pathOf(text); path != "" {
				s.addPath(path)
			}
		}
	}
}

// addHashes adds the runs of hexadecimal digits of a line that are as long as
// a hash, and reports whether there is one.
func (s *Set) addHashes(line string) (found bool) {
	for i := 0; i < len(line); {
		n := 0
		for i+n < len(line) && isHex(line[i+n]) {
			n++
		}
		if n == 0 {
			i++
			continue
		}
		edge := i == 0 || !isWord(line[i-1])
		if end := i + n; edge && (end == len(line) || !isWord(line[end])) && s.addHash(line[i:end]) {
			found = true
		}
		for i < len(line) && isWord(line[i]) {
			i++
		}
		i = max(i, 1)
	}
	return found
}

func (s *Set) addHash(digits string) bool {
	raw, err := hex.DecodeString(digits)
	if err != nil {
		return false
	}
	switch len(raw) {
	case md5.Size:
		s.md5[[md5.Size]byte(raw)] = struct{}{}
	case sha1.Size:
		s.sha1[[sha1.Size]byte(raw)] = struct{}{}
	case sha256.Size:
		s.sha256[[sha256.Size]byte(raw)] = struct{}{}
	default:
		return false
	}
	return true
}

func isHex(c byte) bool {
	return '0' <= c && c <= '9' || 'a' <= c && c <= 'f' || 'A' <= c && c <= 'F'
}

func isWord(c byte) bool {
	return '0' <= c && c <= '9' || 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || c == '_'
}

// pathOf returns the path that a line of a list is about.
func pathOf(line string) string {
	if open := strings.IndexByte(line, '('); open > 0 && strings.Contains(line, ") = ") { // SHA256 (a/b) = …
		return line[open+1 : strings.LastIndex(line, ") = ")]
	}
	if strings.Contains(line, "digest=") || strings.Contains(line, "type=") { // mtree: the path comes first
		path, _, _ := strings.Cut(line, " ")
		return path
	}
	switch {
	case strings.Count(line, ",") >= 2: // hashdeep: size, hashes, path
		fields := strings.SplitN(line, ",", 1+strings.Count(line, ","))
		return strings.Trim(fields[len(fields)-1], `"`)
	case strings.ContainsAny(line, " \t"): // md5sum and its like: a star marks binary mode
		_, path, _ := strings.Cut(strings.ReplaceAll(line, "\t", " "), " ")
		return strings.TrimLeft(path, " *")
	}
	return ""
}

func (s *Set) addPath(path string) {
	path = normal(path)
	s.paths[path] = struct{}{}
	for {
		k := strings.LastIndexByte(path, '/')
		if k < 0 {
			return
		}
		path = path[:k]
		s.dirs[path] = struct{}{}
	}
}

func normal(path string) string {
	path = strings.ToLower(strings.ReplaceAll(path, `\`, "/"))
	return strings.TrimPrefix(strings.TrimPrefix(path, "./"), "/")
}

// Check tells what is known of a file by its path, in the evidence, and its
// content.
func (s *Set) Check(path string, content []byte) Result {
	r := s.place(path)
	if s.knows(content) {
		if r.Answer != Changed {
			r = Result{}
		}
		r.Answer = Good
	}
	return r
}

func (s *Set) knows(content []byte) (known bool) {
	if len(s.sha256) > 0 {
		_, known = s.sha256[sha256.Sum256(content)]
	}
	if !known && len(s.sha1) > 0 {
		_, known = s.sha1[sha1.Sum(content)]
	}
	if !known && len(s.md5) > 0 {
		_, known = s.md5[md5.Sum(content)]
	}
	return known
}

// CheckHash tells what is known of a file of which a listing gives the path
// and, perhaps, a hash in hexadecimal digits.
func (s *Set) CheckHash(path, digits string) Result {
	r := s.place(path)
	known, comparable := false, false
	raw, err := hex.DecodeString(digits)
	if err != nil {
		raw = nil
	}
	switch len(raw) {
	case md5.Size:
		_, known = s.md5[[md5.Size]byte(raw)]
		comparable = len(s.md5) > 0
	case sha1.Size:
		_, known = s.sha1[[sha1.Size]byte(raw)]
		comparable = len(s.sha1) > 0
	case sha256.Size:
		_, known = s.sha256[[sha256.Size]byte(raw)]
		comparable = len(s.sha256) > 0
	}
	switch {
	case known && r.Answer == Changed:
		r.Answer = Good
	case known:
		r = Result{Answer: Good}
	case r.Answer == Changed && !comparable: // by name only: its content may be anything
		r = Result{}
	}
	return r
}

// minDepth is how many parts of a path must agree for a sure answer.
const minDepth = 2

// place compares a path with those that are known, from its end: what stands
// before is where the evidence was collected.
func (s *Set) place(path string) Result {
	path = normal(path)
	if root, rest, known := longest(path, s.paths); known {
		return Result{Changed, root, strings.Count(rest, "/") >= minDepth-1}
	}
	k := strings.LastIndexByte(path, '/')
	if k < 0 || len(s.paths) == 0 {
		return Result{}
	}
	if root, rest, known := longest(path[:k], s.dirs); known {
		return Result{Extra, root, strings.Count(rest, "/") >= minDepth-1}
	}
	return Result{Answer: Extra, Root: path[:k]} // perhaps at the root itself
}

// longest returns the longest end of a path that is in a set, and what stands
// before it.
func longest(path string, set map[string]struct{}) (before, end string, known bool) {
	for at := 0; ; {
		if _, known := set[path[at:]]; known {
			return strings.TrimSuffix(path[:at], "/"), path[at:], true
		}
		k := strings.IndexByte(path[at:], '/')
		if k < 0 {
			return "", "", false
		}
		at += k + 1
	}
}
