package vulnerable

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"seawall/internal/intel/cve"
	"seawall/internal/intel/eol"
	"seawall/internal/intel/facts"
	"seawall/internal/intel/version"
)

// Outcome is a three-valued answer.
type Outcome uint8

// The outcomes.
const (
	NotAffected Outcome = iota
	Possible
	Affected
)

// String names an outcome.
func (o Outcome) String() string {
	return [...]string{"not affected", "possible", "affected"}[min(o, Affected)]
}

// judgement is the answer about one product's version and how it came about.
type judgement struct {
	outcome  Outcome
	rule     func() string // tells what was applied, for people; most answers are never told
	decides  string        // for Possible: the one piece of evidence that would decide
	fixed    string        // the smallest version that fixes it in the same train, or the next
	inferred bool
}

// evaluator applies what is said of a product to a version.
type evaluator struct {
	id        *Identity
	use       facts.Use
	ends      *eol.Table
	published time.Time
}

func (e *evaluator) scheme() version.Scheme { return e.id.Scheme }

// judge decides. The order of the questions matters: what is said in so many
// words comes before what follows from trains.
func (e *evaluator) judge() judgement {
	n := &e.use.Normal
	v := e.id.Version
	switch {
	case n.Quality == cve.Unusable && len(n.Affected) == 0 && len(n.Safe) == 0:
		return judgement{outcome: Possible, rule: func() string { return "the record names no usable versions of it" }, decides: cmp.Or(e.use.Note, "the vendor's advisory, or a check of the flaw itself")}
	case !hasDigit(v):
		return judgement{outcome: Possible, rule: func() string { return "the version is not known; affected: " + list(n.Affected) }, decides: "the version of the product"}
	}
	if j, ok := e.imprecise(); ok {
		return j
	}
	if r := e.containing(n.Safe); r != nil {
		return judgement{outcome: NotAffected, rule: func() string { return "the record names " + r.String() + " as unaffected" }}
	}
	if j, ok := e.editions(); ok {
		return j
	}
	if len(n.Affected) == 0 {
		return judgement{outcome: Possible, rule: func() string { return "no version alone tells whether it is fixed" }, decides: cmp.Or(e.use.Note, "the vendor's advisory")}
	}
	ranges := ordinary(n.Affected, e.id.Edition)
	if r := e.containing(ranges); r != nil {
		if fix := e.ownFix(ranges, r); fix != nil {
			return judgement{outcome: NotAffected, rule: func() string {
				return fmt.Sprintf("%s is not before the fix of its own line (%s)", e.id.Version, fix.String())
			}}
		}
		return e.hit(r)
	}
	return e.miss()
}

func hasDigit(s string) bool { return strings.ContainsAny(s, "0123456789") }

func (e *evaluator) containing(ranges []cve.Range) *cve.Range {
	for i := range ranges {
		if ranges[i].Contains(e.scheme(), e.id.Version) {
			return &ranges[i]
		}
	}
	return nil
}

// ordinary returns the ranges of one edition; if there is none for it, those of
// the ordinary one.
func ordinary(ranges []cve.Range, edition string) []cve.Range {
	if !slices.ContainsFunc(ranges, func(r cve.Range) bool { return r.Edition != "" }) {
		return ranges
	}
	pick := func(edition string) (picked []cve.Range) {
		for _, r := range ranges {
			if r.Edition == edition {
				picked = append(picked, r)
			}
		}
		return picked
	}
	if picked := pick(edition); len(picked) > 0 {
		return picked
	}
	return pick("")
}

// editions decides for builds of which it is not known whether they are of a
// certified edition (FIPS), whose builds are counted apart: 13.1-37.164 is
// fixed as FIPS and open as the ordinary edition.
func (e *evaluator) editions() (judgement, bool) {
	if e.id.Edition != "" {
		return judgement{}, false
	}
	build := buildTrain(e.id.Version)
	for i := range e.use.Affected {
		r := &e.use.Affected[i]
		if r.Edition == "" || build == "" || buildTrain(r.To) != build {
			continue
		}
		if r.Contains(e.scheme(), e.id.Version) {
			continue // open in either edition, or so the ordinary ranges will say
		}
		if e.containing(ordinary(e.use.Affected, "")) == nil {
			continue
		}
		return judgement{
			outcome: Possible, rule: func() string {
				return fmt.Sprintf("build %s is fixed in the %s edition and open in the ordinary one", e.id.Full, r.Edition)
			},
			decides: "whether the device runs the " + r.Edition + " edition", fixed: r.To,
		}, true
	}
	return judgement{}, false
}

// buildTrain returns the train and the first number of the build: "13.1-37" of
// "13.1-37.164".
func buildTrain(v string) string {
	digits := strings.FieldsFunc(v, func(r rune) bool { return r < '0' || r > '9' })
	if len(digits) < 4 {
		return ""
	}
	return strings.Join(digits[:3], ".")
}

// hit is the answer for a version inside an affected range.
func (e *evaluator) hit(r *cve.Range) judgement {
	if decides := e.foreign(r); decides != "" {
		return judgement{outcome: Possible, rule: func() string { return "the record counts otherwise: affected " + r.String() }, decides: decides}
	}
	j := judgement{outcome: Affected, rule: func() string { return "affected: " + r.String() }, fixed: e.fixFor(r)}
	if e.id.Distribution != "" {
		if fix, ok := distributionFix(e.use.ID, e.id); ok {
			return fix
		}
		j.outcome = Possible
		j.rule = func() string {
			return fmt.Sprintf("the maker's range matches (%s), but this is %s's package, which gets fixes without a new version", r.String(), e.id.Distribution)
		}
		j.decides = "the security data of the distribution (OVAL, CSAF or tracker) for this package"
	}
	return j
}

// ownFix returns the range of a version's own line that ends before it, if what
// contains it ends in another line: "before 4.0.2" holds 3.2.70, but 3.2 has a
// fix of its own.
func (e *evaluator) ownFix(ranges []cve.Range, hit *cve.Range) *cve.Range {
	if e.use.Quality < cve.Enumerated || hit.To == "" {
		return nil
	}
	shared := shares(e.id.Version, hit.To)
	for i := range ranges {
		r := &ranges[i]
		if r.To == "" || r.Inclusive || !r.Above(e.scheme(), e.id.Version) {
			continue
		}
		// The lines must part before the last number, which counts the builds.
		if own := shares(e.id.Version, r.To); own > shared && own >= 2 && shared < numbers(r.To)-1 {
			return r
		}
	}
	return nil
}

// shares counts the first numbers that two versions have in common.
func shares(a, b string) (n int) {
	for {
		x, restA := nextNumber(a)
		y, restB := nextNumber(b)
		if x == "" || y == "" || strings.TrimLeft(x, "0") != strings.TrimLeft(y, "0") {
			return n
		}
		a, b = restA, restB
		n++
	}
}

// nextNumber parts the first number of a text from what stands behind it; "" if
// it has none.
func nextNumber(s string) (number, rest string) {
	start := 0
	for start < len(s) && (s[start] < '0' || s[start] > '9') {
		start++
	}
	end := start
	for end < len(s) && s[end] >= '0' && s[end] <= '9' {
		end++
	}
	return s[start:end], s[end:]
}

// imprecise decides for versions that name a train only, if the flaw is in part
// of it.
func (e *evaluator) imprecise() (judgement, bool) {
	v := e.id.Version
	if v, ok := updateOfBuild(e.id); ok {
		return e.withinUpdate(v)
	}
	if numbers(v) >= e.id.Product.Numbers() {
		return judgement{}, false
	}
	for i := range e.use.Affected {
		r := &e.use.Affected[i]
		inside := cve.Within(r.To, v) && r.To != v+".*" || cve.Within(r.From, v) && r.From != v
		if r.Edition == e.id.Edition && inside {
			return judgement{
				outcome: Possible, fixed: e.fixFor(r), decides: "the full version with its build",
				rule: func() string {
					return fmt.Sprintf("version %q names a train and not a release of it; affected: %s", e.id.Full, r.String())
				},
			}, true
		}
	}
	return judgement{}, false
}

// vcenterBuild is how vCenter Server names itself: its update, and a build, but
// not the letter of the patch that the build is of.
var vcenterBuild = regexp.MustCompile(`^(\d+\.\d+\.\d+)(?:\.\d+)?(?: build|[ -]build-|-)[ -]?\d{7,8}$`)

func updateOfBuild(id *Identity) (update string, ok bool) {
	if id.Product != "vmware/vcenter_server" {
		return "", false
	}
	m := vcenterBuild.FindStringSubmatch(strings.ToLower(id.Full))
	if m == nil {
		return "", false
	}
	return m[1], true
}

// withinUpdate decides for a build of an update that a patch of the same update
// mends.
func (e *evaluator) withinUpdate(update string) (judgement, bool) {
	for i := range e.use.Affected {
		r := &e.use.Affected[i]
		bound := version.TidyVMware(r.To)
		if letter, ok := strings.CutPrefix(bound, update); ok && letter != "" && letter[0] >= 'a' && letter[0] <= 'z' {
			return judgement{
				outcome: Possible, fixed: r.To, decides: "the letter of the patch that the build is of, as the login page's list of builds has it",
				rule: func() string {
					return fmt.Sprintf("%s is some build of update %s; affected: %s", e.id.Full, update, r.String())
				},
			}, true
		}
	}
	return judgement{}, false
}

// numbers counts the numbers of a version.
func numbers(v string) (n int) {
	for {
		number, rest := nextNumber(v)
		if number == "" {
			return n
		}
		v = rest
		n++
	}
}

// fixFor is the smallest version that fixes what a range says.
func (e *evaluator) fixFor(r *cve.Range) string {
	switch {
	case r.To == "" || strings.HasSuffix(r.To, ".*"):
		return e.nextFix()
	case r.Inclusive:
		return "a release after " + r.To
	}
	return r.To
}

// nextFix is the smallest fixed version above ours.
func (e *evaluator) nextFix() string {
	best := ""
	for i := range e.use.Affected {
		r := &e.use.Affected[i]
		if r.To == "" || r.Inclusive || r.Edition != e.id.Edition || e.scheme().Compare(r.To, e.id.Version) <= 0 {
			continue
		}
		if best == "" || e.scheme().Compare(r.To, best) < 0 {
			best = r.To
		}
	}
	return best
}

// miss is the answer for a version outside all affected ranges.
func (e *evaluator) miss() judgement {
	ranges := ordinary(e.use.Affected, e.id.Edition)
	v := e.id.Version
	if e.use.Quality == cve.Tried {
		return judgement{outcome: Possible, rule: func() string { return "the record names single versions only, which somebody tried: " + list(ranges) }, decides: "the vendor's advisory"}
	}
	if len(ranges) == 0 {
		return judgement{outcome: NotAffected, rule: func() string { return "no version of this edition is affected" }}
	}
	for i := range ranges {
		if r := &ranges[i]; r.From != "" && cve.Within(v, r.From) && e.scheme().Compare(v, r.From) < 0 {
			return judgement{
				outcome: Possible, decides: "the vendor's advisory: whether builds before the first release are affected",
				rule: func() string {
					return fmt.Sprintf("%s is a build before the first affected release (%s)", v, r.String())
				},
			}
		}
	}
	if r := e.tried(ranges); r != nil {
		return judgement{
			outcome: Possible, decides: "the vendor's advisory",
			rule: func() string {
				return fmt.Sprintf("of its train the record names %s only, which came after it", r.String())
			},
		}
	}
	if r := e.extends(ranges); r != nil {
		return judgement{
			outcome: Possible, decides: "the vendor's advisory: whether this build is before or behind the fix",
			rule: func() string { return fmt.Sprintf("%s is a build of the last affected release (%s)", v, r.String()) },
		}
	}
	train := cve.Train(v)
	for i := range ranges {
		r := &ranges[i]
		if r.To != "" && cve.Train(r.To) == train && r.Above(e.scheme(), v) {
			return judgement{outcome: NotAffected, rule: func() string {
				return fmt.Sprintf("%s is behind the end of what is affected in its train (%s)", v, r.String())
			}}
		}
	}
	above := slices.ContainsFunc(ranges, func(r cve.Range) bool { return r.To == "" || !r.Above(e.scheme(), v) })
	if !above {
		return judgement{outcome: NotAffected, rule: func() string { return "newer than everything affected: " + list(ranges) }}
	}
	below := !slices.ContainsFunc(ranges, func(r cve.Range) bool { return r.To != "" && r.Above(e.scheme(), v) })
	return e.between(ranges, train, below)
}

// tried returns a single version of the same train that the record names as
// affected and that is newer than ours, if nothing says that it is the first.
func (e *evaluator) tried(ranges []cve.Range) *cve.Range {
	if e.use.Quality >= cve.Enumerated {
		return nil
	}
	train := cve.Train(e.id.Version)
	for i := range ranges {
		r := &ranges[i]
		if r.From != "" && r.From == r.To && cve.Train(r.From) == train && e.scheme().Compare(e.id.Version, r.From) < 0 {
			return r
		}
	}
	return nil
}

// extends returns the range whose last affected version ours is a build of: of
// "up to 12.8.3" nobody says which builds 12.8.3.1813 is among.
func (e *evaluator) extends(ranges []cve.Range) *cve.Range {
	if e.use.Quality == cve.Enumerated || e.use.Quality == cve.Curated {
		return nil
	}
	for i := range ranges {
		r := &ranges[i]
		rest, ok := strings.CutPrefix(e.id.Version, r.To+".")
		if r.Inclusive && r.To != "" && ok && rest != "" && rest[0] >= '0' && rest[0] <= '9' {
			return r
		}
	}
	return nil
}

// between decides for a version in a hole: below the newest fix, but in a train
// that the record says nothing of. Trains that were out of support by then get
// no row and no fix, and are open.
func (e *evaluator) between(ranges []cve.Range, train string, below bool) judgement {
	day := e.published
	if day.IsZero() {
		day = time.Now()
	}
	ended, known := e.ends.Ended(e.id.Product, e.id.Version, day)
	fixed := e.nextFix()
	trains := e.id.Product.Trains()
	switch {
	case e.use.Quality <= cve.Described && !below:
		return judgement{
			outcome: Possible, fixed: fixed, rule: func() string {
				return fmt.Sprintf("%s lies between what the record names, which is not exact: %s", e.id.Version, list(ranges))
			},
			decides: "the vendor's advisory",
		}
	case below && (e.use.Quality == cve.Curated || !trains):
		return judgement{outcome: NotAffected, rule: func() string {
			return fmt.Sprintf("%s is older than everything affected: %s", e.id.Version, list(ranges))
		}}
	case e.use.Quality == cve.Curated && !ended:
		return judgement{outcome: NotAffected, rule: func() string { return fmt.Sprintf("%s is not among what is affected: %s", e.id.Version, list(ranges)) }}
	case ended && !below && e.use.Quality != cve.Curated, ended && below && e.id.Product.ForsakesOldTrains():
		return judgement{
			outcome: Affected, inferred: true, fixed: fixed,
			rule: func() string {
				return fmt.Sprintf("train %s was out of support when the flaw came out, so it has no row and no fix; affected in newer trains: %s", train, list(ranges))
			},
		}
	case ended:
		return judgement{
			outcome: Possible, fixed: fixed, rule: func() string {
				return fmt.Sprintf("train %s was out of support when the flaw came out, so nobody says whether it is affected", train)
			},
			decides: "the flaw itself, by a test; the train gets no fixes either way",
		}
	case below:
		return judgement{outcome: NotAffected, rule: func() string {
			return fmt.Sprintf("%s is older than everything affected: %s", e.id.Version, list(ranges))
		}}
	case !known && e.inferredAbove(ranges):
		return judgement{outcome: Affected, inferred: true, fixed: fixed, rule: func() string {
			return "older than the fix of its line, whose beginning the record does not name: " + list(ranges)
		}}
	case !known:
		return judgement{
			outcome: Possible, fixed: fixed, rule: func() string {
				return fmt.Sprintf("the record says nothing of train %s, which lies between those it names: %s", train, list(ranges))
			},
			decides: "the vendor's advisory, or whether the train was out of support",
		}
	}
	return judgement{outcome: NotAffected, rule: func() string {
		return fmt.Sprintf("train %s was supported when the flaw came out and is not among what is affected: %s", train, list(ranges))
	}}
}

// inferredAbove reports whether the next fix above the version is of a range
// whose beginning is not stated, in the same first number: 21.0 is before the
// fix 21.2.11.
func (e *evaluator) inferredAbove(ranges []cve.Range) bool {
	major := first(e.id.Version)
	for i := range ranges {
		r := &ranges[i]
		if r.Inferred && first(r.To) == major && e.scheme().Compare(r.To, e.id.Version) > 0 {
			return true
		}
	}
	return false
}

func first(v string) string {
	train := cve.Train(v)
	major, _, _ := strings.Cut(train, ".")
	return major
}

// list writes ranges for people, not too many of them.
func list(ranges []cve.Range) string {
	const most = 6
	var words []string
	for i := range ranges {
		if i == most {
			words = append(words, fmt.Sprintf("and %d more", len(ranges)-most))
			break
		}
		words = append(words, ranges[i].String())
	}
	return strings.Join(words, "; ")
}
