package html

import (
	"cmp"
	"slices"
	"strings"

	"seawall/internal/finding"
	"seawall/internal/incident"
	"seawall/internal/report/escape"
)

// Lanes beyond these are shown as one.
const (
	hostLanes    = 14
	foreignLanes = 5
)

// addLanes makes the lanes: from outside to inside, then in the order in which
// the hosts were touched.
func (d *drawing) addLanes() {
	outside, strangers := map[string]int{}, map[string]int{}
	noHost := false
	for i := range d.steps {
		s := &d.steps[i]
		foreign := d.foreign(s)
		for _, key := range foreign {
			if slices.Contains(d.in.Addresses, key) {
				outside[key]++
			} else {
				strangers[key]++
			}
		}
		noHost = noHost || s.Host == "" && len(foreign) == 0
	}
	d.foreignLanes(outside, "outside", "other addresses")
	d.foreignLanes(strangers, "stranger", "other strangers")
	hosts := 0
	for _, name := range d.in.Hosts {
		key := finding.ShortHost(name)
		if _, ok := d.rows[key]; ok || !slices.ContainsFunc(d.steps, func(s incident.Step) bool { return s.Host == key || slices.Contains(s.Hosts, key) }) {
			continue
		}
		if hosts++; hosts > hostLanes {
			d.lane(key, "other hosts", "host")
		} else {
			d.lane(key, name, "host")
		}
	}
	for i := range d.steps { // hosts that only steps name
		if key := d.steps[i].Host; key != "" {
			if _, ok := d.rows[key]; !ok {
				d.lane(key, key, "host")
			}
		}
	}
	if noHost {
		d.lane("", "no host named", "host")
	}
}

// foreignLanes makes lanes of those that steps name most.
func (d *drawing) foreignLanes(counts map[string]int, class, others string) {
	keys := make([]string, 0, len(counts))
	for key := range counts {
		keys = append(keys, key)
	}
	slices.SortFunc(keys, func(a, b string) int { return cmp.Or(cmp.Compare(counts[b], counts[a]), cmp.Compare(a, b)) })
	for i, key := range keys {
		if i < foreignLanes || len(keys) == foreignLanes+1 {
			d.lane(key, key, class)
		} else {
			d.lane(key, others, class)
		}
	}
}

// lane gives a key its lane; keys of one name share one.
func (d *drawing) lane(key, name, class string) {
	full, shown := escape.Visible(name), name
	if class == "host" && finding.ShortHost(name) != strings.ToLower(name) { // no two lanes have one short name
		shown, _, _ = strings.Cut(name, ".")
	}
	at := slices.IndexFunc(d.Lanes, func(l lane) bool { return l.Full == full && l.Class == class })
	if at < 0 || !strings.HasPrefix(name, "other ") {
		at = len(d.Lanes)
		d.Lanes = append(d.Lanes, lane{Y: graphTop + at*laneHeight, Name: escape.Fit(escape.Visible(shown), 22), Full: full, Class: class})
	}
	d.rows[key] = at
}

// foreign returns the addresses outside and the strangers that a step names.
func (d *drawing) foreign(s *incident.Step) (keys []string) {
	f := d.by[s.Finding]
	if f == nil {
		return nil
	}
	for _, e := range f.Entities {
		if slices.Contains(d.in.Addresses, e.Value) || slices.Contains(d.in.Strangers, e.Value) {
			keys = append(keys, e.Value)
		}
	}
	return keys
}
