package scan

import (
	"maps"
	"slices"
	"strings"

	"seawall/internal/activity"
	"seawall/internal/hits"
)

// names are the names of accounts that some records tell by SID only, as
// others give them. Of several names the shortest is kept: that with a domain's
// short name.
type names map[string]string

// maxAccounts bounds names: those of the smallest SIDs are kept.
const maxAccounts = 50000

// learn takes what an activity says of accounts.
func (n names) learn(a *activity.Activity) {
	n.add(a.Actor.SID, a.Actor.Domain, a.Actor.User)
	if l := a.Authentication; l != nil {
		n.add(l.SID, l.Domain, l.User)
	}
	if c := a.Account; c != nil {
		n.add(c.SID, c.Domain, c.Name)
	}
}

func (n names) add(sid, domain, user string) {
	// Only accounts of domains and computers; the others are the same everywhere.
	if user == "" || user == "-" || !strings.HasPrefix(sid, "S-1-5-21-") {
		return
	}
	old := n[sid]
	switch {
	case strings.ContainsAny(user, `\@`) || domain == "" || domain == "-":
		n.keep(sid, user, old)
	case len(old) != len(domain)+1+len(user) || !strings.HasPrefix(old, domain) || !strings.HasSuffix(old, user):
		n.keep(sid, domain+`\`+user, old)
	}
}

func (n names) keep(sid, name, old string) {
	if old == "" || len(name) < len(old) || len(name) == len(old) && name < old {
		n[sid] = name
	}
	if len(n) > 2*maxAccounts {
		n.prune()
	}
}

// prune leaves out what lies behind the first maxAccounts SIDs. One of these
// is never left out before, whatever else came in.
func (n names) prune() {
	for i, sid := range slices.Sorted(maps.Keys(n)) {
		if i >= maxAccounts {
			delete(n, sid)
		}
	}
}

func (n names) merge(o names) {
	for sid, name := range o {
		n.keep(sid, name, n[sid])
	}
}

// resolve names the users of activities.
func (n names) resolve(activities []hits.Activity) {
	n.prune()
	for i := range activities {
		users := activities[i].Users
		for j, user := range users {
			if name, ok := n[user]; ok {
				users[j] = name
			}
		}
		slices.Sort(users)
		activities[i].Users = slices.Compact(users)
	}
}
