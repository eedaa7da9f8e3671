package update

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"seawall/internal/intel/eol"
	"seawall/internal/intel/facts"
)

// FactsFile is the name of the compiled facts in the folder of facts.
const FactsFile = "facts.bin"

// manifestFile lists what is in the folder.
const manifestFile = "feeds.json"

// previous is added to the name of the copy before the last.
const previous = ".previous"

// Entry is what is known of one feed's copy.
type Entry struct {
	Name    string    `json:"name"`
	From    string    `json:"from"` // address or file it was taken from
	Fetched time.Time `json:"fetched"`
	Date    time.Time `json:"date"` // of what it holds
	Count   int       `json:"count"`
	SHA256  string    `json:"sha256"`
	Checked bool      `json:"checked"` // the hash was compared with a published one
}

// Store is a folder of feeds and of the facts made of them.
type Store struct {
	Dir     string
	entries map[string]Entry
}

// DefaultDir is where facts are kept unless told otherwise: the user's own
// folder of the program's data.
func DefaultDir() string {
	if dir := os.Getenv("SEAWALL_FACTS"); dir != "" {
		return dir
	}
	base := os.Getenv("XDG_DATA_HOME")
	if base == "" {
		var err error
		if base, err = os.UserConfigDir(); err != nil {
			return ""
		}
	}
	return filepath.Join(base, "seawall", "facts")
}

// Open reads a folder of facts; one that is not there yet is empty.
func Open(dir string) (*Store, error) {
	s := &Store{Dir: dir, entries: map[string]Entry{}}
	data, err := os.ReadFile(filepath.Join(dir, manifestFile))
	if errors.Is(err, fs.ErrNotExist) {
		return s, nil
	}
	if err != nil {
		return nil, err
	}
	var list []Entry
	if err := json.Unmarshal(data, &list); err != nil {
		return nil, fmt.Errorf("read %s: %w", filepath.Join(dir, manifestFile), err)
	}
	for _, e := range list {
		s.entries[e.Name] = e
	}
	return s, nil
}

// Entry returns what is known of a feed's copy.
func (s *Store) Entry(name string) (Entry, bool) {
	e, ok := s.entries[name]
	return e, ok
}

// save writes the manifest in the order of the feeds.
func (s *Store) save() error {
	var list []Entry
	for _, src := range Sources() {
		if e, ok := s.entries[src.Name]; ok {
			list = append(list, e)
		}
	}
	data, err := json.MarshalIndent(list, "", "  ")
	if err != nil {
		return err
	}
	return replace(filepath.Join(s.Dir, manifestFile), func(w io.Writer) error {
		_, err := w.Write(append(data, '\n'))
		return err
	})
}

// replace writes a file as a whole or not at all.
func replace(path string, write func(io.Writer) error) error {
	f, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+".*")
	if err != nil {
		return err
	}
	defer os.Remove(f.Name())
	err = cmp.Or(write(f), f.Sync())
	if err = cmp.Or(err, f.Close()); err != nil {
		return err
	}
	return os.Rename(f.Name(), path)
}

// Compile makes the facts of all feeds in the folder and writes them there.
func (s *Store) Compile() (*facts.Set, error) {
	set, err := compile(s.Dir, func(name string) bool {
		_, ok := s.entries[name]
		return ok
	})
	if err != nil {
		return nil, err
	}
	return set, replace(filepath.Join(s.Dir, FactsFile), set.Encode)
}

// Load returns the facts to scan with: those of the folder if there are any,
// else those in the program. A damaged file is an error to be told, and the
// program's own facts are returned with it.
func Load(dir string) (*facts.Set, error) {
	own, err := facts.Embedded()
	if err != nil || dir == "" {
		return own, err
	}
	data, err := os.ReadFile(filepath.Join(dir, FactsFile))
	if errors.Is(err, fs.ErrNotExist) {
		return own, nil
	}
	if err != nil {
		return own, err
	}
	set, err := facts.Decode(data)
	if err != nil {
		return own, fmt.Errorf("%s: %w", filepath.Join(dir, FactsFile), err)
	}
	return set, nil
}

// LoadEndOfLife returns the end-of-life table of the folder, or the program's.
func LoadEndOfLife(dir string) (*eol.Table, error) {
	own, err := eol.Embedded()
	if err != nil || dir == "" {
		return own, err
	}
	for _, src := range Sources() {
		if src.Name != "eol" {
			continue
		}
		t, err := endOfLife(filepath.Join(dir, src.File))
		if errors.Is(err, fs.ErrNotExist) {
			return own, nil
		}
		if err != nil {
			return own, err
		}
		return t, nil
	}
	return own, nil
}

func hashOf(path string) (string, error) {
	f, err := os.Open(path)
	if err != nil {
		return "", err
	}
	defer f.Close()
	h := sha256.New()
	if _, err := io.Copy(h, f); err != nil {
		return "", err
	}
	return hex.EncodeToString(h.Sum(nil)), nil
}
