// Package intrusion answers "are they in?": every detector of an intruder's
// tradecraft, one folder each, listed in [Detectors].
package intrusion

import (
	"net/netip"

	"seawall/internal/activity"
	"seawall/internal/coverage"
	"seawall/internal/finding"
	"seawall/internal/intrusion/asn"
	"seawall/internal/intrusion/knowngood"
	"seawall/internal/intrusion/watchlist"
	"seawall/internal/intrusion/webexploit/facts"
)

// Detector is what is known about a detector without running it.
type Detector struct {
	ID         string   // folder name, Finding.Detector, and argument of `seawall explain`
	Title      string   // "Kerberoasting"
	Techniques []string // ATT&CK ids
	// Needs is the evidence without which the detector cannot answer: it can
	// tell only if at least one of the needs is present.
	Needs []coverage.Need
	// Readme is the detector's README.md.
	Readme string
	// Classes are the classes of activities that the detector's summaries
	// observe; activities of others are not shown to them.
	Classes activity.Classes
	// New makes an empty summary; nil for a detector made of rules only.
	New func(*Site) Summary
}

// Site is what the user says about the place the evidence comes from. It is
// shared by all summaries and not changed after the start of a scan; its zero
// value says nothing.
type Site struct {
	// Internal are the networks that belong to the site; where empty, the
	// private ranges are taken.
	Internal []netip.Prefix
	// Exploits are what is known of exploits of web applications; where nil,
	// what the program comes with.
	Exploits *facts.Set
	// KnownGood is a clean copy of what should be on the disks, or a list of
	// hashes; nil if there is none.
	KnownGood *knowngood.Set
	// Outside are the files and folders with scans made from the Internet, as
	// absolute paths.
	Outside []string
	// RITA asks for the scores that the program RITA would give, beside our
	// own.
	RITA bool
	// Watch lists the indicators to look out for; may be nil.
	Watch *watchlist.List
	// Border tells what belongs to the site. Who feeds summaries has it observe
	// all connections; summaries ask it only for their findings. Where nil,
	// what [Site.Internal] says.
	Border Border
	// Networks tells whose network an address lies in; may be nil.
	Networks *asn.Table
}

// Border tells the addresses of a site from others'.
type Border interface {
	// Inside must be asked only when everything was observed.
	Inside(a netip.Addr) bool
}

// Summary is the mergeable state of a stateful detector. Merge must be
// associative and commutative, Findings must not depend on the order of
// observation, and memory must be bounded: when a limit is reached, what is
// kept must not depend on order either (keep the smallest hashes, count the rest).
type Summary interface {
	// Observe takes one activity; it must copy what it keeps.
	Observe(a *activity.Activity)
	// Merge adds other, a summary of the same detector, which is not used after.
	Merge(other Summary)
	// Findings reports what was found, in any order, normalized.
	Findings() []finding.Finding
	// MarshalBinary and UnmarshalBinary carry a summary between runs.
	MarshalBinary() ([]byte, error)
	UnmarshalBinary(data []byte) error
}

// Follower is a summary that has more to say once it is known what all others
// found. Follow is called after Findings, and like it must not depend on order.
type Follower interface {
	Summary
	Follow(findings []finding.Finding) []finding.Finding
}
