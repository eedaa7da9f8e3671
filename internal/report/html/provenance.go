package html

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"seawall/internal/attack"
	"seawall/internal/report/escape"
	"seawall/internal/report/terminal"
	"seawall/internal/verdict"
)

// provenance says what the report was made from, with what, and when.
type provenance struct {
	Version, CommandLine, Start, Took, Zone, Rules, Attack string
	Formats                                                []format
	Unrecognised, Duplicates, Lost, Recovered, Outside     string
	Feeds                                                  []feed
	Proof                                                  []proofFile
	MoreProof                                              int
}

type format struct{ Title, Files, Bytes, Records string }

type feed struct {
	Name, Date, Age, Count, From string
	Stale                        bool
}

// proofFile is a file that findings cite.
type proofFile struct{ Path, Citations, Findings, SHA256 string }

func newProvenance(r *verdict.Result) provenance {
	p := provenance{
		Version: escape.Visible(r.Run.Version), CommandLine: escape.Visible(r.Run.CommandLine), Zone: escape.Visible(r.Run.Zone), Attack: attack.Version,
		Start: r.Run.Start.UTC().Format("2006-01-02 15:04:05 UTC"), Took: r.Run.End.Sub(r.Run.Start).Round(10 * time.Millisecond).String(),
		Rules:        fmt.Sprintf("%d rules and %d correlations loaded; %d had nothing to look at, %d problems", r.Rules.Loaded, r.Rules.Correlations, r.Rules.UnseenRules(), len(r.Rules.NotEvaluable)),
		Unrecognised: number(len(r.Read.Unrecognised) + r.Read.MoreUnrecognised), Duplicates: number(len(r.Read.Duplicates) + r.Read.MoreDuplicates),
		Lost: number(r.Read.Lost()), Recovered: terminal.Thousands(r.Read.Recovered), Outside: terminal.Thousands(r.Read.Outside),
	}
	for _, f := range r.Read.Formats {
		p.Formats = append(p.Formats, format{escape.Visible(f.Title), number(f.Files), terminal.Bytes(f.Bytes), terminal.Thousands(f.Records)})
	}
	for _, f := range r.Facts {
		p.Feeds = append(p.Feeds, feed{escape.Visible(f.Name), escape.Visible(f.Date), counted(f.Age, "day"), number(f.Count), escape.Visible(f.From), f.Stale})
	}
	p.addProof(r)
	return p
}

// addProof lists the files that findings cite, those with most findings first.
func (p *provenance) addProof(r *verdict.Result) {
	type use struct{ citations, findings, last int }
	uses := map[string]*use{}
	for i := range r.Findings {
		for _, c := range r.Findings[i].Citations {
			u := uses[c.Path]
			if u == nil {
				u = &use{last: -1}
				uses[c.Path] = u
			}
			u.citations++
			if u.last != i {
				u.last = i
				u.findings++
			}
		}
	}
	sums := map[string]string{}
	for _, f := range r.Read.Proof {
		sums[f.Path] = f.SHA256
	}
	paths := slices.SortedFunc(maps.Keys(uses), func(a, b string) int {
		return cmp.Or(cmp.Compare(uses[b].findings, uses[a].findings), cmp.Compare(a, b))
	})
	p.MoreProof = max(len(paths)-maxList, 0)
	for _, path := range paths[:len(paths)-p.MoreProof] {
		p.Proof = append(p.Proof, proofFile{escape.Visible(path), number(uses[path].citations), number(uses[path].findings), sumOf(sums, path)})
	}
}

// sumOf returns the hash of a file, or of the archive it lies in; "" if none was
// computed.
func sumOf(sums map[string]string, path string) string {
	for {
		if sum := sums[path]; sum != "" {
			return escape.Visible(sum)
		}
		i := strings.LastIndex(path, "!/")
		if i < 0 {
			return ""
		}
		path = path[:i]
	}
}

type list struct {
	Title string
	N     string
	Items []string
	More  int
}

// maxList is how many entries of a list are shown.
const maxList = 200

// newLists tells what was not understood.
func newLists(r *verdict.Result) (lists []list) {
	var lost, odd, rules, unseen []string
	for _, problem := range r.Read.Problems {
		if problem.Lost {
			lost = append(lost, problem.String())
		} else {
			odd = append(odd, problem.String())
		}
	}
	for _, reason := range r.Rules.Reasons() {
		rules = append(rules, reasonLine(&reason))
	}
	for _, u := range r.Rules.Unseen {
		unseen = append(unseen, unseenLine(&u))
	}
	for _, l := range []struct {
		title string
		items []string
		more  int // counted only
	}{
		{"Warnings", r.Warnings, 0},
		{"Evidence lost", lost, r.Read.MoreLost},
		{"Oddities that lost nothing", odd, r.Read.MoreProblems - r.Read.MoreLost},
		{"Files of no known format", r.Read.Unrecognised, r.Read.MoreUnrecognised},
		{"Duplicate files, read once", r.Read.Duplicates, r.Read.MoreDuplicates},
		{"Evidence that rules found missing", unseen, 0},
		{"Rules not evaluated, or in part", rules, 0},
	} {
		n := len(l.items) + l.more
		if n == 0 {
			continue
		}
		shown := l.items[:min(len(l.items), maxList)]
		lists = append(lists, list{Title: l.title, N: number(n), Items: visible(shown), More: n - len(shown)})
	}
	return lists
}

func reasonLine(reason *verdict.Reason) string {
	if len(reason.Problems) == 1 {
		return reason.Problems[0].String()
	}
	var rules []string
	for i, p := range reason.Problems {
		if i == maxUnseen {
			rules = append(rules, fmt.Sprintf("and %d more rules", len(reason.Problems)-maxUnseen))
			break
		}
		rules = append(rules, p.File)
	}
	return reason.Why + ": " + strings.Join(rules, "; ")
}

// maxUnseen is how many rules are named that lacked one kind of evidence.
const maxUnseen = 100

func unseenLine(u *verdict.Unseen) string {
	line := fmt.Sprintf("no %s: %s", u.Evidence, strings.Join(u.Rules[:min(len(u.Rules), maxUnseen)], "; "))
	if more := len(u.Rules) - maxUnseen; more > 0 {
		line += fmt.Sprintf("; and %d more rules", more)
	}
	if u.Enable != "" {
		line += ". To see it: " + u.Enable
	}
	return line
}
