package incident

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"seawall/internal/finding"
)

// tree is where findings of one kind lie that nothing else joins: the host, or
// the folder of a site's files that name none.
type tree struct{ detector, place string }

// fold makes one story of findings that stand alone, say the same and lie in one
// place: two thousand web shells in the files of a site are one thing to look
// into, not two thousand.
func fold(groups [][]*node) [][]*node {
	prefix, first := "", true
	for _, g := range groups {
		if file := lonelyFile(g); file != "" {
			if first {
				prefix, first = folder(file), false
			}
			prefix = commonFolder(prefix, file)
		}
	}
	at := map[tree]int{}
	var kept [][]*node
	for _, g := range groups {
		if len(g) != 1 || !tells(g) {
			kept = append(kept, g)
			continue
		}
		place := g[0].host
		if file := lonelyFile(g); file != "" {
			below, _, _ := strings.Cut(strings.TrimPrefix(folder(file), prefix), "/")
			place = prefix + below
		}
		if place == "" {
			kept = append(kept, g)
			continue
		}
		t := tree{g[0].f.Detector, place}
		if i, ok := at[t]; ok {
			kept[i] = append(kept[i], g[0])
			continue
		}
		at[t] = len(kept)
		kept = append(kept, g)
	}
	for _, i := range at {
		slices.SortStableFunc(kept[i], func(a, b *node) int {
			return cmp.Or(cmp.Compare(a.f.First, b.f.First), cmp.Compare(a.f.ID, b.f.ID))
		})
	}
	return kept
}

// lonelyFile is the file that the only finding of a group is about, if it names
// no host; "" otherwise.
func lonelyFile(g []*node) string {
	if len(g) != 1 || g[0].host != "" || !tells(g) {
		return ""
	}
	for _, e := range g[0].f.Entities {
		if e.Type == finding.File {
			return strings.ReplaceAll(e.Value, `\`, "/")
		}
	}
	return ""
}

// folder is a file's, with a slash at its end.
func folder(file string) string { return file[:strings.LastIndexByte(file, '/')+1] }

// commonFolder cuts a folder to the part that a file lies in, too.
func commonFolder(prefix, file string) string {
	for !strings.HasPrefix(file, prefix) {
		prefix = folder(strings.TrimSuffix(prefix, "/"))
	}
	return prefix
}

// alike is how close findings that say the same must follow each other to be
// one step of a story.
const alike = int64(time.Hour)

// condense makes one step of three and more that say the same of one host, one
// after the other, such as the files of a web shell; and of a story that one
// detector tells of one place alone, all of each severity.
func condense(members []*node, steps []Step) []Step {
	single := !slices.ContainsFunc(members, func(m *node) bool { return m.f.Detector != members[0].f.Detector || m.host != members[0].host })
	same := func(i, k int) bool {
		alone := single && len(members) > 2 && len(members[0].keys) > 0
		return members[i].f.Detector == members[k].f.Detector && steps[i].Host == steps[k].Host && steps[i].Severity == steps[k].Severity && steps[i].Blocked == steps[k].Blocked &&
			(alone || slices.Equal(steps[i].Techniques, steps[k].Techniques) && steps[k].Time-steps[i].Time <= alike)
	}
	var out []Step
	done := make([]bool, len(steps))
	for i := range steps {
		if done[i] {
			continue
		}
		like := []int{i}
		for k := i + 1; k < len(steps) && (single || steps[k].Time-steps[i].Time <= alike); k++ {
			if !done[k] && same(i, k) {
				like = append(like, k)
			}
		}
		one := steps[i]
		if len(like) > 2 {
			for _, k := range like {
				done[k] = true
				one.End = max(one.End, steps[k].End)
				for _, t := range steps[k].Techniques {
					if !slices.Contains(one.Techniques, t) {
						one.Techniques = append(slices.Clip(one.Techniques), t)
					}
				}
			}
			one.Title += fmt.Sprintf(", and %d more like it", len(like)-1)
		}
		out = append(out, one)
	}
	return out
}

// place is the folder that all files named by findings lie in, "" if there is
// none.
func place(members []*node) (common string) {
	first := true
	for _, m := range members {
		for _, e := range m.f.Entities {
			if e.Type != finding.File {
				continue
			}
			file := strings.ReplaceAll(e.Value, `\`, "/")
			if first {
				common, first = folder(file), false
			}
			common = commonFolder(common, file)
		}
	}
	return common
}
