package verdict

import "seawall/internal/attack"

// TechniqueName returns ATT&CK's name of a technique, without its parent's;
// that of its parent if only that is known, "" if neither is.
func TechniqueName(id string) string {
	tables := attack.Load()
	for _, known := range [...]string{id, attack.Parent(id)} {
		if t := tables.Techniques[known]; t != nil {
			return t.Name
		}
	}
	return ""
}
