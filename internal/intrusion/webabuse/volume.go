package webabuse

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"seawall/internal/activity"
	"seawall/internal/finding"
	"seawall/internal/intrusion/prose"
	"seawall/internal/intrusion/sketch"
)

const (
	mebibyte    = int64(1) << 20
	largeAnswer = mebibyte
	// Of one client, the largest answers are kept.
	maxAnswersKept = 64
	// takeLeast bytes in large answers, and takeTimes as much as the client in
	// the middle took, stand out; archiveLeast of archives and dumps do.
	takeLeast    = 512 * mebibyte
	takeTimes    = 20
	archiveLeast = 10 * mebibyte
)

// taker is a client that got large answers.
type taker struct {
	Seen
	Answers  []large // the largest, in order
	Archives sketch.Examples
	Archive  int64 // bytes of the largest archive or dump
}

// large is one large answer.
type large struct {
	Bytes, Time, Offset int64
}

// archives are extensions of what is packed to be carried away.
var archives = []string{".sql", ".bak", ".zip", ".7z", ".rar", ".tar", ".tgz", ".gz", ".dmp", ".mdb", ".pst", ".dump", ".db", ".csv", ".vmdk"}

// observeVolume notes a large answer.
func (s *summary) observeVolume(a *activity.Activity, h *activity.HTTP) {
	t := s.Volumes.Get(sketch.Hash(h.Client), maxVolumes)
	if t == nil {
		return
	}
	t.note(a, h.Client, func() string { return excerpt(h) })
	t.keep(large{h.Bytes, a.Time, a.Origin.Offset})
	if h.Bytes >= archiveLeast && archived(h) {
		t.Archives.Add(a, excerpt(h), maxExamples)
		t.Archive = max(t.Archive, h.Bytes)
	}
}

// archived reports whether an archive or dump is asked for where a script or a
// folder of uploads has it, not where downloads are offered.
func archived(h *activity.HTTP) bool {
	path := strings.ToLower(string(h.Path))
	if path == "" {
		path, _, _ = strings.Cut(strings.ToLower(string(h.Target)), "?")
	}
	if strings.Contains(path, "download") || strings.Contains(path, "release") || strings.Contains(path, "/pub/") || strings.Contains(path, "/dist/") {
		return false
	}
	return slices.ContainsFunc(archives, func(extension string) bool { return strings.HasSuffix(path, extension) })
}

// keep adds an answer if it is one of the largest.
func (t *taker) keep(x large) {
	at, found := slices.BinarySearchFunc(t.Answers, x, larger)
	if found || at == maxAnswersKept {
		return
	}
	if len(t.Answers) == maxAnswersKept {
		t.Answers = t.Answers[:maxAnswersKept-1]
	}
	t.Answers = slices.Insert(t.Answers, at, x)
}

func larger(a, b large) int {
	return cmp.Or(cmp.Compare(b.Bytes, a.Bytes), cmp.Compare(a.Time, b.Time), cmp.Compare(a.Offset, b.Offset))
}

func (t *taker) merge(o *taker) {
	t.Seen.merge(&o.Seen)
	for _, x := range o.Answers {
		t.keep(x)
	}
	t.Archives.Merge(&o.Archives, maxExamples)
	t.Archive = max(t.Archive, o.Archive)
}

func (t *taker) sum() (bytes int64) {
	for _, x := range t.Answers {
		bytes += x.Bytes
	}
	return bytes
}

// taking reports clients that carry much away.
func (s *summary) taking() (findings []finding.Finding) {
	s.Volumes.Settle(maxVolumes)
	var sums []int64
	for _, t := range s.Volumes.Entries {
		sums = append(sums, t.sum())
	}
	slices.Sort(sums)
	middle := int64(0)
	if len(sums) > 2 {
		middle = sums[len(sums)/2]
	}
	for _, key := range s.Volumes.Keys() {
		t := s.Volumes.Entries[key]
		sum := t.sum()
		switch {
		case len(t.Archives.List) > 0:
			findings = append(findings, t.carried())
		case sum >= takeLeast && middle > 0 && sum >= takeTimes*middle:
			findings = append(findings, t.took(sum, middle))
		}
	}
	return findings
}

func (t *taker) carried() finding.Finding {
	f := t.base("archive")
	f.Title, f.Severity, f.Confidence = "An archive or a dump fetched from a web server", finding.Medium, finding.Unsure
	f.Techniques = []string{"T1567"}
	f.Citations = t.Archives.Citations()
	f.Why = fmt.Sprintf("%s fetched archives, dumps or backups of up to %d MiB, from where no downloads are offered, %s. Intruders pack what they found, put it below the web root and fetch it like any page. "+
		"Look at when the file was made and by which account. Innocent would be a file that was put there for a partner.", prose.Address(t.Client), t.Archive/mebibyte, prose.Span(t.First, t.Last))
	return f
}

func (t *taker) took(sum, middle int64) finding.Finding {
	f := t.base("volume")
	f.Title, f.Severity, f.Confidence = "One client took far more from a web site than others", finding.Low, finding.Unsure
	f.Techniques = []string{"T1030"}
	f.Why = fmt.Sprintf("%s was sent %d MiB in large answers %s, where the client in the middle of those who get large answers was sent %d MiB. Data leaves through web shells, exports and interfaces like this. "+
		"Innocent would be a mirror, a backup, or a search engine.", prose.Address(t.Client), sum/mebibyte, prose.Span(t.First, t.Last), middle/mebibyte)
	return f
}
