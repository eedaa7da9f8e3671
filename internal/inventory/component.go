package inventory

// Kind is what a component is.
type Kind uint8

// The kinds of components.
const (
	Application Kind = iota // installed program, or server software seen from the network
	Library                 // language package: npm, Maven, PyPI, …
	Package                 // package of an operating system: deb, rpm, apk
	System                  // operating system
	Firmware                // operating software of a network or other device: FortiOS, IOS XE
	Hardware                // a device model; Version is empty
	Update                  // an update that is installed: KB5034441
)

// String names a kind.
func (k Kind) String() string {
	return [...]string{"application", "library", "package", "operating system", "firmware", "hardware", "update"}[min(k, Update)]
}

// Component identifies software (or a hardware model) as the evidence writes
// it: the same build of the same thing is the same Component wherever it is
// installed. It is comparable. Matching names to products is the reader's job.
type Component struct {
	Kind    Kind
	Vendor  string // "Fortinet"; "" unknown
	Name    string // "FortiOS", "openssl", "log4j-core"
	Version string // as written, without the name: "7.2.6", "1:2.3-4+deb12u1"; "" unknown
	Edition string // "FIPS", "NDcPP", "EVO", "Enterprise", "x64"; "" none or unknown

	// Ecosystem says whose rules order the version: a package URL type ("deb",
	// "rpm", "apk", "opkg", "maven", "npm", "pypi", "golang", "nuget", "gem",
	// "cargo", …); "" for products with rules of their own.
	Ecosystem     string
	Namespace     string // of the package: Maven group, npm scope, Go module host
	Distribution  string // id and version of the distribution of an OS package: "debian-12", "rhel-9.2", "alpine-3.18"; "" unknown
	SourceName    string // of an OS package: the source package advisories speak of, "" if the same
	SourceVersion string // "" if the same
	Arch          string
	// EpochUnknown says that the list leaves out epochs, as "rpm -qa" does:
	// none is then not 0.
	EpochUnknown bool

	PURL string // package URL, as written
	CPE  string // 2.2 or 2.3, as written
}

// Software is a component in a place.
type Software struct {
	Component  *Component // never nil once in a model
	Path       string     // where on the device: install folder, jar in a war, image layer; "" unknown
	Where      Citation
	Confidence Confidence
	Source     *Source
}
