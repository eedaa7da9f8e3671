package vulnerable

import (
	"regexp"
	"strings"
	"time"

	"seawall/internal/intel/facts"
	"seawall/internal/inventory"
)

// released is the first day of releases of distributions, as their makers
// announced them. Ubuntu's are named for theirs.
var released = map[string]string{
	"debian-8": "2015-04-25", "debian-9": "2017-06-17", "debian-10": "2019-07-06", "debian-11": "2021-08-14", "debian-12": "2023-06-10", "debian-13": "2025-08-09",
	"rhel-6": "2010-11-10", "rhel-7": "2014-06-10", "rhel-8": "2019-05-07", "rhel-9": "2022-05-17", "rhel-10": "2025-05-20",
}

// lead is how long before its release a distribution stops to take in new
// versions; fixes of known flaws still go in.
const lead = 30 * 24 * time.Hour

// settledBefore reports whether a flaw was public before the release of the
// distribution whose package this is: it was built from fixed sources, unless
// its maintainers overlooked it.
func settledBefore(i *Identity, flaw *facts.Vulnerability) bool {
	if i.Distribution == "" {
		return false
	}
	published := flaw.Published.Time()
	if flaw.Published == 0 { // ids are given out up to two years before
		published = time.Date(flaw.ID.Year()+2, time.December, 31, 0, 0, 0, 0, time.UTC)
	}
	release, _, _ := packaged(i)
	day, ok := releaseDay(release)
	return ok && published.Before(day.Add(-lead))
}

func releaseDay(release string) (time.Time, bool) {
	if number, ok := strings.CutPrefix(release, "ubuntu-"); ok {
		day, err := time.Parse("06.01", number)
		return day, err == nil
	}
	day, err := time.Parse(time.DateOnly, released[release])
	return day, err == nil
}

// kernelImage is what packages that hold a kernel are called.
var kernelImage = regexp.MustCompile(`^(linux-image(-\d.*)?|kernel(-core|-default|-uek|-rt|-lt|-ml)?|linux-(lts|virt|zen|hardened|edge))$`)

// companion reports whether a package is built from the kernel's source and
// holds none: headers, tools, documentation.
func companion(c *inventory.Component) bool {
	source := strings.ToLower(c.SourceName)
	return (source == "linux" || source == "kernel" || strings.HasPrefix(source, "linux-signed")) && !kernelImage.MatchString(strings.ToLower(c.Name))
}
