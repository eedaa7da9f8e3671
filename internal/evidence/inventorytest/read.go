// Package inventorytest helps to test readers of scans, lists and other
// evidence of what there is.
package inventorytest

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"seawall/internal/evidence"
	"seawall/internal/inventory"
)

// Result is what a reader made of files.
type Result struct {
	evidence.Discard
	Observations []*inventory.Observation
	Problems     []evidence.Problem
	Formats      map[string]int // files by format
	Unrecognised []string
}

// Inventory takes an observation.
func (r *Result) Inventory(o *inventory.Observation) { r.Observations = append(r.Observations, o) }

// Problem takes a problem.
func (r *Result) Problem(p evidence.Problem) { r.Problems = append(r.Problems, p) }

// Lost returns the problems that lost evidence.
func (r *Result) Lost() (lost []evidence.Problem) {
	for _, p := range r.Problems {
		if p.Lost {
			lost = append(lost, p)
		}
	}
	return lost
}

// Model returns the observations as a model.
func (r *Result) Model() *inventory.Model {
	m := inventory.New()
	for _, o := range r.Observations {
		m.Add(o)
	}
	return m
}

// Software returns what was found installed, in the order of the evidence.
func (r *Result) Software() (list []inventory.Software) {
	for _, o := range r.Observations {
		list = append(list, o.Software...)
	}
	return list
}

// Claims returns what scanners say, in the order of the evidence.
func (r *Result) Claims() (list []inventory.Claim) {
	for _, o := range r.Observations {
		list = append(list, o.Claims...)
	}
	return list
}

// Walk reads files and folders.
func Walk(t testing.TB, formats []evidence.Format, o evidence.Options, paths ...string) *Result {
	t.Helper()
	r := &Result{Formats: map[string]int{}}
	var last *evidence.File
	err := evidence.Walk(context.Background(), paths, formats, o, evidence.Visitor{
		Job: func(j *evidence.Job) {
			if j.File != last {
				last = j.File
				r.Formats[j.File.Format.ID]++
			}
			j.Run(r)
		},
		Unrecognised: func(path string, _ int64, _ string) { r.Unrecognised = append(r.Unrecognised, path) },
		Duplicate:    func(string, string) {},
		Problem:      r.Problem,
	})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// Read reads one file of the given name and content.
func Read(t testing.TB, formats []evidence.Format, name string, content []byte) *Result {
	t.Helper()
	return read(t, formats, evidence.Options{}, name, content)
}

func read(t testing.TB, formats []evidence.Format, o evidence.Options, name string, content []byte) *Result {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, content, 0o600); err != nil {
		t.Fatal(err)
	}
	return Walk(t, formats, o, path)
}

// Fuzz feeds a format whatever the fuzzer makes of the seeds. Whatever comes,
// the reader must not panic, must cite places inside the file, and must give
// the same for large and small blocks.
func Fuzz(f *testing.F, format evidence.Format, seeds ...string) {
	for _, s := range seeds {
		f.Add([]byte(s))
		f.Add([]byte(s[:len(s)*2/3])) // cut short
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		whole := decode(t, format, data, len(data)+1)
		parts := decode(t, format, data, 37)
		if a, b := describe(whole), describe(parts); a != b {
			t.Errorf("blocks change what is read:\n%s\n%s", a, b)
		}
		for _, o := range whole.Observations {
			check(t, o.Where, len(data))
			for _, s := range o.Software {
				check(t, s.Where, len(data))
			}
			for _, c := range o.Claims {
				check(t, c.Where, len(data))
			}
		}
	})
}

func check(t *testing.T, c inventory.Citation, size int) {
	t.Helper()
	if c.Offset < 0 || c.Length < 0 || c.Offset+int64(c.Length) > int64(size) {
		t.Errorf("cites %d bytes at %d of a file of %d", c.Length, c.Offset, size)
	}
}

// decode reads data in blocks of at most n bytes, cut as the format wants.
func decode(t *testing.T, format evidence.Format, data []byte, n int) *Result {
	t.Helper()
	r := &Result{}
	decoder, err := format.Open(&evidence.File{Path: "file", Size: int64(len(data)), Format: &format}, data[:min(len(data), evidence.HeadSize)])
	if err != nil {
		return r
	}
	line := uint64(1)
	for offset := 0; ; {
		end := min(offset+n, len(data))
		last := end == len(data)
		block := bytes.Clone(data[offset:end])
		decoder.Decode(&evidence.Block{Offset: int64(offset), Line: line, Data: block, Last: last}, r)
		line += uint64(bytes.Count(block, []byte{'\n'}))
		for i := range block { // borrowed: it must not be looked at again
			block[i] = 0xee
		}
		if offset = end; last {
			break
		}
	}
	decoder.Close(r)
	return r
}

// describe writes out what was read, without what is a matter of identity.
func describe(r *Result) string {
	var b bytes.Buffer
	for _, o := range r.Observations {
		fmt.Fprintln(&b, o.Where, o.Keys, o.Status)
		for _, s := range o.Software {
			fmt.Fprintln(&b, " software", *s.Component, s.Path, s.Where, s.Confidence)
		}
		for _, s := range o.Services {
			fmt.Fprintln(&b, " service", s.Address, s.Port, s.Protocol, s.State, s.Name, s.Product, s.Version, s.Banners)
		}
		for _, c := range o.Claims {
			fmt.Fprintln(&b, " claim", c.Check, c.CVEs, c.Severity, c.Verdict, c.Port, c.Where)
		}
		fmt.Fprintln(&b, " more", o.Hints, o.Interfaces, o.Roles, o.Owners, o.Attributes)
		if o.Policy != nil {
			fmt.Fprintln(&b, " policy", o.Policy.Filters, o.Policy.Guards, o.Policy.Routes, o.Policy.Unread)
		}
	}
	for _, p := range r.Problems {
		fmt.Fprintln(&b, "problem", p)
	}
	return b.String()
}
