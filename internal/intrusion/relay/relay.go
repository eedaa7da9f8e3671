// Package relay answers: does somebody use accounts and sessions of others
// through relays, such as hijacked home routers?
//
// Addresses of relays change and lie next to their victims, so they are not
// judged. What is judged is the session and the account: a relay carries a
// client that is not the account's own.
package relay

import (
	"bytes"
	"net/netip"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/cespare/xxhash/v2"

	"seawall/internal/activity"
	"seawall/internal/coverage"
	"seawall/internal/finding"
	"seawall/internal/intrusion"
	"seawall/internal/intrusion/perimeter"
	"seawall/internal/intrusion/principal"
	"seawall/internal/intrusion/sighting"
)

const id = "relay"

// Detector describes the detector.
func Detector() intrusion.Detector {
	readme, _ := intrusion.Readme(id)
	return intrusion.Detector{
		ID: id, Title: "Sessions and accounts used through relays",
		Techniques: []string{"T1078", "T1090.003", "T1133", "T1539", "T1550.004"},
		Needs: []coverage.Need{
			{Channel: "access", Enable: "log the session's cookie or token, the user and the user agent on web servers, gateways and load balancers"},
			{Channel: "balancer", Enable: "log the session's cookie or token, the user and the user agent"},
			{Channel: "exchange httpproxy", Enable: "keep the HttpProxy logs of Exchange"},
			{Channel: "vpn", Enable: "log logons to the VPN with their address"},
			{Channel: "Security", EventIDs: []int{4624}, Enable: "Audit Logon (success) on hosts that are reached from outside"},
		},
		Readme:  readme,
		Classes: activity.ClassesOf(activity.Request, activity.Authenticated, activity.FlowSeen),
		New: func(site *intrusion.Site) intrusion.Summary {
			return sighting.NewSummary(func() *notes { return newNotes(site) })
		},
	}
}

const (
	minute = int64(time.Minute)
	hour   = 60 * minute
	day    = 24 * hour
)

// session is a token of one server, by its hash: tokens are secrets and are
// not kept.
type session struct{ Host, Token string }

// use is that a session or account was used.
type use struct {
	Address string
	Network string // the address's system or subnet
	Client  string // family of the client program; "" unknown
	User    string
	Remote  bool // a logon that gives control of a host
	Country string
}

type notes struct {
	site     *intrusion.Site
	sessions *sighting.Book[session, use]
	accounts *sighting.Book[string, use]
	stacks   *sighting.Book[string, stack] // of outside addresses
	clients  map[string]string             // families of user agents
	places   map[string]place
}

// place is where an address lies.
type place struct{ address, network, country string }

func newNotes(site *intrusion.Site) *notes {
	return &notes{
		site:     site,
		sessions: sighting.New[session, use](sighting.Limits{Total: 1 << 16, PerGroup: 1 << 6, Grain: 5 * minute}),
		accounts: sighting.New[string, use](sighting.Limits{Total: 1 << 16, PerGroup: 1 << 8, Grain: hour}),
		stacks:   sighting.New[string, stack](sighting.Limits{Total: 1 << 15, PerGroup: 1 << 2, Grain: sighting.Ever}),
		clients:  map[string]string{},
		places:   map[string]place{},
	}
}

// Shelves implements [sighting.Notebook].
func (n *notes) Shelves() []sighting.Shelf { return []sighting.Shelf{n.sessions, n.accounts, n.stacks} }

// Observe implements [sighting.Notebook].
func (n *notes) Observe(a *activity.Activity) {
	switch a.Class {
	case activity.Request:
		n.request(a)
	case activity.Authenticated:
		n.logon(a)
	case activity.FlowSeen:
		n.stack(a)
	}
}

// shortToken is shorter than tokens that nobody can guess.
const shortToken = 12

func (n *notes) request(a *activity.Activity) {
	h := a.HTTP
	named := len(h.User) > 0 && string(h.User) != "-"
	if h.Layer == activity.LayerSensor || h.Layer == activity.LayerForwardProxy || h.Status >= 400 || len(h.Session) < shortToken && !named {
		return
	}
	p := n.place(clientOf(h))
	if p.address == "" {
		return
	}
	u := use{Address: p.address, Network: p.network, Country: p.country, Client: n.client(h.UserAgent)}
	if named {
		u.User = principal.Account(string(h.User))
	}
	if len(h.Session) >= shortToken {
		n.sessions.Add(session{string(h.Host), strconv.FormatUint(xxhash.Sum64(h.Session), 16)}, u, a)
	}
	if named {
		n.accounts.Add(u.User, u, a)
	}
}

// clientOf returns the address a request comes from: behind a load balancer,
// the last that the balancer was told of and that is not the site's own.
func clientOf(h *activity.HTTP) []byte {
	if len(h.Forwarded) == 0 {
		return h.Client
	}
	own, err := netip.ParseAddr(string(h.Client))
	if err == nil && !perimeter.Reserved(own) {
		return h.Client
	}
	for rest := h.Forwarded; len(rest) > 0; {
		last := rest
		if i := bytes.LastIndexByte(rest, ','); i >= 0 {
			last, rest = rest[i+1:], rest[:i]
		} else {
			rest = nil
		}
		last = bytes.TrimSpace(last)
		if a, err := netip.ParseAddr(string(last)); err == nil && !perimeter.Reserved(a) {
			return last
		}
	}
	return h.Client
}

func (n *notes) logon(a *activity.Activity) {
	auth := a.Authentication
	if !auth.Success || auth.Address == "" || principal.Machine(auth.User) || principal.Nobody(auth.User) {
		return
	}
	p := n.place([]byte(auth.Address))
	if p.address == "" {
		return
	}
	n.accounts.Add(principal.Account(auth.User), use{
		Address: p.address, Network: p.network, Country: p.country, Client: strings.ToLower(auth.Workstation), User: principal.Account(auth.User),
		Remote: auth.Kind == activity.RemoteDesktop || auth.Kind == activity.SSH || auth.Kind == activity.RemoteShell || auth.Kind == activity.RemoteAccess || auth.Kind == activity.Logon && (auth.Type == 10 || auth.Type == 3),
	}, a)
}

// stack is what kind of system opens connections from an address.
type stack struct{ Windows bool }

// stack notes what a connection from outside was opened by. Windows sends
// packets with a time to live of 128, most others, routers and Linux among
// them, with 64; each router on the way takes one off.
func (n *notes) stack(a *activity.Activity) {
	f := a.Flow
	if len(f.Stack) == 0 || f.State != activity.FlowEstablished || perimeter.Reserved(f.Source) {
		return
	}
	text, _, _ := bytes.Cut(f.Stack, []byte(":"))
	ttl, err := strconv.ParseUint(string(text), 10, 8)
	if err == nil && ttl > 0 {
		n.stacks.Add(f.Source.Unmap().String(), stack{ttl > 64}, a)
	}
}

// disagrees reports whether a client says it is Windows while all connections
// from its address were opened by something else, as behind a relay.
func (n *notes) disagrees(u *use) bool {
	seen := n.stacks.Under(u.Address)
	return len(seen) > 0 && strings.Contains(u.Client, "Windows NT") && !slices.ContainsFunc(seen, func(s sighting.Sighting[stack]) bool { return s.Fact.Windows })
}

// Remembered are families of clients and places of addresses, up to so many
// each: finding them costs more than looking them up.
const maxRemembered = 1 << 14

// place returns where an address lies; internal ones all lie inside.
func (n *notes) place(text []byte) place {
	if p, known := n.places[string(text)]; known {
		return p
	}
	p := n.find(string(text))
	if len(n.places) >= maxRemembered {
		clear(n.places)
	}
	n.places[string(text)] = p
	return p
}

// inside is the network of all internal addresses.
const inside = "inside"

func (n *notes) find(text string) place {
	a, err := netip.ParseAddr(text)
	if err != nil {
		return place{}
	}
	a = a.Unmap().WithZone("")
	p := place{address: a.String(), network: inside}
	if perimeter.Reserved(a) {
		return p
	}
	bits := 24
	if a.Is6() {
		bits = 48
	}
	prefix, _ := a.Prefix(bits)
	p.network = prefix.String()
	if n.site == nil {
		return p
	}
	for _, own := range n.site.Internal {
		if own.Contains(a) {
			p.network = inside
			return p
		}
	}
	if owner, known := n.site.Networks.Lookup(a); known {
		p.country = owner.Country
		if owner.Number != 0 {
			p.network = strings.TrimSpace("AS" + strconv.FormatUint(uint64(owner.Number), 10) + " " + owner.Name)
		}
	}
	return p
}

const maxClient = 160

// client returns the family of a user agent: its text without versions, which
// change under a running session.
func (n *notes) client(agent []byte) string {
	if family, known := n.clients[string(agent)]; known {
		return family
	}
	var b strings.Builder
	for _, c := range agent[:min(len(agent), maxClient)] {
		if (c < '0' || c > '9') && c != '.' && c != '_' {
			b.WriteByte(c)
		}
	}
	if len(n.clients) >= maxRemembered {
		clear(n.clients)
	}
	family := strings.ToValidUTF8(b.String(), "?")
	n.clients[string(agent)] = family
	return family
}

// Findings implements [sighting.Notebook].
func (n *notes) Findings() []finding.Finding {
	var findings []finding.Finding
	tell := func(s *story) {
		s.foreign = s.kind != walk && n.disagrees(&s.odd[0].Fact)
		findings = append(findings, s.finding())
	}
	for _, g := range n.sessions.Groups() {
		if s := judgeSession(g.Key, g.Sightings); s != nil {
			tell(s)
		}
	}
	groups := n.accounts.Groups()
	for _, g := range groups {
		if s := judgeAccount(g.Key, g.Sightings); s != nil {
			tell(s)
		}
	}
	for _, s := range siblings(groups) {
		tell(s)
	}
	return findings
}
