// Package indicator answers: was something seen that the user's lists of
// indicators name?
package indicator

import (
	"bytes"
	"net/netip"
	"time"

	"seawall/internal/activity"
	"seawall/internal/coverage"
	"seawall/internal/finding"
	"seawall/internal/intrusion"
	"seawall/internal/intrusion/sighting"
	"seawall/internal/intrusion/watchlist"
)

const id = "indicator"

// Detector describes the detector.
func Detector() intrusion.Detector {
	readme, _ := intrusion.Readme(id)
	return intrusion.Detector{
		ID: id, Title: "Indicators of the user's lists",
		Techniques: []string{"T1071", "T1078", "T1133", "T1204", "T1573"},
		Needs: []coverage.Need{
			{Channel: "zeek conn", Enable: "run a sensor such as Zeek at the border"},
			{Channel: "zeek dns", Enable: "run a sensor such as Zeek at the border"},
			{Channel: "suricata flow", Enable: "log flows with Suricata"},
			{Channel: "netflow", Enable: "export flows from routers and firewalls"},
			{Channel: "access", Enable: "keep the access logs of web servers"},
			{Channel: "Microsoft-Windows-Sysmon/Operational", EventIDs: []int{1, 3, 22}, Enable: "install Sysmon with these events on"},
		},
		Readme:  readme,
		Classes: activity.ClassesOf(activity.FlowSeen, activity.NameLookup, activity.Handshake, activity.Request, activity.Authenticated, activity.Connection, activity.ProcessStart, activity.FileChange, activity.FileListed),
		New: func(site *intrusion.Site) intrusion.Summary {
			return sighting.NewSummary(func() *notes { return newNotes(site) })
		},
	}
}

// where is how an indicator was met.
type where uint8

const (
	connected where = iota // a connection to it
	called                 // a connection from it that was answered
	tried                  // a connection from or to it that was not
	lookedUp               // its name was asked for
	answered               // a name that was asked for stands for it
	requested              // an HTTP request
	shaken                 // a TLS handshake
	loggedOn               // a logon
	ran                    // a program or file of that digest
	named                  // a program or file of that name
)

// Ref is the indicator met, as far as a summary must know it.
type ref struct {
	Kind  watchlist.Kind
	Value string
}

// fact is one way in which an indicator was met; host is who met it.
type fact struct {
	Where where
	Host  string
	Seen  string // what exactly was seen: the name, URL, or address
}

type notes struct {
	list *watchlist.List
	met  *sighting.Book[ref, fact]
}

const hour = int64(time.Hour)

func newNotes(site *intrusion.Site) *notes {
	n := &notes{
		met: sighting.New[ref, fact](sighting.Limits{Total: 1 << 16, PerGroup: 1 << 9, Grain: hour}),
	}
	if site != nil && site.Watch != nil && site.Watch.Len() > 0 {
		n.list = site.Watch
	}
	return n
}

// Shelves implements [sighting.Notebook].
func (n *notes) Shelves() []sighting.Shelf { return []sighting.Shelf{n.met} }

// Observe implements [sighting.Notebook].
func (n *notes) Observe(a *activity.Activity) {
	if n.list == nil {
		return
	}
	switch a.Class {
	case activity.FlowSeen:
		n.flow(a)
	case activity.NameLookup:
		n.lookup(a)
	case activity.Handshake:
		n.handshake(a)
	case activity.Request:
		n.request(a)
	case activity.FileListed:
		n.note(a, n.list.Path(a.Listed.Path), named, a.Host, string(a.Listed.Path))
	default:
		n.hostEvent(a)
	}
}

// maxSeen cuts what is kept of a name or URL.
const maxSeen = 200

func (n *notes) note(a *activity.Activity, item *watchlist.Item, how where, host, seen string) {
	if item != nil {
		n.met.Add(ref{item.Kind, item.Value}, fact{how, finding.Shorten(host, maxSeen), finding.Shorten(seen, maxSeen)}, a)
	}
}

func (n *notes) flow(a *activity.Activity) {
	f := a.Flow
	refused := f.State == activity.FlowNoReply || f.State == activity.FlowRefused || f.State == activity.FlowDenied
	if item := n.list.Address(f.Destination); item != nil {
		how := connected
		if refused {
			how = tried
		}
		n.note(a, item, how, f.Source.String(), f.Destination.String())
	}
	if item := n.list.Address(f.Source); item != nil {
		how := called
		if refused {
			how = tried
		}
		n.note(a, item, how, f.Destination.String(), f.Source.String())
	}
	if len(f.Name) > 0 {
		n.note(a, n.list.Name(f.Name), connected, f.Source.String(), string(f.Name))
	}
}

func (n *notes) lookup(a *activity.Activity) {
	d := a.DNS
	if item := n.list.Name(d.Query); item != nil {
		n.note(a, item, lookedUp, d.Client.String(), string(d.Query))
	}
	for _, answer := range d.Answers {
		if item := n.list.Name(answer); item != nil {
			n.note(a, item, answered, d.Client.String(), string(d.Query))
		}
	}
}

func (n *notes) handshake(a *activity.Activity) {
	t := a.TLS
	if item := n.list.Name(t.ServerName); item != nil {
		n.note(a, item, shaken, t.Source.String(), string(t.ServerName))
	}
	for _, print := range [...][]byte{t.JA4, t.JA3, t.JA3S, t.ServerCertificate, t.ClientCertificate} {
		if item := n.list.Fingerprint(print); item != nil {
			n.note(a, item, shaken, t.Source.String(), t.Destination.String())
		}
	}
}

func (n *notes) request(a *activity.Activity) {
	h := a.HTTP
	outward := h.Layer == activity.LayerSensor || h.Layer == activity.LayerForwardProxy
	if item := n.list.Request(h.Host, h.Target); item != nil {
		n.note(a, item, requested, string(h.Client), string(h.Host)+string(h.Target))
	} else if item := n.list.Name(h.Host); item != nil && outward {
		n.note(a, item, requested, string(h.Client), string(h.Host))
	}
	path, _, _ := bytes.Cut(h.Target, []byte{'?'})
	if item := n.list.Path(path); item != nil {
		n.note(a, item, named, string(h.Host), string(h.Target))
	}
	if h.Layer == activity.LayerSensor {
		return // the connection itself tells its addresses
	}
	for _, client := range [...][]byte{h.Client, h.Forwarded} {
		if item := n.list.Name(client); item != nil && (item.Kind == watchlist.Address || item.Kind == watchlist.Network) {
			n.note(a, item, called, string(h.Host), string(client))
		}
	}
}

// hostEvent looks through what hosts log themselves.
func (n *notes) hostEvent(a *activity.Activity) {
	switch {
	case a.Authentication != nil && a.Authentication.Address != "":
		if item := n.address(a.Authentication.Address); item != nil {
			how := tried
			if a.Authentication.Success {
				how = loggedOn
			}
			n.note(a, item, how, a.Host, a.Authentication.User)
		}
	case a.Network != nil:
		n.note(a, n.address(a.Network.Destination), connected, a.Host, a.Actor.Image)
		n.note(a, n.address(a.Network.Source), called, a.Host, a.Actor.Image)
		n.note(a, n.list.Name([]byte(a.Network.DestinationName)), connected, a.Host, a.Actor.Image)
		n.note(a, n.list.Name([]byte(a.Network.Query)), lookedUp, a.Host, a.Actor.Image)
	case a.Process != nil:
		n.file(a, a.Process.Image, a.Process.Hashes)
	case a.File != nil:
		n.file(a, a.File.Path, a.File.Hashes)
	}
}

// file looks for a file by its digests and by its name.
func (n *notes) file(a *activity.Activity, path, hashes string) {
	if hashes != "" {
		n.note(a, n.list.Hashes(hashes), ran, a.Host, path)
	}
	n.note(a, n.list.Path([]byte(path)), named, a.Host, path)
}

func (n *notes) address(text string) *watchlist.Item {
	if text == "" {
		return nil
	}
	a, err := netip.ParseAddr(text)
	if err != nil {
		return nil
	}
	return n.list.Address(a)
}
