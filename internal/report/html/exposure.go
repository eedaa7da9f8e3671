package html

import (
	"cmp"
	"slices"
	"strings"

	"seawall/internal/exposure/endoflife"
	"seawall/internal/exposure/surface"
	"seawall/internal/exposure/vulnerable"
	"seawall/internal/finding"
	"seawall/internal/report/escape"
	"seawall/internal/verdict"
)

// exposed is what an intruder could use, by what closes it and by what it is.
type exposed struct {
	Found     int // findings
	Fixes     []fix
	MoreFixes []fix
	Uncounted int // fixes beyond those
	Kinds     []weakKind
	Assets    []asset
	MoreAsset int
}

// fix is an action, and the findings it closes.
type fix struct {
	Text, Hosts, Closes, Class string
	Investigate                bool
	Findings                   []link
	More                       int

	severity                finding.Severity
	flaws, urgent, findings int
	hosts                   []string
}

type link struct{ ID, Title string }

// weakKind is a group of findings: flaws, ends of support, services, the rest.
type weakKind struct {
	Title string
	Rows  []weakness
	More  int
}

// weakness is what several hosts may have alike.
type weakness struct {
	ID, Title, Class, Hosts, Action string

	hosts []string
}

type asset struct {
	Name, Addresses, System, People, Internet, Open, Software, Class, Worst string
	Findings                                                                int

	worst int // 0 none, severity + 1
}

// Limits of what is listed; the table of findings has all.
const (
	firstFixes = 12
	maxFixes   = 100
	maxLinks   = 8
	maxWeak    = 60
	maxAssets  = 300
)

func newExposed(r *verdict.Result) (e exposed) {
	fixes, byText := []*fix{}, map[string]*fix{}
	for f := range r.Active {
		if f.Question != finding.Exposed {
			continue
		}
		e.Found++
		text := verdict.Remedy(f)
		x := byText[text]
		if x == nil {
			x = &fix{Text: escape.Visible(text)}
			byText[text] = x
			fixes = append(fixes, x)
		}
		x.add(f)
	}
	slices.SortStableFunc(fixes, func(a, b *fix) int {
		return cmp.Or(cmp.Compare(b.severity, a.severity), cmp.Compare(b.urgent, a.urgent), cmp.Compare(b.flaws, a.flaws), cmp.Compare(b.findings, a.findings), cmp.Compare(a.Text, b.Text))
	})
	for i, x := range fixes {
		x.settle()
		switch {
		case i < firstFixes:
			e.Fixes = append(e.Fixes, *x)
		case i < maxFixes:
			e.MoreFixes = append(e.MoreFixes, *x)
		}
	}
	e.Uncounted = max(len(fixes)-maxFixes, 0)
	e.Kinds = weaknesses(r)
	e.addAssets(r)
	return e
}

func (x *fix) add(f *finding.Finding) {
	x.severity = max(x.severity, f.Severity)
	x.flaws, x.urgent, x.findings = x.flaws+f.Flaws, x.urgent+f.Urgent, x.findings+1
	x.Investigate = x.Investigate || f.Investigate
	x.hosts = append(x.hosts, hostsOf(f)...)
	title := escape.Visible(f.Title)
	switch {
	case slices.ContainsFunc(x.Findings, func(l link) bool { return l.Title == title }): // on another host
		x.More++
	case len(x.Findings) < maxLinks:
		x.Findings = append(x.Findings, link{escape.Visible(f.ID), title})
	default:
		x.More++
	}
}

func (x *fix) settle() {
	slices.Sort(x.hosts)
	x.Hosts = several(slices.Compact(x.hosts), 6)
	x.Class = x.severity.String()
	x.Closes = "closes " + counted(x.findings, "finding")
	if x.flaws > 0 {
		x.Closes = "closes " + counted(x.flaws, "known flaw")
	}
	if x.urgent > 0 {
		x.Closes += ", " + number(x.urgent) + " due within days"
	}
}

func hostsOf(f *finding.Finding) (hosts []string) {
	for _, e := range f.Entities {
		if e.Type == finding.Host {
			hosts = append(hosts, e.Value)
		}
	}
	return hosts
}

// weaknesses groups the findings by what found them, and equal ones of several
// hosts into one row.
func weaknesses(r *verdict.Result) (kinds []weakKind) {
	titles := []string{vulnerable.ID, endoflife.ID, surface.ID, ""}
	rows := map[string][]*weakness{}
	known := map[[2]string]*weakness{}
	for f := range r.Active {
		if f.Question != finding.Exposed {
			continue
		}
		kind := f.Detector
		if !slices.Contains(titles, kind) {
			kind = ""
		}
		w := known[[2]string{kind, f.Title}]
		if w == nil {
			w = &weakness{ID: escape.Visible(f.ID), Title: escape.Visible(f.Title), Class: f.Severity.String(), Action: escape.Visible(f.Action)}
			known[[2]string{kind, f.Title}] = w
			rows[kind] = append(rows[kind], w)
		}
		w.hosts = append(w.hosts, hostsOf(f)...)
	}
	names := map[string]string{vulnerable.ID: "Known flaws", endoflife.ID: "Out of support, or soon", surface.ID: "Services within reach", "": "Weak settings and accounts"}
	for _, id := range titles {
		list := rows[id]
		if len(list) == 0 {
			continue
		}
		kind := weakKind{Title: names[id], More: max(len(list)-maxWeak, 0)}
		for _, w := range list[:len(list)-kind.More] {
			slices.Sort(w.hosts)
			w.Hosts = several(slices.Compact(w.hosts), 4)
			kind.Rows = append(kind.Rows, *w)
		}
		kinds = append(kinds, kind)
	}
	return kinds
}

// addAssets lists the devices, those with the worst findings first.
func (e *exposed) addAssets(r *verdict.Result) {
	worst, count := map[string]int{}, map[string]int{}
	for f := range r.Active {
		for _, host := range hostsOf(f) {
			host = strings.ToLower(host)
			worst[host] = max(worst[host], int(f.Severity)+1)
			count[host]++
		}
	}
	list := make([]asset, 0, len(r.Assets))
	for i := range r.Assets {
		a := &r.Assets[i]
		row := asset{
			Name: escape.Visible(a.Name), Addresses: several(a.Addresses, 3), System: escape.Visible(a.System), People: several(append(slices.Clone(a.Roles), a.Owners...), 3),
			Internet: escape.Visible(a.Internet), Open: several(a.Open, 6), Findings: count[strings.ToLower(a.Name)], worst: worst[strings.ToLower(a.Name)],
		}
		if a.Software > 0 {
			row.Software = number(a.Software)
		}
		if row.worst > 0 {
			row.Class = finding.Severity(row.worst - 1).String()
			row.Worst = row.Class
		}
		list = append(list, row)
	}
	slices.SortStableFunc(list, func(a, b asset) int {
		return cmp.Or(cmp.Compare(b.worst, a.worst), cmp.Compare(b.Findings, a.Findings), cmp.Compare(a.Name, b.Name))
	})
	e.MoreAsset = max(len(list)-maxAssets, 0)
	e.Assets = list[:len(list)-e.MoreAsset]
}
