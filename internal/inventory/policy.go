package inventory

import (
	"net/netip"

	"seawall/internal/ipset"
)

// Policy is what a device lets pass, whoever made it: what its configuration
// says, as filters that a packet must pass one after the other. A reader that
// gives one has read all of the configuration that bears on it; what it did not
// understand stands in it as a rule that is [Rule.Unclear].
type Policy struct {
	Filters []Filter
	Guards  []Filter // that management services ask, by the names of [Hint.Guard]
	Routes  []Route  // static ones; networks of interfaces are known without
	// Unread is what of the translations could not be understood: there may be
	// more ways in than the hints tell of. "" nothing.
	Unread string
	Source *Source
}

// Filter is an ordered list of rules: the first that matches decides.
type Filter struct {
	Name string
	// Scope is what the filter judges: packets that pass through the device,
	// those for the device itself, or both.
	Scope Scope
	// In and Out are the interfaces, by name or label, that what it judges
	// comes in and goes out by; empty: all.
	In, Out []string
	// Original says that it sees addresses and ports as they were before the
	// device translated them. Zones and interfaces are those of the way taken.
	Original bool
	Rules    []Rule
	Default  Action // for what no rule matches
	Where    Citation
}

// Scope is which packets a filter judges.
type Scope uint8

// The scopes.
const (
	Through  Scope = iota // what is forwarded
	ToDevice              // what the device itself answers
	Every
)

// Action is what a rule does with what it matches.
type Action uint8

// The actions.
const (
	Deny Action = iota
	Allow
	Call   // asks the rules of Chain; what they do not decide goes on behind the rule
	Return // leaves the chain
)

// Rule is one rule of a filter. Rules for connections that are already open, for
// fragments, and disabled ones, are left out by readers: no way in begins with
// them.
type Rule struct {
	Name        string
	Action      Action
	In, Out     []string // interfaces, by name or label; empty: all
	NotIn       []string // interfaces it is not for
	NotOut      []string
	Source      ipset.Set // [ipset.All] for any
	Destination ipset.Set
	Services    []Traffic // empty: any
	// Forwards names the translations (hints) that the rule is for: where makers
	// have rules name them instead of addresses. Such a rule matches what was
	// translated by one of them, besides what Destination holds.
	Forwards []string
	// Untranslated says that Destination speaks of packets only that were not
	// translated: of the others, those of Forwards match.
	Untranslated bool
	Translated   bool // it is only for what was translated
	Chain        []Rule
	// Unclear is what of the rule could not be understood, or cannot be known
	// from the configuration; "" nothing. Such a rule matches at most what the
	// rest of it says.
	Unclear string
	Where   Citation
}

// Traffic is a protocol and ports of it.
type Traffic struct {
	Protocol string    // "tcp", "udp", "icmp", …; "" any
	Ports    PortRange // of the destination; zero: all
	// SourcePorts are those the sender must use, as it may choose them; zero: any.
	SourcePorts PortRange
}

// Route is a static route.
type Route struct {
	Network   netip.Prefix
	Interface string     // "" if only Next is given
	Next      netip.Addr // invalid if only Interface is given
}
