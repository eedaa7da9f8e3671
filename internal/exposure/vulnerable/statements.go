package vulnerable

import (
	"strings"

	"seawall/internal/intel/cve"
	"seawall/internal/inventory"
)

// statements are the vendors' and owners' words that rule flaws out (VEX).
type statements map[cve.ID][]*inventory.Statement

func newStatements(list []inventory.Statement) statements {
	s := statements{}
	for i := range list {
		st := &list[i]
		if st.Status != "not_affected" && st.Status != "fixed" {
			continue
		}
		for _, name := range append([]string{st.Vulnerability}, st.Aliases...) {
			if id, ok := cve.ParseID(name); ok {
				s[id] = append(s[id], st)
			}
		}
	}
	return s
}

// rulesOut reports whether a statement on the flaw speaks of the component. A
// statement that names no product speaks of none.
func (s statements) rulesOut(id cve.ID, c *inventory.Component) bool {
	if c == nil {
		return false
	}
	for _, st := range s[id] {
		for _, named := range st.Components {
			if named != nil && strings.EqualFold(named.Name, c.Name) && (named.Version == "" || named.Version == c.Version) {
				return true
			}
		}
		for _, p := range st.Products {
			if p == c.PURL && p != "" || p == c.CPE && p != "" {
				return true
			}
		}
	}
	return false
}
