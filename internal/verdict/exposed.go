package verdict

import (
	"fmt"
	"slices"
	"strings"

	"seawall/internal/finding"
	"seawall/internal/intrusion"
)

// exposureEvidence is what would answer "are we exposed?".
var exposureEvidence = []string{
	"scans of the network from outside and inside (what answers, in which version)",
	"inventories of installed software, or SBOMs (what is unpatched or out of support)",
	"configurations of firewalls, routers and servers (what is reachable, what is switched off)",
	"an export of the directory (which accounts can be roasted or abused)",
}

// exposed answers "are we exposed?". Scans and inventories show it; event logs
// only in passing. No evidence shows that nothing is exposed: the answer is yes
// or open, never no.
func exposed(r *Result) Reply {
	reply := Reply{Answer: CannotTell, Missing: exposureEvidence}
	var signs, possible []*finding.Finding
	described, logged, lesser := false, false, 0
	for f := range r.Active {
		switch {
		case f.Question != finding.Exposed:
		case f.Severity < finding.Medium:
			lesser++
		case f.Unproven:
			possible = append(possible, f)
		default:
			signs = append(signs, f)
			if r.fromLogs(f) {
				logged = true
			} else {
				described = true
			}
		}
	}
	switch {
	case len(signs) > 0:
		reply.Answer = Yes
		reply.cite(append(signs, possible...))
		reply.Summary = fmt.Sprintf("%s show %s an intruder can use.", r.shownBy(described, logged), count(len(signs), "weakness"))
		if !described {
			reply.Reasons = append(reply.Reasons, "Logs show weaknesses only in passing: there may be more.")
		}
	case len(possible) > 0:
		reply.cite(possible)
		reply.Summary = fmt.Sprintf("The evidence describes %s; whether %s can be used, it does not settle.", count(len(r.Assets), "system"), count(len(possible), "weakness"))
	case len(r.Assets) > 0:
		reply.Summary = fmt.Sprintf("The evidence describes %s, and no serious weakness of %s is known.", count(len(r.Assets), "system"), them(len(r.Assets)))
		if lesser > 0 {
			reply.Reasons = append(reply.Reasons, fmt.Sprintf("%s of low severity: see the findings.", count(lesser, "weakness")))
		}
		reply.Reasons = append(reply.Reasons, "That says nothing of systems that the evidence does not describe.")
	default:
		reply.Summary = "The evidence given does not describe what could be attacked."
		if r.Read.Records() > 0 {
			reply.Reasons = append(reply.Reasons, "Event logs say what happened, not which systems are unpatched, reachable or badly configured.")
		}
	}
	if len(r.Assets) > 0 {
		reply.Summary += r.stale()
	}
	return reply
}

// stale says since when flaws are not known, "" if the facts are fresh. The
// oldest feed sets the day.
func (r *Result) stale() string {
	var oldest *Feed
	for i := range r.Facts {
		if f := &r.Facts[i]; f.Stale && (oldest == nil || f.Age > oldest.Age) {
			oldest = f
		}
	}
	if oldest == nil {
		return ""
	}
	return fmt.Sprintf(" What came out since %s, %d days ago, is not known: run seawall update.", oldest.Date, oldest.Age)
}

// fromLogs reports whether a detector or rule found f in events, and no
// assessor in what scans and inventories describe.
func (r *Result) fromLogs(f *finding.Finding) bool {
	return len(r.Assets) == 0 || f.Detector == "sigma" ||
		slices.ContainsFunc(r.Detectors, func(d intrusion.Detector) bool { return d.ID == f.Detector })
}

// shownBy names the kinds of evidence that weaknesses were found in.
func (r *Result) shownBy(described, logged bool) string {
	var kinds []string
	if described {
		lists := slices.ContainsFunc(r.Assets, func(a Asset) bool { return a.Software > 0 })
		scans := slices.ContainsFunc(r.Assets, func(a Asset) bool { return a.Software == 0 || len(a.Open) > 0 })
		if scans {
			kinds = append(kinds, "scans")
		}
		if lists {
			kinds = append(kinds, "inventories")
		}
	}
	if logged {
		kinds = append(kinds, "logs")
	}
	last := len(kinds) - 1
	if last == 0 {
		return "The " + kinds[0]
	}
	return "The " + strings.Join(kinds[:last], ", ") + " and " + kinds[last]
}

func them(n int) string {
	if n == 1 {
		return "it"
	}
	return "them"
}
