// Package example makes the bundled evidence: a week in the logs of an
// invented agency, the Coastal Harbour Authority, whose network an intruder
// walks through from a web server to the domain. Everything in it is made up;
// addresses are those reserved for documentation.
//
// The files are the same on every run. They are written in several formats,
// one of them inside an archive, as evidence is in life.
package example

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"time"

	"seawall/internal/evtxwrite"
)

//go:generate go run seawall/internal/example/generate ../../examples/evidence

// File is one file of the example.
type File struct {
	Path string // slash-separated, below the evidence folder
	Data []byte
}

// Files makes the example's files, sorted by path.
func Files() ([]File, error) {
	w := newWorld()
	w.ordinaryWeek()
	w.publicWeek()
	w.borderWeek()
	w.intrusion()
	return w.files()
}

// host is a computer of the agency.
type host struct {
	name    string
	address string
	sysmon  bool // logs with Sysmon
	nextPID uint32
}

// user is an account of the agency's domain.
type user struct {
	name string
	sid  evtxwrite.SID
}

// log names one event log: a host and a channel.
type log struct {
	host    *host
	channel string
}

// world is what the story happens in, and the logs it leaves.
type world struct {
	rand   *rand.Rand
	logons uint64
	events map[log][]evtxwrite.Event
	visits []visit
	flows  []flow

	dc, web, mail, file, ws *host
	staff                   []user
	services                []user // accounts with a service principal name
	system                  user
	portal                  process     // of the web application; see [world.worker]
	lost                    map[log]int // records that clearing removed
}

const (
	domain    = "CHA"
	realm     = "CHA.EXAMPLE"
	domainSID = "S-1-5-21-1804289383-846930886-1681692777"
)

// monday is when the story begins.
var monday = time.Date(2026, 2, 23, 0, 0, 0, 0, time.UTC)

// at is a moment of the week: days after Monday, and a time of day.
func at(day, hour, minute, second int) time.Time {
	return monday.AddDate(0, 0, day).Add(time.Duration(hour)*time.Hour + time.Duration(minute)*time.Minute + time.Duration(second)*time.Second)
}

func newWorld() *world {
	w := &world{
		rand:   rand.New(rand.NewPCG(24, 190)),
		logons: 0x51a000,
		events: map[log][]evtxwrite.Event{},
		lost:   map[log]int{},
		dc:     &host{name: "DC01", address: "10.20.1.10"},
		web:    &host{name: "WEB01", address: "10.20.1.15", sysmon: true},
		mail:   &host{name: "MAIL01", address: "10.20.1.20"},
		file:   &host{name: "FILE01", address: "10.20.2.10"},
		ws:     &host{name: "WS07", address: "10.20.8.107", sysmon: true},
		system: user{"SYSTEM", "S-1-5-18"},
	}
	for i, name := range []string{
		"a.moreau", "b.santos", "c.nakata", "d.petrov", "e.hughes", "f.omondi", "g.kovacs", "h.brandt", "i.farrell",
		"j.okafor", "k.ivanova", "l.tanaka", "m.rossi", "n.dube", "o.jensen", "p.lindqvist", "q.marsh", "r.patel",
	} {
		w.staff = append(w.staff, user{name, sid(1100 + i)})
	}
	for i, name := range []string{"svc_backup", "svc_sql", "svc_gis", "svc_print", "svc_tides", "svc_scan", "svc_ais"} {
		w.services = append(w.services, user{name, sid(1200 + i)})
	}
	return w
}

func sid(rid int) evtxwrite.SID { return evtxwrite.SID(fmt.Sprintf("%s-%d", domainSID, rid)) }

// person returns a member of staff by name.
func (w *world) person(name string) user {
	i := slices.IndexFunc(w.staff, func(u user) bool { return u.name == name })
	return w.staff[i]
}

// service returns a service account by name.
func (w *world) service(name string) user {
	i := slices.IndexFunc(w.services, func(u user) bool { return u.name == name })
	return w.services[i]
}

// logon returns a new logon id.
func (w *world) logon() uint64 {
	w.logons += 0x1000 + uint64(w.rand.IntN(0x8000))
	return w.logons
}

// jitter is a random part of a second, and up to n seconds.
func (w *world) jitter(seconds int) time.Duration {
	return time.Duration(w.rand.Int64N(int64(seconds)*int64(time.Second)/100+9999999)) * 100
}

func (w *world) guid() evtxwrite.GUID {
	a, b := w.rand.Uint64(), w.rand.Uint64()
	return evtxwrite.GUID(fmt.Sprintf("{%08X-%04X-%04X-%04X-%012X}", uint32(a), uint16(a>>32), uint16(a>>48), uint16(b), b>>16))
}

// add files an event under its host and channel.
func (w *world) add(h *host, e evtxwrite.Event) {
	e.Computer = h.fqdn()
	key := log{h, e.Channel}
	w.events[key] = append(w.events[key], e)
}

func (h *host) fqdn() string { return h.name + ".cha.example" }

// pid returns a new process id, a multiple of four as on Windows.
func (h *host) pid() uint32 {
	h.nextPID += 4 + 4*(h.nextPID%7)
	return 1200 + h.nextPID%60000
}
