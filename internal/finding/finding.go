// Package finding says what was found, where, how sure we are, and which bytes
// prove it.
package finding

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strings"

	"seawall/record"
)

// Severity ranks what a finding means for the defender if it is true.
type Severity uint8

// The severities, in OCSF's order.
const (
	Informational Severity = iota
	Low
	Medium
	High
	Critical
)

var severityNames = [...]string{"informational", "low", "medium", "high", "critical"}

// String returns the severity's name in lower case.
func (s Severity) String() string { return severityNames[min(int(s), len(severityNames)-1)] }

// ParseSeverity reads a severity or Sigma level name; ok is false if unknown.
func ParseSeverity(name string) (s Severity, ok bool) {
	name = strings.ToLower(strings.TrimSpace(name))
	if name == "info" {
		return Informational, true
	}
	i := slices.Index(severityNames[:], name)
	return Severity(max(i, 0)), i >= 0
}

// Confidence says how sure we are that a finding is what its title says.
type Confidence uint8

// The confidences.
const (
	Unsure Confidence = iota // other explanations are as likely
	Likely
	Certain // the evidence leaves no ordinary explanation
)

// String returns low, medium or high, as OCSF names confidences.
func (c Confidence) String() string { return [...]string{"low", "medium", "high"}[min(c, Certain)] }

// Entity is something a finding is about.
type Entity struct {
	Type  string // one of the Entity… constants
	Value string
}

// The entity types.
const (
	Host    = "host"
	User    = "user"
	Address = "address"
	File    = "file"
	Process = "process"
	Service = "service"
	Logon   = "logon" // host and logon id
	Domain  = "domain"
	Task    = "task"
)

// Citation points at the bytes that prove a finding.
type Citation struct {
	Path    string // through archives: "a.zip!/b/Security.evtx"
	Offset  int64  // in the decompressed file
	Length  int
	Number  uint64 // record id or line
	Time    int64  // nanoseconds since 1970 UTC
	SHA256  string // of the cited bytes, hexadecimal; "" if they were not at hand
	Excerpt string // the telling fields, unescaped attacker text: escape on output
}

// Cite returns the citation of a record; excerpt is the telling part of it,
// as the evidence has it.
func Cite(rec *record.Record, excerpt string) Citation {
	c := Citation{
		Path: rec.Origin.Path, Offset: rec.Origin.Offset, Length: rec.Origin.Length,
		Number: rec.Origin.Number, Time: rec.Time, Excerpt: excerpt,
	}
	if len(rec.Raw) > 0 && len(rec.Raw) == rec.Origin.Length {
		sum := sha256.Sum256(rec.Raw)
		c.SHA256 = hex.EncodeToString(sum[:])
	}
	return c
}

// Rule is a Sigma rule that took part in a finding.
type Rule struct {
	ID, Title, Level string
	Count            int
}

// Question is which of the three questions a finding helps to answer.
type Question string

// The questions a finding can bear on.
const (
	Exposed Question = "exposed"
	In      Question = "in"
)

// Finding is one answerable statement about the evidence.
type Finding struct {
	ID          string // stable: see [StableID]
	Detector    string // "kerberoast", "sigma", …: what `seawall explain` takes
	Question    Question
	Title       string
	Why         string // one paragraph a tired analyst understands
	Severity    Severity
	Confidence  Confidence
	Techniques  []string // ATT&CK ids, sorted
	Mitigations []string // advisory mitigation keys, sorted
	Entities    []Entity // sorted, unique
	Rules       []Rule
	First, Last int64 // nanoseconds since 1970 UTC; 0 unknown
	Count       int   // events that took part
	Citations   []Citation
	Recovered   bool   // rests on recovered records only
	Suppressed  string // the reason, if an allow-list entry matched

	// Action is what closes the finding, in words that equal findings share:
	// "Upgrade FortiOS to 7.2.9". "" leaves it to the verdict.
	Action string
	Flaws  int // known flaws that the action closes; 0 if the finding is about none
	Urgent int // of these, how many are due within days
	// Exploited counts those that are known to be used in attacks and are
	// surely there; Reachable says that the Internet reaches the host.
	Exploited int
	Reachable bool
	// Unproven says that the flaws may not be there: the action finds out.
	Unproven bool
	// Investigate says that a directive wants the host looked through for an
	// intruder, beside the fix.
	Investigate bool
}

// StableID derives a finding's id from what it is about, never from order or
// counters, so that the same evidence gives the same id on every run.
func StableID(detector string, keyFacts ...string) string {
	h := sha256.New()
	h.Write([]byte(detector))
	for _, fact := range keyFacts {
		h.Write([]byte{0})
		h.Write([]byte(fact))
	}
	return "sw-" + hex.EncodeToString(h.Sum(nil)[:8])
}

// Compare orders findings: worst first, then earliest, then by id. It is a
// total order over distinct ids.
func Compare(a, b *Finding) int {
	return cmp.Or(
		cmp.Compare(b.Severity, a.Severity),
		cmp.Compare(b.Confidence, a.Confidence),
		cmp.Compare(a.First, b.First),
		cmp.Compare(a.ID, b.ID),
	)
}

// Normalize sorts and deduplicates the finding's lists, so that equal findings
// are byte-identical however they were put together.
func (f *Finding) Normalize() {
	f.Techniques = sortedSet(f.Techniques, cmp.Compare[string])
	f.Mitigations = sortedSet(f.Mitigations, cmp.Compare[string])
	f.Entities = sortedSet(f.Entities, func(a, b Entity) int {
		return cmp.Or(cmp.Compare(a.Type, b.Type), cmp.Compare(a.Value, b.Value))
	})
	f.Citations = sortedSet(f.Citations, CompareCitations)
}

// CompareCitations orders citations by time, then place.
func CompareCitations(a, b Citation) int {
	return cmp.Or(cmp.Compare(a.Time, b.Time), cmp.Compare(a.Path, b.Path), cmp.Compare(a.Offset, b.Offset), cmp.Compare(a.Excerpt, b.Excerpt))
}

func sortedSet[T comparable](list []T, compare func(a, b T) int) []T {
	slices.SortFunc(list, compare)
	return slices.Compact(list)
}
