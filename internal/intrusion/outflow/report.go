package outflow

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"seawall/internal/finding"
	"seawall/internal/intrusion/prose"
)

const maxCitations = 6

// stores are services that anybody can leave files with.
var stores = [...]string{
	"mega.nz", "mega.co.nz", "mega.io", "transfer.sh", "gofile.io", "file.io", "anonfiles.com", "wetransfer.com", "sendspace.com", "mediafire.com",
	"dropbox.com", "dropboxapi.com", "box.com", "pcloud.com", "backblazeb2.com", "wasabisys.com", "put.io", "temp.sh", "bashupload.com", "uploadfiles.io",
	"storage.googleapis.com", "drive.google.com", "onedrive.live.com", "1drv.com", "sharepoint.com", "pastebin.com", "discord.com", "api.telegram.org", "catbox.moe", "ufile.io",
}

// store names the service a name belongs to; "" if it is none.
func store(name string) string {
	for _, s := range stores {
		if name == s || strings.HasSuffix(name, "."+s) {
			return s
		}
	}
	return ""
}

// Findings implements [intrusion.Summary].
func (s *Summary) Findings() []finding.Finding {
	var findings []finding.Finding
	for _, t := range s.transfers() {
		if t.leak() {
			findings = append(findings, t.finding())
		}
	}
	return findings
}

func (t *transfer) grade() (finding.Severity, finding.Confidence) {
	severity, confidence := finding.Medium, finding.Unsure
	odd := 0
	for _, sign := range []bool{t.fresh, t.quiet >= 0.6, store(t.name) != "", t.sent >= huge, t.usual > 0 && t.peak() > 10*t.usual} {
		if sign {
			odd++
		}
	}
	if odd >= 2 {
		severity, confidence = finding.High, finding.Likely
	}
	if t.slow() {
		severity = finding.Medium
	}
	if t.habit() || t.common() {
		severity, confidence = finding.Low, finding.Unsure
	}
	if t.sampled() {
		confidence = finding.Unsure
	}
	return severity, confidence
}

// sampled reports whether an exporter counted only some packets.
func (t *transfer) sampled() bool {
	return slices.ContainsFunc(t.flows, func(f weighed) bool { return f.Sampled })
}

func (t *transfer) title() string {
	switch {
	case t.habit() || t.common():
		return "Much data leaves, as it does regularly"
	case t.slow():
		return "Data leaves little by little"
	case !t.called:
		return "Much data fetched from outside"
	case store(t.name) != "":
		return "Much data left with a file service"
	}
	return "Much data leaves for one destination"
}

func (t *transfer) techniques() []string {
	switch {
	case store(t.name) != "":
		return []string{"T1567"}
	case t.slow():
		return []string{"T1030", "T1048"}
	}
	return []string{"T1041", "T1048"}
}

func (t *transfer) finding() finding.Finding {
	f := finding.Finding{
		ID:       finding.StableID(id, t.host.String(), t.peer.String(), fmt.Sprint(t.called)),
		Detector: id, Question: finding.In, Title: t.title(), Why: t.why(), Techniques: t.techniques(),
		Entities: []finding.Entity{{Type: finding.Address, Value: t.host.String()}, {Type: finding.Address, Value: t.peer.String()}},
		First:    t.begins(), Last: t.flows[len(t.flows)-1].Time, Count: int(t.calls + 0.5),
	}
	f.Severity, f.Confidence = t.grade()
	f.Mitigations = finding.MitigationsFor([]string{"T1048"})
	if t.name != "" {
		f.Entities = append(f.Entities, finding.Entity{Type: finding.Domain, Value: t.name})
	}
	largest := slices.Clone(t.flows)
	slices.SortFunc(largest, func(x, y weighed) int { return cmp.Or(compareSizes(x.Flow, y.Flow)) })
	for _, w := range largest[:min(len(largest), maxCitations)] {
		c := w.citation()
		c.Excerpt = prose.Excerpt("host", t.host.String(), "peer", t.peer.String(), "name", t.name, "port", fmt.Sprint(w.Port), "sent by the caller", fmt.Sprint(w.Out), "by the other", fmt.Sprint(w.In))
		f.Citations = append(f.Citations, c)
	}
	f.Normalize()
	return f
}

func (t *transfer) why() string {
	var b strings.Builder
	to := t.peer.String()
	if t.name != "" {
		to = fmt.Sprintf("%s (%s)", t.name, t.peer)
	}
	fmt.Fprintf(&b, "%s sent %s to %s, port %d, and got %s back, %s, in about %s.", t.host, size(t.sent), to, t.port, size(t.got), prose.Span(t.flows[0].Time, t.flows[len(t.flows)-1].Time), prose.Count(int(t.calls+0.5), "connection"))
	fmt.Fprintf(&b, " It sends rather than fetches (ratio %.2f from -1 to 1; people who browse are below 0).", t.ratio())
	switch {
	case t.usual == 0:
		b.WriteString(" There is no past and no peer to compare with.")
	case t.past:
		fmt.Fprintf(&b, " On its other days this host stays below %s a day.", size(t.usual))
	default:
		fmt.Fprintf(&b, " Its peers stay below %s.", size(t.usual))
	}
	if t.fresh {
		b.WriteString(" The destination is new: it was not talked to before.")
	}
	if t.quiet >= 0.6 {
		fmt.Fprintf(&b, " %.0f %% left in hours in which the site is quiet.", 100*t.quiet)
	}
	if s := store(t.name); s != "" {
		fmt.Fprintf(&b, " Anybody can leave files with %s.", s)
	}
	if t.sampled() {
		b.WriteString(" The flows are sampled: the volumes are estimates.")
	}
	switch {
	case t.common():
		fmt.Fprintf(&b, " %d of the site's %s send there, so it is a service the site uses.", t.shared, prose.Count(t.hosts, "host"))
	case t.habit():
		b.WriteString(" It does so again and again, evenly, as backups, cameras and replication do.")
	case !t.called:
		b.WriteString(" Innocent would be a customer who downloads, or a mirror.")
	default:
		b.WriteString(" Innocent would be a backup, a video meeting or an upload by its user: ask.")
	}
	return b.String()
}

// size writes bytes for people.
func size(n float64) string {
	switch {
	case n >= 1<<30:
		return fmt.Sprintf("%.1f GiB", n/(1<<30))
	case n >= 1<<20:
		return fmt.Sprintf("%.0f MiB", n/(1<<20))
	}
	return fmt.Sprintf("%.0f KiB", n/(1<<10))
}
