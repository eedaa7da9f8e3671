// Package recon answers: did somebody look around on a host, as intruders do
// first?
package recon

import (
	"time"

	"seawall/internal/activity"
	"seawall/internal/coverage"
	"seawall/internal/finding"
	"seawall/internal/intrusion"
	"seawall/internal/intrusion/principal"
	"seawall/internal/intrusion/sighting"
)

const id = "recon"

// Detector describes the detector.
func Detector() intrusion.Detector {
	readme, _ := intrusion.Readme(id)
	return intrusion.Detector{
		ID: id, Title: "Bursts of commands that look around",
		Techniques: []string{"T1016", "T1033", "T1049", "T1057", "T1069", "T1082", "T1087", "T1135", "T1482"},
		Needs: []coverage.Need{
			{Channel: "Security", EventIDs: []int{4688}, Enable: `Audit Process Creation (success) and the policy "Include command line in process creation events"`},
			{Channel: "Microsoft-Windows-Sysmon/Operational", EventIDs: []int{1}, Enable: "install Sysmon with process creation on"},
		},
		Readme:  readme,
		Classes: activity.ClassesOf(activity.ProcessStart),
		New:     func(*intrusion.Site) intrusion.Summary { return sighting.NewSummary(newNotes) },
	}
}

// session is what commands are counted under: a user's logon session, or, as
// all services share theirs, the process that starts the commands.
type session struct {
	Host     string
	Logon    uint64
	Parent   string
	ParentID uint64
}

// run is a command that looks around.
type run struct {
	Command  string // "net group"
	Line     string
	Account  string
	EventID  int
	Parent   string // file name of the process that started it
	ParentID uint64
}

// process is a shell, by its number.
type process struct {
	Host string
	ID   uint64
}

// birth is what started it.
type birth struct {
	Parent   string
	ParentID uint64
}

type notes struct {
	runs   *sighting.Book[session, run]
	shells *sighting.Book[process, birth]
}

const (
	minute = int64(time.Minute)
	hour   = 60 * minute
	day    = 24 * hour
)

func newNotes() *notes {
	return &notes{
		runs:   sighting.New[session, run](sighting.Limits{Total: 1 << 16, PerGroup: 1 << 9, Grain: minute}),
		shells: sighting.New[process, birth](sighting.Limits{Total: 1 << 16, PerGroup: 1 << 6, Grain: hour}),
	}
}

// Shelves implements [sighting.Notebook].
func (n *notes) Shelves() []sighting.Shelf { return []sighting.Shelf{n.runs, n.shells} }

// maxLine cuts what is kept of a command line.
const maxLine = 200

// Observe implements [sighting.Notebook].
func (n *notes) Observe(a *activity.Activity) {
	if a.Class != activity.ProcessStart {
		return
	}
	p := a.Process
	image, parent := base(p.Image), base(p.ParentImage)
	if shell(image) {
		n.observeShell(a, parent)
		return
	}
	if command := commandOf(image, p.CommandLine); command != "" {
		n.note(a, command, parent)
	}
}

// observeShell notes what started a shell, if that tells where commands come
// from, and the commands on its command line: programs like whoami may be
// logged without their own line, or not at all.
func (n *notes) observeShell(a *activity.Activity, parent string) {
	p := a.Process
	if p.ID != 0 && (originOf(parent) != unremarkable || shell(parent)) {
		n.shells.Add(process{a.Host, p.ID}, birth{parent, p.ParentID}, a)
	}
	for command := range given(p.CommandLine) {
		n.note(a, command, parent)
	}
}

func (n *notes) note(a *activity.Activity, command, parent string) {
	p := a.Process
	key := session{Host: a.Host, Logon: a.Actor.Logon}
	if shared(a.Actor.Logon) {
		key.Parent, key.ParentID = parent, p.ParentID
	}
	n.runs.Add(key, run{
		Command: command, Line: finding.Shorten(p.CommandLine, maxLine), Account: principal.Qualified(a.Actor.Domain, a.Actor.User),
		EventID: a.EventID, Parent: parent, ParentID: p.ParentID,
	}, a)
}

// shared reports whether a logon id is unknown or that of a session all
// services have in common: SYSTEM, LOCAL SERVICE, NETWORK SERVICE.
func shared(logon uint64) bool {
	switch logon {
	case 0, 0x3e7, 0x3e5, 0x3e4:
		return true
	}
	return false
}

// Findings implements [sighting.Notebook].
func (n *notes) Findings() []finding.Finding {
	var findings []finding.Finding
	for _, g := range n.runs.Groups() {
		if f, ok := n.judge(g.Key, g.Sightings); ok {
			findings = append(findings, f)
		}
	}
	return findings
}
