package scan

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"

	"seawall/internal/evidence"
	"seawall/internal/finding"
)

// Status is what verifying a finding came to.
type Status string

// The statuses, from good to bad.
const (
	Confirmed Status = "confirmed" // the bytes are the same, and still tell the same
	Unproven  Status = "unproven"  // the bytes are the same, but do not raise the finding by themselves
	Missing   Status = "missing"   // cited evidence could not be read
	Changed   Status = "changed"   // the bytes differ, or no longer tell the same
)

// Verification is the outcome for one finding.
type Verification struct {
	Finding *finding.Finding
	Status  Status
	Reasons []string
}

// Verify reads the cited bytes of findings again, compares their hashes, and
// evaluates the findings anew: by scanning the files they cite, and, as a
// finding may rest on more than those, by matching its rules with the records
// it cites. Options.Paths is not used.
func Verify(ctx context.Context, findings []finding.Finding, options Options) ([]Verification, error) {
	places := placesOf(findings)
	options.Paths = evidence.Outers(places)
	if len(options.Paths) == 0 {
		return verifications(findings), nil
	}
	o, err := options.withDefaults()
	if err != nil {
		return nil, err
	}
	v := verifier{bytes: map[evidence.Place]readBack{}, again: map[string]bool{}}
	err = evidence.ReadCitations(ctx, places, evidence.Options{}, func(p evidence.Place, data []byte, err error) {
		sum := sha256.Sum256(data)
		v.bytes[p] = readBack{hex.EncodeToString(sum[:]), err}
	})
	if err != nil {
		return nil, err
	}
	v.records = o.reread(ctx, places)
	result, err := Run(ctx, o)
	if err != nil {
		return nil, err
	}
	for i := range result.Findings {
		v.again[result.Findings[i].ID] = true
	}
	list := verifications(findings)
	for i := range list {
		v.verify(&list[i])
	}
	return list, ctx.Err()
}

func placesOf(findings []finding.Finding) (places []evidence.Place) {
	for i := range findings {
		for j := range findings[i].Citations {
			places = append(places, placeOf(&findings[i].Citations[j]))
		}
	}
	return places
}

// verifications starts the list; without citations nothing can be confirmed.
func verifications(findings []finding.Finding) []Verification {
	list := make([]Verification, len(findings))
	for i := range findings {
		list[i] = Verification{Finding: &findings[i], Status: Unproven}
	}
	return list
}

type readBack struct {
	sha256 string
	err    error
}

type verifier struct {
	bytes   map[evidence.Place]readBack
	records map[evidence.Place]reading
	again   map[string]bool // ids of findings of a new scan
}

func (v *verifier) verify(one *Verification) {
	f := one.Finding
	if len(f.Citations) == 0 {
		one.add(Unproven, "it cites no bytes")
		return
	}
	one.Status = Confirmed
	hashed, missing := 0, 0
	for i := range f.Citations {
		c := &f.Citations[i]
		place := placeOf(c)
		back := v.bytes[place]
		switch {
		case back.err != nil:
			missing++
			one.add(Missing, back.err.Error())
		case c.SHA256 == "":
		case back.sha256 != c.SHA256:
			one.add(Changed, fmt.Sprintf("%s: SHA-256 is %s, was %s", place, back.sha256, c.SHA256))
		default:
			hashed++
		}
	}
	if one.Status == Confirmed && hashed < len(f.Citations) {
		one.Reasons = append(one.Reasons, fmt.Sprintf("%s had no SHA-256 to compare with", plural(len(f.Citations)-hashed, "citation")))
	}
	if missing == 0 {
		v.evaluate(one)
	}
}

// evaluate asks whether the evidence still raises the finding.
func (v *verifier) evaluate(one *Verification) {
	f := one.Finding
	if v.again[f.ID] {
		one.Reasons = append(one.Reasons, "a new scan of the cited files raises it again")
		return
	}
	if len(f.Rules) == 0 {
		one.add(Unproven, "a new scan of the cited files alone does not raise it: it may rest on other files or options as well")
		return
	}
	telling := 0
	for i := range f.Citations {
		place := placeOf(&f.Citations[i])
		record, ok := v.records[place]
		switch {
		case !ok:
			one.add(Changed, fmt.Sprintf("%s: no record is there any more", place))
		case !slices.ContainsFunc(f.Rules, func(r finding.Rule) bool { return slices.Contains(record.matched, r.ID) }):
			one.add(Changed, fmt.Sprintf("%s: none of the finding's rules matches this record", place))
		default:
			telling++
		}
	}
	if telling == len(f.Citations) {
		one.Reasons = append(one.Reasons, "every cited record still matches its rules")
	}
}

var worse = []Status{Confirmed, Unproven, Missing, Changed}

// add notes a reason, and the status if it is worse than the one so far.
func (one *Verification) add(s Status, reason string) {
	if slices.Index(worse, s) > slices.Index(worse, one.Status) {
		one.Status = s
	}
	if !slices.Contains(one.Reasons, reason) {
		one.Reasons = append(one.Reasons, reason)
	}
}
