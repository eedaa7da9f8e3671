package vulnerable

import (
	"fmt"
	"regexp"
	"strings"

	"seawall/internal/exposure"
	"seawall/internal/intel/eol"
	"seawall/internal/intel/product"
	"seawall/internal/intel/version"
	"seawall/internal/inventory"
)

// title names what has which flaws. Of what only a scanner's words tell, the
// scanner is named as the one who says so: its words are no product.
func title(t *target, listed int) string {
	top := &t.flaws[0]
	what := fmt.Sprintf("%d known flaws", len(t.flaws))
	if len(t.flaws) == 1 {
		what = "a known flaw: " + top.id.String()
		if t.claimed {
			what = top.id.String()
		}
	}
	switch {
	case listed == 0:
	case listed == len(t.flaws) && listed > 1:
		what += ", all of them used in attacks"
	case len(t.flaws) > 1:
		what += fmt.Sprintf(", %d of them used in attacks", listed)
	default:
		what += ", used in attacks"
	}
	verb := "has"
	switch possible := top.match.Outcome == Possible; {
	case t.claimed && possible:
		verb = "suspects"
	case t.claimed:
		verb = "reports"
	case possible:
		verb = "may have"
	}
	switch {
	case !t.claimed:
		return fmt.Sprintf("%s %s %s", t.name, verb, what)
	case t.name == "" || t.name == top.id.String():
		return fmt.Sprintf("A scanner %s %s", verb, what)
	}
	return fmt.Sprintf("A scanner %s %s: %s", verb, what, t.name)
}

// opening begins the reasons: what the device has, or what was said of it.
func (t *target) opening(device string) string {
	switch {
	case !t.claimed:
		return fmt.Sprintf("%s runs %s. ", device, t.name)
	case t.name == "":
		return fmt.Sprintf("A scanner reports this of %s. ", device)
	}
	return fmt.Sprintf("A scanner reports this of %s: %s. ", device, t.name)
}

// maxHeadline is how long a scanner's title may be to stand in ours.
const maxHeadline = 100

// headline is a scanner's title if it is one. Some scanners put the whole
// description of the flaw there: that is no name for anything.
func headline(text string) string {
	text = strings.TrimSpace(text)
	whole := strings.HasSuffix(text, ".") || strings.HasSuffix(text, "…") || strings.Contains(text, ". ")
	if whole && strings.Count(text, " ") > 4 || len(text) > 2*maxHeadline {
		return ""
	}
	return strings.TrimRight(text, ".: ")
}

// aVersion is a version that stands alone; advised is one that a sentence tells
// to go to.
var (
	aVersion = regexp.MustCompile(`^v?\d[\w.+:~()-]*$`)
	advised  = regexp.MustCompile(`(?i)\b(?:upgrade|update|upgrading|updating|fixed in)\b[^.;\n]*?\b(?:to|in)\s+(?:version\s+|release\s+)?v?(\d+(?:\.\w+)+)`)
)

// fixedIn is the version that a scanner says fixes a flaw: the smallest above
// the one there is, where it names several. Scanners write sentences in the
// same place; "" if they name no version.
func fixedIn(claim *inventory.Claim, installed string) string {
	scheme := product.Key("").Scheme()
	if claim.Component != nil {
		if s, ok := version.Parse(claim.Component.Ecosystem); ok {
			scheme = s
		}
	}
	best := ""
	for part := range strings.FieldsFuncSeq(claim.Fixed, func(r rune) bool { return r == ',' || r == ';' || r == '|' }) {
		part = strings.TrimSpace(part)
		if !aVersion.MatchString(part) {
			best = ""
			break
		}
		above := installed == "" || scheme.Compare(part, installed) > 0
		if above && (best == "" || scheme.Compare(part, best) < 0) {
			best = part
		}
	}
	if best != "" {
		return best
	}
	if m := advised.FindStringSubmatch(claim.Fixed); m != nil && !strings.HasSuffix(m[1], ".x") {
		return m[1]
	}
	return ""
}

// action says what closes the flaws: the smallest version that closes all of
// them, or the way out where there is none.
func (m *Matcher) action(ctx *exposure.Context, t *target) string {
	if t.claimed {
		if t.name == "" {
			return fmt.Sprintf("Fix %s, which a scanner reports", t.flaws[0].id)
		}
		return "Fix what the scanner reports: " + t.name
	}
	sure := t.flaws[0].match.Outcome == Affected
	if t.key() == "linux/kernel" && sure {
		return "Update the kernel of the distribution or device, and restart"
	}
	if !sure {
		return t.question()
	}
	fixed, missing, gone := t.fix()
	ended := m.Ends.Release(t.key(), t.version, ctx.Now, 0)
	switch {
	case gone:
		return fmt.Sprintf("Replace %s: no fix exists", t.product)
	case ended.Status == eol.Ended && ended.Instead != "":
		return fmt.Sprintf("Move from %s to %s", ended.What, ended.Instead) // in the words of the end of support: one action
	case fixed != "" && !missing:
		return fmt.Sprintf("Upgrade %s to %s", t.product, fixed)
	case fixed != "":
		return fmt.Sprintf("Upgrade %s to %s or newer", t.product, fixed)
	case t.packaged:
		return "Install the updates of the distribution; remove packages that it has no fix for and nobody needs"
	}
	return fmt.Sprintf("Upgrade %s to the newest release its maker supports, or replace it", t.product)
}

// fix is the smallest version that fixes all that is surely there. missing says
// that no version is known for some of it, gone that nothing will ever fix it.
func (t *target) fix() (fixed string, missing, gone bool) {
	scheme := product.Key("").Scheme()
	for i := range t.flaws {
		f := &t.flaws[i]
		if f.match.Product != "" {
			scheme = f.match.Product.Scheme()
		}
		if f.match.Outcome != Affected {
			continue
		}
		gone = gone || f.match.Flaw.Listed() && f.match.Flaw.KEV.Disconnect
		switch fix := f.match.Fixed; {
		case fix == "" || strings.HasPrefix(fix, "a release after"):
			missing = true
		case fixed == "" || scheme.Compare(fix, fixed) > 0:
			fixed = fix
		}
	}
	return fixed, missing, gone
}

// ofDistribution is what decides on a distribution's package.
const ofDistribution = "the security data of the distribution"

// question asks for what would decide. Packages of a distribution, and the
// editions of Windows, are decided in one go.
func (t *target) question() string {
	decides := t.decides()
	switch {
	case decides == "":
		return fmt.Sprintf("Find out whether %s is fixed: ask its vendor", t.product)
	case strings.HasPrefix(decides, ofDistribution):
		return "Find out whether the packages of the distribution are fixed: check its security data (OVAL, CSAF or tracker)"
	case t.key() == "microsoft/windows":
		return "Find out whether Windows is fixed: check " + decides
	}
	return fmt.Sprintf("Find out whether %s is fixed: check %s", t.product, decides)
}

// decides is the evidence that would decide most of the flaws.
func (t *target) decides() (best string) {
	count := map[string]int{}
	for i := range t.flaws {
		if d := t.flaws[i].match.Decides; d != "" {
			count[d]++
		}
	}
	for d, n := range count {
		if n > count[best] || n == count[best] && d < best {
			best = d
		}
	}
	return best
}
