package sighting

import (
	"cmp"
	"encoding/gob"
	"slices"
	"strings"

	"seawall/internal/activity"
	"seawall/internal/finding"
	"seawall/internal/intrusion/principal"
)

// maxNames bounds the spellings that [names] keeps.
const maxNames = 1 << 14

// names remembers how accounts are written with their domains. Detectors
// compare accounts without, as many events name none; findings should name
// them in full, as others do.
type names struct {
	seen map[spelling]uint64 // to its hash
	cut  uint64              // spellings whose hash is not below are not kept
}

type spelling struct{ Domain, User string } // as logged

func newNames() *names { return &names{seen: map[spelling]uint64{}, cut: uncut} }

// observe notes the accounts of an activity. Refused logons are no witnesses:
// their domain is what the client says.
func (n *names) observe(a *activity.Activity) {
	n.note(a.Actor.Domain, a.Actor.User)
	if auth := a.Authentication; a.Class == activity.Authenticated && auth.Success {
		n.note(auth.Domain, auth.User)
	}
}

func (n *names) note(domain, user string) {
	if domain == "" || user == "" {
		return
	}
	s := spelling{domain, user}
	if _, known := n.seen[s]; known || principal.Qualified(domain, user) == user {
		return
	}
	n.add(spelling{strings.Clone(domain), strings.Clone(user)}, hash(s))
}

func (n *names) add(s spelling, h uint64) {
	if h >= n.cut {
		return
	}
	n.seen[s] = h
	if len(n.seen) >= 2*maxNames {
		n.settle()
	}
}

// settle enforces the limit: the smallest hashes stay, whatever the order.
func (n *names) settle() {
	if len(n.seen) <= maxNames {
		return
	}
	hashes := make([]uint64, 0, len(n.seen))
	for _, h := range n.seen {
		hashes = append(hashes, h)
	}
	slices.Sort(hashes)
	n.cut = hashes[maxNames]
	for s, h := range n.seen {
		if h >= n.cut {
			delete(n.seen, s)
		}
	}
}

// full maps accounts to their full names, as far as one domain alone has an
// account of that name; of spellings in different case the first in order.
func (n *names) full() map[string]string {
	n.settle()
	full := map[string]string{}
	for s := range n.seen {
		account, name := principal.Account(s.User), principal.Qualified(s.Domain, s.User)
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

// complete names the accounts among a finding's entities in full.
func complete(f *finding.Finding, full map[string]string) {
	for i := range f.Entities {
		if e := &f.Entities[i]; e.Type == finding.User && !strings.ContainsAny(e.Value, `\@`) {
			e.Value = cmp.Or(full[principal.Account(e.Value)], e.Value)
		}
	}
}

func (n *names) merge(other Shelf) {
	o, ok := other.(*names)
	if !ok {
		panic("bug: books of different kinds are merged")
	}
	n.cut = min(n.cut, o.cut)
	for s, h := range n.seen {
		if h >= n.cut {
			delete(n.seen, s)
		}
	}
	for s, h := range o.seen {
		n.add(s, h)
	}
}

// page of names.
type namesPage struct {
	Cut  uint64
	Seen []spelling
}

func (n *names) encode(e *gob.Encoder) error {
	n.settle()
	p := namesPage{Cut: n.cut}
	for s := range n.seen {
		p.Seen = append(p.Seen, s)
	}
	slices.SortFunc(p.Seen, func(x, y spelling) int {
		return cmp.Or(cmp.Compare(x.Domain, y.Domain), cmp.Compare(x.User, y.User))
	})
	return e.Encode(p)
}

func (n *names) decode(d *gob.Decoder) error {
	var p namesPage
	if err := d.Decode(&p); err != nil {
		return err
	}
	*n = names{seen: map[spelling]uint64{}, cut: p.Cut}
	for _, s := range p.Seen {
		n.add(s, hash(s))
	}
	return nil
}
