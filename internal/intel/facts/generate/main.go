// Command generate writes the snapshot of facts that the program carries, from
// the feeds as they are published and from range lists made of them.
package main

import (
	"cmp"
	"compress/gzip"
	"encoding/csv"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"seawall/internal/intel/cve"
	"seawall/internal/intel/facts"
	"seawall/internal/intel/feed"
	"seawall/internal/intel/kev"
)

func main() {
	dir := flag.String("from", "../../../../shared/data/exposure", "folder of the feeds")
	out := flag.String("out", "facts.bin", "file to write")
	flag.Parse()
	if err := run(*dir, *out); err != nil {
		fmt.Fprintln(os.Stderr, "generate:", err)
		os.Exit(1)
	}
}

func run(dir, out string) error {
	data, err := os.ReadFile(filepath.Join(dir, "facts", "known_exploited_vulnerabilities.json"))
	if err != nil {
		return err
	}
	catalogue, err := kev.Parse(data)
	if err != nil {
		return err
	}
	list, problems, err := feed.Vulnerabilities(filepath.Join(dir, "cve-raw", "cve5_kev_plus_4000.tar.zst"), catalogue)
	if err != nil {
		return err
	}
	for _, p := range problems {
		fmt.Fprintln(os.Stderr, p.Name, p.Err)
	}
	known := facts.KnownOf(catalogue)
	records := len(list)
	for _, name := range []string{"kev_ranges.jsonl", "edge_ranges.jsonl.gz"} {
		more, err := rangeList(filepath.Join(dir, "facts", name), known)
		if err != nil {
			return err
		}
		list = append(list, more...)
	}
	list = feed.Merge(list, known)
	judged, err := judgements(filepath.Join(dir, "ssvc", "cvss_to_ssvc.csv.gz"))
	if err != nil {
		return err
	}
	list = judge(list, judged)
	curated, err := facts.Curated()
	if err != nil {
		return err
	}
	list = facts.Curate(list, curated)
	newest := facts.Day(0)
	for i := range list {
		list[i].Estimate()
		newest = max(newest, list[i].Published)
	}
	set := facts.NewSet([]facts.Feed{
		{Name: "KEV", Date: facts.DayOf(catalogue.Released), Count: len(catalogue.Entries), From: "CISA KEV catalogue " + catalogue.Version},
		{Name: "CVE", Date: newest, Count: len(list), From: fmt.Sprintf("CVE records of the CVE programme and CISA Vulnrichment (%d full records)", records)},
	}, list)
	f, err := os.Create(out)
	if err != nil {
		return err
	}
	defer f.Close()
	if err := set.Encode(f); err != nil {
		return err
	}
	return f.Close()
}

// open opens a file, compressed or not.
func open(path string) (io.ReadCloser, error) {
	f, err := os.Open(path)
	if err != nil || !strings.HasSuffix(path, ".gz") {
		return f, err
	}
	z, err := gzip.NewReader(f)
	if err != nil {
		f.Close()
		return nil, err
	}
	return struct {
		io.Reader
		io.Closer
	}{z, f}, nil
}

// listed is a CVE as the range lists write it: versions brought into one form,
// but not yet judged.
type listed struct {
	CVE, Published, Assigner, Desc string
	CNA, ADP                       []listedProduct
	CVSS                           *float32
	SSVC                           []string
}

type listedProduct struct {
	Vendor, Product    string
	Default            string
	CPEs               []string
	Ranges, Unaffected []listedRange
}

type listedRange struct {
	Ge, Lt, Le, Eq, Raw, Train, Edition string
	All                                 bool
	Except                              []listedRange
}

func rangeList(path string, known map[cve.ID]*facts.Known) ([]facts.Vulnerability, error) {
	f, err := open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	var list []facts.Vulnerability
	for d := json.NewDecoder(f); d.More(); {
		var l listed
		if err := d.Decode(&l); err != nil {
			return nil, fmt.Errorf("%s: %w", path, err)
		}
		r := &cve.Record{ID: l.CVE, Published: l.Published, Assigner: l.Assigner, Description: l.Desc}
		for _, p := range l.CNA {
			r.Statements = append(r.Statements, p.statement(false))
		}
		for _, p := range l.ADP {
			r.Statements = append(r.Statements, p.statement(true))
		}
		if l.CVSS != nil {
			r.Score = *l.CVSS
		}
		if len(l.SSVC) == 3 {
			r.Exploited, r.Automatable, r.Impact = l.SSVC[0], l.SSVC[1], l.SSVC[2]
		}
		id, _ := cve.ParseID(l.CVE)
		list = append(list, facts.Compile(r, known[id]))
	}
	return list, nil
}

func (p *listedProduct) statement(cisa bool) cve.Statement {
	s := cve.Statement{Vendor: p.Vendor, Product: p.Product, Default: p.Default, CPEs: p.CPEs, CISA: cisa}
	for _, r := range p.Ranges {
		s.Rows = append(s.Rows, r.rows("affected")...)
	}
	for _, r := range p.Unaffected {
		s.Rows = append(s.Rows, r.rows("unaffected")...)
	}
	return s
}

// rows writes a range as a record would.
func (r *listedRange) rows(status string) []cve.Row {
	row := cve.Row{Version: r.Ge, Less: r.Lt, LessEqual: r.Le, Status: status}
	switch {
	case r.Raw != "":
		from, to, ok := strings.Cut(r.Raw, " .. ")
		row.Version = r.Raw
		if ok {
			row.Version, row.Less = from, to
		}
	case r.All:
		if len(r.Except) > 0 { // what is excepted is listed as unaffected
			return nil
		}
		row.Version = "*"
	case r.Eq != "":
		if many := strings.Fields(r.Eq); len(many) > 3 && !slices.ContainsFunc(many, func(v string) bool { return v[0] < '0' || v[0] > '9' }) {
			rows := make([]cve.Row, len(many))
			for i, v := range many {
				rows[i] = cve.Row{Version: v, Status: status}
			}
			return rows
		}
		row.Version = r.Eq
	}
	if r.Edition != "" {
		row.Version = cmp.Or(r.Train, row.Version) + "-" + r.Edition
	} else {
		row.Version = cmp.Or(row.Version, r.Train)
	}
	return []cve.Row{row}
}

// judgement is CISA's view of a CVE and its CVSS vector.
type judgement struct {
	id                             cve.ID
	vector                         string
	exploited, automatable, impact string
}

func judgements(path string) (list []judgement, err error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		return nil, err
	}
	rows, err := csv.NewReader(z).ReadAll()
	if err != nil {
		return nil, err
	}
	for _, row := range rows[1:] {
		if id, ok := cve.ParseID(row[0]); ok {
			list = append(list, judgement{id, row[1], row[3], row[4], row[5]})
		}
	}
	return list, nil
}

// judge adds judgements to what has none.
func judge(list []facts.Vulnerability, judged []judgement) []facts.Vulnerability {
	at := make(map[cve.ID]int, len(list))
	for i := range list {
		at[list[i].ID] = i
	}
	for _, j := range judged {
		compiled := facts.Compile(&cve.Record{ID: j.id.String(), Vector: j.vector, Exploited: j.exploited, Automatable: j.automatable, Impact: j.impact}, nil)
		i, ok := at[j.id]
		if !ok {
			list = append(list, compiled)
			continue
		}
		v := &list[i]
		v.Vector = cmp.Or(v.Vector, compiled.Vector)
		if v.Automatable == facts.Unknown {
			v.Exploited, v.Automatable, v.Total = compiled.Exploited, compiled.Automatable, compiled.Total
		}
	}
	slices.SortFunc(list, func(a, b facts.Vulnerability) int { return cmp.Compare(a.ID, b.ID) })
	return list
}
