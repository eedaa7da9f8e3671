package inventory

import "seawall/record"

// Source is one file of evidence, or one run in it, that facts were read from.
// The observations of a run share it.
type Source struct {
	Path    string // of the file, through archives
	Format  string // id of the evidence format: "nmap-xml"
	Tool    string // what made it, with its version: "Nmap 7.92"; "" if it does not say
	Time    int64  // when it was made, nanoseconds since 1970 UTC; 0 unknown
	Vantage Vantage
	Scope   string // what was looked at, as the tool puts it: "tcp 1-1000"; "" if it does not say
}

// Vantage is where an observer stood.
type Vantage uint8

// The vantages.
const (
	Elsewhere Vantage = iota // not known
	Outside                  // on the Internet: Shodan, Censys, a scan that is said to be external
	Inside                   // on the same network or behind the firewall
	OnHost                   // on the device itself: its files, its configuration, an agent, a login
)

// String names a vantage for people.
func (v Vantage) String() string {
	return [...]string{"unknown vantage", "from outside", "from inside", "on the host"}[min(v, OnHost)]
}

// Citation points at the bytes a fact was read from.
type Citation struct {
	record.Origin
	Excerpt string // the telling part as the evidence has it; attacker text, escape on output
}

// Confidence says how far a fact can be trusted, 0 to 100.
type Confidence uint8

// The ladder of confidence. A fact below [Guess] never names a vulnerability.
const (
	Installed  Confidence = 100 // package database, program file, authenticated scan
	Configured Confidence = 95  // device configuration, "show version", software bill of materials
	FullBuild  Confidence = 85  // header or banner of the vendor with its full build
	Recorded   Confidence = 80  // written down by people: asset lists
	Announced  Confidence = 70  // banner with a version
	Product    Confidence = 30  // product without version: title, icon
	Guess      Confidence = 10  // port number, name
)
