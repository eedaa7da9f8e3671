package vulnerable

import (
	_ "embed"
	"fmt"
	"regexp"
	"strings"
	"sync"

	"seawall/internal/intel/cve"
	"seawall/internal/intel/version"
)

// distributionText lists in which version of its package each release of a
// distribution fixed a flaw.
//
//go:embed distribution.txt
var distributionText string

// fixKey is a flaw in one release of a distribution.
type fixKey struct {
	id      cve.ID
	release string // "debian-12", "ubuntu-22.04", "rhel-9"
}

var distributionFixes = sync.OnceValue(func() map[fixKey]string {
	fixes := map[fixKey]string{}
	for line := range strings.Lines(distributionText) {
		f := strings.Fields(line)
		if len(f) != 3 || f[0] == "#" {
			continue
		}
		if id, ok := cve.ParseID(f[0]); ok {
			fixes[fixKey{id, f[1]}] = f[2]
		}
	}
	return fixes
})

// distributionFix decides by the distribution's own data, where we have it.
func distributionFix(id cve.ID, i *Identity) (judgement, bool) {
	release, scheme, v := packaged(i)
	fixed, ok := distributionFixes()[fixKey{id, release}]
	if !ok || v == "" {
		return judgement{}, false
	}
	have, want := v, fixed
	if !version.HasEpoch(v) { // lists and banners leave epochs out
		if _, rest, ok := strings.Cut(want, ":"); ok {
			want = rest
		}
	}
	if scheme.Compare(have, want) < 0 {
		return judgement{outcome: Affected, rule: func() string { return fmt.Sprintf("%s fixed it in %s", release, fixed) }, fixed: fixed}, true
	}
	return judgement{outcome: NotAffected, rule: func() string { return fmt.Sprintf("%s fixed it in %s", release, fixed) }}, true
}

var (
	debianMark  = regexp.MustCompile(`[+~]deb(\d+)u\d+`)
	ubuntuMark  = regexp.MustCompile(`(?i)ubuntu[-0-9]`)
	redhatMark  = regexp.MustCompile(`\.el(\d+)`)
	bannerWords = regexp.MustCompile(`(?i)^([0-9][^ ]*) (?:debian|ubuntu)[- ](\S+)$`)
)

// packaged returns the release of the distribution, the order of its versions,
// and the package's version: "9.2p1 Debian-2+deb12u2" in a banner is the
// package 9.2p1-2+deb12u2 of Debian 12.
func packaged(i *Identity) (release string, scheme version.Scheme, v string) {
	v = i.Full
	if m := bannerWords.FindStringSubmatch(v); m != nil {
		v = m[1] + "-" + m[2]
	}
	name, number, _ := strings.Cut(i.Distribution, "-")
	scheme = version.Deb
	switch name {
	case "rhel", "centos", "rocky", "almalinux", "ol", "redhat":
		scheme, name = version.RPM, "rhel"
		number, _, _ = strings.Cut(number, ".")
	case "alpine":
		scheme = version.APK
	case "debian":
		number, _, _ = strings.Cut(number, ".")
	}
	switch {
	case number != "" && number[0] >= '0' && number[0] <= '9':
		return name + "-" + number, scheme, v
	case debianMark.MatchString(v):
		return "debian-" + debianMark.FindStringSubmatch(v)[1], version.Deb, v
	case redhatMark.MatchString(v):
		return "rhel-" + redhatMark.FindStringSubmatch(v)[1], version.RPM, v
	case ubuntuMark.MatchString(i.Full):
		return ubuntuRelease(v), version.Deb, v
	}
	return "", scheme, v
}

// ubuntuRelease finds the release of Ubuntu by the upstream version that it
// carries.
func ubuntuRelease(v string) string {
	for _, r := range []struct{ prefix, release string }{
		{"6.6", "ubuntu-14.04"}, {"7.2p2", "ubuntu-16.04"}, {"7.6p1", "ubuntu-18.04"}, {"8.2p1", "ubuntu-20.04"}, {"8.9p1", "ubuntu-22.04"}, {"9.6p1", "ubuntu-24.04"},
	} {
		if strings.HasPrefix(v, r.prefix) {
			return r.release
		}
	}
	return ""
}
