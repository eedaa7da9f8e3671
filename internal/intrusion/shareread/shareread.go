// Package shareread answers: did an account read very many files through
// shares, as it never did before?
package shareread

import (
	"bytes"
	"encoding/gob"
	"fmt"
	"slices"
	"strings"
	"time"

	"seawall/internal/activity"
	"seawall/internal/coverage"
	"seawall/internal/finding"
	"seawall/internal/intrusion"
	"seawall/internal/intrusion/principal"
	"seawall/internal/intrusion/prose"
	"seawall/internal/intrusion/sketch"
	"seawall/record"
)

const id = "shareread"

// Detector describes the detector.
func Detector() intrusion.Detector {
	readme, _ := intrusion.Readme(id)
	return intrusion.Detector{
		ID: id, Title: "Very many files read through shares",
		Techniques: []string{"T1021.002", "T1039"},
		Needs: []coverage.Need{
			{Channel: "Security", EventIDs: []int{5145}, Enable: "Audit Detailed File Share (success) on file servers"},
		},
		Readme:  readme,
		Classes: activity.ClassesOf(activity.ShareAccess),
		New:     func(*intrusion.Site) intrusion.Summary { return &summary{} },
	}
}

const (
	// maxStays bounds the days of accounts on hosts that are kept.
	maxStays = 1 << 13
	// maxFiles are told apart, before they are estimated.
	maxFiles    = 64
	maxExamples = 3
	day         = int64(24 * time.Hour)
	// many files in a day are more than a person opens.
	many = 1000
	// times an account's usual day is out of the ordinary.
	times = 10
	// habitual is on how many days it may recur before it is a job's.
	habitual = 3
)

// stay is an account's day on a host, from one address.
type stay struct {
	Account, Address, Host string
	Day                    int64
	First, Last            int64
	Files                  sketch.Distinct
	Shares                 []string // the first few in order
	Examples               []sketch.Mark
}

// summary implements [intrusion.Summary].
type summary struct{ Stays sketch.Table[stay] }

// state is a summary as it is written: gob would call its methods.
type state summary

// Observe implements [intrusion.Summary].
func (s *summary) Observe(a *activity.Activity) {
	x := a.Share
	if a.Recovered != record.Live || a.Time == 0 || x.Path == "" || x.Refused || x.Write || pipes(x.Name) || principal.Machine(a.Actor.User) || principal.Nobody(a.Actor.User) {
		return
	}
	account, when := principal.Account(a.Actor.User), a.Time/day
	key := sketch.Join(sketch.Join(sketch.Hash([]byte(account)), sketch.Hash([]byte(x.Address))), sketch.Join(sketch.Hash([]byte(a.Host)), uint64(when)))
	v := s.Stays.Get(key, maxStays)
	if v == nil {
		return
	}
	v.Account, v.Address, v.Host, v.Day = account, x.Address, a.Host, when
	if v.First == 0 || a.Time < v.First {
		v.First = a.Time
	}
	v.Last = max(v.Last, a.Time)
	v.Files.Add(sketch.Join(sketch.Hash([]byte(x.Name)), sketch.Hash([]byte(x.Path))), maxFiles)
	v.share(x.Name)
	v.example(sketch.MarkOf(a))
}

func pipes(share string) bool { return strings.HasSuffix(strings.ToUpper(share), `\IPC$`) }

const maxShares = 4

func (v *stay) share(name string) {
	at, found := slices.BinarySearch(v.Shares, name)
	if found || at == maxShares {
		return
	}
	if len(v.Shares) == maxShares {
		v.Shares = v.Shares[:maxShares-1]
	}
	v.Shares = slices.Insert(v.Shares, at, name)
}

// example keeps the earliest places.
func (v *stay) example(m sketch.Mark) {
	if len(v.Examples) == maxExamples && !m.Before(&v.Examples[maxExamples-1]) {
		return
	}
	at, found := slices.BinarySearchFunc(v.Examples, m, func(a, b sketch.Mark) int {
		switch {
		case a.Before(&b):
			return -1
		case b.Before(&a):
			return 1
		}
		return 0
	})
	if found {
		return
	}
	if len(v.Examples) == maxExamples {
		v.Examples = v.Examples[:maxExamples-1]
	}
	v.Examples = slices.Insert(v.Examples, at, m)
}

func (v *stay) merge(o *stay) {
	v.Account, v.Address, v.Host, v.Day = o.Account, o.Address, o.Host, o.Day
	if v.First == 0 || o.First != 0 && o.First < v.First {
		v.First = o.First
	}
	v.Last = max(v.Last, o.Last)
	v.Files.Merge(&o.Files, maxFiles)
	for _, name := range o.Shares {
		v.share(name)
	}
	for _, m := range o.Examples {
		v.example(m)
	}
}

// Merge implements [intrusion.Summary].
func (s *summary) Merge(other intrusion.Summary) {
	o, ok := other.(*summary)
	if !ok {
		panic("bug: summaries of different detectors are merged")
	}
	s.Stays.Merge(&o.Stays, maxStays, (*stay).merge)
}

// Findings implements [intrusion.Summary]: one for each account and day.
func (s *summary) Findings() (findings []finding.Finding) {
	s.Stays.Settle(maxStays)
	byAccount := map[string][]*stay{}
	for _, key := range s.Stays.Keys() {
		v := s.Stays.Entries[key]
		byAccount[v.Account] = append(byAccount[v.Account], v)
	}
	for account, stays := range byAccount {
		for _, list := range excessive(stays) {
			findings = append(findings, told(account, list))
		}
	}
	return findings
}

// excessive returns the stays of the days on which an account read very much
// more than usually, by day.
func excessive(stays []*stay) (days [][]*stay) {
	files := map[int64]int{}
	for _, v := range stays {
		files[v.Day] += v.Files.Count(maxFiles)
	}
	var counts, large []int
	for _, n := range files {
		counts = append(counts, n)
		if n >= many {
			large = append(large, n)
		}
	}
	slices.Sort(counts)
	usual := counts[(len(counts)-1)/2]
	if len(counts) == 1 {
		usual = 0
	}
	if len(large) == 0 || len(large) >= habitual {
		return nil
	}
	for d, n := range files {
		if n < many || n < times*usual {
			continue
		}
		var list []*stay
		for _, v := range stays {
			if v.Day == d {
				list = append(list, v)
			}
		}
		slices.SortFunc(list, func(a, b *stay) int {
			return slices.Compare([]int64{a.First, a.Last}, []int64{b.First, b.Last})
		})
		days = append(days, list)
	}
	return days
}

func told(account string, list []*stay) finding.Finding {
	f := finding.Finding{
		ID: finding.StableID(id, account, fmt.Sprint(list[0].Day)), Detector: id, Question: finding.In, Title: "Very many files read through shares", Severity: finding.Medium, Confidence: finding.Likely,
		Techniques: []string{"T1021.002", "T1039"}, First: list[0].First, Entities: []finding.Entity{{Type: finding.User, Value: account}},
	}
	var hosts, shares, from []string
	for _, v := range list {
		f.First, f.Last = min(f.First, v.First), max(f.Last, v.Last)
		f.Count += v.Files.Count(maxFiles)
		hosts, from, shares = append(hosts, v.Host), append(from, v.Address), append(shares, v.Shares...)
		for i := range v.Examples {
			f.Citations = append(f.Citations, v.Examples[i].Citation(prose.Excerpt("account", account, "address", v.Address, "host", v.Host)))
		}
	}
	for kind, names := range map[string]*[]string{finding.Host: &hosts, finding.Address: &from, "": &shares} {
		slices.Sort(*names)
		*names = slices.Compact(*names)
		for _, name := range *names {
			if kind != "" && name != "" {
				f.Entities = append(f.Entities, finding.Entity{Type: kind, Value: name})
			}
		}
	}
	f.Why = fmt.Sprintf("%s read about %s through %s of %s, coming from %s, %s: more than ten times its usual day. Whoever carries data away reads it like this, share by share. Innocent would be a backup or a migration that is new.",
		account, prose.Count(f.Count, "different file"), prose.List(shares), prose.List(hosts), prose.Address(prose.List(from)), prose.Span(f.First, f.Last))
	f.Mitigations = append(finding.MitigationsFor(f.Techniques), "logging")
	f.Normalize()
	return f
}

// MarshalBinary implements [intrusion.Summary].
func (s *summary) MarshalBinary() ([]byte, error) {
	var out bytes.Buffer
	if err := gob.NewEncoder(&out).Encode((*state)(s)); err != nil {
		return nil, fmt.Errorf("write summary: %w", err)
	}
	return out.Bytes(), nil
}

// UnmarshalBinary implements [intrusion.Summary].
func (s *summary) UnmarshalBinary(data []byte) error {
	if err := gob.NewDecoder(bytes.NewReader(data)).Decode((*state)(s)); err != nil {
		return fmt.Errorf("read summary: %w", err)
	}
	return nil
}
