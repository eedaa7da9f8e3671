package feed

import (
	"slices"

	"seawall/internal/intel/cve"
	"seawall/internal/intel/facts"
	"seawall/internal/intel/kev"
	"seawall/internal/intel/product"
)

// Vulnerabilities compiles all records below a path and adds what only the
// catalogue knows. The result is by id; of two records of one CVE the one with
// more to say about products stays.
func Vulnerabilities(from string, catalogue *kev.Catalogue) ([]facts.Vulnerability, []Problem, error) {
	known := map[cve.ID]*facts.Known{}
	if catalogue != nil {
		known = facts.KnownOf(catalogue)
	}
	parts := make([][]facts.Vulnerability, Workers())
	strings := make([]interner, Workers())
	problems, err := Records(from, func(w int, r *cve.Record) {
		if r.Rejected {
			return
		}
		id, ok := cve.ParseID(r.ID)
		if !ok {
			return
		}
		v := facts.Compile(r, known[id])
		strings[w].vulnerability(&v)
		parts[w] = append(parts[w], v)
	})
	all := slices.Concat(parts...)
	return Merge(all, known), problems, err
}

// Merge orders facts by id, keeps of double ones the first that names versions
// of the most products, and adds the entries of the catalogue that no record is
// there for.
func Merge(list []facts.Vulnerability, known map[cve.ID]*facts.Known) []facts.Vulnerability {
	seen := make(map[cve.ID]bool, len(list))
	for i := range list {
		seen[list[i].ID] = true
	}
	for id, k := range known {
		if !seen[id] {
			r := &cve.Record{ID: id.String()}
			list = append(list, facts.Compile(r, k))
		}
	}
	slices.SortStableFunc(list, func(a, b facts.Vulnerability) int {
		switch {
		case a.ID < b.ID:
			return -1
		case a.ID > b.ID:
			return 1
		}
		return usable(&b) - usable(&a)
	})
	return slices.CompactFunc(list, func(a, b facts.Vulnerability) bool { return a.ID == b.ID })
}

// usable counts the products whose versions a flaw's facts name.
func usable(v *facts.Vulnerability) (n int) {
	for i := range v.Affects {
		if a := &v.Affects[i]; a.Quality != cve.Unusable && len(a.Affected) > 0 {
			n++
		}
	}
	return n
}

// interner makes equal strings share their memory.
type interner map[string]string

func (in *interner) string(s *string) {
	if *in == nil {
		*in = interner{}
	}
	if known, ok := (*in)[*s]; ok {
		*s = known
		return
	}
	(*in)[*s] = *s
}

func (in *interner) vulnerability(v *facts.Vulnerability) {
	in.string(&v.Vector)
	for i := range v.Affects {
		a := &v.Affects[i]
		key := string(a.Product)
		in.string(&key)
		a.Product = product.Key(key)
		for _, list := range [][]cve.Range{a.Affected, a.Safe} {
			for j := range list {
				in.string(&list[j].From)
				in.string(&list[j].To)
				in.string(&list[j].Edition)
			}
		}
		a.Affected, a.Safe = slices.Clip(a.Affected), slices.Clip(a.Safe)
	}
}
