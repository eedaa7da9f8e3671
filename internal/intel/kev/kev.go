// Package kev answers "what is new among the flaws that are known to be
// exploited?". It reads CISA's catalogue (KEV) and tells the changes between
// two of its states: the catalogue is edited daily, and not only added to.
package kev

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"seawall/internal/intel/cve"
)

// Entry is one vulnerability of the catalogue.
type Entry struct {
	ID             cve.ID
	Vendor         string
	Product        string
	Name           string
	Added          string // 2024-04-12
	Due            string
	RequiredAction string
	Description    string
	Ransomware     string // "Known", "Unknown"; "" before October 2023
	Notes          string
	Weaknesses     []string
}

// Catalogue is one state of the KEV catalogue.
type Catalogue struct {
	Version  string // "2026.08.07"
	Released time.Time
	Entries  []Entry
}

// Errors of catalogues that must not replace a good one.
var (
	ErrCount = errors.New("the catalogue holds another number of entries than it says: it is cut off or was tampered with")
	ErrEmpty = errors.New("the catalogue is empty")
)

// Parse reads the catalogue's JSON. What is cut off, empty or does not hold
// what it says is refused as a whole: half a catalogue would look like removals.
func Parse(data []byte) (*Catalogue, error) {
	var file struct {
		CatalogVersion  string `json:"catalogVersion"`
		DateReleased    string `json:"dateReleased"`
		Count           *int   `json:"count"`
		Vulnerabilities []struct {
			CveID                      string   `json:"cveID"`
			VendorProject              string   `json:"vendorProject"`
			Product                    string   `json:"product"`
			VulnerabilityName          string   `json:"vulnerabilityName"`
			DateAdded                  string   `json:"dateAdded"`
			ShortDescription           string   `json:"shortDescription"`
			RequiredAction             string   `json:"requiredAction"`
			DueDate                    string   `json:"dueDate"`
			KnownRansomwareCampaignUse string   `json:"knownRansomwareCampaignUse"`
			Notes                      string   `json:"notes"`
			CWEs                       []string `json:"cwes"`
		} `json:"vulnerabilities"`
	}
	if err := json.Unmarshal(data, &file); err != nil {
		return nil, fmt.Errorf("read catalogue: %w", err)
	}
	if len(file.Vulnerabilities) == 0 {
		return nil, ErrEmpty
	}
	if file.Count != nil && *file.Count != len(file.Vulnerabilities) {
		return nil, ErrCount
	}
	c := &Catalogue{Version: file.CatalogVersion, Released: released(cmp.Or(file.DateReleased, file.CatalogVersion))}
	for i := range file.Vulnerabilities {
		v := &file.Vulnerabilities[i]
		id, ok := cve.ParseID(strings.TrimSpace(v.CveID))
		if !ok {
			return nil, fmt.Errorf("read catalogue: entry %d has no CVE id: %q", i+1, v.CveID)
		}
		c.Entries = append(c.Entries, Entry{
			ID: id, Vendor: strings.TrimSpace(v.VendorProject), Product: strings.TrimSpace(v.Product), Name: strings.TrimSpace(v.VulnerabilityName),
			Added: v.DateAdded, Due: v.DueDate, RequiredAction: v.RequiredAction, Description: v.ShortDescription,
			Ransomware: v.KnownRansomwareCampaignUse, Notes: v.Notes, Weaknesses: v.CWEs,
		})
	}
	return c, nil
}

// released reads the date of release, whose fraction has any number of digits.
func released(s string) time.Time {
	t, err := time.Parse(time.RFC3339, s)
	if err != nil {
		t, _ = time.Parse(time.DateOnly, strings.ReplaceAll(s, ".", "-"))
	}
	return t
}

// Disconnect reports whether CISA says that the product must go because no fix
// exists.
func (e *Entry) Disconnect() bool {
	return strings.Contains(strings.ToLower(e.RequiredAction), "end-of-life and should be disconnected") ||
		strings.Contains(strings.ToLower(e.RequiredAction), "discontinue use of the product if mitigations are unavailable") && e.EndOfLife()
}

// EndOfLife reports whether CISA says that the product is, or may be, out of
// support.
func (e *Entry) EndOfLife() bool {
	text := strings.ToLower(e.RequiredAction + " " + e.Description)
	return strings.Contains(text, "end-of-life") || strings.Contains(text, "end of life") || strings.Contains(text, "(eol)") || strings.Contains(text, "end-of-service")
}
