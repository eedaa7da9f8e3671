package cve

import (
	"slices"
	"strconv"
	"strings"

	"seawall/internal/intel/version"
)

// Quality says how ranges were come by, best last.
type Quality uint8

// The qualities.
const (
	Unusable   Quality = iota // the record names no versions
	Tried                     // a few single versions: nothing is said of others
	Widened                   // single points, taken as "up to"
	Described                 // from the description
	Text                      // from words in version fields
	Inverted                  // only what is not affected was listed
	Enumerated                // a list of single versions
	Rejoined                  // halves of ranges in different rows, put together
	Joined                    // train in one field, build in the other
	Structured                // as written
	Curated                   // checked by hand against the vendor's advisory
)

var qualityNames = [...]string{
	"no usable versions", "a few single versions", "single versions, widened", "from the description", "from words in version fields", "inverted from unaffected versions",
	"enumerated", "rejoined from open ends", "train and build joined", "structured", "curated",
}

// String names a quality for people.
func (q Quality) String() string { return qualityNames[min(int(q), len(qualityNames)-1)] }

// Normal is what a statement says, in plain ranges.
type Normal struct {
	Affected []Range
	Safe     []Range // said to be unaffected; they win
	Quality  Quality
}

// Normalize brings the rows of a statement into ranges. The scheme is that of
// the product.
func (s *Statement) Normalize(scheme version.Scheme) Normal {
	n := normalizer{scheme: scheme, quality: Structured, citrix: strings.Contains(strings.ToLower(s.Vendor+s.Product), "citrix") || strings.Contains(strings.ToLower(s.Product), "netscaler")}
	for i := range s.Rows {
		n.row(&s.Rows[i])
	}
	switch {
	case len(n.affected) > 0:
	case s.Default == "affected" && len(n.safe) > 0:
		n.invert()
	case s.Default == "affected" && len(s.Rows) == 0:
		n.affected = []Range{{}}
	default:
		return Normal{Safe: n.safe}
	}
	n.sweep()
	n.widen()
	n.collapse()
	BoundTrains(n.affected)
	n.spread()
	return Normal{n.affected, n.safe, n.quality}
}

type normalizer struct {
	scheme         version.Scheme
	citrix         bool
	affected, safe []Range
	quality        Quality
	pointed        int // rows that begin and end with one version
}

func (n *normalizer) lessen(q Quality) { n.quality = min(n.quality, q) }

func (n *normalizer) add(status string, ranges ...Range) {
	switch status {
	case "unaffected":
		n.safe = append(n.safe, ranges...)
	case "affected", "":
		n.affected = append(n.affected, ranges...)
	}
}

// row reads one row. Rows whose end is a date or an address name no versions.
func (n *normalizer) row(r *Row) {
	from, less, upTo := clean(r.Version), clean(r.Less), clean(r.LessEqual)
	if last, ok := andBelow(from); ok && (less != "" || upTo != "") { // "9.18.0 and below" less than the same
		n.lessen(Text)
		n.add(r.Status, Range{To: last, Inclusive: true})
		return
	}
	switch {
	case less == "publication" || strings.Contains(less, "://") || r.Kind == "git" || r.Kind == "original_commit_for_fix" && !dotted(from):
		return
	case less == "" && upTo == "" && r.Less == "" && r.LessEqual == "":
		n.single(r, from)
		return
	}
	if first, _, ok := strings.Cut(from, " to "); ok && dotted(first) { // "3.1.1 to 3.1.2" up to 3.1.2
		from = first
	}
	from = lowest(bound(from))
	x := Range{From: from}
	if after, ok := strings.CutPrefix(r.Version, "> "); ok {
		x.From, x.After = after, true
	}
	switch {
	case less != "":
		x.To = n.upper(from, first(less), &x)
		if x.To == x.From && !x.Inclusive { // "116.0.5845.187" less than the same: all before
			x.From = ""
		}
	default:
		x.To, x.Inclusive = bound(first(upTo)), true
		if strings.HasSuffix(upTo, ".*") {
			x.To = upTo
		}
		if x.To == "" {
			x.Inclusive = false
		}
		if point(&x) && r.Status != "unaffected" {
			n.pointed++
		}
	}
	if edition := editionOf(from); edition != "" {
		x.From, x.Edition = strings.TrimRight(from[:strings.IndexByte(from, '-')], " "), edition
	}
	if len(r.Changes) > 0 {
		n.changes(r, x)
		return
	}
	n.add(r.Status, x)
}

// andBelow parts a version from words that take in all before it.
func andBelow(text string) (version string, ok bool) {
	version, words, ok := strings.Cut(text, " and ")
	if !ok || !dotted(version) {
		return "", false
	}
	for _, word := range []string{"below", "earlier", "prior", "previous", "older", "lower", "before"} {
		if strings.HasPrefix(words, word) {
			return stripV(version), true
		}
	}
	return "", false
}

// single reads a row with one version field: a version, a phrase, or nothing.
func (n *normalizer) single(r *Row, text string) {
	if text == "" {
		if everything(r.Version) {
			n.add(r.Status, Range{})
		}
		return
	}
	if v, ok := asVersion(text); ok && !strings.ContainsAny(text, " ,;<>") {
		if from, to, isRange := splitRange(v); isRange {
			n.lessen(Text)
			n.add(r.Status, Range{From: from, To: to, Inclusive: true})
			return
		}
		n.add(r.Status, Point(v))
		return
	}
	ranges := Phrase(text)
	if len(ranges) > 0 {
		n.lessen(Text)
		n.add(r.Status, ranges...)
	}
}

// upper returns an upper bound. A build behind a train ("13.1" less than
// "49.13") is joined to it; "21.4*" is the whole train.
func (n *normalizer) upper(from, less string, x *Range) string {
	if prefix, ok := strings.CutSuffix(less, "*"); ok {
		prefix = strings.TrimRight(strings.TrimRight(prefix, "."), ".xX")
		if strings.Contains(prefix, " ") { // "Apache APISIX 1*"
			prefix = bound(prefix)
		}
		if prefix == "" || !isDigit(prefix[0]) || n.scheme == version.Maven {
			return ""
		}
		x.Inclusive = true
		return prefix + ".*"
	}
	less = bound(less)
	train, _, _ := strings.Cut(from, "-")
	if n.citrix && train != "" && less != "" && !strings.Contains(less, "-") && version.Dotted.Compare(less, train) != 0 && !Within(less, train) {
		n.lessen(Joined)
		return strings.TrimSpace(train) + "-" + less
	}
	return less
}

// changes reads a row within whose range the status changes. Changes that
// alternate cut it into runs; several fixes in a row are those of its trains.
func (n *normalizer) changes(r *Row, whole Range) {
	slices.SortStableFunc(r.Changes, func(a, b Change) int { return n.scheme.Compare(a.At, b.At) })
	status := r.Status
	run := whole
	run.To, run.Inclusive = "", false
	for i, c := range r.Changes {
		at := bound(clean(c.At))
		if at == "" {
			continue
		}
		if c.Status == status {
			if status == "unaffected" && i > 0 { // a fix for a newer train
				n.add("affected", Range{From: run.From, To: at, Edition: whole.Edition})
				n.add("unaffected", hotfixes(run.From, whole.Edition))
				run.From = at
			}
			continue
		}
		end := run
		end.To = at
		n.add(status, end)
		status, run = c.Status, Range{From: at, Edition: whole.Edition}
	}
	run.To, run.Inclusive = whole.To, whole.Inclusive
	if fixes := hotfixes(run.From, whole.Edition); status == "unaffected" && r.Status != status && strings.Contains(run.From, "-h") && !n.follows(strings.TrimSuffix(fixes.To, ".*"), run.To) {
		// A hotfix mends its own release only; the row ends further on.
		n.add("affected", run)
		n.add("unaffected", fixes)
		return
	}
	if run.To == "" || n.scheme.Compare(run.From, strings.TrimSuffix(run.To, ".*")) < 0 {
		n.add(status, run)
	}
}

// follows reports whether an end comes no later than the release right behind
// another: 10.2.10 behind 10.2.9.
func (n *normalizer) follows(release, end string) bool {
	at := strings.LastIndexByte(release, '.') + 1
	number, err := strconv.Atoi(release[at:])
	return err != nil || n.scheme.Compare(end, release[:at]+strconv.Itoa(number+1)) <= 0
}

// hotfixes is the range of a fix and what follows it on its own release:
// 10.2.7-h8 and on, but not 10.2.8.
func hotfixes(fix, edition string) Range {
	base, _, _ := strings.Cut(fix, "-")
	return Range{From: fix, To: base + ".*", Inclusive: true, Edition: edition}
}

// invert turns a list of unaffected versions into the affected ones before
// them. Lists of runs stay what they are: everything but them is affected.
func (n *normalizer) invert() {
	n.lessen(Inverted)
	var ends []Range
	for _, s := range n.safe {
		switch {
		case point(&s):
			ends = append(ends, Range{To: s.From, Edition: s.Edition})
		case s.To == "" && s.From != "":
			ends = append(ends, Range{To: s.From, Edition: s.Edition})
		default:
			n.affected = []Range{{}}
			return
		}
	}
	n.affected, n.safe = ends, nil
}

func point(r *Range) bool { return r.From != "" && r.From == r.To && r.Inclusive }

// sweep joins ranges that only begin with ranges that only end, or with
// unaffected ones that begin where they end.
func (n *normalizer) sweep() {
	var starts, ends, whole []Range
	for _, r := range n.affected {
		switch {
		case r.From != "" && r.To == "":
			starts = append(starts, r)
		case r.From == "" && r.To != "":
			ends = append(ends, r)
		default:
			whole = append(whole, r)
		}
	}
	if len(starts) == 0 {
		return
	}
	var safe []Range
	for _, s := range n.safe {
		if s.From != "" && s.To == "" || point(&s) {
			ends = append(ends, Range{To: s.From, Edition: s.Edition})
		}
		if s.From == "" || s.To != "" {
			safe = append(safe, s)
		}
	}
	if len(ends) == 0 {
		return
	}
	n.lessen(Rejoined)
	byStart := func(a, b Range) int { return n.scheme.Compare(a.From, b.From) }
	slices.SortFunc(starts, byStart)
	slices.SortFunc(ends, func(a, b Range) int { return n.scheme.Compare(a.To, b.To) })
	if n.scheme.Compare(ends[0].To, starts[0].From) < 0 { // before the first start, all is affected
		starts = slices.Insert(starts, 0, Range{})
	}
	for _, s := range starts {
		at := slices.IndexFunc(ends, func(e Range) bool { return n.scheme.Compare(e.To, s.From) > 0 })
		if at >= 0 {
			s.To, s.Inclusive = ends[at].To, ends[at].Inclusive
		}
		whole = append(whole, s)
	}
	n.affected, n.safe = whole, safe
}

// widen takes rows that say "9.1R18 up to 9.1R18" as "up to": vendors write
// the newest affected version there. A list of single versions without an end
// stays what it is, but it is known for no more than what was tried.
func (n *normalizer) widen() {
	for i := range n.affected {
		if !point(&n.affected[i]) {
			return
		}
	}
	if n.pointed != len(n.affected) {
		if len(n.affected) <= maxTried {
			n.lessen(Tried)
		}
		return
	}
	n.lessen(Widened)
	for i := range n.affected {
		n.affected[i].From = ""
	}
}

// maxTried is how many single versions a record may list and still be taken as
// naming just those that somebody tried.
const maxTried = 3

// Versions of one train that must be listed for the list to be taken as a run.
const enumeratedRun = 3

// collapse turns lists of single versions into one run for each train: what is
// between the first and the last listed is affected too.
func (n *normalizer) collapse() {
	trains := map[string][]string{}
	for i := range n.affected {
		r := &n.affected[i]
		if point(r) && ordered(r.From) {
			trains[Train(r.From)+r.Edition] = append(trains[Train(r.From)+r.Edition], r.From)
		}
	}
	done := map[string]bool{}
	kept := n.affected[:0:0]
	for _, r := range n.affected {
		train := Train(r.From) + r.Edition
		listed := trains[train]
		if !point(&r) || !ordered(r.From) || len(listed) < enumeratedRun {
			kept = append(kept, r)
			continue
		}
		n.lessen(Enumerated)
		if done[train] {
			continue
		}
		done[train] = true
		kept = append(kept, Range{From: slices.MinFunc(listed, n.scheme.Compare), To: slices.MaxFunc(listed, n.scheme.Compare), Inclusive: true, Edition: r.Edition})
	}
	n.affected = kept
}

// ordered reports whether a version stands in one line with those of its train.
// IOS has many lines within 15.2: 15.2(4)M11, 15.2(7)E4.
func ordered(v string) bool {
	_, behind, ok := strings.Cut(v, ")")
	return !ok || strings.IndexFunc(behind, func(r rune) bool { return r < '0' || r > '9' }) < 0
}

// BoundTrains gives ranges without a beginning, the lowest apart, that of their
// train: "before 20.1.7, 21.2.11 and 22.0.9" speaks of three trains.
func BoundTrains(list []Range) {
	lowest := -1
	for i := range list {
		if r := &list[i]; r.From == "" && r.To != "" && (lowest < 0 || version.Dotted.Compare(r.To, list[lowest].To) < 0) {
			lowest = i
		}
	}
	for i := range list {
		r := &list[i]
		if i == lowest || r.From != "" || r.To == "" || Train(r.To) == Train(list[lowest].To) {
			continue
		}
		r.From, r.Inferred = Train(r.To), true
	}
}

// spread makes a single unaffected version stand for its train if nothing in
// the train is affected: vendors write "9.1" for all of 9.1.
func (n *normalizer) spread() {
	for i := range n.safe {
		s := &n.safe[i]
		if !point(s) {
			continue
		}
		train := Train(s.From)
		if !slices.ContainsFunc(n.affected, func(r Range) bool { return Train(r.From) == train || Train(r.To) == train }) {
			s.From, s.To, s.Inclusive = train, train+".*", true
		}
	}
}
