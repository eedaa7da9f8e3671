package scan

import (
	"cmp"
	"slices"
	"strings"

	"github.com/cespare/xxhash/v2"

	"seawall/internal/activity"
	"seawall/internal/finding"
	"seawall/internal/intrusion/principal"
)

// maxFullNames bounds the spellings that [fullNames] keeps.
const maxFullNames = 1 << 14

// fullNames remembers how accounts are written with their domains. Detectors
// compare accounts without, as many events name none; findings should name
// them in full, as others do. Of too many those with the smallest hashes stay,
// whatever their order.
type fullNames struct {
	seen map[spelling]uint64 // to its hash
	cut  uint64              // spellings whose hash is not below are not kept; 0 is no cut
}

type spelling struct{ domain, user string } // as logged

func newFullNames() *fullNames { return &fullNames{seen: map[spelling]uint64{}} }

// learn notes the accounts of an activity, of recovered ones too: a name is no
// evidence. Refused logons are no witnesses: their domain is what the client
// says.
func (n *fullNames) learn(a *activity.Activity) {
	n.note(a.Actor.Domain, a.Actor.User)
	if auth := a.Authentication; auth != nil && auth.Success {
		n.note(auth.Domain, auth.User)
	}
}

func (n *fullNames) note(domain, user string) {
	if domain == "" || user == "" {
		return
	}
	s := spelling{domain, user}
	if _, known := n.seen[s]; known || principal.Qualified(domain, user) == user {
		return
	}
	n.add(spelling{strings.Clone(domain), strings.Clone(user)}, xxhash.Sum64String(domain+"\x00"+user))
}

func (n *fullNames) add(s spelling, h uint64) {
	if n.cut != 0 && h >= n.cut {
		return
	}
	n.seen[s] = h
	if len(n.seen) >= 2*maxFullNames {
		n.settle()
	}
}

// settle enforces the limit.
func (n *fullNames) settle() {
	if len(n.seen) <= maxFullNames {
		return
	}
	hashes := make([]uint64, 0, len(n.seen))
	for _, h := range n.seen {
		hashes = append(hashes, h)
	}
	slices.Sort(hashes)
	n.lower(hashes[maxFullNames])
}

func (n *fullNames) lower(cut uint64) {
	n.cut = cut
	for s, h := range n.seen {
		if h >= cut {
			delete(n.seen, s)
		}
	}
}

func (n *fullNames) merge(o *fullNames) {
	if o.cut != 0 && (n.cut == 0 || o.cut < n.cut) {
		n.lower(o.cut)
	}
	for s, h := range o.seen {
		n.add(s, h)
	}
}

// byAccount maps accounts to their full names, as far as one domain alone has
// an account of that name; of spellings in different case the first in order.
func (n *fullNames) byAccount() map[string]string {
	n.settle()
	full := map[string]string{}
	for s := range n.seen {
		account, name := principal.Account(s.user), principal.Qualified(s.domain, s.user)
		old, found := full[account]
		switch {
		case !found:
			full[account] = name
		case old != "" && !strings.EqualFold(old, name):
			full[account] = "" // of several domains
		case old != "":
			full[account] = min(old, name)
		}
	}
	return full
}

// complete names the accounts among the entities of findings in full.
func (n *fullNames) complete(findings []finding.Finding) {
	full := n.byAccount()
	for i := range findings {
		f := &findings[i]
		for j := range f.Entities {
			if e := &f.Entities[j]; e.Type == finding.User && !strings.ContainsAny(e.Value, `\@`) {
				e.Value = cmp.Or(full[principal.Account(e.Value)], e.Value)
			}
		}
		f.Normalize()
	}
}
