// Package version answers "which of two versions is newer?" for every scheme
// that packages, devices and products are numbered by.
//
// Order is asked for on the text as seen: nothing is parsed ahead, nothing is
// allocated. Every scheme is a total preorder over all strings, so that ranges
// can be sorted and swept whatever a record or a banner says; versions that a
// scheme does not tell apart (1.0 and 1.0.0) are equal. Maven's is one on
// versions in use only: its reference has cycles among odd ones, and we
// follow it.
package version

// Scheme is a way to number versions.
type Scheme uint8

// The schemes. Dotted is for products that say nothing better: numbers are
// numbers, letters behind a number are later builds, "beta" comes before.
const (
	Dotted Scheme = iota
	Deb
	RPM
	APK
	Semver // npm, Cargo and other users of Semantic Versioning 2.0
	Maven
	PEP440
	Gem
	GoModule
	NuGet
	Cisco     // IOS, IOS XE, ASA, FTD, NX-OS: 15.2(4)M11, 17.09.04a, 9.16(4)57, 7.0(3)I7(9)
	Junos     // 21.4R3-S5.4, 15.1X49-D200
	NetScaler // NS13.1: Build 49.13.nc, 13.1-49.13
	SonicOS   // 6.5.4.15-116n
	ZLD       // V5.36(ABUH.1), 5.36 Patch 1
	VMware    // 7.0 Update 3o, 7.0.3-21424296, ESXi80U1c-22088125
	MOVEit    // 2021.0.6, which is 13.0.6
)

var names = [...]string{
	Dotted: "dotted", Deb: "deb", RPM: "rpm", APK: "apk", Semver: "semver", Maven: "maven", PEP440: "pep440", Gem: "gem",
	GoModule: "go", NuGet: "nuget", Cisco: "cisco", Junos: "junos", NetScaler: "netscaler", SonicOS: "sonicos", ZLD: "zld",
	VMware: "vmware", MOVEit: "moveit",
}

// String returns the scheme's name.
func (s Scheme) String() string {
	if int(s) >= len(names) {
		return "unknown"
	}
	return names[s]
}

// Parse returns the scheme of a name, or of a package type as package URLs
// write it.
func Parse(name string) (s Scheme, ok bool) {
	switch name {
	case "npm", "cargo", "hex", "pub", "swift":
		return Semver, true
	case "pypi":
		return PEP440, true
	case "golang":
		return GoModule, true
	case "alpine":
		return APK, true
	}
	for i, n := range names {
		if n == name {
			return Scheme(i), true
		}
	}
	return Dotted, false
}

// Compare returns a negative number if a comes before b, a positive one if
// behind, 0 if the scheme does not tell them apart.
func (s Scheme) Compare(a, b string) int {
	switch s {
	case Deb:
		return compareDeb(a, b)
	case RPM:
		return compareRPM(a, b)
	case APK:
		return compareAPK(a, b)
	case Semver, GoModule:
		return compareSemver(a, b)
	case Maven:
		return compareMaven(a, b)
	case PEP440:
		return comparePEP440(a, b)
	case Gem:
		return compareGem(a, b)
	case NuGet:
		return compareNuGet(a, b)
	case Junos:
		return compareJunos(a, b)
	}
	return compareDevice(s, a, b)
}
