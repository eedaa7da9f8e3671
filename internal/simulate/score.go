package simulate

import (
	"math"
	"slices"
	"strings"
	"time"

	"seawall/internal/attack"
	"seawall/internal/finding"
	"seawall/internal/incident"
)

// Score says how well incidents tell the truth.
type Score struct {
	Precision, Recall, F1 float64 // of steps
	Order                 float64 // share of pairs of steps in the right order
	PatientZeroHost       bool
	PatientZeroMinutes    float64 // from the true minute; NaN without an incident
	Incidents             int
	Spurious              int // at high confidence, that have nothing to do with the intrusion
	Missed                []string
	Foreign               []string // steps of the main incident that nobody took
	Unsaid                []string // sentences about what cannot be told that are missing
}

// slack is how far a step may be from the truth's span: the day around it.
const slack = 24 * time.Hour

// Rate compares incidents with the truth. cannotTell is everything the scan
// said it cannot tell.
func Rate(t *Truth, incidents []incident.Incident, cannotTell []string) Score {
	s := Score{Incidents: len(incidents), PatientZeroMinutes: math.NaN(), Order: 1}
	all := strings.ToLower(strings.Join(cannotTell, "\n"))
	for _, text := range t.CannotTell {
		if len(t.Steps) > 0 && !strings.Contains(all, strings.ToLower(text)) {
			s.Unsaid = append(s.Unsaid, text)
		}
	}
	main := -1
	for i := range incidents {
		switch {
		case concerns(t, &incidents[i]):
			if main < 0 || len(incidents[i].Findings) > len(incidents[main].Findings) {
				main = i
			}
		case incidents[i].Confidence >= finding.Certain:
			s.Spurious++
		}
	}
	if main < 0 {
		for _, step := range t.Steps {
			s.Missed = append(s.Missed, step.What)
		}
		return s
	}
	s.steps(t, &incidents[main])
	if t.PatientZero != nil {
		zero := incidents[main].PatientZero
		s.PatientZeroHost = sameHost(zero.Host, t.PatientZero.Host)
		s.PatientZeroMinutes = time.Unix(0, zero.Time).Sub(t.PatientZero.Time.Truncate(time.Minute)).Truncate(time.Minute).Minutes()
	}
	return s
}

// concerns: some step of the incident is one of the truth's.
func concerns(t *Truth, in *incident.Incident) bool {
	return slices.ContainsFunc(in.Steps, func(found incident.Step) bool {
		return slices.ContainsFunc(t.Steps, func(real Step) bool { return matches(&real, &found) })
	})
}

// steps scores those of an incident.
func (s *Score) steps(t *Truth, in *incident.Incident) {
	var by []int // per true step, the number of the found step that tells of it; -1
	told := 0
	for i := range t.Steps {
		at := teller(&t.Steps[i], in.Steps)
		by = append(by, at)
		if at >= 0 {
			told++
		} else {
			s.Missed = append(s.Missed, t.Steps[i].What)
		}
	}
	right := 0
	for i := range in.Steps {
		if during(t, &in.Steps[i]) {
			right++
		} else {
			s.Foreign = append(s.Foreign, in.Steps[i].Title)
		}
	}
	s.Recall = float64(told) / float64(max(len(t.Steps), 1))
	s.Precision = float64(right) / float64(max(len(in.Steps), 1))
	if s.Recall+s.Precision > 0 {
		s.F1 = 2 * s.Recall * s.Precision / (s.Recall + s.Precision)
	}
	s.Order = order(t, by)
}

// order is the share of pairs of told steps, one before the other in truth,
// that are told in this order.
func order(t *Truth, by []int) float64 {
	pairs, right := 0, 0
	for i := range by {
		for k := range by {
			if by[i] < 0 || by[k] < 0 || !t.Steps[i].From.Before(t.Steps[k].From) {
				continue
			}
			pairs++
			if by[i] <= by[k] {
				right++
			}
		}
	}
	if pairs == 0 {
		return 1
	}
	return float64(right) / float64(pairs)
}

// teller returns the number of the found step that tells of a true one: of those
// that match the one that begins nearest to it; -1 if none does.
func teller(real *Step, found []incident.Step) int {
	best, least := -1, time.Duration(0)
	for i := range found {
		if !matches(real, &found[i]) {
			continue
		}
		if away := time.Unix(0, found[i].Time).Sub(real.From).Abs(); best < 0 || away < least {
			best, least = i, away
		}
	}
	return best
}

// matches: a found step tells of a true one: a technique, the day, and the
// host, if one is named.
func matches(real *Step, found *incident.Step) bool {
	if time.Unix(0, found.End).Before(real.From.Add(-slack)) || time.Unix(0, found.Time).After(real.To.Add(slack)) {
		return false
	}
	if found.Host != "" && !real.Blocked && !onHost(found, real.Host) {
		return false
	}
	tables := attack.Load()
	for _, want := range real.Techniques {
		want, _ = tables.Current(want)
		for _, have := range found.Techniques {
			if have, _ = tables.Current(have); have == want || attack.Parent(have) == want {
				return true
			}
		}
	}
	return false
}

// during: a found step lies in the days of the intrusion and on its hosts.
func during(t *Truth, found *incident.Step) bool {
	for i := range t.Steps {
		if !time.Unix(0, found.End).Before(t.Steps[i].From.Add(-slack)) && !time.Unix(0, found.Time).After(t.Steps[i].To.Add(slack)) {
			return found.Host == "" || slices.ContainsFunc(t.Hosts, func(h string) bool { return onHost(found, h) })
		}
	}
	return false
}

// onHost: one of the hosts that a step names is the one asked for.
func onHost(found *incident.Step, host string) bool {
	return sameHost(found.Host, host) || slices.ContainsFunc(found.Hosts, func(h string) bool { return sameHost(h, host) })
}

func sameHost(a, b string) bool {
	a, _, _ = strings.Cut(strings.ToLower(a), ".")
	b, _, _ = strings.Cut(strings.ToLower(b), ".")
	return a == b
}
