package inventory

import "net/netip"

// Observation is what one place in the evidence says, mostly of one device. A
// decoder makes one for each host, block of a list or file, whatever comes
// natural, and gives it away: it must not change it after.
type Observation struct {
	Source *Source
	Where  Citation // of the facts that do not say themselves
	Keys   []Key    // which device; none: facts that belong to no device, such as DNS records

	Software   []Software
	Services   []Service
	Claims     []Claim
	Statements []Statement
	Hints      []Hint
	Interfaces []Interface
	Policy     *Policy // of a device whose configuration was read; nil: not known
	Roles      []Fact  // "edge", "firewall", "vpn", "mail", "identity", "hypervisor", "database", "file transfer", "server", "client", …
	Owners     []Fact  // who answers for the device
	Attributes []Attribute
	Status     Status
}

// Facts is how many facts an observation tells, its keys not counted.
func (o *Observation) Facts() int {
	return len(o.Software) + len(o.Services) + len(o.Claims) + len(o.Statements) + len(o.Hints) + len(o.Interfaces) + len(o.Roles) + len(o.Owners) + len(o.Attributes)
}

// Status says whether a scanner found the device there.
type Status uint8

// The states of a device.
const (
	Unstated Status = iota
	Up
	Down
)

// Fact is a statement in words.
type Fact struct {
	Value      string
	Where      Citation
	Confidence Confidence
	Source     *Source
}

// Attribute is a named fact of an asset list or configuration that has no
// place of its own: "environment", "location", "criticality", "last patched".
type Attribute struct {
	Name string
	Fact
}

// Service is something that answers on the network, or listens.
type Service struct {
	Address  netip.Addr // invalid if not known, unspecified (0.0.0.0, ::) if it listens on all
	Port     uint16
	Protocol string     // "tcp", "udp", "sctp"
	State    string     // "open", "filtered", "closed", "open|filtered"
	Name     string     // of the protocol spoken: "ssh", "http", "ms-wbt-server"; "" unknown
	Identity Confidence // of Name and Product: Guess if taken from the port number
	TLS      bool

	Vendor, Product, Version, Extra string // as a scanner recognised it
	CPEs                            []string
	Banners                         []Banner
	Certificate                     Certificate
	Process                         string // that listens, where the host itself says

	Time   int64 // last seen, nanoseconds since 1970 UTC; 0 as the source
	Where  Citation
	Source *Source
}

// Banner is what a service said of itself; fingerprints are matched on it.
type Banner struct {
	// Kind is the part of the protocol: "ssh", "ftp", "smtp", "pop3", "imap",
	// "telnet", "http-server", "http-powered-by", "http-title",
	// "http-www-authenticate", "http-cookie", "http-header" (a whole line),
	// "favicon-md5", "favicon-mmh3", "snmp-sysdescr", "snmp-sysobjectid",
	// "smb-os", "smb-lm", "ntp", "sip-server", "mysql", "dns-version", "ldap",
	// "rtsp-server", "tls-subject", "tls-issuer", "jarm", "raw".
	Kind  string
	Text  string
	Where Citation
}

// Certificate is what a service showed of its own.
type Certificate struct {
	Subject, Issuer string
	Names           []string // it is valid for
	NotAfter        int64    // nanoseconds since 1970 UTC; 0 unknown
}

// Claim is what a vulnerability scanner says of a device: not yet our own
// judgement, but evidence for one.
type Claim struct {
	Check       string // the scanner's name for it: "nessus:156032", "nuclei:CVE-2021-44228"
	Title       string
	CVEs        []string // sorted; may be empty
	Identifiers []string // GHSA, RHSA, …
	Severity    string   // "info", "low", "medium", "high", "critical"; "" if it does not rate
	Score       float32  // CVSS, the newest version given; 0 none
	Verdict     Verdict
	// Quality is how the scanner knows, as a confidence: OpenVAS' QoD, 100 for
	// our own reading of files, [Announced] for banner checks.
	Quality   Confidence
	Component *Component // the affected one; nil if the scanner does not say
	Path      string     // where the component is
	Fixed     string     // versions that fix it, as written
	Address   netip.Addr
	Port      uint16
	Protocol  string
	Output    string // the telling part of its output
	First     int64  // found first, nanoseconds since 1970 UTC; 0 unknown
	Where     Citation
	Source    *Source
}

// Verdict is a three-valued answer, and none.
type Verdict uint8

// The verdicts.
const (
	Unjudged    Verdict = iota // information
	Affected                   // as the scanner sees it
	NotAffected                // it looked and found it fixed or mitigated
	Possible                   // unverified: Shodan's list, version matches without the distribution's data
)

// String names a verdict.
func (v Verdict) String() string {
	return [...]string{"information", "affected", "not affected", "possible"}[min(v, Possible)]
}

// Statement is a vendor's or owner's word on one vulnerability of products
// (VEX): not_affected must silence, and be shown.
type Statement struct {
	Vulnerability string // CVE or other id
	Aliases       []string
	Products      []string     // package URLs, CPEs, product names, references into a bill of materials
	Components    []*Component // the products that could be resolved
	Status        string       // "not_affected", "affected", "fixed", "under_investigation"
	Justification string       // "vulnerable_code_not_present", …
	Detail        string
	Action        string // what to do, where it says
	Author        string
	Time          int64 // nanoseconds since 1970 UTC; 0 unknown
	Where         Citation
	Source        *Source
}
