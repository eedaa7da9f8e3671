// Package backtest answers "would this order have been right?": it replays
// weeks of the past with what was known then. It serves tests and the trainer;
// the program does not contain it.
package backtest

import (
	"compress/gzip"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"

	"seawall/internal/intel/cve"
	"seawall/internal/intel/facts"
	"seawall/internal/intel/feed"
	"seawall/internal/intel/likelihood"
	"seawall/internal/intel/product"
)

// Flaw is one flaw as it was first seen.
type Flaw struct {
	ID              string
	Published, Seen facts.Day
	Listed          facts.Day // in the catalogue of exploited flaws; 0 never
	Score           float32
	Proof, Auto     bool
	Total           bool
	Traits          likelihood.Traits
	Vendor          string
	Product         product.Key
}

// Listing is an entry of the catalogue, for what was known when.
type Listing struct {
	ID      string
	Day     facts.Day
	Vendor  string
	Product product.Key
}

// History is all that a replay needs.
type History struct {
	Before   []Flaw // records from before the weeks, with their fate
	Weeks    []Flaw // as first seen, by day
	Listings []Listing
}

// Load reads the history below a folder of the corpus.
func Load(dir string) (*History, error) {
	h := &History{}
	data, err := os.ReadFile(filepath.Join(dir, "facts", "known_exploited_vulnerabilities.json"))
	if err != nil {
		return nil, err
	}
	if err := h.listings(data); err != nil {
		return nil, err
	}
	listed := map[string]facts.Day{}
	for i := range h.Listings {
		listed[h.Listings[i].ID] = h.Listings[i].Day
	}
	if err := h.records(filepath.Join(dir, "cve-raw"), listed); err != nil {
		return nil, err
	}
	paths, err := filepath.Glob(filepath.Join(dir, "backtest", "*.jsonl.gz"))
	if err != nil {
		return nil, err
	}
	if len(paths) == 0 {
		return nil, fmt.Errorf("there is no history in %s", dir)
	}
	for _, path := range paths {
		if err := h.seen(path); err != nil {
			return nil, err
		}
	}
	slices.SortStableFunc(h.Weeks, func(a, b Flaw) int {
		if a.Seen != b.Seen {
			return int(a.Seen - b.Seen)
		}
		return strings.Compare(a.ID, b.ID)
	})
	return h, nil
}

func (h *History) listings(data []byte) error {
	var file struct {
		Vulnerabilities []struct{ CveID, VendorProject, Product, DateAdded string }
	}
	if err := json.Unmarshal(data, &file); err != nil {
		return err
	}
	for _, v := range file.Vulnerabilities {
		key := product.New(v.VendorProject, v.Product)
		h.Listings = append(h.Listings, Listing{v.CveID, facts.ParseDay(v.DateAdded), key.Vendor(), key})
	}
	return nil
}

// records takes the fate of records as they are now. Only those from before
// the weeks are used, and only what happened before the week in hand.
func (h *History) records(dir string, listed map[string]facts.Day) error {
	paths, err := filepath.Glob(filepath.Join(dir, "*.tar.zst"))
	if err != nil {
		return err
	}
	var mu sync.Mutex
	for _, path := range paths {
		_, err := feed.Records(path, func(_ int, r *cve.Record) {
			f := Flaw{ID: r.ID, Published: facts.ParseDay(r.Published), Listed: listed[r.ID], Score: r.Score}
			f.Seen = f.Published
			d := facts.Describe(r)
			f.Traits = likelihood.Of(&d)
			f.Vendor, f.Product = vendorAndProduct(d.Vendor, d.Products)
			mu.Lock()
			h.Before = append(h.Before, f)
			mu.Unlock()
		})
		if err != nil {
			return err
		}
	}
	slices.SortFunc(h.Before, func(a, b Flaw) int { return strings.Compare(a.ID, b.ID) })
	return nil
}

func vendorAndProduct(vendor string, products []string) (string, product.Key) {
	if len(products) == 0 {
		return "", ""
	}
	key := product.New(vendor, products[0])
	return key.Vendor(), key
}

// named finds the product in CISA's names, or the vendor in the words.
func named(cpes []string, text string) (vendor string, products []string) {
	for _, name := range cpes {
		if c, ok := product.ParseCPE(name + ":*:*:*:*:*:*:*:*"); ok {
			vendor = c.Vendor
			products = append(products, c.Product)
		}
	}
	if vendor == "" {
		vendor = product.VendorIn(text)
		products = []string{text[:min(len(text), 80)]}
	}
	return vendor, products
}

// first is a flaw as the history writes it.
type first struct {
	CVE, Pub, CNA, Desc, Seen string
	VP                        [][]string
	SSVC                      []string
	CWE                       []string
	CVSS, ACVSS               []any
	NRef                      int
	ACPE                      []string
	KEVAdded                  string `json:"kev_added"`
}

func (h *History) seen(path string) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		return err
	}
	for d := json.NewDecoder(z); d.More(); {
		var l first
		if err := d.Decode(&l); err != nil {
			return err
		}
		h.Weeks = append(h.Weeks, l.flaw())
	}
	return nil
}

func (l *first) flaw() Flaw {
	f := Flaw{ID: l.CVE, Published: facts.ParseDay(l.Pub), Seen: facts.ParseDay(l.Seen), Listed: facts.ParseDay(l.KEVAdded)}
	d := likelihood.Description{Text: l.Desc, Assigner: l.CNA, Weaknesses: l.CWE, References: l.NRef}
	for _, vp := range l.VP {
		if len(vp) == 2 {
			d.Vendor = vp[0]
			d.Products = append(d.Products, vp[1])
		}
	}
	if d.Vendor == "" || d.Vendor == "n/a" {
		d.Vendor, d.Products = named(l.ACPE, l.Desc)
	}
	for _, score := range [][]any{l.CVSS, l.ACVSS} {
		if len(score) == 2 && d.Score == 0 {
			if n, ok := score[0].(float64); ok {
				d.Score = float32(n)
			}
			d.Vector, _ = score[1].(string)
		}
	}
	if len(l.SSVC) >= 3 {
		d.Proof, d.Automatable, d.Total = l.SSVC[0] == "poc", l.SSVC[1] == "yes", l.SSVC[2] == "total"
	}
	f.Score, f.Proof, f.Auto, f.Total = d.Score, d.Proof, d.Automatable, d.Total
	f.Traits = likelihood.Of(&d)
	f.Vendor, f.Product = vendorAndProduct(d.Vendor, d.Products)
	return f
}
