package update

import (
	"bufio"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"seawall/internal/intel/eol"
	"seawall/internal/intel/facts"
	"seawall/internal/intel/feed"
	"seawall/internal/intel/kev"
)

// Options say where feeds come from. The zero value is their makers.
type Options struct {
	From   string // folder to take files from, for sites without Internet; "" fetches
	Mirror string // address below which the files lie under their names
	Proxy  string // "" takes the environment's
	All    bool   // also the optional feeds
	Now    func() time.Time
	Client *http.Client // for tests; nil makes one
}

// Outcome is what became of one feed.
type Outcome struct {
	Name    string
	Fresh   bool  // a new copy was taken
	Err     error // why not; the last good copy stays
	Entry   Entry // of the copy that is there now
	Missing bool  // there is none
	Changes []kev.Change
}

// maxFeed is the size above which a download is no feed.
const maxFeed = 4 << 30

// Errors of feeds that are refused.
var (
	ErrShrunk = errors.New("it holds far fewer entries than the copy before: it is cut off")
	ErrOlder  = errors.New("it is older than the copy that is there")
	ErrHash   = errors.New("its SHA-256 is not the published one: it was changed on its way")
)

// Update takes new copies of the feeds into the store, one by one: one that
// fails does not stop the others.
func (s *Store) Update(ctx context.Context, o Options) ([]Outcome, error) {
	if o.Now == nil {
		o.Now = time.Now
	}
	if err := os.MkdirAll(s.Dir, 0o755); err != nil {
		return nil, err
	}
	client, err := o.client()
	if err != nil {
		return nil, err
	}
	sums, err := o.sums(ctx, client)
	if err != nil {
		return nil, err
	}
	var outcomes []Outcome
	for _, src := range Sources() {
		if src.Optional && !o.All && o.From == "" {
			continue
		}
		out := s.take(ctx, &o, client, &src, sums)
		if errors.Is(out.Err, fs.ErrNotExist) && o.From != "" {
			out.Err = nil // a folder need not hold all feeds
		}
		entry, ok := s.Entry(src.Name)
		out.Entry, out.Missing = entry, !ok
		outcomes = append(outcomes, out)
		if ctx.Err() != nil {
			return outcomes, ctx.Err()
		}
	}
	return outcomes, s.save()
}

func (o *Options) client() (*http.Client, error) {
	if o.Client != nil {
		return o.Client, nil
	}
	proxy := http.ProxyFromEnvironment
	if o.Proxy != "" {
		u, err := url.Parse(o.Proxy)
		if err != nil {
			return nil, fmt.Errorf("proxy: %w", err)
		}
		proxy = http.ProxyURL(u)
	}
	return &http.Client{Transport: &http.Transport{Proxy: proxy, TLSHandshakeTimeout: 30 * time.Second, ResponseHeaderTimeout: time.Minute, ForceAttemptHTTP2: true}}, nil
}

// sumsFile is the list of hashes that mirrors and folders may carry, as
// sha256sum writes it.
const sumsFile = "SHA256SUMS"

// sums reads the published hashes, if there are any.
func (o *Options) sums(ctx context.Context, client *http.Client) (map[string]string, error) {
	var r io.ReadCloser
	var err error
	switch {
	case o.From != "":
		r, err = os.Open(filepath.Join(o.From, sumsFile))
	case o.Mirror != "":
		r, err = get(ctx, client, strings.TrimSuffix(o.Mirror, "/")+"/"+sumsFile)
	default:
		return nil, nil
	}
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", sumsFile, err)
	}
	defer r.Close()
	sums := map[string]string{}
	lines := bufio.NewReader(io.LimitReader(r, 1<<20))
	for {
		line, err := lines.ReadString('\n')
		if sum, name, ok := strings.Cut(strings.TrimSpace(line), " "); ok {
			sums[strings.TrimLeft(name, " *")] = strings.ToLower(sum)
		}
		if err != nil {
			return sums, nil
		}
	}
}

// take fetches one feed, looks at it, and puts it in place of the copy before.
func (s *Store) take(ctx context.Context, o *Options, client *http.Client, src *Source, sums map[string]string) Outcome {
	out := Outcome{Name: src.Name}
	from, fetched, err := s.fetch(ctx, o, client, src)
	if err != nil {
		out.Err = err
		return out
	}
	defer os.Remove(fetched)
	entry, err := s.inspect(src, fetched, sums)
	if err != nil {
		out.Err = err
		return out
	}
	entry.From, entry.Fetched = from, o.Now().UTC()
	path := filepath.Join(s.Dir, src.File)
	if src.Name == "kev" {
		if out.Changes, err = changes(path, fetched); err != nil {
			out.Err = err
			return out
		}
	}
	if err := os.Rename(path, path+previous); err != nil && !errors.Is(err, fs.ErrNotExist) {
		out.Err = err
		return out
	}
	if err := os.Rename(fetched, path); err != nil {
		out.Err = cmp.Or(os.Rename(path+previous, path), err)
		return out
	}
	s.entries[src.Name] = entry
	out.Fresh = true
	return out
}

// inspect decides whether a fetched file may replace the copy that is there.
func (s *Store) inspect(src *Source, fetched string, sums map[string]string) (Entry, error) {
	e := Entry{Name: src.Name}
	sum, err := hashOf(fetched)
	if err != nil {
		return e, err
	}
	e.SHA256 = sum
	if want, ok := sums[src.File]; ok {
		if want != sum {
			return e, ErrHash
		}
		e.Checked = true
	}
	holding, err := src.Inspect(fetched)
	if err != nil {
		return e, err
	}
	e.Count, e.Date = holding.Count, holding.Date
	if old, ok := s.Entry(src.Name); ok {
		switch {
		case float64(e.Count) < float64(old.Count)*(1-src.Shrinks):
			return e, fmt.Errorf("%w (%d, before %d)", ErrShrunk, e.Count, old.Count)
		case !e.Date.IsZero() && old.Date.Sub(e.Date) > republished:
			return e, fmt.Errorf("%w (%s, before %s)", ErrOlder, e.Date.Format(time.DateOnly), old.Date.Format(time.DateOnly))
		}
	}
	return e, nil
}

// republished is how much older than the copy before a feed may say it is:
// makers have put the state of the day before out again.
const republished = 48 * time.Hour

// changes tells what is new in a catalogue, compared with the copy before or,
// without one, with the facts in the program.
func changes(path, fetched string) ([]kev.Change, error) {
	data, err := os.ReadFile(fetched)
	if err != nil {
		return nil, err
	}
	now, err := kev.Parse(data)
	if err != nil {
		return nil, err
	}
	if data, err = os.ReadFile(path); err == nil {
		if before, err := kev.Parse(data); err == nil {
			return kev.Diff(before, now), nil
		}
	}
	return sinceProgram(now)
}

// sinceProgram tells what is not in the facts that the program carries.
func sinceProgram(now *kev.Catalogue) ([]kev.Change, error) {
	set, err := facts.Embedded()
	if err != nil {
		return nil, err
	}
	before := &kev.Catalogue{}
	for i := range set.Vulnerabilities {
		v := &set.Vulnerabilities[i]
		if v.Listed() {
			before.Entries = append(before.Entries, kev.Entry{ID: v.ID, Due: v.KEV.Due.String(), Ransomware: map[bool]string{true: "Known"}[v.KEV.Ransomware]})
		}
	}
	changes := kev.Diff(before, now)
	return slices.DeleteFunc(changes, func(c kev.Change) bool { return !c.Alert() && c.Kind != kev.Removed }), nil
}

// fetch brings a feed into the store's folder under a temporary name.
func (s *Store) fetch(ctx context.Context, o *Options, client *http.Client, src *Source) (from, path string, err error) {
	var r io.ReadCloser
	switch {
	case o.From != "":
		from = filepath.Join(o.From, src.File)
		r, err = os.Open(from)
	case o.Mirror != "":
		from = strings.TrimSuffix(o.Mirror, "/") + "/" + src.File
		r, err = get(ctx, client, from)
	default:
		from = src.URL
		r, err = get(ctx, client, from)
	}
	if err != nil {
		return from, "", err
	}
	defer r.Close()
	f, err := os.CreateTemp(s.Dir, "."+src.Name+"-*-"+src.File)
	if err != nil {
		return from, "", err
	}
	n, err := io.Copy(f, io.LimitReader(r, maxFeed+1))
	if n > maxFeed {
		err = errors.New("it is too large")
	}
	if err = cmp.Or(err, f.Close()); err != nil {
		os.Remove(f.Name())
		return from, "", fmt.Errorf("fetch %s: %w", from, err)
	}
	return from, f.Name(), nil
}

// get fetches an address. Lengths that were promised are held to.
func get(ctx context.Context, client *http.Client, address string) (io.ReadCloser, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return nil, err
	}
	request.Header.Set("User-Agent", "seawall")
	response, err := client.Do(request)
	if err != nil {
		return nil, err
	}
	if response.StatusCode == http.StatusNotFound {
		response.Body.Close()
		return nil, fmt.Errorf("fetch %s: %w", address, fs.ErrNotExist)
	}
	if response.StatusCode != http.StatusOK {
		response.Body.Close()
		return nil, fmt.Errorf("fetch %s: the server answers %s", address, response.Status)
	}
	return response.Body, nil
}

// endOfLife reads the end-of-life feed.
func endOfLife(path string) (*eol.Table, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	text, err := feed.EndOfLife(data)
	if err != nil {
		return nil, err
	}
	return eol.Update(text)
}
